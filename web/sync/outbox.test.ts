/** What is captured stays as it is, whatever happens to the tablet meanwhile. */

import { describe, expect, test, vi } from "vitest";
import { text, utf8 } from "./bytes";
import { type Change, digestOf, readLine, START, type Unplaced } from "./change";
import { Ids } from "./ids";
import { carryOut, planMove } from "./moving";
import { type Batch, Outbox } from "./outbox";
import { MIGRATIONS, Store } from "./store";
import type { Tablet } from "./tablet";
import { DEVICE, enrolled, ESTABLISHMENT, inside, linesOf, texts, using } from "./testing";

const OTHER = "01990000-0000-7000-8000-00000000de02";

const outboxOf = (store: Store): Outbox => new Outbox(store, crypto, () => new Ids(() => 1, crypto).next());
const changeIn = (line: Uint8Array<ArrayBuffer>): Change => readLine(line)?.change as Change;

async function capturedReport(tablet: Tablet, remarks: string): Promise<void> {
  await tablet.group((group) => {
    const report = group.newRecord("report", { visit: ESTABLISHMENT, person_met: "Worker 1", remarks });
    group.newRecord("wage_line", { report, month: "2026-08", wage_rs: 32_000, cnic: "42101-1234567-1" });
    group.newRecord("wage_line", { report, month: "2026-09", wage_rs: 37_000, worker_name: "Worker 2" });
  });
}

/** Whether each line follows the one before, and the store knows the last one. */
async function expectWhole(ports: { database: string }): Promise<void> {
  const lines = await linesOf(ports);
  let prev = START;
  for (const [at, row] of lines.entries()) {
    const change = changeIn(row.line);
    expect([change.seq, change.prev, row.digest]).toEqual([at + 1, prev, await digestOf(crypto, row.line)]);
    prev = row.hash;
  }
  const head = await inside(ports, (store) => store.recall("head"));
  expect([head?.last, head?.chain]).toEqual([lines.length, prev]);
}

describe("switched off", () => {
  test("after every step everything is there, as the same bytes", async () => {
    const ports = await enrolled();
    let record = "";
    const steps: ((tablet: Tablet) => Promise<unknown>)[] = [
      async (tablet) => (record = await tablet.newRecord("establishment", { name: "Unit 7" })),
      async (tablet) => (await tablet.openForm(record)).save({ remarks: "gate shut" }),
      (tablet) => capturedReport(tablet, "first"),
      (tablet) => tablet.drafts.put("visit", { remarks: "half a wor" }),
      (tablet) => tablet.sync(),
      async (tablet) => (await tablet.openForm(record)).save({ remarks: "gate open", owner: "Owner 3" }),
      (tablet) => tablet.tick(),
      (tablet) => capturedReport(tablet, "second"),
    ];
    let before: string[] = [];
    for (const step of steps) {
      ports.clock.advance(1_000);
      await using(ports, step);
      await expectWhole(ports);
      const kept = texts(await linesOf(ports));
      expect(kept.slice(0, before.length)).toEqual(before);
      before = kept;
    }
    expect(before).toHaveLength(9);
    await using(ports, async (tablet) => {
      expect(await tablet.shown(record)).toEqual({ name: "Unit 7", status: "open", remarks: "gate open", owner: "Owner 3" });
      expect(await tablet.drafts.get("visit")).toEqual({ remarks: "half a wor" });
      expect((await tablet.status()).onlyHere).toBe(9);
    });
  });

  test("in the middle of a capture, nothing of it is there and all before is", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "whole"));
    const before = texts(await linesOf(ports));
    let died = 0;
    for (let at = 1; ; at += 1) {
      // The same report from the same draft: it is still there as long as its report is not.
      await using(ports, (tablet) => tablet.drafts.put("d", at));
      const outcome = await dyingAt(at, () =>
        using(ports, (tablet) =>
          tablet.group((group) => {
            const report = group.newRecord("report", { visit: ESTABLISHMENT });
            group.newRecord("wage_line", { report, month: "2026-08", wage_rs: 1 });
            group.forget("d");
          }),
        ),
      );
      await expectWhole(ports);
      const draft = await using(ports, (tablet) => tablet.drafts.get("d"));
      if (outcome === "lived") {
        expect([texts(await linesOf(ports)).length, draft]).toEqual([before.length + 2, undefined]);
        break;
      }
      died += 1;
      expect([texts(await linesOf(ports)), draft]).toEqual([before, at]);
    }
    // Two lines, the head of the chain, the time, and the draft's end.
    expect(died).toBe(5);
  });
});

