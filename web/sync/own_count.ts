/** What the tablet counts of itself: the same numbers for its own screen and for the office's ledger. */

import { readLine } from "./change";
import { anchorMs } from "./clock";
import type { Outbox } from "./outbox";
import type { Drift, Store } from "./store";
import type { PhotosHere } from "./uploading";

const APP = "field-tablet-web 1";

/** As docs/protocol.md, "Ledger", says it. */
export interface OwnCount {
  readonly captured: number;
  readonly acknowledged: number;
  readonly before: number;
  readonly former: readonly string[];
  readonly photos_unsent: number;
  readonly bytes_unsent: number;
  readonly oldest_unsent_ms: number | null;
  readonly app: string;
  readonly anchor: string | null;
  readonly drift: Readonly<Record<string, Drift>>;
}

/** This tablet's count as it stands, within a reading of the store; `photos` was asked for just before. */
export async function ownCount(store: Store, outbox: Outbox, photos: PhotosHere, anchor: string | null): Promise<OwnCount> {
  const { device, last, acknowledged } = await outbox.head();
  const known = (await store.lines.orderBy("[device+seq]").keys()) as unknown as [device: string, seq: number][];
  const ended = known.map(([of]) => of).filter((of) => of !== device);
  return {
    captured: last,
    acknowledged,
    before: ended.length,
    former: [...new Set([...((await store.recall("former")) ?? []), ...ended])].sort(),
    photos_unsent: photos.count,
    bytes_unsent: photos.bytes,
    oldest_unsent_ms: acknowledged < last ? await capturedMs(store, device, acknowledged + 1) : null,
    app: APP,
    anchor,
    drift: (await store.recall("drift")) ?? {},
  };
}

/** When an entry was captured, by the office's time; null where that is not known. */
async function capturedMs(store: Store, device: string, seq: number): Promise<number | null> {
  const line = await store.lines.get([device, seq]);
  const change = line === undefined ? undefined : readLine(line.line)?.change;
  const told = change?.anchor == null ? null : anchorMs(change.anchor);
  return told === null ? null : told + (change?.elapsed_ms ?? 0);
}
