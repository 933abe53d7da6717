/** Adding every figure of an opened employer up again: what a court may do, done before it is shown. */
import { paisa, total, wireRupees } from "../../shared/money";
import type { LineShown, Opened, ReasonShown, ReportShown } from "../../shared/wire.gen";

/** A sum as it was given and as its parts add up. `gap` is what the parts lack (or, with a minus, have too much); null: nothing. */
export interface Sum {
  readonly given: string;
  readonly added: string;
  readonly gap: string | null;
}

/** A reason's lines: those that are there, and what cannot be found of what it rests on. */
export interface Behind {
  readonly lines: readonly LineShown[];
  /** What each line adds, by its id; and whether that comes to the reason's sum. */
  readonly amounts: ReadonlyMap<string, string>;
  readonly added: Sum;
  readonly linesMissing: number;
  readonly rowsMissing: readonly string[];
  /** Lines of months that the reason does not name. */
  readonly linesOutside: number;
}

export interface ReportCheck {
  readonly reasons: Sum;
  readonly months: Sum;
  /** What a later report asks for in this one's place: total less counted. Below zero it cannot be right. */
  readonly replaced: string;
  readonly behind: readonly Behind[];
  /** Months that claim more lines than there are behind the reasons. */
  readonly monthsShort: readonly string[];
  readonly sound: boolean;
}

export interface Check {
  readonly due: Sum;
  readonly reports: readonly ReportCheck[];
  /** Every sum is that of its parts, and everything that a figure rests on is there. */
  readonly sound: boolean;
}

/** Add everything up again, exactly. Nothing is put right here: what does not fit is told. */
export function check(opened: Opened): Check {
  const rows = new Set(opened.statute.map((row) => row.id));
  const reports = opened.reports.map((report) => checkReport(report, rows, opened.lines_left_out > 0));
  const due = sum(opened.due_rs, [...opened.reports.map((report) => report.counted_rs), opened.schedules_rs]);
  return { due, reports, sound: due.gap === null && reports.every((report) => report.sound) };
}

/** Whether an amount is that of its parts. */
export function sum(given: string, parts: readonly string[]): Sum {
  const added = total(parts);
  const gap = paisa(given) - paisa(added);
  return { given, added, gap: gap === 0n ? null : wireRupees(gap) };
}

function checkReport(report: ReportShown, rows: ReadonlySet<string>, someLeftOut: boolean): ReportCheck {
  const reasons = sum(report.total_rs, report.reasons.map((reason) => reason.amount_rs));
  const months = sum(report.total_rs, report.months.map((month) => month.due_rs));
  const replaced = paisa(report.total_rs) - paisa(report.counted_rs);
  const lines = new Map(report.lines.map((line) => [line.id, line]));
  const behind = report.reasons.map((reason) => behindOf(reason, lines, rows));
  const monthsShort = someLeftOut ? [] : shortMonths(report);
  const whole = behind.every(
    (each) =>
      each.added.gap === null && (someLeftOut || each.linesMissing === 0) && each.rowsMissing.length === 0 && each.linesOutside === 0,
  );
  const sound = reasons.gap === null && months.gap === null && replaced >= 0n && whole && monthsShort.length === 0;
  return { reasons, months, replaced: wireRupees(replaced), behind, monthsShort, sound };
}

function behindOf(reason: ReasonShown, all: ReadonlyMap<string, LineShown>, rows: ReadonlySet<string>): Behind {
  const lines = reason.line_ids.flatMap((id) => all.get(id) ?? []);
  return {
    lines: lines.toSorted((one, other) => monthOf(one).localeCompare(monthOf(other)) || (one.id < other.id ? -1 : 1)),
    amounts: new Map(reason.line_ids.map((id, place) => [id, reason.line_amounts_rs[place] ?? "0.00"])),
    added: sum(reason.amount_rs, reason.line_amounts_rs),
    linesMissing: reason.line_ids.length - lines.length,
    rowsMissing: reason.rate_row_ids.filter((id) => !rows.has(id)),
    linesOutside: lines.filter((line) => !reason.months.includes(monthOf(line))).length,
  };
}

function shortMonths(report: ReportShown): readonly string[] {
  const ids = new Set(report.reasons.flatMap((reason) => reason.line_ids));
  const behind = report.lines.filter((line) => ids.has(line.id)).map(monthOf);
  return report.months.filter((due) => due.lines > behind.filter((month) => month === due.month).length).map((due) => due.month);
}

function monthOf(line: LineShown): string {
  return typeof line.values.month === "string" ? line.values.month : "";
}