/** Do some work whose n-th write to the store fails, as when the tablet dies there. */
async function dyingAt(nth: number, work: () => Promise<unknown>): Promise<"died" | "lived"> {
  let writes = 0;
  const spies = (["add", "put", "delete"] as const).map((name) => {
    const really = IDBObjectStore.prototype[name] as (...args: unknown[]) => IDBRequest;
    return vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
      writes += 1;
      if (writes === nth) throw new DOMException("the tablet was switched off", "AbortError");
      return really.apply(this, args) as never;
    });
  });
  try {
    await work();
    return "lived";
  } catch (error) {
    expect(String(error)).toContain("switched off");
    return "died";
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}

describe("sending", () => {
  test("an answer that was lost costs nothing: the same bytes again, after a restart too", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "once"));
    const batch = (): Promise<Batch> => inside(ports, (store) => outboxOf(store).batch(500, 10 ** 6));
    const first = await batch();
    expect(first.lines.map(text)).toEqual(texts(await linesOf(ports)));
    expect(await batch()).toEqual(first);
    expect((await inside(ports, (store) => outboxOf(store).batch(500, 1))).lines).toHaveLength(1);
  });

  test("a line damaged and one missing are declared lost in their place; what was there is kept aside", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      for (const name of ["1", "2", "3", "4"]) await tablet.newRecord("establishment", { name });
    });
    const before = await linesOf(ports);
    const sent = await inside(ports, async (store) => {
      await store.lines.update([DEVICE, 2], { line: utf8("{torn") });
      await store.lines.delete([DEVICE, 3]);
      return (await outboxOf(store).batch(500, 10 ** 6)).lines.map(changeIn);
    });
    expect(sent.map(({ op }) => op)).toEqual(["create", "lost", "lost", "create"]);
    expect(sent.map(({ lost }) => lost)).toEqual([undefined, before[1]?.hash, before[2]?.hash, undefined]);
    expect(sent.map(({ prev }) => prev)).toEqual(before.map(({ prev }) => prev));
    const aside = await inside(ports, (store) => store.setAside.toArray());
    expect(aside.map(({ seq, line }) => [seq, line && text(line)])).toEqual([[2, "{torn"], [3, null]]);
    await inside(ports, async (store) => expect((await outboxOf(store).batch(500, 10 ** 6)).lines.map(changeIn)).toEqual(sent));
  });

  test("a newline among personal values, which no hash covers, costs one entry and not all", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "x"));
    const [row] = await linesOf(ports);
    const ops = await inside(ports, async (store) => {
      await store.lines.update([DEVICE, 1], { line: utf8(`${text(row?.line as never)}\n`) });
      return (await outboxOf(store).batch(500, 10 ** 6)).lines.map((line) => changeIn(line).op);
    });
    expect(ops).toEqual(["lost", "create", "create"]);
  });

  test("a damaged line is not shown", async () => {
    const ports = await enrolled();
    const record = await using(ports, (tablet) => tablet.newRecord("establishment", { name: "Unit 7" }));
    const [row] = await linesOf(ports);
    const line = utf8(text(row?.line as never).replace("Unit 7", "Unit 8"));
    await inside(ports, (store) => store.lines.update([DEVICE, 1], { line }));
    expect(await using(ports, (tablet) => tablet.shown(record))).toBeNull();
  });

  test("the office's word on how far it came is believed with the hash of our own line only", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "x"));
    const lines = await linesOf(ports);
    const said = (acknowledged: number, chain = ""): Promise<[boolean, number]> =>
      inside(ports, (store) =>
        store.write(async () => [await outboxOf(store).believe(acknowledged, chain), await outboxOf(store).unsent()]),
      );
    expect(await said(2, "f".repeat(64))).toEqual([false, 3]);
    expect(await said(4, lines[2]?.hash)).toEqual([false, 3]);
    expect(await said(2, lines[1]?.hash)).toEqual([true, 1]);
  });

  test("of a line that is gone the next one says what its hash was, or the head of the chain", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "x"));
    const lines = await linesOf(ports);
    const said = (acknowledged: number, chain = ""): Promise<boolean> =>
      inside(ports, async (store) => {
        await store.lines.delete([DEVICE, acknowledged]);
        return store.write(() => outboxOf(store).believe(acknowledged, chain));
      });
    expect(await said(2, "f".repeat(64))).toBe(false);
    expect(await said(2, lines[1]?.hash)).toBe(true);
    expect(await said(3, lines[2]?.hash)).toBe(true);
  });
});

