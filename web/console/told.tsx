/** A sentence of the server's: in the language in use where it could be said in it, else in English, and marked so. */
import type { ComponentChildren } from "preact";

const ARABIC = /[\u0600-\u06ff]/;

/** The attributes of an element that holds such a sentence. */
export function toldIn(sentence: string): { lang: string; dir: "ltr" } | Record<string, never> {
  return ARABIC.test(sentence) ? {} : { lang: "en", dir: "ltr" };
}

/** One such sentence, as a paragraph. */
export function Told({ children, more }: { children: string; more?: ComponentChildren }) {
  return (
    <p {...toldIn(children)}>
      {children} {more}
    </p>
  );
}
