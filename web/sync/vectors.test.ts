/** What Python and TypeScript must agree on, byte for byte: tests/vectors/*.json, which tests/vectors/make.py writes. */

import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { b64, type Bytes, hex, joined, text, unb64, utf8 } from "./bytes";
import { type Change, commit, encode, type Private, readLine, readPrivate, type Values } from "./change";
import { CaptureClock, type Elapsed, NO_TIME } from "./clock";
import { NoAnswer } from "./door";
import { type Candidate, committed, type Draft, Form } from "./forms";
import { pushMessage, receiptVerified, requestMessage, verifiedWithout } from "./keys";
import type { Answer, Captured } from "./outbox";
import { lay, shown, type View } from "./overlay";
import { waitS } from "./pace";
import { failed, type Portion, went } from "./portions";
import { changed, readPage, Replica, type Row, rowDigest } from "./replica";
import { seal } from "./sealing";
import { Store } from "./store";
import { holds, readReceipt, type Receipt } from "./report_receipt";
import { followed, type PublishedKey } from "./trust";

/** The vectors of one file. What is in them is what make.py wrote, and the tests would fail if it were not. */
function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), "utf8")) as T;
}

describe("envelopes", () => {
  interface Case {
    readonly name: string;
    readonly change: Change;
    readonly private: Private | null;
    readonly line: string;
    readonly sha256: string;
    readonly same_in_javascript: boolean;
  }
  const { cases } = vectors<{ cases: Case[] }>("envelopes");

  test.each(cases.filter((each) => each.same_in_javascript))("encoded alike: $name", async (each) => {
    const { line, digest } = await encode(crypto, each.change, each.private ?? {});
    expect(text(line)).toBe(each.line);
    expect(digest).toBe(each.sha256);
  });

  test.each(cases)("read alike: $name", (each) => {
    const read = readLine(utf8(each.line));
    const { set, ...members } = each.change;
    expect(read?.change).toEqual(Object.keys(set ?? {}).length > 0 ? each.change : members);
    expect(read?.private).toEqual(each.private ?? {});
  });

  test("half a surrogate pair is mended, in the line and in what is committed to", async () => {
    const base = cases[0]?.change as Change;
    const { line } = await encode(crypto, { ...base, set: { notes: "a\ud800b" } }, { c: ["s", "x\udc00"] });
    expect(text(line)).toContain('"a\ufffdb"');
    expect(text(line)).toContain('"x\ufffd"');
    expect(await commit(crypto, "s", "x\udc00")).toBe(await commit(crypto, "s", "x\ufffd"));
  });
});

describe("chain", () => {
  interface Signed {
    readonly message_hex: string;
    readonly signatures: readonly { signature: string; valid: boolean; why?: string }[];
  }
  interface Receipt {
    readonly server_key: string;
    readonly body: string;
    readonly signature: string;
    readonly valid: boolean;
    readonly why: string;
  }
  const found = vectors<{
    device: string;
    first_seq: number;
    lines: { seq: number; line: string; prev: string; hash: string; next_prev: string }[];
    public_key: string;
    push: Signed;
    requests: (Signed & { purpose: "pull" | "sign-in"; body: string })[];
    receipts: Receipt[];
  }>("chain");

  test("each line follows the one before", async () => {
    let prev = found.lines[0]?.prev;
    for (const each of found.lines) {
      const change = readLine(utf8(each.line))?.change as Change;
      const again = await encode(crypto, change, readLine(utf8(each.line))?.beside);
      expect([change.prev, again.digest, text(again.line)]).toEqual([prev, each.hash, each.line]);
      prev = change.lost ?? again.digest;
      expect(prev).toBe(each.next_prev);
    }
  });

  const holds = async (message: Bytes, signature: string): Promise<boolean> => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("spki", unb64(found.public_key), algorithm, false, ["verify"]);
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, unb64(signature), message);
  };

  test("what is signed for a push", async () => {
    const hashes = found.lines.map(({ hash }) => Uint8Array.from(hash.match(/../g) ?? [], (two) => parseInt(two, 16)));
    const message = pushMessage(found.device, found.first_seq, hashes);
    expect(hex(message)).toBe(found.push.message_hex);
    for (const { signature, valid } of found.push.signatures) expect(await holds(message, signature)).toBe(valid);
  });

  test.each(found.requests)("what is signed for a request: $purpose", async ({ purpose, body, ...signed }) => {
    const message = await requestMessage(crypto, purpose, found.device, utf8(body));
    expect(hex(message)).toBe(signed.message_hex);
    for (const { signature, valid } of signed.signatures) expect(await holds(message, signature)).toBe(valid);
  });

  test.each(found.receipts)("a receipt: $why", async ({ server_key, body, signature, valid }) => {
    expect(await receiptVerified(crypto, server_key, signature, utf8(body))).toBe(valid);
    expect(await verifiedWithout(unb64(server_key), unb64(signature), utf8(body))).toBe(valid);
  });
});

