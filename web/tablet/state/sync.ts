/** Syncing by itself: at the start, when the network comes, after each capture, every minute; slower after failures. */
import { signal } from "@preact/signals";
import { waitMs } from "../logic/schedule";
import { enrolled, people, status, tablet } from "./field";
import { lookForUpdate } from "./update";

const SOON_MS = 400;

export const online = signal(typeof navigator === "undefined" || navigator.onLine !== false);
export const syncing = signal(false);
/** How many syncs have ended since the start, well or badly. */
export const syncsEnded = signal(0);
/** How many entries were only here when the present sync began. */
export const toSend = signal(0);
/** When the tablet tries again after a failure; null while all is well. */
export const retryAtMs = signal<number | null>(null);

let failures = 0;
/** Until when the office asked not to be called again. */
let askedUntilMs = 0;
/** Something was captured while a sync was under way. */
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send and fetch now. One at a time; never throws for weather. */
export async function syncNow(): Promise<void> {
  clearTimeout(timer);
  if (syncing.value) return;
  if (!canTry()) {
    plan(waitMs({ problem: null }, 0, Math.random()));
    return;
  }
  syncing.value = true;
  again = false;
  toSend.value = status.value?.onlyHere ?? 0;
  let wait = waitMs({ problem: null }, 0, Math.random());
  try {
    const synced = await tablet().sync();
    failures = synced.problem === null ? 0 : failures + 1;
    wait = waitMs(synced, failures, Math.random());
    askedUntilMs = Date.now() + (synced.problem?.retryAfterS ?? 0) * 1000;
    if (synced.problem?.code === "app-too-old") void lookForUpdate();
    retryAtMs.value = synced.problem === null ? null : Date.now() + wait;
  } catch (error) {
    // Not weather: the store itself. The work is kept; trying again later is all that can be done here.
    failures += 1;
    console.error(error);
  } finally {
    syncing.value = false;
    syncsEnded.value += 1;
    toSend.value = 0;
    plan(again && retryAtMs.value === null ? SOON_MS : wait);
  }
}

/** Sync in a moment: after a capture, so that captures close together go together. */
export function syncSoon(): void {
  // A capture does not cut a wait short that a failure has asked for.
  if (syncing.value) again = true;
  else if (retryAtMs.value === null && online.value) plan(SOON_MS);
}

/** Try at once, since something has changed for the better; not where the office asked for patience. */
function syncUnlessAsked(): void {
  if (Date.now() < askedUntilMs) return;
  failures = 0;
  void syncNow();
}

function canTry(): boolean {
  // Also after a fork: the office may have an order for this tablet.
  if (status.value?.wiped?.told === false) return true;
  return enrolled.value && people.value.length > 0;
}

function plan(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void syncNow(), ms);
}

/** Begin to sync by itself. Called once. */
export function followNetwork(): void {
  window.addEventListener("online", () => {
    online.value = true;
    syncUnlessAsked();
  });
  window.addEventListener("offline", () => (online.value = false));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") syncUnlessAsked();
  });
  void syncNow();
}
