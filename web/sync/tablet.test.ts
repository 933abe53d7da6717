/** What a person at the screen relies on. */

import { describe, expect, test } from "vitest";
import { utf8 } from "./bytes";
import { readLine } from "./change";
import { Overtaken } from "./outbox";
import { lay, type Pending } from "./overlay";
import { AlreadyOpen, type Group, Invalid, NoAnswer, NotSignedIn, Refused, Tablet } from "./tablet";
import { enrolled, ESTABLISHMENT, inside, linesOf, noSignal, PERSON, StillClock, texts, using } from "./testing";

const VISIT = "01990000-0000-7000-8000-000000000015";

/** Locks as a browser has them, for one name. */
function locks(): LockManager {
  let last: Promise<unknown> = Promise.resolve();
  const request = async (_: string, { signal }: LockOptions, work: () => Promise<void>): Promise<void> => {
    const before = last;
    let end = (): void => undefined;
    last = Promise.all([before, new Promise<void>((resolve) => (end = resolve))]);
    try {
      await new Promise<void>((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
        void before.then(() => resolve());
      });
      await work();
    } finally {
      end();
    }
  };
  return { request, query: () => Promise.reject(new Error("not asked for")) } as unknown as LockManager;
}

describe("one window at a time", () => {
  test("a second window is told so, and may open the tablet when the first is closed", async () => {
    const ports = { ...(await enrolled()), locks: locks() };
    const first = await Tablet.open(ports);
    await expect(Tablet.open(ports)).rejects.toBeInstanceOf(AlreadyOpen);
    first.close();
    (await Tablet.open(ports)).close();
  });

  test("a tablet that cannot be opened lets the lock go", async () => {
    const ports = { ...(await enrolled()), locks: locks() };
    await expect(Tablet.open({ ...ports, crypto: null as never })).rejects.toThrow(TypeError);
    (await Tablet.open(ports)).close();
  });

  test("where a browser's locks fail, two windows never give one number to two entries", async () => {
    const ports = await enrolled();
    // Locks that do not know of each other hold nothing.
    const windows = [await Tablet.open({ ...ports, locks: locks() }), await Tablet.open({ ...ports, locks: locks() })];
    const tried = await Promise.allSettled(
      [0, 1, 0, 1].map((at, n) => windows[at]?.newRecord("establishment", { name: `Unit ${n}` })),
    );
    windows.forEach((window) => window.close());
    const lines = await linesOf(ports);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at + 1));
    expect(lines).toHaveLength(tried.filter(({ status }) => status === "fulfilled").length);
    for (const one of tried) if (one.status === "rejected") expect(one.reason).toBeInstanceOf(Overtaken);
    expect(tried.some(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("forms", () => {
  test("two taps on one button are one edit, and a second edit replaces the first", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      const form = await tablet.openForm(await tablet.newRecord("establishment", { name: "Unit 7" }));
      const [one, again] = await Promise.all([form.save({ owner: "Owner 1" }), form.save({ owner: "Owner 1" })]);
      expect(again).toBeNull();
      await form.save({ owner: "Owner 2" });
      const last = readLine((await linesOf(ports)).at(-1)?.line as never)?.change;
      expect([last?.over, last?.was]).toEqual([{ owner: [one] }, { owner: "Owner 1" }]);
    });
  });

  test("a value that the office would refuse is refused at once, and captures nothing of the group", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      const wrong: ((group: Group, report: string) => unknown)[] = [
        (group, report) => group.newRecord("wage_line", { report, month: "2026-08", wage_rs: -1 }),
        (group, report) => group.newRecord("wage_line", { report, month: "2026-13", wage_rs: 1 }),
        (group, report) => group.newRecord("wage_line", { report, month: "2026-08", wage_rs: Number.NaN }),
        (group, report) => group.newRecord("wage_line", { report, month: "2026-08" }),
        (group, report) => group.newRecord("wage_line", { report, month: "2026-08", wage_rs: 1, wage: 1 }),
        (group) => group.newRecord("establishment", { name: "Unit", district: "korangi" }),
        (group) => group.newRecord("establishment", { name: "a".repeat(301) }),
      ];
      for (const each of wrong) {
        const tried = tablet.group((group) => each(group, group.newRecord("report", { visit: ESTABLISHMENT })));
        await expect(tried).rejects.toBeInstanceOf(Invalid);
      }
      expect((await tablet.status()).onlyHere).toBe(0);
      await tablet.newRecord("establishment", { name: "👷".repeat(300) });
    });
  });

  test("personal values are not in the part that everybody may read", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      const report = await tablet.newRecord("report", { visit: ESTABLISHMENT, person_met: "Worker 1" });
      await (await tablet.openForm(report)).save({ person_met: "Worker 2" });
      await (await tablet.openForm(report)).save({ person_met: "Worker 1" });
      expect((await tablet.shown(report))?.["person_met"]).toBe("Worker 1");
    });
    const lines = texts(await linesOf(ports)).map((line) => line.split("\t"));
    const said = lines.map(([open]) => JSON.parse(open ?? "").set.person_met as string);
    expect(lines.map(([open]) => open).join()).not.toContain("Worker");
    expect(said[0]).toBe(said[2]);
    expect(said[0]).not.toBe(said[1]);
  });

  test("a counter adds what a form added to what others did meanwhile, any number of times", () => {
    const row = { record: PERSON, kind: "visit", n: 9, root: PERSON, values: { minutes_on_site: 30 }, write: "w" };
    const added = (id: string, was: number, now: number): Pending => ({
      change: { id, kind: "visit", record: PERSON, set: { minutes_on_site: now }, was: { minutes_on_site: was } },
      private: {},
    });
    const laid = lay({ row, private: {}, scope: "own/1" }, [added("a", 20, 45), added("b", 0, 5)]);
    expect(laid?.values["minutes_on_site"]).toBe(60);
  });

  test("records that are only here are listed with those of the office", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      const report = await tablet.newRecord("report", { visit: ESTABLISHMENT, person_met: "Worker 1" });
      const line = await tablet.newRecord("wage_line", { report, month: "2026-08", wage_rs: 5 });
      expect(await tablet.children(report)).toEqual([line]);
      expect(await tablet.records("report")).toEqual([report]);
      const [shown] = await tablet.list("report");
      expect(shown).toMatchObject({ record: report, parent: ESTABLISHMENT, pending: ["person_met", "visit"] });
      expect(shown?.values["person_met"]).toBe("Worker 1");
    });
  });
});

