/**
 * The office's rows on this tablet, by (scope, record), byte for byte, with the cursor of each scope.
 *
 * A page is applied in one transaction. A record that leaves its scope while changes of it are on their way is not
 * thrown away but kept outside of all scopes, for the screen alone (docs/protocol.md, "Pull").
 */

import { type Bytes, parted, sha256, text } from "./bytes";
import { NEWLINE, type Private, readPrivate, TAB, type Values } from "./change";
import { NoAnswer } from "./door";
import type { Answer } from "./outbox";
import type { GivenReceipt } from "./report_receipt";
import { type Cursor, type Durable, type Offer, type Store, type StoredRow, within } from "./store";

export type { Offer, OfferedFile } from "./store";

/** The scope of rows that are kept for the screen alone. */
export const OUTSIDE = "";

const CHECKSUM_MAX = 2 ** 48;
/** Added to a sum, it makes one that cannot be right. */
const DOUBT = 2 ** 47;
const ROWS_AT_ONCE = 500;

/** A record as the office tells it. `write` is the live write of every field that `writes` does not list. */
export interface Row {
  readonly record: string;
  readonly kind: string;
  readonly n: number;
  readonly root: string;
  readonly parent?: string | null;
  readonly values: Values;
  readonly write?: string;
  readonly writes?: Readonly<Record<string, readonly string[]>>;
  readonly disputed?: readonly string[];
}

/** A record's row as received, and its personal values. */
export interface Held {
  readonly row: Row;
  readonly private: Private;
  readonly scope: string;
}

/** One line of a page, whichever it is; of a record's row only what places it is read. */
interface Mark {
  readonly enter?: string;
  readonly reset?: string;
  readonly survived?: number;
  readonly leave?: string;
  readonly record?: string;
  readonly kind?: string;
  readonly n?: number;
  readonly parent?: string | null;
  readonly gone?: string;
  readonly checkpoint?: string;
  readonly epoch?: string;
  readonly head?: boolean;
  readonly checksum?: number | null;
  readonly receipt?: Answer;
  readonly report_receipt?: GivenReceipt;
  readonly snapshot?: Offer;
  readonly end?: boolean;
  readonly more?: boolean;
  readonly anchor?: string;
  readonly next_sync_s?: number;
  readonly acknowledged?: number;
  readonly chain?: string;
  readonly durable?: Durable | null;
}

/** A row as it was received, to be shown to the office: its line, with its private part. */
export interface RowTold {
  readonly scope: string;
  readonly epoch: string;
  readonly line: string;
}

interface PageLine {
  readonly mark: Mark;
  readonly body: Bytes;
  readonly private: Bytes | null;
  readonly digest: number;
}

/** A page that arrived whole: its lines, the receipts among them, its end. */
export interface Page {
  readonly lines: readonly PageLine[];
  readonly receipts: readonly Answer[];
  readonly handed: readonly GivenReceipt[];
  readonly more: boolean;
  readonly anchor: string;
  readonly nextSyncS?: number | undefined;
  /** Its last line, which says how the office's database lives, and how far this tablet's own line is there. */
  readonly end: Pick<Mark, "epoch" | "acknowledged" | "chain" | "durable">;
}

