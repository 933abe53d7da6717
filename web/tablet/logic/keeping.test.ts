import { describe, expect, test } from "vitest";
import { Keeping } from "./keeping";

/** A disk that takes as long as it is told to, and a clock that runs its work when asked. */
function world() {
  const kept: string[] = [];
  const planned: (() => void)[] = [];
  let full = false;
  let ms = 1000;
  let hold: Promise<void> = Promise.resolve();
  const keeper = {
    put: async (value: string) => {
      await hold;
      if (full) throw new Error("the disk is full");
      kept.push(value);
    },
    after: (_: number, work: () => void) => void planned.push(work),
    nowMs: () => ms,
  };
  return { kept, planned, keeper, pass: (by: number) => (ms += by), fill: (is: boolean) => (full = is), until: (promise: Promise<void>) => (hold = promise) };
}

describe("keeping", () => {
  test("keys that come close together are kept once, and the last one is kept", async () => {
    const { kept, planned, keeper } = world();
    const keeping = new Keeping("", keeper);
    for (const typed of ["a", "ab", "abc"]) keeping.change(typed);
    expect(planned).toHaveLength(1);
    expect(keeping.unsavedSinceMs.value).toBe(1000);
    planned[0]?.();
    await keeping.flush();
    expect(kept).toEqual(["abc"]);
    expect(keeping.unsavedSinceMs.value).toBeNull();
  });

  test("a key typed while a write is under way is kept after it", async () => {
    const { kept, keeper, until } = world();
    let release = (): void => undefined;
    until(new Promise<void>((resolve) => (release = resolve)));
    const keeping = new Keeping("", keeper);
    keeping.change("a");
    const first = keeping.flush();
    await Promise.resolve();
    keeping.change("ab");
    release();
    await first;
    expect(keeping.unsavedSinceMs.value).not.toBeNull();
    await keeping.flush();
    expect(kept.at(-1)).toBe("ab");
    expect(keeping.unsavedSinceMs.value).toBeNull();
  });

  test("once it has ended, nothing is written any more, neither planned nor typed", async () => {
    const { kept, planned, keeper } = world();
    const keeping = new Keeping("", keeper);
    keeping.change("a");
    await keeping.end();
    planned[0]?.();
    keeping.change("b");
    await keeping.flush();
    expect(kept).toEqual([]);
  });

  test("a capture that failed lets it go on, with all that was typed", async () => {
    const { kept, keeper } = world();
    const keeping = new Keeping("", keeper);
    keeping.change("a");
    await keeping.end();
    keeping.resume();
    await keeping.flush();
    expect(kept).toEqual(["a"]);
  });

  test("a full disk is said, and the next key tries again", async () => {
    const { kept, keeper, fill } = world();
    const keeping = new Keeping("", keeper);
    fill(true);
    keeping.change("a");
    await keeping.flush();
    expect(keeping.trouble.value).toBeInstanceOf(Error);
    expect(keeping.unsavedSinceMs.value).not.toBeNull();
    fill(false);
    keeping.change("ab");
    await keeping.flush();
    expect(kept).toEqual(["ab"]);
    expect(keeping.trouble.value).toBeNull();
  });

  test("typing on and on is not late while each key is kept within a moment", async () => {
    const { kept, keeper, pass, until } = world();
    const keeping = new Keeping("", keeper);
    keeping.change("0");
    for (let key = 1; key <= 60; key += 1) {
      let release = (): void => undefined;
      until(new Promise<void>((resolve) => (release = resolve)));
      const write = keeping.flush();
      await Promise.resolve();
      pass(70);
      keeping.change(String(key));
      release();
      await write;
      expect(keeping.late(1000 + key * 70)).toBe(false);
      expect(keeping.unsavedSinceMs.value).toBe(1000 + key * 70);
    }
    await keeping.flush();
    expect(kept.at(-1)).toBe("60");
    expect(keeping.late(1_000_000)).toBe(false);
  });

  test("a write that takes longer than two seconds is late, and one that failed is so at once", async () => {
    const { keeper, until, fill } = world();
    const keeping = new Keeping("", keeper);
    let release = (): void => undefined;
    until(new Promise<void>((resolve) => (release = resolve)));
    keeping.change("a");
    const write = keeping.flush();
    expect([3000, 3001].map((ms) => keeping.late(ms))).toEqual([false, true]);
    release();
    await write;
    expect(keeping.late(3001)).toBe(false);
    fill(true);
    keeping.change("ab");
    await keeping.flush();
    expect(keeping.late(1000)).toBe(true);
  });
});
