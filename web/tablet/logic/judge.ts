/**
 * What answers to a checklist come to, while they are typed: the twin of field/inspections/judging.py.
 * tests/vectors/checklists.json holds both together.
 */

import { type Checklist, MONTHS, type Question, repeatsOf, type Sure, UNANSWERED, type Words } from "./checklist";
import { asDay, evaluate, parse, plain, shown, truth, type Value } from "./conditions";

/** As it travels: numbers as JSON numbers, a date as "2026-11-22", several choices as a list of their names. */
export type AnswerValue = string | number | boolean | readonly string[] | null;

/**
 * One answer; in a repeat it names the item. `sealed` stands for a personal value that is there and is not opened, or
 * was erased: the question counts as answered, and nothing is asked of the value.
 */
export interface Answer {
  readonly question: string;
  readonly value?: AnswerValue;
  readonly item?: string | null;
  readonly sealed?: boolean;
}

/**
 * What is wrong with an answer: it is not of the question's type, it names a choice that there is not, it fails the
 * constraint (the checklist has the message), or two different answers were given.
 */
export type AnswerFault = "" | "type" | "choice" | "constraint" | "twice";

/** What is true of a question, or of it in one item: an irrelevant one counts as unanswered. */
export interface Verdict {
  readonly question: string;
  readonly item: string | null;
  readonly relevant: boolean;
  readonly required: boolean;
  readonly missing: boolean;
  readonly fault: AnswerFault;
}

/** A finding that an answer raises. */
export interface Raised {
  readonly question: string;
  readonly item: string | null;
  readonly code: string;
  readonly sentence: Words;
  readonly section: string;
  readonly sure: Sure;
  readonly confirmed: boolean;
}

/** Verdicts in the checklist's order, each question's items one after the other; and what is raised. */
export interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Raised[];
  /** The questions of answers that this version does not ask, or not there (in or out of a repeat). */
  readonly unknown: readonly string[];
  /** Whether nothing is missing and no answer has a fault. */
  readonly complete: boolean;
}

/**
 * Judge answers by a checklist that is valid. `today` is the day on which they were given, as "2026-11-22": judged again
 * later, they come to the same. `items` names the items of repeats
 * where some may have no answer yet. Of two answers to one question the later counts, and the question has the fault
 * "twice" where they differ. Throws RangeError for a checklist whose relevance runs in a circle.
 */
export function judge(
  checklist: Checklist,
  answers: Iterable<Answer>,
  today: string,
  items: Readonly<Record<string, readonly string[]>> = {},
): Judgement {
  return new Judge(checklist, answers, today, items).judgement();
}

const place = (question: string, item: string | null): string => JSON.stringify([question, item]);
const always = (text: string): string => (text === "true" ? "true()" : text);

class Judge {
  private readonly repeats: ReadonlyMap<string, string>;
  private readonly byName: ReadonlyMap<string, Question>;
  private readonly items = new Map<string, Set<string>>();
  private readonly given = new Map<string, AnswerValue>();
  private readonly twice = new Set<string>();
  private readonly sealed = new Set<string>();
  private readonly faulty = new Set<string>();
  private readonly unknown = new Set<string>();
  private readonly relevant = new Map<string, boolean>();

  constructor(
    private readonly checklist: Checklist,
    answers: Iterable<Answer>,
    private readonly today: string,
    items: Readonly<Record<string, readonly string[]>>,
  ) {
    this.repeats = repeatsOf(checklist);
    this.byName = new Map(checklist.questions.map((each) => [each.name, each]));
    for (const { name, type } of checklist.questions) if (type === "repeat") this.items.set(name, new Set(items[name] ?? []));
    for (const each of answers) this.take(each);
    for (const question of relevanceOrder(checklist)) {
      for (const item of this.itemsOf(question)) {
        this.relevant.set(place(question.name, item), this.isRelevant(question, item));
      }
    }
  }

  judgement(): Judgement {
    const verdicts = this.checklist.questions.flatMap((question) =>
      this.itemsOf(question).map((item) => this.verdict(question, item)),
    );
    for (const { question, item, fault } of verdicts) if (fault !== "") this.faulty.add(place(question, item));
    const findings = verdicts.flatMap((each) => this.raised(each));
    const complete = !verdicts.some(({ missing, fault }) => missing || fault !== "");
    return { verdicts, findings, unknown: [...this.unknown], complete };
  }

  private take({ question: name, value = null, item = null, sealed = false }: Answer): void {
    const question = this.byName.get(name);
    const around = this.repeats.get(name) ?? "";
    if (!question || UNANSWERED.has(question.type) || (around !== "") !== (item !== null)) {
      this.unknown.add(name);
      return;
    }
    const at = place(name, item);
    if (item !== null) this.items.get(around)?.add(item);
    if (sealed) {
      this.sealed.add(at);
      return;
    }
    if (this.given.has(at) && shown(plain(this.given.get(at))) !== shown(plain(value))) this.twice.add(at);
    this.given.set(at, value);
  }

