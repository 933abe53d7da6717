/** What an inspector types during one visit, before it is captured. Plain data: it is kept at every key. */

/** A position fix: degrees WGS 84, accuracy in metres. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy_m: number;
}

/** The answers of the report, as typed. Numbers are digits; an empty text is no answer. */
export interface Answers {
  readonly declared: string;
  readonly months: readonly string[];
  readonly paid: readonly string[];
  readonly men: string;
  readonly women: string;
  readonly produced: readonly string[];
  readonly refused: boolean | null;
  readonly personMet: string;
  readonly remarks: string;
  readonly place: Place | null;
}

/** The columns of the wage register, in the order of the keys. */
export const COLUMNS = ["worker_name", "cnic", "days", "by_day", "wage_rs", "declared_wage_rs", "registered"] as const;
export type Column = (typeof COLUMNS)[number];
/** Those that Enter goes through: most registers are by the month, and nobody should pass that choice in every line. */
export const KEYED: readonly Column[] = COLUMNS.filter((column) => column !== "by_day");
export type Registered = "" | "yes" | "no";
/** Nothing stands for a wage by the month. */
export type ByDay = "" | "day";

/** One line of the wage register as typed; `id` is that of the record which it becomes. Figures are bare digits. */
export interface Line {
  readonly id: string;
  readonly month: string;
  readonly worker_name: string;
  readonly cnic: string;
  readonly days: string;
  readonly by_day: ByDay;
  readonly wage_rs: string;
  readonly declared_wage_rs: string;
  readonly registered: Registered;
}

/** A photo that belongs to the report; `id` is that of the record which it becomes. */
export interface TakenPhoto {
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
  readonly taken_ms: number;
  /** Empty until somebody says what it shows. */
  readonly purpose: string;
}

/** An answer to a question of the checklist as typed; `id` is that of the record which it becomes. */
export interface Given {
  readonly id: string;
  /** Text as typed, figures in digits 0 to 9; the names of choices; for a signature or a photo the id of its photo. */
  readonly typed: string | readonly string[];
}

/** What is answered of a checklist. */
export interface Checked {
  /** The version that is answered, "full-inspection@1"; empty until something is. */
  readonly of: string;
  /** By question, or by question and item (`answerKey`). */
  readonly given: Readonly<Record<string, Given>>;
  /** The items of each repeat, in order, by ids of their own. */
  readonly items: Readonly<Record<string, readonly string[]>>;
  /** Why required questions stay open. */
  readonly note: string;
}

export const NOTHING_CHECKED: Checked = { of: "", given: {}, items: {}, note: "" };

/** The whole draft. Its ids are chosen when it begins, so that finishing twice cannot make two reports. */
export interface VisitDraft {
  readonly version: 3;
  readonly visit: string;
  readonly establishment: string;
  readonly report: string;
  readonly answers: Answers;
  readonly month: string;
  readonly lines: readonly Line[];
  readonly photos: readonly TakenPhoto[];
  /** The inspector says that entries which look wrong stand so in the register. */
  readonly asWritten: boolean;
  readonly checked: Checked;
}

export const NO_ANSWERS: Answers = {
  declared: "",
  months: [],
  paid: [],
  men: "",
  women: "",
  produced: [],
  refused: null,
  personMet: "",
  remarks: "",
  place: null,
};

/** Where a draft is kept: one for each person and visit. */
export const draftKey = (person: string, visit: string): string => `visit/${person}/${visit}`;

/** A draft in which nothing is typed yet. */
export function beginDraft(visit: string, establishment: string, report: string, month: string): VisitDraft {
  return { version: 3, visit, establishment, report, answers: NO_ANSWERS, month, lines: [], photos: [], asWritten: false, checked: NOTHING_CHECKED };
}

/** Whether anything is typed in a line. */
export const filled = (line: Line): boolean => COLUMNS.some((column) => line[column] !== "");

/** A line without an entry. */
export const blankLine = (id: string, month: string): Line => ({
  id,
  month,
  worker_name: "",
  cnic: "",
  days: "",
  by_day: "",
  wage_rs: "",
  declared_wage_rs: "",
  registered: "",
});

/** The lines of one month, in the order in which they were typed. */
export const linesOf = (draft: VisitDraft, month: string): Line[] => draft.lines.filter((line) => line.month === month);

/** The draft with at least `least` lines for a month and a blank one at the end; itself where that is so already. */
export function withRoom(draft: VisitDraft, month: string, least: number, newId: () => string): VisitDraft {
  const lines = linesOf(draft, month);
  const last = lines.at(-1);
  const missing = Math.max(least - lines.length, last === undefined || filled(last) ? 1 : 0);
  if (missing <= 0) return draft;
  const more = Array.from({ length: missing }, () => blankLine(newId(), month));
  return { ...draft, lines: [...draft.lines, ...more] };
}

/** The draft with one cell typed anew. */
export function withCell(draft: VisitDraft, id: string, column: Column, value: string): VisitDraft {
  const lines = draft.lines.map((line) => (line.id === id ? { ...line, [column]: value } : line));
  return { ...draft, lines };
}

/** Whether anything at all was typed: an untouched draft need not be kept. */
export function touched(draft: VisitDraft): boolean {
  const { answers } = draft;
  const typed = [answers.declared, answers.men, answers.women, answers.personMet, answers.remarks].some((text) => text !== "");
  const chosen = [answers.months, answers.paid, answers.produced].some((list) => list.length > 0);
  const said = answers.refused !== null || answers.place !== null;
  const checked = draft.checked.note !== "" || [draft.checked.given, draft.checked.items].some((kept) => Object.keys(kept).length > 0);
  return typed || chosen || said || checked || draft.photos.length > 0 || draft.lines.some(filled);
}

/** A draft from before a line could be by the day: each of its lines is by the month. */
function withByDay(kept: object): VisitDraft {
  const draft = kept as Omit<VisitDraft, "version">;
  return { ...draft, version: 3, lines: draft.lines.map((line) => ({ ...line, by_day: "" })) };
}

/** A kept draft as read from the store, an older version's too; null where it is none. */
export function readDraft(kept: unknown): VisitDraft | null {
  if (typeof kept !== "object" || kept === null) return null;
  // Only this app writes drafts, and each states its version.
  switch ((kept as { version?: unknown }).version) {
    case 1:
      // Before there were checklists.
      return { ...withByDay(kept), checked: NOTHING_CHECKED };
    case 2:
      return withByDay(kept);
    case 3:
      return kept as VisitDraft;
    default:
      return null;
  }
}
