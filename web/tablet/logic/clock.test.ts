import { expect, test } from "vitest";
import { today } from "../../shared/format";
import { CaptureClock, NO_TIME } from "../../sync/clock";
import { clockOff, lengthOf } from "./clock";
import { finishedMonths } from "./months";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test("a clock is wrong beyond ten minutes, ahead or behind", () => {
  expect([10, -10, 0].map((off) => clockOff(off * MINUTE, 0))).toEqual([null, null, null]);
  expect([11, -11].map((off) => clockOff(off * MINUTE, 0))).toEqual([11 * MINUTE, -11 * MINUTE]);
});

test("how long is said in the largest unit that fits", () => {
  expect([11 * MINUTE, -119 * MINUTE, 3 * 60 * MINUTE, -47 * 60 * MINUTE, -730 * DAY].map(lengthOf)).toEqual([
    { unit: "minutes", count: 11 },
    { unit: "minutes", count: 119 },
    { unit: "hours", count: 3 },
    { unit: "hours", count: 47 },
    { unit: "days", count: 730 },
  ]);
});

test("on a tablet set to another year, the months offered and today are the office's", () => {
  const office = Date.UTC(2026, 10, 22, 6);
  const wallMs = Date.UTC(2019, 0, 1);
  const time = new CaptureClock({ nowMs: () => wallMs, monotonicMs: () => 0 }, "run", NO_TIME);
  time.receive(`${office}.tag`);
  expect(today(time.officeNowMs())).toBe("2026-11-22");
  expect(finishedMonths(today(time.officeNowMs()), 2)).toEqual(["2026-10", "2026-09"]);
  expect(lengthOf(clockOff(wallMs, time.officeNowMs()) ?? 0).unit).toBe("days");
});