describe("what the office says", () => {
  test("while something is being captured is not forgotten by it", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "x"));
    const last = (await linesOf(ports)).at(-1);
    const change: Unplaced = { id: OTHER, op: "set", kind: "visit", record: OTHER, elapsed_ms: 0, schema: 1 };
    await inside(ports, async (store) => {
      const outbox = outboxOf(store);
      await outbox.append([{ change, private: {} }], async (write) => {
        await store.write(() => outbox.believe(3, last?.hash ?? ""));
        await store.write(write);
      });
      expect(await outbox.head()).toMatchObject({ acknowledged: 3, last: 4 });
    });
  });

  test("a change lies over the row until the row with it has come, or its scope is not here", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      for (const name of ["1", "2", "3", "4"]) await tablet.newRecord("establishment", { name });
    });
    const pending = await inside(ports, async (store) => {
      const outbox = outboxOf(store);
      await store.write(async () => {
        await outbox.settle({ seq: 1, status: "applied", scope: "own/1", n: 7 }, DEVICE);
        await outbox.settle({ seq: 2, status: "duplicate", first: { status: "merged", scope: "own/1", n: 8 } }, DEVICE);
        await outbox.settle({ seq: 3, status: "held" }, DEVICE);
        await outbox.settle({ seq: 4, status: "applied", scope: "own/2", n: 99 }, DEVICE);
        await outbox.reached(new Map([["own/1", 7]]));
      });
      return outbox.pending();
    });
    expect(pending.map(({ seq, status }) => [seq, status])).toEqual([[2, "merged"], [3, "held"]]);
  });
});

describe("a new identity", () => {
  test("takes along the whole group that a fork cuts, with ids and times, and what opens its values", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      await tablet.newRecord("establishment", { name: "Unit 7" });
      await capturedReport(tablet, "cut");
      await tablet.newRecord("establishment", { name: "Unit 8" });
    });
    const before = await linesOf(ports);
    await inside(ports, async (store) => {
      await store.lines.delete([DEVICE, 5]);
      const torn = text(before[3]?.line as never).replace("37000", "97000");
      await store.lines.update([DEVICE, 4], { line: utf8(torn) });
      const move = await planMove(store, crypto, outboxOf(store), OTHER, 3);
      await store.write(() => carryOut(store, outboxOf(store), move));
    });
    const rows = await linesOf(ports);
    const [kept, ...moved] = rows.map((row) => ({ row, change: changeIn(row.line) }));
    expect(texts([kept?.row as never])).toEqual(texts(before.slice(0, 1)));
    expect(moved.map(({ change: { device, seq, first, last, op } }) => [device, seq, first, last, op])).toEqual([
      [OTHER, 1, 1, 3, "create"],
      [OTHER, 2, 1, 3, "create"],
      [OTHER, 3, undefined, undefined, "lost"],
      [OTHER, 4, undefined, undefined, "lost"],
    ]);
    let prev = START;
    for (const { row, change } of moved) {
      expect(change.prev).toBe(prev);
      prev = row.hash;
    }
    const said = (line: Uint8Array<ArrayBuffer>): unknown => {
      const { device: _d, seq: _s, prev: _p, first: _f, last: _l, ...what } = changeIn(line);
      return [what, readLine(line)?.private];
    };
    expect(moved.slice(0, 2).map(({ row }) => said(row.line))).toEqual(before.slice(1, 3).map(({ line }) => said(line)));
    const aside = await inside(ports, (store) => store.setAside.toArray());
    expect(aside.map(({ line }) => line && text(line).replace("97000", "37000"))).toEqual(texts(before.slice(1, 4)));
  });
});

describe("a line that is damaged after it came along", () => {
  async function cameAlong(harm: (store: Store, seq: number) => PromiseLike<unknown>, seq: number): Promise<[string[], string[]]> {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      await tablet.newRecord("establishment", { name: "Unit 7" });
      await capturedReport(tablet, "cut");
    });
    return inside(ports, async (store) => {
      const move = await planMove(store, crypto, outboxOf(store), OTHER, 2);
      await store.write(() => carryOut(store, outboxOf(store), move));
      const before = (await outboxOf(store).batch(500, 10 ** 6)).lines.map(text);
      await harm(store, seq);
      return [before, (await outboxOf(store).batch(500, 10 ** 6)).lines.map(text)] as [string[], string[]];
    });
  }
  const harms = {
    altered: (store: Store, seq: number) => store.lines.update([OTHER, seq], { line: utf8("{}") }),
    removed: (store: Store, seq: number) => store.lines.delete([OTHER, seq]),
  };

  test.each([[1, "altered"], [2, "altered"], [3, "altered"], [1, "removed"], [2, "removed"], [3, "removed"]] as const)(
    "is made once more from what was set aside: %i, %s", async (seq, harm) => {
      const [before, after] = await cameAlong(harms[harm], seq);
      expect(before).toHaveLength(3);
      expect(after).toEqual(before);
    },
  );

  test("is declared lost where that is damaged too", async () => {
    const [before, after] = await cameAlong(async (store, seq) => {
      await harms.removed(store, seq);
      const aside = await store.setAside.toArray();
      await store.setAside.clear();
      await store.setAside.bulkAdd(aside.map((row) => ({ ...row, line: row.line && utf8(text(row.line).replace("32000", "92000")) })));
    }, 2);
    const [one, lost, three] = after;
    expect([one, three]).toEqual([before[0], before[2]]);
    expect(changeIn(utf8(lost ?? ""))).toMatchObject({ op: "lost", lost: changeIn(utf8(before[2] ?? "")).prev });
  });
});

