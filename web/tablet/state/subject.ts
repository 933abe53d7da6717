/** What a record is about, for a person: which establishment, and which worker. */
import type { Candidate, Shown, Tablet } from "../../sync/tablet";

const PARENTS = ["report", "visit", "establishment"] as const;
const UP_MAX = 4;

/** The names of whom and what a record is about, nearest first; empty for a record that is not here. */
export async function subjectOf(from: Tablet, record: string): Promise<string[]> {
  const names: string[] = [];
  let at: string | undefined = record;
  for (let up = 0; up < UP_MAX && at !== undefined; up += 1) {
    const values = await from.shown(at);
    for (const field of ["worker_name", "name"]) {
      const name = values?.[field];
      if (typeof name === "string" && name !== "") names.push(name);
    }
    at = PARENTS.map((field) => values?.[field]).find((parent): parent is string => typeof parent === "string");
  }
  return names;
}

/** The sides of a conflict, as the office tells them (docs/protocol.md, "Merge"). */
export const sidesOf = (conflict: Shown): readonly Candidate[] => (conflict.values["candidates"] ?? []) as readonly Candidate[];

/** Whether one of these people wrote one of a conflict's sides. */
export const isOf = (conflict: Shown, people: ReadonlySet<string>): boolean =>
  sidesOf(conflict).some(({ by }) => typeof by === "string" && people.has(by));
