/**
 * Conditions of checklists, read once: the twin of field/inspections/conditions.py, whose first lines say what they mean.
 * tests/vectors/checklists.json holds both together.
 */

import { westernDigits } from "../../shared/format";
import { type Call, type Node, readExpression } from "./condition_reader";
import { pattern } from "./patterns";

/** What an expression comes to. An answer of several choices is their names with a space between. */
export type Value = string | number | boolean;

/** What an expression may ask. `today` is a date as "2026-11-22". */
export interface Scope {
  value(name: string): Value;
  every(name: string): readonly Value[];
  readonly own: Value;
  readonly today: string;
}

/** A question that an expression names: the one that belongs here, or all items' (`count`, `sum`). */
export interface Use {
  readonly name: string;
  readonly every: boolean;
}

/** An expression that was read. */
export interface Expression {
  readonly text: string;
  readonly root: Node;
  readonly uses: readonly Use[];
  readonly own: boolean;
}

const NUMBER_MAX = 1e15;
const NUMBER_TEXT_MAX = 40;
const DAY_MS = 86_400_000;

const read = new Map<string, Expression>();

/** Read an expression, once. Throws ConditionError with what is wrong, and where. */
export function parse(text: string): Expression {
  const known = read.get(text);
  if (known) return known;
  const root = readExpression(text);
  const made: Expression = { text, root, uses: usesOf(root), own: nodes(root).some(({ is }) => is === "own") };
  read.set(text, made);
  return made;
}

function nodes(node: Node): readonly Node[] {
  return node.is === "call" ? [node, ...node.parts.flatMap(nodes)] : [node];
}

const overItems = (name: string): boolean => name === "count" || name === "sum";

function usesOf(node: Node, every = false): readonly Use[] {
  if (node.is === "name") return [{ name: node.name, every }];
  return node.is === "call" ? node.parts.flatMap((part) => usesOf(part, overItems(node.name))) : [];
}

/** What an expression comes to. Nothing is thrown: what cannot be worked out is the empty text. */
export function evaluate(expression: Expression, scope: Scope): Value {
  return valueOf(expression.root, scope);
}

/** A value as yes or no: a number but 0, and a text but the empty one, is yes. */
export const truth = (value: Value): boolean => value !== "" && value !== 0 && value !== false;

/** A value as a number, in digits of any script; the empty text where it is none. */
export function number(value: Value): number | "" {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return value;
  const text = westernDigits(stripped(value)).replaceAll("٫", ".");
  return [...text].length <= NUMBER_TEXT_MAX && /^-?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text) ? figure(Number(text)) : "";
}

/** An answer as expressions see it: text, number or yes/no; several choices with a space between. */
export function plain(value: unknown): Value {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return figure(value);
  if (Array.isArray(value)) return value.map(String).join(" ");
  return typeof value === "string" && stripped(value) !== "" ? value : "";
}

/** A value as text: 12, 0.5, true. No exponent, no digit more than needed. */
export function shown(value: Value): string {
  const text = String(value);
  const small = typeof value === "number" ? /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text) : null;
  if (!small) return text;
  const [, sign = "", first = "", rest = "", places = "0"] = small;
  return `${sign}0.${"0".repeat(Number(places) - 1)}${first}${rest}`;
}

/** The days from 1970 to the date that a value is, if it is one: "2026-11-22". */
export function asDay(value: Value): number | null {
  if (typeof value !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) || value.startsWith("0000")) return null;
  const ms = Date.parse(`${value}T00:00:00Z`);
  // The 30th of February is a day of March to some engines.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== value ? null : ms / DAY_MS;
}

const stripped = (text: string): string => text.replace(/^[ \t\n\r\u00a0]+|[ \t\n\r\u00a0]+$/g, "");

/** Numbers beyond all measure are no numbers; adding 0 turns -0 into 0. */
const figure = (found: number): number | "" => (Math.abs(found) <= NUMBER_MAX ? found + 0 : "");

function valueOf(node: Node, scope: Scope): Value {
  switch (node.is) {
    case "literal":
      return node.value;
    case "name":
      return scope.value(node.name);
    case "own":
      return scope.own;
    case "call":
      return called(node, scope);
  }
}

