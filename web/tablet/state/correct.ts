/** Correcting a record: a form that remembers what it showed, and a draft that outlives the page. */
import { useEffect, useState } from "preact/hooks";
import type { Form, Values } from "../../sync/tablet";
import type { Correction } from "../logic/correct";
import type { Keeping } from "../logic/keeping";
import { forgetDraft, otherDraft } from "./drafts";
import { tablet } from "./field";
import { syncSoon } from "./sync";

/** Where a correction is kept. */
export const correctionKey = (person: string, record: string): string => `correct/${person}/${record}`;

export interface Correcting<T> {
  readonly form: Form;
  readonly keeping: Keeping<Correction<T>>;
}

/** Begin to correct a record, or go on where a correction is kept. `read` makes what is typed of the values shown. */
export function useCorrection<T>(person: string, record: string, read: (values: Values) => T): Correcting<T> | null {
  const [found, setFound] = useState<Correcting<T> | null>(null);
  useEffect(() => {
    let stale = false;
    void (async () => {
      const form = await tablet().openForm(record);
      const shown = read(form.shown);
      const begin: Correction<T> = { version: 1, before: shown, now: shown };
      const untouched = ({ before, now }: Correction<T>): boolean => JSON.stringify(before) === JSON.stringify(now);
      const keeping = await otherDraft(correctionKey(person, record), begin, untouched);
      if (!stale) setFound({ form, keeping });
    })();
    return () => void (stale = true);
  }, [person, record]);
  return found;
}

/** Keep a correction: the fields that changed, and the end of its draft, in one breath. Gives whether anything was. */
export async function keepCorrection<T>(person: string, { form, keeping }: Correcting<T>, values: Values): Promise<boolean> {
  const key = correctionKey(person, form.view.record);
  await keeping.flush();
  await keeping.end();
  try {
    const saved = await tablet().group((group) => {
      group.forget(key);
      return group.save(form, values);
    });
    forgetDraft(key);
    syncSoon();
    return saved !== null;
  } catch (error) {
    keeping.resume();
    throw error;
  }
}

/** Give a correction up. */
export async function dropCorrection<T>(person: string, { form, keeping }: Correcting<T>): Promise<void> {
  const key = correctionKey(person, form.view.record);
  await keeping.end();
  await tablet().drafts.delete(key);
  forgetDraft(key);
}