/** One row's part of its scope's checksum: the first 48 bits of the SHA-256 of its public bytes. */
export async function rowDigest(crypto: Crypto, body: Bytes): Promise<number> {
  return (await sha256(crypto, body)).subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The checksum of a scope, with one row's part taken away and another's added. */
export const changed = (checksum: number, less: number, more: number): number =>
  (((checksum - less + CHECKSUM_MAX) % CHECKSUM_MAX) + more) % CHECKSUM_MAX;

/** The page in an answer. Throws NoAnswer for one that was cut off: without its end nothing counts. */
export async function readPage(crypto: Crypto, body: Bytes): Promise<Page> {
  const lines: PageLine[] = [];
  let start = 0;
  while (start < body.length) {
    const stop = body.indexOf(NEWLINE, start);
    const end = stop < 0 ? body.length : stop;
    // A copy: a view into the page would be stored with the whole page around it.
    if (end > start) lines.push(await readPageLine(crypto, body.slice(start, end)));
    start = end + 1;
  }
  const end = lines.at(-1)?.mark;
  if (end?.end !== true) throw new NoAnswer("the page was cut off before its end");
  const receipts = lines.flatMap(({ mark }) => (mark.receipt === undefined ? [] : [mark.receipt]));
  const handed = lines.flatMap(({ mark }) => (mark.report_receipt === undefined ? [] : [mark.report_receipt]));
  return { lines, receipts, handed, more: end.more === true, anchor: end.anchor ?? "", nextSyncS: end.next_sync_s, end };
}

async function readPageLine(crypto: Crypto, raw: Bytes): Promise<PageLine> {
  const [body, closed] = parted(raw, TAB);
  let mark: unknown;
  try {
    mark = JSON.parse(text(body));
    readPrivate(closed);
  } catch (error) {
    throw new NoAnswer(`the page cannot be read: ${String(error)}`);
  }
  if (typeof mark !== "object" || mark === null) throw new NoAnswer("the page cannot be read");
  const digest = "record" in mark ? await rowDigest(crypto, body) : 0;
  return { mark, body, private: closed, digest };
}

/** What this tablet holds of the office's records. All that writes is called within a transaction. */
export class Replica {
  constructor(private readonly store: Store) {}

  /** Where this tablet stands in each scope. */
  async cursors(): Promise<Map<string, [epoch: string, n: number]>> {
    const found = await this.store.cursors.orderBy("scope").toArray();
    return new Map(found.map(({ scope, epoch, n }) => [scope, [epoch, n]]));
  }

  /** How far this tablet came in each scope. */
  async reached(): Promise<Map<string, number>> {
    return new Map([...(await this.cursors())].map(([scope, [, n]]) => [scope, n]));
  }

  /** The epoch of the rows of a scope; empty where the scope is not here. */
  async epochOf(scope: string): Promise<string> {
    return (await this.store.cursors.get(scope))?.epoch ?? "";
  }

  /**
   * Apply a page; the rows of `busy` records are kept for the screen when they leave. Gives the scopes whose rows
   * differ from the office's: they are thrown away, to be fetched anew.
   */
  async apply(page: Page, busy: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const scopes = scopesOfRows(page);
    const anew = new Set<string>();
    for (let at = 0; at < page.lines.length; at += 1) {
      const { mark } = page.lines[at] as PageLine;
      const scope = scopes[at] ?? OUTSIDE;
      // What begins anew begins with nothing, also where the storage brought rows back.
      const away = mark.leave ?? mark.reset ?? mark.enter;
      if (away !== undefined) await this.drop(away, busy);
      else if (mark.record !== undefined) {
        const rows = page.lines.slice(at, rowsEnd(page, at));
        await this.#put(scope, rows);
        at += rows.length - 1;
      } else if (mark.gone !== undefined) await this.#remove(scope, mark.gone, busy);
      else if (mark.checkpoint !== undefined && !(await this.#reach(mark.checkpoint, mark, busy))) {
        anew.add(mark.checkpoint);
      }
    }
    return anew;
  }

  /** Rows that follow one another, written together: thousands come when a tablet is new. */
  async #put(scope: string, lines: readonly PageLine[]): Promise<void> {
    const arrived = (await this.store.recall("arrived")) ?? 0;
    const rows = new Map<string, StoredRow>();
    for (const { mark, body, private: closed, digest } of lines) {
      const { record = "", kind = "", n = 0, parent } = mark;
      const place = { scope, record, kind, n, parent: parent ?? "" };
      rows.set(record, { ...place, body, private: closed, digest, arrived: arrived + rows.size + 1 });
    }
    const records = [...rows.keys()];
    const before = await this.store.rows.bulkGet(records.map((record) => [scope, record] as [string, string]));
    let checksum = (await this.#cursor(scope)).checksum;
    records.forEach((record, at) => {
      checksum = changed(checksum, before[at]?.digest ?? 0, rows.get(record)?.digest ?? 0);
    });
    await this.store.cursors.put({ ...(await this.#cursor(scope)), checksum });
    await this.store.rows.bulkPut([...rows.values()]);
    await this.store.rows.bulkDelete(records.map((record) => [OUTSIDE, record] as [string, string]));
    await this.store.remember("arrived", arrived + rows.size);
  }

  async #cursor(scope: string): Promise<Cursor> {
    return (await this.store.cursors.get(scope)) ?? { scope, epoch: "", n: 0, checksum: 0 };
  }

  async #remove(scope: string, record: string, busy: ReadonlySet<string>): Promise<void> {
    const row = await this.store.rows.get([scope, record]);
    if (row === undefined) return;
    const cursor = await this.#cursor(scope);
    await this.store.cursors.put({ ...cursor, checksum: changed(cursor.checksum, row.digest, 0) });
    await this.#takeOut(row, busy);
  }

  async #takeOut(row: StoredRow, busy: ReadonlySet<string>): Promise<void> {
    await this.store.rows.delete([row.scope, row.record]);
    if (!busy.has(row.record)) return;
    const elsewhere = await this.store.rows.where("record").equals(row.record).count();
    if (elsewhere === 0) await this.store.rows.put({ ...row, scope: OUTSIDE });
  }

  /** Remove a scope's rows and its cursor together. */
  async drop(scope: string, busy: ReadonlySet<string>): Promise<void> {
    for (const row of await this.store.rows.where("[scope+record]").between(...within(scope)).toArray()) {
      await this.#takeOut(row, busy);
    }
    await this.store.cursors.delete(scope);
  }

  /** Put the staged rows of a snapshot in the place of what is here of its scope. */
  async enter({ scope, epoch, n, checksum }: Offer, busy: ReadonlySet<string>): Promise<void> {
    const { rows, staged } = this.store;
    const records = new Set((await staged.where("scope").equals(scope).primaryKeys()).map(([, record]) => record));
    await rows.where("[scope+record]").between(...within(scope)).filter(({ record }) => !records.has(record))
      .toArray().then(async (gone) => { for (const row of gone) await this.#takeOut(row, busy); });
    let arrived = (await this.store.recall("arrived")) ?? 0;
    const all = [...records];
    for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
      const some = all.slice(at, at + ROWS_AT_ONCE);
      const found = await staged.bulkGet(some.map((record) => [scope, record] as [string, string]));
      const here = found.filter((row) => row !== undefined).map((row, place) => ({ ...row, arrived: arrived + place + 1 }));
      await rows.bulkPut(here);
      await rows.bulkDelete(some.map((record) => [OUTSIDE, record] as [string, string]));
      arrived += here.length;
    }
    await this.store.remember("arrived", arrived);
    await this.store.cursors.put({ scope, epoch, n, checksum });
  }

  /** Remove the rows of all scopes, and what is on its way: nobody is signed in for whom they would be here. */
  async dropAll(busy: ReadonlySet<string>): Promise<void> {
    for (const table of [this.store.snapshots, this.store.arriving, this.store.staged]) await table.clear();
    for (const scope of (await this.cursors()).keys()) await this.drop(scope, busy);
  }

  /** Gives whether the scope's rows may stay. */
  async #reach(scope: string, mark: Mark, busy: ReadonlySet<string>): Promise<boolean> {
    const { checksum } = await this.#cursor(scope);
    await this.store.cursors.put({ scope, epoch: mark.epoch ?? "", n: mark.n ?? 0, checksum });
    if (mark.head !== true || typeof mark.checksum !== "number") return true;
    const distrusted = (await this.store.distrusted.get(scope)) !== undefined;
    if (mark.checksum === checksum) {
      await this.store.distrusted.delete(scope);
      await this.#noteDrift(scope, 0, false);
    } else if (distrusted) {
      await this.store.remember("alarms", (await this.alarms()) + 1);
      await this.#noteDrift(scope, 0, true);
    } else {
      await this.store.distrusted.put({ scope });
      await this.store.remember("refetched", (await this.refetched()) + 1);
      await this.#noteDrift(scope, 1, false);
      await this.drop(scope, busy);
      return false;
    }
    return true;
  }

  /** Which scopes were found to differ from the office's, for the office to hear of. */
  async #noteDrift(scope: string, more: number, still: boolean): Promise<void> {
    const known = (await this.store.recall("drift")) ?? {};
    const before = known[scope] ?? { times: 0, still: false };
    if (more === 0 && still === before.still) return;
    await this.store.remember("drift", { ...known, [scope]: { times: before.times + more, still } });
  }

  /**
   * The sum of each scope's rows, by which the office finds out whether they are still its own. Of a scope in doubt one
   * that cannot be right: so that the office tells its own, and the doubt may end.
   */
  async checksums(): Promise<Record<string, number>> {
    const doubted = new Set(await this.store.distrusted.toCollection().primaryKeys());
    const found = await this.store.cursors.toArray();
    return Object.fromEntries(found.map(({ scope, checksum }) => [scope, doubted.has(scope) ? changed(checksum, 0, DOUBT) : checksum]));
  }

  /** How often a scope still differed from the office's after it was fetched anew. */
  async alarms(): Promise<number> {
    return (await this.store.recall("alarms")) ?? 0;
  }

  /** How often a scope was fetched anew since its checksum differed. */
  async refetched(): Promise<number> {
    return (await this.store.recall("refetched")) ?? 0;
  }

  /** The rows of scopes that begin anew which came after what the office's database survived with. */
  async beyond(page: Page): Promise<RowTold[]> {
    const found: RowTold[] = [];
    for (const { mark: { reset: scope, survived } } of page.lines) {
      if (scope === undefined || survived === undefined) continue;
      const epoch = await this.epochOf(scope);
      const rows = this.store.rows.where("[scope+record]").between(...within(scope));
      const later = await rows.filter(({ n, kind }) => n > survived && kind !== "conflict").sortBy("n");
      found.push(...later.map((row) => ({ scope, epoch, line: lineOf(row) })));
    }
    return found;
  }

  /** Forget rows outside of all scopes that no change on its way needs any more. */
  async tidy(busy: ReadonlySet<string>): Promise<void> {
    const outside = await this.store.rows.where("[scope+record]").between(...within(OUTSIDE)).primaryKeys();
    await this.store.rows.bulkDelete(outside.filter(([, record]) => !busy.has(record)));
  }

  /** A record's row, the one that arrived last where two scopes have it. */
  async row(record: string): Promise<Held | null> {
    return latest(await this.store.rows.where("record").equals(record).toArray()).get(record) ?? null;
  }

  /** The rows of a kind, by record. */
  async ofKind(kind: string): Promise<Map<string, Held>> {
    return latest(await this.store.rows.where("kind").equals(kind).toArray());
  }

  /** The rows of the records that belong to a record, by record. */
  async ofParent(parent: string): Promise<Map<string, Held>> {
    return latest(await this.store.rows.where("parent").equals(parent).toArray());
  }
}

const lineOf = ({ body, private: closed }: StoredRow): string => text(body) + (closed === null ? "" : `\t${text(closed)}`);

/** The scope of each line: rows come before the checkpoint that names their scope. */
function scopesOfRows(page: Page): string[] {
  let scope = OUTSIDE;
  const scopes = page.lines.toReversed().map(({ mark }) => (scope = mark.checkpoint ?? scope));
  return scopes.reverse();
}

function rowsEnd(page: Page, from: number): number {
  const end = page.lines.findIndex(({ mark }, at) => at > from && mark.record === undefined);
  return end < 0 ? page.lines.length : end;
}

function latest(rows: readonly StoredRow[]): Map<string, Held> {
  const found = new Map<string, StoredRow>();
  for (const row of rows) {
    if (row.arrived > (found.get(row.record)?.arrived ?? -1)) found.set(row.record, row);
  }
  return new Map([...found].map(([record, row]) => [record, held(row)]));
}

function held(row: StoredRow): Held {
  // Rows are kept as they came, and a page whose rows cannot be read was not applied.
  return { row: JSON.parse(text(row.body)) as Row, private: readPrivate(row.private), scope: row.scope };
}
