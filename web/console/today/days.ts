/** A supervisor's day: which day it is, what it comes to, and to whom a visit may be given. */
import type { PersonListed, VisitListed } from "../../shared/wire.gen";

const DAY_MS = 86_400_000;

/** Whether a text is a date of the wire, "2026-11-23". */
export function isDay(text: string | null): text is string {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // A day like 30 February is read as one in March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** The day so many days after a date of the wire; before it for a number below zero. */
export function dayAfter(iso: string, days: number): string {
  return new Date(Date.parse(`${iso}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export interface Tally {
  readonly visits: number;
  readonly done: number;
  readonly reports: number;
  readonly conflicts: number;
}

/** What some visits come to. */
export function tally(visits: readonly VisitListed[]): Tally {
  return {
    visits: visits.length,
    done: visits.filter((each) => each.status === "done").length,
    reports: sum(visits, (each) => each.reports.length),
    conflicts: sum(visits, (each) => each.open_conflicts),
  };
}

const WEIGHTS = ["high", "medium", "low"] as const;

/** How many remarks stand about the evidence of a visit's reports, and the heaviest of their weights. */
export function remarked(visit: Pick<VisitListed, "reports">): { count: number; weight: (typeof WEIGHTS)[number] | null } {
  const weights = visit.reports.map((each) => each.weight);
  return {
    count: visit.reports.reduce((total, each) => total + (each.remarks ?? 0), 0),
    weight: WEIGHTS.find((each) => weights.includes(each)) ?? null,
  };
}

function sum(visits: readonly VisitListed[], of: (visit: VisitListed) => number): number {
  return visits.reduce((total, each) => total + of(each), 0);
}

/** Visits as a supervisor reads them: by inspector, those of nobody first, then by establishment. */
export function inOrder(visits: readonly VisitListed[]): readonly VisitListed[] {
  const key = (each: VisitListed) => [each.inspector_name ?? "", each.inspector ?? "", each.establishment_name ?? "", each.id];
  return [...visits].sort((a, b) => compare(key(a), key(b)));
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at += 1) {
    const order = (a[at] ?? "").localeCompare(b[at] ?? "", "en", { numeric: true });
    if (order !== 0) return order;
  }
  return 0;
}

/** The people who can make visits in a district now, by name. */
export function inspectors(people: readonly PersonListed[], district: string): readonly PersonListed[] {
  const posted = people.filter((each) => each.now.some((post) => post.role === "inspector" && (post.district === null || post.district === district)));
  return [...posted].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
