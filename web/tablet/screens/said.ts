/** A record's fields and values in words. */
import { month as monthName, rupees, whole } from "../../shared/format";
import { ltr } from "../../shared/words";
import { cnicShown } from "../logic/typing";
import { fieldWords } from "../words/arrivals";
import { doneWords } from "../words/finish";
import { reportWords } from "../words/report";

/** A field's name for a person. */
export function fieldSaid(field: string): string {
  const t: Readonly<Record<string, string>> = fieldWords();
  return t[field] ?? field;
}

/** A field's value for a person; a dash where there is none. */
export function valueSaid(field: string, value: unknown): string {
  const none = doneWords().none;
  if (value === null || value === undefined || value === "") return none;
  if (typeof value === "boolean") return value ? reportWords().yes : reportWords().no;
  if (typeof value === "number") return field.endsWith("_rs") ? rupees(value) : ltr(whole(value));
  if (Array.isArray(value)) return value.length === 0 ? none : value.map((each) => one(field, String(each))).join(" · ");
  if (typeof value === "object") return group(field, value as Record<string, unknown>);
  return one(field, String(value));
}

function one(field: string, text: string): string {
  if (field === "cnic") return ltr(cnicShown(text));
  if (field.startsWith("months") || field === "month") return monthName(text);
  if (field === "phone") return ltr(text);
  const records: Readonly<Record<string, unknown>> = reportWords();
  if (field === "records_produced" && typeof records[text] === "string") return records[text];
  const known: Readonly<Record<string, string>> = fieldWords();
  if (field === "status") return known[text] ?? text;
  // Isolated, so that a name in another script does not turn the line round.
  return `\u2068${text}\u2069`;
}

function group(field: string, value: Record<string, unknown>): string {
  const t = reportWords();
  if (field === "headcount") return `${t.men} ${ltr(String(value["men"]))} · ${t.women} ${ltr(String(value["women"]))} · ${t.total} ${ltr(String(value["total"]))}`;
  if (field === "place" || field === "location") return t.within(ltr(Math.round(Number(value["accuracy_m"]))));
  return typeof value["reason"] === "string" ? `\u2068${value["reason"]}\u2069` : doneWords().none;
}
