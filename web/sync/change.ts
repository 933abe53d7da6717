/** A change: one edit, captured once, immutable, as one line of bytes (docs/protocol.md, "A change"). */

import { b64, type Bytes, hex, joined, parted, sha256, text, utf8, wellFormed } from "./bytes";

/** The values of a record by field. */
export type Values = Readonly<Record<string, unknown>>;

/** Personal values by commitment: {commitment: [salt, value]}. */
export type Private = Readonly<Record<string, readonly [salt: string, value: string]>>;

export type Op = "create" | "set" | "decide" | "withdraw" | "restore" | "lost";

/** The public part of a line. Members that say nothing are left out. */
export interface Change {
  readonly id: string;
  readonly device: string;
  readonly seq: number;
  readonly prev: string;
  readonly op: Op;
  readonly by?: string;
  readonly kind?: string;
  readonly record?: string;
  readonly set?: Values;
  readonly was?: Values;
  readonly over?: Readonly<Record<string, readonly string[]>>;
  readonly base?: readonly [epoch: string, n: number];
  readonly anchor?: string;
  readonly elapsed_ms: number;
  readonly wall_ms?: number;
  readonly boot?: string;
  readonly schema: number;
  readonly first?: number;
  readonly last?: number;
  readonly reason?: string;
  readonly lost?: string;
  /** What the office alone writes: changes that it takes back, and lines on whose quarantine it decides. */
  readonly undoes?: readonly string[];
  readonly entries?: readonly (readonly [device: string, seq: number])[];
}

/** A change that has no place in the device's sequence yet. */
export type Unplaced = Omit<Change, "device" | "seq" | "prev" | "first" | "last">;

/** The `prev` of a device's first line. */
export const START = "0".repeat(64);

export const SCHEMA = 2;
export const LINE_BYTES_MAX = 256 * 1024;
export const TAB = 9;
export const NEWLINE = 10;

// The order in which field/sync/changes.py writes them.
const MEMBERS = [
  "id", "device", "seq", "prev", "op", "by", "kind", "record", "set", "was", "over", "base", "anchor", "elapsed_ms",
  "wall_ms", "boot", "schema", "first", "last", "reason", "lost", "undoes", "entries",
] as const satisfies readonly (keyof Change)[];

/** A line as it is sent for ever: its bytes, and what of them is hashed and signed. */
export interface Encoded {
  readonly line: Bytes;
  readonly digest: string;
}

/** The one encoding of a change, without the newline. Called once in a change's life, at capture. */
export async function encode(crypto: Crypto, change: Change, beside: Private | Bytes = {}): Promise<Encoded> {
  const open = utf8(stringify(compact(change)));
  const closed = beside instanceof Uint8Array ? beside : utf8(empty(beside) ? "" : stringify(beside));
  const line = closed.length > 0 ? joined([open, Uint8Array.of(TAB), closed]) : open;
  return { line, digest: hex(await sha256(crypto, open)) };
}

function stringify(said: unknown): string {
  return JSON.stringify(said, (_, value: unknown) => (typeof value === "string" ? wellFormed(value) : value));
}

function compact(change: Change): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const name of MEMBERS) {
    const value = change[name];
    if (value !== undefined && value !== null && !empty(value)) said[name] = value;
  }
  return said;
}

const empty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** SHA-256 of a line's public bytes, as 64 hexadecimal digits. */
export const digestOf = async (crypto: Crypto, line: Bytes): Promise<string> =>
  hex(await sha256(crypto, parted(line, TAB)[0]));

/** What a line says; null for one that cannot be read. */
export function readLine(line: Bytes): { change: Change; private: Private; beside: Bytes } | null {
  const [open, closed] = parted(line, TAB);
  try {
    const change: unknown = JSON.parse(text(open));
    if (!isChange(change)) return null;
    return { change, private: readPrivate(closed), beside: closed ?? new Uint8Array() };
  } catch {
    return null;
  }
}

function isChange(read: unknown): read is Change {
  return typeof read === "object" && read !== null && "id" in read && "seq" in read && "op" in read;
}

/** The personal values beside a line or a row. Throws SyntaxError for what is no JSON. */
export const readPrivate = (closed: Bytes | null): Private =>
  closed === null || closed.length === 0 ? {} : (JSON.parse(text(closed)) as Private);

/** The commitment to a personal value: base64url of SHA-256(salt NUL value), 43 characters. */
export const commit = async (crypto: Crypto, salt: string, value: string): Promise<string> =>
  b64(await sha256(crypto, utf8(`${salt}\0${value}`)));
