/** Syncing by itself: at the start, when the network comes, after each capture, every minute; slower after failures. */
import { signal } from "@preact/signals";
import { waitMs } from "../logic/schedule";
import { enrolled, people, status, tablet } from "./field";

const SOON_MS = 400;

export const online = signal(typeof navigator === "undefined" || navigator.onLine !== false);
export const syncing = signal(false);
/** How many entries were only here when the present sync began. */
export const toSend = signal(0);
/** When the tablet tries again after a failure; null while all is well. */
export const retryAtMs = signal<number | null>(null);

let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Send and fetch now. One at a time; never throws for weather. */
export async function syncNow(): Promise<void> {
  clearTimeout(timer);
  if (syncing.value) return;
  if (!canTry()) {
    plan(waitMs({ problem: null }, 0));
    return;
  }
  syncing.value = true;
  toSend.value = status.value?.onlyHere ?? 0;
  let wait = waitMs({ problem: null }, 0);
  try {
    const synced = await tablet().sync();
    failures = synced.problem === null ? 0 : failures + 1;
    wait = waitMs(synced, failures);
    retryAtMs.value = synced.problem === null ? null : Date.now() + wait;
  } catch (error) {
    // Not weather: the store itself. The work is kept; trying again later is all that can be done here.
    failures += 1;
    console.error(error);
  } finally {
    syncing.value = false;
    toSend.value = 0;
    plan(wait);
  }
}

/** Sync in a moment: after a capture, so that captures close together go together. */
export function syncSoon(): void {
  // A capture does not cut a wait short that a failure has asked for.
  if (retryAtMs.value === null && online.value) plan(SOON_MS);
}

function canTry(): boolean {
  return enrolled.value && people.value.length > 0 && status.value?.forked !== true;
}

function plan(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void syncNow(), ms);
}

/** Begin to sync by itself. Called once. */
export function followNetwork(): void {
  window.addEventListener("online", () => {
    online.value = true;
    failures = 0;
    retryAtMs.value = null;
    void syncNow();
  });
  window.addEventListener("offline", () => (online.value = false));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && retryAtMs.value === null) void syncNow();
  });
  void syncNow();
}
