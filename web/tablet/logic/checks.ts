/** What is wrong with typed lines. Facts of the paper alone: no rate and no limit of the law is looked at here. */
import { type Column, filled, type Line, type VisitDraft } from "./draft";
import { CNIC_DIGITS } from "./typing";

/**
 * What is wrong with one cell. A `hard` one cannot be captured; the others may stand so in the register, and the
 * inspector can say that they do.
 */
export type Fault =
  | { readonly column: Column; readonly hard: true; readonly code: "wage-missing" | "too-large" }
  | { readonly column: Column; readonly hard: true; readonly code: "too-many-days"; readonly days: number }
  | { readonly column: Column; readonly hard: false; readonly code: "cnic-length"; readonly digits: number }
  | { readonly column: Column; readonly hard: false; readonly code: "cnic-again"; readonly line: number }
  | { readonly column: Column; readonly hard: false; readonly code: "nobody" | "days-missing" };

/** A fault with the place where it stands: `row` counts from 1 within the month. */
export interface Found {
  readonly line: Line;
  readonly row: number;
  readonly fault: Fault;
}

const RUPEES_MAX = 1_000_000_000;

/** How many days a month has; `month` as on the wire. */
export function daysIn(month: string): number {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** The faults of one month's lines, by line id; lines without an entry have none. */
export function faultsOf(lines: readonly Line[]): ReadonlyMap<string, readonly Fault[]> {
  const firstWith = new Map<string, number>();
  const found = new Map<string, readonly Fault[]>();
  lines.forEach((line, at) => {
    if (!filled(line)) return;
    const faults = [...ownFaults(line), ...again(line, firstWith)];
    if (line.cnic.length === CNIC_DIGITS && !firstWith.has(line.cnic)) firstWith.set(line.cnic, at + 1);
    if (faults.length > 0) found.set(line.id, faults);
  });
  return found;
}

/** The faults without what is only not finished: the cell being typed, and a wage that comes after it. */
export function withoutTyping(faults: ReadonlyMap<string, readonly Fault[]>, line: string, column: Column): ReadonlyMap<string, readonly Fault[]> {
  const own = (faults.get(line) ?? []).filter((fault) => fault.code !== "wage-missing" && (fault.code !== "cnic-length" || column !== "cnic"));
  const rest = new Map(faults);
  if (own.length > 0) rest.set(line, own);
  else rest.delete(line);
  return rest;
}

function ownFaults(line: Line): Fault[] {
  const faults: Fault[] = [];
  if (line.worker_name.trim() === "" && line.cnic === "") faults.push({ column: "worker_name", hard: false, code: "nobody" });
  if (line.cnic !== "" && line.cnic.length !== CNIC_DIGITS) {
    faults.push({ column: "cnic", hard: false, code: "cnic-length", digits: line.cnic.length });
  }
  const days = daysIn(line.month);
  if (Number(line.days) > days) faults.push({ column: "days", hard: true, code: "too-many-days", days });
  // Without them the limit for each day cannot be held against the wage.
  if (line.by_day === "day" && Number(line.days) === 0) faults.push({ column: "days", hard: false, code: "days-missing" });
  if (line.wage_rs === "") faults.push({ column: "wage_rs", hard: true, code: "wage-missing" });
  for (const column of ["wage_rs", "declared_wage_rs"] as const) {
    if (Number(line[column]) > RUPEES_MAX) faults.push({ column, hard: true, code: "too-large" });
  }
  return faults;
}

function again(line: Line, firstWith: ReadonlyMap<string, number>): Fault[] {
  const before = line.cnic.length === CNIC_DIGITS ? firstWith.get(line.cnic) : undefined;
  return before === undefined ? [] : [{ column: "cnic", hard: false, code: "cnic-again", line: before }];
}

/** Every fault of every month, in the order of the lines. */
export function allFaults(draft: VisitDraft): Found[] {
  const months = [...new Set(draft.lines.map(({ month }) => month))].sort();
  return months.flatMap((month) => {
    const lines = draft.lines.filter((line) => line.month === month);
    const faults = faultsOf(lines);
    return lines.flatMap((line, at) => (faults.get(line.id) ?? []).map((fault) => ({ line, row: at + 1, fault })));
  });
}

/** The months that have wage lines and were not said to be checked, in order: no assessment counts those lines. */
export function uncheckedMonths(draft: VisitDraft): string[] {
  const months = new Set(draft.lines.filter(filled).map(({ month }) => month));
  return [...months].filter((month) => !draft.answers.months.includes(month)).sort();
}

/** What stands under a month's columns. Sums are of whole rupees and exact. */
export interface Totals {
  readonly lines: number;
  readonly wages: number;
  readonly declared: number;
  readonly notDeclared: number;
  readonly notRegistered: number;
}

/** Add a month's lines up. Lines without an entry do not count. */
export function totalsOf(lines: readonly Line[]): Totals {
  const typed = lines.filter(filled);
  const sum = (column: "wage_rs" | "declared_wage_rs"): number => typed.reduce((total, line) => total + Number(line[column]), 0);
  return {
    lines: typed.length,
    wages: sum("wage_rs"),
    declared: sum("declared_wage_rs"),
    notDeclared: typed.filter((line) => line.declared_wage_rs === "").length,
    notRegistered: typed.filter((line) => line.registered === "no").length,
  };
}
