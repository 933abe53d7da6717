/**
 * How much travels at once: portions that fit the line, so that a long report gets over a bad one piece by piece.
 * field/tablet/portions.py is the same in Python, and says why.
 */

import { NoAnswer, Refused } from "./door";
import type { Store } from "./store";

/** So many portions go well before a larger one is tried. */
const CALM = 4;
/** So often the same portion is tried again that got through before. */
const AGAIN = 2;
/** What the office says to a body that arrived in part. */
const CUT: ReadonlySet<string> = new Set(["unreadable-body", "bad-signature", "too-large"]);

/** The least and the most: bytes that are sent, rows that are asked for. */
const BOUNDS = { pushing: [1024, 4 * 1024 * 1024], pulling: [4, 1000] } as const;

/** How much goes at once at present, and how many portions went well since one did not. */
export interface Portion {
  readonly limit: number;
  readonly calm: number;
}

/** After a portion of this size did not get through: the same again if such have, at last half of it. */
export function failed(now: Portion, tried: number, least: number): Portion {
  if (now.calm > 0) return { limit: now.limit, calm: Math.min(now.calm, AGAIN) - 1 };
  return { limit: Math.max(least, Math.floor(Math.min(now.limit, tried) / 2)), calm: 0 };
}

/** After one got through. */
export function went({ limit, calm }: Portion, most: number): Portion {
  if (limit >= most) return { limit: most, calm: Math.min(calm + 1, CALM) };
  return calm + 1 >= CALM ? { limit: Math.min(most, limit * 2), calm: 0 } : { limit, calm: calm + 1 };
}

/** The portion of one kind of request, kept over restarts of the app. */
export class Portions {
  constructor(
    private readonly store: Store,
    private readonly name: keyof typeof BOUNDS,
  ) {}

  private get least(): number {
    return BOUNDS[this.name][0];
  }

  private get most(): number {
    return BOUNDS[this.name][1];
  }

  /** How much to send or ask for now, no more than `asked`. */
  async limit(asked: number): Promise<number> {
    return Math.min(asked, (await this.#now()).limit);
  }

  /** Make a request of this size, and learn from what becomes of it. Throws what it throws. */
  async carry<T>(tried: number, request: () => Promise<T>): Promise<T> {
    try {
      const answer = await request();
      await this.#learn(went(await this.#now(), this.most));
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer || (error instanceof Refused && CUT.has(error.code))) {
        await this.#learn(failed(await this.#now(), tried, this.least));
      }
      throw error;
    }
  }

  async #now(): Promise<Portion> {
    return (await this.store.recall(this.name)) ?? { limit: this.most, calm: CALM };
  }

  async #learn({ limit, calm }: Portion): Promise<void> {
    const now = await this.#now();
    if (limit !== now.limit || calm !== now.calm) await this.store.remember(this.name, { limit, calm });
  }
}
