/** The law as dated rows: by what they are about, with when they hold, on what basis, and whether that was read. */
import { BookX, CircleHelp, Plus } from "lucide-preact";
import { plainDate, today, whole } from "../../shared/format";
import { Banner, Empty, Field, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { KindListed, RateRow } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useMe } from "../me";
import { kindName, valueName } from "../recovery/law";
import { address, go, Link, parts, query } from "../router";
import { LawForm } from "./form";
import { ConfirmedMark, StandingMark, Validity } from "./marks";
import { RowPage } from "./row";
import { byKind, standing } from "./standing";
import { lawWords } from "./words";
import "./law.css";

const DAY_MS = 86_400_000;

export function LawRoom() {
  const [, what, id] = parts.value;
  const rows = useAnswer<RateRow[]>("/api/statute");
  const kinds = useAnswer<KindListed[]>("/api/statute/kinds");
  const failed = [rows, kinds].find((each) => each.problem !== null && !each.data);
  if (!rows.data || !kinds.data)
    return (
      <div class="today">
        <header class="strip">
          <h1>{lawWords().title}</h1>
        </header>
        {failed ? <Trouble problem={failed.problem} again={failed.again} /> : <Loading />}
      </div>
    );
  const row = rows.data.find((each) => each.id === id);
  if (what === "new" || (what === "correct" && row)) return <LawForm key={`${what} ${id}`} corrected={what === "correct" ? row : undefined} rows={rows.data} kinds={kinds.data} />;
  if (what !== undefined) return <RowPage row={rows.data.find((each) => each.id === (what === "rows" ? id : ""))} rows={rows.data} />;
  return <Rows rows={rows.data} kinds={kinds.data} />;
}

/** Who may try out what a row changes. */
export function mayTry(roles: readonly string[]): boolean {
  return roles.includes("directorate") || roles.includes("administrator");
}

function Rows({ rows, kinds }: { rows: readonly RateRow[]; kinds: readonly KindListed[] }) {
  const said = lawWords();
  const { roles } = useMe();
  const kind = query.value.get("kind");
  const unread = query.value.get("show") === "unconfirmed";
  const at = (more: Record<string, string | null>): string => address(["law"], { kind, show: unread ? "unconfirmed" : null, ...more });
  const shown = rows.filter((each) => (kind === null || each.kind === kind) && !(unread && each.confirmed));
  const unconfirmed = shown.filter((each) => !each.confirmed).length;
  return (
    <div class="today">
      <header class="strip">
        <h1>{said.title}</h1>
        <Field label={said.kind}>
          {(ids) => (
            <select {...ids} class="input law-kinds" value={kind ?? ""} data-testid="law-kind" onChange={(event) => go(at({ kind: event.currentTarget.value || null }))}>
              <option value="">{said.allKinds}</option>
              {kinds.map((each) => (
                <option key={each.kind} value={each.kind}>
                  {kindName(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <label class="line law-check">
          <input type="checkbox" checked={unread} data-testid="law-unconfirmed" onChange={(event) => go(at({ show: event.currentTarget.checked ? "unconfirmed" : null }))} />
          {said.onlyUnconfirmed}
        </label>
        {mayTry(roles) && (
          <Link class="button button--main end" to={address(["law", "new"], { kind })} data-testid="law-add">
            <Plus size={20} aria-hidden="true" />
            {said.add}
          </Link>
        )}
      </header>
      <div class="law-scroll">
        {unconfirmed > 0 ? <Banner tone="warn" icon={CircleHelp} title={said.unconfirmedCount(ltr(whole(unconfirmed)))} /> : <p class="muted">{said.intro}</p>}
        {shown.length === 0 && (
          <Empty icon={BookX} title={said.none}>
            {said.noneNext}
          </Empty>
        )}
        {byKind(shown, kinds.map((each) => each.kind)).map(([each, found]) => (
          <Kind key={each} kind={each} found={found} rows={rows} />
        ))}
      </div>
    </div>
  );
}

function Kind({ kind, found, rows }: { kind: string; found: readonly RateRow[]; rows: readonly RateRow[] }) {
  const said = lawWords();
  const title = kindName({ kind });
  const now = today(Date.now());
  return (
    <section class="card law-card" aria-labelledby={`kind-${kind}`}>
      <h2 id={`kind-${kind}`}>{title}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label={title}>
        <table class="table table--rows law-table">
          <thead>
            <tr>
              <th scope="col">{said.value}</th>
              <th scope="col">{said.valid}</th>
              <th scope="col">{said.notified}</th>
              <th scope="col">{said.basis}</th>
              <th scope="col">{said.state}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((row) => {
              const stands = standing(row, now, rows);
              return (
                <tr key={row.id} data-testid="law-row" data-row={row.id} data-standing={stands} data-confirmed={String(row.confirmed)} class={stands === "counts" ? "law-counts" : undefined}>
                  <td>
                    <Link class="row-link" to={address(["law", "rows", row.id])}>
                      {valueName(row)}
                    </Link>
                  </td>
                  <td>
                    <Validity row={row} />
                  </td>
                  <td>
                    <Notified row={row} />
                  </td>
                  <td lang="en" dir="ltr" class="law-text">
                    {row.legal_basis}
                    <span class="law-source">{row.source}</span>
                    {row.note && <span class="law-source">{row.note}</span>}
                  </td>
                  <td>
                    <div class="law-marks">
                      <StandingMark standing={stands} />
                      <ConfirmedMark row={row} />
                    </div>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** When a row was notified, and how long after it began. */
export function Notified({ row }: { row: RateRow }) {
  const said = lawWords();
  if (row.notified_on == null) return <span class="muted">{said.notNoted}</span>;
  const late = Math.round((Date.parse(row.notified_on) - Date.parse(row.valid_from)) / DAY_MS);
  return (
    <>
      {plainDate(row.notified_on)}
      {late > 0 && <p class="caption">{said.late(ltr(whole(late)))}</p>}
    </>
  );
}
