/**
 * Lost, copied and broken tablets, and a real server, which `tests/tablet/test_browser_lost.py` starts.
 */

import { afterAll, expect, test } from "vitest";
import { type Ports, Tablet } from "./tablet";
import { inside } from "./testing";

interface Office {
  readonly base: string;
  readonly login: string;
  readonly password: string;
  readonly other: string;
  readonly supervisor: string;
  readonly visit: string;
}

interface Listed {
  readonly id: string;
  readonly wipe: { readonly told_ms: number | null; readonly wiped_ms: number | null; readonly handed_in: number | null } | null;
}

const office = JSON.parse(process.env["FIELD_STORY"] ?? "null") as Office | null;
if (office === null) throw new Error("run this by tests/tablet/test_browser_lost.py, which starts a server");
const { base, login, password, other, supervisor, visit } = office;

let before: (path: string) => void = () => undefined;
let after: (path: string, answer: Response) => Response = (_, answer) => answer;
/** The version that the app says it writes, where it is not the one of this app. */
let version: string | null = null;
const way: typeof fetch = async (asked, init) => {
  const path = new URL(String(asked)).pathname;
  before(path);
  const said = version === null || !path.startsWith("/api/sync/") ? {} : { "Field-Schema": version };
  return after(path, await fetch(asked, { ...init, headers: { ...(init?.headers as Record<string, string>), ...said } }));
};
const cut = (): void => {
  before = () => {
    throw new TypeError("no signal");
  };
};
const mend = (): void => {
  before = () => undefined;
  after = (_, answer) => answer;
};

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const ports = (database: string): Ports & { database: string } => ({ clock, fetch: way, crypto, database, base });
const open: Tablet[] = [];
afterAll(() => open.forEach((tablet) => tablet.close()));

/** Somebody at a desk asks the office. */
async function desk<T>(who: string, path: string, body?: BodyInit): Promise<T> {
  const json = { "Content-Type": "application/json" };
  const signIn = { method: "POST", headers: json, body: JSON.stringify({ login: who, password }) };
  const { token } = (await (await fetch(`${base}/api/sign-in`, signIn)).json()) as { token: string };
  const headers = { Authorization: `Bearer ${token}`, ...(typeof body === "string" ? json : {}) };
  const answer = await fetch(base + path, body === undefined ? { headers } : { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const code = async (): Promise<string> =>
  (await desk<{ code: string }>(supervisor, "/api/devices/codes", JSON.stringify({ district: "korangi" }))).code;
const listed = async (id: string): Promise<Listed | undefined> =>
  (await desk<Listed[]>(supervisor, "/api/devices")).find((each) => each.id === id);

async function enrolled(database: string): Promise<Tablet> {
  const tablet = await Tablet.open(ports(database));
  open.push(tablet);
  await tablet.enrol(await code(), database);
  await tablet.signIn(login, password);
  expect(await tablet.sync()).toMatchObject({ complete: true });
  return tablet;
}

test("an app that is too old, or newer than the office, keeps its work and sends it later", async () => {
  const tablet = await enrolled("old");
  await (await tablet.openForm(visit)).save({ notes: "by an old app" });
  for (const [said, code] of [["1", "app-too-old"], ["9", "app-too-new"]] as const) {
    version = said;
    expect((await tablet.sync()).problem?.code).toBe(code);
    expect(await tablet.status()).toMatchObject({ onlyHere: 1, unserved: code });
    cut();
    expect((await tablet.sync()).problem?.code).toBe("no-answer");
    expect(await tablet.status()).toMatchObject({ onlyHere: 1, unserved: code });
    mend();
  }
  expect(await tablet.sealedWork()).not.toBeNull();
  version = null;
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, unserved: null });
  expect((await tablet.shown(visit))?.["notes"]).toBe("by an old app");
});

const PICTURE = Uint8Array.from({ length: 40_000 }, (_, at) => (at * 31 + (at >> 8)) % 256);

test("a tablet that was set back, or has a twin, is found out when it only fetches", async () => {
  let tablet = await enrolled("copied");
  tablet.close();
  open.splice(open.indexOf(tablet), 1);
  await inside(ports("copied"), (store) => store.remember("requests", 1));
  tablet = await Tablet.open(ports("copied"));
  open.push(tablet);
  expect((await tablet.status()).copied).toBe(false);
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect((await tablet.status()).copied).toBe(true);
  const alarms = await desk<{ device: string; code: string }[]>(supervisor, "/api/alarms");
  expect(alarms.filter(({ device }) => device === tablet.device).map((each) => each.code)).toEqual(["copied"]);
  await tablet.enrolAgain(await code(), "copied");
  expect((await tablet.status()).copied).toBe(false);
});

test("answers that get lost on the way make nobody a copy", async () => {
  const tablet = await enrolled("lossy");
  after = (path, answer) => {
    if (path === "/api/sync/pull") throw new TypeError("the answer was lost");
    return answer;
  };
  await tablet.sync();
  await tablet.sync();
  mend();
  await Promise.all([tablet.sync(), tablet.signIn(other, password)]);
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect((await tablet.status()).copied).toBe(false);
});

test("a colleague carries in the sealed work of a broken tablet, and nothing is doubled", async () => {
  const tablet = await enrolled("broken");
  expect(await tablet.sealedWork()).toBeNull();
  cut();
  await (await tablet.openForm(visit)).save({ notes: "gate shut" });
  const report = await tablet.newRecord("report", { visit, person_met: "Manager 1" });
  const { id, ...photo } = await tablet.photos.add(new Blob([PICTURE], { type: "image/jpeg" }));
  await tablet.group((group) => group.newRecord("photo", { report, purpose: "premises", ...photo }, id));
  const file = await tablet.sealedWork();
  expect(file).not.toBeNull();
  expect(await file?.text()).not.toContain("gate shut");
  const carried = await desk<Record<string, unknown>>(other, "/api/sync/sealed", file as Blob);
  expect(carried).toMatchObject({ state: "taken", device_name: "broken", entries: 3, arrived: 3, set_aside: 0, photos: 1 });
  const again = await desk<Record<string, unknown>>(other, "/api/sync/sealed", file as Blob);
  expect(again).toMatchObject({ state: "taken", arrived: 0, known: 3 });
  mend();
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, attention: 0, photosHere: { count: 0 } });
  expect(await tablet.sealedWork()).toBeNull();
});

