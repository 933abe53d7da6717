/** Keys that act on a screen, and when they must not. */
import { useEffect, useRef } from "preact/hooks";

/** Whether somebody is typing into something, or chooses in a dialog: letters are theirs then. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog, [contenteditable]") !== null;
}

/** Which key was meant: a letter alone, or with Alt while somebody types; null for anything else. */
export function meant(event: Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "repeat">, typing: boolean): string | null {
  if (event.ctrlKey || event.metaKey || event.repeat || (typing && !event.altKey)) return null;
  // By the place of the key, so that an Urdu keyboard has the same keys.
  const place = /^Key([A-Z])$/.exec(event.code)?.[1];
  return place ?? (/^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : null);
}

/** Call `act` with the letter that was pressed, as long as the screen is there. It says whether it used it. */
export function useKeys(act: (letter: string) => boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const letter = meant(event, isTyping(event.target));
      if (letter !== null && latest.current(letter)) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
