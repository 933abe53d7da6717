/**
 * Tablets and a real server. `tests/tablet/test_browser_core.py` starts both, and compares what is written down here at
 * the end with what the server holds.
 */

import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { text } from "./bytes";
import { readLine } from "./change";
import { Store } from "./store";
import { type Ports, Tablet, type Values } from "./tablet";
import { inside, linesOf } from "./testing";

/** What the Python test tells of its office. */
interface Office {
  readonly base: string;
  readonly codes: readonly string[];
  readonly login: string;
  readonly password: string;
  readonly other: string;
  readonly supervisor: string;
  readonly visit: string;
  readonly establishment: string;
  readonly out: string;
}

const office = JSON.parse(process.env["FIELD_STORY"] ?? "null") as Office | null;
if (office === null) throw new Error("run this by tests/tablet/test_browser_core.py, which starts a server");
const { base, codes, login, password, visit, establishment } = office;

/** A way to the server that can be told to fail. */
class Way {
  before: (path: string) => void = () => undefined;
  after: (path: string, answer: Response) => Response | Promise<Response> = (_, answer) => answer;
  readonly pushed: Uint8Array[] = [];

  readonly fetch: typeof fetch = async (asked, init) => {
    const path = new URL(String(asked)).pathname;
    this.before(path);
    if (path.endsWith("/push")) this.pushed.push(new Uint8Array(init?.body as ArrayBuffer));
    return this.after(path, await fetch(asked, init));
  };

  cut(): void {
    this.before = () => {
      throw new TypeError("no signal");
    };
  }

  loseAnswers(): void {
    this.after = () => {
      throw new TypeError("the answer was lost");
    };
  }

  mend(): void {
    this.before = () => undefined;
    this.after = (_, answer) => answer;
  }
}

const way = new Way();
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const ports = (database: string): Ports & { database: string } => ({ clock, fetch: way.fetch, crypto, database, base });
const told: Record<string, unknown> = {};
const open: Tablet[] = [];

async function opened(database: string): Promise<Tablet> {
  const tablet = await Tablet.open(ports(database));
  open.push(tablet);
  return tablet;
}

function closed(tablet: Tablet): void {
  open.splice(open.indexOf(tablet), 1);
  tablet.close();
}

afterAll(() => {
  open.forEach((tablet) => tablet.close());
  writeFileSync(office.out, JSON.stringify(told));
});

const WAGES = Array.from({ length: 10 }, (_, at) => ({
  month: at % 2 === 0 ? "2026-08" : "2026-09",
  wage_rs: 32_000 + at * 777,
  worker_name: `محنت کش ${at}`,
  cnic: `42101-000000${at}-1`,
  days: 26 - at,
  declared_wage_rs: at === 3 ? null : 32_000,
  registered: at % 3 !== 0,
}));

const REPORT: Values = {
  visit,
  months_checked: ["2026-08", "2026-09"],
  months_paid: ["2026-08"],
  headcount: { men: 7, women: 5, total: 12 },
  records_produced: ["wage register", 'حاضری "رجسٹر"'],
  records_refused: false,
  person_met: "Manager 1",
  place: { lat: 24.860735, lon: 67, accuracy_m: 4.5 },
  remarks: "دکان بند تھی\nدوسری سطر 👷🏽",
};

/** A picture of three parts. */
const PICTURE = Uint8Array.from({ length: 2_600_000 }, (_, at) => (at * 31 + (at >> 8)) % 256);

