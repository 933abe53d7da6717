/** Capturing: what a person saves becomes lines of the outbox, all of it at once or none of it. */

import { b64 } from "./bytes";
import type { Values } from "./change";
import type { CaptureClock, Clock } from "./clock";
import { committed, created, type Desk, type Draft, type Form, type Stamp } from "./forms";
import type { KindName } from "./kinds.gen";
import type { Captured, Outbox } from "./outbox";
import type { People } from "./people";
import type { Store } from "./store";
import { Turns } from "./turns";

const SALT_BYTES = 16;

/** What is captured together lands together or not at all. */
export interface Group {
  /** A new record; gives its id, which is `id` where that is given. Throws Invalid. */
  newRecord(kind: KindName, values: Values, id?: string): string;
  /** An edit; null where nothing differs from what was shown. A form is saved once in a group. Throws Invalid. */
  save(form: Form, values: Values): string | null;
  /** Forget a draft in the same breath in which the group is kept. */
  forget(draft: string): void;
}

/** Stamps changes with the time, and keeps them. */
export class Capturing implements Desk {
  /** Whoever changes the identity takes a turn: nothing is captured meanwhile. */
  readonly turns = new Turns();

  constructor(
    private readonly store: Store,
    private readonly ports: { readonly clock: Clock; readonly crypto: Crypto },
    private readonly time: CaptureClock,
    private readonly newId: () => string,
    private readonly outbox: Outbox,
    private readonly people: People,
    private readonly changed: () => void,
  ) {}

  /** The moment of capture, with a new id. */
  stamp(by: string): Stamp {
    const { anchor, elapsed_ms, boot } = this.time.now();
    const wall_ms = Math.floor(this.ports.clock.nowMs());
    return { id: this.newId(), by, elapsed_ms, boot, wall_ms, ...(anchor === null ? {} : { anchor }) };
  }

  /** A new salt. */
  salt(): string {
    return b64(this.ports.crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  }

  /** Keep one change. */
  async keep(draft: Draft): Promise<Captured> {
    return (await this.#keep([draft], []))[0] as Captured;
  }

  /** Keep what the work captures, when it has ended well. */
  async group<T>(by: string, work: (group: Group) => T | Promise<T>): Promise<T> {
    const drafts: Draft[] = [];
    const forms = new Map<Form, number>();
    const forgotten: string[] = [];
    const given = await work({
      newRecord: (kind, values, id = this.newId()) => {
        drafts.push(created(this, by, kind, id, values));
        return id;
      },
      save: (form, values) => {
        if (forms.has(form)) throw new TypeError("a form is saved once in a group");
        const draft = form.edit(values);
        if (draft === null) return null;
        forms.set(form, drafts.push(draft) - 1);
        return draft.change.id;
      },
      forget: (draft) => void forgotten.push(draft),
    });
    const captured = await this.#keep(drafts, forgotten);
    for (const [form, at] of forms) form.kept(captured[at] as Captured);
    return given;
  }

  /** Lines, the head of their chain, the time, and the end of the draft they came from: all on the disk, or nothing. */
  async #keep(drafts: readonly Draft[], forgotten: readonly string[]): Promise<Captured[]> {
    const captured = await this.turns.take(async () => {
      for (const { change } of drafts) this.people.mayWrite(change.by ?? "");
      const ready = await Promise.all(drafts.map((draft) => committed(this.ports.crypto, draft)));
      const { state, lines, drafts: typed } = this.store;
      await this.outbox.append(ready, (write) =>
        this.store.transaction("rw", state, lines, typed, async () => {
          await write();
          await this.store.remember("elapsed", this.time.now());
          await typed.bulkDelete([...forgotten]);
        }),
      );
      return ready;
    });
    this.changed();
    return captured;
  }
}
