/**
 * A tablet's day, and every byte of what it pushed and claimed. `tests/recorded/record_browser.py` starts the server, and
 * keeps what is written down here as the recording of this version.
 */

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { b64, type Bytes, utf8 } from "./bytes";
import { Tablet } from "./tablet";
import { inside } from "./testing";

/** What the Python side tells of its office. */
interface Office {
  readonly base: string;
  readonly code: string;
  readonly login: string;
  readonly password: string;
  readonly visit: string;
  readonly out: string;
}

/** A request as it went: its own headers, and its body in base64url. */
interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const office = JSON.parse(process.env["FIELD_STORY"] ?? "null") as Office | null;
if (office === null) throw new Error("run this by tests/recorded/record_browser.py, which starts a server");
const { base, code, login, password, visit, out } = office;

const pushes: Sent[] = [];
const claims: Sent[] = [];
let key = "";

const noting: typeof fetch = async (asked, init) => {
  const path = new URL(String(asked)).pathname;
  const body = (init?.body ?? new Uint8Array()) as Bytes;
  const sent = { headers: init?.headers as Record<string, string>, body: b64(body) };
  if (path === "/api/sync/push") pushes.push(sent);
  if (path === "/api/photos/uploads") claims.push(sent);
  if (path === "/api/devices/enrol") key = (JSON.parse(new TextDecoder().decode(body)) as { public_key: string }).public_key;
  return fetch(asked, init);
};

const LINES = 500;
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const ports = { clock, fetch: noting, crypto, database: "recorded", base };

test("a day in the field goes over the line and is written down", async () => {
  const tablet = await Tablet.open(ports);
  await tablet.enrol(code, "recorded");
  const person = await tablet.signIn(login, password);
  expect(await tablet.sync()).toMatchObject({ complete: true });

  await (await tablet.openForm(visit)).save({ status: "started", check_in_ms: 1_790_000_000_000 });
  await tablet.push();
  // A camera's own name for a JPEG, which version 2 no longer sends.
  const gate = await tablet.photos.add(new Blob([utf8("bytes of a picture")], { type: "image/JPG" }));
  const closing = await tablet.openForm(visit);
  const { report, first } = await tablet.group((group) => {
    const made = group.newRecord("report", {
      visit,
      checklist: "full-inspection@1",
      months_checked: ["2026-07", "2026-08"],
      months_paid: ["2026-07"],
      headcount: { men: 311, women: 189, total: 500 },
      records_produced: ["wage register", 'حاضری "رجسٹر"'],
      records_refused: false,
      person_met: "Manager of unit 1",
      place: { lat: 24.860735, lon: 67, accuracy_m: 4.5 },
      remarks: "محنت کش گیٹ پر ملے\nدوسری سطر 👷🏽",
    });
    const lines = Array.from({ length: LINES }, (_, at) =>
      group.newRecord("wage_line", {
        report: made,
        month: "2026-08",
        wage_rs: 32_000 + at,
        worker_name: `محنت کش ${at}`,
        cnic: `42101-${String(at).padStart(7, "0")}-1`,
        days: 26,
        registered: at % 3 !== 0,
      }),
    );
    group.newRecord("answer", { report: made, question: "register_shown", value: true });
    group.newRecord("answer", { report: made, question: "who_keeps_it", private_value: "Clerk of unit 1" });
    const { id, ...described } = gate;
    group.newRecord("photo", { report: made, ...described, taken_ms: 1_790_000_000_000, purpose: "gate" }, id);
    return { report: made, first: lines[0] ?? "" };
  });
  await (await tablet.openForm(first)).save({ wage_rs: 33_500, worker_name: "Worker 0" });
  const again = await tablet.photos.add(new Blob([utf8("bytes of another picture")], { type: "image/jpeg" }));
  const { id, ...described } = again;
  await tablet.group((group) => void group.newRecord("photo", { report, ...described, purpose: "register" }, id));
  await (await tablet.openForm(id)).withdraw("The wrong page.");
  await tablet.newRecord("lead", { what: "home_based", name: "Lane 4", district: "korangi", workers_about: 12 });
  await closing.save({ status: "done", minutes_on_site: 45, check_out_ms: 1_790_000_600_000, documents_seen: ["C-1"] });
  expect(await tablet.sync()).toMatchObject({ complete: true });
  expect(await tablet.status()).toMatchObject({ onlyHere: 0, attention: 0, photosHere: { count: 0 } });

  const records = await inside(ports, async (store) => [...new Set((await store.lines.toArray()).map(({ record }) => record))]);
  const shown = await Promise.all(records.sort().map(async (record) => [record, await tablet.shown(record)] as const));
  const values = Object.fromEntries(shown);
  writeFileSync(out, JSON.stringify({ device: tablet.device, public_key: key, person: person.id, pushes, claims, values }));
  tablet.close();
});
