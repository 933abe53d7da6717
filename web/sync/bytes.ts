/** Bytes and their text forms, as docs/protocol.md writes them. */

/** Bytes in memory of their own: what WebCrypto, fetch and IndexedDB take. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text as UTF-8. Half a surrogate pair, which has no UTF-8, becomes U+FFFD. */
export const utf8 = (text: string): Bytes => encoder.encode(text);

/** The text in UTF-8. Throws TypeError for bytes that are none. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Text in which nothing is left that has no UTF-8: the server refuses a line with half a surrogate pair. */
export const wellFormed = (given: string): string =>
  /\p{Surrogate}/u.test(given) ? lenient.decode(encoder.encode(given)) : given;

/** Bytes as base64url without padding. */
export function b64(bytes: Uint8Array): string {
  let raw = "";
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of unpadded base64url. Throws SyntaxError for anything else. */
export function unb64(given: string): Bytes {
  if (!/^[A-Za-z0-9_-]*$/.test(given)) throw new SyntaxError("this is no base64url");
  let raw: string;
  try {
    raw = atob(given.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new SyntaxError("this is no base64url");
  }
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Bytes as base32 without padding (RFC 4648, section 6). */
export function base32(bytes: Uint8Array): string {
  let [written, held, bits] = ["", 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) written += BASE32.charAt((held >> (bits - 5)) & 31);
  }
  return bits === 0 ? written : written + BASE32.charAt((held << (5 - bits)) & 31);
}

/** Bytes as lower-case hexadecimal digits. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Several pieces in one. */
export function joined(pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What stands before and after the first byte of a value; `null` after it where there is none. */
export function parted(bytes: Bytes, by: number): [Bytes, Bytes | null] {
  const at = bytes.indexOf(by);
  // Copies: a view into a page would be stored with the whole page around it.
  return at < 0 ? [bytes, null] : [bytes.slice(0, at), bytes.slice(at + 1)];
}

/** SHA-256. Never await this inside an IndexedDB transaction: the transaction would be over. */
export const sha256 = async (crypto: Crypto, bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** A body as gzip, or as it is where the browser cannot. */
export async function gzipped(body: Bytes): Promise<Bytes | null> {
  if (typeof CompressionStream === "undefined") return null;
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
