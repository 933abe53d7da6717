/** A screen that is fetched when it is first shown: the app itself starts sooner, and has it without a network too. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading } from "../../shared/parts";
import { NotLoaded } from "./stops";

/** Gives a screen that stands for the one that `load` brings. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P): JSX.Element {
    const [failed, setFailed] = useState(false);
    const [, come] = useState(loaded !== null);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (screen) => {
          loaded = screen;
          come(true);
        },
        (error: unknown) => {
          console.error(error);
          setFailed(true);
        },
      );
    }, []);
    if (failed) return <NotLoaded />;
    const Screen = loaded;
    return Screen === null ? <Loading /> : <Screen {...props} />;
  };
}
