/**
 * Photos' bytes on their way to the office, by tus 1.0 (docs/protocol.md, "Photos' bytes"). A photo's entry travels
 * first; its bytes follow in parts, and a part that did not arrive is sent again from where the office stands.
 */

import { type Bytes, hex, sha256, utf8 } from "./bytes";
import { readLine } from "./change";
import { ask, GONE, type Identity, NoAnswer, Refused, type Way } from "./door";
import { Freeing, LOST, type Shrink } from "./freeing";
import { requestMessage, sign } from "./keys";
import { NO_HEAD } from "./outbox";
import { NOT_YET, type Store, type UploadRow } from "./store";
import type { Trust } from "./trust";

const OPENED = "ok";
const GONE_STATUS = 410;
const UPLOADS = "/api/photos/uploads";
const TUS = { "Tus-Resumable": "1.0.0" };
const BYTES = { ...TUS, "Content-Type": "application/offset+octet-stream" };
/** So much goes in one request: what a bad line costs when it breaks. */
const PART_BYTES = 1024 * 1024;

/** A photo as its entry describes it. */
interface Described {
  readonly record: string;
  readonly sha256: string;
  readonly size: number;
}

/** The photos whose bytes are here alone; `refused` says why the office did not take some of them. */
export interface PhotosHere {
  readonly count: number;
  readonly bytes: number;
  readonly refused: readonly string[];
}

/** A picture that has arrived and that the office could not open; `reason` is its code. */
export interface Unopened {
  readonly record: string;
  readonly reason: string;
}

/** How far an upload came, and whether the office keeps the photo now. */
interface Progress {
  readonly offset: number;
  readonly kept: boolean;
  readonly receipt?: string;
}

/** What trying again would not mend. */
const FINAL: ReadonlySet<string> = new Set(["photo-differs", "too-large", "bad-request", "erased"]);

/** What concerns one photo alone, and may be otherwise at the next sync. */
const LATER: ReadonlySet<string> = new Set(["not-found", "upload-offset", "upload-locked", "upload-expired", "checksum-mismatch"]);

/** So often a picture that came to harm at the office is brought again: a disk that spoils each of them is nothing to mend from here. */
const AGAIN_MAX = 3;

/** So many pictures are asked about in one sync: they were all sent before, and the rest can wait. */
const HEARD_AT_ONCE = 20;

/** Sends photos' bytes. */
export class Uploading {
  constructor(
    private readonly store: Store,
    private readonly way: Way,
    private readonly trust: Trust,
    private readonly nowMs: () => number,
    private readonly shrink?: Shrink,
  ) {}

  /** How many photos have their bytes here alone, and what the office said where it did not take one. */
  async waiting(): Promise<PhotosHere> {
    const kept = new Set(await this.store.uploads.where("state").equals("kept").primaryKeys());
    const captured = await this.store.lines.where("kind").equals("photo").toArray();
    const refused = await this.store.uploads.where("state").equals("refused").toArray();
    const here = new Map(captured.filter(({ record }) => !kept.has(record)).map((row) => [row.record, row] as const));
    const sizes = [...here.values()].map(({ line }) => Number(readLine(line)?.change.set?.["size"] ?? 0));
    return {
      count: here.size,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      refused: refused.map(({ detail }) => detail ?? ""),
    };
  }

  /** Send what there is, part by part; `between` is done after each of them. Throws NoAnswer, Refused. */
  async run(who: Identity, between: () => Promise<void>): Promise<void> {
    const later = new Set<string>();
    for (let next = await this.#next(later); next !== null; next = await this.#next(later)) {
      const bytes = (await this.store.photoBytes.get(next.sha256))?.bytes;
      try {
        await (bytes === undefined ? this.#without(who, next) : this.#part(who, next, bytes));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.code === "photo-differs" && (await this.#whole(next, bytes))) {
          // The office dropped what came of it: its bytes were changed on the way, or on the office's disk.
          later.add(next.record);
          await this.#note(next, { state: "sending" });
        } else if (FINAL.has(error.code)) await this.#note(next, { state: "refused", detail: error.detail });
        else if (LATER.has(error.code)) later.add(next.record);
        else throw error;
      }
      await between();
    }
    await this.#hear(between);
    if (this.shrink !== undefined) await new Freeing(this.store, this.shrink, this.nowMs).run(between);
  }

