/** The open conflicts of the supervisor's districts, as the server lists them. */
import type { ConflictListed } from "../../shared/wire.gen";
import { westernDigits } from "../../shared/format";
import { paisa } from "../../shared/money";
import { type Asked, useList, usePages } from "../data";

/** All open conflicts. The navigation, a visit and what may be chosen ask the same question, once. */
export function useConflicts() {
  return useList<ConflictListed>("/api/conflicts", {}, (last) => last.record);
}

/** By what the list is narrowed, as it stands in the address: `age` in days, `rupees` whole. */
export interface Narrowed {
  readonly district?: string | null;
  readonly kind?: string | null;
  readonly field?: string | null;
  readonly age?: string | null;
  readonly rupees?: string | null;
}

/** For so many days conflicts may have waited, as a choice. */
export const AGES: readonly string[] = ["1", "7", "30", "90"];

/** A whole sum of rupees as somebody typed it, with separators and in any digits; null for what is none. */
export function rupeesOf(typed: string): string | null {
  const bare = westernDigits(typed).replace(/[\s,٬]/g, "");
  return /^\d{1,12}$/.test(bare) ? bare.replace(/^0+(?=\d)/, "") : null;
}

/** What is asked for by an address. What makes no sense there is left out, and not asked. */
export function narrowedBy(asked: URLSearchParams): Narrowed {
  const age = asked.get("age");
  return {
    district: asked.get("district"),
    kind: asked.get("kind"),
    field: asked.get("field"),
    age: age !== null && /^\d{1,5}$/.test(age) ? age : null,
    rupees: rupeesOf(asked.get("rupees") ?? ""),
  };
}

/** What the server is asked for it, in the order of work: the most rupees first, then the one that waits longest. */
export function askedOf({ district, kind, field, age, rupees }: Narrowed): Asked {
  return { order: "rupees", district, of: kind, about: field, older_than_days: age, rupees };
}

/** So many conflicts come at a time. */
export const PAGE = 50;

/** The first `pages` pages of the conflicts asked for, in the order of work, and whether there are more. */
export function useWork(narrowed: Narrowed, pages: number) {
  return usePages<ConflictListed>("/api/conflicts", askedOf(narrowed), (last) => last.record, PAGE, pages);
}

/** By how much the sides differ in what is owed, in paisa; null where no money is known. */
export function difference(conflict: Pick<ConflictListed, "effect">): bigint | null {
  return conflict.effect ? paisa(conflict.effect.most_rs) - paisa(conflict.effect.least_rs) : null;
}

/** The conflict to open after one is decided: the next below it, or the one above where it was the last. */
export function following(order: readonly ConflictListed[], decided: string): string | null {
  const at = order.findIndex((each) => each.record === decided);
  if (at < 0) return order[0]?.record ?? null;
  return order[at + 1]?.record ?? order[at - 1]?.record ?? null;
}
