/** Months of the wire ("2026-08") as people say them: runs of months together. */
import { month } from "../../shared/format";

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

/** "August 2026 – October 2026, December 2026". */
export function monthSpan(months: readonly string[]): string {
  return runs(months)
    .map(([first, last]) => (first === last ? month(first) : `${month(first)} – ${month(last)}`))
    .join(", ");
}

function numbered(each: string): number {
  return Number(each.slice(0, 4)) * 12 + Number(each.slice(5));
}
