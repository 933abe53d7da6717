/** The tablet's own database in the browser (IndexedDB by Dexie), brought to today's schema when it is opened. */

import Dexie, { type Table, type Transaction } from "dexie";
import type { Bytes } from "./bytes";
import type { Elapsed } from "./clock";
import type { Portion } from "./portions";

/** How far this tablet came: its identity, its last line, and the last line that the office acknowledged. */
export interface Head {
  readonly device: string;
  readonly last: number;
  readonly chain: string;
  readonly acknowledged: number;
}

/** What stood in the way of the last sync; `code` as in problem+json, or `no-answer`. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly retryAfterS: number | null;
}

/** What a wiped tablet still knows: by which order, and what it signed; `told` once the office has heard. */
export interface Wiped {
  readonly device: string;
  readonly order: string;
  readonly ms: number;
  readonly report: string;
  readonly signature: string;
  readonly told: boolean;
}

/** Why the office does not talk with this app: it must be updated, or the office's server must be renewed first. */
export type Unserved = "app-too-old" | "app-too-new";

/** How often a scope's rows here were found to differ from the office's, and whether they do still. */
export interface Drift {
  readonly times: number;
  readonly still: boolean;
}

/** The facts that are remembered by name. */
export interface Facts {
  head: Head;
  /** The entries of this tablet that were let out of quarantine: the office may still take that back. */
  released: readonly (readonly [device: string, seq: number])[];
  /** The identity from which this one brought its first lines along, and by how much their numbers were higher. */
  movedFrom: readonly [device: string, shift: number];
  /** The last entry of which a pull asked what became of it since. */
  askedUpTo: number;
  keys: CryptoKeyPair;
  /** The life of the office's database that this tablet heard of last; empty before any said so. */
  epoch: string;
  /** What the office signed last of how far this tablet's line is there. */
  proof: string | null;
  durable: Durable;
  /** The identities that this tablet had before, with their keys. */
  formers: readonly Former[];
  /** Whether the office says that it knows no such tablet. */
  unknown: boolean;
  serverKey: string;
  trusted: readonly string[];
  sealingKey: string;
  /** How many signed requests this identity has numbered. */
  requests: number;
  /** Whether the office heard later requests than this tablet knows of: it was set back, or has a twin. */
  copied: boolean;
  wipe: { readonly order: string; readonly unsent: number } | null;
  wiped: Wiped | null;
  handed: Readonly<Record<string, string>>;
  /** What the browser gave to write a file with. */
  place: unknown;
  forked: number | null;
  revoked: boolean;
  elapsed: Elapsed;
  current: string;
  arrived: number;
  refetched: number;
  alarms: number;
  pushing: Portion;
  pulling: Portion;
  drift: Readonly<Record<string, Drift>>;
  former: readonly string[];
  synced: { readonly ms: number | null; readonly problem: Problem | null; readonly unserved?: Unserved | null };
}

/** A line of the outbox. `digest` is the hash of its bytes; `hash` what the next line follows. */
export interface LineRow {
  readonly device: string;
  readonly seq: number;
  readonly id: string;
  readonly line: Bytes;
  readonly prev: string;
  readonly hash: string;
  readonly digest: string;
  readonly kind: string;
  readonly record: string;
  readonly parent: string;
  readonly by: string;
  readonly status: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly scope: string | null;
  readonly n: number | null;
  readonly pending: 0 | 1;
  /** What a supervisor decided about it while it was in quarantine. */
  readonly decided?: Verdict | null;
  /** The signed answer that spoke of it last, while no backup is known to hold the line. */
  readonly answer?: number;
}

/** What a verified backup holds: this tablet's line up to `seq`, and all that was answered before `ms`. */
export interface Durable {
  readonly seq: number;
  readonly ms: number;
}

/** An identity that ended, and its keys: the office had all its lines in `epoch`, and by `held_ms`. */
export interface Former {
  readonly device: string;
  readonly keys: CryptoKeyPair;
  readonly epoch: string;
  readonly held_ms: number;
}

