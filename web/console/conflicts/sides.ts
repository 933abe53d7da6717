/** The sides of a conflict as a supervisor looks at them. */
import type { ConflictOpened, Side } from "../../shared/wire.gen";
import { ltr } from "../../shared/words";
import { valueText, type Lookup } from "../values";

const LETTERS = "ABCDFGHIKLMNOPQRSTUVWXYZ"; // without E (enter another) and J (move)
const LONG = 40;

/** The letter of a side, by its place. */
export function letter(at: number): string {
  return LETTERS[at] ?? String(at + 1);
}

/** A side's value in words; a personal one comes masked. */
export function sideText(conflict: ConflictOpened, side: Pick<Side, "value" | "masked">, look: Lookup): string {
  if (side.masked && typeof side.value === "string") return ltr(side.value);
  return valueText(conflict.of, conflict.about, side.masked ? null : side.value, look);
}

/** Whether a value is short enough to stand on a button. */
export function isShort(text: string): boolean {
  return [...text].length <= LONG;
}

/** Whether other sides are there now than those that are shown. */
export function differs(shown: ConflictOpened, now: ConflictOpened): boolean {
  const writes = (of: ConflictOpened) => of.candidates.map((each) => each.write).sort();
  return JSON.stringify(writes(shown)) !== JSON.stringify(writes(now));
}

/** Whether any side says what it makes owed. */
export function hasEffect(conflict: ConflictOpened): boolean {
  return conflict.candidates.some((each) => each.line_due_rs != null);
}
