import { expect, test } from "vitest";
import type { PersonListed, VisitListed } from "../../shared/wire.gen";
import { perInspector } from "./assign";
import { dayAfter, inOrder, inspectors, isDay, remarked, tally } from "./days";

const visit = (over: Partial<VisitListed>): VisitListed => ({
  id: "v", establishment: "e", establishment_name: null, address: null, registration_no: null, district: "korangi",
  inspector: null, inspector_name: null, due: "2026-11-23", status: "planned", reports: [], open_conflicts: 0, ...over,
});
const person = (id: string, now: PersonListed["now"]): PersonListed => ({ id, login: id, name: id, postings: [], now });

test("the next day follows over the ends of months, years and leap years", () => {
  expect(dayAfter("2026-11-30", 1)).toBe("2026-12-01");
  expect(dayAfter("2027-01-01", -1)).toBe("2026-12-31");
  expect(dayAfter("2028-02-28", 1)).toBe("2028-02-29");
});

test("what is no day in the calendar is not taken for one", () => {
  expect(["2026-11-23", "2026-02-30", "2026-13-01", "23-11-2026", "", null].map(isDay)).toEqual([true, false, false, false, false, false]);
});

test("the visits of nobody stand first, and numbers in names count as numbers", () => {
  const order = inOrder([visit({ id: "b", inspector: "2", inspector_name: "Inspector 10" }), visit({ id: "c", inspector: "1", inspector_name: "Inspector 9" }), visit({ id: "a" })]);
  expect(order.map((each) => each.id)).toEqual(["a", "c", "b"]);
});

test("a day comes to the sum of its visits", () => {
  const visits = [visit({ status: "done", reports: [{ id: "r", wage_lines: 3 }], open_conflicts: 2 }), visit({ open_conflicts: 1 })];
  expect(tally(visits)).toEqual({ visits: 2, done: 1, reports: 1, conflicts: 3 });
});

test("a visit goes only to who is posted as inspector in its district now", () => {
  const people = [
    person("here", [{ role: "inspector", district: "korangi" }]),
    person("everywhere", [{ role: "inspector", district: null }]),
    person("elsewhere", [{ role: "inspector", district: "malir" }]),
    person("supervisor", [{ role: "supervisor", district: "korangi" }]),
    person("was", []),
  ];
  expect(inspectors(people, "korangi").map((each) => each.id)).toEqual(["everywhere", "here"]);
});

test("the number of visits for one inspector is read in any digits, and only within its limits", () => {
  expect(["8", " 12 ", "۸", "0", "51", "8.5", "", "-3"].map(perInspector)).toEqual([8, 12, 8, null, null, null, null, null]);
});

test("the remarks about a visit's reports are counted together, and the heaviest weight is shown", () => {
  const reports = [
    { id: "r", wage_lines: 3, remarks: 2, weight: "medium" as const },
    { id: "s", wage_lines: 0, remarks: 1, weight: "high" as const },
    { id: "t", wage_lines: 0, remarks: 0, weight: null },
  ];
  expect(remarked(visit({ reports }))).toEqual({ count: 3, weight: "high" });
  expect(remarked(visit({}))).toEqual({ count: 0, weight: null });
});
