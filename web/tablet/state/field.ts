/** The one open tablet, and what every screen asks of it. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { clockOff } from "../logic/clock";
import { Ids } from "../../sync/ids";
import { shrink } from "./shrink";
import { AlreadyOpen, type Person, type Status, Tablet } from "../../sync/tablet";

/** How far opening came: `elsewhere` is another window of this browser. */
export type Opening = "opening" | "open" | "elsewhere" | "broken";

const TICK_MS = 30_000;

export const opening = signal<Opening>("opening");
/** Goes up whenever something on the tablet has changed. */
export const version = signal(0);
export const status = signal<Status | null>(null);
/** Who uses the tablet; null where nobody ever signed in. */
export const person = signal<Person | null>(null);
export const people = signal<readonly Person[]>([]);
export const enrolled = signal(false);
/** Whether the browser promised never to throw the tablet's work away; null while it was not asked. */
export const persisted = signal<boolean | null>(null);

/** How far the tablet's own clock is ahead of the office's time, where that is too far; null where it is well. */
export const clockOffMs = signal<number | null>(null);

let open: Tablet | null = null;
let asking: Promise<void> | null = null;
let again = false;
const ids = new Ids(() => Date.now(), crypto);

/** The open tablet. Only screens behind `opening` = open may ask. */
export function tablet(): Tablet {
  if (open === null) throw new Error("the tablet is not open yet");
  return open;
}

/** The office's time as well as the tablet knows it: what is written down as evidence, and today. */
export const officeNowMs = (): number => (open === null ? Date.now() : open.officeNowMs());

/** A new id for a record. */
export const newId = (): string => ids.next();

/** Open the tablet and follow it. `ready` is done before the first screen. */
export async function openTablet(ready: () => Promise<void>): Promise<void> {
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  try {
    open = await Tablet.open({ clock, fetch: window.fetch, crypto, locks: navigator.locks, shrink });
  } catch (error) {
    opening.value = error instanceof AlreadyOpen ? "elsewhere" : "broken";
    if (!(error instanceof AlreadyOpen)) console.error(error);
    return;
  }
  open.subscribe(() => void refresh());
  await refresh();
  await ready();
  opening.value = "open";
  setInterval(() => {
    void open?.tick();
    lookAtClock();
  }, TICK_MS);
}

function lookAtClock(): void {
  clockOffMs.value = clockOff(Date.now(), officeNowMs());
}

/** Ask the browser never to throw the work away. Called when there is work to keep. */
export async function persist(): Promise<void> {
  persisted.value = await tablet().persist();
}

/** Read anew what every screen shows. Changes that come while this is under way are one more reading. */
export function refresh(): Promise<void> {
  if (asking !== null) {
    again = true;
    return asking;
  }
  asking = read().finally(() => {
    asking = null;
    if (!again) return;
    again = false;
    void refresh();
  });
  return asking;
}

async function read(): Promise<void> {
  const from = tablet();
  const [found, everybody] = await Promise.all([from.status(), from.people()]);
  // What stands typed on a screen would be written down again after the tablet was wiped.
  if (found.wiped !== null && enrolled.value) location.reload();
  status.value = found;
  people.value = everybody;
  person.value = from.current();
  enrolled.value = from.device !== "";
  lookAtClock();
  version.value += 1;
}

/** What the tablet answers, asked again whenever something has changed; undefined before the first answer. */
export function useAsked<T>(ask: (from: Tablet) => Promise<T>, about: string): T | undefined {
  const [found, setFound] = useState<{ about: string; value: T } | null>(null);
  const now = version.value;
  useEffect(() => {
    let stale = false;
    ask(tablet()).then(
      (value) => stale || setFound({ about, value }),
      (error: unknown) => console.error(error),
    );
    return () => void (stale = true);
    // `about` names what the question depends on, so the question itself is left out.
  }, [now, about]);
  return found !== null && found.about === about ? found.value : undefined;
}
