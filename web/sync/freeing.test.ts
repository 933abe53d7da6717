/** A tablet lets go of a picture once the office keeps it for sure, and of none before. */

import { beforeEach, expect, test } from "vitest";
import { type Bytes, hex, sha256, utf8 } from "./bytes";
import { Freeing } from "./freeing";
import type { Way } from "./door";
import { newKeys } from "./keys";
import { Photos } from "./photos";
import { type LineRow, Store, type UploadRow } from "./store";
import { DEVICE, ESTABLISHMENT, PERSON } from "./testing";
import { Trust } from "./trust";
import { Uploading } from "./uploading";

const PHOTO = "01990000-0000-7000-8000-00000000f001";
const OTHER = "01990000-0000-7000-8000-00000000f002";
const PICTURE: Bytes = utf8("a picture of many bytes");
const SMALL = new Blob([utf8("small")], { type: "image/jpeg" });

let store: Store;
let photos: Photos;
let hash: string;
let opened = 0;

const uploadingBy = (way: Way, nowMs: () => number): Uploading => new Uploading(store, way, new Trust(store, way), nowMs);

beforeEach(async () => {
  store = new Store(`freeing ${(opened += 1)}`);
  photos = new Photos(store, crypto, () => PHOTO, () => 1);
  hash = (await photos.add(new Blob([PICTURE], { type: "image/png" }))).sha256;
  await line(PHOTO, 1, "applied");
  await kept(PHOTO);
});

async function line(record: string, seq: number, status: string): Promise<void> {
  const set = { sha256: hash, size: PICTURE.length };
  const nothing = { prev: "", hash: "", digest: "", code: null, detail: null, scope: null, n: null };
  const row: LineRow = {
    ...nothing, device: DEVICE, seq, id: record, line: utf8(JSON.stringify({ id: record, seq, op: "create", set })),
    kind: "photo", record, parent: ESTABLISHMENT, by: PERSON, status, pending: 0,
  };
  await store.lines.put(row);
}

const kept = (record: string, more: Partial<UploadRow> = {}): PromiseLike<unknown> =>
  store.uploads.put({ record, sha256: hash, state: "kept", address: null, detail: null, at_ms: 1, opened: "ok", ...more });

/** What is shown of the picture after the tablet has looked what it may let go of. */
async function after(shrink: (picture: Blob) => Promise<Blob | null> = () => Promise.resolve(SMALL)): Promise<string | null> {
  await new Freeing(store, shrink, () => 7).run(() => Promise.resolve());
  return (await photos.get(hash))?.text() ?? null;
}

const WHOLE = "a picture of many bytes";

test("a picture that the office signed for and opened leaves a small copy and its fingerprint", async () => {
  expect(await after()).toBe("small");
  expect(await store.photoBytes.count()).toBe(0);
  expect(await photos.all()).toMatchObject([{ sha256: hash, size: PICTURE.length, freed_ms: 7 }]);
  expect(await after(() => Promise.reject(new Error("made twice")))).toBe("small");
});

test("what is no picture for the office goes as well, for it is kept there", async () => {
  await kept(PHOTO, { opened: "not-a-picture" });
  expect(await after(() => Promise.reject(new Error("nothing to see")))).toBeNull();
  expect(await store.photoBytes.count()).toBe(0);
});

test.each<[string, () => PromiseLike<unknown>]>([
  ["the office has not signed for it", () => kept(PHOTO, { state: "sending" })],
  ["the office did not take it", () => kept(PHOTO, { state: "refused" })],
  ["the office has not opened it yet", () => store.uploads.put({ record: PHOTO, sha256: hash, state: "kept", address: "/x", detail: null, at_ms: 1 })],
  ["the office lost its bytes after it had signed", () => kept(PHOTO, { opened: "bytes-changed" })],
  ["the office signed for another picture", () => kept(PHOTO, { sha256: "0".repeat(64) })],
  ["its entry is in quarantine", () => line(PHOTO, 1, "quarantined")],
  ["its entry is not sent yet", () => line(PHOTO, 1, "")],
  ["another report has the same picture and has not arrived", () => line(OTHER, 2, "")],
  ["another report has the same picture, unsigned", () => line(OTHER, 2, "applied")],
  ["a line cannot be read, and may be about it", () => store.lines.update([DEVICE, 1], { line: utf8("#") }).then(() => line(OTHER, 2, "").then(() => kept(OTHER)))],
  ["a report that is being written has it", () => store.drafts.put({ key: "visit", value: { photos: [{ sha256: hash }] }, at_ms: 1 })],
])("it stays whole while %s", async (_, given) => {
  await given();
  expect(await after()).toBe(WHOLE);
});

