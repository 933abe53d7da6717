/** Numbers, money and times for people. Western digits in every language; money is text and stays exact. */
import { language, ltr } from "./words";

const ZONE = "Asia/Karachi";
const GROUPS = /\B(?=(\d{3})+(?!\d))/g;

/** Rupees, never parted at a line's end, as "Rs 2,400" or, where there are paisa, "Rs 2,400.50". `amount` is exact text or a whole number. */
export function rupees(amount: string | number): string {
  const text = String(amount);
  const match = /^(-?)(\d+)(?:\.(\d{2}))?$/.exec(text);
  if (!match) throw new RangeError(`not an amount of rupees: ${text}`);
  const [, sign = "", whole = "0", paisa = "00"] = match;
  const grouped = whole.replace(GROUPS, ",");
  return ltr(`${sign ? "−\u00a0" : ""}Rs\u00a0${grouped}${paisa === "00" ? "" : `.${paisa}`}`);
}

/** A whole number with its thousands apart. */
export function whole(amount: number): string {
  return String(Math.trunc(amount)).replace(GROUPS, ",");
}

function format(ms: number, options: Intl.DateTimeFormatOptions): string {
  const locale = language.value === "ur" ? "ur-PK-u-nu-latn" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(ms);
}

/** "11:42". */
export function clock(ms: number): string {
  return format(ms, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "11:42:07": when something was kept. */
export function clockExact(ms: number): string {
  return format(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** "Mon 23 November 2026". */
export function day(ms: number): string {
  return format(ms, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
}

/** A date of the wire, "2026-11-23", as "Mon 23 November 2026". */
export function date(iso: string): string {
  return day(Date.parse(`${iso}T12:00:00+05:00`));
}

/** A date of the wire, "2026-07-01", as "1 July 2026": when a law began. */
export function plainDate(iso: string): string {
  return plainDay(Date.parse(`${iso}T12:00:00+05:00`));
}

/** "23 November 2026": a day where its name says nothing. */
export function plainDay(ms: number): string {
  return format(ms, { day: "numeric", month: "long", year: "numeric" });
}

/** A month of the wire, "2026-06", as "June 2026". */
export function month(iso: string): string {
  return format(Date.parse(`${iso}-15T12:00:00+05:00`), { month: "long", year: "numeric" });
}

/** The month alone, "June", where the year stands beside it already. */
export function monthAlone(iso: string): string {
  return format(Date.parse(`${iso}-15T12:00:00+05:00`), { month: "long" });
}

/** Today's date in Pakistan, as on the wire. */
export function today(nowMs: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" }).format(nowMs);
}

/** Typed digits of any script as 0 to 9; everything else stays. */
export function westernDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
}
