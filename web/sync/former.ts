/**
 * Identities that this tablet had before: what had arrived under them goes to a restored office too (docs/protocol.md,
 * "Restore"). field/tablet/former.py is the same in Python.
 *
 * A line stays what it was, under the device that captured it and in its chain: it is sent again by the key of that
 * identity, and lands at the time that it had.
 */

import { type Bytes, text } from "./bytes";
import { digestOf, NEWLINE, START } from "./change";
import { anchorMs } from "./clock";
import * as door from "./door";
import { Refused } from "./door";
import { type Batch, MISSING, type Outbox, UNREADABLE } from "./outbox";
import type { Portions } from "./portions";
import { type Durable, type Former, type LineRow, type Store, within } from "./store";
import { UNSERVED } from "./synced";
import type { Trust } from "./trust";

const ANSWERS_AT_ONCE = 50;
const LINES_MAX = 500;
const SERVER_FAILS = 500;
const UNKNOWN = "device-unknown";

/** The identities that ended, and what they have to send to a new life of the office's database. */
export class Formers {
  constructor(
    private readonly store: Store,
    private readonly way: door.Way,
    private readonly outbox: Outbox,
    private readonly trust: Trust,
    private readonly portions: Portions,
  ) {}

  async #all(): Promise<readonly Former[]> {
    return (await this.store.recall("formers")) ?? [];
  }

  async #keep(former: Former): Promise<void> {
    const others = (await this.#all()).filter(({ device }) => device !== former.device);
    await this.store.remember("formers", [...others, former]);
  }

  /** Within a transaction: an identity ended just now; `epoch` is the life that it heard of last. */
  async add({ device, keys }: door.Identity, epoch: string, anchor: string): Promise<void> {
    const lines = await this.store.lines.where("[device+seq]").between(...within(device)).count();
    if (lines > 0) await this.#keep({ device, keys, epoch, held_ms: anchorMs(anchor) ?? Infinity });
  }

  /** Those whose lines this life of the database may lack. */
  async due(epoch: string): Promise<readonly Former[]> {
    return (await this.#all()).filter((each) => each.epoch !== epoch);
  }

  /** Within a transaction: let go of signed answers about lines that a verified backup holds. */
  async free(epoch: string, durable: Durable): Promise<void> {
    for (const each of await this.#all()) {
      if (each.epoch !== epoch || each.held_ms > durable.ms) continue;
      await this.store.lines.where("[device+seq]").between(...within(each.device)).modify((line) => {
        delete (line as { answer?: number }).answer;
      });
    }
  }

  /** Send what this life of the database lacks of them; no line of theirs holds up later work. Throws NoAnswer, Refused. */
  async send(epoch: string): Promise<void> {
    for (const former of await this.due(epoch)) {
      const held_ms = await this.#bring(former).catch((error: unknown) => {
        if (!(error instanceof Refused) || error.retryAfterS !== null || error.status >= SERVER_FAILS) throw error;
        if (UNSERVED.has(error.code)) throw error;
        // An office that knows no such tablet takes nothing of it, however often it is asked. What else is refused, or was
        // cut off on the way, is tried again with the next sync.
        return error.code === UNKNOWN ? former.held_ms : null;
      });
      if (held_ms !== null) await this.store.write(() => this.#keep({ ...former, epoch, held_ms }));
    }
  }

  /** Show the last line, and send those that are lacking; the server's time when it had them all. */
  async #bring(former: Former): Promise<number> {
    const last = (await this.store.lines.where("[device+seq]").between(...within(former.device)).last())?.seq ?? 0;
    await this.#tell(former);
    let said = await this.#push(former, await this.#batch(former, last, last));
    while (said.fork == null && said.acknowledged < last && said.chain === (await this.#hash(former, said.acknowledged))) {
      const before = said.acknowledged;
      said = await this.#push(former, await this.#batch(former, before + 1, last));
      if (said.acknowledged <= before) break;
    }
    return anchorMs(said.anchor) ?? Infinity;
  }

  #line({ device }: Former, seq: number): PromiseLike<LineRow | undefined> {
    return this.store.lines.get([device, seq]);
  }

  /** What the line after this one follows, also where this one is gone. */
  async #hash(former: Former, seq: number): Promise<string> {
    if (seq === 0) return START;
    return (await this.#line(former, seq))?.hash ?? (await this.#line(former, seq + 1))?.prev ?? this.outbox.noHash();
  }

  /** The line's bytes, or where they can no longer be read, or are gone, what declares it lost. */
  async #bytes(former: Former, seq: number): Promise<Bytes> {
    const kept = await this.#line(former, seq);
    const sound = kept !== undefined && (await digestOf(this.way.crypto, kept.line)) === kept.digest;
    if (sound && !kept.line.includes(NEWLINE)) return kept.line;
    const at = { device: former.device, seq, prev: await this.#hash(former, seq - 1) };
    return (await this.outbox.lostRow(at, await this.#hash(former, seq), kept === undefined ? MISSING : UNREADABLE)).line;
  }

  /** The lines of the answer that speaks of the first: its signature binds them together. */
  async #batch(former: Former, first: number, last: number): Promise<Batch> {
    const answer = (await this.#line(former, first))?.answer;
    const spoken = answer === undefined ? undefined : (await this.store.answers.get(answer))?.acknowledged;
    const until = Math.max(first, Math.min(last, spoken ?? last, first + LINES_MAX - 1));
    const bytesMax = await this.portions.limit(Infinity);
    const lines: Bytes[] = [];
    for (let [seq, size] = [first, 0]; seq <= until; seq += 1) {
      const line = await this.#bytes(former, seq);
      size += line.length + 1;
      if (lines.length > 0 && size > bytesMax) break;
      lines.push(line);
    }
    return { first, lines };
  }

  async #push(former: Former, batch: Batch): Promise<door.PushAnswer> {
    const size = batch.lines.reduce((sum, line) => sum + line.length + 1, 0);
    const { said } = await this.portions.carry(size, () => door.push(this.way, former, this.trust, batch, null));
    await this.store.write(async () => {
      for (const each of said.answers) await this.outbox.settle(each, former.device);
    });
    return said;
  }

  /** Show the signed answers about its lines, newest first. */
  async #tell(former: Former): Promise<void> {
    const kept = await this.store.answers.filter(({ device }) => device === former.device).reverse().toArray();
    for (let at = 0; at < kept.length; at += ANSWERS_AT_ONCE) {
      const some = kept.slice(at, at + ANSWERS_AT_ONCE);
      await door.testify(this.way, former, { answers: some.map(({ body, signature }) => ({ body: text(body), signature })) });
    }
  }
}