  /** A picture whose bytes are not here need not travel where this tablet brought the same before. */
  async #without(who: Identity, photo: Described): Promise<void> {
    const begun = await this.#begin(who, photo, new Uint8Array());
    if (!begun.kept) throw new Refused(GONE_STATUS, "photo-differs", "The picture is no longer on this tablet.");
    await this.#note(photo, how(begun, begun.address));
  }

  /** The pictures that have arrived whole and that the office could not open. They need not be sent again. */
  async unopened(): Promise<readonly Unopened[]> {
    const kept = await this.store.uploads.where("state").equals("kept").toArray();
    return kept.flatMap(({ record, opened }) => (opened === undefined || opened === OPENED ? [] : [{ record, reason: opened }]));
  }

  /** Ask what the office found in pictures that arrived earlier. An upload that it has forgotten is not asked about again. */
  async #hear(between: () => Promise<void>): Promise<void> {
    const kept = await this.store.uploads.where("state").equals("kept").toArray();
    for (const row of kept.filter(({ address, opened }) => address !== null && opened === undefined).slice(0, HEARD_AT_ONCE)) {
      const { address, ...heard } = row;
      if (address === null) continue;
      try {
        const opened = (await ask(this.way, address, TUS, null, "HEAD")).headers.get("field-opened");
        // An office of an earlier version does not say.
        if (opened === null) await this.store.uploads.put({ ...heard, address: null });
        else if (opened === LOST && (heard.again ?? 0) < AGAIN_MAX && (await this.#here(row.sha256))) {
          await this.store.uploads.put({ ...heard, state: "sending", address: null, again: (heard.again ?? 0) + 1 });
        } else if (opened !== "waiting") await this.store.uploads.put({ ...heard, address: null, opened });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.code === GONE) await this.store.uploads.put({ ...heard, address: null });
      }
      await between();
    }
  }

  /** The first photo whose entry the office has and whose bytes it has not. */
  async #next(later: ReadonlySet<string>): Promise<Described | null> {
    const done = new Set(await this.store.uploads.where("state").anyOf("kept", "refused").primaryKeys());
    const { device, acknowledged } = (await this.store.recall("head")) ?? NO_HEAD;
    for (const row of await this.store.lines.where("kind").equals("photo").toArray()) {
      // One that arrived without a receipt is there: under a former identity nobody would ever ask for that receipt.
      const unsent = row.status === "" && row.device === device && row.seq > acknowledged;
      if (unsent || done.has(row.record) || later.has(row.record)) continue;
      const set = readLine(row.line)?.change.set;
      const { sha256, size } = (set ?? {}) as { sha256?: unknown; size?: unknown };
      if (typeof sha256 === "string" && typeof size === "number") return { record: row.record, sha256, size };
    }
    return null;
  }

  async #here(hash: string): Promise<boolean> {
    const bytes = (await this.store.photoBytes.get(hash))?.bytes;
    return bytes !== undefined && hex(await sha256(this.way.crypto, bytes)) === hash;
  }

  /** Whether the picture here is still the one that was captured. */
  async #whole(photo: Described, bytes: Bytes | undefined): Promise<boolean> {
    return bytes !== undefined && hex(await sha256(this.way.crypto, bytes)) === photo.sha256;
  }

  async #part(who: Identity, photo: Described, bytes: Bytes): Promise<void> {
    const begun = (await this.store.uploads.get(photo.record))?.address ?? null;
    if (begun === null) {
      const first = await this.#begin(who, photo, bytes);
      return this.#note(photo, how(first, first.address));
    }
    let at = await this.#progress(photo, begun);
    if (at === null) return this.#note(photo, { state: "sending" });
    if (!at.kept) {
      const headers = { ...BYTES, "Upload-Offset": String(at.offset) };
      const part = bytes.slice(at.offset, at.offset + PART_BYTES);
      at = await this.#read(photo, await ask(this.way, begun, headers, part, "PATCH"));
    }
    await this.#note(photo, how(at, begun));
  }

  /** Begin an upload; a photo of one part goes along at once. */
  async #begin(who: Identity, photo: Described, bytes: Bytes): Promise<Progress & { address: string }> {
    const whole = bytes.length <= PART_BYTES;
    const claim = utf8(`${photo.record}\n${photo.sha256}\n${photo.size}\n`);
    const message = await requestMessage(this.way.crypto, "photo", who.device, claim);
    const headers = {
      ...(whole ? BYTES : TUS),
      "Upload-Length": String(photo.size),
      "Upload-Metadata": `photo ${btoa(photo.record)},sha256 ${btoa(photo.sha256)}`,
      "Field-Device": who.device,
      "Field-Signature": await sign(this.way.crypto, who.keys, message),
    };
    const answer = await ask(this.way, UPLOADS, headers, whole ? bytes : new Uint8Array());
    const address = new URL(answer.headers.get("location") ?? "", "http://office").pathname;
    if (!address.startsWith(`${UPLOADS}/`)) throw new NoAnswer("the answer does not say where the upload is");
    return { ...(await this.#read(photo, answer)), address };
  }

  /** Where the office stands; null for an upload that it has forgotten, which begins anew. */
  async #progress(photo: Described, address: string): Promise<Progress | null> {
    try {
      return await this.#read(photo, await ask(this.way, address, TUS, null, "HEAD"));
    } catch (error) {
      if (error instanceof Refused && error.code === GONE) return null;
      throw error;
    }
  }

  /** That a photo is kept is believed where the server's signature says so, and nowhere else. */
  async #read(photo: Described, answer: { headers: Headers }): Promise<Progress> {
    const said = answer.headers.get("upload-offset") ?? "";
    if (!/^[0-9]{1,15}$/.test(said)) throw new NoAnswer("the answer does not say how far the upload is");
    if (answer.headers.get("field-photo") !== "kept") return { offset: Number(said), kept: false };
    const receipt = utf8(`field-photo-1\n${photo.record}\n${photo.sha256}\n`);
    if (!(await this.trust.holds(answer.headers, receipt))) {
      throw new NoAnswer("the receipt of a photo does not bear the server's signature");
    }
    return { offset: Number(said), kept: true, receipt: answer.headers.get("field-receipt") ?? "" };
  }

  async #note(photo: Described, said: Pick<UploadRow, "state"> & Partial<UploadRow>): Promise<void> {
    const before = await this.store.uploads.get(photo.record);
    const again = before?.again === undefined ? {} : { again: before.again };
    const row: UploadRow = { record: photo.record, sha256: photo.sha256, address: null, detail: null, at_ms: this.nowMs(), ...again, ...said };
    await this.store.uploads.put(row);
  }
}

/** What is written down of a photo that came so far. */
const how = ({ kept, receipt = "" }: Progress, address: string): Pick<UploadRow, "state"> & Partial<UploadRow> =>
  kept ? { state: "kept", address, receipt, kept_ms: NOT_YET } : { state: "sending", address };
