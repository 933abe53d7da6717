import { describe, expect, test } from "vitest";
import type { Compliance } from "../../shared/wire.gen";
import { firstMeasure, percent, roundStep, sorted, stepOf, stepsOf, together, tooFew, valueOf, type Measure, type Steps } from "./measures";

function row(name: string, rest: Partial<Compliance> = {}): Compliance {
  return { district: name, name, establishments: 100, visited: 40, reports: 40, flagged: 10, due_rs: "0.00", open_conflicts: 0, quarantined: 0, ...rest };
}

/** The step that a district is on. */
function on(district: Compliance, measure: Measure, steps: Steps): number {
  const value = valueOf(district, measure);
  if (!value) throw new Error("nothing to measure");
  return stepOf(value, steps, measure);
}

describe("a measure", () => {
  test("is exact: a sum just below a step is not on it", () => {
    const rows = [row("a", { due_rs: "99999.99" }), row("b", { due_rs: "20000.00" }), row("c", { due_rs: "19999.99" })];
    const steps = stepsOf(rows, "due");
    expect(steps).toEqual([20000n, 40000n, 60000n, 80000n]);
    expect(rows.map((each) => on(each, "due", steps))).toEqual([5, 2, 1]);
  });

  test("of sums beyond a float's reach still tells a paisa", () => {
    const rows = [row("a", { due_rs: "90071992547409930.00" }), row("b", { due_rs: "20000000000000000.00" }), row("c", { due_rs: "19999999999999999.99" })];
    expect(rows.map((each) => on(each, "due", stepsOf(rows, "due")))).toEqual([5, 2, 1]);
  });

  test("of shares without a flag goes by fifths", () => {
    const steps = stepsOf([row("a")], "clear");
    expect(on(row("a"), "clear", steps)).toBe(4); // 30 of 40
    expect(on(row("a", { flagged: 8 }), "clear", steps)).toBe(5); // exactly 80 %
    expect(on(row("a", { flagged: 40 }), "clear", steps)).toBe(1);
  });

  test("of the visited share spreads its steps up to the highest", () => {
    const rows = [row("a", { visited: 8 }), row("b", { visited: 1, establishments: 200 }), row("c", { visited: 0 })];
    expect(stepsOf(rows, "visited")).toEqual([2n, 4n, 6n, 8n]);
    expect(rows.map((each) => on(each, "visited", stepsOf(rows, "visited")))).toEqual([5, 1, 1]);
  });

  test("says nothing of a district with fewer than 20 visited, or with nothing to measure", () => {
    expect(tooFew(row("a", { visited: 19 }), "clear")).toBe(true);
    expect(tooFew(row("a", { visited: 20 }), "clear")).toBe(false);
    expect(tooFew(row("a", { visited: 0 }), "due")).toBe(true);
    expect(tooFew(row("a", { visited: 0 }), "visited")).toBe(false);
    expect(tooFew(row("a", { establishments: 0, visited: 0 }), "visited")).toBe(true);
  });

  test("has round steps, the smallest that reach", () => {
    expect([0n, 5n, 6n, 11n, 51n, 99999n, 100001n, 518851n].map(roundStep)).toEqual([1n, 1n, 2n, 3n, 12n, 20000n, 25000n, 120000n]);
  });
});

test("a share is never 0 of something nor 100 of less than all", () => {
  const shown = ([part, whole]: [bigint, bigint]) => percent({ part, whole });
  expect(([[0n, 7n], [1n, 1000n], [1n, 3n], [1n, 8n], [999n, 1000n], [7n, 7n]] as [bigint, bigint][]).map(shown)).toEqual(["0", "<1", "33", "13", ">99", "100"]);
});

test("all districts together are the sum of each figure, rupees to the paisa", () => {
  const all = together([row("a", { due_rs: "0.10", flagged: 1 }), row("b", { due_rs: "0.20", quarantined: 2 })]);
  expect(all).toMatchObject({ establishments: 200, visited: 80, reports: 80, flagged: 11, due_rs: "0.30", quarantined: 2 });
});

describe("sorting", () => {
  const rows = [row("b", { due_rs: "9.00", visited: 19, flagged: 0 }), row("a", { due_rs: "10.00" }), row("c", { due_rs: "9.00", flagged: 1 })];
  const names = (column: Parameters<typeof sorted>[1], down: boolean) => sorted(rows, column, down).map((each) => each.name).join("");

  test("compares sums as amounts and not as text, equals by name", () => {
    expect(names("due_rs", true)).toBe("abc");
    expect(names("due_rs", false)).toBe("bca");
  });

  test("leaves what cannot be measured for last in either direction", () => {
    expect(names("clear", true)).toBe("cab");
    expect(names("clear", false)).toBe("acb");
  });
});

test("the map begins with rupees while no district has enough visits for a share", () => {
  expect(firstMeasure([row("a", { visited: 19 }), row("b", { visited: 0 })])).toBe("due");
  expect(firstMeasure([row("a", { visited: 19 }), row("b", { visited: 20 })])).toBe("clear");
});
