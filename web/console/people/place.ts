/** What a posting is called. */
import { roleNames } from "../words/shell";
import type { Place } from "./posts";
import { peopleWords } from "./words";

/** A role with its district in words. `name`: what a district is called. */
export function placeName({ role, district }: Place, name: (id: string) => string): string {
  const said = peopleWords();
  const what = roleNames()[role];
  return district === null ? said.everywhereAs(what) : said.inDistrict(what, `\u2068${name(district)}\u2069`);
}
