/** The tablet's requests: signed, sent, and their answers read. Nothing here remembers anything. */

import { type Bytes, gzipped, joined, parted, sha256, text, utf8 } from "./bytes";
import { NEWLINE, SCHEMA, TAB } from "./change";
import { publicOf, pushMessage, requestMessage, sign } from "./keys";
import type { Answer, Batch } from "./outbox";
import type { OwnCount } from "./own_count";
import { heard, type Told } from "./pace";
import { type Page, readPage, type RowTold } from "./replica";
import type { Durable, Offer, Posting } from "./store";
import type { Trust } from "./trust";

const WORTH_COMPRESSING = 1024;
const PATIENCE_MS = 60_000;
const KEPT_AT_ONCE = 256 * 1024;
const PARTIAL = 206;
/** Which version this app writes: the office does not talk with one that is too old, or newer than itself. */
const VERSION = { "Field-Schema": String(SCHEMA) };
const JSON_TYPE = { "Content-Type": "application/json" };

/** No answer came, or none that can be relied on. Whether the server did what was asked is not known. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** The server answered, and not with what was asked: `code` as in problem+json. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterS: number | null = null,
    /** Of `count-behind`: how far the office has heard this tablet count. */
    readonly count: number | null = null,
    /** Of `device-revoked`: the order to wipe, if there is one. */
    readonly wipe: WipeOrder | null = null,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** An order to wipe, which binds with the server's signature alone. */
export interface WipeOrder {
  readonly order: string;
  readonly device: string;
  readonly signature: string;
  readonly key?: string;
}

/** The number of a signed request; `behind` where the tablet had been, if the office had heard later ones. */
export interface Counted {
  readonly count: number;
  readonly behind?: number;
}

/** How the server is reached. `base` stands before every path; empty where the page came from the server itself. */
export interface Way {
  readonly fetch: typeof fetch;
  readonly crypto: Crypto;
  readonly base: string;
  /** What the office said last of when to ask again. */
  readonly told?: Told;
}

/** The identity under which a tablet signs. */
export interface Identity {
  readonly device: string;
  readonly keys: CryptoKeyPair;
}

/** The identity given to a tablet, and the key that the server signs with. */
export interface Enrolled {
  readonly device: string;
  readonly server_key: string;
  readonly epoch: string;
  readonly anchor: string;
  readonly district?: string | null;
  readonly sealing_key?: string;
}

/** A session: its token, and whose it is. */
export interface SignedIn {
  readonly token: string;
  readonly person: string;
  readonly name: string;
  readonly postings: readonly Posting[];
  readonly expires_ms: number;
}

/** What the server says to a push. `chain` is the hash of the line at `acknowledged`. */
export interface PushAnswer {
  readonly acknowledged: number;
  readonly chain: string;
  readonly epoch: string;
  readonly anchor: string;
  readonly answers: readonly Answer[];
  readonly expected?: number | null;
  readonly fork?: { readonly seq: number; readonly detail: string } | null;
  readonly revoked?: boolean;
  readonly wipe?: WipeOrder | null;
  readonly next_sync_s?: number | null;
  /** The server's signature over how far this tablet's line is there, to be shown as Field-Held. */
  readonly proof?: string | null;
  readonly durable?: Durable | null;
}

/** An answer to a push: what it says, and its bytes with the server's signature, to be shown again. */
export interface Answered {
  readonly said: PushAnswer;
  readonly body: Bytes;
  readonly signature: string;
}

/** What a restored database may lack; docs/protocol.md, "Restore". */
export interface Testimony {
  readonly answers: { readonly body: string; readonly signature: string };
  readonly rows: RowTold;
  readonly photos: { readonly photo: string; readonly sha256: string; readonly size: number; readonly signature: string };
}

/** What the server took of a testimony; `lacking` are photos of which it has no bytes. */
export interface Heard {
  readonly receipts: number;
  readonly rows: number;
  readonly lacking: readonly string[];
}