test("it stays whole where no small copy of it can be made", async () => {
  expect(await after(() => Promise.resolve(null))).toBe(WHOLE);
  expect(await after(() => Promise.reject(new Error("no memory")))).toBe(WHOLE);
});

test("the same picture taken for another report is here again", async () => {
  await after();
  await photos.add(new Blob([PICTURE], { type: "image/png" }));
  expect(await (await photos.get(hash))?.text()).toBe(WHOLE);
  expect((await photos.all())[0]?.freed_ms).toBeUndefined();
});

test("a report with a picture that was let go of asks the office, which has it from this tablet", async () => {
  await after();
  await line(OTHER, 2, "applied");
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const asked: number[] = [];
  const answer: typeof fetch = async (_, given) => {
    asked.push((given?.body as Uint8Array | undefined)?.length ?? 0);
    const receipt = await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(`field-photo-1\n${OTHER}\n${hash}\n`));
    const signed = btoa(String.fromCharCode(...new Uint8Array(receipt))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const headers = { location: "/api/photos/uploads/x", "upload-offset": String(PICTURE.length), "field-photo": "kept", "field-receipt": signed, "field-opened": "waiting" };
    return new Response(null, { status: 201, headers });
  };
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const serverKey = btoa(String.fromCharCode(...key)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  await store.remember("serverKey", serverKey);
  const who = { device: DEVICE, keys: await newKeys(crypto) };
  await uploadingBy({ fetch: answer, crypto, base: "" }, () => 1).run(who, () => Promise.resolve());
  expect(asked).toEqual([0, 0]);
  expect(await store.uploads.get(OTHER)).toMatchObject({ state: "kept" });
  expect(hex(await sha256(crypto, PICTURE))).toBe(hash);
});

test("a picture that is nowhere is said, and not asked for again and again", async () => {
  await after();
  await line(OTHER, 2, "applied");
  let asked = 0;
  const answer: typeof fetch = () => {
    asked += 1;
    return Promise.resolve(new Response(null, { status: 201, headers: { location: "/api/photos/uploads/x", "upload-offset": "0" } }));
  };
  const uploading = uploadingBy({ fetch: answer, crypto, base: "" }, () => 1);
  const who = { device: DEVICE, keys: await newKeys(crypto) };
  await uploading.run(who, () => Promise.resolve());
  await uploading.run(who, () => Promise.resolve());
  expect(asked).toBe(1);
  expect(await uploading.waiting()).toEqual({ count: 1, bytes: 23, refused: ["The picture is no longer on this tablet."] });
});

/** The office's row of a photo. */
const row = (record: string, erased: string | null): PromiseLike<unknown> =>
  store.rows.put({
    scope: "district/korangi", record, kind: "photo", n: 1, parent: ESTABLISHMENT, private: null, digest: 0, arrived: 1,
    body: utf8(JSON.stringify({ record, kind: "photo", n: 1, root: ESTABLISHMENT, values: { sha256: hash, ...(erased && { erased }) } })),
  });

test("what the office erased is not to be seen here either, not even small", async () => {
  expect(await after()).toBe("small");
  await row(PHOTO, "2026-11-22: asked for");
  expect(await after()).toBeNull();
  expect([await store.photoBytes.count(), await store.thumbnails.count(), await photos.all()]).toEqual([0, 0, []]);
});

test("the whole picture of an erased photo goes too", async () => {
  await kept(PHOTO, { state: "refused" });
  await row(PHOTO, "2026-11-22: asked for");
  expect(await after()).toBeNull();
});

test.each<[string, () => PromiseLike<unknown>]>([
  ["another photo of the office has it", () => row(OTHER, null)],
  ["another entry of this tablet has it", () => line(OTHER, 2, "")],
  ["a report that is being written has it", () => store.drafts.put({ key: "visit", value: { photos: [{ sha256: hash }] }, at_ms: 1 })],
])("an erased photo's picture stays where %s", async (_, also) => {
  await kept(PHOTO, { state: "refused" });
  await row(PHOTO, "2026-11-22: asked for");
  await also();
  expect(await after()).toBe(WHOLE);
});
