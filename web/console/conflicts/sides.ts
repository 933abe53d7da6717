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

/** What happened to the sides since they were shown: another one came, or one of them is gone; null: nothing. */
export function news(shown: ConflictOpened, now: ConflictOpened): "came" | "gone" | null {
  const isIn = (of: ConflictOpened) => (side: Side) => of.candidates.some((each) => each.write === side.write);
  if (!now.candidates.every(isIn(shown))) return "came";
  return shown.candidates.every(isIn(now)) ? null : "gone";
}

/** The newer conflict with the sides that were shown in their old order: a letter never passes to another side. */
export function inShownOrder(shown: ConflictOpened, now: ConflictOpened): ConflictOpened {
  const place = new Map(shown.candidates.map((each, at) => [each.write, at]));
  const at = (side: Side) => place.get(side.write) ?? shown.candidates.length;
  return { ...now, candidates: [...now.candidates].sort((a, b) => at(a) - at(b)) };
}

/** Whether any side says what it makes owed. */
export function hasEffect(conflict: ConflictOpened): boolean {
  return conflict.candidates.some((each) => each.line_due_rs != null);
}
