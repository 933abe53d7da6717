/** A checklist as it travels: the Structs of field/inspections/checklists.py, whose words say what each member means. */

/** A text in English, Urdu and Sindhi. */
export interface Words {
  readonly en: string;
  readonly ur: string;
  readonly sd: string;
}

export interface Choice {
  readonly name: string;
  readonly label: Words;
}

export type Sure = "certain" | "likely" | "possible";

export interface FindingRule {
  readonly when: string;
  readonly code: string;
  readonly sentence: Words;
  readonly section: string;
  readonly sure?: Sure;
  readonly confirmed?: boolean;
}

export type QuestionType =
  | "group" | "repeat" | "note" | "text" | "integer" | "decimal" | "date"
  | "select_one" | "select_multiple" | "signature" | "photo";

/** What is not there is empty: the server leaves out what a question does not have. */
export interface Question {
  readonly name: string;
  readonly type: QuestionType;
  readonly label: Words;
  readonly hint?: Words | null;
  readonly group?: string;
  readonly choices?: string;
  readonly required?: string;
  readonly relevant?: string;
  readonly constraint?: string;
  readonly constraint_message?: Words | null;
  readonly personal?: boolean;
  readonly fills?: string;
  readonly findings?: readonly FindingRule[];
}

export interface Checklist {
  readonly id: string;
  readonly version: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly title: Words;
  readonly legal_basis: string;
  readonly confirmed: boolean;
  readonly note: string;
  readonly choices: Readonly<Record<string, readonly Choice[]>>;
  readonly questions: readonly Question[];
}

/** Types that are not answered. */
export const UNANSWERED: ReadonlySet<QuestionType> = new Set<QuestionType>(["group", "repeat", "note"]);

/** The fields of the report that hold a list of months. */
export const MONTHS: ReadonlySet<string> = new Set(["months_checked", "months_paid"]);

/** How a report names the version that it was captured by: "full-inspection@1". */
export const checklistName = ({ id, version }: Checklist): string => `${id}@${version}`;

/** The repeat in which each question stands, "" for none, by the question's name. */
export function repeatsOf(checklist: Checklist): ReadonlyMap<string, string> {
  const repeats = new Set(checklist.questions.filter(({ type }) => type === "repeat").map(({ name }) => name));
  return new Map(checklist.questions.map(({ name, group = "" }) => [name, repeats.has(group) ? group : ""]));
}
