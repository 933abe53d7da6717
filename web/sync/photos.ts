/** Photos on this tablet: their bytes, and what describes them in the record that travels. */

import { type Bytes, hex, sha256 } from "./bytes";
import type { Values } from "./change";
import type { PhotoRow, Store } from "./store";

/** What small copies are. */
export const SMALL_TYPE = "image/jpeg";

const JPEG: ReadonlySet<unknown> = new Set(["image/jpg", "image/pjpeg"]);

/** A photo's values as `schema` 2 says them (field/sync/upcasting.py), whatever the camera or an older draft called it. */
export function renamed(values: Values): Values {
  const given = values["media_type"];
  if (typeof given !== "string") return values;
  const named = given.trim().toLowerCase();
  return { ...values, media_type: JPEG.has(named) ? SMALL_TYPE : named };
}

/** What belongs into a record of kind `photo`; `id` is a new id for that record. */
export interface Photo {
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
  readonly id: string;
}

/** The photos taken on this tablet, each kept once by its hash. */
export class Photos {
  constructor(
    private readonly store: Store,
    private readonly crypto: Crypto,
    private readonly newId: () => string,
    private readonly nowMs: () => number,
  ) {}

  /** Keep a photo with what is known of it. The same bytes are kept once; the id is new each time. */
  async add(blob: Blob, meta: Readonly<Record<string, unknown>> = {}): Promise<Photo> {
    const bytes: Bytes = new Uint8Array(await blob.arrayBuffer());
    const hash = hex(await sha256(this.crypto, bytes));
    const media_type = blob.type || "application/octet-stream";
    const row: PhotoRow = { sha256: hash, size: bytes.length, media_type, at_ms: this.nowMs(), meta };
    const { photos, photoBytes } = this.store;
    await this.store.transaction("rw", photos, photoBytes, async () => {
      if ((await photos.get(hash)) !== undefined && (await photoBytes.get(hash)) !== undefined) return;
      await photos.put(row);
      // The bytes and not the blob: some browsers keep a blob as a file that may go away.
      await photoBytes.put({ sha256: hash, bytes });
    });
    return { sha256: hash, size: bytes.length, media_type, id: this.newId() };
  }

  /** A photo as it can be shown: its bytes, or a small copy once they were let go of; null where neither is here. */
  async get(sha256: string): Promise<Blob | null> {
    const { photos, photoBytes, thumbnails } = this.store;
    const [row, kept, small] = await Promise.all([photos.get(sha256), photoBytes.get(sha256), thumbnails.get(sha256)]);
    if (row !== undefined && kept !== undefined) return new Blob([kept.bytes], { type: row.media_type });
    return small === undefined ? null : new Blob([small.bytes], { type: SMALL_TYPE });
  }

  /** What is known of every photo here, without the bytes. */
  async all(): Promise<PhotoRow[]> {
    return this.store.photos.orderBy("sha256").toArray();
  }
}
