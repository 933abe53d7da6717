import { describe, expect, test } from "vitest";
import { Keeping } from "./keeping";

/** A disk that takes as long as it is told to, and a clock that runs its work when asked. */
function world() {
  const kept: string[] = [];
  const planned: (() => void)[] = [];
  let full = false;
  let hold: Promise<void> = Promise.resolve();
  const keeper = {
    put: async (value: string) => {
      await hold;
      if (full) throw new Error("the disk is full");
      kept.push(value);
    },
    after: (_: number, work: () => void) => void planned.push(work),
    nowMs: () => 1000,
  };
  return { kept, planned, keeper, fill: (is: boolean) => (full = is), until: (promise: Promise<void>) => (hold = promise) };
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
});
