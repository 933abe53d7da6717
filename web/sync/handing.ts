/** Handing lines in: the next batch, the office's signed answer, and what follows from it for this tablet. */

import { heard } from "./arriving";
import * as door from "./door";
import { NoAnswer } from "./door";
import type { Healing } from "./healing";
import type { Batch, Outbox } from "./outbox";
import type { Portions } from "./portions";
import type { Store } from "./store";
import type { Trust } from "./trust";

/** What a tablet does about an answer beside its lines. */
export interface Heeding {
  /** Within a transaction: a server time came. */
  time(anchor: string): Promise<void>;
  answered(who: door.Identity, said: door.PushAnswer): Promise<void>;
  refused(who: door.Identity, error: unknown): Promise<never>;
}

/** Hands lines in. All of it throws NoAnswer, Refused. */
export class Handing {
  constructor(
    private readonly store: Store,
    private readonly way: door.Way,
    private readonly trust: Trust,
    private readonly outbox: Outbox,
    private readonly healing: Healing,
    private readonly portions: Portions,
    private readonly heeding: Heeding,
  ) {}

  async #forked(): Promise<boolean> {
    return ((await this.store.recall("forked")) ?? null) !== null;
  }

  /** Send the next lines, up to the first of somebody not `known` (null: of anybody); give whether there are more. */
  async next(who: door.Identity, known: ReadonlySet<string> | null, linesMax: number, bytesMax: number): Promise<boolean> {
    await this.healing.sendFormer();
    if (await this.#forked()) return false;
    const most = (await this.healing.boundary()) ?? linesMax;
    const batch = await this.outbox.batchOf(known, most, await this.portions.limit(bytesMax));
    if (batch === null) return false;
    const before = (await this.outbox.head()).acknowledged;
    const { said, believed } = await this.#handIn(who, batch);
    const further = believed && (await this.outbox.head()).acknowledged > before;
    if (!further && said.fork == null && said.expected == null) {
      throw new NoAnswer("the office's word on how far it came does not fit this tablet's own entries");
    }
    return (await this.outbox.unsent()) > 0;
  }

  /** Where nothing is to be sent, show the office the last line that it is known to have, and hear what it has. */
  async last(who: door.Identity): Promise<void> {
    const { acknowledged, last } = await this.outbox.head();
    if (acknowledged === 0 || acknowledged < last || (await this.#forked())) return;
    await this.#handIn(who, await this.outbox.batch(1, Infinity, acknowledged));
  }

  /** Hand in some lines and remember the answer. What was signed of them in an earlier life is shown first. */
  async #handIn(who: door.Identity, batch: Batch): Promise<{ said: door.PushAnswer; believed: boolean }> {
    await this.healing.tell(who);
    const held = await this.healing.held();
    const bytes = batch.lines.reduce((sum, line) => sum + line.length + 1, 0);
    const answered = await this.portions
      .carry(bytes, () => door.push(this.way, who, this.trust, batch, held))
      .catch((error: unknown) => this.heeding.refused(who, error));
    const believed = await this.store.write(async () => {
      const fits = await heard(this.store, this.outbox, this.healing, answered, who.device);
      await this.heeding.time(answered.said.anchor);
      return fits;
    });
    await this.heeding.answered(who, answered.said);
    return { said: answered.said, believed };
  }
}