/** A signed answer to a push, byte for byte. `show`: a new life of the office's database is to be shown it. */
export interface AnswerRow {
  readonly id?: number;
  readonly device: string;
  readonly acknowledged: number;
  readonly body: Bytes;
  readonly signature: string;
  readonly show?: 1;
}

/** A supervisor's word about an entry in quarantine. `undone`: it was released, and what it wrote taken back. */
export interface Verdict {
  readonly verdict: string;
  readonly reason: string;
  readonly at_ms: number;
}

/** A line that could not be sent as it was, kept all the same. */
export interface SetAside {
  readonly device: string;
  readonly seq: number;
  readonly line: Bytes | null;
  readonly why: string;
}

/** An office's row as received. */
export interface StoredRow {
  readonly scope: string;
  readonly record: string;
  readonly kind: string;
  readonly n: number;
  readonly parent: string;
  readonly body: Bytes;
  readonly private: Bytes | null;
  readonly digest: number;
  readonly arrived: number;
}

/** An office's row on its way into its place, from a snapshot. */
export type StagedRow = Omit<StoredRow, "arrived">;

/** A snapshot that the office offers of a large scope, as docs/protocol.md has it. */
export interface Offer {
  readonly scope: string;
  readonly id: string;
  readonly epoch: string;
  readonly n: number;
  readonly rows: number;
  readonly checksum: number;
  readonly key: string;
  readonly url: string;
  readonly files: readonly OfferedFile[];
}

export interface OfferedFile {
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Cursor {
  readonly scope: string;
  readonly epoch: string;
  readonly n: number;
  readonly checksum: number;
}

/** A district's posting of a person, as the office tells it at sign-in. */
export interface Posting {
  readonly person: string;
  readonly role: string;
  readonly district: string | null;
  readonly from_ms: number;
  readonly to_ms?: number | null;
}

export interface PersonRow {
  readonly person: string;
  readonly login: string;
  readonly name: string;
  readonly token: string | null;
  readonly device: string;
  readonly postings: readonly Posting[];
  readonly at_ms: number;
  /** Whether this person ended their session, which a session that merely ran out does not say. */
  readonly out?: boolean;
}

export interface DraftRow {
  readonly key: string;
  readonly value: unknown;
  readonly at_ms: number;
}

/** What is known of a photo kept here, without its bytes. */
export interface PhotoRow {
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
  readonly at_ms: number;
  readonly meta: Readonly<Record<string, unknown>>;
  /** When the bytes were let go of, because the office keeps them: only a small copy is here since. */
  readonly freed_ms?: number;
}

/** No server time came yet since the office signed that it keeps a photo. */
export const NOT_YET = Infinity;

/** How far the bytes of a photo's record came: `kept` once the office says so, signed. */
export interface UploadRow {
  readonly record: string;
  readonly sha256: string;
  readonly state: "sending" | "kept" | "refused";
  /** Where the office takes the rest, or tells of it afterwards; null where the upload must begin, or has been told of. */
  readonly address: string | null;
  readonly detail: string | null;
  readonly at_ms: number;
  /** What the office found when it opened the picture: `ok`, or the code of why it could not. Missing: not heard yet. */
  readonly opened?: string;
  /** How often it was brought again because what the office kept had come to harm. */
  readonly again?: number;
  /** The office's signature over that it keeps the photo. */
  readonly receipt?: string;
  /** The first server time that came after it signed; `NOT_YET` until one did. */
  readonly kept_ms?: number;
  /** A new life of the office's database is to be shown the receipt. */
  readonly show?: 1;
}

/** One step of the schema. `upgrade` puts right what is held, within the same transaction. */
export interface Migration {
  readonly stores: Readonly<Record<string, string | null>>;
  readonly upgrade?: (tx: Transaction) => PromiseLike<unknown>;
}

/** Each brings the schema one version further; a tablet may skip releases, never a step. */
export const MIGRATIONS: readonly Migration[] = [
  {
    stores: {
      state: "name",
      people: "person",
      lines: "[device+seq], [device+status+seq], status, record, parent, pending",
      setAside: "++",
      rows: "[scope+record], record, parent, kind",
      cursors: "scope",
      distrusted: "scope",
      drafts: "key",
      photos: "sha256",
      photoBytes: "sha256",
    },
  },
  { stores: { uploads: "record, state", lines: "[device+seq], [device+status+seq], status, record, parent, pending, kind" } },
  { stores: { thumbnails: "sha256" } },
  { stores: { snapshots: "scope", arriving: "[scope+start], scope", staged: "[scope+record], scope", byRows: "scope, failed" } },
  {
    stores: {
      lines: "[device+seq], [device+status+seq], status, record, parent, pending, kind, answer",
      uploads: "record, state, kept_ms, show",
      answers: "++id, show",
    },
    upgrade: (tx) => tx.table("uploads").where("state").equals("kept").modify({ kept_ms: NOT_YET }),
  },
];

/** The open database. Everything that belongs together is written in one transaction, flushed to the disk. */
export class Store extends Dexie {
  declare readonly state: Table<{ name: string; value: unknown }, string>;
  declare readonly people: Table<PersonRow, string>;
  declare readonly lines: Table<LineRow, [device: string, seq: number]>;
  declare readonly setAside: Table<SetAside, number>;
  declare readonly rows: Table<StoredRow, [scope: string, record: string]>;
  declare readonly cursors: Table<Cursor, string>;
  declare readonly distrusted: Table<{ scope: string }, string>;
  declare readonly drafts: Table<DraftRow, string>;
  declare readonly photos: Table<PhotoRow, string>;
  declare readonly uploads: Table<UploadRow, string>;
  declare readonly answers: Table<AnswerRow, number>;
  declare readonly photoBytes: Table<{ sha256: string; bytes: Bytes }, string>;
  /** Small copies of the photos whose bytes were let go of. */
  declare readonly thumbnails: Table<{ sha256: string; bytes: Bytes }, string>;

