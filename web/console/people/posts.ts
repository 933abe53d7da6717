/** Who may post whom, as field/sync/rights.py has it. The server judges by itself; this only shows the way. */
import type { Posting } from "../../shared/wire.gen";
import { inForce, type Role } from "../rooms";

export const ROLES: readonly Role[] = ["inspector", "supervisor", "recovery_officer", "directorate", "administrator"];
const POSTS: Partial<Readonly<Record<Role, readonly Role[]>>> = { supervisor: ["inspector"], administrator: ROLES };
const DAY_MS = 86_400_000;

/** A role in a district, or everywhere where that is null. */
export interface Place {
  readonly role: Role;
  readonly district: string | null;
}

/** When a posting holds. */
export type When = "now" | "coming" | "ended";

/** Whether somebody with the postings `mine`, which are in force, may give or end such a posting. */
export function mayPost(mine: readonly Posting[], { role, district }: Place): boolean {
  return mine.some((each) => (POSTS[each.role] ?? []).includes(role) && (each.district === null || each.district === district));
}

/** The roles that somebody may give at all. */
export function rolesToGive(mine: readonly Posting[]): readonly Role[] {
  return ROLES.filter((role) => mine.some((each) => (POSTS[each.role] ?? []).includes(role)));
}

/** The districts of a list in which somebody may give a role; null among them: everywhere. */
export function districtsToGive(mine: readonly Posting[], role: Role, all: readonly string[]): readonly (string | null)[] {
  return [...all, null].filter((district) => mayPost(mine, { role, district }));
}

export function whenHeld(posting: Posting, nowMs: number): When {
  if (inForce([posting], nowMs).length > 0) return "now";
  return posting.from_ms > nowMs ? "coming" : "ended";
}

const ORDER: readonly When[] = ["now", "coming", "ended"];

/** What holds first, then what comes, then what has ended; within each the latest first. */
export function ordered(postings: readonly Posting[], nowMs: number): readonly Posting[] {
  const rank = (each: Posting) => ORDER.indexOf(whenHeld(each, nowMs));
  return [...postings].sort((a, b) => rank(a) - rank(b) || b.from_ms - a.from_ms);
}

/** The moment at which a day of the wire begins in Pakistan. */
export function beginMs(day: string): number {
  return Date.parse(`${day}T00:00:00+05:00`);
}

/** The moment at which a posting ends of which `day` is the last one. */
export function endMs(day: string): number {
  return beginMs(day) + DAY_MS;
}
