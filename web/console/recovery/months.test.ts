import { expect, test } from "vitest";
import { monthSpan, runs } from "./months";

test("months that follow each other stand together, also over a new year", () => {
  expect(runs(["2026-01", "2025-11", "2025-12", "2026-03", "2026-01"])).toEqual([
    ["2025-11", "2026-01"],
    ["2026-03", "2026-03"],
  ]);
  expect(runs([])).toEqual([]);
});

test("a span names its first and last month", () => {
  expect(monthSpan(["2026-08", "2026-09", "2026-10", "2026-12"])).toBe("August – October 2026, December 2026");
  expect(monthSpan(["2025-12", "2026-01"])).toBe("December 2025 – January 2026");
});