test("time goes on over a restart as far as it was written down, and the wall clock plays no part", async () => {
  const ports = await enrolled();
  const elapsed = async (): Promise<number | undefined> =>
    readLine((await linesOf(ports)).at(-1)?.line as never)?.change.elapsed_ms;
  await using(ports, async (tablet) => {
    ports.clock.advance(30_000);
    await tablet.tick();
    ports.clock.advance(20_000);
  });
  const clock = new StillClock();
  await using({ ...ports, clock }, async (tablet) => {
    clock.advance(5_000);
    await tablet.newRecord("establishment", { name: "Unit 7" });
  });
  expect(await elapsed()).toBe(35_000);
});

test("photos are kept once by their hash, and come back as they were", async () => {
  const ports = await enrolled();
  const blob = new Blob([new Uint8Array([1, 2, 3])], { type: "image/jpeg" });
  const [one, again] = await using(ports, async (tablet) => [await tablet.photos.add(blob), await tablet.photos.add(blob)]);
  expect(one).toMatchObject({
    sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    size: 3,
    media_type: "image/jpeg",
  });
  expect(again?.id).not.toBe(one?.id);
  await using(ports, async (tablet) => {
    const kept = await tablet.photos.get(one?.sha256 ?? "");
    expect([...new Uint8Array((await kept?.arrayBuffer()) as ArrayBuffer), kept?.type]).toEqual([1, 2, 3, "image/jpeg"]);
    expect(await tablet.photos.all()).toHaveLength(1);
    expect(await tablet.photos.get("0")).toBeNull();
  });
});

