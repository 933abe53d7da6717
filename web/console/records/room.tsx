/** One record: what it says now, what it belongs to, and every entry that made it so. */
import { CircleHelp, GitCompareArrows } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, Chip, Empty, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Entry, Row, Shown, VisitListed } from "../../shared/wire.gen";
import { PAGE } from "../answers";
import { useAnswer, useList } from "../data";
import { EntryShown } from "../entry-shown";
import { useMe } from "../me";
import { useNames, type Names } from "../names";
import { address, Link, parts, recordAddress } from "../router";
import { Unknown } from "../shell";
import { dateText, fieldName, kindName, kindOf, listed, monthText, shortId, valueText } from "../values";
import { ValueShown } from "../value-shown";
import { historyWords } from "../words/history";

/** The page of the record that the address names. */
export function RecordRoom() {
  const id = parts.value[1];
  return id === undefined ? <Unknown /> : <RecordPage key={id} id={id} />;
}

function RecordPage({ id }: { id: string }) {
  const shown = useAnswer<Shown>(`/api/records/${encodeURIComponent(id)}`);
  const names = useNames();
  const record = shown.data;
  return (
    <div class="page">
      {shown.problem !== null && (
        <>
          {!record && <h1>{historyWords().values}</h1>}
          <Trouble problem={shown.problem} again={shown.again} />
        </>
      )}
      {!record && shown.problem === null && <Loading />}
      {record && (
        <>
          <Placed record={record} names={names} />
        </>
      )}
    </div>
  );
}

/** A record with what it belongs to: whose it is stands above it, by name. */
function Placed({ record, names }: { record: Shown; names: Names }) {
  const root = useRecord(record.root === record.record ? null : record.root) ?? record;
  const establishment = useRecord(idIn(root, "establishment")) ?? (root.kind === "establishment" ? root : undefined);
  const named = nameOf(establishment);
  const by = new Map(names.by);
  if (establishment && named) by.set(establishment.record, named);
  const known = { by, of: names.of };
  const above = [kindName(record.kind), establishment === record ? null : named, root !== record && root.values.due ? valueText("visit", "due", root.values.due) : null];
  return (
    <>
      <header class="page__head">
        <p class="muted">
          {above.filter(Boolean).map((each, at) => (
            <span key={at}>
              {at > 0 && " · "}
              <bdi>{each}</bdi>
            </span>
          ))}
        </p>
        <h1>
          <bdi>{titleOf(record)}</bdi>
        </h1>
      </header>
      <Around record={record} />
      <div class="page__columns">
        <Values record={record} names={known} />
        <History record={record} names={known} />
      </div>
    </>
  );
}

function useRecord(id: string | null): Shown | undefined {
  return useAnswer<Shown>(id === null ? null : `/api/records/${encodeURIComponent(id)}`).data;
}

function idIn(record: Shown, field: string): string | null {
  const value = record.values[field];
  return typeof value === "string" ? value : null;
}

function nameOf(record: Shown | undefined): string | null {
  const name = record?.values.name;
  return typeof name === "string" && name ? name : null;
}

/** What to call a record on its own page. */
export function titleOf(record: Shown): string {
  const { month, caption, due, about } = record.values;
  const name = nameOf(record);
  if (name) return name;
  if (record.kind === "wage_line" && typeof month === "string") return listed([kindName(record.kind), monthText(month)]);
  if (record.kind === "visit" && typeof due === "string") return listed([kindName(record.kind), dateText(due)]);
  if (record.kind === "conflict" && typeof about === "string") return `${kindName(record.kind)}: ${fieldName(about)}`;
  if (typeof caption === "string" && caption) return caption;
  return `${kindName(record.kind)} ${shortId(record.record)}`;
}