test.each(vectors<{ cases: { salt: string; value: string; commitment: string }[] }>("commitments").cases)(
  "the commitment to $value",
  async ({ salt, value, commitment }) => expect(await commit(crypto, salt, value)).toBe(commitment),
);

test("the checksum of a scope", async () => {
  const found = vectors<{
    digests: { body: string; digest: number }[];
    steps: { do: string; record: string; body: string | null; checksum: number }[];
  }>("checksums");
  for (const { body, digest } of found.digests) expect(await rowDigest(crypto, utf8(body))).toBe(digest);
  const held = new Map<string, number>();
  let checksum = 0;
  for (const step of found.steps) {
    const digest = step.body === null ? 0 : await rowDigest(crypto, utf8(step.body));
    checksum = changed(checksum, held.get(step.record) ?? 0, digest);
    held.set(step.record, digest);
    expect(checksum).toBe(step.checksum);
  }
});

test.each(
  vectors<{
    runs: { name: string; steps: { do: string; boot: string; monotonic_ms: number; anchor: string; expect: Elapsed }[] }[];
  }>("times").runs,
)("the time of capture: $name", ({ steps }) => {
  let monotonicMs = 0;
  const clock = { nowMs: () => 0, monotonicMs: () => monotonicMs };
  let kept = NO_TIME;
  let time = new CaptureClock(clock, "", kept);
  for (const step of steps) {
    monotonicMs = step.monotonic_ms;
    if (step.do === "open") time = new CaptureClock(clock, step.boot, kept);
    else if (step.do === "receive") time.receive(step.anchor);
    else {
      kept = time.now();
      // Beside what every tablet keeps, this one keeps how far its wall clock is off.
      expect(kept).toMatchObject(step.expect);
    }
  }
});

describe("portions", () => {
  const { least, most, runs } = vectors<{
    least: number;
    most: number;
    runs: { name: string; steps: { failed: number; limit: number; calm: number }[] }[];
  }>("portions");

  test.each(runs)("as much at once as the line carries: $name", ({ steps }) => {
    let now: Portion = { limit: most, calm: 4 };
    for (const step of steps) {
      now = step.failed > 0 ? failed(now, step.failed, least) : went(now, most);
      expect(now).toEqual({ limit: step.limit, calm: step.calm });
    }
  });
});