test("without a signal nothing is thrown, and it is said what stood in the way", async () => {
  const ports = await enrolled();
  await using(ports, async (tablet) => {
    let told = 0;
    const silence = tablet.subscribe(() => (told += 1));
    const found = await tablet.sync();
    expect(found).toMatchObject({ complete: false, problem: { code: "no-answer" } });
    expect((await tablet.status()).problem?.code).toBe("no-answer");
    expect(told).toBeGreaterThan(0);
    silence();
    const before = told;
    await tablet.sync();
    expect(told).toBe(before);
    await expect(tablet.signIn("inspector-1", "x")).rejects.toBeInstanceOf(NoAnswer);
  });
});

test("a tablet that is not enrolled says so, and so does one on which nobody is signed in", async () => {
  const ports = { clock: new StillClock(), fetch: noSignal, crypto, database: "fresh", base: "http://nowhere.invalid" };
  await using(ports, async (tablet) => {
    expect([tablet.device, tablet.current(), await tablet.people()]).toEqual(["", null, []]);
    await expect(tablet.signIn("inspector-1", "x")).rejects.toBeInstanceOf(Refused);
    await expect(tablet.newRecord("establishment", { name: "x" })).rejects.toBeInstanceOf(NotSignedIn);
    await expect(tablet.use(PERSON)).rejects.toBeInstanceOf(NotSignedIn);
    expect(await tablet.sync()).toEqual({ complete: true, problem: null, nextSyncS: null });
  });
});

/** An office that answers nothing but a sign-out. */
const signingOut = (status: number, code: string): typeof fetch => async (asked) => {
  if (!String(asked).endsWith("/api/sign-out")) throw new TypeError("no signal");
  return new Response(status === 204 ? null : JSON.stringify({ code, detail: "" }), { status });
};

/** A scope with an establishment and a visit, as if both had been fetched. */
const fetched = (ports: { database: string }): Promise<void> =>
  inside(ports, (store) =>
    store.write(async () => {
      for (const record of [ESTABLISHMENT, VISIT]) {
        const kind = record === VISIT ? "visit" : "establishment";
        const body = utf8(JSON.stringify({ record, kind, n: 1, root: record, values: {}, write: "w" }));
        const place = { scope: "district/korangi", record, kind, n: 1, parent: "" };
        await store.rows.put({ ...place, body, private: null, digest: 1, arrived: 1 });
      }
      await store.cursors.put({ scope: "district/korangi", epoch: "e", n: 1, checksum: 2 });
    }),
  );

describe("signing out", () => {
  test.each([["a session", 204, ""], ["a session that had ended", 401, "not-signed-in"]])(
    "%s takes the office's rows along, not what is unsent, and nothing more is captured in that name",
    async (_, status, code) => {
      const ports = { ...(await enrolled()), fetch: signingOut(status, code) };
      await fetched(ports);
      await using(ports, async (tablet) => {
        const form = await tablet.openForm(VISIT);
        await form.save({ notes: "gate shut" });
        await tablet.signOut(PERSON);
        expect(tablet.current()).toBeNull();
        expect((await tablet.people())[0]).toMatchObject({ signedIn: false, mayGoOn: false });
        await expect(tablet.use(PERSON)).rejects.toBeInstanceOf(NotSignedIn);
        await expect(tablet.newRecord("establishment", { name: "x" })).rejects.toBeInstanceOf(NotSignedIn);
        await expect(form.save({ notes: "gate open" })).rejects.toBeInstanceOf(NotSignedIn);
        expect(await tablet.shown(ESTABLISHMENT)).toBeNull();
        expect((await tablet.shown(VISIT))?.["notes"]).toBe("gate shut");
        expect((await tablet.status()).onlyHere).toBe(1);
      });
      expect(await inside(ports, (store) => store.cursors.count())).toBe(0);
    },
  );

  test("a session that merely ran out lets its person go on, and can be ended without a network", async () => {
    const ports = await enrolled();
    await fetched(ports);
    await inside(ports, (store) => store.people.update(PERSON, { token: null }));
    await using(ports, async (tablet) => {
      await tablet.use(PERSON);
      await (await tablet.openForm(VISIT)).save({ notes: "gate shut" });
      expect((await tablet.people())[0]).toMatchObject({ signedIn: false, mayGoOn: true });
      await tablet.signOut(PERSON);
      expect(tablet.current()).toBeNull();
      expect(await tablet.shown(ESTABLISHMENT)).toBeNull();
    });
  });

  test("without a network a session stays as it is", async () => {
    const ports = await enrolled();
    await using(ports, async (tablet) => {
      await expect(tablet.signOut(PERSON)).rejects.toBeInstanceOf(NoAnswer);
      expect(tablet.current()).toMatchObject({ signedIn: true });
    });
  });
});

