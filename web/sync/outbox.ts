/**
 * The outbox: every change captured on this tablet, as the bytes that are sent for ever.
 *
 * A line is encoded once, when it is captured. Before it is sent its hash is compared with the one written down
 * then: a line that can no longer be read, or is no longer there, is declared lost in its place, so that later work
 * flows (docs/protocol.md, "Push"). Hashes are made before a transaction begins, which would end meanwhile.
 */

import { type Bytes, utf8 } from "./bytes";
import {
  type Change, digestOf, encode, type Encoded, LINE_BYTES_MAX, NEWLINE, type Private, readLine, SCHEMA, START,
  type Unplaced,
} from "./change";
import { type Place, placedAgain } from "./placed";
import { type Head, type LineRow, type Store, type Verdict, within } from "./store";
import { kindOf } from "./values";

/** What the office says about one line. */
export interface Said {
  readonly status: string;
  readonly code?: string | null;
  readonly detail?: string | null;
  readonly scope?: string | null;
  readonly n?: number | null;
}

/** A receipt; a duplicate repeats the one that came `first`. */
export interface Answer extends Said {
  readonly seq: number;
  readonly id?: string | null;
  readonly first?: Said | null;
  readonly decided?: Verdict | null;
}

/** A change without a place, and what opens its personal values. */
export interface Captured {
  readonly change: Unplaced;
  readonly private: Private;
}

/** Lines to send, from `first` on. */
export interface Batch {
  readonly first: number;
  readonly lines: readonly Bytes[];
}

export const NO_HEAD: Head = { device: "", last: 0, chain: START, acknowledged: 0 };
export const UNREADABLE = "The tablet's storage gave back other bytes than were written.";
export const MISSING = "The tablet's storage no longer has this entry.";

const UNSENT = "";
export const LANDED: ReadonlySet<string> = new Set(["applied", "merged", "conflict"]);
const CHANGEABLE = ["held", "quarantined", "waiting"];
const TROUBLED = ["waiting", "quarantined", "lost"];

