/**
 * Taking a large scope as a snapshot: fetched from byte to byte, checked, staged, put in place at once.
 *
 * What has come of the file is in the store after every piece, so that a page that is closed, or a line that breaks,
 * costs no byte twice. A snapshot that is of no use costs nothing but its bytes: its scope comes by rows
 * (docs/protocol.md, "Snapshots").
 */

import { type Bytes, hex, joined, parted, sha256, text, unb64 } from "./bytes";
import { NEWLINE, readPrivate, TAB } from "./change";
import { type Identity, NoAnswer, piece, Refused, type Way } from "./door";
import { changed, type Offer, type OfferedFile, type Page, type Replica, rowDigest } from "./replica";
import type { StagedRow, Store } from "./store";

const GZIP = "application/gzip";
const ROWS_AT_ONCE = 500;
const FAILURES_MAX = 2;
/** Answers after which another snapshot may do, or none. */
const GONE = new Set(["snapshot-gone", "not-found", "no-right", "range-not-satisfiable"]);

/** What came is not the snapshot that was offered. */
class Useless extends Error {
  override readonly name = "Useless";
}

/** The snapshots that are offered to this tablet, and how far each has come. */
export class Snapshots {
  constructor(
    private readonly store: Store,
    private readonly replica: Replica,
    private readonly way: Way,
  ) {}

  /** What a request to pull says about snapshots. */
  async asked(): Promise<{ snapshots: boolean; by_rows: string[] }> {
    const failed = await this.store.byRows.where("failed").aboveOrEqual(FAILURES_MAX).primaryKeys();
    const distrusted = await this.store.distrusted.toCollection().primaryKeys();
    return {
      snapshots: typeof DecompressionStream !== "undefined",
      by_rows: [...new Set([...failed, ...distrusted])].sort(),
    };
  }

  /**
   * Remember what a page offers; forget, with a round's last page, what is not offered any more. Gives the scopes whose
   * snapshots are on their way. Within a transaction.
   */
  async take(page: Page): Promise<ReadonlySet<string>> {
    const offered = new Map(page.lines.flatMap(({ mark: { snapshot } }) => (snapshot ? [[snapshot.scope, snapshot]] : [])));
    for (const [scope, offer] of offered) {
      const before = await this.store.snapshots.get(scope);
      const gone = before === undefined || (before.id !== offer.id && !(await this.#worth(before, offer)));
      if (gone) {
        await this.#forget(scope);
        await this.store.snapshots.put(offer);
      }
    }
    const waiting = await this.store.snapshots.toCollection().primaryKeys();
    if (page.more) return new Set(waiting);
    for (const scope of waiting) if (!offered.has(scope)) await this.#forget(scope);
    await this.store.byRows.bulkDelete([...(await this.replica.cursors()).keys()]);
    return new Set(offered.keys());
  }

  /** Whether an earlier snapshot, of which something came, is gone on with. */
  async #worth(before: Offer, offer: Offer): Promise<boolean> {
    return before.epoch === offer.epoch && (await this.#come(before.scope)) > 0;
  }

  async #come(scope: string): Promise<number> {
    const last = await this.store.arriving.where("scope").equals(scope).sortBy("start");
    const end = last.at(-1);
    return end === undefined ? 0 : end.start + end.bytes.length;
  }

  async #forget(scope: string): Promise<void> {
    await this.store.snapshots.delete(scope);
    await this.store.arriving.where("scope").equals(scope).delete();
    await this.store.staged.where("scope").equals(scope).delete();
  }

  /** Fetch every snapshot that waits and put it in its place; give whether to pull again. Throws NoAnswer, Refused. */
  async bring(who: Identity, token: string, busy: () => Promise<ReadonlySet<string>>): Promise<boolean> {
    const offers = await this.store.snapshots.toArray();
    for (const offer of offers) {
      try {
        await this.#bring(offer, who, token, busy);
      } catch (error) {
        if (error instanceof Useless) await this.#failed(offer.scope, FAILURES_MAX);
        else if (error instanceof Refused && GONE.has(error.code)) await this.#failed(offer.scope, 1);
        else throw error;
      }
    }
    return offers.length > 0;
  }

