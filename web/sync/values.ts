/** What a value may be, read off kinds.gen.ts: so that a slip of the finger is said at once, and not at the office. */

import type { Values } from "./change";
import { type Field, type Kind, type KindName, KINDS, type Shape } from "./kinds.gen";

export const WITHDRAWN = "withdrawn";

/** A value that the office would put into quarantine; `field` says where, `why` in words for a log. */
export class Invalid extends Error {
  override readonly name = "Invalid";

  constructor(
    readonly kind: string,
    readonly field: string,
    readonly why: string,
  ) {
    super(`${kind}.${field}: ${why}`);
  }
}

/** A kind by name; undefined for a kind that a newer office has. */
export const kindOf = (name: string): Kind | undefined =>
  Object.hasOwn(KINDS, name) ? KINDS[name as KindName] : undefined;

/** A field of a kind; undefined for one that there is not. */
export function fieldOf(kind: string, name: string): Field | undefined {
  const fields = kindOf(kind)?.fields;
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Whether two values say the same. Nothing and `null` are one. */
export function same(one: unknown, other: unknown): boolean {
  const [a, b] = [one ?? null, other ?? null];
  if (Object.is(a, b) || a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [mine, yours] = [Object.entries(a), new Map(Object.entries(b))];
  return mine.length === yours.size && mine.every(([name, value]) => yours.has(name) && same(value, yours.get(name)));
}

/** Throws Invalid for values that no edit of this kind may bring; for a new record also where one is missing. */
export function check(kind: KindName, values: Values, created: boolean): void {
  for (const [name, value] of Object.entries(values)) {
    const field = fieldOf(kind, name);
    if (field === undefined) throw new Invalid(kind, name, "there is no such field");
    if (field.rule === "server") throw new Invalid(kind, name, "only the office writes this");
    if (field.rule === "fixed" && !created) throw new Invalid(kind, name, "this is fixed at creation");
    if (value === null && field.nullable) continue;
    const why = wrong(field.shape, value);
    if (why !== null) throw new Invalid(kind, name, why);
  }
  if (!created) return;
  for (const name of KINDS[kind].required) {
    if (values[name] === undefined) throw new Invalid(kind, name, "a new record needs this");
  }
}

/** What is wrong with a value; null where nothing is. */
export function wrong(shape: Shape, value: unknown): string | null {
  switch (shape.type) {
    case "text":
      return typeof value === "string" ? wrongText(shape, value) : "this is no text";
    case "whole":
      return Number.isSafeInteger(value) ? outside(shape, value as number) : "this is no whole number";
    case "number":
      return Number.isFinite(value) ? outside(shape, value as number) : "this is no number";
    case "yes_no":
      return typeof value === "boolean" ? null : "this is neither yes nor no";
    case "list":
      return Array.isArray(value) ? first(value.map((each) => wrong(shape.of, each))) : "this is no list";
    case "group":
      return wrongGroup(shape.members, value);
    case "one_of":
      return oneOf(shape.of, value);
    case "anything":
      return null;
  }
}

/** What is wrong by the shape that comes nearest: a text that is too long is not said to be no number. */
function oneOf(shapes: readonly Shape[], value: unknown): string | null {
  const found = shapes.map((shape) => wrong(shape, value));
  if (found.includes(null)) return null;
  return found.find((why) => why?.startsWith("this is too")) ?? "this is of no kind that fits";
}

function wrongText(shape: Shape & { type: "text" }, value: string): string | null {
  // The office counts characters; a browser's own length counts some twice.
  if (shape.max_length !== undefined && [...value].length > shape.max_length) return "this is too long";
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, "u").test(value)) return "this has another form";
  return null;
}

function outside(range: { readonly min?: number; readonly max?: number }, value: number): string | null {
  if (range.min !== undefined && value < range.min) return "this is too small";
  if (range.max !== undefined && value > range.max) return "this is too large";
  return null;
}

function wrongGroup(members: Readonly<Record<string, Shape>>, value: unknown): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "this is no group of values";
  const given = new Map(Object.entries(value));
  if (given.size !== Object.keys(members).length) return "a part is missing or unknown";
  return first(Object.entries(members).map(([name, shape]) => wrong(shape, given.get(name))));
}

const first = (found: readonly (string | null)[]): string | null => found.find((why) => why !== null) ?? null;
