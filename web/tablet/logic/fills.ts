/**
 * How answers pass to and from the report's own fields: the twin of field/inspections/checklist_fills.py.
 * tests/vectors/checklists.json holds both together.
 */

import { type Checklist, MONTHS } from "./checklist";
import type { AnswerValue } from "./judge";

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
// By code point, as Python sorts and as the office compares.
const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** The answers that stand in the report's own fields, by question. What is not there is left out. */
export function fromReport(checklist: Checklist, values: Readonly<Record<string, unknown>>): Record<string, AnswerValue> {
  const found: Record<string, AnswerValue> = {};
  for (const { name, fills = "" } of checklist.questions) {
    const value = fills === "" ? undefined : answerOf(fills, values);
    if (value !== undefined && value !== null) found[name] = value;
  }
  return found;
}

function answerOf(fills: string, values: Readonly<Record<string, unknown>>): AnswerValue | undefined {
  const [field = "", member] = fills.split(".");
  const held = values[field];
  const value = member === undefined ? held : isGroup(held) ? held[member] : undefined;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return fills === "records_produced" ? list(value).map((each) => each.replaceAll(" ", "_")) : list(value);
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** The report's own fields out of answers by question. The head-count is only true as a whole. */
export function toReport(checklist: Checklist, answers: Readonly<Record<string, AnswerValue>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const halves: Record<string, number> = {};
  for (const { name, fills = "" } of checklist.questions) {
    const value = answers[name];
    if (fills === "" || value === undefined || value === null) continue;
    const [field = "", member] = fills.split(".");
    if (member !== undefined) halves[member] = Number(value);
    else if (field === "records_refused") found[field] = value === "yes";
    else if (field === "records_produced") found[field] = sorted(list(value).map((each) => each.replaceAll("_", " ")));
    else found[field] = MONTHS.has(field) ? sorted(list(value)) : value;
  }
  const { men, women } = halves;
  if (men !== undefined && women !== undefined) found["headcount"] = { men, women, total: men + women };
  return found;
}
