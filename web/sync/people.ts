/** Who is signed in on this tablet, and who uses it now. */

import type { SignedIn } from "./door";
import type { PersonRow, Posting, Store } from "./store";

/** Somebody known on this tablet. */
export interface Person {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly signedIn: boolean;
  /** Whether they may take the tablet without a network: also when their session ran out, not when they ended it. */
  readonly mayGoOn: boolean;
  readonly postings: readonly Posting[];
}

/** Nobody uses the tablet yet, or not the person that is asked for. */
export class NotSignedIn extends Error {
  override readonly name = "NotSignedIn";
}

/** The people of this tablet. A session belongs to the identity under which it was opened. */
export class People {
  #rows: readonly PersonRow[] = [];
  #current = "";

  constructor(private readonly store: Store) {}

  /** Read what the store knows; called at opening and after every change. */
  async load(): Promise<void> {
    this.#rows = await this.store.people.orderBy("person").toArray();
    this.#current = (await this.store.recall("current")) ?? "";
  }

  /** Everybody known here. */
  all(): Person[] {
    return this.#rows.map(told);
  }

  /** Who uses the tablet; null where nobody does, or who did has signed out. */
  current(): Person | null {
    const row = this.#rows.find(({ person }) => person === this.#current);
    return row === undefined ? null : told(row);
  }

  /** Who writes what is captured now. Throws NotSignedIn. */
  author(): string {
    if (this.#current === "") throw new NotSignedIn("nobody is signed in on this tablet");
    return this.#current;
  }

  /** Remember a session; its owner now uses the tablet. */
  async signedIn(found: SignedIn, login: string, device: string, at_ms: number): Promise<Person> {
    const { person, name, token, postings = [] } = found;
    const row: PersonRow = { person, login, name, token, device, postings, at_ms };
    await this.store.write(async () => {
      await this.store.people.put(row);
      await this.store.remember("current", person);
    });
    await this.load();
    return told(row);
  }

  /** Somebody takes the tablet into their hands. Throws NotSignedIn for a stranger, and for who signed out. */
  async use(person: string): Promise<void> {
    this.mayWrite(person);
    await this.store.remember("current", person);
    await this.load();
  }

  /** Nothing is written in the name of a stranger, nor of who signed out. Throws NotSignedIn. */
  mayWrite(person: string): void {
    const row = this.#rows.find((each) => each.person === person);
    if (row === undefined || row.out === true) throw new NotSignedIn(`${person} is not signed in on this tablet`);
  }

  /** Whether all who ever signed in here have signed out. */
  allOut(): boolean {
    return this.#rows.every(({ out }) => out === true);
  }

  /** Somebody's session. */
  token(person: string): string | null {
    return this.#rows.find((row) => row.person === person)?.token ?? null;
  }

  /** The session of anybody; every scope of everybody comes with it. */
  anyToken(): string | null {
    return this.#rows.find(({ token }) => token !== null)?.token ?? null;
  }

  /** Who ever signed in under an identity: the office takes no work of others from it. */
  knownOn(device: string): ReadonlySet<string> {
    return new Set(this.#rows.filter((row) => row.device === device).map(({ person }) => person));
  }

  /** Within a transaction: somebody ended their session; give whether it was the last one here. `load` afterwards. */
  async signedOut(person: string): Promise<boolean> {
    await this.store.people.update(person, { token: null, out: true });
    if ((await this.store.recall("current")) === person) await this.store.remember("current", "");
    return (await this.store.people.filter(({ token }) => token !== null).count()) === 0;
  }

  /** Forget a session that the server ended. */
  async sessionEnded(token: string): Promise<void> {
    await this.#forget((row) => row.token === token);
    await this.load();
  }

  /** Within a transaction: forget all sessions, since they belonged to another identity. `load` afterwards. */
  forgetSessions(): Promise<void> {
    return this.#forget(() => true);
  }

  async #forget(whose: (row: PersonRow) => boolean): Promise<void> {
    await this.store.people.filter(whose).modify({ token: null });
  }
}

const told = ({ person, login, name, token, postings, out }: PersonRow): Person => ({
  id: person,
  login,
  name,
  signedIn: token !== null,
  mayGoOn: out !== true,
  postings,
});