describe("overlay", () => {
  interface Edit {
    readonly do: "save" | "withdraw" | "restore";
    readonly values: Values;
    readonly reason: string;
    readonly captured: unknown;
  }
  interface Case {
    readonly name: string;
    readonly scope: string;
    readonly epoch: string;
    readonly row: string | null;
    readonly pending: string[];
    readonly candidates: Record<string, Candidate[]>;
    readonly view: (View & { shown: Values }) | null;
    readonly unclear: string[];
    readonly edits: Edit[];
  }
  const { cases, fresh_salt } = vectors<{ cases: Case[]; fresh_salt: string }>("overlay");

  const viewOf = (each: Case): View => {
    const [open, closed] = each.row?.split("\t") ?? [];
    const row = open === undefined ? null : (JSON.parse(open) as Row);
    const held = row && { row, private: readPrivate(closed === undefined ? null : utf8(closed)), scope: each.scope };
    const pending = each.pending.map((line) => readLine(utf8(line))).filter((read) => read !== null);
    return lay(held, pending, each.epoch) as View;
  };

  test.each(cases)("shown alike: $name", (each) => {
    const view = viewOf(each);
    expect({ ...view, shown: shown(view) }).toEqual(each.view);
  });

  test.each(cases.flatMap((each) => each.edits.map((edit, at) => ({ name: each.name, at, each, edit }))))(
    "edited alike: $name, $at",
    async ({ each, edit }) => {
      const drafts: Draft[] = [];
      const keep = async (draft: Draft): Promise<Captured> => {
        drafts.push(draft);
        return committed(crypto, draft);
      };
      const stamp = (): { id: string; elapsed_ms: number } => ({ id: "new", elapsed_ms: 0 });
      const form = new Form(viewOf(each), each.candidates, { stamp, salt: () => fresh_salt, keep }, "me");
      expect([...form.unclear].sort()).toEqual(each.unclear);
      if (edit.do === "save") await form.save(edit.values);
      else if (edit.do === "withdraw") await form.withdraw(edit.reason);
      else await form.restore();
      const [draft] = drafts;
      if (draft === undefined) return expect(edit.captured).toBeNull();
      const { change, private: opens } = await committed(crypto, draft);
      const { op, set, was = {}, over = {}, base = null } = change;
      return expect({ op, set, was, over, base, private: opens }).toEqual(edit.captured);
    },
  );
});

describe("pages", () => {
  interface Step {
    readonly page: string;
    readonly busy: string[];
    readonly after: Record<string, unknown> & { refused: boolean };
  }
  const stores: Store[] = [];
  afterAll(() => stores.forEach((store) => store.close()));

  const heldIn = async (store: Store): Promise<Record<string, unknown>> => {
    const replica = new Replica(store);
    const rows: Record<string, Record<string, unknown>> = {};
    for (const row of await store.rows.toArray()) {
      const kept = { public: text(row.body), private: row.private && text(row.private) };
      (rows[row.scope] ??= {})[row.record] = kept;
    }
    const { "": outside = {}, ...inside } = rows;
    const cursors = Object.fromEntries(await replica.cursors());
    const distrusted = (await store.distrusted.toArray()).map(({ scope }) => scope);
    const counted = { refetched: await replica.refetched(), alarms: await replica.alarms() };
    return { outside, rows: inside, cursors, distrusted, ...counted };
  };

  test.each(vectors<{ flows: { name: string; steps: Step[] }[] }>("pages").flows)("$name", async ({ name, steps }) => {
    const store = new Store(`pages ${name}`);
    stores.push(store);
    const replica = new Replica(store);
    for (const { page: body, busy: listed, after } of steps) {
      const busy = new Set(listed);
      const before = await heldIn(store);
      const page = await readPage(crypto, utf8(body)).catch((error: unknown) => error);
      expect(page instanceof NoAnswer).toBe(after.refused);
      let said: { more: boolean; anchor: string; receipts: readonly Answer[] } | null = null;
      if (!(page instanceof Error)) {
        const whole = (said = page as Awaited<ReturnType<typeof readPage>>);
        await store.write(async () => {
          await replica.apply(whole, busy);
          if (!whole.more) await replica.tidy(busy);
        });
      } else expect(await heldIn(store)).toEqual(before);
      const told = said && { more: said.more, anchor: said.anchor, receipts: said.receipts };
      const { rows = {}, ...rest } = await heldIn(store);
      const everyScope = Object.fromEntries(Object.keys(after["rows"] as object).map((scope) => [scope, {}]));
      expect({ refused: page instanceof Error, ...told, ...rest, rows: { ...everyScope, ...(rows as object) } }).toMatchObject(
        said ? after : { refused: after.refused },
      );
      expect({ ...everyScope, ...(rows as object) }).toEqual(after["rows"]);
    }
  });
});

