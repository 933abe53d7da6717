import { expect, test } from "vitest";
import { refusal } from "./picture";

const MAX = 25 * 1024 * 1024;

test("a picture of at most 25 MB is taken", async () => {
  expect(await refusal({ size: MAX }, async () => undefined)).toBeNull();
});

test("what cannot be decoded is no picture", async () => {
  expect(await refusal({ size: 10 }, () => Promise.reject(new Error("no picture")))).toBe("no-picture");
});

test("a file that is too big is not even decoded", async () => {
  let decoded = 0;
  const decode = async (): Promise<void> => void (decoded += 1);
  expect(await refusal({ size: MAX + 1 }, decode)).toBe("too-big");
  expect(decoded).toBe(0);
});
