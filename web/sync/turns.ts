/** One after the other: what must not overlap although it waits in between. */

/** A queue of work, in which each piece begins when the one before has ended, well or badly. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Do a piece of work when its turn has come; give what it gives. Never take a turn within a turn. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
