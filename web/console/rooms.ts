/** Which rooms the office has, and for whom. The server judges every request by itself; this only shows the way. */
import type { Posting } from "../shared/wire.gen";

export type Role = Posting["role"];
export type Room = "today" | "conflicts" | "quarantine" | "flags" | "leads" | "overview" | "registry" | "law" | "tablets" | "people" | "trail" | "records";

const OPEN_TO: Readonly<Record<Room, readonly Role[]>> = {
  today: ["supervisor"],
  conflicts: ["supervisor"],
  quarantine: ["supervisor"],
  flags: ["supervisor", "recovery_officer", "directorate"],
  leads: ["supervisor", "directorate"],
  overview: ["supervisor", "recovery_officer", "directorate"],
  registry: ["supervisor", "recovery_officer", "directorate", "administrator"],
  law: ["supervisor", "recovery_officer", "directorate", "administrator"],
  tablets: ["supervisor", "directorate", "administrator"],
  people: ["supervisor", "administrator"],
  trail: ["directorate", "administrator"],
  records: ["supervisor", "recovery_officer", "directorate", "administrator"],
};

const IN_NAVIGATION: readonly Room[] = ["today", "conflicts", "quarantine", "flags", "leads", "overview", "registry", "law", "tablets", "people", "trail"];
const FIRST: readonly (readonly [Role, Room])[] = [
  ["supervisor", "today"],
  ["recovery_officer", "flags"],
  ["directorate", "overview"],
  ["administrator", "law"],
];
const ROLES: readonly Role[] = ["supervisor", "recovery_officer", "directorate", "administrator", "inspector"];

/** The postings that hold at a time. */
export function inForce(postings: readonly Posting[], nowMs: number): readonly Posting[] {
  return postings.filter((each) => each.from_ms <= nowMs && (each.to_ms == null || nowMs < each.to_ms));
}

/** The roles of some postings, each once, in a fixed order. */
export function rolesOf(postings: readonly Posting[]): readonly Role[] {
  return ROLES.filter((role) => postings.some((each) => each.role === role));
}

/** The districts that postings in a role reach; null: all. */
export function districtsOf(postings: readonly Posting[], role: Role): readonly string[] | null {
  const reached = postings.filter((each) => each.role === role).map((each) => each.district);
  return reached.includes(null) ? null : [...new Set(reached.filter((each) => each !== null))].sort();
}

/** Whether a room is open to somebody with these roles. */
export function isOpen(room: Room, roles: readonly Role[]): boolean {
  return OPEN_TO[room].some((role) => roles.includes(role));
}

/** For whom a room is. */
export function whose(room: Room): readonly Role[] {
  return OPEN_TO[room];
}

/** The rooms that the navigation shows to somebody with these roles. */
export function roomsOf(roles: readonly Role[]): readonly Room[] {
  return IN_NAVIGATION.filter((room) => isOpen(room, roles));
}

/** Where somebody begins; null: they have no room here. */
export function firstRoom(roles: readonly Role[]): Room | null {
  return FIRST.find(([role]) => roles.includes(role))?.[1] ?? null;
}

/** The room that an address names, or null. */
export function roomAt(parts: readonly string[]): Room | null {
  const rooms = Object.keys(OPEN_TO) as Room[];
  return rooms.find((room) => room === parts[0]) ?? null;
}
