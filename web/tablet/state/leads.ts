/** A lead from its draft to a capture. */
import { leadKey, leadValues, type LeadDraft } from "../logic/lead";
import type { Keeping } from "../logic/keeping";
import { once } from "../logic/once";
import { forgetDraft } from "./drafts";
import { tablet } from "./field";
import { syncSoon } from "./sync";

/**
 * Capture a lead, and end its draft in the same breath. Doing it twice is the same as doing it once: the draft chose
 * the id of its record, and one that is here already is not made again.
 */
export function keepLead(person: string, keeping: Keeping<LeadDraft>): Promise<void> {
  return once(leadKey(person), () => capture(leadKey(person), keeping));
}

async function capture(key: string, keeping: Keeping<LeadDraft>): Promise<void> {
  const from = tablet();
  await keeping.flush();
  await keeping.end();
  const draft = keeping.value.peek();
  try {
    if ((await from.view(draft.id)) === null) {
      const { establishment, report } = await found(draft.visit);
      await from.group((group) => {
        group.newRecord("lead", leadValues(draft, establishment, report), draft.id);
        group.forget(key);
      });
    } else await from.drafts.delete(key);
  } catch (error) {
    keeping.resume();
    throw error;
  }
  forgetDraft(key);
  syncSoon();
}

/** The establishment of the visit at which it was found, and the report of that visit, as far as there are any. */
async function found(visit: string): Promise<{ establishment: string | null; report: string | null }> {
  const from = tablet();
  const values = visit === "" ? null : await from.shown(visit);
  if (values === null) return { establishment: null, report: null };
  const reports = (await from.list("report")).filter(({ parent, values: said }) => (parent ?? said["visit"]) === visit);
  return { establishment: String(values["establishment"]), report: reports[0]?.record ?? null };
}

/** Give a draft up. */
export async function dropLead(person: string, keeping: Keeping<LeadDraft>): Promise<void> {
  await keeping.end();
  await tablet().drafts.delete(leadKey(person));
  forgetDraft(leadKey(person));
}