/** Where a tablet stands, by scope, and the seqs whose receipts are still open. */
export interface PullRequest {
  readonly cursors: Readonly<Record<string, readonly [epoch: string, n: number]>>;
  readonly open: readonly number[];
  readonly limit: number;
  readonly snapshots?: boolean;
  readonly by_rows?: readonly string[];
  readonly count?: number;
  readonly behind?: number;
  readonly reports?: readonly string[];
  readonly checksums: Readonly<Record<string, number>>;
  readonly told: OwnCount;
}

/** Enrol a tablet by the code that a supervisor issued. Throws Refused, NoAnswer, as all of these do. */
export async function enrol(way: Way, code: string, keys: CryptoKeyPair, name: string): Promise<Enrolled> {
  const body = utf8(JSON.stringify({ code, public_key: await publicOf(way.crypto, keys), name }));
  const answer = await ask(way, "/api/devices/enrol", JSON_TYPE, body);
  return read<Enrolled>(answer, "device", "server_key", "anchor");
}

/** Sign somebody in on a tablet. */
export async function signIn(
  way: Way, who: Identity, login: string, password: string, counted: Counted,
): Promise<SignedIn> {
  const body = utf8(JSON.stringify({ login, password, device: who.device, ...counted }));
  const signed = await signedBy(way, who, await requestMessage(way.crypto, "sign-in", who.device, body));
  const answer = await ask(way, "/api/sign-in", { ...JSON_TYPE, ...signed }, body);
  return read<SignedIn>(answer, "token", "person", "name");
}

/** End a session; one that had ended already needs no ending. */
export async function signOut(way: Way, token: string): Promise<void> {
  try {
    await ask(way, "/api/sign-out", { Authorization: `Bearer ${token}` }, new Uint8Array());
  } catch (error) {
    if (!(error instanceof Refused && error.code === "not-signed-in")) throw error;
  }
}

/**
 * Hand lines in. `held`: what the server signed last of how far they are there. An answer that does not bear the
 * server's signature is none: NoAnswer.
 */
export async function push(way: Way, who: Identity, trust: Trust, batch: Batch, held: string | null): Promise<Answered> {
  const hashes = await Promise.all(batch.lines.map((line) => sha256(way.crypto, parted(line, TAB)[0])));
  const signed = await signedBy(way, who, pushMessage(who.device, batch.first, hashes));
  const plain = joined(batch.lines.flatMap((line) => [line, Uint8Array.of(NEWLINE)]));
  const headers = {
    "Content-Type": "application/x-ndjson",
    "Field-First-Seq": String(batch.first),
    ...VERSION,
    ...signed,
    ...showing(held),
  };
  const answer = await askPacked(way, "/api/sync/push", headers, plain);
  if (!(await trust.holds(answer.headers, answer.body))) {
    throw new NoAnswer("the answer does not bear the server's signature");
  }
  const said = read<PushAnswer>(answer, "acknowledged", "chain", "anchor", "answers");
  heard(way.told, said.next_sync_s);
  return { said, body: answer.body, signature: answer.headers.get("field-receipt") ?? "" };
}

/** Tell what a restored server may lack. */
export async function testify(way: Way, who: Identity, told: { readonly [K in keyof Testimony]?: Testimony[K][] }): Promise<Heard> {
  const body = utf8(JSON.stringify(told));
  const signed = await signedBy(way, who, await requestMessage(way.crypto, "testimony", who.device, body));
  return read<Heard>(await askPacked(way, "/api/sync/testimony", { ...JSON_TYPE, ...signed }, body), "lacking");
}

