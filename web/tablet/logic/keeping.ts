/** Keeps what is typed within a moment, in order, and stops for good when the draft has become a capture. */
import { signal, type Signal } from "@preact/signals";

const KEPT_WITHIN_MS = 120;
const LATE_MS = 2_000;

/** What keeping needs of the world. `put` writes the whole draft. */
export interface Keeper<T> {
  put(value: T): Promise<void>;
  after(ms: number, work: () => void): void;
  nowMs(): number;
}

/** One draft in memory, and on the disk at most a moment later. */
export class Keeping<T> {
  readonly value: Signal<T>;
  /** When what is typed was last on the disk; null before the first time. */
  readonly keptMs: Signal<number | null> = signal(null);
  /** What went wrong at the last try to keep it; null where nothing did. */
  readonly trouble: Signal<unknown> = signal(null);
  /** Since when the oldest of what is typed and not on the disk waits; null where all is kept. */
  readonly unsavedSinceMs: Signal<number | null> = signal(null);
  #changes = 0;
  #kept = 0;
  #planned = false;
  /** When the first key was typed that the write under way does not hold. */
  #laterMs: number | null = null;
  #ended = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    value: T,
    private readonly keeper: Keeper<T>,
  ) {
    this.value = signal(value);
  }

  /** Take what is typed now; it is kept within a moment. */
  change(value: T): void {
    if (this.#ended) return;
    this.value.value = value;
    this.#changes += 1;
    const nowMs = this.keeper.nowMs();
    this.#laterMs ??= nowMs;
    this.unsavedSinceMs.value ??= nowMs;
    if (this.#planned) return;
    this.#planned = true;
    this.keeper.after(KEPT_WITHIN_MS, () => {
      this.#planned = false;
      void this.flush();
    });
  }

  /** Keep what is typed now; done when it is on the disk. Writes follow one another, so that the last one stays. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#ended || this.#kept === this.#changes) return;
    const upTo = this.#changes;
    this.#laterMs = null;
    try {
      await this.keeper.put(this.value.value);
    } catch (error) {
      this.trouble.value = error;
      return;
    }
    this.#kept = upTo;
    this.trouble.value = null;
    this.keptMs.value = this.keeper.nowMs();
    this.unsavedSinceMs.value = this.#laterMs;
  }

  /** Whether somebody must be told: keeping failed, or some key has waited longer than any write should take. */
  late(nowMs: number): boolean {
    const sinceMs = this.unsavedSinceMs.value;
    return sinceMs !== null && (this.trouble.value !== null || nowMs - sinceMs > LATE_MS);
  }

  /** Write nothing from now on: the draft becomes a capture. Done when no write is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#writing;
    this.unsavedSinceMs.value = null;
  }

  /** The capture did not succeed: keep as before. */
  resume(): void {
    this.#ended = false;
    if (this.#kept !== this.#changes) this.unsavedSinceMs.value = this.keeper.nowMs();
    void this.flush();
  }
}
