import { expect, test } from "vitest";
import { once } from "./once";

test("work that is asked for again while it is under way is done once", async () => {
  let done = 0;
  const work = async (): Promise<number> => {
    await Promise.resolve();
    return (done += 1);
  };
  expect(await Promise.all([once("a", work), once("a", work), once("b", work)])).toEqual([1, 1, 2]);
  expect(await once("a", work)).toBe(3);
});

test("work that failed fails for all who asked, and may be tried again", async () => {
  const fail = (): Promise<number> => Promise.reject(new Error("the disk is full"));
  const both = await Promise.allSettled([once("a", fail), once("a", fail)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await once("a", async () => 1)).toBe(1);
});
