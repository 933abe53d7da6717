/** A line of a former identity under a new number, once when it comes along, and again where that one was damaged. */

import type { Bytes } from "./bytes";
import { type Change, digestOf, encode, type Encoded, NEWLINE, readLine } from "./change";
import type { Store } from "./store";

/** A line's device, number, and the hash that it follows. */
export interface Place {
  readonly device: string;
  readonly seq: number;
  readonly prev: string;
}

/** A change of an identity before, at its place under the new one, whose numbers are lower by `shift`. */
export async function placed(
  crypto: Crypto, change: Change, beside: Bytes, at: Place, shift: number,
): Promise<readonly [Change, Encoded]> {
  const { first, last } = change;
  const group = first === undefined || last === undefined ? {} : { first: Math.max(first - shift, 1), last: last - shift };
  const there = { ...change, ...at, ...group };
  return [there, await encode(crypto, there, beside)];
}

/**
 * The line with this hash made once more from what was set aside when it came along; null where it did not come from
 * there, or those bytes are damaged as well.
 */
export async function placedAgain(
  store: Store, crypto: Crypto, at: Place, digest: string,
): Promise<readonly [Change, Encoded] | null> {
  const [before, shift] = (await store.recall("movedFrom")) ?? ["", 0];
  const wanted = at.seq + shift;
  const aside = await store.setAside.filter(({ device, seq, why }) => device === before && seq === wanted && why === "fork").first();
  const read = aside?.line ? readLine(aside.line) : null;
  if (read === null) return null;
  const again = await placed(crypto, read.change, read.beside, at, shift);
  const sound = (await digestOf(crypto, again[1].line)) === digest && !again[1].line.includes(NEWLINE);
  return sound ? again : null;
}
