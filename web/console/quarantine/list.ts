/** What arrived and has not landed, as the server lists it. */
import type { Entry } from "../../shared/wire.gen";
import { type Asked, useList } from "../data";

export type NotLanded = "quarantined" | "held" | "waiting" | "rejected" | "released";

/** All entries that have not landed for one reason. The navigation and the room ask the same question, once. */
export function useQuarantine(status: NotLanded, narrowed: Asked = {}) {
  return useList<Entry>("/api/quarantine", { status, ...narrowed }, (last) => `${last.device}:${last.seq}`);
}
