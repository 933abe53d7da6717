/** Which heading of a file stands for which column: what is asked of the server, and whether all is named. */
import type { Preview } from "../../shared/wire.gen";

/** The place of a heading by the column it stands for, as the reader chose; -1: none of them. */
export type Chosen = Readonly<Record<string, number>>;

/** Which heading stands for each column now: what was chosen, or else what the server takes it for. */
export function meant(preview: Pick<Preview, "columns" | "known">, chosen: Chosen): Readonly<Record<string, number>> {
  return Object.fromEntries(preview.known.map((name) => [name, chosen[name] ?? preview.columns.indexOf(name)]));
}

/** What is asked: the month of rows that name none, and each heading that was chosen. */
export function asked(preview: Pick<Preview, "headings"> | null, chosen: Chosen, month: string, more: Readonly<Record<string, string>> = {}): string {
  const given = new URLSearchParams(more);
  if (month) given.set("month", month);
  for (const [name, place] of Object.entries(chosen)) {
    const heading = preview?.headings[place];
    if (heading) given.append("column", `${name}=${heading}`);
  }
  return given.toString();
}

/** Whether a file may be brought in: it can be read, and at least one line would be taken. */
export function isReady(preview: Pick<Preview, "problem" | "lines">): boolean {
  return preview.problem === "" && preview.lines > 0;
}
