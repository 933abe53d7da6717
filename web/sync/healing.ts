/**
 * When the office restored its database, what this tablet keeps goes there again (docs/protocol.md, "Restore").
 * field/tablet/healing.py is the same in Python.
 *
 * Signed answers are kept, so that what was quarantined stays so and what had landed lands again. What a verified backup
 * holds need not be kept for that any more. `show` marks what a new life of the database is to be shown: so a testimony
 * that was cut goes on where it stood.
 */

import { text } from "./bytes";
import { anchorMs } from "./clock";
import { type Answered, type Enrolled, type Heard, type Identity, type Testimony, testify, type Way } from "./door";
import type { Formers } from "./former";
import type { Outbox } from "./outbox";
import type { Portions } from "./portions";
import type { RowTold } from "./replica";
import { type AnswerRow, type Durable, NOT_YET, type Store, type UploadRow, within } from "./store";

const ANSWERS_AT_ONCE = 50;
const ROWS_AT_ONCE = 500;
const LET_GO = "The office's database was restored, and this tablet had let go of the photo: ask for the storage's copy.";

/** What the end of a page and the answer to a push have in common; an older server says none of it. */
export interface Says {
  readonly epoch?: string | undefined;
  readonly acknowledged?: number | null | undefined;
  readonly chain?: string | undefined;
  readonly durable?: Durable | null | undefined;
}

/** What this tablet knows of the life of the office's database, and what it has to tell a new one. */
export class Healing {
  #forgotten = false;

  constructor(
    private readonly store: Store,
    private readonly way: Way,
    private readonly outbox: Outbox,
    private readonly portions: Portions,
    private readonly formers: Formers,
    private readonly nowMs: () => number,
  ) {}

  /** Within a transaction: the tablet was enrolled; its line begins in this life. `former` is the identity that ended. */
  async begin({ epoch, anchor }: Enrolled, former: Identity | null): Promise<void> {
    if (former !== null) await this.formers.add(former, (await this.store.recall("epoch")) ?? "", anchor);
    await this.store.remember("forked", null);
    await this.store.remember("revoked", false);
    await this.store.remember("unknown", false);
    await this.store.remember("proof", null);
    await this.#live(epoch);
  }

  /** Send what had arrived under earlier identities to a life that lacks it. Throws NoAnswer, Refused. */
  async sendFormer(): Promise<void> {
    await this.formers.send((await this.store.recall("epoch")) ?? "");
  }

  /** What the server signed last of how far this tablet's line is there, for the header Field-Held. */
  async held(): Promise<string | null> {
    return (await this.store.recall("proof")) ?? null;
  }

  /** The first line that a new identity brings along: all of them to an office that forgot this one. */
  async first(): Promise<number> {
    if ((await this.store.recall("unknown")) === true) return 1;
    return (await this.store.recall("forked")) ?? (await this.outbox.head()).acknowledged + 1;
  }

  /** Within a transaction: keep a signed answer as long as it may be needed. */
  async answered({ said, body, signature }: Answered, device: string): Promise<void> {
    const { answers, acknowledged, chain, epoch, proof } = said;
    if (answers.length > 0) {
      const answer = await this.store.answers.add({ device, acknowledged, body, signature });
      await this.store.lines.bulkUpdate(answers.map(({ seq }) => ({ key: [device, seq], changes: { answer } })));
    }
    if (proof == null || !(await this.outbox.fits(acknowledged, chain))) return;
    await this.store.remember("proof", `${epoch} ${acknowledged} ${chain} ${proof}`);
  }

  /**
   * Within a transaction: what the office says of its life and of this tablet's line. True where it has forgotten lines:
   * they are to be sent again.
   */
  async hear({ epoch = "", acknowledged, chain = "", durable }: Says): Promise<boolean> {
    if (epoch !== "") await this.#live(epoch);
    if (durable != null) await this.#free(durable);
    const head = await this.outbox.head();
    if (epoch === "" || acknowledged == null || acknowledged >= head.acknowledged) return false;
    if (!(await this.outbox.fits(acknowledged, chain))) return false;
    await this.outbox.sendAgain(acknowledged);
    await this.#show(head.device, acknowledged);
    this.#forgotten = true;
    return true;
  }

  /** Whether the office was found to have forgotten lines, which are to be sent again, since this was asked last. */
  forgotten(): boolean {
    const found = this.#forgotten;
    this.#forgotten = false;
    return found;
  }

