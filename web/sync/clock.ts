/** When something was captured: the last server time received, and the monotonic time since (docs/protocol.md). */

/** Time, handed to whoever needs it. `monotonicMs` counts from anywhere and never goes back. */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
}

/** What is written down: `elapsed_ms` had passed since `anchor` came when the run `boot` showed `at_ms`. */
export interface Elapsed {
  readonly anchor: string | null;
  readonly boot: string;
  readonly elapsed_ms: number;
  readonly at_ms: number;
  /** How far the wall clock was ahead of the office's time when the anchor came; for this tablet's own screens alone. */
  readonly skew_ms?: number;
}

export const NO_TIME: Elapsed = { anchor: null, boot: "", elapsed_ms: 0, at_ms: 0 };

/** Tells the anchor and the time since it, over any number of page loads. It never counts backwards. */
export class CaptureClock {
  #anchor: string | null;
  #elapsedMs: number;
  #sinceMs: number;
  #skewMs: number | undefined;

  /** `kept` is what was written down last; `boot` the identity of this run of the monotonic clock. */
  constructor(
    private readonly clock: Clock,
    readonly boot: string,
    kept: Elapsed,
  ) {
    const nowMs = this.#monotonicMs();
    this.#anchor = kept.anchor;
    this.#elapsedMs = kept.elapsed_ms;
    this.#skewMs = kept.skew_ms;
    this.#sinceMs = kept.boot === boot && kept.at_ms <= nowMs ? kept.at_ms : nowMs;
  }

  /** A server time arrived just now. */
  receive(anchor: string): void {
    this.#anchor = anchor;
    this.#elapsedMs = 0;
    this.#sinceMs = this.#monotonicMs();
    const officeMs = anchorMs(anchor);
    this.#skewMs = officeMs === null ? undefined : Math.floor(this.clock.nowMs()) - officeMs;
  }

  /** The time as it is captured, to be written down as well. */
  now(): Elapsed {
    const at_ms = this.#monotonicMs();
    const passed = Math.max(0, at_ms - this.#sinceMs);
    return { anchor: this.#anchor, boot: this.boot, elapsed_ms: this.#elapsedMs + passed, at_ms, ...(this.#skewMs === undefined ? {} : { skew_ms: this.#skewMs }) };
  }

  /**
   * The office's time as well as it is known; the wall clock's where no anchor ever came. It is never before the anchor
   * and the time since. That time stands still while the tablet sleeps or the app is closed, so it alone would lag by
   * a night: the wall clock goes on through both, and is put right by what it was wrong by when the anchor came.
   */
  officeNowMs(): number {
    const wallMs = Math.floor(this.clock.nowMs());
    const { anchor, elapsed_ms } = this.now();
    const toldMs = anchor === null ? null : anchorMs(anchor);
    return toldMs === null ? wallMs : Math.max(toldMs + elapsed_ms, wallMs - (this.#skewMs ?? 0));
  }

  #monotonicMs(): number {
    return Math.floor(this.clock.monotonicMs());
  }
}

/** The office's time in an anchor, "milliseconds.tag"; null where there is none in it. */
export function anchorMs(anchor: string): number | null {
  const found = /^(\d{1,15})\./.exec(anchor);
  return found === null ? null : Number(found[1]);
}
