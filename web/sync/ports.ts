/** What a tablet is given, and how it says that a sync went. */

import type { Clock } from "./clock";
import type { Shrink } from "./freeing";
import type { Problem } from "./store";

/** What the tablet needs of the world. `base` is the server's address where the page came from elsewhere. */
export interface Ports {
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly crypto: Crypto;
  readonly locks?: LockManager;
  readonly database?: string;
  readonly base?: string;
  /** Tells the runs of the monotonic clock apart; without it every opening counts as a new one. */
  readonly boot?: string;
  /** Makes small copies of pictures; without it every picture stays as it was taken. */
  readonly shrink?: Shrink;
}

/** How a `sync` went: whether all was sent and fetched, and if not, what stood in the way. */
export interface Synced {
  readonly complete: boolean;
  readonly problem: Problem | null;
  /** In how many seconds the office wants to be asked again; null where it did not say. */
  readonly nextSyncS: number | null;
}
