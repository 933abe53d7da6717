import { describe, expect, test } from "vitest";
import { check } from "../../sync/values";
import { declaredChange, newRecords } from "./capture";
import { answersOf, changedFields, correctedLine, correctedReport, lineOf, overtaken } from "./correct";
import { beginDraft, blankLine, type Line, NO_ANSWERS, readDraft, type VisitDraft } from "./draft";

const ID = "018f0000-0000-7000-8000-00000000000a";
const VISIT = "018f0000-0000-7000-8000-00000000000b";

const draft: VisitDraft = {
  ...beginDraft(VISIT, "e", ID, "2026-06"),
  answers: { ...NO_ANSWERS, months: ["2026-06", "2026-05"], paid: ["2026-05"], men: "12", women: "3", produced: ["wage register"], refused: false, personMet: " The manager ", place: { lat: 24.8, lon: 67.1, accuracy_m: 8 } },
  lines: [
    { ...blankLine("l1", "2026-06"), worker_name: "Worker 1", cnic: "4240177304125", days: "26", wage_rs: "38500", registered: "no" },
    blankLine("l2", "2026-06"),
  ],
  photos: [{ id: "p1", sha256: "a".repeat(64), size: 5, media_type: "image/jpeg", taken_ms: 1, purpose: "unit" }],
};

describe("capture", () => {
  test("what was typed becomes records that the office takes, and blank lines become none", () => {
    const { report, lines, photos } = newRecords(draft);
    expect(report).toEqual({
      id: ID,
      values: {
        visit: VISIT,
        months_checked: ["2026-05", "2026-06"],
        months_paid: ["2026-05"],
        headcount: { men: 12, women: 3, total: 15 },
        records_produced: ["wage register"],
        records_refused: false,
        person_met: "The manager",
        place: { lat: 24.8, lon: 67.1, accuracy_m: 8 },
      },
    });
    expect(lines).toEqual([{ id: "l1", values: { report: ID, month: "2026-06", worker_name: "Worker 1", cnic: "42401-7730412-5", days: 26, wage_rs: 38500, registered: false } }]);
    expect(photos.map(({ id }) => id)).toEqual(["p1"]);
    check("report", report.values, true);
    for (const { values } of lines) check("wage_line", values, true);
    for (const { values } of photos) check("photo", values, true);
  });

  test("a wage by the day says so, and one by the month says nothing, as before", () => {
    const [first, blank] = draft.lines as [Line, Line];
    const { lines } = newRecords({ ...draft, lines: [{ ...first, by_day: "day" }, first, blank] });
    expect(lines.map(({ values }) => values["by_day"])).toEqual([true, undefined]);
    for (const { values } of lines) check("wage_line", values, true);
    const kept = { month: "2026-06", wage_rs: 900, by_day: true };
    const before = lineOf("l1", kept);
    expect(before.by_day).toBe("day");
    expect(correctedLine({ version: 1, before, now: { ...before, by_day: "" } })).toEqual({ by_day: null });
    expect(correctedLine({ version: 1, before: lineOf("l1", { ...kept, by_day: null }), now: before })).toEqual({ by_day: true });
  });

  test("a draft kept before a line could be by the day is taken over, and its blank lines stay blank", () => {
    const lines = draft.lines.map(({ by_day, ...line }) => line);
    expect(readDraft({ ...draft, version: 2, lines })).toEqual(draft);
  });

  test("nothing answered is nothing said", () => {
    expect(newRecords({ ...draft, answers: NO_ANSWERS }).report.values).toEqual({ visit: VISIT });
  });

  test("a month that was not checked cannot be paid", () => {
    const answers = { ...NO_ANSWERS, months: ["2026-06"], paid: ["2026-01"] };
    expect(newRecords({ ...draft, answers }).report.values).toMatchObject({ months_checked: ["2026-06"], months_paid: [] });
  });

  test("half a count is none", () => {
    expect(newRecords({ ...draft, answers: { ...NO_ANSWERS, men: "4" } }).report.values).toEqual({ visit: VISIT });
  });

  test("the register's number changes only where another one was typed", () => {
    expect(declaredChange({ ...NO_ANSWERS, declared: "60" }, 60)).toBeNull();
    expect(declaredChange({ ...NO_ANSWERS, declared: "" }, 60)).toBeNull();
    expect(declaredChange({ ...NO_ANSWERS, declared: "0" }, 60)).toBe(0);
  });
});

describe("correcting", () => {
  const { report, lines } = newRecords(draft);
  const line = lines[0]?.values ?? {};

  test("what was kept comes back as it was typed", () => {
    expect(changedFields(answersOf(report.values), { ...draft.answers, personMet: "The manager" })).toEqual([]);
    expect(lineOf("l1", line)).toEqual(draft.lines[0]);
  });

  test("only what was typed anew is saved, and what was emptied becomes nothing", () => {
    const before = lineOf("l1", line);
    const now = { ...before, wage_rs: "39000", days: "" };
    expect(correctedLine({ version: 1, before, now })).toEqual({ wage_rs: 39000, days: null });
    const answers = answersOf(report.values);
    expect(correctedReport({ version: 1, before: answers, now: { ...answers, women: "4", remarks: "Seen twice" } })).toEqual({
      headcount: { men: 12, women: 4, total: 16 },
      remarks: "Seen twice",
    });
    expect(correctedReport({ version: 1, before: answers, now: answers })).toEqual({});
  });

  test("what a colleague changed meanwhile is told, where it was typed anew here", () => {
    expect(overtaken({ wage_rs: 39000 }, { wage_rs: 38500, days: 26 }, { wage_rs: 41000, days: 20 })).toEqual(["wage_rs"]);
    expect(overtaken({ wage_rs: 39000 }, { wage_rs: 38500 }, { wage_rs: 38500 })).toEqual([]);
  });
});