/** An office that does one thing. */
const answering = (path: string, body: string): typeof fetch => async (asked) => {
  if (!String(asked).endsWith(path)) throw new TypeError("no signal");
  return new Response(body, { status: 200 });
};

test("a tablet whose key is gone takes what is unsent along to its new identity", async () => {
  const device = "01990000-0000-7000-8000-00000000de02";
  const enrolment = JSON.stringify({ device, server_key: "k", epoch: "e", anchor: "a" });
  const ports = { ...(await enrolled()), fetch: answering("/api/devices/enrol", enrolment) };
  await using(ports, (tablet) => tablet.newRecord("establishment", { name: "Unit 7" }));
  await inside(ports, (store) => store.state.delete("keys"));
  await using(ports, async (tablet) => {
    expect(tablet.device).toBe("");
    await tablet.enrol("ABCDE-FGHJK", "Tablet A");
    expect(await tablet.status()).toMatchObject({ onlyHere: 1, signIn: PERSON });
  });
  expect((await linesOf(ports)).map((row) => [row.device, row.seq])).toEqual([[device, 1]]);
});

test("a tablet whose store forgot who it is takes what is unsent along, and says of nothing that it arrived", async () => {
  const device = "01990000-0000-7000-8000-00000000de03";
  const enrolment = JSON.stringify({ device, server_key: "k", epoch: "e", anchor: "a" });
  const ports = { ...(await enrolled()), fetch: answering("/api/devices/enrol", enrolment) };
  await using(ports, async (tablet) => {
    await tablet.newRecord("establishment", { name: "Unit 7" });
    await tablet.newRecord("establishment", { name: "Unit 8" });
  });
  await inside(ports, (store) => store.state.clear());
  await using(ports, async (tablet) => {
    expect(await tablet.status()).toMatchObject({ atOffice: 0, onlyHere: 2 });
    await tablet.enrol("ABCDE-FGHJK", "Tablet A");
    expect(await tablet.status()).toMatchObject({ atOffice: 0, onlyHere: 2, signIn: PERSON });
  });
  expect((await linesOf(ports)).map((row) => [row.device, row.seq])).toEqual([[device, 1], [device, 2]]);
});

test("a change lies over a row that is fetched anew until it is here again", async () => {
  const scope = "district/korangi";
  const page = [
    { record: VISIT, kind: "visit", n: 9, root: VISIT, values: { notes: "gate shut" }, write: "w" },
    { checkpoint: scope, epoch: "e", n: 9, head: true, checksum: 1 },
    { receipt: { seq: 1, status: "applied", scope, n: 9 } },
    { end: true, more: false, anchor: "a" },
  ];
  const body = page.map((line) => `${JSON.stringify(line)}\n`).join("");
  const ports = { ...(await enrolled()), fetch: answering("/api/sync/pull", body) };
  await fetched(ports);
  await using(ports, async (tablet) => {
    await (await tablet.openForm(VISIT)).save({ notes: "gate shut" });
    expect(await tablet.pull()).toBe(true);
    expect((await tablet.view(VISIT))?.pending).toEqual(["notes"]);
    expect((await tablet.shown(VISIT))?.["notes"]).toBe("gate shut");
    expect(await tablet.pull()).toBe(false);
    expect((await tablet.view(VISIT))?.pending).toEqual([]);
  });
});
