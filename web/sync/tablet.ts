/**
 * The tablet: captures work without a network, and synchronises when there is one.
 *
 * `sync`, `push` and `pull` are the protocol on one screen (docs/protocol.md). field/tablet is the same in Python.
 */

import { Answering } from "./answering";
import { arrive, busy, leaveBehind } from "./arriving";
import { Capturing, type Group } from "./capturing";
import type { Values } from "./change";
import { CaptureClock, NO_TIME } from "./clock";
import * as door from "./door";
import { NoAnswer, Refused } from "./door";
import { Drafts } from "./drafts";
import { Formers } from "./former";
import { Form } from "./forms";
import { Handing } from "./handing";
import { Healing } from "./healing";
import { Ids } from "./ids";
import { newKeys } from "./keys";
import type { KindName } from "./kinds.gen";
import { hold } from "./lock";
import { carryOut, foundHead, planMove } from "./moving";
import { Outbox } from "./outbox";
import { People, type Person } from "./people";
import type { Ports, Synced } from "./ports";
import { Photos } from "./photos";
import { Portions } from "./portions";
import { Questions } from "./questions";
import { Replica } from "./replica";
import { exchange } from "./rounds";
import { Safety } from "./safety";
import { Handed } from "./report_receipt";
import { Snapshots } from "./snapshots";
import { type Problem, Store } from "./store";
import { Trust } from "./trust";
import { rememberSynced } from "./synced";
import { Turns } from "./turns";
import { Uploading } from "./uploading";
import { Verifying } from "./verifying";

export * from "./exports";

const LINES_MAX = 500;
const OPEN_MAX = 1000;

/** One tablet: its own store, its key, the people signed in on it. */
export class Tablet extends Answering {
  readonly drafts: Drafts;
  readonly photos: Photos;
  readonly #outbox: Outbox;
  readonly #replica: Replica;
  readonly #verifying: Verifying;
  readonly #pushing: Portions;
  readonly #pulling: Portions;
  readonly #snapshots: Snapshots;
  readonly #people: People;
  protected readonly questions: Questions;
  readonly #capturing: Capturing;
  readonly #trust: Trust;
  readonly #safety: Safety;
  readonly #healing: Healing;
  readonly #handing: Handing;
  readonly handed: Handed;
  readonly #uploading: Uploading;
  readonly #talking = new Turns();
  readonly #listeners = new Set<() => void>();
  #identity: door.Identity | null = null;
  #syncing: Promise<Synced> | null = null;
  /** How many entries were only here when the tablet turned to the office. */
  #before = 0;

