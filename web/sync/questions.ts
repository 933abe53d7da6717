/** What a person asks the tablet. Each answer is of one moment: one reading of the store. */

import type { Values } from "./change";
import type { Candidate } from "./forms";
import type { LineRow, Problem, Store, Unserved } from "./store";
import type { Outbox } from "./outbox";
import { type OwnCount, ownCount } from "./own_count";
import { lay, type Pending, shown, type View } from "./overlay";
import type { People } from "./people";
import type { Held, Replica } from "./replica";
import type { PhotosHere, Unopened, Uploading } from "./uploading";

/** A record for a person to read. `pending` are the fields that show this tablet's own value. */
export interface Shown {
  readonly record: string;
  readonly kind: string;
  readonly values: Values;
  readonly disputed: readonly string[];
  readonly pending: readonly string[];
  readonly parent: string | null;
}

/** Whether the work has arrived: how many entries are at the office, only here, or need attention. */
export interface Status {
  readonly atOffice: number;
  readonly onlyHere: number;
  readonly attention: number;
  readonly forked: boolean;
  readonly revoked: boolean;
  /** Whether this tablet was set back to an older copy, or another one has the same contents. */
  readonly copied: boolean;
  /** Whether it was wiped as the office ordered, and not enrolled since: `told` once the office has heard. */
  readonly wiped: { readonly ms: number; readonly told: boolean } | null;
  readonly alarms: number;
  readonly photosHere: PhotosHere;
  /** How many entries were captured here, under whichever identity; and when the oldest that is only here was. */
  readonly captured: number;
  readonly oldestHereMs: number | null;
  /** Who must sign in before their entries can be sent, after the tablet was enrolled anew. */
  readonly signIn: string | null;
  /** When all was last sent and fetched. */
  readonly lastSyncMs: number | null;
  /** What stood in the way of the last sync. */
  readonly problem: Problem | null;
  /** Why the office does not talk with this app, until a sync goes well. All work stays here meanwhile. */
  readonly unserved: Unserved | null;
}

/** An entry that did not land, and why. */
export interface Attention {
  readonly device: string;
  readonly seq: number;
  readonly status: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly kind: string;
  readonly record: string;
}

/** An entry that was in quarantine, and what a supervisor decided about it. */
export interface DecidedEntry extends Attention {
  readonly verdict: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Answers from the outbox and the replica together. */
export class Questions {
  constructor(
    private readonly store: Store,
    private readonly outbox: Outbox,
    private readonly replica: Replica,
    private readonly people: People,
    private readonly uploading: Uploading,
  ) {}

  /** A record as the screen shows it. */
  view(record: string): Promise<View | null> {
    return this.store.read(() => this.#view(record));
  }

  async #view(record: string): Promise<View | null> {
    const held = await this.replica.row(record);
    const mine = this.outbox.changes(await this.outbox.pendingOf(record));
    return lay(held, mine, held === null ? "" : await this.replica.epochOf(held.scope));
  }

  /** The values that the screen shows of a record. */
  async shown(record: string): Promise<Values | null> {
    const view = await this.view(record);
    return view === null ? null : shown(view);
  }

  /** What a form on a record begins with: the view, and the sides of its open disputes as far as they arrived. */
  formOf(record: string): Promise<{ view: View; candidates: Record<string, readonly Candidate[]> }> {
    return this.store.read(async () => {
      const view = await this.#view(record);
      if (view === null) throw new RangeError(`the record ${record} is not on this tablet`);
      const about = new Map<string, readonly Candidate[]>();
      for (const { row } of (await this.replica.ofParent(record)).values()) {
        // The office alone writes conflicts, in this shape (docs/protocol.md, "Merge").
        if (row.kind === "conflict") about.set(String(row.values["about"]), row.values["candidates"] as Candidate[]);
      }
      return { view, candidates: Object.fromEntries(view.disputed.map((name) => [name, about.get(name) ?? []])) };
    });
  }

  /** The ids of the records of a kind, in order. */
  async records(kind: string): Promise<string[]> {
    return (await this.list(kind)).map(({ record }) => record);
  }

