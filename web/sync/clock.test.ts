import { describe, expect, test } from "vitest";
import { CaptureClock, type Elapsed, NO_TIME } from "./clock";

const OFFICE = Date.UTC(2026, 10, 22, 6);
const YEAR = 365 * 24 * 3_600_000;
const HOUR = 3_600_000;

/** A tablet whose wall clock can be set to anything, and which can sleep. */
function world(wallMs: number) {
  let monotonicMs = 500;
  const clock = { nowMs: () => wallMs, monotonicMs: () => monotonicMs };
  return {
    clock,
    set: (ms: number) => (wallMs = ms),
    pass: (ms: number) => ((wallMs += ms), (monotonicMs += ms)),
    sleep: (ms: number) => (wallMs += ms),
    restart: () => (monotonicMs = 0),
  };
}

const reopened = (clock: ReturnType<typeof world>["clock"], kept: Elapsed) => new CaptureClock(clock, "another run", kept);

describe("the office's time", () => {
  test("is the wall clock's while no anchor came, or one that tells no time", () => {
    const { clock } = world(12_345);
    const time = new CaptureClock(clock, "run", NO_TIME);
    expect(time.officeNowMs()).toBe(12_345);
    time.receive("no time");
    expect(time.officeNowMs()).toBe(12_345);
  });

  test.each([-3 * YEAR, 2 * YEAR])("is right on a tablet whose clock is wrong by %d ms, also after the app was closed", (wrong) => {
    const { clock, pass, sleep, restart } = world(OFFICE + wrong);
    const time = new CaptureClock(clock, "run", NO_TIME);
    time.receive(`${OFFICE}.tag`);
    pass(HOUR);
    expect(time.officeNowMs()).toBe(OFFICE + HOUR);
    const kept = time.now();
    sleep(14 * HOUR);
    restart();
    expect(reopened(clock, kept).officeNowMs()).toBe(OFFICE + 15 * HOUR);
  });

  test("goes on while the tablet sleeps, although the time since the anchor stands still", () => {
    const { clock, sleep } = world(OFFICE);
    const time = new CaptureClock(clock, "run", NO_TIME);
    time.receive(`${OFFICE}.tag`);
    sleep(8 * HOUR);
    expect(time.officeNowMs()).toBe(OFFICE + 8 * HOUR);
  });

  test("does not go back with a clock that is set back, and a new anchor tells it anew", () => {
    const { clock, set, pass } = world(OFFICE);
    const time = new CaptureClock(clock, "run", NO_TIME);
    time.receive(`${OFFICE}.tag`);
    pass(HOUR);
    set(OFFICE - YEAR);
    expect(time.officeNowMs()).toBe(OFFICE + HOUR);
    expect(reopened(clock, time.now()).officeNowMs()).toBe(OFFICE + HOUR);
    time.receive(`${OFFICE + HOUR}.tag`);
    pass(1000);
    expect(time.officeNowMs()).toBe(OFFICE + HOUR + 1000);
  });
});
