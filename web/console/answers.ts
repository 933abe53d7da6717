/** What the server answered, kept while somebody looks: shown at once, asked anew in the background. */
import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { Problem } from "../shared/api";

/** An answer as a screen shows it. With `data` there may still be a `problem`: the last try to ask anew failed. */
export interface Held<T> {
  readonly data: T | undefined;
  readonly problem: unknown;
  /** When it was last answered, ms; 0: never. */
  readonly atMs: number;
}

interface Slot {
  readonly held: Signal<Held<unknown>>;
  readonly ask: () => Promise<unknown>;
  /** How many parts of the screen look at it now. */
  watchers: number;
  asking: boolean;
  /** Something changed while the question was on its way: the answer may be older than that. */
  askAgain: boolean;
}

/** Whether the server answers, and when it last had something new. */
export interface Pulse {
  readonly changedMs: number;
  readonly answeredMs: number;
  readonly failing: boolean;
}

const QUIET: Pulse = { changedMs: 0, answeredMs: 0, failing: false };

/** Answers by their question. Nothing is kept outside of memory, and `forget` leaves nothing of anybody. */
export class Answers {
  readonly #slots = new Map<string, Slot>();
  readonly #pulse = signal<Pulse>(QUIET);

  constructor(private readonly nowMs: () => number) {}

  get pulse(): ReadonlySignal<Pulse> {
    return this.#pulse;
  }

  /** The answer under a key, to be asked for by `ask`. Asks nothing yet. */
  held<T>(key: string, ask: () => Promise<T>): ReadonlySignal<Held<T>> {
    return this.#slot(key, ask).held as Signal<Held<T>>;
  }

  /** Ask now and at every `refresh` until the returned function is called. */
  watch(key: string, ask: () => Promise<unknown>): () => void {
    const slot = this.#slot(key, ask);
    slot.watchers += 1;
    void this.#ask(slot);
    return () => {
      slot.watchers -= 1;
    };
  }

  /** Ask one question anew, now. */
  async again(key: string): Promise<void> {
    const slot = this.#slots.get(key);
    if (slot) await this.#ask(slot, true);
  }

  /** Ask anew for all that is looked at. `changed`: an answer that is on its way already is not new enough. */
  async refresh(changed = false): Promise<void> {
    await Promise.all([...this.#slots.values()].filter((slot) => slot.watchers > 0).map((slot) => this.#ask(slot, changed)));
  }

  /** Drop everything. Answers still on their way reach nobody. */
  forget(): void {
    this.#slots.clear();
    this.#pulse.value = QUIET;
  }

  #slot(key: string, ask: () => Promise<unknown>): Slot {
    const known = this.#slots.get(key);
    if (known) return known;
    const made: Slot = { held: signal({ data: undefined, problem: null, atMs: 0 }), ask, watchers: 0, asking: false, askAgain: false };
    this.#slots.set(key, made);
    return made;
  }

  async #ask(slot: Slot, changed = false): Promise<void> {
    if (slot.asking) {
      slot.askAgain ||= changed;
      return;
    }
    slot.asking = true;
    do {
      slot.askAgain = false;
      await this.#askOnce(slot);
    } while (slot.askAgain);
    slot.asking = false;
  }

  async #askOnce(slot: Slot): Promise<void> {
    const before = slot.held.peek();
    try {
      const data = await slot.ask();
      const same = JSON.stringify(data) === JSON.stringify(before.data);
      slot.held.value = { data: same ? before.data : data, problem: null, atMs: this.nowMs() };
      this.#beat(slot, !same, false);
    } catch (problem) {
      slot.held.value = { ...before, problem };
      const refused = problem instanceof Problem && problem.status >= 400 && problem.status < 500;
      this.#beat(slot, false, !refused);
    }
  }

  #beat(slot: Slot, changed: boolean, failed: boolean): void {
    if (![...this.#slots.values()].includes(slot)) return; // forgotten meanwhile
    const now = this.nowMs();
    const last = this.#pulse.peek();
    this.#pulse.value = {
      changedMs: changed ? now : last.changedMs,
      answeredMs: failed ? last.answeredMs : now,
      failing: failed,
    };
  }
}

/** How many entries the server puts on one page of a list. */
export const PAGE = 500;
const PAGES_MAX = 20;

/** What came of a list so far. */
export interface Pages<T> {
  readonly items: readonly T[];
  /** Whether there are more behind them. */
  readonly more: boolean;
}

/** The first `pages` pages of a list, of `size` entries each. One entry beyond them is asked for, so that "more" is true. */
export async function somePages<T>(ask: (after: string, limit: number) => Promise<T[]>, name: (last: T) => string, size: number, pages: number): Promise<Pages<T>> {
  const wanted = size * pages;
  const all: T[] = [];
  while (all.length <= wanted) {
    const last = all.at(-1);
    const limit = Math.min(PAGE, wanted + 1 - all.length);
    const some = await ask(last === undefined ? "" : name(last), limit);
    all.push(...some);
    if (some.length < limit) break;
  }
  return { items: all.slice(0, wanted), more: all.length > wanted };
}

/** All pages of a list: `ask` gets what names the last entry seen. Stops after 10,000 entries, which no screen shows. */
export async function everyPage<T>(ask: (after: string) => Promise<T[]>, name: (last: T) => string): Promise<T[]> {
  const all: T[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const last = all.at(-1);
    const some = await ask(last === undefined ? "" : name(last));
    all.push(...some);
    if (some.length < PAGE) break;
  }
  return all;
}
