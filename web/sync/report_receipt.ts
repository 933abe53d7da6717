/** The receipt of a report, to hand to the employer: read and checked. docs/protocol.md, "Receipts of reports". */

import { base32, type Bytes, b64, hex, joined, utf8 } from "./bytes";
import { receiptVerified } from "./keys";
import { LANDED } from "./outbox";
import type { Store } from "./store";
import { keyId, type Trust } from "./trust";

const BODY_BYTES = 61;
const CHARACTERS = 200;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Receipts asked for in one pull. */
export const AT_ONCE = 20;

/** What a receipt says of itself, as far as a screen needs it. */
export interface Receipt {
  readonly key: string;
  readonly report: string;
  readonly receivedMs: number;
  readonly digest: string;
  readonly body: Bytes;
  readonly signature: string;
}

/** A receipt as a page brings it. */
export interface GivenReceipt {
  readonly report: string;
  readonly text: string;
}

/** The receipt in a text of 200 characters; null for what is none. */
export function readReceipt(text: string): Receipt | null {
  const raw = text.length === CHARACTERS ? bytesOf(text) : null;
  if (raw === null || raw[0] !== 1) return null;
  const body = raw.slice(0, BODY_BYTES);
  const id = hex(body.slice(5, 21));
  const seconds = new DataView(body.buffer).getUint32(21);
  return {
    key: base32(body.slice(1, 5)),
    report: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-"),
    receivedMs: seconds * 1000,
    digest: hex(body.slice(41)),
    body,
    signature: b64(raw.slice(BODY_BYTES)),
  };
}

/** The bytes of base32 without padding; null where a letter is none of it. */
function bytesOf(text: string): Bytes | null {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Whether the key `key` signed a receipt. */
export const holds = (crypto: Crypto, receipt: Receipt, key: string): Promise<boolean> =>
  receiptVerified(crypto, key, receipt.signature, joined([utf8("field-report-1\n"), receipt.body]));

/** The receipts of the reports that were captured on this tablet. */
export class Handed {
  constructor(private readonly store: Store, private readonly crypto: Crypto, private readonly trust: Trust) {}

  /** Whether a report was captured on this tablet, which is then the one that gets its receipt. */
  async captured(report: string): Promise<boolean> {
    return (await this.store.lines.where("kind").equals("report").filter(({ record }) => record === report).count()) > 0;
  }

  /** The reports that landed and whose receipt did not come yet, newest first, a few at once. */
  async wanted(): Promise<string[]> {
    const kept = (await this.store.recall("handed")) ?? {};
    const lines = await this.store.lines.where("kind").equals("report").toArray();
    const landed = lines.filter(({ status, record }) => LANDED.has(status) && !(record in kept));
    return [...new Set(landed.reverse().map(({ record }) => record))].slice(0, AT_ONCE);
  }

  /** What a pull asks for; nothing where no receipt is wanted. */
  async asked(): Promise<{ reports?: readonly string[] }> {
    const reports = await this.wanted();
    return reports.length > 0 ? { reports } : {};
  }

  /** The receipts among those given that hold. Do this before a transaction: it computes. */
  async checked(given: readonly GivenReceipt[]): Promise<GivenReceipt[]> {
    const keys = new Map<string, string>();
    if (given.length > 0) for (const key of await this.trust.keys()) keys.set(await keyId(this.crypto, key), key);
    const found: GivenReceipt[] = [];
    for (const each of given) {
      const receipt = readReceipt(each.text);
      if (receipt === null || receipt.report !== each.report) continue;
      const key = keys.get(receipt.key);
      // By a key from before this tablet's enrolment: others can check it, this one cannot.
      if (key === undefined || (await holds(this.crypto, receipt, key))) found.push(each);
    }
    return found;
  }

  /** Keep receipts; they were checked. */
  async keep(checked: readonly GivenReceipt[]): Promise<void> {
    if (checked.length === 0) return;
    const kept = (await this.store.recall("handed")) ?? {};
    await this.store.remember("handed", { ...kept, ...Object.fromEntries(checked.map(({ report, text }) => [report, text])) });
  }

  /** A report's receipt; null while it has not come. */
  async of(report: string): Promise<string | null> {
    return (await this.store.recall("handed"))?.[report] ?? null;
  }
}
