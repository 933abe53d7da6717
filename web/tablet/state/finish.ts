/** Finishing a visit: the draft becomes one group of entries, and ends in the same moment. */
import { today } from "../../shared/format";
import { checklistsOf, chosen, lookAt } from "../logic/asking";
import { declaredChange, newRecords } from "../logic/capture";
import { newAnswers } from "../logic/checked";
import { type Checklist, checklistName } from "../logic/checklist";
import { draftKey, type VisitDraft } from "../logic/draft";
import type { Keeping } from "../logic/keeping";
import { once } from "../logic/once";
import type { Form } from "../../sync/tablet";
import { forgetDraft } from "./drafts";
import { officeNowMs, tablet } from "./field";
import { syncSoon } from "./sync";

const OPEN: ReadonlySet<unknown> = new Set(["planned", "started"]);

/** The forms that the summary shows, opened when it was: what they replace is what was on the screen. */
export interface FinishForms {
  readonly visit: Form;
  /** Null where the establishment is not on this tablet. */
  readonly establishment: Form | null;
}

/** Start a visit: when, and that it was. Pressed again meanwhile it is the same start. */
export const startVisit = (visit: string): Promise<void> => once(`start/${visit}`, () => start(visit));

async function start(visit: string): Promise<void> {
  const form = await tablet().openForm(visit);
  if (form.shown["status"] === "planned") await form.save({ status: "started", check_in_ms: officeNowMs() });
  syncSoon();
}

/**
 * Capture everything that was typed, and end its draft in the same breath. Doing it twice is the same as doing it once:
 * a press while it is under way gets the same ending, the draft chose the ids of its records, and those that are here
 * already are not made again. `opening` may still be under way: the press waits for it.
 */
export function finishVisit(person: string, keeping: Keeping<VisitDraft>, opening: Promise<FinishForms>): Promise<void> {
  const key = draftKey(person, keeping.value.peek().visit);
  return once(`finish/${key}`, () => finish(key, keeping, opening));
}

async function finish(key: string, keeping: Keeping<VisitDraft>, opening: Promise<FinishForms>): Promise<void> {
  const from = tablet();
  const forms = await opening;
  await keeping.flush();
  await keeping.end();
  const draft = keeping.value.peek();
  try {
    if ((await from.view(draft.report)) === null) {
      const checklist = await checklistOf(draft);
      await saveDeclared(draft, forms.establishment);
      await capture(draft, key, forms.visit, checklist);
    } else await from.drafts.delete(key);
  } catch (error) {
    keeping.resume();
    throw error;
  }
  forgetDraft(key);
  syncSoon();
}

/** The establishment is a root of its own, so its change cannot be in the group. A second time it finds no difference. */
async function saveDeclared(draft: VisitDraft, form: Form | null): Promise<void> {
  if (form === null) return;
  const change = declaredChange(draft.answers, form.shown["workers_declared"]);
  if (change !== null) await form.save({ workers_declared: change });
}

/** The checklist by which the report is captured; null where none was in force. Throws where the one begun is not here. */
async function checklistOf({ checked }: VisitDraft): Promise<Checklist | null> {
  const found = chosen(checklistsOf(await tablet().list("checklist")), checked.of, today(officeNowMs()));
  if (found === null && checked.of !== "") throw new Error(`the checklist ${checked.of} is not on this tablet`);
  return found;
}

async function capture(draft: VisitDraft, key: string, visit: Form, checklist: Checklist | null): Promise<void> {
  const { report, lines, photos } = newRecords(draft);
  const answers = checklist === null ? [] : newAnswers(checklist, draft, lookAt(checklist, draft, today(officeNowMs())));
  const note = draft.checked.note.trim();
  const captured = checklist === null ? {} : { checklist: checklistName(checklist), ...(note === "" ? {} : { checklist_note: note }) };
  // Another tablet may have ended this visit otherwise; then only the time of leaving is ours to say.
  const ended = OPEN.has(visit.shown["status"]) ? { status: "done" } : {};
  await tablet().group((group) => {
    group.newRecord("report", { ...report.values, ...captured }, report.id);
    for (const { id, values } of answers) group.newRecord("answer", values, id);
    for (const { id, values } of lines) group.newRecord("wage_line", values, id);
    for (const { id, values } of photos) group.newRecord("photo", values, id);
    group.save(visit, { ...ended, check_out_ms: officeNowMs() });
    group.forget(key);
  });
}
