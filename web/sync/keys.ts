/** Keys: a tablet signs with ECDSA P-256 and a key that never leaves the browser; the server with Ed25519. */

import { b64, type Bytes, joined, sha256, unb64, utf8 } from "./bytes";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGNED = { name: "ECDSA", hash: "SHA-256" };
const ED25519 = { name: "Ed25519" };

/** A new key pair. Its private half can be kept and used, and by nobody read. */
export const newKeys = (crypto: Crypto): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(P256, false, ["sign", "verify"]);

/** The public half, SPKI DER in base64url. */
export const publicOf = async (crypto: Crypto, keys: CryptoKeyPair): Promise<string> =>
  b64(new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey)));

/** The signature over a message: raw r||s in base64url. */
export const sign = async (crypto: Crypto, keys: CryptoKeyPair, message: Bytes): Promise<string> =>
  b64(new Uint8Array(await crypto.subtle.sign(SIGNED, keys.privateKey, message)));

/** What a tablet signs for a push: its id, the first seq, and the hash of every line. */
export const pushMessage = (device: string, first: number, hashes: readonly Bytes[]): Bytes =>
  joined([utf8(`field-push-1\n${device}\n${first}\n`), ...hashes]);

/** What a tablet signs for another request. */
export const requestMessage = async (
  crypto: Crypto,
  purpose: "pull" | "snapshot" | "sign-in" | "photo" | "orders" | "sealed" | "testimony",
  device: string,
  body: Bytes,
): Promise<Bytes> => joined([utf8(`field-${purpose}-1\n${device}\n`), await sha256(crypto, body)]);

/** Whether the server's signature over an answer holds. */
export async function receiptVerified(crypto: Crypto, key: string, signature: string, body: Bytes): Promise<boolean> {
  let raw: Bytes;
  let signed: Bytes;
  try {
    [raw, signed] = [unb64(key), unb64(signature)];
  } catch {
    return false;
  }
  if (raw.length !== 32 || signed.length !== 64) return false;
  const server = await imported(crypto, raw);
  if (server !== null) return crypto.subtle.verify(ED25519, server, signed, body);
  return verifiedWithout(raw, signed, body);
}

async function imported(crypto: Crypto, raw: Bytes): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey("raw", raw, ED25519, false, ["verify"]);
  } catch {
    return null;
  }
}

/** The same for browsers whose WebCrypto knows no Ed25519; loaded where it is needed only. */
export async function verifiedWithout(raw: Bytes, signed: Bytes, body: Bytes): Promise<boolean> {
  const { verifyAsync } = await import("@noble/ed25519");
  try {
    return await verifyAsync(signed, body, raw);
  } catch {
    return false;
  }
}
