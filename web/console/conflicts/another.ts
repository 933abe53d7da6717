/** A value that a supervisor enters in place of every side, read by the shape of its field. */
import { westernDigits } from "../../shared/format";
import type { Field, Shape } from "../../sync/kinds.gen";
import { kindOf } from "../values";

/** The parts to be typed: one without a name for a plain value, several for a head-count. */
export interface Entered {
  readonly parts: readonly string[];
  /** To choose from, where not everything can be typed. */
  readonly options?: readonly string[];
  readonly whole: boolean;
}

/** How another value can be entered for a field; null where only a side can be kept. */
export function entered(kind: string, about: string): Entered | null {
  const field = kindOf(kind)?.fields[about];
  if (!field || field.rule === "withdrawal" || field.rule === "fixed" || field.rule === "server") return null;
  if (field.steps) return { parts: [""], options: Object.keys(allSteps(field)), whole: false };
  const { shape } = field;
  if (shape.type === "text") return { parts: [""], whole: false };
  if (shape.type === "whole") return { parts: [""], whole: true };
  if (shape.type === "group" && Object.values(shape.members).every((each) => each.type === "whole")) return { parts: Object.keys(shape.members), whole: true };
  return null;
}

function allSteps(field: Field): Record<string, true> {
  const found: Record<string, true> = {};
  for (const [from, to] of Object.entries(field.steps ?? {})) for (const each of [from, ...to]) found[each] = true;
  return found;
}

/** The value that was typed, or undefined where it cannot be one of this field. The server judges it again. */
export function read(kind: string, about: string, texts: Readonly<Record<string, string>>): unknown {
  const shape = kindOf(kind)?.fields[about]?.shape;
  if (!shape) return undefined;
  if (shape.type !== "group") return one(shape, texts[""] ?? "");
  const members = Object.entries(shape.members).map(([name, of]) => [name, one(of, texts[name] ?? "")] as const);
  return members.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(members);
}

function one(shape: Shape, typed: string): unknown {
  const text = typed.trim();
  if (shape.type === "text") {
    const fits = text !== "" && [...text].length <= (shape.max_length ?? Infinity);
    return fits && (!shape.pattern || new RegExp(shape.pattern, "u").test(text)) ? text : undefined;
  }
  if (shape.type !== "whole") return undefined;
  const digits = westernDigits(text).replaceAll(",", "");
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number >= (shape.min ?? 0) && number <= (shape.max ?? Number.MAX_SAFE_INTEGER) ? number : undefined;
}
