/** From what was typed to what is captured: values of records, nothing that was not answered. */
import type { Values } from "../../sync/tablet";
import { type Answers, filled, type Line, type VisitDraft } from "./draft";
import { cnicShown } from "./typing";

/** A new record, with the id that the draft chose for it. */
export interface NewRecord {
  readonly id: string;
  readonly values: Values;
}

/** The people counted: both numbers are needed, the total is added up. Null where nothing was counted. */
export function headcount(answers: Pick<Answers, "men" | "women">): { men: number; women: number; total: number } | null {
  if (answers.men === "" || answers.women === "") return null;
  const [men, women] = [Number(answers.men), Number(answers.women)];
  return { men, women, total: men + women };
}

/** The report's answers as field values; what was not answered is left out. */
export function reportAnswers(answers: Answers): Values {
  const counted = headcount(answers);
  return {
    ...(answers.months.length > 0 ? { months_checked: [...answers.months].sort() } : {}),
    ...(answers.months.length > 0 ? { months_paid: answers.paid.filter((month) => answers.months.includes(month)).sort() } : {}),
    ...(counted === null ? {} : { headcount: counted }),
    ...(answers.produced.length > 0 ? { records_produced: [...answers.produced].sort() } : {}),
    ...(answers.refused === null ? {} : { records_refused: answers.refused }),
    ...(answers.personMet.trim() === "" ? {} : { person_met: answers.personMet.trim() }),
    ...(answers.remarks.trim() === "" ? {} : { remarks: answers.remarks.trim() }),
    ...(answers.place === null ? {} : { place: { ...answers.place } }),
  };
}

/** One line's cells as field values; what is empty is left out. A CNIC travels as it is written: 42401-7730412-5. */
export function lineAnswers(line: Omit<Line, "id">): Values {
  const name = line.worker_name.trim();
  return {
    month: line.month,
    ...(line.wage_rs === "" ? {} : { wage_rs: Number(line.wage_rs) }),
    ...(name === "" ? {} : { worker_name: name }),
    ...(line.cnic === "" ? {} : { cnic: cnicShown(line.cnic) }),
    ...(line.days === "" ? {} : { days: Number(line.days) }),
    ...(line.by_day === "day" ? { by_day: true } : {}),
    ...(line.declared_wage_rs === "" ? {} : { declared_wage_rs: Number(line.declared_wage_rs) }),
    ...(line.registered === "" ? {} : { registered: line.registered === "yes" }),
  };
}

/** Everything that finishing a visit brings, beside the visit's own fields. */
export function newRecords(draft: VisitDraft): { report: NewRecord; lines: NewRecord[]; photos: NewRecord[] } {
  const { report } = draft;
  return {
    report: { id: report, values: { visit: draft.visit, ...reportAnswers(draft.answers) } },
    lines: draft.lines.filter(filled).map((line) => ({ id: line.id, values: { report, ...lineAnswers(line) } })),
    photos: draft.photos.map(({ id, purpose, ...photo }) => ({ id, values: { report, ...photo, ...(purpose === "" ? {} : { purpose }) } })),
  };
}

/** The register's count of workers where the inspector found another; null where it stays. */
export function declaredChange(answers: Answers, shown: unknown): number | null {
  if (answers.declared === "") return null;
  const typed = Number(answers.declared);
  return typed === shown ? null : typed;
}
