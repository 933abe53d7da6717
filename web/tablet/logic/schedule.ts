/** When the tablet asks the office again by itself. */
import { waitS } from "../../sync/pace";
import type { Synced } from "../../sync/tablet";

export const EVERY_MS = 60_000;
const SECOND_MS = 1000;

/** What a sync says about the next one. */
export type Said = Pick<Synced, "problem"> & Partial<Pick<Synced, "nextSyncS">>;

/** How long to wait after a sync; `failures` counts those in a row that did not get through, this one included. */
export function waitMs(synced: Said, failures: number, chance: number): number {
  const failed = synced.problem === null ? 0 : Math.max(failures, 1);
  const asked = synced.problem?.retryAfterS ?? null;
  return SECOND_MS * waitS(synced.nextSyncS ?? null, asked, failed, chance, EVERY_MS / SECOND_MS);
}

/** Whole minutes for people, never less than one. */
export const minutes = (ms: number): number => Math.max(1, Math.round(ms / 60_000));