  /** The ids of the records that belong to a record, in order. */
  children(parent: string): Promise<string[]> {
    return this.store.read(async () => {
      const lines = await this.store.lines.where("parent").equals(parent).toArray();
      const pending = lines.filter((line) => line.pending).map(({ record }) => record);
      return [...new Set([...(await this.replica.ofParent(parent)).keys(), ...pending])].sort();
    });
  }

  /** All records of a kind as the screen shows them, in the order of their ids. */
  list(kind: string): Promise<Shown[]> {
    return this.store.read(async () => {
      const held = await this.replica.ofKind(kind);
      const mine = new Map<string, LineRow[]>();
      for (const line of await this.outbox.pending()) {
        if (line.kind === kind) mine.set(line.record, [...(mine.get(line.record) ?? []), line]);
      }
      const records = [...new Set([...held.keys(), ...mine.keys()])].sort();
      return records.flatMap((record) => this.#shown(held.get(record), mine.get(record)));
    });
  }

  #shown(held: Held | undefined, mine: readonly LineRow[] = []): Shown[] {
    const changes: readonly Pending[] = this.outbox.changes(mine);
    const view = lay(held ?? null, changes);
    if (view === null) return [];
    const { record, kind, disputed, pending, parent } = view;
    return [{ record, kind, values: shown(view), disputed, pending, parent }];
  }

  /** The open disputes on this tablet. */
  async conflicts(): Promise<Shown[]> {
    return (await this.list("conflict")).filter(({ values }) => values["open"] === true);
  }

  /** What the office is told of this tablet, and its screen shows too. */
  async told(anchor: string | null): Promise<OwnCount> {
    const photosHere = await this.uploading.waiting();
    return this.store.read(() => ownCount(this.store, this.outbox, photosHere, anchor));
  }

  /** Whether the work has arrived. */
  async status(device: string): Promise<Status> {
    const photosHere = await this.uploading.waiting();
    return this.store.read(async () => {
      const attention = (await this.outbox.troubled()).length;
      const onlyHere = await this.outbox.unsent();
      const known = this.people.knownOn(device);
      const waiting = await this.outbox.waiting();
      const synced = await this.store.recall("synced");
      const count = await ownCount(this.store, this.outbox, photosHere, null);
      return {
        captured: count.before + count.captured,
        oldestHereMs: count.oldest_unsent_ms,
        atOffice: (await this.outbox.count()) - onlyHere - attention,
        onlyHere,
        attention,
        forked: ((await this.store.recall("forked")) ?? null) !== null,
        revoked: (await this.store.recall("revoked")) ?? false,
        copied: (await this.store.recall("copied")) ?? false,
        wiped: (await this.store.recall("wiped")) ?? null,
        alarms: await this.replica.alarms(),
        photosHere,
        signIn: waiting.find(({ by }) => by !== "" && !known.has(by))?.by ?? null,
        lastSyncMs: synced?.ms ?? null,
        problem: synced?.problem ?? null,
        unserved: synced?.unserved ?? null,
      };
    });
  }

  /** See Uploading. */
  unopened(): Promise<readonly Unopened[]> {
    return this.uploading.unopened();
  }

  /** The entries that are at the office, and wait for a supervisor or for another record. */
  async attention(): Promise<Attention[]> {
    const rows = await this.store.read(() => this.outbox.troubled());
    return rows.map(({ device, seq, status, code, detail, kind, record }) => {
      return { device, seq, status, code, detail, kind, record };
    });
  }

  /** What supervisors decided about this tablet's work in quarantine, the latest first. */
  async decided(): Promise<DecidedEntry[]> {
    const rows = await this.store.read(() => this.outbox.decided());
    return rows.map(({ device, seq, status, code, detail, kind, record, decided }) => {
      return { device, seq, status, code, detail, kind, record, verdict: decided?.verdict ?? "", reason: decided?.reason ?? "", atMs: decided?.at_ms ?? 0 };
    });
  }
}
