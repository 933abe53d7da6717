/** The ledger as a file of comma-separated values, for a spreadsheet. */
import type { DeviceAccount } from "../../shared/wire.gen";

const COLUMNS = ["name", "district", "people", "captured", "received", "unsent", "landed", "held", "waiting", "quarantined", "lost", "repeated", "photos_missing", "photos_missing_bytes", "photos_unsent", "told", "heard", "alarms", "device"] as const;

type Column = (typeof COLUMNS)[number];

/** One line for each account under a line of headings. Moments are UTC as in ISO 8601. */
export function ledgerCsv(accounts: readonly DeviceAccount[]): string {
  const lines = accounts.map((each) => COLUMNS.map((column) => cell(value(each, column))).join(","));
  return [COLUMNS.join(","), ...lines, ""].join("\r\n");
}

function value(account: DeviceAccount, column: Column): string | number | null {
  switch (column) {
    case "people":
      return account.people.join("; ");
    case "told":
      return moment(account.told_ms);
    case "heard":
      return moment(account.contact_ms);
    case "alarms":
      return account.alarms.map(({ code, number }) => `${code} ${number}`).join("; ");
    default:
      return account[column];
  }
}

function moment(ms: number | null): string {
  return ms === null ? "" : new Date(ms).toISOString();
}

/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it: a tablet bears the name that somebody typed. */
function cell(given: string | number | null): string {
  const text = String(given ?? "");
  const safe = typeof given === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
