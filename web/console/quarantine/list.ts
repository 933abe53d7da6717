/** What arrived and has not landed, as the server lists it. */
import type { Entry } from "../../shared/wire.gen";
import { type Asked, useList } from "../data";

export type NotLanded = "quarantined" | "held" | "waiting" | "rejected" | "released";

/** By what the entries are narrowed, as it stands in the address and as the server is asked. */
export interface Narrowed {
  readonly code?: string | null;
  readonly kind?: string | null;
  readonly person?: string | null;
  readonly device?: string | null;
}

/** What is asked for by an address. */
export function narrowedBy(asked: URLSearchParams): Narrowed {
  return { code: asked.get("code"), kind: asked.get("kind"), person: asked.get("person"), device: asked.get("device") };
}

/** All entries that have not landed for one reason. The navigation and the room ask the same question, once. */
export function useQuarantine(status: NotLanded, narrowed: Asked = {}) {
  const given = Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value != null));
  return useList<Entry>("/api/quarantine", { status, ...given }, (last) => `${last.device}:${last.seq}`);
}
