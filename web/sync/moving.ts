/** A new identity, after a fork or a revocation: what the office does not have goes along (docs/protocol.md, "Push"). */

import { digestOf, readLine } from "./change";
import { lineRow, NO_HEAD, type Outbox, UNREADABLE } from "./outbox";
import { type Place, placed } from "./placed";
import type { Head, LineRow, Store } from "./store";

/** What is written when the tablet takes its new identity. */
export interface Move {
  readonly before: Head;
  readonly head: Head;
  readonly from: number;
  readonly left: readonly LineRow[];
  readonly rows: readonly LineRow[];
}

/** Work out the move: the lines from `fork` on, whole groups, with the same ids and times under new numbers. */
export async function planMove(
  store: Store, crypto: Crypto, outbox: Outbox, device: string, fork: number,
): Promise<Move> {
  const before = await outbox.head();
  const from = await groupBegins(store, before.device, fork);
  const left = await outbox.linesFrom(before.device, from);
  const kept = new Map(left.map((row) => [row.seq, row]));
  let head: Head = { ...NO_HEAD, device };
  const rows: LineRow[] = [];
  for (let seq = from; seq <= before.last; seq += 1) {
    const at = { device, seq: seq - from + 1, prev: head.chain };
    const row = await moved(crypto, outbox, kept.get(seq), at, from - 1);
    rows.push(row);
    head = { ...head, last: row.seq, chain: row.hash };
  }
  return { before, head, from, left, rows };
}

/** Within a transaction: carry the move out. What is left behind is kept aside, byte for byte. */
export async function carryOut(store: Store, outbox: Outbox, move: Move): Promise<void> {
  await outbox.unmoved(move.before);
  const { device } = move.before;
  await store.setAside.bulkAdd(move.left.map(({ seq, line }) => ({ device, seq, line, why: "fork" })));
  await store.lines.bulkDelete(move.left.map(({ seq }) => [device, seq] as [string, number]));
  await store.lines.bulkAdd([...move.rows]);
  await outbox.uncover(move.head.device);
  if (device !== "") await store.remember("former", [...((await store.recall("former")) ?? []), device]);
  await store.remember("head", move.head);
  await store.remember("movedFrom", [device, move.from - 1]);
}

/** The first line of the group that a line belongs to: it is sent as a whole, by one identity. */
async function groupBegins(store: Store, device: string, seq: number): Promise<number> {
  const row = await store.lines.get([device, seq]);
  const first = row === undefined ? undefined : readLine(row.line)?.change.first;
  return Math.min(seq, first ?? seq);
}

async function moved(
  crypto: Crypto, outbox: Outbox, kept: LineRow | undefined, at: Place, shift: number,
): Promise<LineRow> {
  const read = kept === undefined ? null : readLine(kept.line);
  const sound = kept !== undefined && (await digestOf(crypto, kept.line)) === kept.digest;
  if (read === null || !sound || read.change.op === "lost") {
    return outbox.lostRow(at, kept?.hash ?? (await outbox.noHash()), UNREADABLE);
  }
  return lineRow(...(await placed(crypto, read.change, read.beside, at, shift)));
}

/**
 * Where the store no longer says how far this tablet came, say it again from the lines that are there: they would
 * lie under an identity that nobody remembers, and never be sent. What had arrived is recognised by its ids.
 */
export async function foundHead(store: Store): Promise<void> {
  if ((await store.recall("head")) !== undefined) return;
  const last = new Map<string, LineRow>();
  await store.lines.each((row) => {
    if (row.seq > (last.get(row.device)?.seq ?? 0)) last.set(row.device, row);
  });
  const newest = [...last.values()].sort((one, other) => (one.id < other.id ? 1 : -1))[0];
  if (newest === undefined) return;
  const { device, seq, hash } = newest;
  const known = await store.lines.where("[device+seq]").between([device, 0], [device, seq], true, true).toArray();
  const open = known.findIndex((row, place) => row.status === "" || row.seq !== place + 1);
  await store.remember("head", { device, last: seq, chain: hash, acknowledged: open < 0 ? seq : open });
}
