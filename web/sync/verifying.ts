/**
 * Looking whether the tablet still holds what it was given: what is remembered of a store proves nothing.
 *
 * A storage that fails changes, loses or brings back rows without a word. So the sum of a scope is worked out anew from
 * the rows as they stand there. Where it is not the office's, the next pull finds out, and that one scope is fetched
 * anew (docs/protocol.md, "Pull"). field/tablet/verifying.py is the same.
 */

import Dexie from "dexie";
import { text } from "./bytes";
import { commit, type Private, readPrivate } from "./change";
import type { Clock } from "./clock";
import { changed, OUTSIDE, type Row, rowDigest } from "./replica";
import { type Cursor, type Store, type StoredRow, within } from "./store";
import { kindOf } from "./values";

const EVERY_MS = 86_400_000;
/** Rows held in memory while looking. */
const AT_ONCE = 500;

/** What is to be put right in a scope, and the sum of what stays. */
interface Looked {
  readonly mended: StoredRow[];
  readonly unreadable: [scope: string, record: string][];
  checksum: number;
}

/** Looks at the rows before the first sync after the tablet was opened, and daily. To be called between two requests. */
export class Verifying {
  #doneMs: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** Look, if it is time. */
  async whenDue(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    if (this.#doneMs !== null && nowMs - this.#doneMs < EVERY_MS) return;
    await this.#verify();
    this.#doneMs = nowMs;
  }

  /** Only what cannot be read is taken out: what is shown to a person without a network stays. */
  async #verify(): Promise<void> {
    const cursors = await this.store.cursors.toArray();
    await this.#dropStrays(new Set(cursors.map(({ scope }) => scope)));
    for (const cursor of cursors) await this.#putRight(cursor, await this.#look(cursor.scope));
  }

  /** Rows of scopes that have no cursor: if the scope is this tablet's, it comes from its beginning. */
  async #dropStrays(known: ReadonlySet<string>): Promise<void> {
    const { rows } = this.store;
    for (let scope = OUTSIDE; ; ) {
      const next = await rows.where("[scope+record]").above([scope, Dexie.maxKey]).first();
      if (next === undefined) return;
      scope = next.scope;
      if (!known.has(scope)) await rows.where("[scope+record]").between(...within(scope)).delete();
    }
  }

  async #look(scope: string): Promise<Looked> {
    const looked: Looked = { mended: [], unreadable: [], checksum: 0 };
    const rows = this.store.rows.where("[scope+record]");
    for (let after: string | typeof Dexie.minKey = Dexie.minKey; ; ) {
      const some: StoredRow[] = await rows.between([scope, after], [scope, Dexie.maxKey], false).limit(AT_ONCE).toArray();
      for (const row of some) await this.#judge(row, looked);
      const last = some.at(-1);
      if (last === undefined) return looked;
      after = last.record;
    }
  }

  async #judge(kept: StoredRow, looked: Looked): Promise<void> {
    const row = await this.#read(kept);
    if (row === null) {
      looked.unreadable.push([kept.scope, kept.record]);
      return;
    }
    const digest = await rowDigest(this.crypto, kept.body);
    looked.checksum = changed(looked.checksum, 0, digest);
    const sound: StoredRow = { ...kept, kind: row.kind, n: row.n, parent: row.parent ?? "", digest };
    if (kept.kind !== sound.kind || kept.n !== sound.n || kept.parent !== sound.parent || kept.digest !== digest) {
      looked.mended.push(sound);
    }
  }

  /** The row; null where it is none, or where the values beside it are not those it commits to. */
  async #read(kept: StoredRow): Promise<Row | null> {
    let row: Row;
    let beside: Private;
    try {
      row = JSON.parse(text(kept.body)) as Row;
      beside = readPrivate(kept.private);
    } catch {
      return null;
    }
    if (row?.record !== kept.record || typeof row.values !== "object" || row.values === null) return null;
    const fields = row.values["erased"] == null ? Object.entries(kindOf(row.kind)?.fields ?? {}) : [];
    const said = fields.flatMap(([name, field]) => (field.personal && row.values[name] != null ? [String(row.values[name])] : []));
    if (said.some((commitment) => !Object.hasOwn(beside, commitment))) return null;
    for (const [commitment, opened] of Object.entries(beside)) {
      if (!Array.isArray(opened) || (await commit(this.crypto, String(opened[0]), String(opened[1]))) !== commitment) return null;
    }
    return row;
  }

  async #putRight(before: Cursor, { mended, unreadable, checksum }: Looked): Promise<void> {
    if (mended.length === 0 && unreadable.length === 0 && checksum === before.checksum) return;
    await this.store.write(async () => {
      const now = await this.store.cursors.get(before.scope);
      // Somebody else wrote meanwhile: it is looked at another time.
      if (now?.n !== before.n || now.checksum !== before.checksum) return;
      await this.store.rows.bulkPut(mended);
      await this.store.rows.bulkDelete(unreadable);
      await this.store.cursors.put({ ...now, checksum });
    });
  }
}
