/** Which keys of the server this tablet believes: that of its enrolment, and those to which it handed over. */

import { base32, type Bytes, sha256, text, unb64, utf8 } from "./bytes";
import { ask, type Way } from "./door";
import { receiptVerified } from "./keys";
import type { Store } from "./store";

const ID_BYTES = 4;

/** A key as the server publishes it; docs/protocol.md, "The server's keys". */
export interface PublishedKey {
  readonly id: string;
  readonly public: string;
  readonly since_ms: number;
  readonly endorsed_by?: string;
  readonly endorsement?: string;
  readonly revoked?: { readonly since_ms: number; readonly by: string; readonly signature: string } | null | undefined;
}

/** The name of a public key: the first 4 bytes of its SHA-256 in base32. */
export const keyId = async (crypto: Crypto, key: string): Promise<string> =>
  base32((await sha256(crypto, unb64(key))).slice(0, ID_BYTES));

/** The public keys to trust, newest last, by what is published and those trusted before. */
export async function followed(
  crypto: Crypto, trusted: readonly string[], published: readonly PublishedKey[],
): Promise<string[]> {
  const known = new Map<string, string>();
  for (const key of trusted) known.set(await keyId(crypto, key), key);
  for (const key of published) {
    const endorser = known.get(key.endorsed_by ?? "");
    if (known.has(key.id) || endorser === undefined || key.id !== (await keyId(crypto, key.public))) continue;
    const message = utf8(`field-key-1\n${key.id}\n${key.public}\n${key.since_ms}\n`);
    if (await receiptVerified(crypto, endorser, key.endorsement ?? "", message)) known.set(key.id, key.public);
  }
  const gone = new Set<string>();
  const order = [...known.keys()];
  for (const { id, revoked } of published) {
    if (revoked == null || !known.has(id)) continue;
    const by = known.get(revoked.by);
    // A stolen key must not revoke the one that took its place.
    if (order.indexOf(revoked.by) <= order.indexOf(id)) continue;
    const message = utf8(`field-key-revoked-1\n${id}\n${revoked.since_ms}\n`);
    if (by !== undefined && (await receiptVerified(crypto, by, revoked.signature, message))) gone.add(id);
  }
  return [...known].filter(([id]) => !gone.has(id)).map(([, key]) => key);
}

/** The server's keys as this tablet knows them, remembered in its store. */
export class Trust {
  constructor(private readonly store: Store, private readonly way: Way) {}

  /** The public keys that are believed, newest last. */
  async keys(): Promise<readonly string[]> {
    const first = await this.store.recall("serverKey");
    return (await this.store.recall("trusted")) ?? (first === undefined || first === "" ? [] : [first]);
  }

  /** Believe the key that came with an enrolment, and no other. */
  async begin(key: string): Promise<void> {
    await this.store.remember("serverKey", key);
    await this.store.remember("trusted", [key]);
  }

  /** The name of a public key of the server. */
  idOf(key: string): Promise<string> {
    return keyId(this.way.crypto, key).catch(() => "");
  }

  /** Whether an answer's receipt is over `message`, by the server. A key not met yet is looked up. */
  async holds(headers: Headers, message: Bytes): Promise<boolean> {
    await this.heard(headers);
    const [signature, named] = [headers.get("field-receipt") ?? "", headers.get("field-key") ?? ""];
    for (const key of [...(await this.keys())].reverse()) {
      if (named !== "" && (await keyId(this.way.crypto, key).catch(() => "")) !== named) continue;
      if (await receiptVerified(this.way.crypto, key, signature, message)) return true;
    }
    return false;
  }

  /** Where an answer names a key that is not known, learn how the known ones handed over to it. */
  async heard(headers: Headers): Promise<void> {
    const named = headers.get("field-key") ?? "";
    if (named === "") return;
    const keys = await this.keys();
    const ids = await Promise.all(keys.map((key) => keyId(this.way.crypto, key).catch(() => "")));
    if (!ids.includes(named)) await this.#learn(keys);
  }

  async #learn(keys: readonly string[]): Promise<void> {
    try {
      const answer = await ask(this.way, "/api/keys", {}, null, "GET");
      const { keys: published } = JSON.parse(text(answer.body)) as { keys: PublishedKey[] };
      await this.store.remember("trusted", await followed(this.way.crypto, keys, published));
    } catch {
      // The answer at hand is not believed then, and asked for again.
    }
  }
}
