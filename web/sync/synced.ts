/** What came of a sync, written down for the screen that is opened next. */

import type { Outbox } from "./outbox";
import type { Synced } from "./ports";
import type { Problem, Store, Unserved } from "./store";

/** The office does not talk with this app now: work waits until the app, or the office, was renewed. */
export const UNSERVED: ReadonlySet<string> = new Set<Unserved>(["app-too-old", "app-too-new"]);

/** Why the office does not talk with this app; said on, also where there is no signal, until a sync goes well. */
async function unservedAfter(store: Store, problem: Problem | null): Promise<Unserved | null> {
  if (problem === null) return null;
  return UNSERVED.has(problem.code) ? (problem.code as Unserved) : ((await store.recall("synced"))?.unserved ?? null);
}

/** Write down what came of a sync at this time; `problem` is what stood in its way. */
export async function rememberSynced(
  store: Store, outbox: Outbox, nowMs: number, problem: Problem | null,
): Promise<Omit<Synced, "nextSyncS">> {
  const forked = ((await store.recall("forked")) ?? null) !== null;
  const complete = problem === null && !forked && (await outbox.unsent()) === 0;
  const ms = complete ? nowMs : ((await store.recall("synced"))?.ms ?? null);
  const said = problem && { code: problem.code, detail: problem.detail, retryAfterS: problem.retryAfterS };
  await store.remember("synced", { ms, problem: said, unserved: await unservedAfter(store, problem) });
  return { complete, problem: said };
}