test("a report captured without signal arrives whole, though an answer is lost on the way", async () => {
  let tablet = await opened("one");
  await tablet.enrol(codes[0] ?? "", "Tablet 1");
  const person = await tablet.signIn(login, password);
  expect(await tablet.sync()).toEqual({ complete: true, problem: null, nextSyncS: expect.any(Number) as number });
  expect(await tablet.records("visit")).toEqual([visit]);
  expect(tablet.current()).toMatchObject({ id: person.id, login, signedIn: true });

  way.cut();
  const photo = await tablet.photos.add(new Blob([PICTURE], { type: "image/jpeg" }));
  const form = await tablet.openForm(visit);
  const made = await tablet.group((group) => {
    const report = group.newRecord("report", REPORT);
    const lines = WAGES.map((line) => group.newRecord("wage_line", { report, ...line }));
    const { id, ...described } = photo;
    group.newRecord("photo", { report, ...described, taken_ms: 1_790_000_000_000 }, id);
    group.save(form, { status: "done", minutes_on_site: 45, check_in_ms: 1_790_000_000_000 });
    return { report, lines };
  });
  expect(await tablet.sync()).toMatchObject({ complete: false, problem: { code: "no-answer" } });
  expect(await tablet.status()).toMatchObject({ onlyHere: 13, atOffice: 0 });
  const before = (await linesOf(ports("one"))).map(({ line }) => text(line));

  closed(tablet);
  tablet = await opened("one");
  way.mend();
  way.loseAnswers();
  await tablet.sync();
  await tablet.sync();
  const [first, second] = way.pushed;
  expect(second).toEqual(first);
  expect((await tablet.status()).onlyHere).toBe(13);

  way.mend();
  way.after = (path, answer) => (path.endsWith("/push") ? new Response(answer.body, { status: 200 }) : answer);
  expect((await tablet.sync()).problem?.detail).toContain("signature");
  way.mend();
  expect(await tablet.push()).toBe(false);
  expect(await tablet.shown(made.report)).toEqual(REPORT);
  way.after = async (path, answer) =>
    path.endsWith("/pull") ? new Response((await answer.text()).replace(/\{"more".*\n/, "")) : answer;
  expect((await tablet.sync()).problem?.detail).toContain("cut off");
  expect((await tablet.view(made.report))?.base).toBeNull();
  way.mend();
  // The answer to the second part is lost: the entries are there, and the picture goes on from the third part.
  let parts = 0;
  way.after = (path, answer) => {
    if (path.startsWith("/api/photos/uploads/") && answer.status === 204 && (parts += 1) === 2) throw new TypeError("lost");
    return answer;
  };
  expect(await tablet.sync()).toMatchObject({ complete: false, problem: { code: "no-answer" } });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, atOffice: 13, photosHere: { count: 1, refused: [] } });
  expect(parts).toBe(2);
  way.after = (path, answer) => {
    if (!path.startsWith("/api/photos/uploads/") || answer.headers.get("field-photo") !== "kept") return answer;
    const headers = new Headers(answer.headers);
    headers.set("field-receipt", "A".repeat(86));
    return new Response(null, { status: 204, headers });
  };
  expect((await tablet.sync()).problem?.detail).toContain("signature");
  expect((await tablet.status()).photosHere.count).toBe(1);
  way.mend();
  expect(await tablet.sync()).toEqual({ complete: true, problem: null, nextSyncS: expect.any(Number) as number });
  expect((await tablet.status()).photosHere).toEqual({ count: 0, bytes: 0, refused: [] });

  expect((await linesOf(ports("one"))).map(({ line }) => text(line))).toEqual(before);
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, atOffice: 13, attention: 0, alarms: 0 });
  for (const record of [made.report, ...made.lines, visit]) {
    expect((await tablet.view(record))?.pending).toEqual([]);
    expect((await tablet.view(record))?.base).not.toBeNull();
  }
  expect(await tablet.shown(made.report)).toEqual(REPORT);
  expect(await tablet.children(made.report)).toEqual([...made.lines, photo.id].sort());
  told["device"] = tablet.device;
  told["report"] = { record: made.report, values: REPORT };
  told["lines"] = made.lines.map((record, at) => ({ record, values: { report: made.report, ...WAGES[at] } }));
  told["photo"] = { record: photo.id, values: { report: made.report, sha256: photo.sha256, size: PICTURE.length } };
  told["visit"] = { record: visit, values: { status: "done", minutes_on_site: 45, check_in_ms: 1_790_000_000_000 } };
});

test("an impossible step is put aside at the office, and said", async () => {
  const tablet = open[0] as Tablet;
  await (await tablet.openForm(visit)).save({ status: "planned" });
  expect((await tablet.sync()).complete).toBe(true);
  expect(await tablet.attention()).toMatchObject([
    { seq: 14, status: "quarantined", code: "impossible-step", kind: "visit", record: visit },
  ]);
  expect((await tablet.shown(visit))?.["status"]).toBe("done");
});

/** Copy a tablet's store as it is, as when a tablet is restored from a backup of another. */
async function clone(from: string, to: string): Promise<void> {
  const [source, target] = [new Store(from), new Store(to)];
  await Promise.all([source.open(), target.open()]);
  for (const table of source.tables) {
    const keys = await table.toCollection().primaryKeys();
    const rows: unknown[] = await table.bulkGet(keys);
    await (table.schema.primKey.keyPath === "" ? target.table(table.name).bulkAdd(rows, keys) : target.table(table.name).bulkAdd(rows));
  }
  source.close();
  target.close();
}

