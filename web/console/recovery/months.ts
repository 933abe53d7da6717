/** Months of the wire ("2026-08") as people say them: runs of months together. */
import { month, monthAlone } from "../../shared/format";
import { language } from "../../shared/words";

/** Months in runs that follow each other, each as its first and its last. */
export function runs(months: readonly string[]): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  for (const each of [...new Set(months)].sort()) {
    const last = found.at(-1);
    if (last && numbered(each) === numbered(last[1]) + 1) last[1] = each;
    else found.push([each, each]);
  }
  return found;
}

/** "August – October 2026, December 2026". */
export function monthSpan(months: readonly string[]): string {
  return runs(months).map(said).join(language.value === "ur" ? "، " : ", ");
}

function said([first, last]: readonly [string, string]): string {
  if (first === last) return month(first);
  const sameYear = first.slice(0, 4) === last.slice(0, 4);
  return `${sameYear ? monthAlone(first) : month(first)} – ${month(last)}`;
}

function numbered(each: string): number {
  return Number(each.slice(0, 4)) * 12 + Number(each.slice(5));
}