test("unsent work and its picture come along after a revocation, and stay on the screen", async () => {
  const tablet = await enrolled("revoked");
  await desk(supervisor, `/api/devices/${tablet.device}/revoke`, "{}");
  cut();
  const report = await tablet.newRecord("report", { visit, person_met: "Manager 2" });
  const { id, ...photo } = await tablet.photos.add(new Blob([PICTURE, "2"], { type: "image/jpeg" }));
  await tablet.group((group) => group.newRecord("photo", { report, purpose: "premises", ...photo }, id));
  mend();
  await tablet.enrolAgain(await code(), "revoked no more");
  expect(await tablet.shown(report)).toMatchObject({ person_met: "Manager 2" });
  expect(await tablet.shown(id)).toMatchObject({ sha256: photo.sha256 });
  await tablet.signIn(login, password);
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, attention: 0, photosHere: { count: 0 } });
});

test("a forged order wipes nothing", async () => {
  const tablet = await enrolled("safe");
  const signature = "A".repeat(86);
  const wipe = { order: visit, device: tablet.device, signature };
  after = (path, answer) =>
    path === "/api/sync/pull" ? new Response(JSON.stringify({ code: "device-revoked", detail: "", wipe }), { status: 403 }) : answer;
  await tablet.sync();
  mend();
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect((await tablet.status()).wiped).toBeNull();
  expect(await tablet.records("visit")).toEqual([visit]);
});

test("a tablet hands in its work before it is wiped, and says that it is empty until it is heard", async () => {
  const tablet = await enrolled("lost");
  const { device } = tablet;
  cut();
  await (await tablet.openForm(visit)).save({ notes: "not sent yet" });
  await tablet.drafts.put("visit/x", { typed: "half a word" });
  await tablet.photos.add(new Blob([PICTURE, "3"], { type: "image/jpeg" }));
  await desk(supervisor, `/api/devices/${device}/wipe`, "{}");
  await tablet.sync();
  expect((await tablet.status()).wiped).toBeNull();
  mend();
  before = (path) => {
    if (path === "/api/devices/orders") throw new TypeError("no signal");
  };
  await tablet.sync();
  expect((await tablet.status()).wiped).toMatchObject({ told: false });
  expect((await listed(device))?.wipe).toMatchObject({ wiped_ms: null });
  mend();
  await tablet.sync();
  expect((await tablet.status()).wiped).toMatchObject({ told: true });
  expect((await listed(device))?.wipe).toMatchObject({ wiped_ms: expect.any(Number) as number, handed_in: 1 });
  expect(tablet.device).toBe("");
  expect([await tablet.records("visit"), await tablet.drafts.all(), await tablet.photos.all()]).toEqual([[], [], []]);
  const quarantined = await desk<{ device: string }[]>(supervisor, "/api/quarantine");
  expect(JSON.stringify(quarantined)).toContain(device);
  await tablet.enrol(await code(), "found again");
  await tablet.signIn(login, password);
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect((await tablet.status()).wiped).toBeNull();
});

test("a tablet on which nobody is signed in hears of the order too", async () => {
  const tablet = await enrolled("left behind");
  await tablet.signOut(tablet.current()?.id ?? "");
  await desk(supervisor, `/api/devices/${tablet.device}/wipe`, "{}");
  await tablet.sync();
  expect((await tablet.status()).wiped).toMatchObject({ told: true });
});
