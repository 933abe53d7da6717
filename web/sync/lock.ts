/** One window at a time: two that captured at once would be two histories under one identity. */

// A page that is being loaded anew may find the lock still in the hands of the page that goes away.
const PATIENCE_MS = 2_000;

/** Another window of this browser has the tablet open. */
export class AlreadyOpen extends Error {
  override readonly name = "AlreadyOpen";
}

/** Hold a name until what is given is called. Throws AlreadyOpen. Where the browser has no locks, nothing is held. */
export function hold(locks: LockManager | undefined, name: string): Promise<() => void> {
  if (locks === undefined) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => new Promise((release) => resolve(release));
    locks.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, held).catch(() => {
      reject(new AlreadyOpen("the tablet is open in another window"));
    });
  });
}
