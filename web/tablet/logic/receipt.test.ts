import { expect, test } from "vitest";
import { draftedOf, standingOf, type Known } from "./receipt";

const all: Known = { drafted: false, unsent: false, captured: true, text: "A".repeat(200) };

test("a receipt is shown once everything is at the office and nothing is being typed", () => {
  expect(standingOf(all)).toBe("here");
  expect(standingOf({ ...all, text: null })).toBe("awaited");
  expect(standingOf({ ...all, captured: false })).toBe("here");
});

test("typed or unsent work keeps a receipt that has come from being shown", () => {
  expect(standingOf({ ...all, drafted: true, unsent: true })).toBe("typing");
  expect(standingOf({ ...all, unsent: true })).toBe("unsent");
});

test("of a report that was written elsewhere none is waited for", () => {
  expect(standingOf({ ...all, captured: false, text: null })).toBe("elsewhere");
});

test("a draft is about the record that its key ends with, whosoever it is", () => {
  const records = new Set(["report-1", "line-1"]);
  expect(draftedOf(["lead/person-1", "correct/person-2/line-1"], records)).toBe(true);
  expect(draftedOf(["correct/person-2/line-2", "visit/person-1/visit-1"], records)).toBe(false);
});
