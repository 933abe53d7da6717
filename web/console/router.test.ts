import { expect, test } from "vitest";
import { address, partsOf } from "./router";

test("an address leads back to the parts that it was made of", () => {
  for (const parts of [["today"], ["conflicts", "01a2"], ["overview", "karachi/central", "open %"], ["quarantine", "device:82"]])
    expect(partsOf(address(parts).split("?")[0] ?? "")).toEqual(parts);
});

test("what is not asked for does not stand in the address", () => {
  expect(address(["today"], { day: "2026-11-23", visit: undefined, report: "" })).toBe("/console/today?day=2026-11-23");
});

test("an address that nobody could have meant is still read", () => {
  expect(partsOf("/console/%/")).toEqual(["%"]);
  expect(partsOf("/console")).toEqual([]);
});
