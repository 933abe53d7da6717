/** A checklist as the screens ask it: which version is in force, its sections, and what typed answers mean. */
import { westernDigits } from "../../shared/format";
import type { Shown, Values } from "../../sync/tablet";
import { reportAnswers } from "./capture";
import { type Checklist, checklistName, type Question, repeatsOf, UNANSWERED, type Words } from "./checklist";
import type { Given, VisitDraft } from "./draft";
import { fromReport } from "./fills";
import { type Answer, type AnswerValue, judge, type Raised, type Verdict } from "./judge";

/** The languages that checklists are written in. */
export const TONGUES = ["en", "ur", "sd"] as const;
export type Tongue = (typeof TONGUES)[number];

/** Words of a checklist in a language; in the first that there is where that one is missing. */
export const said = (words: Words | null | undefined, tongue: Tongue): string => words?.[tongue] || words?.en || words?.ur || words?.sd || "";

/** The checklists among the records of that kind. */
export const checklistsOf = (records: readonly Shown[]): Checklist[] =>
  // The office alone writes them, and only after it has read them (field/store/checklists.py).
  records.flatMap(({ values }) => (typeof values["body"] === "object" && values["body"] !== null ? [values["body"] as Checklist] : []));

/** Of each checklist the highest version in force on a day of the wire, in the order of their ids. */
export function inForce(all: readonly Checklist[], day: string): Checklist[] {
  const found = new Map<string, Checklist>();
  for (const each of all) {
    const holds = each.valid_from <= day && (each.valid_to === null || day < each.valid_to);
    if (holds && (found.get(each.id)?.version ?? 0) < each.version) found.set(each.id, each);
  }
  return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** The checklist of a draft: the one that it answers, else the first in force; null where it is not here. */
export function chosen(all: readonly Checklist[], of: string, day: string): Checklist | null {
  if (of !== "") return all.find((each) => checklistName(each) === of) ?? null;
  return inForce(all, day)[0] ?? null;
}

/** Questions that stand together. `about` is the group or repeat; null for questions that stand in none. */
export interface Section {
  readonly name: string;
  readonly about: Question | null;
  readonly repeat: boolean;
  readonly questions: readonly Question[];
}

/** The sections in the order of their first question. */
export function sectionsOf({ questions }: Pick<Checklist, "questions">): Section[] {
  const abouts = new Map(questions.filter(({ type }) => type === "group" || type === "repeat").map((each) => [each.name, each]));
  const found = new Map<string, Question[]>();
  for (const question of questions) {
    const own = abouts.has(question.name);
    const name = own ? question.name : (question.group ?? "");
    const list = found.get(name) ?? [];
    found.set(name, list);
    if (!own) list.push(question);
  }
  return [...found].map(([name, list]) => {
    const about = abouts.get(name) ?? null;
    return { name, about, repeat: about?.type === "repeat", questions: list };
  });
}

/** Where the answer to a question stands; within a repeat that of one item. */
export const answerKey = (question: string, item: string | null = null): string => (item === null ? question : `${question}/${item}`);

/** Whether a question is answered by a picture. */
export const isPicture = ({ type }: Question): boolean => type === "signature" || type === "photo";
/** Whether a question is answered on the checklist's screen: the others say something, or are the report's own. */
export const isAsked = ({ type, fills = "" }: Question): boolean => !UNANSWERED.has(type) && fills === "";

const FIGURES_MAX = 15;
const DECIMALS_MAX = 6;

/** What is kept of what was typed: figures of any script become 0 to 9, and nothing but a figure stays in a number. */
export function cleanedAs(type: Question["type"], typed: string): string {
  if (type !== "integer" && type !== "decimal") return typed;
  const western = westernDigits(typed).replaceAll("٫", ".");
  const sign = western.trimStart().startsWith("-") ? "-" : "";
  const [whole = "", ...rest] = western.replace(/[^0-9.]/g, "").split(".");
  const point = type === "decimal" && rest.length > 0 ? `.${rest.join("").slice(0, DECIMALS_MAX)}` : "";
  return `${sign}${whole.slice(0, FIGURES_MAX)}${point}`;
}

/** What travels for what was typed; null for no answer. */
export function valueOf({ type }: Pick<Question, "type">, typed: Given["typed"]): AnswerValue {
  if (typeof typed !== "string") return typed.length === 0 ? null : [...typed].sort();
  const text = typed.trim();
  if (type !== "integer" && type !== "decimal") return text === "" ? null : text;
  return /\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}

type Typed = Pick<VisitDraft, "answers" | "checked">;

/** What a draft answers, as the rules see it: the answers here, and those that are the report's own. */
export function answersOf(checklist: Checklist, { answers, checked }: Typed): Answer[] {
  const repeats = repeatsOf(checklist);
  const filled = fromReport(checklist, reportAnswers(answers));
  const given = checklist.questions.filter(isAsked).flatMap((question): Answer[] => {
    const around = repeats.get(question.name) ?? "";
    const items = around === "" ? [null] : (checked.items[around] ?? []);
    return items.flatMap((item): Answer[] => {
      const typed = checked.given[answerKey(question.name, item)]?.typed;
      return typed === undefined ? [] : [{ question: question.name, item, value: valueOf(question, typed) }];
    });
  });
  return [...Object.entries(filled).map(([question, value]) => ({ question, value })), ...given];
}

/** The rules over a draft, asked by question and item. */
export interface Look {
  at(question: string, item: string | null): Verdict;
  raised(question: string, item: string | null): readonly Raised[];
}

const keyOf = ({ question, item }: { question: string; item: string | null }): string => answerKey(question, item);

/** Look at a draft by the checklist's rules. `today` as on the wire. */
export function lookAt(checklist: Checklist, draft: Typed, today: string): Look {
  const { verdicts, findings } = judge(checklist, answersOf(checklist, draft), today, draft.checked.items);
  const found = new Map(verdicts.map((each) => [keyOf(each), each]));
  return {
    at: (question, item) => found.get(answerKey(question, item)) ?? { question, item, relevant: false, required: false, missing: false, fault: "" },
    raised: (question, item) => findings.filter((each) => keyOf(each) === answerKey(question, item)),
  };
}

/** What a kept answer says, in a language: the labels of choices, numbers as they are; empty for none. */
export function answerSaid(checklist: Checklist | null, question: Question | null, values: Values, tongue: Tongue): string {
  const value = values["private_value"] ?? values["value"];
  const labels = checklist?.choices[question?.choices ?? ""] ?? [];
  const one = (name: unknown): string => said(labels.find((each) => each.name === name)?.label, tongue) || String(name);
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.map(one).join(" · ") : one(value);
}
