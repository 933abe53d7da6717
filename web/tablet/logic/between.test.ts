import { expect, test } from "vitest";
import { afterEach } from "./between";

test("a dot stays with the part before it, and none follows the last one", () => {
  const parts = ["Wage paid", "Worker 1", "Unit 7"];
  const said = afterEach(3).map((after, at) => `${parts[at]}${after}`);
  // Where a line may end: at ordinary spaces alone.
  expect(said.join("").split(" ").filter((piece) => piece.startsWith("·"))).toEqual([]);
  expect(said.join("").replaceAll("\u00a0", " ")).toBe("Wage paid · Worker 1 · Unit 7");
  expect(afterEach(1)).toEqual([""]);
});
