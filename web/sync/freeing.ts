/**
 * Letting go of pictures that the office keeps (docs/protocol.md, "Photos' bytes"), so that a tablet never runs full of them.
 * A small copy and the fingerprint stay, for the page of the report.
 */

import { type Bytes, text } from "./bytes";
import { readLine } from "./change";
import { LANDED } from "./outbox";
import type { Row } from "./replica";
import { type Durable, type LineRow, NOT_YET, type PhotoRow, type Store, type UploadRow } from "./store";

/** Makes a small copy of a picture; null where it is none that can be shown here. */
export type Shrink = (picture: Blob) => Promise<Blob | null>;

const OPENED = "ok";
/** The office signed for the picture, and has lost it since: the one here may be the last. */
export const LOST = "bytes-changed";

/** Lets go of the bytes of pictures that the office keeps. */
export class Freeing {
  constructor(
    private readonly store: Store,
    private readonly shrink: Shrink,
    private readonly nowMs: () => number,
  ) {}

  /** Let go of what need not be here any more; `between` is done after each picture. */
  async run(between: () => Promise<void>): Promise<void> {
    await this.#forget();
    const heard = await this.store.uploads.where("state").equals("kept").toArray();
    for (const sha256 of new Set(heard.filter(({ opened }) => opened !== undefined).map((row) => row.sha256))) {
      const row = await this.store.photos.get(sha256);
      if (row === undefined || row.freed_ms !== undefined || !(await this.#unneeded(sha256))) continue;
      await this.#free(row, heard.some((each) => each.sha256 === sha256 && each.opened === OPENED));
      await between();
    }
  }

  /** Nobody shall see here what the office erased; a picture that another photo has as well stays. */
  async #forget(): Promise<void> {
    const { lines, rows, drafts, photos, photoBytes, thumbnails } = this.store;
    await this.store.transaction("rw", [lines, rows, drafts, photos, photoBytes, thumbnails], async () => {
      const known = (await rows.where("kind").equals("photo").toArray()).map(({ body }) => JSON.parse(text(body)) as Row);
      const gone = new Map(known.filter(({ values }) => typeof values.erased === "string").map(({ record, values }) => [record, values.sha256]));
      if (gone.size === 0) return;
      const here = (await photos.toCollection().primaryKeys()).filter((sha256) => [...gone.values()].includes(sha256));
      for (const sha256 of here) {
        const others = known.some(({ record, values }) => values.sha256 === sha256 && !gone.has(record));
        if (others || (await this.#described(sha256)).some(({ record }) => !gone.has(record)) || (await this.#drafted(sha256))) continue;
        await Promise.all([photos.delete(sha256), photoBytes.delete(sha256), thumbnails.delete(sha256)]);
      }
    });
  }

  async #free(row: PhotoRow, shows: boolean): Promise<void> {
    const { sha256, media_type } = row;
    const kept = await this.store.photoBytes.get(sha256);
    if (kept === undefined) return;
    const small = await this.#small(new Blob([kept.bytes], { type: media_type }));
    // What the office could open can be made small here too, another time.
    if (small === null && shows) return;
    const { state, lines, uploads, drafts, photos, photoBytes, thumbnails } = this.store;
    await this.store.transaction("rw", [state, lines, uploads, drafts, photos, photoBytes, thumbnails], async () => {
      if (!(await this.#unneeded(sha256))) return;
      if (small !== null) await thumbnails.put({ sha256, bytes: small });
      await photos.put({ ...row, freed_ms: this.nowMs() });
      await photoBytes.delete(sha256);
    });
  }

  async #small(picture: Blob): Promise<Bytes | null> {
    try {
      const small = await this.shrink(picture);
      return small === null ? null : new Uint8Array(await small.arrayBuffer());
    } catch {
      return null;
    }
  }

  /**
   * Whether every photo with these bytes has landed, is signed for and was looked at, and no draft has them; where the
   * office makes backups, also whether one holds them.
   */
  async #unneeded(sha256: string): Promise<boolean> {
    const described = await this.#described(sha256);
    if (described.length === 0 || described.some(({ status }) => !LANDED.has(status))) return false;
    const said = await this.store.uploads.bulkGet(described.map(({ record }) => record));
    const durable = await this.store.recall("durable");
    if (!said.every((each) => safe(each, sha256, durable))) return false;
    return !(await this.#drafted(sha256));
  }

  /** The lines of this tablet that describe a picture. One that cannot be read may be about any. */
  async #described(sha256: string): Promise<readonly LineRow[]> {
    return (await this.store.lines.where("kind").equals("photo").toArray()).filter(({ line }) => {
      const set = readLine(line)?.change.set as { sha256?: unknown } | undefined;
      return set === undefined || set.sha256 === sha256;
    });
  }

  async #drafted(sha256: string): Promise<boolean> {
    return (await this.store.drafts.toArray()).some(({ value }) => JSON.stringify(value)?.includes(sha256));
  }
}

const safe = (said: UploadRow | undefined, sha256: string, durable: Durable | undefined): boolean =>
  said?.state === "kept" && said.sha256 === sha256 && said.opened !== undefined && said.opened !== LOST && said.show === undefined &&
  (durable === undefined || (said.kept_ms ?? NOT_YET) <= durable.ms);
