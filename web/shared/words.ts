/** Words in every language. A list has the same keys in each: a missing one does not compile. */
import { effect, signal } from "@preact/signals";

export type Language = "en" | "ur";

/** What stands in a list: a text, or a text made from what it speaks of. */
export type Word = string | ((...about: never[]) => string);

type SameShape<T> = {
  readonly [K in keyof T]: T[K] extends (...about: infer A) => string ? (...about: A) => string : string;
};

const KEPT = "field-language";

function kept(): Language {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEPT);
  return asked === "ur" ? "ur" : "en";
}

/** The language in use. Setting it turns the page round and is remembered on this device. */
export const language = signal<Language>(typeof location === "undefined" ? "en" : kept());

/** The direction of a language's lines. */
export function direction(of: Language = language.value): "ltr" | "rtl" {
  return of === "ur" ? "rtl" : "ltr";
}

/** Keep the document's language and direction as chosen. Called once, by each app. */
export function followLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = direction(language.value);
    localStorage.setItem(KEPT, language.value);
  });
}

/** A list of words: call the result while rendering, and the screen follows the language. */
export function words<T extends Record<string, Word>>(en: T, ur: SameShape<T>): () => SameShape<T> {
  // English has the shape by itself; the compiler cannot see that through the mapped type.
  const lists: Record<Language, SameShape<T>> = { en: en as unknown as SameShape<T>, ur };
  return () => lists[language.value];
}

/** Text that reads from left to right wherever it stands: numbers, CNICs, codes (Unicode isolates). */
export function ltr(text: string | number): string {
  return `\u2066${text}\u2069`;
}
