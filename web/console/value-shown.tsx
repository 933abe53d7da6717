/** A value of a record on a page; one that names another record leads there. */
import { Link, recordAddress } from "./router";
import { fieldName, shortId, valueText, type Lookup } from "./values";

const LEADING: ReadonlySet<string> = new Set(["establishment", "visit", "report", "record"]);

export function ValueShown({ kind, field, value, look }: { kind: string; field: string; value: unknown; look: Lookup }) {
  const text = valueText(kind, field, value, look);
  if (typeof value !== "string" || !LEADING.has(field)) return <bdi class="break">{text}</bdi>;
  return <Link to={recordAddress(value)}>{text.includes(value) ? `${fieldName(field)} ${shortId(value)}` : <bdi>{text}</bdi>}</Link>;
}
