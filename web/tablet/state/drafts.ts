/** The drafts that are open on the screen, each kept at every key. */
import { signal } from "@preact/signals";
import type { VisitDraft } from "../logic/draft";
import { beginDraft, draftKey, readDraft, touched } from "../logic/draft";
import { Keeping } from "../logic/keeping";
import { finishedMonths } from "../logic/months";
import { today } from "../../shared/format";
import { newId, officeNowMs, tablet } from "./field";

/** The keys of the drafts that are kept: a new version of the app waits for them. */
export const draftsOpen = signal<ReadonlySet<string>>(new Set());
/** Something typed is not on the disk although it should be. */
export const unsaved = signal(false);

const open = new Map<string, Keeping<unknown>>();

/** Keep a value under a key from now on; the one that is open already where there is one. */
function keeping<T>(key: string, value: T, drop: (value: T) => boolean): Keeping<T> {
  const found = open.get(key);
  // A key belongs to one kind of draft, so what is open under it is of this type.
  if (found !== undefined) return found as Keeping<T>;
  const made = new Keeping<T>(value, {
    put: async (typed) => {
      if (drop(typed)) await tablet().drafts.delete(key);
      else await tablet().drafts.put(key, typed);
      counted(key, !drop(typed));
    },
    after: (ms, work) => void setTimeout(work, ms),
    nowMs: () => Date.now(),
  });
  open.set(key, made as Keeping<unknown>);
  return made;
}

/** The draft of a visit: the one that is kept, or a new one. */
export async function visitDraft(person: string, visit: string, establishment: string): Promise<Keeping<VisitDraft>> {
  const key = draftKey(person, visit);
  const kept = readDraft(await tablet().drafts.get(key));
  const month = finishedMonths(today(officeNowMs()))[0] ?? "";
  return keeping(key, kept ?? beginDraft(visit, establishment, newId(), month), (typed) => !touched(typed));
}

/** Any other draft under its own key; `begin` makes a new one, `empty` says when there is nothing to keep. */
export async function otherDraft<T>(key: string, begin: T, empty: (value: T) => boolean): Promise<Keeping<T>> {
  const kept = (await tablet().drafts.get(key)) as T | undefined;
  return keeping(key, kept ?? begin, empty);
}

/** A draft became a capture, or was given up: nothing of it is in memory any more. */
export function forgetDraft(key: string): void {
  open.delete(key);
  counted(key, false);
}

function counted(key: string, is: boolean): void {
  if (draftsOpen.value.has(key) === is) return;
  const keys = new Set(draftsOpen.value);
  if (is) keys.add(key);
  else keys.delete(key);
  draftsOpen.value = keys;
}

/** Look which drafts are kept. Called once the tablet is open. */
export async function countDrafts(): Promise<void> {
  const all = await tablet().drafts.all();
  draftsOpen.value = new Set(all.map(({ key }) => key));
}

/** Keep everything typed at once: the page may go away. */
export function flushAll(): void {
  for (const each of open.values()) void each.flush();
}

/** Flush when the page is hidden or goes away, and notice when keeping takes too long. Called once. */
export function followTyping(): void {
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flushAll());
  window.addEventListener("pagehide", flushAll);
  setInterval(() => {
    const now = Date.now();
    unsaved.value = [...open.values()].some((each) => each.late(now));
  }, 500);
}
