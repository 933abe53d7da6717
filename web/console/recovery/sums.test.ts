import { describe, expect, test } from "vitest";
import type { LineShown, Opened, RateRow, ReportShown } from "../../shared/wire.gen";
import { check } from "./sums";

const rate: RateRow = { id: "rate", kind: "contribution_rate_percent", value: "6", unit: "percent", valid_from: "2016-07-01", legal_basis: "", source: "", confirmed: true };

function line(id: string, month: string): LineShown {
  return { id, values: { month, wage_rs: 40000 }, worker: {}, disputed: [] };
}

const report: ReportShown = {
  report: "r",
  visit: "v",
  captured_ms: 0,
  made_ms: 0,
  provisional: false,
  total_rs: "7200.30",
  counted_rs: "7200.30",
  reasons: [
    { code: "month-unpaid", sentence: "", months: ["2026-02"], amount_rs: "4800.20", line_ids: ["b", "c"], line_amounts_rs: ["2400.10", "2400.10"], rate_row_ids: ["rate"] },
    { code: "worker-not-registered", sentence: "", months: ["2026-01", "2026-02"], amount_rs: "2400.10", line_ids: ["c", "a"], line_amounts_rs: ["0.00", "2400.10"], rate_row_ids: ["rate"] },
  ],
  months: [
    { month: "2026-01", due_rs: "2400.10", lines: 1, rate_row_ids: ["rate"], unpaid: false },
    { month: "2026-02", due_rs: "4800.20", lines: 2, rate_row_ids: ["rate"], unpaid: true },
  ],
  remarks: [],
  findings: [],
  lines: [line("c", "2026-02"), line("b", "2026-02"), line("a", "2026-01")],
};

function opened(change: Partial<ReportShown> = {}, rest: Partial<Opened> = {}): Opened {
  const shown = { ...report, ...change };
  return { establishment: "e", name: null, registration_no: null, district: "d", due_rs: shown.counted_rs, reports: [shown], statute: [rate], lines_left_out: 0, schedules_rs: "0.00", standing: null, rules: [], ...rest };
}

describe("an opened employer", () => {
  test("is sound where every sum is that of its parts", () => {
    const found = check(opened());
    expect(found.sound).toBe(true);
    expect(found.reports[0]?.behind[1]?.lines.map((each) => each.id)).toEqual(["a", "c"]);
  });

  test("tells by how much a total differs from its reasons and months, to the paisa", () => {
    const found = check(opened({ total_rs: "7200.31", counted_rs: "7200.31" }));
    expect(found.sound).toBe(false);
    expect(found.reports[0]?.reasons).toEqual({ given: "7200.31", added: "7200.30", gap: "0.01" });
    expect(found.reports[0]?.months.gap).toBe("0.01");
    const less = check(opened({ months: report.months.slice(0, 1) }));
    expect(less.reports[0]?.months.gap).toBe("4800.20");
    expect(less.reports[0]?.reasons.gap).toBeNull();
    expect(less.sound).toBe(false);
  });

  test("tells by how much a reason differs from its lines", () => {
    const [first, ...others] = report.reasons;
    if (!first) throw new Error("no reason");
    const found = check(opened({ reasons: [{ ...first, line_amounts_rs: ["2400.10", "2400.00"] }, ...others] }));
    expect(found.reports[0]?.behind[0]?.added).toEqual({ given: "4800.20", added: "4800.10", gap: "0.10" });
    expect(found.reports[0]?.reasons.gap).toBeNull();
    expect(found.sound).toBe(false);
  });

  test("counts what the reports count and not what a later one replaces", () => {
    const earlier = { ...report, report: "s", counted_rs: "2400.10" };
    const both = opened({}, { reports: [report, earlier], due_rs: "9600.40" });
    expect(check(both).sound).toBe(true);
    expect(check(both).reports[1]?.replaced).toBe("4800.20");
    expect(check({ ...both, due_rs: "14400.60" }).due.gap).toBe("4800.20");
    expect(check({ ...both, due_rs: "14400.60" }).sound).toBe(false);
  });

  test("counts what is open by schedules beyond the reports", () => {
    expect(check(opened({}, { schedules_rs: "2400.00", due_rs: "9600.30" })).sound).toBe(true);
    expect(check(opened({}, { schedules_rs: "2400.00" })).due.gap).toBe("-2400.00");
  });

  test("cannot count more of a report than there is", () => {
    expect(check(opened({ counted_rs: "7300.00" }, { due_rs: "7300.00" })).sound).toBe(false);
  });

  test("says which lines and rate rows are not there", () => {
    const fewer = check(opened({ lines: report.lines.slice(0, 2) }));
    expect(fewer.reports[0]?.behind.map((each) => each.linesMissing)).toEqual([0, 1]);
    expect(fewer.reports[0]?.monthsShort).toEqual(["2026-01"]);
    expect(fewer.sound).toBe(false);
    const lawless = check(opened({}, { statute: [] }));
    expect(lawless.reports[0]?.behind[0]?.rowsMissing).toEqual(["rate"]);
    expect(lawless.sound).toBe(false);
  });

  test("may lack lines where the answer says that some were left out", () => {
    expect(check(opened({ lines: report.lines.slice(0, 2) }, { lines_left_out: 1 })).sound).toBe(true);
  });

  test("is not sound where a line lies outside of the reason's months", () => {
    const found = check(opened({ lines: [line("c", "2026-02"), line("b", "2025-12"), line("a", "2026-01")] }));
    expect(found.reports[0]?.behind[0]?.linesOutside).toBe(1);
    expect(found.sound).toBe(false);
  });
});
