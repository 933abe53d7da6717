/** What the map can show of a district, exactly: shares as whole parts, rupees as paisa, and the five steps between. */
import { paisa, wireRupees } from "../../shared/money";
import type { Compliance } from "../../shared/wire.gen";

export const MEASURES = ["clear", "due", "visited"] as const;
export type Measure = (typeof MEASURES)[number];

/** `part` of `whole`; for rupees `part` are paisa and `whole` is 1. */
export interface Value {
  readonly part: bigint;
  readonly whole: bigint;
}

/** The fewest visited establishments from which a measure of a district says something. */
export const ENOUGH: Readonly<Record<Measure, number>> = { clear: 20, due: 1, visited: 0 };

/** A district's value, or null where there is nothing to measure. */
export function valueOf(row: Compliance, measure: Measure): Value | null {
  switch (measure) {
    case "due":
      return { part: paisa(row.due_rs), whole: 1n };
    case "clear":
      return row.visited > 0 ? { part: BigInt(Math.max(0, row.visited - row.flagged)), whole: BigInt(row.visited) } : null;
    case "visited":
      return row.establishments > 0 ? { part: BigInt(row.visited), whole: BigInt(row.establishments) } : null;
  }
}

/** Whether too few establishments of a district were visited for this measure. */
export function tooFew(row: Compliance, measure: Measure): boolean {
  return row.visited < ENOUGH[measure] || valueOf(row, measure) === null;
}

/** The measure to begin with: the share without a flag where it says something of any district, else the rupees. */
export function firstMeasure(rows: readonly Compliance[]): Measure {
  return rows.length === 0 || rows.some((row) => !tooFew(row, "clear")) ? "clear" : "due";
}

/** Where the second to the fifth step begin: whole per cent of a share, whole rupees of a sum. */
export type Steps = readonly [bigint, bigint, bigint, bigint];

const FIFTHS: Steps = [20n, 40n, 60n, 80n];

/** The steps of a measure: fifths for the share without a flag, and for the others round ones up to the highest value. */
export function stepsOf(rows: readonly Compliance[], measure: Measure): Steps {
  if (measure === "clear") return FIFTHS;
  const highest = rows
    .filter((row) => !tooFew(row, measure))
    .map((row) => valueOf(row, measure) ?? { part: 0n, whole: 1n })
    .map((value) => ceiling(value.part * scale(measure), value.whole * unit(measure)))
    .reduce((most, each) => (each > most ? each : most), 0n);
  const step = roundStep(highest);
  return [step, 2n * step, 3n * step, 4n * step];
}

const ROUND = [10n, 12n, 15n, 20n, 25n, 30n, 40n, 50n, 60n, 80n] as const;

/** A round number, of which five reach `highest`: the smallest such. */
export function roundStep(highest: bigint): bigint {
  for (let power = 1n; ; power *= 10n)
    for (const lead of ROUND) if ((lead * power) % 10n === 0n && (lead * power) / 2n >= highest) return (lead * power) / 10n;
}

/** The step that a value is on, 1 to 5. */
export function stepOf(value: Value, steps: Steps, measure: Measure): number {
  const scaled = value.part * scale(measure);
  return 1 + steps.filter((begins) => scaled >= begins * value.whole * unit(measure)).length;
}

/** A share is measured in per cent, a sum in paisa, of which a rupee has a hundred. */
function scale(measure: Measure): bigint {
  return measure === "due" ? 1n : 100n;
}

function unit(measure: Measure): bigint {
  return measure === "due" ? 100n : 1n;
}

function ceiling(part: bigint, whole: bigint): bigint {
  return (part + whole - 1n) / whole;
}

/** A share in whole per cent, half up; never 0 of something nor 100 of less than all: "<1" and ">99" instead. */
export function percent({ part, whole }: Value): string {
  if (part > 0n && part * 100n < whole) return "<1";
  if (part < whole && part * 100n > whole * 99n) return ">99";
  return String((part * 200n + whole) / (whole * 2n));
}

/** All districts together. */
export function together(rows: readonly Compliance[]): Compliance {
  const add = (name: Figure) => rows.reduce((sum, row) => sum + row[name], 0);
  return {
    district: "",
    name: "",
    establishments: add("establishments"),
    visited: add("visited"),
    reports: add("reports"),
    flagged: add("flagged"),
    due_rs: wireRupees(rows.reduce((sum, row) => sum + paisa(row.due_rs), 0n)),
    open_conflicts: add("open_conflicts"),
    quarantined: add("quarantined"),
  };
}

type Figure = "establishments" | "visited" | "reports" | "flagged" | "open_conflicts" | "quarantined";

/** The columns of the table that can be sorted by. */
export type Column = "name" | Figure | "due_rs" | "clear" | "visited_share";

/** Rows by a column; what cannot be measured comes last in either direction, and equals stand by name. */
export function sorted(rows: readonly Compliance[], column: Column, down: boolean): readonly Compliance[] {
  return rows.toSorted((one, other) => compared(one, other, column, down) || one.name.localeCompare(other.name));
}

function compared(one: Compliance, other: Compliance, column: Column, down: boolean): number {
  const turn = down ? -1 : 1;
  if (column === "name") return turn * one.name.localeCompare(other.name);
  const [first, second] = [keyOf(one, column), keyOf(other, column)];
  if (first === null || second === null) return Number(first === null) - Number(second === null);
  const difference = first.part * second.whole - second.part * first.whole;
  return difference === 0n ? 0 : difference > 0n ? turn : -turn;
}

function keyOf(row: Compliance, column: Exclude<Column, "name">): Value | null {
  switch (column) {
    case "due_rs":
      return valueOf(row, "due");
    case "clear":
      return tooFew(row, "clear") ? null : valueOf(row, "clear");
    case "visited_share":
      return valueOf(row, "visited");
    default:
      return { part: BigInt(row[column]), whole: 1n };
  }
}