  private itemsOf({ name }: Question): readonly (string | null)[] {
    const around = this.repeats.get(name) ?? "";
    return around === "" ? [null] : [...(this.items.get(around) ?? [])];
  }

  private isRelevant({ group = "", relevant = "" }: Question, item: string | null): boolean {
    if (group !== "" && !this.relevant.get(place(group, null))) return false;
    return relevant === "" || truth(this.evaluated(relevant, item, ""));
  }

  private evaluated(text: string, item: string | null, own: Value): Value {
    return evaluate(parse(text), {
      value: (name) => this.value(name, item),
      every: (name) => this.every(name),
      own,
      today: this.today,
    });
  }

  private value(name: string, item: string | null): Value {
    const at = place(name, this.repeats.get(name) ? item : null);
    return this.relevant.get(at) ? plain(this.given.get(at)) : "";
  }

  private every(name: string): readonly Value[] {
    const own = this.items.get(name);
    if (own) return this.relevant.get(place(name, null)) ? [...own].map(() => true) : [];
    return [...(this.items.get(this.repeats.get(name) ?? "") ?? [])].map((item) => this.value(name, item));
  }

  private verdict(question: Question, item: string | null): Verdict {
    const told = { question: question.name, item };
    const at = place(question.name, item);
    if (!this.relevant.get(at)) {
      return { ...told, relevant: false, required: false, missing: false, fault: "" };
    }
    const { required: asked = "" } = question;
    const required = asked !== "" && truth(this.evaluated(always(asked), item, ""));
    const value = this.value(question.name, item);
    const missing = required && value === "" && !this.sealed.has(at);
    return { ...told, relevant: true, required, missing, fault: this.fault(question, item, value) };
  }

  private fault(question: Question, item: string | null, value: Value): AnswerFault {
    const at = place(question.name, item);
    if (this.twice.has(at)) return "twice";
    const given = this.given.get(at) ?? null;
    // A list or a text that says nothing is no answer, but what could not be read as one is a fault.
    if (value === "" && (given === null || typeof given === "string" || (Array.isArray(given) && given.length === 0))) return "";
    if (!fits(question, given)) return "type";
    const { choices = "", constraint = "" } = question;
    if (choices !== "" && !this.chosen(choices, Array.isArray(given) ? given : [given])) return "choice";
    return constraint !== "" && !truth(this.evaluated(constraint, item, value)) ? "constraint" : "";
  }

  private chosen(list: string, names: readonly unknown[]): boolean {
    const known = new Set<unknown>((this.checklist.choices[list] ?? []).map(({ name }) => name));
    return names.every((name) => known.has(name)) && new Set(names).size === names.length;
  }

  /** Silence raises nothing, and nothing rests on an answer that cannot be. */
  private raised({ question: name, item, relevant, fault }: Verdict): readonly Raised[] {
    const question = this.byName.get(name);
    const value = this.value(name, item);
    if (!question || !relevant || fault !== "" || (!UNANSWERED.has(question.type) && value === "")) return [];
    return (question.findings ?? [])
      .filter(({ when }) => !this.restsOnFault(when, item) && truth(this.evaluated(when, item, value)))
      .map(({ code, sentence, section, sure = "likely", confirmed = false }) => ({
        question: name, item, code, sentence, section, sure, confirmed,
      }));
  }

  private restsOnFault(text: string, item: string | null): boolean {
    return parse(text).uses.some(({ name, every }) => {
      const around = this.repeats.get(name) ?? "";
      const items = around === "" ? [null] : every ? [...(this.items.get(around) ?? [])] : [item];
      return items.some((each) => this.faulty.has(place(name, each)));
    });
  }
}

/** Whether an answer is of the question's type. */
function fits({ type, fills = "" }: Question, given: AnswerValue): boolean {
  if (MONTHS.has(fills) || type === "select_multiple") {
    return Array.isArray(given) && given.every((each: unknown) => typeof each === "string");
  }
  if (type === "integer" || type === "decimal") {
    return typeof given === "number" && plain(given) !== "" && (type === "decimal" || Number.isInteger(given));
  }
  if (type === "date") return asDay(typeof given === "string" ? given : "") !== null;
  return typeof given === "string";
}

/** The questions so that each comes after all on whose relevance its own depends. */
function relevanceOrder(checklist: Checklist): readonly Question[] {
  const byName = new Map(checklist.questions.map((each) => [each.name, each]));
  const done = new Set<Question>();
  const under = new Set<Question>();
  const visit = (question: Question): void => {
    if (done.has(question)) return;
    if (under.has(question)) throw new RangeError(`whether ${question.name} is asked depends on itself`);
    under.add(question);
    const { group = "", relevant = "" } = question;
    for (const name of [group, ...(relevant === "" ? [] : parse(relevant).uses.map((use) => use.name))]) {
      const needed = byName.get(name);
      if (needed) visit(needed);
    }
    done.add(question);
  };
  checklist.questions.forEach(visit);
  return [...done];
}