test("a cloned tablet takes a new identity, keeps its work, and disputes what it did not see", async () => {
  const one = open[0] as Tablet;
  await clone("one", "two");
  const two = await opened("two");
  await (await one.openForm(establishment)).save({ owner: "Owner 1" });
  expect((await one.sync()).complete).toBe(true);

  await (await two.openForm(establishment)).save({ owner: "Owner 2" });
  const report = await two.group((group) => {
    const made = group.newRecord("report", { visit, person_met: "Manager 2", remarks: "second" });
    group.newRecord("wage_line", { report: made, month: "2026-08", wage_rs: 1, cnic: "42101-0000009-1" });
    return made;
  });
  const ids = async (): Promise<string[]> => (await linesOf(ports("two"))).map(({ line }) => readLine(line)?.change.id ?? "");
  const before = await ids();
  expect((await two.sync()).complete).toBe(false);
  expect(await two.status()).toMatchObject({ forked: true, onlyHere: 3 });

  await two.enrolAgain(codes[1] ?? "", "Tablet 2");
  expect(two.device).not.toBe(one.device);
  expect((await ids()).sort()).toEqual(before.sort());
  expect(await two.shown(report)).toMatchObject({ visit, person_met: "Manager 2" });
  expect(await two.sync()).toMatchObject({ complete: false, problem: null });
  const person = two.current();
  expect(await two.status()).toMatchObject({ forked: false, onlyHere: 3, signIn: person?.id });
  await two.signIn(login, password);
  expect(await two.sync()).toEqual({ complete: true, problem: null, nextSyncS: expect.any(Number) as number });
  expect(await two.status()).toMatchObject({ onlyHere: 0, signIn: null });

  const [conflict] = await two.conflicts();
  expect(conflict?.values).toMatchObject({ record: establishment, of: "establishment", about: "owner", open: true });
  const form = await two.openForm(establishment);
  expect(form.candidates["owner"]?.map(({ value }) => value).sort()).toEqual(["Owner 1", "Owner 2"]);
  expect([form.view.disputed, [...form.unclear]]).toEqual([["owner"], []]);
  expect((await one.sync()).complete).toBe(true);
  expect(await one.conflicts()).toEqual(await two.conflicts());
  told["devices"] = [one.device, two.device];
  told["second"] = { record: report, values: { visit, person_met: "Manager 2", remarks: "second" } };
});

test("a push cut within its personal values is not taken, and a gateway that answers is bad weather", async () => {
  const tablet = open[0] as Tablet;
  await tablet.newRecord("report", { visit, person_met: "Manager 3" });
  const really = way.fetch;
  const cut: typeof fetch = (asked, init) =>
    really(asked, { ...init, body: new Uint8Array(init?.body as ArrayBuffer).slice(0, -10) });
  closed(tablet);
  const between = await Tablet.open({ ...ports("one"), fetch: cut });
  await expect(between.push()).rejects.toMatchObject({ code: "unreadable-body" });
  between.close();
  const again = await opened("one");
  way.after = () => new Response("<html>Bad Gateway</html>", { status: 502 });
  expect((await again.sync()).problem).toMatchObject({ code: "no-answer" });
  const busy = JSON.stringify({ code: "busy", detail: "Too many at once." });
  way.after = () => new Response(busy, { status: 503, headers: { "Retry-After": "30" } });
  expect((await again.sync()).problem).toMatchObject({ code: "busy", retryAfterS: 30 });
  way.mend();
  expect((await again.sync()).complete).toBe(true);
});

test("a long report gets piece by piece over a line that breaks after 6 kB, both ways", async () => {
  const tablet = open.at(-1) as Tablet;
  await tablet.sync();
  await tablet.group((group) => {
    const report = group.newRecord("report", { visit, remarks: "long" });
    for (let line = 1; line <= 120; line += 1) group.newRecord("wage_line", { report, month: "2026-07", wage_rs: line });
  });
  const sizes: number[] = [];
  const really = way.fetch;
  const narrow: typeof fetch = async (asked, init) => {
    const { byteLength = 0 } = (init?.body ?? {}) as ArrayBuffer;
    if (!String(asked).includes("/sync/")) return really(asked, init);
    if (byteLength > 6_000) throw new TypeError("the line broke");
    const answer = await really(asked, init);
    if ((await answer.clone().arrayBuffer()).byteLength > 6_000) throw new TypeError("the line broke");
    if (String(asked).endsWith("/push")) sizes.push(byteLength);
    return answer;
  };
  closed(tablet);
  const far = await Tablet.open({ ...ports("one"), fetch: narrow });
  let syncs = 1;
  while (!(await far.sync()).complete) expect((syncs += 1)).toBeLessThan(60);
  expect(sizes.length).toBeGreaterThan(2);
  expect((await far.list("wage_line")).filter(({ values }) => values["month"] === "2026-07")).toHaveLength(120);
  far.close();
  open.push(await Tablet.open(ports("one")));
});