/** Fetch one page of what changed. `held` as for `push`. */
export async function pull(
  way: Way, who: Identity, trust: Trust, token: string, asked: PullRequest, held: string | null,
): Promise<Page> {
  const body = utf8(JSON.stringify(asked));
  const signed = await signedBy(way, who, await requestMessage(way.crypto, "pull", who.device, body));
  const headers = { ...JSON_TYPE, Authorization: `Bearer ${token}`, ...VERSION, ...signed, ...showing(held) };
  const answer = await ask(way, "/api/sync/pull", headers, body);
  await trust.heard(answer.headers);
  const page = await readPage(way.crypto, answer.body);
  heard(way.told, page.nextSyncS);
  return page;
}

/** Tell the office whether the tablet was wiped, and hear what there is to do. */
export async function orders(
  way: Way, device: string, signature: string, report: string,
): Promise<{ readonly wipe?: WipeOrder | null }> {
  const headers = { ...JSON_TYPE, "Field-Device": device, "Field-Signature": signature };
  return read(await ask(way, "/api/devices/orders", headers, utf8(report)));
}

/** Hand in work that fits the tablet's own line no more. */
export async function handInSealed(way: Way, who: Identity, digest: string, file: Bytes): Promise<void> {
  const signed = await signedBy(way, who, await requestMessage(way.crypto, "sealed", who.device, utf8(digest)));
  await ask(way, "/api/sync/sealed", { ...signed, "Field-Digest": digest }, file);
}

interface Keys {
  readonly server_key: string;
  readonly sealing_key: string;
  readonly sealing_signature: string;
}

/** The server's keys that sign, and what unsent work is sealed to. */
export async function keys(way: Way): Promise<Keys> {
  return read<Keys>(await ask(way, "/api/keys", {}, null, "GET"), "server_key", "sealing_key", "sealing_signature");
}

/** What came of a snapshot's file: the answer that it came with, and from which byte on. */
export type Keep = (answer: Response, start: number, bytes: Bytes) => Promise<void>;

/** Bytes of a snapshot's file, as `asked` asks for them; `keep` is given them as they come, also those of a cut answer. */
export async function piece(
  way: Way, who: Identity, token: string, offer: Offer, asked: Record<string, string>, keep: Keep,
): Promise<void> {
  const signed = await signedBy(way, who, await requestMessage(way.crypto, "snapshot", who.device, utf8(offer.id)));
  const headers = { ...asked, ...signed, Authorization: `Bearer ${token}` };
  const silence = new AbortController();
  const wait = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), PATIENCE_MS);
  let timer = wait();
  const answered = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new NoAnswer(String(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
  const how = { headers, signal: silence.signal, cache: "no-store", redirect: "error", credentials: "omit" } as const;
  const answer = await answered(way.fetch(way.base + offer.url, how));
  if (!answer.ok) throw refusal(answer, new Uint8Array(await answered(answer.arrayBuffer())));
  const from = answer.status === PARTIAL ? /^bytes (\d+)-/.exec(answer.headers.get("content-range") ?? "")?.[1] : "0";
  if (from === undefined || answer.body === null) throw new NoAnswer("what came is no snapshot");
  const reader = answer.body.getReader();
  let [start, held, size] = [Number(from), [] as Uint8Array[], 0];
  const flush = async (): Promise<void> => {
    if (size > 0) await keep(answer, start, joined(held));
    [start, held, size] = [start + size, [], 0];
  };
  try {
    for (;;) {
      timer = wait();
      const { done, value } = await answered(reader.read());
      if (done) break;
      held.push(value);
      size += value.length;
      if (size >= KEPT_AT_ONCE) await flush();
    }
  } catch (error) {
    await flush();
    throw error;
  }
  if (start === Number(from) && size === 0) throw new NoAnswer("nothing came of the snapshot");
  await flush();
}

const showing = (held: string | null): Record<string, string> => (held === null ? {} : { "Field-Held": held });

/** Ask with a body that is compressed where that is worth it. */
async function askPacked(way: Way, path: string, headers: Record<string, string>, plain: Bytes): Promise<Response_> {
  const packed = plain.length >= WORTH_COMPRESSING ? await gzipped(plain) : null;
  return ask(way, path, { ...headers, ...(packed === null ? {} : { "Content-Encoding": "gzip" }) }, packed ?? plain);
}

async function signedBy(way: Way, who: Identity, message: Bytes): Promise<Record<string, string>> {
  return { "Field-Device": who.device, "Field-Signature": await sign(way.crypto, who.keys, message) };
}

/** The code of what is no longer there, where an answer to HEAD cannot say more. */
export const GONE = "gone";

/** Statuses that say enough by themselves, as answers to HEAD. */
const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [404, GONE],
  [409, "upload-offset"],
  [410, GONE],
  [423, "upload-locked"],
  [429, "asks-too-often"],
  [503, "busy"],
]);