  #failed(scope: string, by: number): Promise<void> {
    return this.store.write(async () => {
      await this.#forget(scope);
      const before = (await this.store.byRows.get(scope))?.failed ?? 0;
      await this.store.byRows.put({ scope, failed: before + by });
    });
  }

  async #bring(offer: Offer, who: Identity, token: string, busy: () => Promise<ReadonlySet<string>>): Promise<void> {
    const file = offer.files.find(({ type }) => type === GZIP);
    if (file === undefined) throw new Useless();
    for (let have = await this.#come(offer.scope); have < file.bytes; have = await this.#come(offer.scope)) {
      await this.#fetch(offer, file, have, who, token);
    }
    const whole = await this.#whole(offer, file);
    await this.#stage(offer, whole);
    await this.store.write(async () => {
      await this.replica.enter(offer, await busy());
      await this.#forget(offer.scope);
      await this.store.byRows.delete(offer.scope);
    });
  }

  /** Fetch on from a byte; what comes is kept at once. */
  async #fetch(offer: Offer, file: OfferedFile, have: number, who: Identity, token: string): Promise<void> {
    const etag = `"${file.sha256}"`;
    const headers = { Accept: file.type, "If-Range": etag, ...(have > 0 ? { Range: `bytes=${have}-` } : {}) };
    const { scope } = offer;
    await piece(this.way, who, token, offer, headers, async (answer, start, bytes) => {
      const said = answer.headers.get("etag");
      // Something between here and the server may answer in its place; the server names the file.
      if (said === null) throw new NoAnswer("what came is no snapshot");
      if (said !== etag || start + bytes.length > file.bytes) throw new Useless();
      await this.store.write(async () => {
        if (start === 0) await this.store.arriving.where("scope").equals(scope).delete();
        await this.store.arriving.put({ scope, start, bytes });
      });
    });
  }

  async #whole(offer: Offer, file: OfferedFile): Promise<Bytes> {
    const pieces = await this.store.arriving.where("scope").equals(offer.scope).sortBy("start");
    const whole = joined(pieces.map(({ bytes }) => bytes));
    if (hex(await sha256(this.way.crypto, whole)) !== file.sha256) throw new Useless();
    return whole;
  }

  /** Write the rows beside those that are in force, some at a time. */
  async #stage(offer: Offer, packed: Bytes): Promise<void> {
    const { store, way } = this;
    await store.write(() => store.staged.where("scope").equals(offer.scope).delete());
    const key = await this.#key(offer);
    let [checksum, count] = [0, 0];
    let some: StagedRow[] = [];
    const write = (rows: StagedRow[]): Promise<unknown> => store.write(() => store.staged.bulkPut(rows));
    for await (const line of linesOf(packed)) {
      const row = await readRow(way.crypto, key, offer.scope, line);
      checksum = changed(checksum, 0, row.digest);
      count += 1;
      some.push(row);
      if (some.length >= ROWS_AT_ONCE) {
        await write(some);
        some = [];
      }
    }
    await write(some);
    if (count !== offer.rows || checksum !== offer.checksum) throw new Useless();
  }

  async #key(offer: Offer): Promise<CryptoKey> {
    try {
      return await this.way.crypto.subtle.importKey("raw", unb64(offer.key), "AES-GCM", false, ["decrypt"]);
    } catch {
      throw new Useless();
    }
  }
}

/** The lines of a packed file; what does not end with a newline is no line. */
async function* linesOf(packed: Bytes): AsyncGenerator<Bytes> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let rest: Bytes = new Uint8Array();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Useless();
    });
    if (done) break;
    const some = joined([rest, value]);
    let start = 0;
    for (let end = some.indexOf(NEWLINE); end >= 0; end = some.indexOf(NEWLINE, start)) {
      yield some.slice(start, end);
      start = end + 1;
    }
    rest = some.slice(start);
  }
  if (rest.length > 0) throw new Useless();
}

async function readRow(crypto: Crypto, key: CryptoKey, scope: string, line: Bytes): Promise<StagedRow> {
  const [body, sealed] = parted(line, TAB);
  try {
    const { record, kind = "", n = 0, parent } = JSON.parse(text(body)) as Partial<StagedRow>;
    if (record === undefined) throw new Useless();
    const closed = sealed === null ? null : await open(crypto, key, n, body, sealed);
    readPrivate(closed);
    return { scope, record, kind, n, parent: parent ?? "", body, private: closed, digest: await rowDigest(crypto, body) };
  } catch {
    throw new Useless();
  }
}

async function open(crypto: Crypto, key: CryptoKey, n: number, body: Bytes, sealed: Bytes): Promise<Bytes> {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(4, BigInt(n));
  const how = { name: "AES-GCM", iv, additionalData: body };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, unb64(text(sealed))));
}
