/** A row of the law while it is being typed: what is wrong with it, and the row that it becomes. */
import { westernDigits } from "../../shared/format";
import { paisa, wireRupees } from "../../shared/money";
import type { KindListed, RateRow } from "../../shared/wire.gen";
import { isDay } from "../today/days";

export interface Draft {
  /** The id of the row that is corrected; empty for a new one. */
  readonly id: string;
  readonly kind: string;
  readonly value: string;
  readonly valid_from: string;
  readonly valid_to: string;
  readonly suspended_from: string;
  readonly suspended_to: string;
  readonly notified_on: string;
  readonly legal_basis: string;
  readonly source: string;
  /** Nobody has said yet: null. */
  readonly confirmed: boolean | null;
  readonly note: string;
}

export type Wrong = "kind" | "value" | "range" | "whole" | "from" | "order" | "suspended" | "suspendedOrder" | "basis" | "confirmed" | "note";

/** What is wrong, by the field where it is mended. */
export type Faults = Readonly<Partial<Record<keyof Draft, Wrong>>>;

export const EMPTY: Draft = { id: "", kind: "", value: "", valid_from: "", valid_to: "", suspended_from: "", suspended_to: "", notified_on: "", legal_basis: "", source: "", confirmed: null, note: "" };

const NUMBER = /^\d{1,12}(\.\d{1,6})?$/;

/** A row as it is corrected. */
export function draftOf(row: RateRow): Draft {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    valid_from: row.valid_from,
    valid_to: row.valid_to ?? "",
    suspended_from: row.suspended_from ?? "",
    suspended_to: row.suspended_to ?? "",
    notified_on: row.notified_on ?? "",
    legal_basis: row.legal_basis,
    source: row.source,
    confirmed: row.confirmed,
    note: row.note ?? "",
  };
}

/** A figure as the server wants it: digits of any script, without the commas that people type. */
export function plainFigure(text: string): string {
  return westernDigits(text).replace(/[,٬\s]/g, "").replace("٫", ".");
}

/** What must be mended before anybody is asked. The server judges by itself, and more. */
export function faults(draft: Draft, kind: KindListed | undefined): Faults {
  const found: Partial<Record<keyof Draft, Wrong>> = {};
  if (kind === undefined) return { kind: "kind" };
  const wrong = valueFault(draft.value, kind);
  if (wrong) found.value = wrong;
  if (!isDay(draft.valid_from)) found.valid_from = "from";
  else if (draft.valid_to && draft.valid_to <= draft.valid_from) found.valid_to = "order";
  if (draft.suspended_to && !draft.suspended_from) found.suspended_from = "suspended";
  else if (draft.suspended_from && draft.suspended_from < draft.valid_from) found.suspended_from = "suspendedOrder";
  else if (draft.suspended_to && draft.suspended_to <= draft.suspended_from) found.suspended_to = "suspendedOrder";
  if (!draft.legal_basis.trim()) found.legal_basis = "basis";
  if (draft.confirmed === null) found.confirmed = "confirmed";
  else if (!draft.confirmed && !draft.note.trim()) found.note = "note";
  return found;
}

function valueFault(value: string, kind: KindListed): Wrong | null {
  if (kind.choices.length > 0) return kind.choices.includes(value) ? null : "value";
  const figure = plainFigure(value);
  if (!NUMBER.test(figure)) return "value";
  if (Number(figure) < kind.least || Number(figure) > kind.most) return "range";
  return kind.whole && figure.includes(".") && !/\.0+$/.test(figure) ? "whole" : null;
}

/** The row of a draft without faults. A new one gets an id that no row has: nothing is replaced unseen. */
export function rowOf(draft: Draft, kind: KindListed, rows: readonly RateRow[]): RateRow {
  return {
    id: draft.id || newId(draft, rows),
    kind: kind.kind,
    value: kind.choices.length > 0 ? draft.value : plainFigure(draft.value),
    unit: kind.unit,
    valid_from: draft.valid_from,
    valid_to: draft.valid_to || null,
    suspended_from: draft.suspended_from || null,
    suspended_to: draft.suspended_to || null,
    notified_on: draft.notified_on || null,
    legal_basis: draft.legal_basis.trim(),
    source: draft.source.trim(),
    confirmed: draft.confirmed === true,
    note: draft.note.trim(),
  };
}

function newId(draft: Draft, rows: readonly RateRow[]): string {
  const taken = new Set(rows.map((each) => each.id));
  const plain = `${draft.kind.replaceAll("_", "-")}-${draft.valid_from}`;
  let id = plain;
  for (let number = 2; taken.has(id); number += 1) id = `${plain}-${number}`;
  return id;
}

/** How much more the new amount is than the old one, as on the wire; with a minus where it is less. */
export function difference(old: string, now: string): string {
  return wireRupees(paisa(now) - paisa(old));
}

/** An amount with its sign, for a column of differences. */
export function signed(amount: string, shown: (amount: string) => string): string {
  return paisa(amount) > 0n ? `+ ${shown(amount)}` : shown(amount);
}
