import { expect, test } from "vitest";
import type { ElsewhereShown, Finding, LineShown, RateRow } from "../../shared/wire.gen";
import { checkName, namedChecks } from "../words/checks";
import { evidence } from "./evidence";

const line = (id: string) => ({ id, values: {}, worker: {}, disputed: [] }) as LineShown;
const report = { id: "report", lines: [line("1"), line("2"), line("3")], photos: [] };
const other: ElsewhereShown = { line: "2", month: "2024-07", on: "schedule", establishment: null };
const found = { elsewhere: [other, { ...other, line: "1" }], statute: [{ id: "a" }, { id: "b" }] as RateRow[] };
const finding = (values: Partial<Finding>): Finding => ({ code: "register-below-minimum", sentence: "", ...values });

test("a finding opens its own lines and rows, and no others", () => {
  const shown = evidence(finding({ record_ids: ["3", "1"], rate_row_ids: ["b"] }), report, found);
  expect(shown.lines.map((each) => each.id)).toEqual(["1", "3"]);
  expect(shown.rows.map((each) => each.id)).toEqual(["b"]);
  expect(shown.elsewhere).toEqual([]);
});

test("lines that are not shown are counted, and the report itself is none", () => {
  expect(evidence(finding({ record_ids: ["report", "1", "9"] }), report, found).missing).toBe(1);
  expect(evidence(finding({}), report, found)).toEqual({ lines: [], missing: 0, elsewhere: [], rows: [] });
});

test("other employers stand under the finding that is about them, for its lines alone", () => {
  const shown = evidence(finding({ code: "register-cnic-elsewhere", record_ids: ["2"] }), report, found);
  expect(shown.elsewhere).toEqual([other]);
});

test("a finding of another source keeps its own code", () => {
  expect(checkName("register-cnic-twice")).toBe("One CNIC twice in a month");
  expect(checkName("something-new")).toBe("something-new");
  expect(namedChecks().length).toBeGreaterThan(30);
});
