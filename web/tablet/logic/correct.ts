/** Correcting what was kept: from field values to what a form types, and back to the fields that changed. */
import type { Values } from "../../sync/tablet";
import { lineAnswers, reportAnswers } from "./capture";
import { type Answers, blankLine, COLUMNS, type Line, NO_ANSWERS, type Place } from "./draft";
import { digits } from "./typing";

/** A correction under way: what was shown when it began, and what is typed now. */
export interface Correction<T> {
  readonly version: 1;
  readonly before: T;
  readonly now: T;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const figure = (value: unknown): string => (typeof value === "number" ? String(value) : "");
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** A report's values as a form types them. */
export function answersOf(values: Values): Answers {
  const counted = values["headcount"] as { men?: unknown; women?: unknown } | null | undefined;
  const refused = values["records_refused"];
  return {
    ...NO_ANSWERS,
    months: list(values["months_checked"]).sort(),
    paid: list(values["months_paid"]).sort(),
    men: figure(counted?.men),
    women: figure(counted?.women),
    produced: list(values["records_produced"]).sort(),
    refused: typeof refused === "boolean" ? refused : null,
    personMet: text(values["person_met"]),
    remarks: text(values["remarks"]),
    place: (values["place"] as Place | null | undefined) ?? null,
  };
}

/** A wage line's values as a form types them. */
export function lineOf(record: string, values: Values): Line {
  const registered = values["registered"];
  return {
    ...blankLine(record, text(values["month"])),
    worker_name: text(values["worker_name"]),
    cnic: digits(text(values["cnic"])),
    days: figure(values["days"]),
    by_day: values["by_day"] === true ? "day" : "",
    wage_rs: figure(values["wage_rs"]),
    declared_wage_rs: figure(values["declared_wage_rs"]),
    registered: registered === true ? "yes" : registered === false ? "no" : "",
  };
}

/** Which field of the report each answer belongs to. */
const FIELD: Readonly<Partial<Record<keyof Answers, string>>> = {
  months: "months_checked",
  paid: "months_paid",
  men: "headcount",
  women: "headcount",
  produced: "records_produced",
  refused: "records_refused",
  personMet: "person_met",
  remarks: "remarks",
  place: "place",
};

const differ = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other));
const sorted = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value);

/** The report's fields whose answers differ between two states. */
export function changedFields(one: Answers, other: Answers): string[] {
  const names = Object.keys(FIELD) as (keyof Answers)[];
  return [...new Set(names.filter((name) => differ(one[name], other[name])).map((name) => FIELD[name] ?? ""))];
}

/** The values to save for a report: fields that were typed anew, null for an answer that was taken away. */
export function correctedReport({ before, now }: Correction<Answers>): Values {
  const values = reportAnswers(now);
  return Object.fromEntries(changedFields(before, now).map((field) => [field, values[field] ?? null]));
}

/** The values to save for a wage line: cells that were typed anew, null for one that was emptied. */
export function correctedLine({ before, now }: Correction<Line>): Values {
  const values = lineAnswers(now);
  return Object.fromEntries(COLUMNS.filter((column) => before[column] !== now[column]).map((column) => [column, values[column] ?? null]));
}

/** Of the fields that were typed anew, those that somebody else changed since the correction began. */
export function overtaken(typed: Values, before: Values, shown: Values): string[] {
  return Object.keys(typed).filter((field) => differ(before[field] ?? null, shown[field] ?? null));
}
