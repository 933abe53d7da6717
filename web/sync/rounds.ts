/**
 * One exchange with the office: send what it lacks, fetch what is new, and notice what it has forgotten.
 * field/tablet/rounds.py is the same in Python.
 */

import { Refused } from "./door";

// More pushes or pages than any tablet needs: whoever comes so far gets the same answer for ever.
const ROUNDS_MAX = 10_000;
const SHUT_OUT: ReadonlySet<string> = new Set(["not-signed-in", "device-revoked"]);

/** A tablet, as far as it talks with the office. */
export interface Talking {
  push(): Promise<boolean>;
  pull(): Promise<boolean>;
  /** How far the office is known to have this tablet's line. */
  acknowledged(): Promise<number>;
  /** Whether nobody is signed in for whom anything could be fetched. */
  nobodyIn(): boolean;
  /** Whether the office was found to have forgotten something since this was asked last. */
  forgotten(): boolean;
  /** Nothing is to be sent and nothing can be fetched: ask all the same whether the office has it all. */
  showLast(): Promise<void>;
  /** Tell a new life of the office's database what it may lack. */
  tell(): Promise<void>;
  sendPhotos(): Promise<void>;
}

/** Push until nothing is left, then pull until nothing is left. Throws NoAnswer, Refused. */
export async function exchange(tablet: Talking): Promise<void> {
  await once(tablet);
  // What the office was found to have forgotten it gets now.
  if (tablet.forgotten()) await once(tablet);
}

async function once(tablet: Talking): Promise<void> {
  const before = await tablet.acknowledged();
  await all(() => tablet.push());
  const silent = (await tablet.acknowledged()) === before;
  try {
    await all(() => tablet.pull());
  } catch (error) {
    if (error instanceof Refused && SHUT_OUT.has(error.code)) {
      await withoutPages(tablet, silent);
      // Pictures need no session either, and no right to read.
      await tablet.sendPhotos();
    }
    throw error;
  }
  if (tablet.nobodyIn()) await withoutPages(tablet, silent);
  // Also where no line is to be sent: the picture of one that survived may be gone.
  else await tablet.tell();
}

/** No page says how the office is: its answer to a line does. */
async function withoutPages(tablet: Talking, silent: boolean): Promise<void> {
  if (silent) await tablet.showLast();
  await tablet.tell();
  if (tablet.forgotten()) await all(() => tablet.push());
}

async function all(step: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX && (await step()); round += 1);
}
