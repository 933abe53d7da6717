// Made by web/generate.py from field/sync/kinds.py. Do not edit: change the Structs in field/inspections, and
// run `.venv/bin/python web/generate.py`.

/** What a value may be. Lengths count characters (code points), not UTF-16 units. */
export type Shape =
  | { readonly type: "text"; readonly max_length?: number; readonly pattern?: string }
  | { readonly type: "whole"; readonly min?: number; readonly max?: number }
  | { readonly type: "number"; readonly min?: number; readonly max?: number }
  | { readonly type: "yes_no" }
  | { readonly type: "list"; readonly of: Shape }
  | { readonly type: "group"; readonly members: Readonly<Record<string, Shape>> }
  | { readonly type: "one_of"; readonly of: readonly Shape[] }
  | { readonly type: "anything" };

/** The merge rule of a field; the server alone carries it out. docs/protocol.md, "Merge". */
export type RuleName =
  | "review" | "latest" | "earliest" | "furthest" | "add" | "union" | "steps"
  | "server" | "fixed" | "withdrawal";

/** One field of a kind. A personal one travels as a commitment; `shape` is that of the value itself. */
export interface Field {
  readonly rule: RuleName;
  readonly shape: Shape;
  /** Whether `null` may stand in place of a value. */
  readonly nullable: boolean;
  readonly personal: boolean;
  /** For `steps`: the values that may follow each value. */
  readonly steps?: Readonly<Record<string, readonly string[]>>;
  /** For `steps`: the status that a record has before anybody set one. */
  readonly default?: string;
}

/** A kind of record. `parent` names the field and kind of the record that it belongs to. */
export interface Kind {
  readonly name: KindName;
  readonly parent: { readonly field: string; readonly kind: KindName } | null;
  /** Fields that a new record must have. */
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
}

/** The kinds of record that travel. */
export type KindName = "establishment" | "visit" | "report" | "wage_line" | "photo" | "lead" | "answer" | "checklist" | "conflict";

