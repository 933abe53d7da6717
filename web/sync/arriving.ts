/** A page that came: its rows, its receipts, and what lies over the rows until they show it. */

import type { Outbox } from "./outbox";
import type { Page, Replica } from "./replica";
import type { Snapshots } from "./snapshots";

/** The records that changes on their way are about. */
export async function busy(outbox: Outbox): Promise<ReadonlySet<string>> {
  return new Set((await outbox.pending()).map(({ record }) => record));
}

/** Within a transaction: apply a page; give whether a scope must be fetched anew. */
export async function arrive(outbox: Outbox, replica: Replica, snapshots: Snapshots, page: Page, device: string): Promise<boolean> {
  const anew = await replica.apply(page, await busy(outbox));
  for (const receipt of page.receipts) await outbox.settle(receipt, device);
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
