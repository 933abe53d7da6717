/** One conflict: what both saw before, what each wrote, what it would change, and what is equal. */
import { FileClock, GitCompareArrows, History } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { clockExact, day, rupees } from "../../shared/format";
import { Banner, Button, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { ConflictOpened, Side } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useNames } from "../names";
import { Link, recordAddress } from "../router";
import { ValueShown } from "../value-shown";
import { dateText, fieldName, kindName, listed, valueText, type Lookup } from "../values";
import { conflictWords } from "../words/conflicts";
import { Decide } from "./decide";
import { Decisions } from "./decisions";
import { hasEffect, inShownOrder, letter, news, sideText } from "./sides";

export function ConflictPane({ id, onDecided }: { id: string; onDecided: (said: string) => void }) {
  const said = conflictWords();
  const asked = useAnswer<ConflictOpened>(`/api/conflicts/${encodeURIComponent(id)}`);
  const names = useNames();
  const [conflict, showNow] = useFrozen(asked.data, asked.atMs);
  const place = conflict?.establishment;
  const look = { names: place?.name ? new Map([...names.by, [place.id, place.name]]) : names.by };
  const fresh = conflict && asked.data?.open ? news(conflict, asked.data) : null;
  const closed = asked.data?.open === false;
  return (
    <section class="pane pane--decide" aria-labelledby="conflict-title">
      <div class="pane__scroll">
        {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
        {!conflict && asked.problem === null && <Loading />}
        {conflict && (
          <>
            <Head conflict={conflict} look={look} />
            {fresh && (
              <Banner tone="warn" icon={GitCompareArrows} title={fresh === "came" ? said.arrived : said.gone} action={<Button onClick={showNow} data-testid="show-now">{said.arrivedShow}</Button>}>
                {fresh === "came" && said.arrivedMore}
              </Banner>
            )}
            {closed && (
              <Banner tone="ok" title={said.closedTitle}>
                {said.closedMore}
              </Banner>
            )}
            {asked.data && <Decisions conflict={asked.data} look={look} />}
            <Comparison conflict={conflict} look={look} />
            <Rest conflict={conflict} look={look} />
          </>
        )}
      </div>
      {conflict && !closed && <Decide conflict={conflict} look={look} onDecided={(words) => onDecided(fresh === "came" ? `${words} ${said.decidedOpen}` : words)} />}
    </section>
  );
}

/**
 * What is being compared. From the first answer on it stays as it is until somebody asks for the newer one: no side
 * moves, comes or goes under the eyes of whoever decides, and only what was seen is decided.
 */
function useFrozen(data: ConflictOpened | undefined, atMs: number): [ConflictOpened | undefined, () => void] {
  const since = useRef(Date.now());
  const kept = useRef<ConflictOpened | undefined>(undefined);
  const [, again] = useState(0);
  // What was closed when it was opened is not being decided: once it is open again, the newer one is shown.
  if ((!kept.current || !kept.current.open) && data && atMs >= since.current) kept.current = data;
  const showNow = () => {
    kept.current = data && kept.current ? inShownOrder(kept.current, data) : data;
    again((n) => n + 1);
  };
  return [kept.current ?? data, showNow];
}

function Head({ conflict, look }: { conflict: ConflictOpened; look: Lookup }) {
  const said = conflictWords();
  const withdrawn = conflict.about === "withdrawn";
  const where = [conflict.establishment?.name, conflict.visit?.due ? dateText(conflict.visit.due) : null, kindName(conflict.of)].filter(Boolean);
  const who = ["worker_name", "cnic", "month"].filter((field) => field in conflict.others);
  return (
    <header class="pane__head">
      <div class="grow">
        <p class="caption">
          {where.map((each, at) => (
            <span key={at}>
              {at > 0 && " · "}
              <bdi>{each}</bdi>
            </span>
          ))}
        </p>
        <h2 id="conflict-title">{withdrawn ? said.titleWithdrawn(kindName(conflict.of)) : said.title(fieldName(conflict.about), ltr(conflict.candidates.length))}</h2>
        {who.length > 0 && (
          <p class="muted">
            {who.map((field, at) => (
              <span key={field}>
                {at > 0 && " · "}
                <bdi>{otherText(conflict, field, look)}</bdi>
              </span>
            ))}
          </p>
        )}
      </div>
      <Link class="button" to={recordAddress(conflict.record)}>
        <History size={18} aria-hidden="true" />
        {said.history}
      </Link>
    </header>
  );
}

function otherText(conflict: ConflictOpened, field: string, look: Lookup): string {
  const value = conflict.others[field];
  return conflict.masked.includes(field) ? ltr(String(value ?? "")) : valueText(conflict.of, field, value, look);
}

function Comparison({ conflict, look }: { conflict: ConflictOpened; look: Lookup }) {
  const said = conflictWords();
  const { before, candidates } = conflict;
  const row = (label: ComponentChildren, first: ComponentChildren, of: (side: Side, at: number) => ComponentChildren, kind = "") => (
    <tr class={kind}>
      <th scope="row">{label}</th>
      <td class="compare__before">{first}</td>
      {candidates.map((side, at) => (
        <td key={side.write}>{of(side, at)}</td>
      ))}
    </tr>
  );
  return (
    <div class="scroll compare" tabIndex={0} role="group" aria-label={said.compared}>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">
              <span class="compare__who">
                <FileClock size={18} aria-hidden="true" />
                {before ? said.before : said.beforeNone}
              </span>
              <span class="caption">{before ? <Author name={before.by_name} t={before.t} place={null} /> : said.beforeNoneWhy}</span>
            </th>
            {candidates.map((side, at) => (
              <th scope="col" key={side.write} data-testid={`candidate-${letter(at)}`} data-write={side.write}>
                <span class="compare__who">
                  <kbd>{letter(at)}</kbd>
                  <bdi>{side.by_name ?? said.side(letter(at))}</bdi>
                </span>
                <span class="caption">
                  <Author name={null} t={side.t} place={side.device_name === "office" ? said.atOffice : side.device_name} />
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row(fieldName(conflict.about), before ? <bdi class="compare__value">{sideText(conflict, before, look)}</bdi> : null, (side) => <bdi class="compare__value">{sideText(conflict, side, look)}</bdi>, "compare__values")}
          {hasEffect(conflict) && row(<>{said.ifKept}<span class="caption">{said.owed}</span></>, null, (side) => <Owed side={side} record={conflict.record} />, "compare__shade")}
          {row(said.then, before ? said.thenBefore : null, (side) => follows(conflict, side))}
        </tbody>
      </table>
    </div>
  );
}

function Author({ name, t, place }: { name: string | null; t: number; place: string | null | undefined }) {
  return (
    <>
      {name && (
        <>
          <bdi>{name}</bdi> ·{" "}
        </>
      )}
      <Num>{clockExact(t)}</Num> · {day(t)}
      {place && (
        <>
          {" "}
          · <bdi>{place}</bdi>
        </>
      )}
    </>
  );
}

function Owed({ side, record }: { side: Side; record: string }) {
  const said = conflictWords();
  if (side.line_due_rs == null) return <>{said.noMoney}</>;
  const remarks = side.remarks ?? [];
  return (
    <>
      <span class="compare__owed">
        <Link to={recordAddress(record)}>{rupees(side.line_due_rs)}</Link> <span class="caption">{said.lineDue}</span>
      </span>
      {side.report_due_rs != null && (
        <span class="compare__owed">
          <b>{rupees(side.report_due_rs)}</b> <span class="caption">{said.reportDue}</span>
        </span>
      )}
      {remarks.map((each) => (
        <p key={each} class="caption">
          {said.beside}: <bdi lang="en">{each}</bdi>
        </p>
      ))}
      {(side.rate_row_ids ?? []).length > 0 && (
        <details class="whole">
          <summary>{said.law}</summary>
          <ul class="caption">
            {side.rate_row_ids?.map((each) => (
              <li key={each}>
                <Num>{each}</Num>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function follows(conflict: ConflictOpened, side: Side): string {
  const said = conflictWords();
  if (conflict.about !== "withdrawn") return said.thenKeep;
  return side.value === null ? said.thenRestored : said.thenWithdrawn;
}

function Rest({ conflict, look }: { conflict: ConflictOpened; look: Lookup }) {
  const said = conflictWords();
  const same = Object.keys(conflict.others);
  const masked = conflict.masked.length > 0 || conflict.candidates.some((each) => each.masked);
  return (
    <div class="compare__rest">
      {same.length > 0 && (
        <details>
          <summary>{said.same(ltr(same.length), listed(same.map(fieldName)))}</summary>
          <dl class="facts">
            {same.map((field) => (
              <div key={field}>
                <dt>{fieldName(field)}</dt>
                <dd>
                  {conflict.masked.includes(field) ? <bdi>{otherText(conflict, field, look)}</bdi> : <ValueShown kind={conflict.of} field={field} value={conflict.others[field]} look={look} />}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {conflict.disputed.length > 0 && <p>{said.also(listed(conflict.disputed.map(fieldName)))}</p>}
      {masked && <p class="caption">{said.masked}</p>}
    </div>
  );
}