test("entries that wait at the office under an identity that ended lie over its rows no more", async () => {
  const ports = await enrolled();
  await using(ports, async (tablet) => {
    for (const name of ["1", "2", "3", "4", "5"]) await tablet.newRecord("establishment", { name });
  });
  const chain = (await linesOf(ports))[3]?.hash ?? "";
  const pending = await inside(ports, async (store) => {
    const outbox = outboxOf(store);
    await store.write(async () => {
      await outbox.settle({ seq: 1, status: "waiting", code: "unknown-record" }, DEVICE);
      await outbox.settle({ seq: 2, status: "held" }, DEVICE);
      await outbox.settle({ seq: 3, status: "applied", scope: "own/1", n: 7 }, DEVICE);
      await outbox.believe(4, chain);
    });
    const move = await planMove(store, crypto, outbox, OTHER, 5);
    await store.write(() => carryOut(store, outbox, move));
    return outbox.pending();
  });
  // What landed shows until its row is here, and what moved until it is sent.
  expect(pending.map(({ device, seq }) => [device, seq])).toEqual([[DEVICE, 3], [OTHER, 1]]);
});

test("of the entries whose receipt may change those come first that were not asked about for longest", async () => {
  const ports = await enrolled();
  await using(ports, async (tablet) => {
    for (const name of ["1", "2", "3", "4", "5", "6"]) await tablet.newRecord("establishment", { name });
  });
  const chain = (await linesOf(ports)).at(-1)?.hash ?? "";
  const rounds = await inside(ports, async (store) => {
    const outbox = outboxOf(store);
    const decided = { verdict: "released", reason: "It was right.", at_ms: 1 };
    await store.write(async () => {
      for (const [seq, status] of [[1, "quarantined"], [2, "waiting"], [3, "held"], [5, "applied"]] as const) {
        await outbox.settle({ seq, status, ...(seq === 5 ? { decided } : {}) }, DEVICE);
      }
      await outbox.believe(6, chain);
    });
    const found: number[][] = [];
    for (let at = 0; at < 4; at += 1) {
      found.push(await outbox.openSeqs(3));
      await store.write(() => outbox.asked(found.at(-1) ?? []));
    }
    return [...found, await outbox.openSeqs(100)];
  });
  // The receipts of 4 and 6 got lost; 5 was released, which can be taken back.
  expect(rounds).toEqual([[4, 6, 1], [4, 6, 2], [4, 6, 3], [4, 6, 5], [4, 6, 1, 2, 3, 5]]);
});

describe("a new release", () => {
  test("opens an old store with every unsent line byte for byte", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "written by the old release"));
    const before = await linesOf(ports);
    const next = {
      stores: { lines: "[device+seq], [device+status+seq], status, record, parent, pending, kind", notes: "key" },
      upgrade: (tx: { table(name: string): { toCollection(): { modify(change: object): PromiseLike<unknown> } } }) =>
        tx.table("lines").toCollection().modify({ remark: "" }),
    };
    const store = new Store(ports.database, [...MIGRATIONS, next]);
    const [row] = await store.lines.where("kind").equals("report").toArray();
    expect(store.verno).toBe(MIGRATIONS.length + 1);
    expect(row).toEqual({ ...before[0], remark: "" });
    const sent = await outboxOf(store).batch(500, 10 ** 6);
    store.close();
    expect(sent.lines.map(text)).toEqual(texts(before));
  });

  test("that fails in the middle of its upgrade leaves the old store as it was", async () => {
    const ports = await enrolled();
    await using(ports, (tablet) => capturedReport(tablet, "written by the old release"));
    const before = await linesOf(ports);
    const torn = { stores: { notes: "key" }, upgrade: (): PromiseLike<never> => Promise.reject(new Error("torn")) };
    const store = new Store(ports.database, [...MIGRATIONS, torn]);
    await expect(store.open()).rejects.toThrow("torn");
    store.close();
    expect(await linesOf(ports)).toEqual(before);
    await using(ports, async (tablet) => expect((await tablet.status()).onlyHere).toBe(3));
  });
});
