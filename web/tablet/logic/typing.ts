/** What a key does to an entry: digits of any script become 0 to 9, and figures show their groups while typing. */
import { westernDigits } from "../../shared/format";
import type { Column } from "./draft";

export const CNIC_DIGITS = 13;
const LONGEST: Readonly<Partial<Record<Column, number>>> = { cnic: CNIC_DIGITS + 2, days: 2, wage_rs: 10, declared_wage_rs: 10 };
const NAME_MAX = 300;
const GROUPS = /\B(?=(\d{3})+(?!\d))/g;

/** The digits of a text, as 0 to 9. */
export const digits = (text: string): string => westernDigits(text).replace(/\D/g, "");

/** A CNIC as far as it is typed: 42401-7730412-5. More than 13 digits stay visible at the end. */
export function cnicShown(typed: string): string {
  const all = digits(typed);
  const parts = [all.slice(0, 5), all.slice(5, 12), all.slice(12)];
  return parts.filter((part) => part !== "").join("-");
}

/** A figure with its thousands apart; nothing for nothing. */
export const figureShown = (typed: string): string => digits(typed).replace(GROUPS, ",");

/** Whether a column takes digits only. */
export const isFigure = (column: Column): boolean => column !== "worker_name" && column !== "registered" && column !== "by_day";

/** What is kept of what was typed into a column. */
export function cleaned(column: Column, typed: string): string {
  if (!isFigure(column)) return typed.slice(0, NAME_MAX);
  return digits(typed).slice(0, LONGEST[column]);
}

/** How a column shows what is kept. */
export function shownIn(column: Column, kept: string): string {
  if (column === "cnic") return cnicShown(kept);
  if (column === "wage_rs" || column === "declared_wage_rs") return figureShown(kept);
  return kept;
}

/** Where the caret stands in a shown text so that as many digits are before it as before. */
export function caretAfter(shown: string, digitsBefore: number): number {
  if (digitsBefore <= 0) return 0;
  let seen = 0;
  for (let at = 0; at < shown.length; at += 1) {
    if (/\d/.test(shown.charAt(at))) seen += 1;
    if (seen === digitsBefore) return at + 1;
  }
  return shown.length;
}