  declare readonly snapshots: Table<Offer, string>;
  declare readonly arriving: Table<{ scope: string; start: number; bytes: Bytes }, [scope: string, start: number]>;
  declare readonly staged: Table<StagedRow, [scope: string, record: string]>;
  /** How often a scope's snapshot was of no use. */
  declare readonly byRows: Table<{ scope: string; failed: number }, string>;

  constructor(name: string, migrations: readonly Migration[] = MIGRATIONS) {
    super(name, { chromeTransactionDurability: "strict" });
    migrations.forEach(({ stores, upgrade }, at) => {
      const version = this.version(at + 1).stores({ ...stores });
      if (upgrade !== undefined) version.upgrade(upgrade);
    });
  }

  /** All that is done inside is kept, or none of it. Inside, await nothing but the database. */
  write<T>(work: () => PromiseLike<T>): Promise<T> {
    const { state, people, lines, setAside, answers, uploads, rows, cursors, distrusted, snapshots, arriving, staged, byRows } = this;
    const tables = [state, people, lines, setAside, answers, uploads, rows, cursors, distrusted, snapshots, arriving, staged, byRows];
    // Dexie keeps a transaction open over an `await` only where it is handed an async function itself.
    return this.transaction("rw", tables, async () => work());
  }

  /** What a person asks, answered from one moment. */
  read<T>(work: () => PromiseLike<T>): Promise<T> {
    const { state, people, lines, rows, cursors } = this;
    return this.transaction("r", [state, people, lines, rows, cursors], async () => work());
  }

  /** A fact that is remembered by name. */
  async recall<K extends keyof Facts>(name: K): Promise<Facts[K] | undefined> {
    // What is written under a name is always of this type: `remember` sees to it.
    return (await this.state.get(name))?.value as Facts[K] | undefined;
  }

  /** Remember a fact. */
  async remember<K extends keyof Facts>(name: K, value: Facts[K]): Promise<void> {
    await this.state.put({ name, value });
  }
}

type Bounds<L, U> = [lower: [string, L], upper: [string, U]];

/** The bounds of everything below one first part of a compound key, from a second part on. */
export const within = <L = typeof Dexie.minKey>(
  first: string, from: L | typeof Dexie.minKey = Dexie.minKey,
): Bounds<L | typeof Dexie.minKey, typeof Dexie.maxKey> => [
  [first, from],
  [first, Dexie.maxKey],
];
