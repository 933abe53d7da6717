/**
 * What keeps a lost, copied or broken tablet from doing harm, and its work from being lost: numbered requests, the
 * order to wipe, and unsent work as a sealed file. docs/protocol.md; field/tablet has the same.
 */

import { type Bytes, joined, sha256, hex, utf8 } from "./bytes";
import type { Clock } from "./clock";
import { type Counted, type Identity, NoAnswer, Refused, type Way, type WipeOrder } from "./door";
import * as door from "./door";
import { requestMessage, sign } from "./keys";
import type { Outbox } from "./outbox";
import { onceKeys, seal, unsentParts } from "./sealing";
import type { Store } from "./store";
import type { Trust } from "./trust";

const TRIES_MAX = 5;

/** Looks after all three. */
export class Safety {
  constructor(
    private readonly store: Store,
    private readonly way: Way,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly trust: Trust,
  ) {}

  /** Within a transaction: a new identity counts from 1 on, and has no orders. */
  async begin(sealingKey: string): Promise<void> {
    await this.store.remember("sealingKey", sealingKey);
    await this.store.remember("requests", 0);
    await this.store.remember("copied", false);
    await this.store.remember("wipe", null);
    await this.store.remember("wiped", null);
  }

  // Numbered requests.

  /**
   * What is answered to a request that bears a number, which is on the disk before it is used. Where the office has
   * heard later ones the request goes once more, above them, and says where the tablet had been.
   */
  async counted<T>(send: (counted: Counted) => Promise<T>): Promise<T> {
    let behind: { behind?: number } = {};
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const count = await this.store.write(async () => {
        const next = ((await this.store.recall("requests")) ?? 0) + 1;
        await this.store.remember("requests", next);
        return next;
      });
      try {
        return await send({ count, ...behind });
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== "count-behind" || error.count === null) throw error;
        const heard = error.count;
        await this.store.write(async () => {
          const last = (await this.store.recall("requests")) ?? 0;
          // A later request of this tablet itself had overtaken this one.
          if (heard > count && heard <= last) return;
          behind = { behind: count };
          await this.store.remember("requests", Math.max(last, heard));
          await this.store.remember("copied", true);
        });
      }
    }
    throw new NoAnswer("the office goes on hearing later requests of this tablet");
  }

  // The order to wipe.

  /** Remember an order, if it is the server's own and means this identity. Any other is no order. */
  async hear(who: Identity, order: WipeOrder | null | undefined, unsent: number): Promise<void> {
    if (order == null || order.device !== who.device) return;
    if ((await this.store.recall("wipe"))?.order === order.order) return;
    const headers = new Headers({ "field-receipt": order.signature, "field-key": order.key ?? "" });
    const message = utf8(`field-wipe-1\n${order.device}\n${order.order}\n`);
    if (await this.trust.holds(headers, message)) await this.store.remember("wipe", { order: order.order, unsent });
  }

  /** Ask for orders, where nobody is signed in who would fetch anything. Throws Refused, NoAnswer. */
  async ask(who: Identity, unsent: number): Promise<void> {
    const body = JSON.stringify({ state: "here" });
    const { wipe } = await door.orders(this.way, who.device, await this.#signed(who, body), body);
    await this.hear(who, wipe, unsent);
  }

  /** Whether the tablet was ordered to be wiped, and is not yet. */
  async ordered(): Promise<boolean> {
    return ((await this.store.recall("wipe")) ?? null) !== null;
  }

  /**
   * Hand in what could not be sent as it is, then erase everything, in one transaction with the signed word that it is
   * done. Throws Refused, NoAnswer: then nothing is erased.
   */
  async wipe(who: Identity): Promise<void> {
    const { order, unsent } = (await this.store.recall("wipe")) ?? { order: "", unsent: 0 };
    const rest = await this.file(who);
    if (rest !== null) await door.handInSealed(this.way, who, hex(await sha256(this.way.crypto, rest)), rest);
    else if ((await this.outbox.unsent()) > 0) throw new NoAnswer("the office does not say what to seal to");
    const report = JSON.stringify({ state: "wiped", order, handed_in: unsent });
    const signature = await this.#signed(who, report);
    const wiped = { device: who.device, order, ms: this.clock.nowMs(), report, signature, told: false };
    const { tables } = this.store;
    await this.store.transaction("rw", tables, async () => {
      for (const table of tables) await table.clear();
      await this.store.remember("wiped", wiped);
    });
  }

  /** Tell the office that it is done, once. Throws Refused, NoAnswer. */
  async tell(): Promise<void> {
    const wiped = (await this.store.recall("wiped")) ?? null;
    if (wiped === null || wiped.told) return;
    await door.orders(this.way, wiped.device, wiped.signature, wiped.report);
    await this.store.remember("wiped", { ...wiped, told: true });
  }

  async #signed(who: Identity, body: string): Promise<string> {
    return sign(this.way.crypto, who.keys, await requestMessage(this.way.crypto, "orders", who.device, utf8(body)));
  }

  // Unsent work as a sealed file.

  /** Learn what to seal to, where the tablet was enrolled before there was such a key. Never throws for weather. */
  async learn(): Promise<void> {
    if (((await this.store.recall("sealingKey")) ?? "") !== "") return;
    try {
      const { server_key, sealing_key, sealing_signature } = await door.keys(this.way);
      const headers = new Headers({ "field-receipt": sealing_signature, "field-key": await this.trust.idOf(server_key) });
      const signed = await this.trust.holds(headers, utf8(`field-sealing-1\n${sealing_key}\n`));
      if (signed) await this.store.remember("sealingKey", sealing_key);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NoAnswer)) throw error;
    }
  }

  /** Unsent work as a file for the office; null where there is none, or no key to seal it to. */
  async file(who: Identity): Promise<Bytes | null> {
    const key = (await this.store.recall("sealingKey")) ?? "";
    if (key === "") return null;
    const parts = await unsentParts(this.store, this.way.crypto, this.outbox, who);
    if (parts.length === 0) return null;
    const once = await onceKeys(this.way.crypto);
    return joined(await seal(this.way.crypto, key, once, who.device, this.clock.nowMs(), parts));
  }
}