describe("keys and receipts to hand over", () => {
  const found = vectors<{
    followed: { trusted: string[]; by: PublishedKey[]; then: string[] }[];
    receipts: { public: string; says: { key: string; report: string; received_s: number; digest: string }; text: string }[];
    none: string[];
  }>("handed");

  test("whom a tablet believes", async () => {
    for (const { trusted, by, then } of found.followed) expect(await followed(crypto, trusted, by)).toEqual(then);
  });

  test("what a receipt says, and by whose key", async () => {
    for (const { text: written, says, public: key } of found.receipts) {
      const receipt = readReceipt(written) as Receipt;
      expect(receipt).toMatchObject({ key: says.key, report: says.report, digest: says.digest, receivedMs: says.received_s * 1000 });
      for (const other of found.receipts) expect(await holds(crypto, receipt, other.public)).toBe(other.public === key);
    }
    for (const none of found.none) expect(readReceipt(none)).toBeNull();
  });
});

test("base64url as the server writes it", () => {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(b64(every)).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(unb64(b64(every))).toEqual(every);
  expect(() => unb64("a+b/")).toThrow(SyntaxError);
});

test("how long a tablet waits", () => {
  interface Case {
    readonly next_sync_s: number | null;
    readonly retry_after_s: number | null;
    readonly failures: number;
    readonly chance: number;
    readonly wait_s: number;
  }
  const { every_s: everyS, cases } = vectors<{ every_s: number; cases: Case[] }>("waits");
  for (const each of cases) {
    expect(waitS(each.next_sync_s, each.retry_after_s, each.failures, each.chance, everyS)).toBe(each.wait_s);
  }
});

describe("sealed work", () => {
  interface Signed {
    readonly message: string;
    readonly server_key: string;
    readonly signature: string;
  }
  const found = vectors<{
    readonly sealing_key: string;
    readonly once_pkcs8: string;
    readonly once_public: string;
    readonly device: string;
    readonly made_ms: number;
    readonly parts: readonly { about: Record<string, string | number>; content: string }[];
    readonly pieces: readonly string[];
    readonly announced: Signed;
    readonly wipe: Signed & { readonly order: string; readonly for_another: string };
    readonly report: { readonly body: string; readonly message_hex: string };
  }>("sealed");
  const raw = (given: string): Bytes => Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0));

  test("a file is sealed byte for byte as Python does", async () => {
    const ecdh = { name: "ECDH", namedCurve: "P-256" };
    const privateKey = await crypto.subtle.importKey("pkcs8", raw(found.once_pkcs8), ecdh, false, ["deriveBits"]);
    const publicKey = await crypto.subtle.importKey("raw", raw(found.once_public), ecdh, true, []);
    const parts = found.parts.map(({ about, content }) => ({ about, content: () => Promise.resolve(raw(content)) }));
    const once = { privateKey, publicKey };
    const pieces = await seal(crypto, found.sealing_key, once, found.device, found.made_ms, parts);
    expect(hex(joined(pieces))).toBe(hex(joined(found.pieces.map(raw))));
  });

  test("the key to seal to and the order to wipe are signed by the server", async () => {
    for (const { server_key, signature, message } of [found.announced, found.wipe]) {
      expect(await receiptVerified(crypto, server_key, signature, utf8(message))).toBe(true);
    }
    const { server_key, for_another, message, order } = found.wipe;
    expect(await receiptVerified(crypto, server_key, for_another, utf8(message))).toBe(false);
    expect(message).toBe(`field-wipe-1\n${found.device}\n${order}\n`);
    expect(found.announced.message).toBe(`field-sealing-1\n${found.sealing_key}\n`);
  });

  test("what a wiped tablet signs", async () => {
    const { body, message_hex } = found.report;
    expect(hex(await requestMessage(crypto, "orders", found.device, utf8(body)))).toBe(message_hex);
  });
});
