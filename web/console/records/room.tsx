/** One record: what it says now, what it belongs to, and every entry that made it so. */
import { CircleHelp, GitCompareArrows } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, Chip, Empty, Loading, Trouble } from "../../shared/parts";
import type { Entry, Row, Shown, VisitListed } from "../../shared/wire.gen";
import { PAGE } from "../answers";
import { useAnswer, useList } from "../data";
import { EntryShown } from "../entry-shown";
import { useMe } from "../me";
import { useNames, type Names } from "../names";
import { address, Link, parts, recordAddress } from "../router";
import { Unknown } from "../shell";
import { fieldName, kindName, kindOf, monthText, shortId, valueText } from "../values";
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
          <header class="page__head">
            <p class="muted">{kindName(record.kind)}</p>
            <h1>
              <bdi>{titleOf(record, names)}</bdi>
            </h1>
          </header>
          <Around record={record} />
          <div class="page__columns">
            <Values record={record} names={names} />
            <History record={record} names={names} />
          </div>
        </>
      )}
    </div>
  );
}

/** What to call a record on its own page. */
export function titleOf(record: Shown, names: Names): string {
  const { name, month, caption, establishment } = record.values;
  if (typeof name === "string" && name) return name;
  if (record.kind === "wage_line" && typeof month === "string") return `${kindName(record.kind)}, ${monthText(month)}`;
  if (typeof caption === "string" && caption) return caption;
  if (typeof establishment === "string") return names.by.get(establishment) ?? `${kindName(record.kind)} ${shortId(record.record)}`;
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
    ...(reports ?? []).map((each) => ({ id: each.record, label: `${kindName("report")} ${shortId(each.record)}` })),
    ...(visits ?? []).map((each) => ({ id: each.id, label: `${kindName("visit")}, ${valueText("visit", "due", each.due)}` })),
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
              <bdi class="break">{valueText(record.kind, field, value, look)}</bdi>{" "}
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
