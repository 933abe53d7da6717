/** What came from the office: an answer to a push, or a page with its rows and receipts. */

import type { Answered } from "./door";
import type { Healing } from "./healing";
import type { Outbox } from "./outbox";
import type { Page, Replica } from "./replica";
import type { Snapshots } from "./snapshots";
import type { Store } from "./store";

/** The records that changes on their way are about. */
export async function busy(outbox: Outbox): Promise<ReadonlySet<string>> {
  return new Set((await outbox.pending()).map(({ record }) => record));
}

/** Within a transaction: take an answer to a push; give whether its word on how far the office came is believed. */
export async function heard(store: Store, outbox: Outbox, healing: Healing, answered: Answered, device: string): Promise<boolean> {
  const { said } = answered;
  for (const each of said.answers) await outbox.settle(each, device);
  const believed = (await healing.hear(said)) || (await outbox.believe(said.acknowledged, said.chain));
  if (said.expected != null) await outbox.rewind(said.expected - 1);
  if (said.fork != null) await store.remember("forked", said.fork.seq);
  await healing.answered(answered, device);
  await store.remember("revoked", said.revoked === true);
  return believed;
}

/** Within a transaction: apply a page; give whether a scope must be fetched anew. */
export async function arrive(
  outbox: Outbox, replica: Replica, snapshots: Snapshots, healing: Healing, page: Page, device: string,
  asked: readonly number[],
): Promise<boolean> {
  await healing.hear(page.end);
  const anew = await replica.apply(page, await busy(outbox));
  for (const receipt of page.receipts) await outbox.settle(receipt, device);
  await outbox.asked(asked);
  const coming = await snapshots.take(page);
  if (!page.more) {
    await outbox.reached(await replica.reached(), new Set([...anew, ...coming]));
    await replica.tidy(await busy(outbox));
  }
  return anew.size > 0;
}

/** Within a transaction: nobody is left for whom a page would come; what landed needs no row beneath it any more. */
export async function leaveBehind(outbox: Outbox, replica: Replica): Promise<void> {
  await outbox.reached(new Map());
  await replica.tidy(await busy(outbox));
}