  private constructor(
    private readonly ports: Ports,
    private readonly way: door.Way,
    protected readonly store: Store,
    private readonly time: CaptureClock,
    ids: Ids,
    private readonly release: () => void,
  ) {
    super();
    const [newId, nowMs] = [(): string => ids.next(), (): number => ports.clock.nowMs()];
    this.#outbox = new Outbox(store, ports.crypto, newId);
    this.#replica = new Replica(store);
    this.#verifying = new Verifying(store, ports.crypto, ports.clock);
    this.#pushing = new Portions(store, "pushing");
    this.#pulling = new Portions(store, "pulling");
    this.#snapshots = new Snapshots(store, this.#replica, way);
    this.#people = new People(store);
    this.#trust = new Trust(store, way);
    this.#safety = new Safety(store, way, ports.clock, this.#outbox, this.#trust);
    const formers = new Formers(store, way, this.#outbox, this.#trust, this.#pushing);
    this.#healing = new Healing(store, way, this.#outbox, this.#pushing, formers, nowMs);
    this.#handing = new Handing(store, way, this.#trust, this.#outbox, this.#healing, this.#pushing, {
      time: (anchor) => this.#tellTime(anchor), refused: (who, error) => this.#refused(who, error),
      answered: async (who, { wipe }) => {
        await this.#safety.hear(who, wipe, this.#before);
        this.#changed();
      },
    });
    this.handed = new Handed(store, ports.crypto, this.#trust);
    this.#uploading = new Uploading(store, way, this.#trust, nowMs, ports.shrink);
    this.questions = new Questions(store, this.#outbox, this.#replica, this.#people, this.#uploading);
    this.drafts = new Drafts(store, nowMs);
    this.photos = new Photos(store, ports.crypto, newId, nowMs);
    this.#capturing = new Capturing(store, ports, time, newId, this.#outbox, this.#people, () => this.#changed());
  }

  /** Open this browser's tablet. Throws AlreadyOpen where another window has it. */
  static async open(ports: Ports): Promise<Tablet> {
    const name = ports.database ?? "field-tablet";
    const locks = ports.locks ?? (typeof navigator === "undefined" ? undefined : navigator.locks);
    const release = await hold(locks, name);
    const store = new Store(name);
    try {
      await store.open();
      const ids = new Ids(() => ports.clock.nowMs(), ports.crypto);
      const time = new CaptureClock(ports.clock, ports.boot ?? ids.next(), (await store.recall("elapsed")) ?? NO_TIME);
      // Called as a function of its own: a browser's fetch refuses to be anybody's method.
      const { fetch: send, crypto, base = "" } = ports;
      const way = { fetch: ((...asked) => send(...asked)) as typeof fetch, crypto, base, told: { nextSyncS: null } };
      const tablet = new Tablet(ports, way, store, time, ids, release);
      await tablet.#load();
      return tablet;
    } catch (error) {
      store.close();
      release();
      throw error;
    }
  }

  async #load(): Promise<void> {
    await foundHead(this.store);
    const { device } = await this.#outbox.head();
    const keys = await this.store.recall("keys");
    this.#identity = device !== "" && keys !== undefined ? { device, keys } : null;
    await this.#people.load();
    await this.#outbox.inspect();
  }

  /** Close the tablet; another window may open it. What is kept stays kept. */
  close(): void {
    this.store.close();
    this.release();
  }

  /** The present identity; empty before the tablet is enrolled. */
  get device(): string {
    return this.#identity?.device ?? "";
  }

  // Enrolling and signing in.

  /** Get an identity by a supervisor's code. Throws Refused, NoAnswer. */
  async enrol(code: string, name: string): Promise<void> {
    return this.#talking.take(() => this.#become(code, name));
  }

  /** `enrol` after a fork or a revocation: what the office lacks comes along; its people must sign in again. */
  async enrolAgain(code: string, name: string): Promise<void> {
    return this.enrol(code, name);
  }

