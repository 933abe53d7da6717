/** The open conflicts of the supervisor's districts, as the server lists them. */
import type { ConflictListed } from "../../shared/wire.gen";
import { paisa } from "../../shared/money";
import { useList } from "../data";

/** All open conflicts. The navigation and the room ask the same question, once. */
export function useConflicts() {
  return useList<ConflictListed>("/api/conflicts", {}, (last) => last.record);
}

/** By how much the sides differ in what is owed, in paisa; null where no money is known. */
export function difference(conflict: Pick<ConflictListed, "effect">): bigint | null {
  return conflict.effect ? paisa(conflict.effect.most_rs) - paisa(conflict.effect.least_rs) : null;
}

/** Conflicts in the order of work: the largest difference in rupees first, then the one that waits longest. */
export function inOrder(conflicts: readonly ConflictListed[]): readonly ConflictListed[] {
  return [...conflicts].sort((a, b) => {
    const [of, other] = [difference(a) ?? -1n, difference(b) ?? -1n];
    if (of !== other) return of < other ? 1 : -1;
    return a.earliest_ms - b.earliest_ms || (a.record < b.record ? -1 : 1);
  });
}

/** The conflict to open after one is decided: the next below it, or the one above where it was the last. */
export function following(order: readonly ConflictListed[], decided: string): string | null {
  const at = order.findIndex((each) => each.record === decided);
  if (at < 0) return order[0]?.record ?? null;
  return order[at + 1]?.record ?? order[at - 1]?.record ?? null;
}