function Around({ record }: { record: Shown }) {
  const said = historyWords();
  const { roles } = useMe();
  const above = aboveOf(record);
  const below = useBelow(record);
  const canSeeFlags = record.kind === "establishment" && roles.some((role) => role === "supervisor" || role === "recovery_officer" || role === "directorate");
  if (above.length === 0 && below.length === 0 && !canSeeFlags) return null;
  return (
    <nav class="line wrap around" aria-label={said.belongsTo}>
      {above.map((each) => (
        <Link key={each.id} class="button" to={recordAddress(each.id)}>
          {each.kind ? kindName(each.kind) : said.belongsTo}
        </Link>
      ))}
      {below.map((each) => (
        <Link key={each.id} class="button button--quiet" to={recordAddress(each.id)}>
          {each.label}
        </Link>
      ))}
      {canSeeFlags && (
        <Link class="button button--quiet" to={address(["flags", record.record])}>
          {said.openFlags}
        </Link>
      )}
    </nav>
  );
}

/** What a record belongs to, nearest first. A kind that is not known here is "". */
function aboveOf(record: Shown): readonly { id: string; kind: string }[] {
  const { establishment, of } = record.values;
  const parent = kindOf(record.kind)?.parent?.kind ?? (typeof of === "string" ? of : "");
  const above = [
    { id: record.parent, kind: parent },
    { id: record.root, kind: kindOf(record.kind)?.parent ? "visit" : "" },
    { id: typeof establishment === "string" ? establishment : null, kind: "establishment" },
  ];
  const seen = new Set<string | null>([record.record, null]);
  return above.flatMap(({ id, kind }) => (id === null || seen.has(id) || !seen.add(id) ? [] : [{ id, kind }]));
}

function useBelow(record: Shown): readonly { id: string; label: string }[] {
  const reports = useList<Row>(record.kind === "visit" ? "/api/reports" : null, { visit: record.record }, (last) => last.record).data;
  const visits = useList<VisitListed>(record.kind === "establishment" ? "/api/visits" : null, { establishment: record.record }, (last) => last.id).data;
  return [
    ...(reports ?? []).map((each, at) => ({ id: each.record, label: `${kindName("report")} ${ltr(at + 1)}` })),
    ...(visits ?? []).map((each) => ({ id: each.id, label: listed([kindName("visit"), valueText("visit", "due", each.due)]) })),
  ];
}

function Values({ record, names }: { record: Shown; names: Names }) {
  const said = historyWords();
  const look = { personal: record.personal, names: names.by };
  const fields = Object.entries(record.values);
  return (
    <section class="card" aria-labelledby="values">
      <h2 id="values">{said.values}</h2>
      <dl class="facts">
        {fields.map(([field, value]) => (
          <div key={field}>
            <dt>{fieldName(field)}</dt>
            <dd>
              <ValueShown kind={record.kind} field={field} value={value} look={look} />{" "}
              {record.disputed.includes(field) && (
                <Chip small tone="warn" icon={GitCompareArrows}>
                  {said.disputed}
                </Chip>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {Object.keys(record.personal).length > 0 && <p class="caption card__foot">{said.maskedNote}</p>}
    </section>
  );
}

function History({ record, names }: { record: Shown; names: Names }) {
  const said = historyWords();
  const [pages, setPages] = useState(1);
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">{said.history}</h2>
      <p class="caption">{said.historyHint}</p>
      {Array.from({ length: pages }, (_, page) => (
        <HistoryPage key={page} record={record} names={names} skip={page * PAGE} more={page === pages - 1 ? () => setPages(pages + 1) : null} />
      ))}
    </section>
  );
}

function HistoryPage({ record, names, skip, more }: { record: Shown; names: Names; skip: number; more: (() => void) | null }) {
  const said = historyWords();
  const asked = useAnswer<Entry[]>(`/api/records/${encodeURIComponent(record.record)}/history`, { skip });
  const entries = asked.data;
  const look = { personal: record.personal, names: names.by };
  return (
    <>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!entries && asked.problem === null && <Loading />}
      {entries?.length === 0 && skip === 0 && <Empty icon={CircleHelp} title={said.nothing} />}
      <ol>{entries?.map((entry) => <EntryShown key={`${entry.device}:${entry.seq}`} entry={entry} names={names} look={look} />)}</ol>
      {entries?.length === PAGE && more && <Button onClick={more}>{said.more}</Button>}
    </>
  );
}
