/** What the wage register and its error summary have in common: a cell's own id, and faults in words. */
import type { Fault } from "../logic/checks";
import type { Column } from "../logic/draft";
import { wageWords } from "../words/report";

/** A cell's own id, which error summaries lead to. */
export const cellId = (line: string, column: Column): string => `cell-${line}-${column}`;

/** What is wrong with a cell, in words. */
export function faultWords(fault: Fault): string {
  const t = wageWords();
  switch (fault.code) {
    case "cnic-length":
      return t["cnic-length"](fault.digits);
    case "cnic-again":
      return t["cnic-again"](fault.line);
    case "too-many-days":
      return t["too-many-days"](fault.days);
    default:
      return t[fault.code];
  }
}
