/** What the tests share: a clock that stands still, a tablet that knows somebody, a way that leads nowhere. */

import { text } from "./bytes";
import { newKeys } from "./keys";
import { NO_HEAD } from "./outbox";
import { type LineRow, Store } from "./store";
import { type Ports, Tablet } from "./tablet";

export const DEVICE = "01990000-0000-7000-8000-00000000de01";
export const PERSON = "01990000-0000-7000-8000-000000000a01";
export const ESTABLISHMENT = "01990000-0000-7000-8000-000000000014";

/** Time that stands still until it is told to go on. */
export class StillClock {
  constructor(private ms = 1_790_000_000_000) {}
  nowMs = (): number => this.ms;
  monotonicMs = (): number => this.ms - 1_790_000_000_000 + 0.5;
  advance(ms: number): void {
    this.ms += ms;
  }
}

/** A network without a signal. */
export const noSignal: typeof fetch = () => Promise.reject(new TypeError("no signal"));

let opened = 0;

/** The ports of a tablet in a store of its own, on which somebody is signed in; nothing is heard of any server. */
export async function enrolled(): Promise<Ports & { clock: StillClock; database: string; base: string }> {
  opened += 1;
  const database = `tablet ${opened}`;
  const store = new Store(database);
  const person = { person: PERSON, login: "inspector-1", name: "Inspector 1", token: "t", device: DEVICE, postings: [] };
  const keys = await newKeys(crypto);
  await store.write(async () => {
    await store.remember("head", { ...NO_HEAD, device: DEVICE });
    await store.remember("keys", keys);
    await store.people.put({ ...person, at_ms: 0 });
    await store.remember("current", PERSON);
  });
  store.close();
  return { clock: new StillClock(), fetch: noSignal, crypto, database, base: "http://nowhere.invalid" };
}

/** Look into a closed tablet's store, or change it as a failing disk would. */
export async function inside<T>(ports: { database: string }, look: (store: Store) => PromiseLike<T>): Promise<T> {
  const store = new Store(ports.database);
  try {
    return await look(store);
  } finally {
    store.close();
  }
}

/** Every line as it is kept, in the order of its number. */
export const linesOf = (ports: { database: string }): Promise<LineRow[]> =>
  inside(ports, (store) => store.lines.orderBy("[device+seq]").toArray());

/** The texts of lines. */
export const texts = (rows: readonly LineRow[]): string[] => rows.map(({ line }) => text(line));

/** Open a tablet, do something, close it. */
export async function using<T>(ports: Ports, work: (tablet: Tablet) => Promise<T>): Promise<T> {
  const tablet = await Tablet.open(ports);
  try {
    return await work(tablet);
  } finally {
    tablet.close();
  }
}
