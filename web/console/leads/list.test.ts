import { expect, test } from "vitest";
import type { LeadListed } from "../../shared/wire.gen";
import { actsOf, bodyOf, daysSince, numberOf } from "./list";

const lead = (values: Partial<LeadListed> = {}): LeadListed =>
  ({ status: "found", next: ["handed_over", "rejected", "duplicate"], what: "unit", establishment: null, establishment_no: null, reference: null, ...values }) as LeadListed;
const typed = (text: string, same = "") => ({ text, on: "2026-11-22", same });

test("only what may follow is offered", () => {
  expect(actsOf(lead())).toEqual(["hand-over", "reject"]);
  expect(actsOf(lead({ status: "handed_over", next: ["registered", "rejected", "duplicate"] }))).toEqual(["registered", "reject"]);
  expect(actsOf(lead({ status: "card_issued", next: ["card_issued"] }))).toEqual(["card"]);
  expect(actsOf(lead({ status: "rejected", next: [] }))).toEqual([]);
  expect(actsOf(lead({ status: "lifted", next: ["handed_over", "registered"] }))).toEqual([]);
  expect(actsOf(lead({ status: "lifted", next: ["handed_over", "registered"], reference: "R 1" }))).toEqual(["registered"]);
});

test("nothing is sent while something is missing", () => {
  expect(bodyOf("hand-over", typed("  "), lead())).toBeNull();
  expect(bodyOf("hand-over", typed(" R 1 "), lead())).toEqual({ reference: "R 1", on: "2026-11-22" });
  expect(bodyOf("card", typed("0"), lead())).toBeNull();
  expect(bodyOf("card", typed("12"), lead())).toEqual({ cards: 12, on: "2026-11-22" });
  expect(bodyOf("reject", typed(""), lead())).toBeNull();
  expect(bodyOf("reject", typed("Same place", "other"), lead())).toEqual({ reason: "Same place", duplicate_of: "other" });
});

test("workers of a registered unit need no number, a contractor's do", () => {
  const known = { establishment: "unit", establishment_no: "2024010001" };
  expect(bodyOf("registered", typed(""), lead(known))).toEqual({ on: "2026-11-22" });
  expect(bodyOf("registered", typed(""), lead({ ...known, what: "contractor" }))).toBeNull();
  expect(bodyOf("registered", typed(""), lead())).toBeNull();
  expect(numberOf(lead(known))).toBe("2024010001");
});

test("the age counts days of Pakistan's calendar", () => {
  const midnight = Date.parse("2026-11-22T00:00:00+05:00");
  expect(daysSince(midnight - 1, midnight)).toBe(1);
  expect(daysSince(midnight, midnight + 86_399_000)).toBe(0);
  expect(daysSince(midnight + 60_000, midnight)).toBe(0);
});