/** Somebody else wrote in this tablet's store meanwhile: nothing was kept, and nothing must be guessed. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** The lines of this tablet under its present identity, and what became of each. */
export class Outbox {
  readonly #unsound = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly crypto: Crypto,
    private readonly newId: () => string,
  ) {}

  /** Look once at the lines that the screen lays over the office's rows: damaged ones are not shown. */
  async inspect(): Promise<void> {
    for (const row of await this.store.lines.where("pending").equals(1).toArray()) {
      if ((await digestOf(this.crypto, row.line)) !== row.digest) this.#unsound.add(place(row));
    }
  }

  /** How far this tablet came. */
  async head(): Promise<Head> {
    return (await this.store.recall("head")) ?? NO_HEAD;
  }

  /** Number, chain and encode what was captured together, as a group where it is more than one, and keep it. */
  async append(captured: readonly Captured[], keep: (write: () => Promise<void>) => Promise<void>): Promise<void> {
    const before = await this.head();
    const first = before.last + 1;
    const group = captured.length > 1 ? { first, last: before.last + captured.length } : {};
    let head = before;
    const rows: LineRow[] = [];
    for (const { change, private: opened } of captured) {
      const placed = { ...change, device: head.device, seq: head.last + 1, prev: head.chain, ...group };
      const row = lineRow(placed, await encode(this.crypto, placed, opened));
      rows.push(row);
      head = { ...head, last: row.seq, chain: row.hash };
    }
    await keep(async () => {
      await this.unmoved(before);
      // `add` and not `put`: a line that is kept already must never be written over.
      await this.store.lines.bulkAdd(rows);
      const { acknowledged } = await this.head();
      await this.store.remember("head", { ...head, acknowledged });
    });
  }

  /** Within a transaction: throws Overtaken where this tablet's chain went on, or its identity changed. */
  async unmoved(before: Head): Promise<void> {
    const now = await this.head();
    if (now.device !== before.device || now.last !== before.last || now.chain !== before.chain) {
      throw new Overtaken("another window wrote in this tablet's store");
    }
  }

  /** How many lines the server has not acknowledged. */
  async unsent(): Promise<number> {
    const { last, acknowledged } = await this.head();
    return last - acknowledged;
  }

  /** The next lines, up to the first whose author is none of those who have signed in under this identity; null: all. */
  async batchOf(authors: ReadonlySet<string> | null, linesMax: number, bytesMax: number): Promise<Batch | null> {
    const stranger = authors && (await this.waiting()).find(({ by }) => by !== "" && !authors.has(by));
    const { last, acknowledged } = await this.head();
    const sendable = (stranger?.seq ?? last + 1) - acknowledged - 1;
    return sendable <= 0 ? null : this.batch(Math.min(linesMax, sendable), bytesMax);
  }

  /** The next lines to send, or those from `from` on: at least one if there is any. Declares lost what cannot be sent. */
  async batch(linesMax: number, bytesMax: number, from?: number): Promise<Batch> {
    const head = await this.head();
    const first = from ?? head.acknowledged + 1;
    const lines: Bytes[] = [];
    let size = 0;
    for (let seq = first; seq <= Math.min(head.last, first + linesMax - 1); seq += 1) {
      const line = await this.#sendable(head, seq);
      size += line.length + 1;
      if (lines.length > 0 && size > bytesMax) break;
      lines.push(line);
    }
    return { first, lines };
  }

  async #sendable(head: Head, seq: number): Promise<Bytes> {
    const kept = await this.store.lines.get([head.device, seq]);
    if (kept === undefined) return this.#instead(head, seq, await this.#bySuccessor(head, seq), null, MISSING);
    // A newline within the personal part, which the hash does not cover, would shift all that follows.
    const sound = (await digestOf(this.crypto, kept.line)) === kept.digest && !kept.line.includes(NEWLINE);
    if (sound && kept.line.length <= LINE_BYTES_MAX) return kept.line;
    return this.#instead(head, seq, kept.hash, kept.line, UNREADABLE);
  }

  /** What is sent in the place of a line that is damaged or gone: the same, made once more, or that it is lost. */
  async #instead(head: Head, seq: number, lost: string, line: Bytes | null, why: string): Promise<Bytes> {
    const { device } = head;
    const at = { device, seq, prev: await this.hashOf(device, seq - 1) };
    const again = await placedAgain(this.store, this.crypto, at, lost);
    if (again === null) return this.#declareLost(at, lost, line, why);
    const row = lineRow(...again);
    await this.store.write(() => this.store.lines.put(row));
    this.#unsound.delete(place(row));
    return row.line;
  }

  /** The hash of a line that is gone, as the line after it was written down to follow it. */
  async #bySuccessor(head: Head, seq: number): Promise<string> {
    return (await this.#after(head, seq)) ?? this.noHash();
  }

  async #after(head: Head, seq: number): Promise<string | undefined> {
    return seq === head.last ? head.chain : (await this.store.lines.get([head.device, seq + 1]))?.prev;
  }

  async #declareLost(at: Place, lost: string, line: Bytes | null, why: string): Promise<Bytes> {
    const row = await this.lostRow(at, lost, why);
    await this.store.write(async () => {
      await this.store.setAside.add({ device: at.device, seq: at.seq, line, why });
      await this.store.lines.put(row);
    });
    return row.line;
  }

  /** The line that stands in the place of one that can no longer be read. */
  async lostRow(at: Place, lost: string, reason: string): Promise<LineRow> {
    const change: Change = { ...at, id: this.newId(), op: "lost", elapsed_ms: 0, schema: SCHEMA, reason, lost };
    return { ...lineRow(change, await encode(this.crypto, change)), hash: lost, pending: 0 };
  }

  /** What is declared of a line of which not even the hash is left. */
  noHash(): Promise<string> {
    return digestOf(this.crypto, utf8(""));
  }

  /** What the line after this one follows. */
  async hashOf(device: string, seq: number): Promise<string> {
    if (seq === 0) return START;
    return (await this.store.lines.get([device, seq]))?.hash ?? this.noHash();
  }

  /** Within a transaction: whether the server's word on how far it came fits our lines; then it is remembered. */
  async believe(acknowledged: number, chain: string): Promise<boolean> {
    if (!(await this.fits(acknowledged, chain))) return false;
    await this.rewind(acknowledged);
    return true;
  }

  /** Within a transaction: whether this is the hash that the line after `acknowledged` follows. */
  async fits(acknowledged: number, chain: string): Promise<boolean> {
    if (acknowledged === 0) return chain === START;
    const head = await this.head();
    const kept = await this.store.lines.get([head.device, acknowledged]);
    // Of a line that is gone, the one after it says to what it was chained.
    return (kept?.hash ?? (await this.#after(head, acknowledged))) === chain;
  }

  /** Within a transaction: the office's database forgot the lines after this one; they are sent once more, as they are. */
  async sendAgain(acknowledged: number): Promise<void> {
    const { device } = await this.head();
    const unsaid = { status: UNSENT, code: null, detail: null, scope: null, n: null };
    await this.store.lines.where("[device+seq]").between(...within(device, acknowledged + 1)).modify((row, change) => {
      const shown = row.hash === row.digest && row.status !== "quarantined" && row.status !== "lost";
      change.value = { ...row, ...unsaid, pending: shown ? 1 : 0 };
    });
    await this.rewind(acknowledged);
  }

  /** Within a transaction: positions count anew; what the office kept is in the rows of any page that reaches the head. */
  async newLife(): Promise<void> {
    await this.store.lines.where("pending").equals(1).and(({ n }) => n !== null).modify({ n: 0 });
  }

  /** Within a transaction: send from the line after `acknowledged` on. */
  async rewind(acknowledged: number): Promise<void> {
    const head = await this.head();
    await this.store.remember("head", { ...head, acknowledged: Math.min(acknowledged, head.last) });
  }

  /** Within a transaction: remember what the server said about one line. */
  async settle(answer: Answer, device: string): Promise<void> {
    const said = answer.first ?? answer;
    const { status, code = null, detail = null, scope = null, n = null } = said;
    const kept = await this.store.lines.get([device, answer.seq]);
    if (kept === undefined) return;
    const stays = LANDED.has(status) || status === "held" || status === "waiting";
    const pending = stays ? kept.pending : 0;
    // A repeated receipt says nothing of what was decided since.
    const decided = answer.first != null ? (kept.decided ?? null) : (answer.decided ?? null);
    await this.store.lines.put({ ...kept, status, code, detail, scope, n, pending, ...(decided || kept.decided ? { decided } : {}) });
    if ((decided !== null && LANDED.has(status)) || kept.decided) await this.#watch(device, answer.seq, decided !== null && LANDED.has(status));
  }

  /** Within a transaction: go on asking for an entry that was released, or no longer. */
  async #watch(device: string, seq: number, on: boolean): Promise<void> {
    const others = ((await this.store.recall("released")) ?? []).filter(([of, at]) => of !== device || at !== seq);
    await this.store.remember("released", on ? [...others, [device, seq]] : others);
  }

  /** The lines about which a supervisor decided, the latest decision first. */
  async decided(): Promise<LineRow[]> {
    const released = await this.store.lines.bulkGet(((await this.store.recall("released")) ?? []).map(([device, seq]) => [device, seq] as [string, number]));
    const held = await this.store.lines.where("status").equals("quarantined").toArray();
    const found = [...released, ...held].filter((row) => row !== undefined).filter((row) => row.decided);
    return found.sort((a, b) => (b.decided?.at_ms ?? 0) - (a.decided?.at_ms ?? 0) || a.seq - b.seq);
  }

  /**
   * Within a transaction: rows up to these positions are here and show what landed there, in place of the overlay. It
   * stays over the rows of scopes that are fetched `anew`.
   */
  async reached(cursors: ReadonlyMap<string, number>, anew: ReadonlySet<string> = new Set()): Promise<void> {
    for (const row of await this.pending()) {
      if (!LANDED.has(row.status) || row.scope === null || row.n === null || anew.has(row.scope)) continue;
      const cursor = cursors.get(row.scope);
      if (cursor === undefined || cursor >= row.n) await this.store.lines.put({ ...row, pending: 0 });
    }
  }

  /**
   * Within a transaction: what waits at the office under an identity that ended is not asked about any more, and lies
   * over no row. What landed does until its row is here.
   */
  async uncover(device: string): Promise<void> {
    const ended = (await this.pending()).filter((row) => row.device !== device);
    const open = ended.filter(({ status, scope, n }) => !LANDED.has(status) || scope === null || n === null);
    await this.store.lines.bulkPut(open.map((row) => ({ ...row, pending: 0 as const })));
  }

  /** The lines that the rows received do not show yet, in the order in which they were captured. */
  async pending(): Promise<LineRow[]> {
    return this.inOrder(await this.store.lines.where("pending").equals(1).toArray());
  }

  /** Those of them that are about one record. */
  async pendingOf(record: string): Promise<LineRow[]> {
    return this.inOrder((await this.store.lines.where("record").equals(record).toArray()).filter((row) => row.pending));
  }

  private async inOrder(rows: LineRow[]): Promise<LineRow[]> {
    const { device } = await this.head();
    const now = (row: LineRow): number => (row.device === device ? 1 : 0);
    return rows.sort((a, b) => now(a) - now(b) || compare(a.device, b.device) || a.seq - b.seq);
  }

  /** What pending lines say, as far as they can be read. */
  changes(rows: readonly LineRow[]): { change: Change; private: Private }[] {
    const sound = rows.filter((row) => !this.#unsound.has(place(row)));
    return sound.map((row) => readLine(row.line)).filter((read) => read !== null);
  }

  /**
   * The lines acknowledged whose receipt got lost, and after them those where it may change. Of these the ones that were
   * not asked about for longest come first: over a bad line few fit a pull.
   */
  async openSeqs(limit: number): Promise<number[]> {
    const { device, acknowledged } = await this.head();
    const last = (await this.store.recall("askedUpTo")) ?? 0;
    const released = ((await this.store.recall("released")) ?? []).filter(([of]) => of === device).map(([, seq]) => seq);
    const of = async (status: string, from: number, to: number): Promise<number[]> => {
      const some = this.store.lines.where("[device+status+seq]").between([device, status, from], [device, status, to], true, true);
      return (await some.limit(limit).toArray()).map((row) => row.seq);
    };
    const found = await of(UNSENT, 0, acknowledged);
    for (const [from, to] of [[last + 1, acknowledged], [0, Math.min(last, acknowledged)]] as const) {
      const open = await Promise.all(CHANGEABLE.map((status) => of(status, from, to)));
      const round = new Set([...open.flat(), ...released.filter((seq) => seq >= from && seq <= to)]);
      found.push(...[...round].sort((a, b) => a - b));
    }
    return found.slice(0, limit);
  }

  /** Within a transaction: these were answered; the next pull asks about those that come after. */
  async asked(seqs: readonly number[]): Promise<void> {
    const last = seqs.at(-1);
    if (last !== undefined) await this.store.remember("askedUpTo", last);
  }

  /** The lines that are not sent, as they are kept. */
  async waiting(): Promise<LineRow[]> {
    const { device, acknowledged, last } = await this.head();
    return this.store.lines.where("[device+seq]").between([device, acknowledged + 1], [device, last], true, true).toArray();
  }

  /** How many lines there are, under whichever identity. */
  count(): Promise<number> {
    return this.store.lines.count();
  }

  /** The lines that did not land, but for those that were rejected. */
  async troubled(): Promise<LineRow[]> {
    const rows = await this.store.lines.where("status").anyOf(TROUBLED).toArray();
    return this.inOrder(rows.filter(({ decided }) => decided?.verdict !== "rejected"));
  }

  /** The lines captured under an identity from a seq on, as they are kept. */
  linesFrom(device: string, seq: number): PromiseLike<LineRow[]> {
    return this.store.lines.where("[device+seq]").between(...within(device, seq)).toArray();
  }
}

const place = (row: { device: string; seq: number }): string => `${row.device} ${row.seq}`;
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A line as it is written down, not sent yet. */
export function lineRow(change: Change, { line, digest }: Encoded): LineRow {
  const { device, seq, id, prev, kind = "", record = "", by = "" } = change;
  const field = change.op === "create" ? kindOf(kind)?.parent?.field : undefined;
  const parent = field === undefined ? "" : String(change.set?.[field] ?? "");
  const unsaid = { status: UNSENT, code: null, detail: null, scope: null, n: null, pending: 1 as const };
  return { device, seq, id, line, prev, hash: digest, digest, kind, record, parent, by, ...unsaid };
}