  /** A tablet with nothing to bring along is new, whatever became of its key. */
  async #become(code: string, name: string): Promise<void> {
    const { crypto } = this.ports;
    const keys = await newKeys(crypto);
    const enrolled = await door.enrol(this.way, code, keys, name);
    const { device, server_key: serverKey, anchor } = enrolled;
    // Nothing is captured meanwhile: it would get a place under an identity that ends.
    await this.#capturing.turns.take(async () => {
      const move = await planMove(this.store, crypto, this.#outbox, device, await this.#healing.first());
      await this.store.write(async () => {
        await carryOut(this.store, this.#outbox, move);
        await this.#people.forgetSessions();
        await this.store.remember("keys", keys);
        await this.#trust.begin(serverKey);
        await this.#safety.begin(enrolled.sealing_key ?? "");
        await this.#healing.begin(enrolled, this.#identity);
        await this.#tellTime(anchor);
      });
      await this.#load();
    });
    this.#changed();
  }

  /** Sign somebody in, who now uses the tablet. Throws Refused, NoAnswer. */
  async signIn(login: string, password: string): Promise<Person> {
    const who = this.#enrolled();
    const found = await this.#safety.counted((counted) => door.signIn(this.way, who, login, password, counted));
    const person = await this.#people.signedIn(found, login, who.device, this.ports.clock.nowMs());
    this.#changed();
    return person;
  }

  /**
   * Sign somebody out; what they captured stays and is sent. The office's rows go with the last one. Nobody captures
   * in their name before they sign in again. Throws Refused, NoAnswer.
   */
  signOut(person: string): Promise<void> {
    // Between two requests: a page that was asked for in their name would bring the rows back.
    return this.#talking.take(async () => {
      const token = this.#people.token(person);
      if (token !== null) await door.signOut(this.way, token);
      await this.store.write(async () => {
        if (await this.#people.signedOut(person)) await this.#replica.dropAll(await busy(this.#outbox));
      });
      await this.#people.load();
      this.#changed();
    });
  }

  #enrolled(): door.Identity {
    if (this.#identity === null) throw new Refused(401, "device-unknown", "This tablet is not enrolled yet.");
    return this.#identity;
  }

  /** Everybody who is signed in or known here. */
  async people(): Promise<Person[]> {
    return this.#people.all();
  }

  /** Who uses the tablet now; null where nobody does, or who did has signed out. */
  current(): Person | null {
    return this.#people.current();
  }

  /** Somebody takes the tablet into their hands. Throws NotSignedIn for a stranger, and for who signed out. */
  async use(person: string): Promise<void> {
    await this.#people.use(person);
    this.#changed();
  }

  // Capturing.

  /** A form on a record, which remembers what is shown now. Throws RangeError for a record that is not here. */
  async openForm(record: string): Promise<Form> {
    const by = this.#people.author();
    const { view, candidates } = await this.questions.formOf(record);
    return new Form(view, candidates, this.#capturing, by);
  }

  /** Capture a new record; give its id. It is on the disk when this is done. Throws Invalid, NotSignedIn. */
  async newRecord(kind: KindName, values: Values): Promise<string> {
    return this.group((group) => group.newRecord(kind, values));
  }

  /** What is captured inside lands together or not at all. An error inside captures nothing. */
  async group<T>(work: (group: Group) => T | Promise<T>): Promise<T> {
    return this.#capturing.group(this.#people.author(), work);
  }

  /** The office's time as well as this tablet knows it. */
  officeNowMs = (): number => this.time.officeNowMs();
  /** Write the time down: call it every 30 s, so that a sudden end loses no more of it. */
  async tick(): Promise<void> {
    await this.store.remember("elapsed", this.time.now());
  }

  async #tellTime(anchor: string): Promise<void> {
    this.time.receive(anchor);
    await this.store.remember("elapsed", this.time.now());
    await this.#healing.toldTime(anchor);
  }

  // Synchronising.

  /** Send what the office lacks, then fetch what this tablet lacks. Never throws for weather. */
  sync(): Promise<Synced> {
    this.#syncing ??= this.#sync().finally(() => (this.#syncing = null));
    return this.#syncing;
  }

  async #sync(): Promise<Synced> {
    let problem: Problem | null = null;
    try {
      await this.#safety.tell();
      this.#before = await this.#outbox.unsent();
      if (this.#identity !== null) await this.#exchange(this.#identity);
    } catch (error) {
      if (error instanceof NoAnswer) problem = { code: "no-answer", detail: error.message, retryAfterS: null };
      else if (error instanceof Refused) problem = error;
      else throw error;
    }
    const synced = await rememberSynced(this.store, this.#outbox, this.ports.clock.nowMs(), problem);
    this.#changed();
    return { ...synced, nextSyncS: this.way.told?.nextSyncS ?? null };
  }

  async #exchange(who: door.Identity): Promise<void> {
    await this.#talking.take(() => this.#verifying.whenDue());
    await this.#safety.learn();
    try {
      await exchange({
        push: () => this.push(), pull: () => this.pull(),
        acknowledged: async () => (await this.#outbox.head()).acknowledged,
        nobodyIn: () => this.#people.anyToken() === null, forgotten: () => this.#healing.forgotten(),
        showLast: () => this.#talking.take(() => this.#handing.last(who)),
        tell: () => this.#talking.take(() => this.#healing.tell(who)), sendPhotos: () => this.#sendPhotos(who),
      });
      if (this.#people.anyToken() === null) await this.#safety.ask(who, this.#before);
      await this.#sendPhotos(who);
    } catch (error) {
      if (!(error instanceof Refused && (await this.#safety.ordered()))) throw error;
    }
    if (await this.#safety.ordered()) await this.#wipe(who);
  }

  /** Entries captured meanwhile go before the rest of a photo. */
  #sendPhotos(who: door.Identity): Promise<void> {
    return this.#uploading.run(who, async () => {
      this.#changed();
      while ((await this.#outbox.unsent()) > 0 && (await this.push()));
    });
  }

  /** Hand in what is only here, whoever captured it, then erase everything. Nothing is captured at the end. */
  async #wipe(who: door.Identity): Promise<void> {
    while (await this.push(LINES_MAX, Infinity, true));
    await this.#sendPhotos(who);
    await this.#capturing.turns.take(() => this.#safety.wipe(who));
    await this.#load();
    await this.#safety.tell();
  }

  /** Unsent work as a file that anybody may carry to the office, and nobody else can open; null where there is none. */
  async sealedWork(): Promise<Blob | null> {
    const file = this.#identity === null ? null : await this.#safety.file(this.#identity);
    return file === null ? null : new Blob([file], { type: "application/octet-stream" });
  }

  /** Send the next lines; give whether there are more. Throws NoAnswer, Refused. */
  push(linesMax = LINES_MAX, bytesMax = Infinity, anyone = false): Promise<boolean> {
    return this.#talking.take(async () => {
      const known = anyone ? null : this.#people.knownOn(this.device);
      return this.#handing.next(this.#enrolled(), known, linesMax, bytesMax);
    });
  }

  /** Fetch one page and apply it; give whether there is more to fetch. Throws NoAnswer, Refused. */
  pull(rowsMax = Infinity): Promise<boolean> {
    return this.#talking.take(async () => {
      const token = this.#people.anyToken();
      if (token === null) return this.#leftBehind();
      const who = this.#enrolled();
      const cursors = Object.fromEntries(await this.#replica.cursors());
      const limit = await this.#pulling.limit(rowsMax);
      const held = await this.#healing.held();
      const asked = { cursors, open: await this.#outbox.openSeqs(Math.min(OPEN_MAX, limit)), limit, ...(await this.handed.asked()), ...(await this.#told()), ...(await this.#snapshots.asked()) };
      const page = await this.#pulling.carry(limit, () =>
        this.#safety.counted((counted) => door.pull(this.way, who, this.#trust, token, { ...asked, ...counted }, held)),
      ).catch((error: unknown) => this.#refused(who, error, token));
      const handed = await this.handed.checked(page.handed);
      await this.store.write(() => this.#tellTime(page.anchor));
      await this.#healing.showRows(who, await this.#replica.beyond(page));
      const again = await this.store.write(async () => {
        await this.handed.keep(handed);
        return arrive(this.#outbox, this.#replica, this.#snapshots, this.#healing, page, who.device, asked.open);
      });
      this.#changed();
      const brought = page.more || this.#snapshots.bring(who, token, () => busy(this.#outbox));
      return (await Promise.resolve(brought).catch((error: unknown) => this.#refused(who, error, token))) || again;
    });
  }

  async #leftBehind(): Promise<false> {
    if (this.#people.allOut()) await this.store.write(() => leaveBehind(this.#outbox, this.#replica));
    return false;
  }

  async #refused(who: door.Identity, error: unknown, token = ""): Promise<never> {
    const code = error instanceof Refused ? error.code : "";
    if (error instanceof Refused) await this.#safety.hear(who, error.wipe, this.#before);
    if (code === "not-signed-in") await this.#people.sessionEnded(token);
    if (code === "device-revoked") await this.store.remember("revoked", true);
    // Enrolled after the backup from which the office was restored: its lines go there again.
    if (code === "device-unknown") await this.store.remember("unknown", true);
    throw error;
  }

  /** What the office hears of this tablet with each pull. */
  async #told(): Promise<Pick<door.PullRequest, "checksums" | "told">> {
    return { checksums: await this.#replica.checksums(), told: await this.questions.told(this.time.now().anchor) };
  }

  /** Be told when anything here has changed; call what is given to hear no more. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Ask the browser never to throw this tablet's work away; give whether it promised. */
  async persist(): Promise<boolean> {
    return typeof navigator !== "undefined" && (await navigator.storage?.persist?.()) === true;
  }
}
