/** A large scope comes as a file, over a line that breaks; the page may be closed in the middle. */

import { expect, test } from "vitest";
import { b64, type Bytes, gzipped, hex, joined, sha256, utf8 } from "./bytes";
import { changed, type Offer, rowDigest } from "./replica";
import { enrolled, inside, using } from "./testing";

const SCOPE = "district/korangi";
const EPOCH = "01990000-0000-7000-8000-0000000000e1";
const ID = "01990000-0000-7000-8000-0000000000f1";
const id = (number: number): string => `01990000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const CNIC = "42101-1234567-1";

/** A row as the office has it; every third has something personal. */
const row = (number: number, phone = `021 ${number}`): Bytes =>
  utf8(JSON.stringify({
    record: id(number), kind: "establishment", n: number, root: id(number), values: { name: `Mill ${number}`, phone },
    write: id(9000 + number),
  }));
const personal = (number: number): string | null => (number % 3 === 0 ? JSON.stringify({ c: ["salt", CNIC] }) : null);

/** The file of forty rows, and how it is offered. */
async function made(): Promise<{ offer: Offer; file: Bytes; checksum: number }> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const lines: Bytes[] = [];
  let checksum = 0;
  for (let number = 1; number <= 40; number += 1) {
    const body = row(number);
    checksum = changed(checksum, 0, await rowDigest(crypto, body));
    const beside = personal(number);
    const iv = new Uint8Array(12);
    iv[11] = number;
    const how = { name: "AES-GCM", iv, additionalData: body };
    const sealed = beside && `\t${b64(new Uint8Array(await crypto.subtle.encrypt(how, key, utf8(beside))))}`;
    lines.push(joined([body, utf8(`${sealed ?? ""}\n`)]));
  }
  const file = (await gzipped(joined(lines))) ?? new Uint8Array();
  const files = [{ type: "application/gzip", bytes: file.length, sha256: hex(await sha256(crypto, file)) }];
  const url = `/api/sync/snapshots/${ID}`;
  return { offer: { scope: SCOPE, id: ID, epoch: EPOCH, n: 40, rows: 40, checksum, key: b64(raw), url, files }, file, checksum };
}

interface Asked {
  readonly snapshots?: boolean;
  readonly by_rows?: string[];
  readonly cursors: Record<string, [string, number]>;
}

/** A server that has one scope, of which the last row was written after the snapshot was made. */
async function server(harm: (file: Bytes) => Bytes = (file) => file) {
  const { offer, file, checksum } = await made();
  const last = row(41);
  const sum = changed(checksum, 0, await rowDigest(crypto, last));
  const ranges: (string | null)[] = [];
  const pulls: Asked[] = [];
  const served = { cutAfter: Number.POSITIVE_INFINITY, status: 0, sent: 0 };
  const end = JSON.stringify({ end: true, more: false, anchor: "1790000000000.tag" });
  const rows = (after: number): string =>
    Array.from({ length: 41 - after }, (_, at) => after + at + 1)
      .map((number) => new TextDecoder().decode(row(number)) + (personal(number) ? `\t${personal(number)}` : "")).join("\n");
  const answer = (asked: Asked): string => {
    pulls.push(asked);
    const cursor = asked.cursors[SCOPE];
    if (cursor === undefined && asked.snapshots && !asked.by_rows?.includes(SCOPE)) {
      return `${JSON.stringify({ snapshot: offer })}\n${end}\n`;
    }
    const mark = cursor === undefined ? `${JSON.stringify({ enter: SCOPE })}\n` : "";
    const head = JSON.stringify({ checkpoint: SCOPE, epoch: EPOCH, n: 41, head: true, checksum: sum });
    const some = rows(cursor?.[1] ?? 0);
    return `${mark}${some}${some === "" ? "" : "\n"}${head}\n${end}\n`;
  };
  const fetch_: typeof fetch = async (url, init) => {
    const path = String(url);
    if (path.endsWith("/api/sync/pull")) {
      return new Response(answer(JSON.parse(new TextDecoder().decode(init?.body as Bytes)) as Asked));
    }
    if (!path.endsWith(offer.url)) throw new TypeError("no signal");
    const headers = new Headers(init?.headers);
    const range = headers.get("range");
    ranges.push(range);
    if (served.status > 0) {
      return new Response(JSON.stringify({ code: "snapshot-gone", detail: "" }), { status: served.status });
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const rest = harm(file).slice(from);
    const some = rest.slice(0, served.cutAfter);
    const whole = some.length === rest.length;
    served.sent += some.length;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (controller.desiredSize === null) return;
        if (some.length > 0 && !started) controller.enqueue(some);
        else if (whole) controller.close();
        else controller.error(new TypeError("the line broke"));
        started = true;
      },
    });
    let started = false;
    const more = from > 0 ? { "Content-Range": `bytes ${from}-${file.length - 1}/${file.length}` } : {};
    return new Response(body, { status: from > 0 ? 206 : 200, headers: { ETag: `"${offer.files[0]?.sha256}"`, ...more } });
  };
  return { fetch: fetch_, ranges, pulls, served, file };
}

const held = async (ports: { database: string }): Promise<number[]> =>
  inside(ports, async (store) => (await store.rows.where("record").above("").sortBy("n")).map(({ n }) => n));
const ALL = Array.from({ length: 41 }, (_, at) => at + 1);

test("a large scope comes as a file, is opened, and what changed since comes after it", async () => {
  const office = await server();
  const ports = { ...(await enrolled()), fetch: office.fetch };
  await using(ports, async (tablet) => {
    while (await tablet.pull());
    expect((await tablet.shown(id(3)))?.["phone"]).toBe("021 3");
  });
  expect(await held(ports)).toEqual(ALL);
  const opened = await inside(ports, async (store) => store.rows.get([SCOPE, id(3)]));
  expect(new TextDecoder().decode(opened?.private ?? new Uint8Array())).toContain(CNIC);
  expect(office.ranges).toEqual([null]);
  expect(await inside(ports, async (store) => [await store.staged.count(), await store.arriving.count()])).toEqual([0, 0]);
  expect(await inside(ports, (store) => store.recall("refetched"))).toBeUndefined();
});

test("a line that breaks and a page that is closed cost no byte twice", async () => {
  const office = await server();
  const ports = { ...(await enrolled()), fetch: office.fetch };
  office.served.cutAfter = 300;
  let rounds = 0;
  for (let done = false; !done; rounds += 1) {
    await using(ports, async (tablet) => {
      try {
        while (await tablet.pull());
        done = true;
      } catch {
        expect(rounds).toBeLessThan(100);
      }
    });
  }
  expect(rounds).toBeGreaterThan(2);
  expect(office.served.sent).toBe(office.file.length);
  expect(await held(ports)).toEqual(ALL);
});

test.each([
  ["other bytes", (file: Bytes) => file.map((byte, at) => (at === 500 ? byte ^ 1 : byte))],
  ["more bytes", (file: Bytes) => joined([file, utf8("more")])],
] as const)("a snapshot with %s is left, and its scope comes by rows", async (_, harm) => {
  const office = await server(harm as (file: Bytes) => Bytes);
  const ports = { ...(await enrolled()), fetch: office.fetch };
  await using(ports, async (tablet) => {
    while (await tablet.pull());
  });
  expect(office.pulls.at(-1)?.by_rows).toEqual([SCOPE]);
  expect(await held(ports)).toEqual(ALL);
});

test("a snapshot that is gone twice is not asked for again", async () => {
  const office = await server();
  office.served.status = 410;
  const ports = { ...(await enrolled()), fetch: office.fetch };
  await using(ports, async (tablet) => {
    while (await tablet.pull());
  });
  expect(office.ranges).toHaveLength(2);
  expect(await held(ports)).toEqual(ALL);
});
