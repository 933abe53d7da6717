/** How a dated row of the law stands on a day, judged as the server does: of those in force the last to begin counts. */
import type { RateRow } from "../../shared/wire.gen";

export type Standing = "counts" | "suspended" | "coming" | "past" | "replaced";

/** Whether a row is in force on a day: begun, not ended, not suspended. */
export function holds(row: RateRow, day: string): boolean {
  return within(day, row.valid_from, row.valid_to ?? null) && !isSuspended(row, day);
}

function isSuspended(row: RateRow, day: string): boolean {
  return row.suspended_from != null && within(day, row.suspended_from, row.suspended_to ?? null);
}

function within(day: string, from: string, to: string | null): boolean {
  return from <= day && (to === null || day < to);
}

/** How a row stands on a day among the rows of its kind. */
export function standing(row: RateRow, day: string, all: readonly RateRow[]): Standing {
  if (day < row.valid_from) return "coming";
  if (row.valid_to != null && row.valid_to <= day) return "past";
  if (isSuspended(row, day)) return "suspended";
  const last = all.filter((each) => each.kind === row.kind && holds(each, day)).sort(byBeginning).at(-1);
  return last?.id === row.id ? "counts" : "replaced";
}

function byBeginning(one: RateRow, other: RateRow): number {
  return one.valid_from.localeCompare(other.valid_from) || one.id.localeCompare(other.id);
}

/** The rows by kind, in the order in which `kinds` names them, the newest first; kinds without a row are left out. */
export function byKind(rows: readonly RateRow[], kinds: readonly string[]): readonly (readonly [string, readonly RateRow[]])[] {
  const known = [...kinds, ...new Set(rows.map((each) => each.kind).filter((each) => !kinds.includes(each)))];
  return known.flatMap((kind) => {
    const found = rows.filter((each) => each.kind === kind).sort((one, other) => byBeginning(other, one));
    return found.length === 0 ? [] : [[kind, found] as const];
  });
}