type Method = "GET" | "POST" | "PATCH" | "HEAD";

interface Response_ {
  readonly headers: Headers;
  readonly body: Bytes;
}

/** Ask the server for something. Throws Refused for its own answers, NoAnswer for everything else. */
export async function ask(
  way: Way, path: string, headers: Record<string, string>, body: Bytes | null, method: Method = "POST",
): Promise<Response_> {
  let answer: Response;
  let received: Bytes;
  try {
    // Without a limit one request that hangs would keep all work on the tablet.
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const asked = { method, headers, body, signal, cache: "no-store", redirect: "error" } as const;
    answer = await way.fetch(way.base + path, { ...asked, credentials: "omit" });
    received = new Uint8Array(await answer.arrayBuffer());
  } catch (error) {
    throw new NoAnswer(String(error), { cause: error });
  }
  if (answer.ok) return { headers: answer.headers, body: received };
  // An answer to HEAD has no body to say more in.
  const meant = method === "HEAD" ? BY_STATUS.get(answer.status) : undefined;
  if (meant !== undefined) throw new Refused(answer.status, meant, "", patience(answer));
  throw refusal(answer, received);
}

function refusal(answer: Response, received: Bytes): NoAnswer | Refused {
  const { code, detail, count, wipe } = problem(received);
  // Something between here and the server answered in its place.
  if (code === "") return new NoAnswer(`the way to the server answered ${answer.status}`);
  return new Refused(answer.status, code, detail, patience(answer), count, wipe);
}

/** For how many seconds the server asks not to be asked again. */
function patience(answer: Response): number | null {
  const after = answer.headers.get("retry-after") ?? "";
  return /^[0-9]{1,6}$/.test(after) ? Number(after) : null;
}

interface Said {
  readonly code: string;
  readonly detail: string;
  readonly count: number | null;
  readonly wipe: WipeOrder | null;
}

const NOTHING_SAID: Said = { code: "", detail: "", count: null, wipe: null };

function problem(body: Bytes): Said {
  try {
    const said: unknown = JSON.parse(text(body));
    if (typeof said !== "object" || said === null) return NOTHING_SAID;
    const { code, detail, count, wipe } = said as Record<keyof Said, unknown>;
    return {
      code: typeof code === "string" ? code : "",
      detail: typeof detail === "string" ? detail : "",
      count: typeof count === "number" ? count : null,
      // Believed by its signature alone, whatever it is.
      wipe: typeof wipe === "object" ? (wipe as WipeOrder | null) : null,
    };
  } catch {
    return NOTHING_SAID;
  }
}

/** An answer of the shape that docs/protocol.md gives; NoAnswer where it is not even JSON with these members. */
function read<T>(answer: Response_, ...members: (keyof T & string)[]): T {
  let said: unknown;
  try {
    said = JSON.parse(text(answer.body));
  } catch (error) {
    throw new NoAnswer(`the answer cannot be read: ${String(error)}`);
  }
  const whole = typeof said === "object" && said !== null && members.every((member) => member in said);
  if (!whole) throw new NoAnswer("the answer lacks what was asked for");
  return said as T;
}
