/** What Python and TypeScript must agree on about checklists: tests/vectors/checklists.json. */

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Checklist, checklistName } from "./checklist";
import { ConditionError } from "./condition_reader";
import { evaluate, parse, plain, type Scope, type Value } from "./conditions";
import { fromReport, toReport } from "./fills";
import { type Answer, type AnswerValue, judge, type Judgement } from "./judge";
import { pattern, PatternError } from "./patterns";

interface Given {
  readonly name: string;
  readonly checklist: string;
  readonly answers: readonly Answer[];
  readonly items?: Readonly<Record<string, readonly string[]>>;
  readonly today?: string;
}

interface Vectors {
  readonly scope: {
    readonly values: Readonly<Record<string, unknown>>;
    readonly every: Readonly<Record<string, readonly unknown[]>>;
    readonly own: string;
    readonly today: string;
  };
  readonly expressions: readonly { readonly expression: string; readonly value: Value }[];
  readonly faulty: readonly { readonly expression: string; readonly at: number; readonly words: string }[];
  readonly patterns: readonly { readonly pattern: string; readonly matches: readonly string[]; readonly not: readonly string[] }[];
  readonly faulty_patterns: readonly { readonly pattern: string; readonly words: string }[];
  readonly made: Checklist;
  readonly judged: readonly (Given & { readonly expect: Judgement })[];
  readonly inspections: readonly (Given & { readonly expect: ReturnType<typeof brief> })[];
  readonly fills: readonly {
    readonly checklist: string;
    readonly report: Readonly<Record<string, unknown>>;
    readonly answers: Readonly<Record<string, AnswerValue>>;
    readonly back: Readonly<Record<string, unknown>>;
  }[];
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const vectors = JSON.parse(read("tests/vectors/checklists.json")) as Vectors;
const SHIPPED = "field/inspections/shipped_checklists";
const shipped = readdirSync(new URL(`../../../${SHIPPED}`, import.meta.url))
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(read(`${SHIPPED}/${name}`)) as Checklist);
const checklists = new Map([vectors.made, ...shipped].map((each) => [checklistName(each), each]));

function checklist(name: string): Checklist {
  const found = checklists.get(name);
  if (!found) throw new RangeError(`no checklist ${name}`);
  return found;
}

describe("conditions", () => {
  const { values, every, own, today } = vectors.scope;
  const scope: Scope = {
    value: (name) => plain(values[name]),
    every: (name) => (every[name] ?? []).map(plain),
    own,
    today,
  };

  test.each(vectors.expressions)("$expression", ({ expression, value }) => {
    expect(evaluate(parse(expression), scope)).toBe(value);
  });

  test.each(vectors.faulty)("refused: $expression", ({ expression, at: place, words }) => {
    expect(() => parse(expression)).toThrow(new ConditionError(words.replace(/ \(at character \d+\)$/, ""), place));
  });
});

describe("patterns", () => {
  test.each(vectors.patterns)("$pattern", ({ pattern: written, matches, not }) => {
    const made = pattern(written);
    expect(matches.filter((text) => !made.matches(text))).toEqual([]);
    expect(not.filter((text) => made.matches(text))).toEqual([]);
  });

  test.each(vectors.faulty_patterns)("refused: $pattern", ({ pattern: written, words }) => {
    expect(() => pattern(written)).toThrow(new PatternError(words));
  });
});

const at = ({ question, item }: { question: string; item: string | null }): string => (item === null ? question : `${question}#${item}`);

function brief({ verdicts, findings, complete }: Judgement) {
  const places = (member: "relevant" | "required" | "missing"): string => verdicts.filter((each) => each[member]).map(at).join(" ");
  return {
    asked: places("relevant"),
    required: places("required"),
    missing: places("missing"),
    faults: verdicts.filter(({ fault }) => fault !== "").map((each) => `${at(each)}:${each.fault}`).join(" "),
    findings: findings.map((each) => `${at(each)}:${each.code}`).join(" "),
    complete,
  };
}

describe("judged", () => {
  test.each(vectors.judged)("$checklist: $name", ({ checklist: name, answers, items, today, expect: wanted }) => {
    expect(judge(checklist(name), answers, today ?? vectors.scope.today, items)).toEqual(wanted);
  });

  test.each(vectors.inspections)("$checklist: $name", ({ checklist: name, answers, items, today, expect: wanted }) => {
    expect(brief(judge(checklist(name), answers, today ?? vectors.scope.today, items))).toEqual(wanted);
  });

  test("a checklist whose relevance runs in a circle is not judged", () => {
    const circle = vectors.made.questions.map((each) => (each.name === "refused" ? { ...each, relevant: "${men} > 0" } : each));
    expect(() => judge({ ...vectors.made, questions: circle }, [], "2026-11-22")).toThrow(RangeError);
  });
});

test.each(vectors.fills)("what the report itself holds: $report", ({ checklist: name, report, answers, back }) => {
  expect(fromReport(checklist(name), report)).toEqual(answers);
  expect(toReport(checklist(name), answers)).toEqual(back);
});
