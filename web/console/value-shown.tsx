/** A value of a record on a page; one that names another record leads there. */
import type { Shown } from "../shared/wire.gen";
import { useAnswer } from "./data";
import { Link, recordAddress } from "./router";
import { comma, fieldName, shortId, valueText, type Lookup } from "./values";

const LEADING: ReadonlySet<string> = new Set(["establishment", "visit", "report", "record"]);
/** Fields that name establishments of any district. */
const LINKS: ReadonlySet<string> = new Set(["branch_of", "principals"]);

export function ValueShown({ kind, field, value, look }: { kind: string; field: string; value: unknown; look: Lookup }) {
  const text = valueText(kind, field, value, look);
  if (LINKS.has(field) && value !== null) return <Units ids={(Array.isArray(value) ? value : [value]).map(String)} none={text} />;
  if (typeof value !== "string" || !LEADING.has(field)) return <bdi class="break">{text}</bdi>;
  return <Link to={recordAddress(value)}>{text.includes(value) ? `${fieldName(field)} ${shortId(value)}` : <bdi>{text}</bdi>}</Link>;
}

function Units({ ids, none }: { ids: readonly string[]; none: string }) {
  if (ids.length === 0) return <bdi>{none}</bdi>;
  return (
    <>
      {ids.map((id, at) => (
        <span key={id}>
          {at > 0 && comma()}
          <Unit id={id} />
        </span>
      ))}
    </>
  );
}

/** An establishment by its name; by the end of its id where the reader's postings do not reach it. */
function Unit({ id }: { id: string }) {
  const name = useAnswer<Shown>(`/api/records/${encodeURIComponent(id)}`).data?.values.name;
  return <Link to={recordAddress(id)}>{typeof name === "string" ? <bdi>{name}</bdi> : shortId(id)}</Link>;
}
