/** A form's typing, kept at every key: it survives a reload and a kill, and nobody else sees it. */

import type { DraftRow, Store } from "./store";

/** What is typed and not captured yet, by a key that the screen chooses. */
export class Drafts {
  constructor(
    private readonly store: Store,
    private readonly nowMs: () => number,
  ) {}

  /** Keep what is typed now, in place of what was typed before. `value` is plain data. */
  async put(key: string, value: unknown): Promise<void> {
    await this.store.drafts.put({ key, value, at_ms: this.nowMs() });
  }

  /** What was typed; undefined where nothing was. */
  async get(key: string): Promise<unknown> {
    return (await this.store.drafts.get(key))?.value;
  }

  /** Forget what was typed. For a draft that becomes a capture, `Group.forget` does it in the same breath. */
  async delete(key: string): Promise<void> {
    await this.store.drafts.delete(key);
  }

  /** Everything that is typed and not captured, in the order of the keys. `at_ms` is when it was touched last. */
  async all(): Promise<DraftRow[]> {
    return this.store.drafts.orderBy("key").toArray();
  }
}
