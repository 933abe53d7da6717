/** How a tablet waits before it asks again (docs/protocol.md, "When to ask again"). field/sync/pace.py is the same. */

/** However crowded the office is: a tablet that is told more takes this. */
export const NEXT_SYNC_S_MAX = 16 * 60;

const JITTER = 0.25;
const BACK_OFF_S = 60;
const BACK_OFF_S_MAX = 16 * 60;
const DOUBLINGS_MAX = 10;

/** What the office said last about when to ask again, in seconds; null where it said nothing. */
export interface Told {
  nextSyncS: number | null;
}

/** Take what an answer says; an office of an earlier version says nothing. */
export function heard(told: Told | undefined, nextSyncS: unknown): void {
  if (told !== undefined) told.nextSyncS = typeof nextSyncS === "number" && Number.isFinite(nextSyncS) ? nextSyncS : null;
}

/**
 * How long to wait after a sync, in seconds. `failures` counts those in a row that did not get through, this one
 * included; 0: all went well, and then `nextSyncS` counts, or `everyS` where the office said nothing. After a failure
 * twice as long each time, and never less than `retryAfterS`. `chance` from 0 to 1 makes it up to a quarter longer.
 */
export function waitS(
  nextSyncS: number | null, retryAfterS: number | null, failures: number, chance: number, everyS: number,
): number {
  if (failures === 0) return nextSyncS === null ? everyS : Math.min(Math.max(nextSyncS, 1), NEXT_SYNC_S_MAX);
  const backed = Math.min(BACK_OFF_S * 2 ** Math.min(failures, DOUBLINGS_MAX), BACK_OFF_S_MAX);
  return Math.max(retryAfterS ?? 0, backed) * (1 + JITTER * chance);
}
