/** A value of a record as a person reads it, in the language in use. Personal values come masked from the server. */
import { clock, date, day, month, rupees, whole } from "../shared/format";
import { language, ltr } from "../shared/words";
import { KINDS, type Kind, type KindName } from "../sync/kinds.gen";
import { fieldNames, kindNames, leadNames, statusNames, valueWords } from "./words/fields";

/** What else may be needed to say a value: masked personal values by commitment, and names by id. */
export interface Lookup {
  readonly personal?: Readonly<Record<string, string>> | undefined;
  readonly names?: ReadonlyMap<string, string> | undefined;
}

/** A kind of record, or undefined where the server knows one that this page does not. */
export function kindOf(kind: string | null | undefined): Kind | undefined {
  return kind && Object.hasOwn(KINDS, kind) ? KINDS[kind as KindName] : undefined;
}

/** What a kind of record is called. */
export function kindName(kind: string | null | undefined): string {
  return kindOf(kind) ? kindNames()[kind as KindName] : (kind ?? "");
}

/** What a field is called. */
export function fieldName(field: string): string {
  const names: Readonly<Record<string, string>> = fieldNames();
  return Object.hasOwn(names, field) ? (names[field] ?? field) : field;
}

/** What a status is called. */
export function statusName(status: string): string {
  const names: Readonly<Record<string, string>> = statusNames();
  return Object.hasOwn(names, status) ? (names[status] ?? status) : status;
}

/** Whether a field is about a person, so that its value is shown masked. */
export function isPersonal(kind: string, field: string): boolean {
  return kindOf(kind)?.fields[field]?.personal ?? false;
}

/** Whether a field is a sum of rupees or another number that belongs to the right of its column. */
export function isFigure(kind: string, field: string): boolean {
  const type = kindOf(kind)?.fields[field]?.shape.type;
  return (type === "whole" || type === "number") && !field.endsWith("_ms");
}

/** A value in words; one that is not there says so. */
export function valueText(kind: string, field: string, value: unknown, look: Lookup = {}): string {
  const said = valueWords();
  if (field === "withdrawn") return withdrawal(value);
  if (value === null || value === undefined || value === "") return said.empty;
  if (isPersonal(kind, field)) return ltr(look.personal?.[String(value)] ?? said.hidden);
  if (typeof value === "boolean") return value ? said.yes : said.no;
  if (typeof value === "number") return number(field, value);
  if (typeof value === "string") return text(kind, field, value, look);
  if (Array.isArray(value)) return list(field, value);
  return group(value as Readonly<Record<string, unknown>>);
}

function withdrawal(value: unknown): string {
  const said = valueWords();
  if (value === null || value === undefined) return said.notWithdrawn;
  const { reason } = value as { reason?: unknown };
  return said.withdrawnFor(typeof reason === "string" ? reason : "");
}

function number(field: string, value: number): string {
  if (field.endsWith("_rs")) return rupees(value);
  if (field.endsWith("_ms")) return when(value);
  if (field === "size") return valueWords().bytes(ltr(whole(Math.max(1, Math.round(value / 1000)))));
  return ltr(whole(value));
}

function text(kind: string, field: string, value: string, look: Lookup): string {
  if (field === "month") return monthText(value);
  if (field === "due" || field.endsWith("_on")) return dateText(value);
  if (field === "checklist") return versionText(value);
  if (field === "what" || field === "cause") return leadWord(value);
  if (field === "status") return statusName(value);
  if (field === "of") return kindName(value);
  if (field === "about") return fieldName(value);
  const rule = kindOf(kind)?.fields[field];
  const isId = rule?.shape.type === "text" && rule.shape.max_length === 36;
  if (isId || field === "district") return look.names?.get(value) ?? (isId ? ltr(value) : value);
  return field === "registration_no" || field === "phone" || field === "sha256" || field === "media_type" ? ltr(value) : value;
}

function list(field: string, value: readonly unknown[]): string {
  if (field === "candidates") return valueWords().sides(ltr(value.length));
  if (value.length === 0) return valueWords().none;
  const each = field.startsWith("months_") ? value.map((one) => monthText(String(one))) : value.map(String);
  return listed(each);
}

function group(value: Readonly<Record<string, unknown>>): string {
  const said = valueWords();
  const { lat, lon, accuracy_m, men, women, total } = value;
  if (typeof lat === "number" && typeof lon === "number") {
    const at = ltr(`${lat.toFixed(5)}, ${lon.toFixed(5)}`);
    return typeof accuracy_m === "number" ? at + comma() + said.within(ltr(Math.round(accuracy_m))) : at;
  }
  if (typeof men === "number" && typeof women === "number" && typeof total === "number") return said.headcount(ltr(whole(men)), ltr(whole(women)), ltr(whole(total)));
  return ltr(JSON.stringify(value));
}

/** The day and the minute of something, in words. */
export function when(ms: number): string {
  return day(ms) + comma() + ltr(clock(ms));
}

/** Several words one after another, as the language in use lists them. */
export function listed(each: readonly string[]): string {
  return each.join(comma());
}

/** What stands between the parts of a list, in the language in use. */
export function comma(): string {
  return language.value === "ur" ? "، " : ", ";
}

function leadWord(value: string): string {
  const names: Readonly<Record<string, string>> = leadNames();
  return Object.hasOwn(names, value) ? (names[value] ?? value) : value;
}

/** A month of the wire in words; what is none is shown as it came. */
export function monthText(iso: string): string {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(iso) ? month(iso) : iso;
}

/** A date of the wire in words; what is none is shown as it came. */
export function dateText(iso: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(iso) && !Number.isNaN(Date.parse(iso)) ? date(iso) : iso;
}

/** A version of a checklist as the wire names it, "full-inspection@1", in words; what is none is shown as it came. */
function versionText(name: string): string {
  const [, id, version] = /^([^@]+)@(\d+)$/.exec(name) ?? [];
  return id && version ? valueWords().version(ltr(id), ltr(version)) : ltr(name);
}

/** The last letters of an id: enough to tell two apart where no name is known. */
export function shortId(id: string): string {
  return ltr(`…${id.slice(-6)}`);
}
