/** Which visits a day shows, and in which order. */
import type { Shown } from "../../sync/tablet";

export type Mark = "planned" | "draft" | "next" | "done" | "closed";

/** A visit as a list shows it. `order` counts from 1. */
export interface Stop {
  readonly visit: Shown;
  readonly establishment: string;
  readonly due: string | null;
  readonly overdue: boolean;
  readonly status: string;
  readonly order: number;
  readonly mark: Mark;
  readonly next: boolean;
}

/** A day's visits, how many of them are left, and when later ones are due. */
export interface Day {
  readonly stops: readonly Stop[];
  readonly left: number;
  readonly later: { readonly count: number; readonly due: string } | null;
}

const OPEN: ReadonlySet<string> = new Set(["planned", "started"]);
const isOpen = (status: string): boolean => OPEN.has(status);
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/**
 * The visits of one person on one day: those due by then and still open, earliest first, and those of the day that are
 * over. `drafts` are the visits of which something is typed. A visit that was begun is the next one, before those planned.
 */
export function dayOf(visits: readonly Shown[], person: string, today: string, drafts: ReadonlySet<string>): Day {
  const mine = visits
    .filter(({ values }) => (values["inspector"] ?? person) === person && (values["withdrawn"] ?? null) === null)
    .map((visit) => ({ visit, due: text(visit.values["due"]), status: String(visit.values["status"] ?? "planned") }))
    .sort((a, b) => compare(a.due ?? "", b.due ?? "") || compare(a.visit.record, b.visit.record));
  const shown = mine.filter(({ due, status }) => (isOpen(status) ? (due ?? today) <= today : due === today));
  const later = mine.filter(({ due, status }) => isOpen(status) && (due ?? today) > today);
  const open = shown.filter(({ status }) => isOpen(status));
  const next = open.find(({ status }) => status === "started") ?? open[0];
  const stops = shown.map((each, at): Stop => {
    const isNext = each === next;
    return {
      ...each,
      establishment: String(each.visit.values["establishment"] ?? ""),
      overdue: isOpen(each.status) && (each.due ?? today) < today,
      order: at + 1,
      mark: markOf(each.status, isNext, drafts.has(each.visit.record)),
      next: isNext,
    };
  });
  const first = later[0]?.due;
  const laterDay = first == null ? null : { count: later.filter(({ due }) => due === first).length, due: first };
  return { stops, left: open.length, later: laterDay };
}

function markOf(status: string, next: boolean, draft: boolean): Mark {
  if (status === "done") return "done";
  if (!isOpen(status)) return "closed";
  if (next) return "next";
  return draft || status === "started" ? "draft" : "planned";
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
