/** Whether the tablet's own clock is so wrong that somebody must be told. */

const MINUTE_MS = 60_000;
const OFF_MAX_MS = 10 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far the wall clock is ahead of the office's time (behind: below zero); null up to ten minutes. */
export function clockOff(wallMs: number, officeMs: number): number | null {
  const off = wallMs - officeMs;
  return Math.abs(off) > OFF_MAX_MS ? off : null;
}

/** A length of time as it is said, ahead or behind: rounded, in the largest unit of which there is more than one. */
export function lengthOf(ms: number): { readonly unit: "minutes" | "hours" | "days"; readonly count: number } {
  const long = Math.abs(ms);
  if (long >= 2 * DAY_MS) return { unit: "days", count: Math.round(long / DAY_MS) };
  if (long >= 2 * HOUR_MS) return { unit: "hours", count: Math.round(long / HOUR_MS) };
  return { unit: "minutes", count: Math.round(long / MINUTE_MS) };
}
