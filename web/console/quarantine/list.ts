/** What arrived and has not landed, as the server lists it. */
import type { Entry } from "../../shared/wire.gen";
import { useList } from "../data";

export type NotLanded = "quarantined" | "held" | "waiting";

/** All entries that have not landed for one reason. The navigation and the room ask the same question, once. */
export function useQuarantine(status: NotLanded) {
  return useList<Entry>("/api/quarantine", { status }, (last) => `${last.device}:${last.seq}`);
}
