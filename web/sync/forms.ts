/** Forms: an edit remembers what the screen showed when it was opened, whatever a pull brings meanwhile. */

import { commit, type Op, type Private, SCHEMA, type Unplaced, type Values } from "./change";
import type { KindName } from "./kinds.gen";
import type { Captured } from "./outbox";
import { over, replaces, seenByWithdrawal, shown, type View } from "./overlay";
import { renamed } from "./photos";
import { Turns } from "./turns";
import { check, fieldOf, same, WITHDRAWN } from "./values";

/** One side of a dispute as the office tells it; the value of a personal field is a commitment. `t` in ms. */
export interface Candidate {
  readonly write: string;
  readonly value: unknown;
  readonly by?: string | null;
  readonly device?: string | null;
  readonly t?: number;
}

/** A change before its personal values are committed to. One salt for them all. */
export interface Draft {
  readonly change: Unplaced;
  readonly salt: string;
}

/** When, by whom, and under which new id something is captured. */
export type Stamp = Pick<Unplaced, "id" | "by" | "anchor" | "elapsed_ms" | "boot" | "wall_ms">;

/** What a form is given by the tablet that opened it. */
export interface Desk {
  /** The moment of capture, with a new id. */
  stamp(by: string): Stamp;
  /** A new salt, or another random text that nobody can guess. */
  salt(): string;
  /** Keep a change; it is on the disk when this is done. */
  keep(draft: Draft): Promise<Captured>;
}

/** The change with its personal values committed to, and what opens them. */
export async function committed(crypto: Crypto, { change, salt }: Draft): Promise<Captured> {
  const set: Record<string, unknown> = { ...change.set };
  const opens: Record<string, [string, string]> = {};
  for (const name of Object.keys(set).sort()) {
    const value = set[name];
    if (fieldOf(change.kind ?? "", name)?.personal !== true || value === null) continue;
    const commitment = await commit(crypto, salt, String(value));
    opens[commitment] = [salt, String(value)];
    set[name] = commitment;
  }
  return { change: { ...change, set }, private: opens };
}

/** A draft of a new record. Throws Invalid for values that the office would refuse. */
export function created(desk: Desk, by: string, kind: KindName, record: string, values: Values): Draft {
  const set = given(kind === "photo" ? renamed(values) : values);
  check(kind, set, true);
  return { change: { ...desk.stamp(by), op: "create", kind, record, set, schema: SCHEMA }, salt: desk.salt() };
}

/** An open form on one record. `shown` are the values that a person saw when it was opened. */
export class Form {
  #view: View;
  readonly #turns = new Turns();

  constructor(
    view: View,
    readonly candidates: Readonly<Record<string, readonly Candidate[]>>,
    private readonly desk: Desk,
    private readonly by: string,
  ) {
    this.#view = view;
  }

  /** What the form shows: as it was when it was opened, with what it saved itself since. */
  get view(): View {
    return this.#view;
  }

  /** Every value for a person to read. */
  get shown(): Values {
    return shown(this.#view);
  }

  /** Fields in dispute of whose candidates some did not arrive yet. */
  get unclear(): ReadonlySet<string> {
    const { disputed, live } = this.#view;
    const arrived = (name: string): Set<string> => new Set(this.candidates[name]?.map(({ write }) => write));
    return new Set(disputed.filter((name) => (live[name] ?? []).some((write) => !arrived(name).has(write))));
  }

  /** Capture an edit; give its id, or null where nothing differs from what was shown. Throws Invalid. */
  save(values: Values): Promise<string | null> {
    // Two taps on one button are one edit: the second finds what the first has saved.
    return this.#turns.take(async () => {
      const draft = this.edit(values);
      return draft === null ? null : this.#keep(draft);
    });
  }

  /** Withdraw the record, knowing of all the edits that are shown. */
  withdraw(reason: string): Promise<string> {
    return this.#turns.take(() => {
      const seen = seenByWithdrawal(this.#view);
      return this.#keep(this.#draft("withdraw", { [WITHDRAWN]: { reason, seen } }));
    });
  }

  /** Take a withdrawal back. */
  restore(): Promise<string> {
    return this.#turns.take(() => this.#keep(this.#draft("restore", { [WITHDRAWN]: null })));
  }

  /**
   * A supervisor's decision on a field in dispute. It replaces the candidates that are shown, and what this tablet
   * itself has pending.
   */
  decide(name: string, value: unknown, reason: string): Promise<string> {
    return this.#turns.take(() => {
      const candidates = (this.candidates[name] ?? []).map(({ write }) => write);
      const listed = [...new Set([...(this.#view.mine[name] ?? []), ...candidates])];
      return this.#keep(this.#draft("decide", { [name]: value }, { over: { [name]: listed }, reason }));
    });
  }

  /** For a group: the edit as a draft that is not kept yet; null where nothing differs. Throws Invalid. */
  edit(values: Values): Draft | null {
    const before = this.shown;
    const differing = Object.entries(given(values)).filter(([name, value]) => !same(value, before[name]));
    return differing.length === 0 ? null : this.#draft("set", Object.fromEntries(differing));
  }

  /** The form's own change was kept: it shows from now on, and a further edit replaces it. */
  kept(captured: Captured): void {
    this.#view = over(this.#view, captured);
  }

  async #keep(draft: Draft): Promise<string> {
    const captured = await this.desk.keep(draft);
    this.kept(captured);
    return captured.change.id;
  }

  #draft(op: Op, set: Values, more: Pick<Unplaced, "over" | "reason"> = {}): Draft {
    const { kind, record, values, base } = this.#view;
    // A kind that this version does not know has no form, so `check` finds it.
    check(kind as KindName, set, false);
    const names = Object.keys(set);
    const replaced = more.over ?? Object.fromEntries(names.map((name) => [name, this.#replaces(name)]));
    const change: Unplaced = {
      ...this.desk.stamp(this.by),
      op,
      kind,
      record,
      set,
      was: Object.fromEntries(names.filter((name) => this.#hasWas(name)).map((name) => [name, values[name]])),
      over: Object.fromEntries(Object.entries(replaced).filter(([, ids]) => ids.length > 0)),
      schema: SCHEMA,
      ...(base === null ? {} : { base }),
      ...(more.reason === undefined ? {} : { reason: more.reason }),
    };
    return { change, salt: this.#salt() };
  }

  #replaces(name: string): string[] {
    const sides = this.candidates[name] ?? [];
    return replaces(this.#view, name, new Map(sides.map(({ write, value }) => [write, value])));
  }

  #hasWas(name: string): boolean {
    const field = fieldOf(this.#view.kind, name);
    const before = this.#view.values[name] ?? null;
    return field !== undefined && !field.personal && before !== null && name !== WITHDRAWN;
  }

  /** An edit takes the salt of the record that it shows, so that equal values have equal commitments. */
  #salt(): string {
    const salts = Object.values(this.#view.private satisfies Private).map(([salt]) => salt);
    return salts.sort()[0] ?? this.desk.salt();
  }
}

/** What was given, without what says nothing: JSON would drop it silently later. */
const given = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
