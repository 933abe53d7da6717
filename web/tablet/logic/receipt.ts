/** Whether a report's receipt may be shown to the employer now, and why not. */

/** `elsewhere`: the report was written on another tablet, which gets its receipt. */
export type Standing = "typing" | "unsent" | "awaited" | "elsewhere" | "here";

export interface Known {
  /** Whether something about the report is typed and not kept yet. */
  readonly drafted: boolean;
  /** Whether the office lacks something of the visit or its report. */
  readonly unsent: boolean;
  /** Whether the report was captured on this tablet. */
  readonly captured: boolean;
  /** The receipt; null while it has not come. */
  readonly text: string | null;
}

/** A receipt beside a report that says more than the office has would attest too little: it waits. */
export function standingOf({ drafted, unsent, captured, text }: Known): Standing {
  if (drafted) return "typing";
  if (unsent) return "unsent";
  if (text !== null) return "here";
  return captured ? "awaited" : "elsewhere";
}

/** Whether one of the drafts in `keys`, whosoever it is, is about one of `records`. */
export function draftedOf(keys: Iterable<string>, records: ReadonlySet<string>): boolean {
  for (const key of keys) if (records.has(key.slice(key.lastIndexOf("/") + 1))) return true;
  return false;
}
