/** What a person asks the tablet: each question has its answer in Questions. */

import type { Values } from "./change";
import type { KindName } from "./kinds.gen";
import type { View } from "./overlay";
import type { Attention, DecidedEntry, Questions, Shown, Status } from "./questions";
import type { Store } from "./store";
import type { Unopened } from "./uploading";

/** Passes questions on. */
export abstract class Answering {
  protected abstract readonly store: Store;
  protected abstract readonly questions: Questions;
  abstract readonly device: string;

  /** A record as the screen shows it, with this tablet's own changes laid over the office's row; null if not here. */
  view = (record: string): Promise<View | null> => this.questions.view(record);

  /** The values that the screen shows of a record, personal ones opened. */
  shown = (record: string): Promise<Values | null> => this.questions.shown(record);

  /** The ids of the records of a kind, in order; also of those that the office does not have yet. */
  records = (kind: KindName): Promise<string[]> => this.questions.records(kind);

  /** The ids of the records that belong to a record, in order; also of those that the office does not have yet. */
  children = (parent: string): Promise<string[]> => this.questions.children(parent);

  /** All records of a kind as the screen shows them, in the order of their ids. */
  list = (kind: KindName): Promise<Shown[]> => this.questions.list(kind);

  /** The open disputes on this tablet. */
  conflicts = (): Promise<Shown[]> => this.questions.conflicts();

  /** Where the file of unsent work is kept current: whatever the browser gives to write there; null for nowhere. */
  placeRemembered = async (): Promise<unknown> => (await this.store.recall("place")) ?? null;

  /** Remember that place, or null. */
  rememberPlace = (place: unknown): Promise<void> => this.store.remember("place", place);

  /** Whether the work has arrived. */
  status = (): Promise<Status> => this.questions.status(this.device);

  /** See Uploading. */
  unopened = (): Promise<readonly Unopened[]> => this.questions.unopened();

  /** See Questions. */
  attention = (): Promise<Attention[]> => this.questions.attention();

  /** See Questions. */
  decided = (): Promise<DecidedEntry[]> => this.questions.decided();
}
