/**
 * A server that is lost and restored from an old backup, and what tablets bring back to it. Played by
 * `tests/tablet/test_browser_restore.py`, which runs the server and does what an operator does.
 */

import { afterAll, expect, test } from "vitest";
import { type Ports, Tablet } from "./tablet";
import { inside } from "./testing";

interface Office {
  readonly base: string;
  readonly operator: string;
  readonly login: string;
  readonly other: string;
  readonly password: string;
  readonly supervisor: string;
  readonly visit: string;
}

/** What the office's database holds of what tablets sent. */
interface Told {
  readonly changes: Readonly<Record<string, string>>;
  readonly pictures: Readonly<Record<string, boolean>>;
  readonly epoch: string;
  readonly missing: readonly string[];
  readonly alarms: readonly string[];
}

const office = JSON.parse(process.env["FIELD_STORY"] ?? "null") as Office | null;
if (office === null) throw new Error("run this by tests/tablet/test_browser_restore.py, which starts a server");
const { base, operator, login, other, password, supervisor, visit } = office;

/** A server is started anew several times, on a busy machine too. */
const PATIENCE_MS = 240_000;

let seen: { path: string; body: string; held: string | null }[] = [];
let before: (path: string) => void = () => undefined;
/** The identity of whose testimony only half arrives. */
let cut = "";
const way: typeof fetch = async (asked, init) => {
  const path = new URL(String(asked)).pathname;
  before(path);
  const headers = new Headers(init?.headers);
  const body = path.endsWith("/testimony") && !headers.has("content-encoding") ? new TextDecoder().decode(init?.body as Uint8Array) : "";
  seen.push({ path, body, held: headers.get("field-held") });
  const whole = init?.body as Uint8Array<ArrayBuffer>;
  const half = headers.get("field-device") === cut && path.endsWith("/testimony") ? { body: whole.slice(0, whole.length / 2) } : {};
  return fetch(asked, { ...init, ...half });
};
const paths = (): string[] => seen.map(({ path }) => path.replace(/uploads\/.*/, "uploads/x"));

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
/** A copy is made of what can be shown; of these bytes none can, so that they are let go of as they are. */
const shrink = (): Promise<null> => Promise.resolve(null);
const ports = (database: string): Ports & { database: string } => ({ clock, fetch: way, crypto, database, base, shrink });
const open: Tablet[] = [];
afterAll(() => open.forEach((tablet) => tablet.close()));

/** Have the operator do something. */
async function ask<T>(what: string): Promise<T> {
  const answer = await fetch(`${operator}/${what}`, { method: "POST" });
  if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
const told = (): Promise<Told> => ask<Told>("told");

/** Somebody at a desk asks the office. */
async function desk<T>(who: string, path: string, body: unknown): Promise<T> {
  const json = { "Content-Type": "application/json" };
  const signIn = { method: "POST", headers: json, body: JSON.stringify({ login: who, password }) };
  const { token } = (await (await fetch(`${base}/api/sign-in`, signIn)).json()) as { token: string };
  const asked = { method: "POST", headers: { ...json, Authorization: `Bearer ${token}` }, body: JSON.stringify(body) };
  const answer = await fetch(base + path, asked);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const code = async (): Promise<string> =>
  (await desk<{ code: string }>(supervisor, "/api/devices/codes", { district: "korangi" })).code;

async function enrolled(database: string, who = login): Promise<Tablet> {
  const tablet = await Tablet.open(ports(database));
  open.push(tablet);
  await tablet.enrol(await code(), database);
  await tablet.signIn(who, password);
  await arrives(tablet);
  return tablet;
}

async function arrives(tablet: Tablet): Promise<void> {
  expect(await tablet.sync()).toMatchObject({ complete: true, problem: null });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, photosHere: { count: 0, refused: [] }, forked: false });
}

const bytesOf = (size: number, seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8) + seed) % 256);

interface Reported {
  readonly report: string;
  readonly photo: string;
  readonly sha256: string;
}

/** A report with a wage line and a picture of two parts, captured as one. */
async function report(tablet: Tablet, seed: number): Promise<Reported> {
  const { id, ...described } = await tablet.photos.add(new Blob([bytesOf(1_100_000, seed)], { type: "image/jpeg" }));
  const report = await tablet.group((group) => {
    const report = group.newRecord("report", { visit, person_met: `Manager ${seed}` });
    group.newRecord("wage_line", { report, month: "2026-08", wage_rs: 30_000 + seed, worker_name: `Worker ${seed}` });
    group.newRecord("photo", { report, purpose: "premises", ...described }, id);
    return report;
  });
  return { report, photo: id, sha256: described.sha256 };
}