/** Every kind by name. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  establishment: {
    name: "establishment",
    parent: null,
    required: ["name"],
    fields: {
      name: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      registration_no: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      district: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      address: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      location: {"rule": "review", "shape": {"type": "group", "members": {"lat": {"type": "number", "min": -90, "max": 90}, "lon": {"type": "number", "min": -180, "max": 180}, "accuracy_m": {"type": "number", "min": 0, "max": 100000}}}, "nullable": true, "personal": false},
      sector: {"rule": "latest", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      workers_declared: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 1000000}, "nullable": true, "personal": false},
      owner: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      phone: {"rule": "latest", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      status: {"rule": "steps", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false, "steps": {"open": ["closed", "shifted", "untraceable"], "shifted": ["open", "closed", "untraceable"], "untraceable": ["open", "closed", "shifted"], "closed": ["open"]}, "default": "open"},
      remarks: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      aliases: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 300}}, "nullable": true, "personal": false},
      branch_of: {"rule": "review", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      principals: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  visit: {
    name: "visit",
    parent: null,
    required: ["district", "establishment"],
    fields: {
      establishment: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      district: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      inspector: {"rule": "server", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      due: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      status: {"rule": "steps", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false, "steps": {"planned": ["started", "done", "refused", "not_found"], "started": ["done", "refused", "not_found"]}, "default": "planned"},
      check_in_ms: {"rule": "earliest", "shape": {"type": "whole", "min": 0, "max": 9999999999999}, "nullable": true, "personal": false},
      check_out_ms: {"rule": "furthest", "shape": {"type": "whole", "min": 0, "max": 9999999999999}, "nullable": true, "personal": false},
      minutes_on_site: {"rule": "add", "shape": {"type": "whole", "min": -100000, "max": 100000}, "nullable": true, "personal": false},
      documents_seen: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 300}}, "nullable": true, "personal": false},
      notes: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  report: {
    name: "report",
    parent: {"field": "visit", "kind": "visit"},
    required: ["visit"],
    fields: {
      visit: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      months_checked: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 7, "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"}}, "nullable": true, "personal": false},
      months_paid: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 7, "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"}}, "nullable": true, "personal": false},
      headcount: {"rule": "review", "shape": {"type": "group", "members": {"men": {"type": "whole", "min": 0, "max": 1000000}, "women": {"type": "whole", "min": 0, "max": 1000000}, "total": {"type": "whole", "min": 0, "max": 1000000}}}, "nullable": true, "personal": false},
      records_produced: {"rule": "union", "shape": {"type": "list", "of": {"type": "text", "max_length": 300}}, "nullable": true, "personal": false},
      records_refused: {"rule": "review", "shape": {"type": "yes_no"}, "nullable": true, "personal": false},
      person_met: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": true},
      place: {"rule": "review", "shape": {"type": "group", "members": {"lat": {"type": "number", "min": -90, "max": 90}, "lon": {"type": "number", "min": -180, "max": 180}, "accuracy_m": {"type": "number", "min": 0, "max": 100000}}}, "nullable": true, "personal": false},
      remarks: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      checklist: {"rule": "fixed", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      checklist_note: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      erased: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  wage_line: {
    name: "wage_line",
    parent: {"field": "report", "kind": "report"},
    required: ["month", "report", "wage_rs"],
    fields: {
      report: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      month: {"rule": "review", "shape": {"type": "text", "max_length": 7, "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"}, "nullable": false, "personal": false},
      wage_rs: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 1000000000}, "nullable": false, "personal": false},
      worker_name: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": true},
      cnic: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": true},
      days: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 31}, "nullable": true, "personal": false},
      declared_wage_rs: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 1000000000}, "nullable": true, "personal": false},
      registered: {"rule": "review", "shape": {"type": "yes_no"}, "nullable": true, "personal": false},
      by_day: {"rule": "review", "shape": {"type": "yes_no"}, "nullable": true, "personal": false},
      remarks: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      erased: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  photo: {
    name: "photo",
    parent: {"field": "report", "kind": "report"},
    required: ["media_type", "report", "sha256", "size"],
    fields: {
      report: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      sha256: {"rule": "fixed", "shape": {"type": "text", "max_length": 64, "pattern": "^[0-9a-f]{64}$"}, "nullable": false, "personal": false},
      size: {"rule": "fixed", "shape": {"type": "whole", "min": 1, "max": 500000000}, "nullable": false, "personal": false},
      media_type: {"rule": "fixed", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      taken_ms: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 9999999999999}, "nullable": true, "personal": false},
      place: {"rule": "review", "shape": {"type": "group", "members": {"lat": {"type": "number", "min": -90, "max": 90}, "lon": {"type": "number", "min": -180, "max": 180}, "accuracy_m": {"type": "number", "min": 0, "max": 100000}}}, "nullable": true, "personal": false},
      purpose: {"rule": "latest", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      caption: {"rule": "latest", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      erased: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  lead: {
    name: "lead",
    parent: null,
    required: ["district", "name", "what"],
    fields: {
      what: {"rule": "review", "shape": {"type": "text", "max_length": 20, "pattern": "^(unit|workers|home_based|self_employed|contractor)$"}, "nullable": false, "personal": false},
      name: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      district: {"rule": "fixed", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      address: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      location: {"rule": "review", "shape": {"type": "group", "members": {"lat": {"type": "number", "min": -90, "max": 90}, "lon": {"type": "number", "min": -180, "max": 180}, "accuracy_m": {"type": "number", "min": 0, "max": 100000}}}, "nullable": true, "personal": false},
      sector: {"rule": "latest", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      workers_about: {"rule": "review", "shape": {"type": "whole", "min": 0, "max": 1000000}, "nullable": true, "personal": false},
      principal: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      establishment: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      report: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      remarks: {"rule": "latest", "shape": {"type": "text", "max_length": 8000}, "nullable": true, "personal": false},
      cause: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      workers_found: {"rule": "server", "shape": {"type": "whole", "min": 0, "max": 1000000}, "nullable": true, "personal": false},
      reports: {"rule": "server", "shape": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}, "nullable": true, "personal": false},
      status: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      reason: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      handed_over_on: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      reference: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      registration_no: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      registered_as: {"rule": "server", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      registered_on: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      cards: {"rule": "server", "shape": {"type": "whole", "min": 0, "max": 1000000}, "nullable": true, "personal": false},
      cards_on: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      duplicate_of: {"rule": "server", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  answer: {
    name: "answer",
    parent: {"field": "report", "kind": "report"},
    required: ["question", "report"],
    fields: {
      report: {"rule": "fixed", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      question: {"rule": "fixed", "shape": {"type": "text", "max_length": 100}, "nullable": false, "personal": false},
      item: {"rule": "fixed", "shape": {"type": "text", "max_length": 100}, "nullable": true, "personal": false},
      value: {"rule": "review", "shape": {"type": "one_of", "of": [{"type": "text", "max_length": 8000}, {"type": "whole", "min": -1000000000000000, "max": 1000000000000000}, {"type": "number", "min": -1000000000000000.0, "max": 1000000000000000.0}, {"type": "yes_no"}, {"type": "list", "of": {"type": "text", "max_length": 100}}]}, "nullable": true, "personal": false},
      private_value: {"rule": "review", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": true},
      erased: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": true, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  checklist: {
    name: "checklist",
    parent: null,
    required: ["body", "checklist", "valid_from", "version"],
    fields: {
      checklist: {"rule": "server", "shape": {"type": "text", "max_length": 100}, "nullable": false, "personal": false},
      version: {"rule": "server", "shape": {"type": "whole", "min": 1, "max": 1000000}, "nullable": false, "personal": false},
      valid_from: {"rule": "server", "shape": {"type": "text", "max_length": 100}, "nullable": false, "personal": false},
      valid_to: {"rule": "server", "shape": {"type": "text", "max_length": 100}, "nullable": true, "personal": false},
      body: {"rule": "server", "shape": {"type": "anything"}, "nullable": false, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
  conflict: {
    name: "conflict",
    parent: null,
    required: ["about", "candidates", "of", "open", "record"],
    fields: {
      record: {"rule": "server", "shape": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}, "nullable": false, "personal": false},
      of: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      about: {"rule": "server", "shape": {"type": "text", "max_length": 300}, "nullable": false, "personal": false},
      open: {"rule": "server", "shape": {"type": "yes_no"}, "nullable": false, "personal": false},
      candidates: {"rule": "server", "shape": {"type": "list", "of": {"type": "anything"}}, "nullable": false, "personal": false},
      withdrawn: {"rule": "withdrawal", "shape": {"type": "group", "members": {"reason": {"type": "text", "max_length": 300}, "seen": {"type": "list", "of": {"type": "text", "max_length": 36, "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}}}}, "nullable": true, "personal": false},
    },
  },
};

/** The values of a record of kind establishment, as the screen shows them. */
export interface EstablishmentValues {
  readonly name: string;
  readonly registration_no?: string | null;
  readonly district?: string | null;
  readonly address?: string | null;
  readonly location?: { readonly lat: number; readonly lon: number; readonly accuracy_m: number } | null;
  readonly sector?: string | null;
  readonly workers_declared?: number | null;
  readonly owner?: string | null;
  readonly phone?: string | null;
  readonly status?: string;
  readonly remarks?: string | null;
  readonly aliases?: readonly string[] | null;
  readonly branch_of?: string | null;
  readonly principals?: readonly string[] | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind visit, as the screen shows them. */
export interface VisitValues {
  readonly establishment: string;
  readonly district: string;
  readonly inspector?: string | null;
  readonly due?: string | null;
  readonly status?: string;
  readonly check_in_ms?: number | null;
  readonly check_out_ms?: number | null;
  readonly minutes_on_site?: number | null;
  readonly documents_seen?: readonly string[] | null;
  readonly notes?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind report, as the screen shows them. */
export interface ReportValues {
  readonly visit: string;
  readonly months_checked?: readonly string[] | null;
  readonly months_paid?: readonly string[] | null;
  readonly headcount?: { readonly men: number; readonly women: number; readonly total: number } | null;
  readonly records_produced?: readonly string[] | null;
  readonly records_refused?: boolean | null;
  readonly person_met?: string | null;
  readonly place?: { readonly lat: number; readonly lon: number; readonly accuracy_m: number } | null;
  readonly remarks?: string | null;
  readonly checklist?: string | null;
  readonly checklist_note?: string | null;
  readonly erased?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind wage_line, as the screen shows them. */
export interface WageLineValues {
  readonly report: string;
  readonly month: string;
  readonly wage_rs: number;
  readonly worker_name?: string | null;
  readonly cnic?: string | null;
  readonly days?: number | null;
  readonly declared_wage_rs?: number | null;
  readonly registered?: boolean | null;
  readonly by_day?: boolean | null;
  readonly remarks?: string | null;
  readonly erased?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind photo, as the screen shows them. */
export interface PhotoValues {
  readonly report: string;
  readonly sha256: string;
  readonly size: number;
  readonly media_type: string;
  readonly taken_ms?: number | null;
  readonly place?: { readonly lat: number; readonly lon: number; readonly accuracy_m: number } | null;
  readonly purpose?: string | null;
  readonly caption?: string | null;
  readonly erased?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind lead, as the screen shows them. */
export interface LeadValues {
  readonly what: string;
  readonly name: string;
  readonly district: string;
  readonly address?: string | null;
  readonly location?: { readonly lat: number; readonly lon: number; readonly accuracy_m: number } | null;
  readonly sector?: string | null;
  readonly workers_about?: number | null;
  readonly principal?: string | null;
  readonly establishment?: string | null;
  readonly report?: string | null;
  readonly remarks?: string | null;
  readonly cause?: string | null;
  readonly workers_found?: number | null;
  readonly reports?: readonly string[] | null;
  readonly status?: string;
  readonly reason?: string | null;
  readonly handed_over_on?: string | null;
  readonly reference?: string | null;
  readonly registration_no?: string | null;
  readonly registered_as?: string | null;
  readonly registered_on?: string | null;
  readonly cards?: number | null;
  readonly cards_on?: string | null;
  readonly duplicate_of?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind answer, as the screen shows them. */
export interface AnswerValues {
  readonly report: string;
  readonly question: string;
  readonly item?: string | null;
  readonly value?: string | number | boolean | readonly string[] | null;
  readonly private_value?: string | null;
  readonly erased?: string | null;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind checklist, as the screen shows them. */
export interface ChecklistValues {
  readonly checklist: string;
  readonly version: number;
  readonly valid_from: string;
  readonly valid_to?: string | null;
  readonly body: unknown;
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record of kind conflict, as the screen shows them. */
export interface ConflictValues {
  readonly record: string;
  readonly of: string;
  readonly about: string;
  readonly open: boolean;
  readonly candidates: readonly unknown[];
  readonly withdrawn?: { readonly reason: string; readonly seen: readonly string[] } | null;
}

/** The values of a record, by its kind. */
export interface ValuesOf {
  establishment: EstablishmentValues;
  visit: VisitValues;
  report: ReportValues;
  wage_line: WageLineValues;
  photo: PhotoValues;
  lead: LeadValues;
  answer: AnswerValues;
  checklist: ChecklistValues;
  conflict: ConflictValues;
}
