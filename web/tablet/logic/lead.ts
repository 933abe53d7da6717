/** A lead that is being typed: somebody who should be registered and is not. Plain data, kept at every key. */
import type { Posting, Values } from "../../sync/tablet";
import type { Place } from "./draft";
import { CNIC_DIGITS, digits } from "./typing";

/** What a lead may be, as it travels. */
export const WHATS = ["unit", "workers", "home_based", "self_employed", "contractor"] as const;
export type What = (typeof WHATS)[number];

/** As typed. Numbers are digits; an empty text is no answer. `id` is that of the record which it becomes. */
export interface LeadDraft {
  readonly version: 1;
  readonly id: string;
  readonly what: What | null;
  readonly name: string;
  readonly district: string;
  readonly address: string;
  readonly sector: string;
  readonly workers: string;
  readonly principal: string;
  readonly remarks: string;
  /** The visit of the day at which it was found, or "". */
  readonly visit: string;
  readonly place: Place | null;
}

/** What is wrong with a draft: the first thing that stands in the way of keeping it. */
export type Fault = "what" | "name" | "district" | "cnic";

/** Where the draft is kept: one for each person. */
export const leadKey = (person: string): string => `lead/${person}`;

/** A draft in which nothing is typed yet. With one district there is nothing to choose. */
export function beginLead(id: string, districts: readonly string[]): LeadDraft {
  const district = districts.length === 1 ? (districts[0] ?? "") : "";
  return { version: 1, id, what: null, name: "", district, address: "", sector: "", workers: "", principal: "", remarks: "", visit: "", place: null };
}

/** Whether nothing was typed: then there is nothing to keep. */
export function untouched(draft: LeadDraft): boolean {
  const typed = [draft.name, draft.address, draft.sector, draft.workers, draft.principal, draft.remarks, draft.visit];
  return draft.what === null && draft.place === null && typed.every((text) => text === "");
}

/** The districts in which somebody may enter a lead now, in order. */
export function districtsOf(postings: readonly Posting[], nowMs: number): string[] {
  const held = postings.filter(({ role, from_ms, to_ms }) => (role === "inspector" || role === "supervisor") && from_ms <= nowMs && (to_ms == null || nowMs < to_ms));
  return [...new Set(held.flatMap(({ district }) => (district === null ? [] : [district])))].sort();
}

/** What stands in the way; null where it may be kept. */
export function faultOf(draft: LeadDraft): Fault | null {
  if (draft.what === null) return "what";
  if (draft.name.trim() === "") return "name";
  if (draft.district === "") return "district";
  return withCnic(draft).length > 0 ? "cnic" : null;
}

const TEXTS = ["name", "address", "sector", "principal", "remarks"] as const;
export type TextField = (typeof TEXTS)[number];

/** The fields in which a CNIC stands: every tablet of the district sees a lead, so none may travel in it. */
export function withCnic(draft: LeadDraft): readonly TextField[] {
  return TEXTS.filter((field) => numbersIn(draft[field]).some((number) => digits(number).length === CNIC_DIGITS));
}

/** Runs of digits, with the hyphens and spaces that people type within a number. */
const numbersIn = (text: string): readonly string[] => text.match(/[\d۰-۹٠-٩](?:[\s-]?[\d۰-۹٠-٩])*/g) ?? [];

/** The values of the record that a draft becomes; what was not answered is left out. */
export function leadValues(draft: LeadDraft, establishment: string | null, report: string | null): Values {
  const texts = TEXTS.map((field) => [field, draft[field].trim()] as const).filter(([, text]) => text !== "");
  return {
    what: draft.what,
    district: draft.district,
    ...Object.fromEntries(texts),
    ...(draft.workers === "" ? {} : { workers_about: Number(draft.workers) }),
    ...(draft.place === null ? {} : { location: { ...draft.place } }),
    ...(establishment === null ? {} : { establishment }),
    ...(report === null ? {} : { report }),
  };
}

/** A district's id as a person reads it: "karachi-east" is "Karachi East". The tablet has no list of names. */
export const districtSaid = (id: string): string => id.replace(/(^|-)([a-z])/g, (_, before: string, letter: string) => `${before && " "}${letter.toUpperCase()}`);