const bytesHere = (database: string, sha256: string): Promise<number> =>
  inside(ports(database), (store) => store.photoBytes.where("sha256").equals(sha256).count());
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("a backup, work that arrived after it, a restore: every line and every picture comes again", async () => {
  const one = await enrolled("one");
  const revoked = await enrolled("revoked", other);
  const river = await enrolled("river", other);
  const anew = await enrolled("anew");
  await ask("enrol");
  const early = await report(one, 1);
  await arrives(one);
  // The entry of this picture is in the backup, its bytes are not.
  const between = await report(one, 2);
  before = (path) => {
    if (path.startsWith("/api/photos/uploads")) throw new TypeError("no signal");
  };
  await one.sync();
  before = () => undefined;
  expect((await one.status()).photosHere.count).toBe(1);
  await ask("backup");
  await wait(1100);

  await arrives(one);
  const late = await report(one, 3);
  await (await one.openForm(visit)).save({ notes: "gate shut", minutes_on_site: 45 });
  await arrives(one);
  await (await one.openForm(visit)).save({ status: "done" });
  await arrives(one);
  await (await one.openForm(visit)).save({ status: "planned" });
  await arrives(one);
  expect(await one.attention()).toMatchObject([{ status: "quarantined", code: "impossible-step" }]);
  await report(revoked, 4);
  await arrives(revoked);
  await desk(supervisor, `/api/devices/${revoked.device}/revoke`, {});
  // What lies in the river afterwards is on a colleague's tablet, and nowhere else.
  const lost = await river.newRecord("lead", { what: "home_based", name: "Stitchers", district: "korangi", address: "Plot 9" });
  await arrives(river);
  await ask("work");
  // Under another identity than the one that captured its report.
  const moved = await report(anew, 6);
  await arrives(anew);
  const former = anew.device;
  await anew.enrolAgain(await code(), "anew");
  await anew.signIn(login, password);
  await (await anew.openForm(moved.report)).save({ remarks: "seen again" });
  await arrives(anew);
  expect(anew.device).not.toBe(former);
  const later = await enrolled("later");
  await report(later, 5);
  await arrives(later);
  await arrives(one);
  expect(await one.records("lead")).toContain(lost);

  // Of the pictures only the one that the backup holds was let go of, and was told as such by a server time after it.
  await arrives(one);
  await wait(1100);
  await arrives(one);
  expect(await bytesHere("one", early.sha256)).toBe(0);
  expect([await bytesHere("one", between.sha256), await bytesHere("one", late.sha256)]).toEqual([1, 1]);

  const was = await told();
  expect(Object.values(was.pictures)).toHaveLength(7);
  await ask("restore");
  const burnt = await told();
  expect(burnt.epoch).not.toBe(was.epoch);
  expect(Object.keys(burnt.changes).length).toBeLessThan(Object.keys(was.changes).length);
  expect(Object.keys(burnt.pictures)).toEqual([early.photo]);
  // A backup of the new life holds nothing of what is on the tablets alone.
  await ask("backup");
  await wait(1100);

  // Signed answers go first, then lines, then pictures.
  seen = [];
  await arrives(one);
  const order = ["/api/sync/pull", "/api/sync/testimony", "/api/sync/push", "/api/photos/uploads"];
  expect(order.map((path) => paths().indexOf(path)).sort((a, b) => a - b)).toEqual(order.map((path) => paths().indexOf(path)));
  expect(paths()).toEqual(expect.arrayContaining(order));
  expect(await one.attention()).toMatchObject([{ status: "quarantined", code: "impossible-step" }]);
  expect((await told()).missing).toContain(lost);
  expect(await bytesHere("one", between.sha256)).toBe(1);

  await ask("sync");
  await arrives(river);
  // Who is shut out, or whose session ended with the database, brings everything all the same.
  expect((await revoked.sync()).problem).toMatchObject({ code: "device-revoked" });
  expect((await later.sync()).problem).toMatchObject({ code: "not-signed-in" });
  cut = former;
  expect((await anew.sync()).problem).toMatchObject({ code: "not-signed-in" });
  expect((await told()).changes).not.toEqual(was.changes);
  // What the office could not read it is told again.
  cut = "";
  await anew.sync();
  expect((await told()).changes).toEqual(was.changes);
  await anew.signIn(login, password);
  await arrives(anew);
  const now = await told();
  expect(now.changes).toEqual(was.changes);
  expect(now.pictures).toEqual({ ...was.pictures, ...now.pictures });
  expect(Object.keys(was.pictures).filter((photo) => now.pictures[photo] !== true)).toEqual([]);
  expect(now.missing).toEqual([]);
  await arrives(one);
  expect((await one.status()).alarms).toBe(0);
  expect(await one.shown(late.report)).toMatchObject({ person_met: "Manager 3" });
  for (const record of [late.report, late.photo, visit]) expect((await one.view(record))?.pending).toEqual([]);

  // Nothing is told twice, and a tablet that needs not heal says nothing.
  seen = [];
  await arrives(one);
  expect(paths()).not.toContain("/api/sync/testimony");
  // Once a backup of the new life holds them, pictures go.
  await ask("backup");
  await wait(1100);
  await arrives(one);
  await arrives(one);
  expect([await bytesHere("one", between.sha256), await bytesHere("one", late.sha256)]).toEqual([0, 0]);
  expect(await inside(ports("one"), (store) => store.answers.count())).toBe(0);
}, PATIENCE_MS);

test("a database that was put back without a word is noticed by a pull alone", async () => {
  const one = open[0] as Tablet;
  await ask("backup");
  await wait(1100);
  const after = await report(one, 7);
  await arrives(one);
  const was = await told();
  await ask("silently");
  expect((await told()).changes).not.toEqual(was.changes);
  seen = [];
  await one.signIn(login, password);
  await arrives(one);
  const [first] = seen.filter(({ held }) => held !== null);
  expect(first?.path).toBe("/api/sync/pull");
  const now = await told();
  expect(now.changes).toEqual(was.changes);
  expect(now.epoch).not.toBe(was.epoch);
  expect(now.alarms).toContain("restored");
  expect(now.pictures[after.photo]).toBe(true);
  expect(await one.shown(after.report)).toMatchObject({ person_met: "Manager 7" });
}, PATIENCE_MS);
