/**
 * What the screen shows: the office's row with the tablet's own changes over it; and what an edit replaces.
 *
 * No merge rule is repeated here. Of a field's pending values the last one shows, counters add up, and for what
 * several people wrote the office's row says what shows (docs/protocol.md, "What an edit lists in `over`").
 */

import type { Change, Private, Values } from "./change";
import type { Held } from "./replica";
import { fieldOf, kindOf, same, WITHDRAWN } from "./values";

type Ids = Readonly<Record<string, readonly string[]>>;

/**
 * A record as the screen shows it.
 *
 * `values` hold the commitments of personal values, `private` opens them. `live` has the ids of the live writes of the
 * office's row, `mine` those of this tablet's own pending changes and of what these replaced, both by field; `office`
 * the values of the row beneath. `disputed` are fields in open conflict, `pending` those that show this tablet's own
 * value.
 */
export interface View {
  readonly record: string;
  readonly kind: string;
  readonly values: Values;
  readonly private: Private;
  readonly live: Ids;
  readonly mine: Ids;
  readonly disputed: readonly string[];
  readonly pending: readonly string[];
  readonly office: Values;
  readonly parent: string | null;
  readonly base: readonly [epoch: string, n: number] | null;
}

/** What overlay needs of a pending change. */
export type Pending = { readonly change: Pick<Change, "id" | "kind" | "record" | "set" | "over" | "was">; readonly private: Private };

/** The row with a record's pending changes laid over it, in the order in which they were captured. */
export function lay(held: Held | null, changes: readonly Pending[], epoch = ""): View | null {
  if (held === null && changes.length === 0) return null;
  const kind = held?.row.kind ?? changes[0]?.change.kind ?? "";
  const row: View = {
    record: held?.row.record ?? changes[0]?.change.record ?? "",
    kind,
    values: { ...defaults(kind), ...held?.row.values },
    private: held?.private ?? {},
    live: held === null ? {} : liveWrites(held),
    mine: {},
    disputed: held?.row.disputed ?? [],
    pending: [],
    office: held?.row.values ?? {},
    parent: held?.row.parent ?? null,
    base: held !== null && epoch !== "" ? [epoch, held.row.n] : null,
  };
  return changes.reduce(over, row);
}

/** A view with one more of the tablet's own changes over it. */
export function over(view: View, { change, private: opened }: Pending): View {
  const values: Record<string, unknown> = { ...view.values };
  const mine: Record<string, readonly string[]> = { ...view.mine };
  let { parent } = view;
  for (const [name, value] of Object.entries(change.set ?? {})) {
    values[name] = laid(view.kind, name, values[name], value, change.was);
    mine[name] = unique([...(mine[name] ?? []), change.id, ...(change.over?.[name] ?? [])]);
    if (name === kindOf(view.kind)?.parent?.field) parent = String(value);
  }
  return { ...view, values, private: { ...view.private, ...opened }, mine, parent, pending: Object.keys(mine).sort() };
}

/** The statuses that a record has before anybody set one. */
export function defaults(kind: string): Values {
  const fields = Object.entries(kindOf(kind)?.fields ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, field]) => (field.rule === "steps" && field.default !== undefined ? [[name, field.default]] : [])),
  );
}

function laid(kind: string, name: string, shown: unknown, value: unknown, was: Values = {}): unknown {
  if (ruleOf(kind, name) !== "add" || typeof value !== "number") return value;
  return number(shown) + value - number(was[name]);
}

const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** The ids of the live writes of every field that a row has. */
export function liveWrites({ row }: Held): Ids {
  const { values, write = "", writes = {} } = row;
  return Object.fromEntries(Object.keys({ ...values, ...writes }).map((name) => [name, writes[name] ?? [write]]));
}

/**
 * The ids that an edit of a field replaces; `candidates` has the values of its live writes by id.
 *
 * Where a field is not in dispute all its live writes say what the row shows, or lead up to it. Where it is, and a
 * candidate did not arrive yet, that one is left alone: nobody has seen it. And nobody sees the row's value where a
 * pending one lies over it.
 */
export function replaces(view: View, name: string, candidates: ReadonlyMap<string, unknown>): string[] {
  let live = view.live[name] ?? [];
  const rule = ruleOf(view.kind, name);
  // By these two rules an ordinary edit replaces the displayed value alone, so that a dispute stays open.
  if (rule === "review" || rule === "steps") {
    const shown = view.values[name];
    if (view.disputed.includes(name)) {
      live = live.filter((write) => candidates.has(write) && same(candidates.get(write), shown));
    } else if (!same(view.office[name], shown)) live = [];
  }
  return unique([...(view.mine[name] ?? []), ...live]);
}

/** The name of a field's merge rule; empty for a field that there is not. */
export const ruleOf = (kind: string, name: string): string => fieldOf(kind, name)?.rule ?? "";

/** The ids of all edits that somebody sees who withdraws this record. */
export function seenByWithdrawal(view: View): string[] {
  const every = [...Object.entries(view.live), ...Object.entries(view.mine)];
  return unique(every.flatMap(([name, writes]) => (name === WITHDRAWN ? [] : writes))).sort();
}

/** A field's value for a person to read: a personal one is opened, or null where it was erased. */
export function clear(view: Pick<View, "kind" | "private" | "values">, name: string): unknown {
  const value = view.values[name];
  if (value === undefined || value === null || fieldOf(view.kind, name)?.personal !== true) return value;
  return opened(view.private, value);
}

/** Every value for a person to read; in a conflict about a personal field also those of its candidates. */
export function shown(view: Pick<View, "kind" | "private" | "values">): Values {
  const values = Object.fromEntries(Object.keys(view.values).map((name) => [name, clear(view, name)]));
  const { of, about, candidates } = values;
  if (view.kind !== "conflict" || !Array.isArray(candidates)) return values;
  if (fieldOf(String(of), String(about))?.personal !== true) return values;
  const open = candidates.map((each: { value: unknown }) => ({ ...each, value: opened(view.private, each.value) }));
  return { ...values, candidates: open };
}

const opened = (private_: Private, commitment: unknown): string | null =>
  typeof commitment === "string" && Object.hasOwn(private_, commitment) ? (private_[commitment]?.[1] ?? null) : null;
