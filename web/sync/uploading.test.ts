/** What becomes of a photo that the office does not take, or not now. */

import { beforeEach, expect, test } from "vitest";
import { hex, sha256, utf8 } from "./bytes";
import type { Way } from "./door";
import { newKeys } from "./keys";
import { type LineRow, Store } from "./store";
import { DEVICE, ESTABLISHMENT, PERSON } from "./testing";
import { Trust } from "./trust";
import { Uploading } from "./uploading";

const PHOTO = "01990000-0000-7000-8000-00000000f001";
const PICTURE = utf8("a picture");
const DIFFERS = JSON.stringify({ code: "photo-differs", detail: "These are not the bytes of the photo." });

let store: Store;
let asked: string[];
let opened = 0;

const uploadingBy = (way: Way, nowMs: () => number): Uploading => new Uploading(store, way, new Trust(store, way), nowMs);

beforeEach(async () => {
  store = new Store(`uploading ${(opened += 1)}`);
  asked = [];
  const described = { sha256: hex(await sha256(crypto, PICTURE)), size: PICTURE.length };
  const line = utf8(JSON.stringify({ id: PHOTO, seq: 1, op: "create", set: described }));
  const nothing = { prev: "", hash: "", digest: "", code: null, detail: null, scope: null, n: null };
  const row: LineRow = {
    ...nothing, device: DEVICE, seq: 1, id: PHOTO, line, kind: "photo", record: PHOTO,
    parent: ESTABLISHMENT, by: PERSON, status: "applied", pending: 0,
  };
  await store.lines.put(row);
});

async function sent(bytes: Uint8Array<ArrayBuffer>, said = new Response(DIFFERS, { status: 422 })): Promise<void> {
  await store.photoBytes.put({ sha256: hex(await sha256(crypto, PICTURE)), bytes });
  const answer: typeof fetch = (path, given) => {
    asked.push(`${given?.method} ${String(path)}`);
    return Promise.resolve(said);
  };
  const who = { device: DEVICE, keys: await newKeys(crypto) };
  await uploadingBy({ fetch: answer, crypto, base: "" }, () => 1).run(who, () => Promise.resolve());
}

test("a photo that is whole on the tablet is brought again, for its bytes were changed on the way", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  await sent(PICTURE);
  await sent(PICTURE);
  expect(asked).toEqual(["POST /api/photos/uploads", "POST /api/photos/uploads"]);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 9, refused: [] });
});

test("a photo that is no longer what was captured is not brought again and again, and that is said", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  await sent(utf8("a pixture"));
  await sent(utf8("a pixture"));
  expect(asked).toEqual(["POST /api/photos/uploads"]);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 9, refused: ["These are not the bytes of the photo."] });
});

test("a photo that another request still brings is left for the next time, and keeps nothing else waiting", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  const address = "/api/photos/uploads/x";
  await store.uploads.put({ record: PHOTO, sha256: "", state: "sending", address, detail: null, at_ms: 0 });
  await sent(PICTURE, new Response(null, { status: 423 }));
  expect(asked).toEqual([`HEAD ${address}`]);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 9, refused: [] });
});

test("a tablet hears once whether the office could open a picture, and sends it no second time", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  const kept = { record: PHOTO, sha256: "", state: "kept", address: "/api/photos/uploads/x", detail: null, at_ms: 0 } as const;
  const told = (opened: string) => new Response(null, { status: 200, headers: { "Upload-Offset": "9", "Field-Photo": "kept", "Field-Opened": opened } });
  await store.uploads.put(kept);
  await sent(PICTURE, told("waiting"));
  expect(await uploading.unopened()).toEqual([]);
  await sent(PICTURE, told("damaged"));
  expect(await uploading.unopened()).toEqual([{ record: PHOTO, reason: "damaged" }]);
  await sent(PICTURE, told("ok"));
  expect(asked).toEqual(["HEAD /api/photos/uploads/x", "HEAD /api/photos/uploads/x"]);
  expect(await uploading.waiting()).toEqual({ count: 0, bytes: 0, refused: [] });

  await store.uploads.put(kept);
  await sent(PICTURE, told("ok"));
  await sent(PICTURE, told("ok"));
  expect(asked.length).toBe(3);
  expect(await uploading.unopened()).toEqual([]);

  // The office has forgotten the upload after a week: nobody asks again.
  await store.uploads.put(kept);
  await sent(PICTURE, new Response(null, { status: 410 }));
  await sent(PICTURE, new Response(null, { status: 410 }));
  expect(asked.length).toBe(4);
});

test("a picture that came to harm at the office is brought again while it is here, and not for ever", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  const hash = hex(await sha256(crypto, PICTURE));
  const address = "/api/photos/uploads/x";
  const lost = new Response(null, { status: 200, headers: { "Upload-Offset": "9", "Field-Photo": "kept", "Field-Opened": "bytes-changed" } });
  await store.uploads.put({ record: PHOTO, sha256: hash, state: "kept", address, detail: null, at_ms: 0 });
  await sent(PICTURE, lost);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 9, refused: [] });
  await sent(PICTURE, new Response(DIFFERS, { status: 422 }));
  expect(asked).toEqual([`HEAD ${address}`, "POST /api/photos/uploads"]);
  expect((await store.uploads.get(PHOTO))?.again).toBe(1);

  await store.uploads.put({ record: PHOTO, sha256: hash, state: "kept", address, detail: null, at_ms: 0, again: 3 });
  await sent(PICTURE, lost);
  expect(await uploading.unopened()).toEqual([{ record: PHOTO, reason: "bytes-changed" }]);
});

test("a picture that was erased at the office is not brought again, and keeps no other one waiting", async () => {
  const uploading = uploadingBy({ fetch, crypto, base: "" }, () => 1);
  const gone = JSON.stringify({ code: "erased", detail: "This picture was erased at the office." });
  await sent(PICTURE, new Response(gone, { status: 410 }));
  await sent(PICTURE, new Response(gone, { status: 410 }));
  expect(asked).toEqual(["POST /api/photos/uploads"]);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 9, refused: ["This picture was erased at the office."] });
});

test("a photo whose entry arrived without a receipt is brought, under a former identity too; one whose entry is unsent is not", async () => {
  const rows = await store.lines.toArray();
  await store.lines.bulkPut(rows.map((row) => ({ ...row, status: "" as const })));
  const seq = rows[0]?.seq ?? 0;
  const head = { device: rows[0]?.device ?? "", last: seq, chain: "", acknowledged: seq - 1 };
  await store.remember("head", head);
  await sent(PICTURE);
  expect(asked).toEqual([]);
  await store.remember("head", { ...head, acknowledged: seq });
  await sent(PICTURE);
  expect(asked).toEqual(["POST /api/photos/uploads"]);
  await store.remember("head", { ...head, device: "another", last: 0, acknowledged: 0 });
  await sent(PICTURE);
  expect(asked.length).toBe(2);
});
