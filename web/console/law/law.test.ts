import { expect, test } from "vitest";
import type { KindListed, RateRow } from "../../shared/wire.gen";
import { difference, draftOf, EMPTY, faults, rowOf, signed, type Draft } from "./draft";
import { byKind, standing } from "./standing";

const WAGE: KindListed = { kind: "minimum_wage_rs_month", words: "minimum wage", unit: "Rs/month", choices: [], least: 0, most: 1_000_000_000, whole: false };
const DAY: KindListed = { kind: "due_day_of_following_month", words: "due day", unit: "day of the next month", choices: [], least: 1, most: 31, whole: true };
const RULE: KindListed = { kind: "daily_wage_rule", words: "rule", unit: "rule", choices: ["month-limit"], least: 0, most: 1, whole: false };

const row = (id: string, valid_from: string, more: Partial<RateRow> = {}): RateRow => ({ id, kind: WAGE.kind, value: "37000", unit: "Rs/month", valid_from, legal_basis: "Notification", source: "Gazette", confirmed: true, ...more });
const typed = (more: Partial<Draft> = {}): Draft => ({ ...EMPTY, kind: WAGE.kind, value: "42000", valid_from: "2026-07-01", legal_basis: "Notification", confirmed: true, ...more });

test("of the rows in force the last to begin counts, and a suspended one leaves its place to the one before", () => {
  const rows = [row("2019", "2019-07-01"), row("2021", "2021-07-01", { suspended_from: "2021-12-01", suspended_to: "2022-06-01" }), row("2030", "2030-07-01"), row("2010", "2010-07-01", { valid_to: "2015-07-01" })];
  const on = (day: string) => Object.fromEntries(rows.map((each) => [each.id, standing(each, day, rows)]));
  expect(on("2021-11-30")).toEqual({ 2019: "replaced", 2021: "counts", 2030: "coming", 2010: "past" });
  expect(on("2021-12-01")).toEqual({ 2019: "counts", 2021: "suspended", 2030: "coming", 2010: "past" });
  expect(on("2022-06-01")["2021"]).toBe("counts");
});

test("rows stand by kind, the newest first, and a kind that this page does not know is not lost", () => {
  const rows = [row("a", "2019-07-01"), row("b", "2021-07-01"), row("c", "2020-01-01", { kind: "new_kind" })];
  expect(byKind(rows, [DAY.kind, WAGE.kind]).map(([kind, found]) => [kind, found.map((each) => each.id)])).toEqual([
    [WAGE.kind, ["b", "a"]],
    ["new_kind", ["c"]],
  ]);
});

test("a draft tells what is missing where it is missing, and nothing is said to be confirmed beforehand", () => {
  expect(faults(EMPTY, undefined)).toEqual({ kind: "kind" });
  expect(faults({ ...EMPTY, kind: WAGE.kind }, WAGE)).toEqual({ value: "value", valid_from: "from", legal_basis: "basis", confirmed: "confirmed" });
  expect(faults(typed(), WAGE)).toEqual({});
  expect(faults(typed({ confirmed: false }), WAGE)).toEqual({ note: "note" });
  expect(faults(typed({ valid_to: "2026-07-01" }), WAGE)).toEqual({ valid_to: "order" });
  expect(faults(typed({ suspended_to: "2026-09-01" }), WAGE)).toEqual({ suspended_from: "suspended" });
  expect(faults(typed({ suspended_from: "2026-06-30" }), WAGE)).toEqual({ suspended_from: "suspendedOrder" });
});

test("a figure may be typed with commas and Urdu digits; a day of 32 and a half day are no days", () => {
  expect(faults(typed({ value: "۴۲,۰۰۰" }), WAGE)).toEqual({});
  expect(rowOf(typed({ value: "۴۲,۰۰۰" }), WAGE, []).value).toBe("42000");
  expect(faults(typed({ value: "32" }), DAY).value).toBe("range");
  expect(faults(typed({ value: "14.5" }), DAY).value).toBe("whole");
  expect(faults(typed({ value: "forty" }), WAGE).value).toBe("value");
  expect(faults(typed({ value: "month-limit" }), RULE)).toEqual({});
});

test("a new row never takes the id of one that is there; a corrected one keeps its own", () => {
  const held = [row("minimum-wage-rs-month-2026-07-01", "2026-07-01")];
  expect(rowOf(typed(), WAGE, held).id).toBe("minimum-wage-rs-month-2026-07-01-2");
  const [first] = held;
  expect(first && rowOf(draftOf(first), WAGE, held)).toMatchObject({ id: "minimum-wage-rs-month-2026-07-01", valid_to: null, note: "" });
});

test("differences are exact and bear their sign", () => {
  expect(difference("1800.00", "1500.50")).toBe("-299.50");
  expect(signed("299.50", (each) => each)).toBe("+ 299.50");
  expect(signed("0.00", (each) => each)).toBe("0.00");
});
