/** What a screen needs of a report's receipt. */
import type { Tablet, Values, View } from "../../sync/tablet";
import { draftedOf, standingOf, type Standing } from "../logic/receipt";
import { draftsOpen } from "./drafts";
import { useAsked } from "./field";

export interface ReceiptFound {
  readonly standing: Standing;
  /** The receipt; null where `standing` is not `here`. */
  readonly text: string | null;
  readonly visit: string | null;
  readonly place: Values;
}

interface Held {
  readonly text: string | null;
  readonly captured: boolean;
  readonly visit: View | null;
  readonly place: Values;
  readonly unsent: boolean;
  readonly records: ReadonlySet<string>;
}

/** A report's receipt and whether it may be shown; undefined before the first answer. */
export function useReceipt(report: string): ReceiptFound | undefined {
  const held = useAsked((from) => heldOf(from, report), `receipt ${report}`);
  const drafts = draftsOpen.value;
  if (held === undefined) return undefined;
  const standing = standingOf({ ...held, drafted: draftedOf(drafts, held.records) });
  return { standing, text: standing === "here" ? held.text : null, visit: held.visit?.record ?? null, place: held.place };
}

async function heldOf(from: Tablet, report: string): Promise<Held> {
  const [text, captured, own] = [await from.handed.of(report), await from.handed.captured(report), await from.view(report)];
  const visit = own === null ? null : await from.view(String(own.values["visit"]));
  const place = visit === null ? {} : ((await from.shown(String(visit.values["establishment"]))) ?? {});
  const parts = await Promise.all((await from.children(report)).map((id) => from.view(id)));
  const all = [own, visit, ...parts].filter((each): each is View => each !== null);
  const unsent = all.some(({ pending }) => pending.length > 0);
  return { text, captured, visit, place, unsent, records: new Set(all.map(({ record }) => record)) };
}
