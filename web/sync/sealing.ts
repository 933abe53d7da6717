/**
 * Unsent work, sealed to the server's key: a file that anybody may carry, and only the server can open. Every byte is
 * in docs/protocol.md, "Sealed work"; field/sync/sealed.py opens it.
 */

import { b64, type Bytes, hex, joined, sha256, unb64, utf8 } from "./bytes";
import { NEWLINE, readLine, TAB } from "./change";
import { parted } from "./bytes";
import type { Identity } from "./door";
import { pushMessage, requestMessage, sign } from "./keys";
import type { Outbox } from "./outbox";
import type { Store } from "./store";

const ECDH = { name: "ECDH", namedCurve: "P-256" };
const AES = "AES-GCM";
const MAGIC = "FIELD-SEALED-1\n";
const INFO = utf8("field-sealed-1");
const LINES_MAX = 500;
const BYTES_MAX = 4 * 1024 * 1024;
const NUMBER_BYTES = 11;

/** What a part speaks of, and its content, which is fetched when its turn comes. */
export interface Part {
  readonly about: Readonly<Record<string, string | number>>;
  readonly content: () => Promise<Bytes>;
}

/** A key pair for one file, of which nothing is kept. */
export const onceKeys = (crypto: Crypto): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ECDH, false, ["deriveBits"]);

/** The pieces of a sealed file. There must be a part. */
export async function seal(
  crypto: Crypto, sealingKey: string, once: CryptoKeyPair, device: string, madeMs: number, parts: readonly Part[],
): Promise<Bytes[]> {
  const point = unb64(sealingKey);
  const ephemeral = b64(new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey)));
  const key = hex(await sha256(crypto, point));
  const head = utf8(`${MAGIC}${JSON.stringify({ device, made_ms: madeMs, key, ephemeral })}\n`);
  const cipher = await cipherOf(crypto, point, once, await sha256(crypto, head));
  const pieces: Bytes[] = [head];
  for (const [number, { about, content }] of parts.entries()) {
    const clear = joined([utf8(`${JSON.stringify(about)}\n`), await content()]);
    const iv = nonce(number, number === parts.length - 1);
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv }, cipher, clear));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, sealed.length);
    pieces.push(length, sealed);
  }
  return pieces;
}

async function cipherOf(crypto: Crypto, point: Bytes, once: CryptoKeyPair, salt: Bytes): Promise<CryptoKey> {
  const theirs = await crypto.subtle.importKey("raw", point, ECDH, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, once.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: INFO }, secret, 256);
  return crypto.subtle.importKey("raw", bits, AES, false, ["encrypt"]);
}

/** The part's number, and whether it is the last: nothing can be left out or cut off unseen. */
function nonce(number: number, last: boolean): Bytes {
  const made = new Uint8Array(NUMBER_BYTES + 1);
  new DataView(made.buffer).setUint32(NUMBER_BYTES - 4, number);
  made[NUMBER_BYTES] = last ? 1 : 0;
  return made;
}

/** The parts of what the office has not confirmed: all lines not acknowledged, then the photos that are here alone. */
export async function unsentParts(store: Store, crypto: Crypto, outbox: Outbox, who: Identity): Promise<Part[]> {
  return [...(await lineParts(crypto, outbox, who)), ...(await photoParts(store, crypto, who))];
}

async function lineParts(crypto: Crypto, outbox: Outbox, who: Identity): Promise<Part[]> {
  const parts: Part[] = [];
  const { acknowledged, last } = await outbox.head();
  for (let first = acknowledged + 1; first <= last; ) {
    const { lines } = await outbox.batch(LINES_MAX, BYTES_MAX, first);
    const hashes = await Promise.all(lines.map((line) => sha256(crypto, parted(line, TAB)[0])));
    const signature = await sign(crypto, who.keys, pushMessage(who.device, first, hashes));
    const body = joined(lines.flatMap((line) => [line, Uint8Array.of(NEWLINE)]));
    parts.push({ about: { part: "lines", first, signature }, content: () => Promise.resolve(body) });
    first += lines.length;
  }
  return parts;
}

async function photoParts(store: Store, crypto: Crypto, who: Identity): Promise<Part[]> {
  const parts: Part[] = [];
  const kept = new Set(await store.uploads.where("state").equals("kept").primaryKeys());
  for (const { record, line } of await store.lines.where("kind").equals("photo").toArray()) {
    const { sha256: hash, size } = (readLine(line)?.change.set ?? {}) as { sha256?: unknown; size?: unknown };
    if (kept.has(record) || typeof hash !== "string" || typeof size !== "number") continue;
    // A photo is described once; its later edits say no hash.
    if ((await store.photoBytes.where("sha256").equals(hash).count()) === 0) continue;
    const message = await requestMessage(crypto, "photo", who.device, utf8(`${record}\n${hash}\n${size}\n`));
    const signature = await sign(crypto, who.keys, message);
    const content = async (): Promise<Bytes> => (await store.photoBytes.get(hash))?.bytes ?? new Uint8Array();
    parts.push({ about: { part: "photo", photo: record, sha256: hash, size, signature }, content });
  }
  return parts;
}
