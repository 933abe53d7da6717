/** Ids of version 7 (RFC 9562), in ascending order, as field/clock.py makes them. */

const COUNTER_MAX = 0xfff;
// A millisecond's first id takes a place in the counter's lower quarter, which leaves room for at least 3,072 more.
const COUNTER_START_MAX = 0x3ff;

/** Draws ids; each is greater than every earlier one, also when the clock goes back. */
export class Ids {
  #lastMs = -1;
  #counter = 0;

  constructor(
    private readonly nowMs: () => number,
    private readonly crypto: Crypto,
  ) {}

  /** A new id, 36 characters. */
  next(): string {
    const random = this.crypto.getRandomValues(new Uint8Array(10));
    const nowMs = Math.floor(this.nowMs());
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & COUNTER_START_MAX;
    } else if (this.#counter < COUNTER_MAX) {
      this.#counter += 1;
    } else {
      // More than fit into this millisecond: borrow from the next one rather than wait for it.
      this.#lastMs += 1;
      this.#counter = 0;
    }
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
    const ms = this.#lastMs.toString(16).padStart(12, "0");
    const tail = Array.from(random.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const counter = this.#counter.toString(16).padStart(3, "0");
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }
}