function called({ name, parts }: Call, scope: Scope): Value {
  const [over] = parts;
  if (overItems(name)) {
    const values = over?.is === "name" ? scope.every(over.name) : [];
    return name === "count" ? values.filter((each) => each !== "").length : sum(values);
  }
  if (name === "today") return scope.today;
  const [first = "", second = "", third = ""] = parts.map((part) => valueOf(part, scope));
  const carryOut = FUNCTIONS[name];
  if (!carryOut) throw new RangeError(`the reader let ${name} pass`);
  return carryOut(first, second, third);
}

function sum(values: readonly Value[]): Value {
  return figure(values.reduce<number>((total, each) => total + (number(each) || 0), 0));
}

function equal(left: Value, right: Value): boolean {
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  if (typeof left !== "number" && typeof right !== "number") return left === right;
  return number(left) === number(right);
}

/** Below, at or above zero as `left` is before, with or behind `right`; null for no order. */
function order(left: Value, right: Value): number | null {
  const [first, second] = [asDay(left), asDay(right)];
  if (first !== null && second !== null) return first - second;
  const [one, other] = [number(left), number(right)];
  return one === "" || other === "" ? null : one - other;
}

type Work = (left: Value, right: Value, third: Value) => Value;

const compared = (test: (order: number) => boolean): Work => (left, right) => {
  const found = order(left, right);
  return found !== null && test(found);
};

const arithmetic = (work: (left: number, right: number) => number): Work => (left, right) => {
  const [one, other] = [number(left), number(right)];
  return one === "" || other === "" ? "" : figure(work(one, other));
};

function moved(day: number, by: number): Value {
  const ms = (day + Math.trunc(by)) * DAY_MS;
  // The calendar begins with the year 1 and ends with 9999, as Python's does.
  if (!(ms >= Date.parse("0001-01-01T00:00:00Z") && ms <= Date.parse("9999-12-31T00:00:00Z"))) return "";
  return new Date(ms).toISOString().slice(0, 10);
}

const added = arithmetic((left, right) => left + right);
const taken = arithmetic((left, right) => left - right);

function plus(left: Value, right: Value): Value {
  const [first, second, one, other] = [asDay(left), asDay(right), number(left), number(right)];
  if (first !== null && other !== "") return moved(first, other);
  if (second !== null && one !== "") return moved(second, one);
  return added(left, right, "");
}

function minus(left: Value, right: Value): Value {
  const [first, second, other] = [asDay(left), asDay(right), number(right)];
  if (first !== null && second !== null) return first - second;
  if (first !== null && other !== "") return moved(first, -other);
  return taken(left, right, "");
}

const asNumber = (work: (found: number) => number): Work => (value) => {
  const found = number(value);
  return found === "" ? "" : figure(work(found));
};

const names = (answer: Value): readonly string[] => shown(answer).split(" ").filter((name) => name !== "");

const FUNCTIONS: Readonly<Record<string, Work>> = {
  or: (left, right) => truth(left) || truth(right),
  and: (left, right) => truth(left) && truth(right),
  not: (value) => !truth(value),
  "=": equal,
  "!=": (left, right) => !equal(left, right),
  "<": compared((found) => found < 0),
  "<=": compared((found) => found <= 0),
  ">": compared((found) => found > 0),
  ">=": compared((found) => found >= 0),
  "+": plus,
  "-": minus,
  "*": arithmetic((left, right) => left * right),
  div: arithmetic((left, right) => (right === 0 ? NaN : left / right)),
  mod: arithmetic((left, right) => left % right),
  negative: asNumber((found) => -found),
  selected: (answer, name) => names(answer).includes(shown(name)),
  "count-selected": (answer) => names(answer).length,
  "string-length": (value) => [...shown(value)].length,
  if: (test, then, other) => (truth(test) ? then : other),
  coalesce: (first, second) => (first !== "" ? first : second),
  int: asNumber(Math.trunc),
  number,
  regex: (value, written) => pattern(String(written)).matches(shown(value)),
  true: () => true,
  false: () => false,
};
