/** Asking the server from a screen: what is known shows at once, and is asked anew while the screen is looked at. */
import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { get, session } from "../shared/api";
import { Answers, everyPage, somePages, type Held, type Pages } from "./answers";

const REFRESH_MS = 20_000;

const answers = new Answers(() => Date.now());

/** Whether the server answers, and when it last had something new. */
export const pulse = answers.pulse;

export type Asked = Record<string, string | number | null | undefined>;

export interface Shown<T> extends Held<T> {
  /** Ask once more. */
  readonly again: () => void;
}

const NOTHING = { data: undefined, problem: null, atMs: 0 } as const;

/**
 * The server's answer to GET `path`. `data` is undefined until it came once; with a `problem` beside it, it is
 * what was known before. Asked anew every 20 s while the page is visible, and after `changed`. `path` null: asks nothing.
 */
export function useAnswer<T>(path: string | null, params: Asked = {}): Shown<T> {
  return useQuestion<T>(path, params, () => get<T>(path ?? "", params));
}

/** A list that comes in pages, whole. `name` says which entry is the last one seen. */
export function useList<T>(path: string | null, params: Asked, name: (last: T) => string): Shown<T[]> {
  return useQuestion<T[]>(path, params, () => everyPage((after) => get<T[]>(path ?? "", { ...params, after: after || null }), name));
}

/** The first `pages` pages of a list, of `size` entries each, and whether there are more. While more of them come, those before stay. */
export function usePages<T>(path: string, params: Asked, name: (last: T) => string, size: number, pages: number): Shown<Pages<T>> {
  const ask = () => somePages((after, limit) => get<T[]>(path, { ...params, after: after || null, limit }), name, size, pages);
  const shown = useQuestion<Pages<T>>(path, { ...params, pages }, ask);
  const list = `${session.value?.token ?? ""} ${path} ${JSON.stringify(params)}`;
  const before = useRef<{ list: string; data: Pages<T> | undefined }>({ list: "", data: undefined });
  if (shown.data !== undefined || before.current.list !== list) before.current = { list, data: shown.data };
  return { ...shown, data: shown.data ?? before.current.data };
}

/** What several questions to the server answer together: `ask` gathers it anew each time. `name` and `params` say what it is. */
export function useGathered<T>(name: string, params: Asked, ask: () => Promise<T>): Shown<T> {
  return useQuestion<T>(name, params, ask);
}

function useQuestion<T>(path: string | null, params: Asked, ask: () => Promise<T>): Shown<T> {
  const key = path === null ? null : `${session.value?.token ?? ""} ${path} ${JSON.stringify(params)}`;
  // The same key is the same question, so the first `ask` made for it serves.
  const held = useMemo(() => (key === null ? null : answers.held(key, ask)), [key]);
  useEffect(() => (key === null ? undefined : answers.watch(key, ask)), [key]);
  const again = useMemo(() => () => void (key !== null && answers.again(key)), [key]);
  return { ...(held ? held.value : NOTHING), again };
}

/** Something was decided or given: ask anew for all that is on the screen. */
export function changed(): Promise<void> {
  return answers.refresh(true);
}

/** Refresh while the page is visible; forget everything when another person, or nobody, is signed in. Called once. */
export function followAnswers(): void {
  const refresh = () => {
    if (document.visibilityState === "visible" && session.peek()) void answers.refresh();
  };
  setInterval(refresh, REFRESH_MS);
  document.addEventListener("visibilitychange", refresh);
  let whose = session.peek()?.token;
  effect(() => {
    if (session.value?.token !== whose) answers.forget();
    whose = session.value?.token;
  });
}