  /** A new life may lack what an earlier one signed for: until it was shown that, no backup holds a photo. */
  async #live(epoch: string): Promise<void> {
    const before = (await this.store.recall("epoch")) ?? "";
    if (epoch === before) return;
    await this.store.remember("epoch", epoch);
    if (before === "") return;
    await this.outbox.newLife();
    await this.#showPhotos();
    if ((await this.formers.due(epoch)).length > 0) this.#forgotten = true;
  }

  async #show(device: string, acknowledged: number): Promise<void> {
    const again = await this.store.lines.where("[device+seq]").between(...within(device, acknowledged + 1)).toArray();
    const spoken = new Set(again.flatMap(({ answer }) => (answer === undefined ? [] : [answer])));
    await this.store.answers.bulkUpdate([...spoken].map((key) => ({ key, changes: { show: 1 as const } })));
    await this.#showPhotos();
  }

  async #showPhotos(): Promise<void> {
    await this.store.uploads.where("state").equals("kept").modify({ show: 1, kept_ms: NOT_YET });
  }

  /** Let go of signed answers about lines that a verified backup holds. Photos: see Freeing. */
  async #free(durable: Durable): Promise<void> {
    const known = await this.store.recall("durable");
    if (known?.seq === durable.seq && known.ms === durable.ms) return;
    await this.store.remember("durable", durable);
    await this.formers.free((await this.store.recall("epoch")) ?? "", durable);
    const { device } = await this.outbox.head();
    const [from] = within(device);
    await this.store.lines.where("[device+seq]").between(from, [device, durable.seq], true, true).modify((line) => {
      delete (line as { answer?: number }).answer;
    });
    const needed = new Set<unknown>(await this.store.lines.orderBy("answer").uniqueKeys());
    const kept = await this.store.answers.toCollection().primaryKeys();
    await this.store.answers.bulkDelete(kept.filter((id) => !needed.has(id)));
  }

  /** Within a transaction: a server time came, later than every photo that is kept in this life. */
  async toldTime(anchor: string): Promise<void> {
    const kept_ms = anchorMs(anchor);
    if (kept_ms === null) return;
    const untimed = this.store.uploads.where("kept_ms").equals(NOT_YET);
    await untimed.filter(({ state, show }) => state === "kept" && show !== 1).modify({ kept_ms });
  }

  /** Up to where the next batch must reach to prove that its lines had landed; null: anywhere. */
  async boundary(): Promise<number | null> {
    const { device, acknowledged } = await this.outbox.head();
    const answer = (await this.store.lines.get([device, acknowledged + 1]))?.answer;
    return (answer === undefined ? undefined : await this.store.answers.get(answer))?.acknowledged ?? null;
  }

  // Telling.

  /** Show rows to the office before they go: nobody else may have what is in them. Throws Refused, NoAnswer. */
  async showRows(who: Identity, rows: readonly RowTold[]): Promise<void> {
    for (let at = 0; at < rows.length; ) at += (await this.#tell(who, "rows", rows.slice(at, at + ROWS_AT_ONCE))).number;
  }

  /**
   * Tell a new life what it may lack, once: receipts of lines that are sent again, newest first, and of photos. Throws
   * Refused, NoAnswer.
   */
  async tell(who: Identity): Promise<void> {
    for (let some = await this.#answers(who); some.length > 0; some = await this.#answers(who)) {
      const told = some.map(({ body, signature }) => ({ body: text(body), signature }));
      const { number } = await this.#tell(who, "answers", told);
      await this.#shown(some.slice(0, number));
    }
    for (let some = await this.#photos(); some.length > 0; some = await this.#photos()) await this.#tellPhotos(who, some);
  }

  #answers(who: Identity): PromiseLike<AnswerRow[]> {
    const mine = this.store.answers.where("show").equals(1).and(({ device }) => device === who.device);
    return mine.reverse().limit(ANSWERS_AT_ONCE).toArray();
  }

  async #shown(answers: readonly AnswerRow[]): Promise<void> {
    await this.store.answers.bulkPut(answers.map(({ show: _, ...answer }) => answer));
  }

  #photos(): PromiseLike<UploadRow[]> {
    return this.store.uploads.where("show").equals(1).limit(ROWS_AT_ONCE).toArray();
  }

  async #tellPhotos(who: Identity, some: readonly UploadRow[]): Promise<void> {
    const sizes = await this.#sizes(some);
    const told = some.flatMap(({ record, sha256, receipt }) => {
      const size = sizes.get(sha256);
      return receipt === undefined || size === undefined ? [] : [{ photo: record, sha256, size, signature: receipt }];
    });
    const { number, heard } = told.length === 0 ? { number: 0, heard: null } : await this.#tell(who, "photos", told);
    const lacking = new Set(heard?.lacking);
    const later = new Set(told.slice(number).map(({ photo }) => photo));
    const { uploads, photoBytes } = this.store;
    await this.store.transaction("rw", uploads, photoBytes, async () => {
      for (const { show: _, ...row } of some.filter(({ record }) => !later.has(record))) {
        const here = (await photoBytes.where("sha256").equals(row.sha256).count()) > 0;
        // What was kept when receipts were not has none to show: it is sent again while it is here.
        const anew = lacking.has(row.record) || (here && row.receipt === undefined);
        await uploads.put(anew ? this.#lacking(row, here) : row);
      }
    });
  }

  async #sizes(some: readonly UploadRow[]): Promise<Map<string, number>> {
    const found = await this.store.photos.bulkGet(some.map(({ sha256 }) => sha256));
    return new Map(found.flatMap((row) => (row === undefined ? [] : [[row.sha256, row.size] as const])));
  }

  #lacking({ record, sha256 }: UploadRow, here: boolean): UploadRow {
    const told = { record, sha256, address: null, at_ms: this.nowMs() };
    return here ? { ...told, state: "sending", detail: null } : { ...told, state: "refused", detail: LET_GO };
  }

  /** Tell as much of a list as the line carries at once; how many of them that were, and what was heard. */
  async #tell<K extends keyof Testimony>(who: Identity, name: K, all: Testimony[K][]): Promise<{ number: number; heard: Heard }> {
    const limit = await this.portions.limit(Infinity);
    let [number, size] = [0, 0];
    for (const each of all) {
      size += JSON.stringify(each).length;
      if (number > 0 && size > limit) break;
      number += 1;
    }
    const told = { [name]: all.slice(0, number) };
    const heard = await this.portions.carry(Math.min(size, limit), () => testify(this.way, who, told));
    return { number, heard };
  }
}
