/** The server changes its key while a tablet is away. */

import { expect, test } from "vitest";
import { b64, utf8 } from "./bytes";
import { Store } from "./store";
import { followed, keyId, type PublishedKey, Trust } from "./trust";

interface Pair {
  readonly id: string;
  readonly public: string;
  readonly sign: (message: string) => Promise<string>;
}

async function pair(): Promise<Pair> {
  const made = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const key = b64(new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey)));
  const sign = async (message: string): Promise<string> =>
    b64(new Uint8Array(await crypto.subtle.sign("Ed25519", made.privateKey, utf8(message))));
  return { id: await keyId(crypto, key), public: key, sign };
}

async function handover(from: Pair, to: Pair, since_ms: number): Promise<PublishedKey> {
  const endorsement = await from.sign(`field-key-1\n${to.id}\n${to.public}\n${since_ms}\n`);
  return { id: to.id, public: to.public, since_ms, endorsed_by: from.id, endorsement };
}

let opened = 0;

test("a tablet that was away over two keys believes the third, and asks once", async () => {
  const [one, two, three] = await Promise.all([pair(), pair(), pair()]);
  const keys = [{ id: one.id, public: one.public, since_ms: 0 }, await handover(one, two, 1), await handover(two, three, 2)];
  const asked: string[] = [];
  const fetch_: typeof fetch = (path) => {
    asked.push(String(path));
    return Promise.resolve(new Response(JSON.stringify({ server_key: three.public, keys })));
  };
  const store = new Store(`trust ${(opened += 1)}`);
  const trust = new Trust(store, { fetch: fetch_, crypto, base: "" });
  await trust.begin(one.public);
  const headers = new Headers({ "field-key": three.id, "field-receipt": await three.sign("answer") });
  expect(await trust.holds(headers, utf8("answer"))).toBe(true);
  expect(await trust.holds(headers, utf8("another"))).toBe(false);
  expect(await trust.keys()).toEqual([one.public, two.public, three.public]);
  expect(asked).toEqual(["/api/keys"]);
});

test("a key to which nobody handed over is not believed", async () => {
  const [one, strange] = await Promise.all([pair(), pair()]);
  const own = await handover(strange, strange, 1);
  const feigned = { ...own, endorsed_by: one.id };
  expect(await followed(crypto, [one.public], [own, feigned])).toEqual([one.public]);
});

test("a revoked key goes, and cannot take its successor along", async () => {
  const [one, two] = await Promise.all([pair(), pair()]);
  const next = await handover(one, two, 1);
  const by = async (who: Pair, of: Pair): Promise<PublishedKey["revoked"]> =>
    ({ since_ms: 5, by: who.id, signature: await who.sign(`field-key-revoked-1\n${of.id}\n5\n`) });
  const first = { id: one.id, public: one.public, since_ms: 0, revoked: await by(two, one) };
  expect(await followed(crypto, [one.public], [first, next])).toEqual([two.public]);
  const stolen = { ...next, revoked: await by(one, two) };
  expect(await followed(crypto, [one.public, two.public], [first, stolen])).toEqual([two.public]);
});