test("a wrong checksum costs one refetch, then an alarm, then all is well", async () => {
  const tablet = open.at(-1) as Tablet;
  const counted = (): Promise<unknown> =>
    inside(ports("one"), async (store) => [await store.recall("refetched"), await store.recall("alarms")]);
  // The rows were looked at when the tablet was opened: what is harmed afterwards the office's sum alone can tell.
  await tablet.sync();
  await inside(ports("one"), async (store) => {
    const cursors = await store.cursors.toArray();
    await store.cursors.bulkPut(cursors.map((cursor) => ({ ...cursor, checksum: cursor.checksum + 1 })));
  });
  const record = await tablet.newRecord("establishment", { name: "Unit nobody may make" });
  await (await tablet.openForm(visit)).save({ notes: "gate shut" });
  expect((await tablet.sync()).complete).toBe(true);
  expect((await tablet.attention()).map((each) => each.record)).toContain(record);
  expect(await counted()).toEqual([expect.any(Number), undefined]);
  expect((await tablet.shown(visit))?.["notes"]).toBe("gate shut");

  way.after = async (path, answer) =>
    path.endsWith("/pull") ? new Response((await answer.text()).replaceAll('"checksum":', '"checksum":1')) : answer;
  await (await tablet.openForm(visit)).save({ notes: "gate open" });
  await tablet.sync();
  expect((await tablet.status()).alarms).toBeGreaterThan(0);
  way.mend();
  expect((await tablet.sync()).complete).toBe(true);
});

test("receipts that got lost are learned later", async () => {
  const tablet = open.at(-1) as Tablet;
  for (const notes of ["1", "2", "3"]) await (await tablet.openForm(visit)).save({ notes });
  way.loseAnswers();
  await tablet.sync();
  way.mend();
  // The first line alone: the office then says that it has all three.
  expect(await tablet.push(1)).toBe(false);
  const statuses = async (): Promise<string[]> => (await linesOf(ports("one"))).slice(-2).map(({ status }) => status);
  expect(await statuses()).toEqual(["", ""]);
  expect((await tablet.sync()).complete).toBe(true);
  expect(await statuses()).not.toContain("");
  expect((await tablet.view(visit))?.pending).toEqual([]);
});

test("rows leave with whoever signs out, but not while they are still being worked on", async () => {
  const tablet = open.at(-1) as Tablet;
  const person = tablet.current()?.id ?? "";
  await tablet.signIn(office.other, password);
  await tablet.use(person);
  expect((await tablet.sync()).complete).toBe(true);
  await (await tablet.openForm(visit)).save({ notes: "gate shut again" });
  await tablet.signOut(person);
  await expect(tablet.use(person)).rejects.toThrow("not signed in");
  await tablet.pull();
  const scopes = (): Promise<string[]> =>
    inside(ports("one"), async (store) => (await store.rows.where("record").equals(visit).toArray()).map((row) => row.scope));
  expect(await scopes()).toEqual([""]);
  expect((await tablet.shown(visit))?.["notes"]).toBe("gate shut again");
  expect((await tablet.sync()).complete).toBe(true);
  expect(await scopes()).toEqual([]);
  expect(await tablet.shown(visit)).toBeNull();
  await tablet.signIn(login, password);
  expect((await tablet.sync()).complete).toBe(true);
  expect((await tablet.shown(visit))?.["notes"]).toBe("gate shut again");
});

test("in the end each tablet holds what the office holds", async () => {
  const names = new Map([["one", open.at(-1) as Tablet], ["two", open.find(({ device }) => device === (told["devices"] as string[])[1]) as Tablet]]);
  const held: Record<string, unknown> = {};
  for (const [name, tablet] of names) {
    expect((await tablet.sync()).complete).toBe(true);
    held[tablet.device] = await inside(ports(name), async (store) => {
      const rows = await store.rows.toArray();
      const lines = await store.lines.where("device").equals(tablet.device).toArray();
      return {
        rows: rows.map(({ scope, record, body, private: closed }) => [scope, record, text(body), closed && text(closed)]),
        lines: lines.map(({ seq, id, status, line }) => [seq, id, status, text(line)]),
      };
    });
  }
  told["held"] = held;
});

test("a revoked tablet is told so, and its work is handed in all the same", async () => {
  const tablet = open.at(-1) as Tablet;
  const asked = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const sent = { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
    return fetch(base + path, sent);
  };
  const session = (await (await asked("/api/sign-in", { login: office.supervisor, password })).json()) as { token: string };
  const bearer = { Authorization: `Bearer ${session.token}` };
  expect((await asked(`/api/devices/${tablet.device}/revoke`, {}, bearer)).status).toBe(200);
  await (await tablet.openForm(visit)).save({ notes: "after it was stolen" });
  expect((await tablet.sync()).problem?.code).toBe("device-revoked");
  expect(await tablet.status()).toMatchObject({ revoked: true, onlyHere: 0 });
});
