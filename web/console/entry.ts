/** One entry of a history, read from the line that the tablet wrote. */
import type { Change, Entry } from "../shared/wire.gen";
import { historyWords, reasonNames, receiptNames } from "./words/history";

/** What an entry did to one field. `before` is undefined where the form showed nothing. */
export interface Step {
  readonly field: string;
  readonly before: unknown;
  readonly now: unknown;
}

/** The line of an entry, or null where it cannot be read. Only what is used is looked at; the rest is not judged here. */
export function lineOf(entry: Pick<Entry, "line">): Change | null {
  try {
    const read: unknown = JSON.parse(entry.line ?? "");
    return typeof read === "object" && read !== null && "op" in read ? (read as Change) : null;
  } catch {
    return null;
  }
}

/** What an entry did, field by field, in the order in which it was written. */
export function steps(line: Change): readonly Step[] {
  const set: unknown = line.set;
  if (typeof set !== "object" || set === null) return [];
  const was: Readonly<Record<string, unknown>> = line.was ?? {};
  return Object.entries(set).map(([field, now]) => ({ field, before: was[field], now }));
}

/** What kind of act an entry was, in words. */
export function actName(line: Change | null): string {
  const said = historyWords();
  switch (line?.op) {
    case "create":
    case "set":
    case "decide":
    case "withdraw":
    case "restore":
    case "lost":
      return said[line.op];
    default:
      return said.unknownOp;
  }
}

/** What became of an entry, in words. */
export function receiptName(status: string): string {
  const names: Readonly<Record<string, string>> = receiptNames();
  return Object.hasOwn(names, status) ? (names[status] ?? status) : status;
}

/** Why an entry was held back, in words; a code that this page does not know, as it is. */
export function reasonName(code: string | null | undefined): string {
  const names: Readonly<Record<string, string>> = reasonNames();
  return code && Object.hasOwn(names, code) ? (names[code] ?? code) : (code ?? "");
}

/** What the office noted about an entry, in words. */
export function remarkName(code: string): string {
  const said = historyWords();
  const names: Readonly<Record<string, string>> = {
    "ahead-of-receipt": said.aheadOfReceipt,
    "newer-app": said.newerApp,
    "closed-a-dispute": said.closedADispute,
    "moved-away": said.movedAway,
  };
  return names[code] ?? code;
}
