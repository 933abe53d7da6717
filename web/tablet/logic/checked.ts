/** Answering a checklist: the draft with one answer more or less, and the records that the answers become. */
import type { Values } from "../../sync/tablet";
import type { NewRecord } from "./capture";
import { answerKey, isAsked, type Look, valueOf } from "./asking";
import { type Checklist, checklistName, type Question, repeatsOf } from "./checklist";
import type { Checked, Given, TakenPhoto, VisitDraft } from "./draft";

const without = <T>(all: Readonly<Record<string, T>>, gone: (key: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !gone(key)));

const changed = (draft: VisitDraft, some: Partial<Checked>): VisitDraft => ({ ...draft, checked: { ...draft.checked, ...some } });

/** The draft with an answer typed anew; nothing typed is no answer. From the first one on it keeps to this version. */
export function withAnswer(draft: VisitDraft, checklist: Checklist, key: string, typed: Given["typed"], newId: () => string): VisitDraft {
  const { given } = draft.checked;
  const of = checklistName(checklist);
  if (typed.length === 0) return changed(draft, { of, given: without(given, (each) => each === key) });
  return changed(draft, { of, given: { ...given, [key]: { id: given[key]?.id ?? newId(), typed } } });
}

/** The draft with a picture as an answer, in place of the one that was there; null for none. */
export function withPicture(draft: VisitDraft, checklist: Checklist, key: string, photo: TakenPhoto | null, newId: () => string): VisitDraft {
  const before = draft.checked.given[key]?.typed;
  const photos = draft.photos.filter(({ id }) => id !== before);
  return withAnswer({ ...draft, photos: photo === null ? photos : [...photos, photo] }, checklist, key, photo?.id ?? "", newId);
}

/** The draft with one item more in a repeat. */
export function withItem(draft: VisitDraft, checklist: Checklist, repeat: string, newId: () => string): VisitDraft {
  const { items } = draft.checked;
  return changed(draft, { of: checklistName(checklist), items: { ...items, [repeat]: [...(items[repeat] ?? []), newId()] } });
}

/** The draft without an item and what was answered in it, its pictures too. */
export function withoutItem(draft: VisitDraft, repeat: string, item: string): VisitDraft {
  const { given, items } = draft.checked;
  const inside = (key: string): boolean => key.endsWith(`/${item}`);
  const pictures = new Set(Object.entries(given).flatMap(([key, { typed }]) => (inside(key) ? [typed] : [])));
  const left = (items[repeat] ?? []).filter((each) => each !== item);
  const photos = draft.photos.filter(({ id }) => !pictures.has(id));
  const kept = left.length > 0 ? { ...items, [repeat]: left } : without(items, (key) => key === repeat);
  return changed({ ...draft, photos }, { given: without(given, inside), items: kept });
}

/** A kept answer's values as a form types them. */
export function typedOf(values: Values): Given["typed"] {
  const value = values["private_value"] ?? values["value"] ?? "";
  return Array.isArray(value) ? value.map(String) : String(value);
}

/** The values to save for an answer that was typed anew; null for one that was taken away. Nothing where it says the same. */
export function correctedAnswer(question: Question, before: Given["typed"], now: Given["typed"]): Values {
  const [was, is] = [valueOf(question, before), valueOf(question, now)];
  if (JSON.stringify(was) === JSON.stringify(is)) return {};
  return question.personal ? { private_value: is === null ? null : String(is) } : { value: is };
}

/** Whether anything is answered in an item. */
export const itemFilled = ({ given }: Checked, item: string): boolean => Object.keys(given).some((key) => key.endsWith(`/${item}`));

/** The photos of a draft that answer no question: those of the photos' own screen. */
export function ownPhotos({ photos, checked }: Pick<VisitDraft, "photos" | "checked">): TakenPhoto[] {
  const answers = new Set(Object.values(checked.given).map(({ typed }) => typed));
  return photos.filter(({ id }) => !answers.has(id));
}

/** A question at its place: within a repeat in one item, `row` counting from 1. */
export interface Placed {
  readonly question: Question;
  readonly item: string | null;
  readonly row: number | null;
}

/** Every place where something is asked on the checklist's screen, in order. */
export function places(checklist: Checklist, { items }: Checked): Placed[] {
  const repeats = repeatsOf(checklist);
  return checklist.questions.filter(isAsked).flatMap((question): Placed[] => {
    const around = repeats.get(question.name) ?? "";
    if (around === "") return [{ question, item: null, row: null }];
    return (items[around] ?? []).map((item, at) => ({ question, item, row: at + 1 }));
  });
}

/**
 * The places where an answer is missing that should be there, and those where one is wrong by its own rule; those that
 * the report's own fields answer too.
 */
export function toLookAt(checklist: Checklist, checked: Checked, look: Look): { missing: Placed[]; wrong: Placed[] } {
  const order = new Map(checklist.questions.map(({ name }, at) => [name, at]));
  const own = checklist.questions.filter(({ fills = "" }) => fills !== "").map((question): Placed => ({ question, item: null, row: null }));
  const all = [...places(checklist, checked), ...own].sort((one, other) => (order.get(one.question.name) ?? 0) - (order.get(other.question.name) ?? 0));
  const at = ({ question, item }: Placed) => look.at(question.name, item);
  return { missing: all.filter((each) => at(each).missing), wrong: all.filter((each) => at(each).fault !== "") };
}

/**
 * The answers as new records. What a later answer made irrelevant counts as not answered, and is not captured. An
 * answer to a personal question stands in the field for those.
 */
export function newAnswers(checklist: Checklist, { report, checked }: Pick<VisitDraft, "report" | "checked">, look: Look): NewRecord[] {
  return places(checklist, checked).flatMap(({ question, item }): NewRecord[] => {
    const given = checked.given[answerKey(question.name, item)];
    const value = given === undefined ? null : valueOf(question, given.typed);
    if (given === undefined || value === null || !look.at(question.name, item).relevant) return [];
    const where = { report, question: question.name, ...(item === null ? {} : { item }) };
    return [{ id: given.id, values: { ...where, ...(question.personal ? { private_value: String(value) } : { value }) } }];
  });
}
