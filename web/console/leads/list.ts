/** Leads as the server lists them, and what may be asked about them. */
import { today } from "../../shared/format";
import type { LeadListed } from "../../shared/wire.gen";
import { useList } from "../data";

/** The statuses that the room may show; "open": found or handed over. */
export const SHOWN = ["open", "found", "handed_over", "registered", "card_issued", "rejected", "duplicate", "lifted", "all"] as const;
export type Which = (typeof SHOWN)[number];

/** The leads of one status, whole. The navigation and the room ask the same question, once. */
export function useLeads(which: Which, district: string | null = null) {
  return useList<LeadListed>("/api/leads", { status: which === "all" ? null : which, district }, (last) => last.id);
}

/** How many days ago something was found, by the days of the office's calendar. */
export function daysSince(foundMs: number, nowMs: number): number {
  const day = (ms: number): number => Date.parse(`${today(ms)}T00:00:00Z`);
  return Math.max(0, Math.round((day(nowMs) - day(foundMs)) / 86_400_000));
}

export type Act = "hand-over" | "registered" | "card" | "reject";

/** What may be done about a lead now, in the order of its way. */
export function actsOf(lead: LeadListed): readonly Act[] {
  const to: readonly (readonly [LeadListed["status"], Act])[] = [
    ["handed_over", "hand-over"],
    ["registered", "registered"],
    ["card_issued", "card"],
    ["rejected", "reject"],
  ];
  return to.filter(([status]) => lead.next.includes(status) && !(lead.status === "lifted" && (status === "handed_over" || lead.reference === null))).map(([, act]) => act);
}

/** What somebody typed about an act. Empty texts are nothing. */
export interface Typed {
  readonly text: string;
  readonly on: string;
  readonly same: string;
}

/** The body of the request, or null where something is missing. */
export function bodyOf(act: Act, { text, on, same }: Typed, lead: LeadListed): Record<string, string | number> | null {
  const said = text.trim();
  const day = { on };
  if (act === "hand-over") return said === "" ? null : { reference: said, ...day };
  if (act === "registered") return said === "" ? (numberOf(lead) === null ? null : day) : { registration_no: said, ...day };
  if (act === "card") return /^[1-9]\d{0,5}$/.test(said) ? { cards: Number(said), ...day } : null;
  return said === "" ? null : { reason: said, ...(same === "" ? {} : { duplicate_of: same }) };
}

/** The number that the lead's own establishment has, where it would be registered under it. */
export function numberOf(lead: LeadListed): string | null {
  return lead.establishment !== null && lead.what !== "contractor" ? lead.establishment_no : null;
}
