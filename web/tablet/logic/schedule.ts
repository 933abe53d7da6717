/** When the tablet asks the office again by itself. */
import type { Synced } from "../../sync/tablet";

export const EVERY_MS = 60_000;
const LONGEST_MS = 16 * 60_000;

/** How long to wait after a sync; `failures` counts those in a row that did not get through, this one included. */
export function waitMs(synced: Pick<Synced, "problem">, failures: number): number {
  if (synced.problem === null) return EVERY_MS;
  const asked = (synced.problem.retryAfterS ?? 0) * 1000;
  const backed = Math.min(EVERY_MS * 2 ** Math.max(failures, 1), LONGEST_MS);
  return Math.max(asked, backed);
}

/** Whole minutes for people, never less than one. */
export const minutes = (ms: number): number => Math.max(1, Math.round(ms / 60_000));
