/** A district's measures in words, the same on the map, in the card and in the table. */
import { rupees, whole } from "../../shared/format";
import { ltr } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { ENOUGH, percent, tooFew, valueOf, type Measure, type Steps } from "./measures";
import { overviewWords } from "./words";

/** The value of a measure in words, or why there is none. */
export function valueText(row: Compliance, measure: Measure): string {
  const said = overviewWords();
  const value = valueOf(row, measure);
  if (value === null && measure === "visited") return said.noMeasure;
  if (row.visited === 0 && measure !== "visited") return said.notVisited;
  if (value === null || tooFew(row, measure)) return said.few(ltr(row.visited));
  return measure === "due" ? rupees(row.due_rs) : said.percent(ltr(percent(value)));
}

/** What stands behind the value: counts beside shares. */
export function behindText(row: Compliance, measure: Measure): string {
  const said = overviewWords();
  const visited = said.visitedOf(ltr(whole(row.visited)), ltr(whole(row.establishments)));
  if (measure === "clear" && row.visited > 0) return said.clearOf(ltr(whole(row.visited - row.flagged)), ltr(whole(row.visited)));
  if (measure === "due" && row.visited > 0) return said.flaggedOf(ltr(whole(row.flagged)), ltr(whole(row.visited)));
  return visited;
}

/** What the legend says of each of the five steps. */
export function stepTexts(steps: Steps, measure: Measure): readonly string[] {
  const said = overviewWords();
  const [first, , , last] = steps;
  const bound = (at: bigint) => (measure === "due" ? rupees(String(at)) : said.percent(ltr(String(at))));
  const middle = steps.slice(0, 3).map((from, index) => {
    const to = steps[index + 1] ?? from;
    return measure === "due" ? said.upFrom(bound(from)) : said.percent(ltr(to - from > 1n ? `${from}–${to - 1n}` : String(from)));
  });
  return [said.under(bound(first)), ...middle, said.upFrom(bound(last))];
}

/** What hatched districts have in common, or null where none can be hatched. */
export function hatchText(measure: Measure): string | null {
  const said = overviewWords();
  if (measure === "visited") return null;
  return measure === "due" ? said.notVisitedLegend : said.fewLegend(ltr(ENOUGH.clear));
}
