/** What came of a sync, written down for the screen that is opened next. */

import type { Outbox } from "./outbox";
import type { Synced } from "./ports";
import type { Problem, Store } from "./store";

/** Write down what came of a sync at this time; `problem` is what stood in its way. */
export async function rememberSynced(
  store: Store, outbox: Outbox, nowMs: number, problem: Problem | null,
): Promise<Omit<Synced, "nextSyncS">> {
  const forked = ((await store.recall("forked")) ?? null) !== null;
  const complete = problem === null && !forked && (await outbox.unsent()) === 0;
  const ms = complete ? nowMs : ((await store.recall("synced"))?.ms ?? null);
  const said = problem && { code: problem.code, detail: problem.detail, retryAfterS: problem.retryAfterS };
  await store.remember("synced", { ms, problem: said });
  return { complete, problem: said };
}
