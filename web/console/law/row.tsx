/** One row of the law with every version of it: who put it in force, why, and what was accepted with it. */
import { ArrowLeft, BookX, Pencil } from "lucide-preact";
import { rupees, today, whole } from "../../shared/format";
import { Empty, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { RateRow, VersionListed } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useMe } from "../me";
import { Note } from "../note";
import { kindName, valueName } from "../recovery/law";
import { address, go, Link, query } from "../router";
import { when } from "../values";
import { ConfirmedMark, StandingMark, Validity } from "./marks";
import { mayTry, Notified } from "./room";
import { standing } from "./standing";
import { lawWords } from "./words";

export function RowPage({ row, rows }: { row: RateRow | undefined; rows: readonly RateRow[] }) {
  const said = lawWords();
  const { roles } = useMe();
  const visits = query.value.get("visits");
  return (
    <div class="page">
      <Link class="back" to={address(["law"])}>
        <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
        {said.back}
      </Link>
      {row === undefined ? (
        <>
          <h1 class="visually-hidden">{said.title}</h1>
          <Empty icon={BookX} title={said.noRow}>
            {said.noRowNext}
          </Empty>
        </>
      ) : (
        <>
          {visits !== null && <Note testid="law-done" text={visits === "same" ? said.doneSame : said.done(ltr(visits))} onClose={() => go(address(["law", "rows", row.id]), true)} />}
          <header class="line wrap">
            <div class="grow">
              <p class="muted">{kindName(row)}</p>
              <h1 data-testid="law-value">{valueName(row)}</h1>
            </div>
            <StandingMark standing={standing(row, today(Date.now()), rows)} />
            <ConfirmedMark row={row} />
            {mayTry(roles) && (
              <Link class="button" to={address(["law", "correct", row.id])} data-testid="law-correct">
                <Pencil size={18} aria-hidden="true" />
                {said.correct}
              </Link>
            )}
          </header>
          <section class="card">
            <RowFacts row={row} />
          </section>
          <Versions row={row} />
        </>
      )}
    </div>
  );
}

/** All that a row says. */
export function RowFacts({ row }: { row: RateRow }) {
  const said = lawWords();
  return (
    <dl class="facts">
      <div>
        <dt>{said.value}</dt>
        <dd class="strong">{valueName(row)}</dd>
      </div>
      <div>
        <dt>{said.valid}</dt>
        <dd>
          <Validity row={row} />
        </dd>
      </div>
      <div>
        <dt>{said.notified}</dt>
        <dd>
          <Notified row={row} />
        </dd>
      </div>
      {[
        [said.basisLabel, row.legal_basis],
        [said.sourceLabel, row.source],
        [row.confirmed ? said.note : said.noteUnconfirmed, row.note],
      ].map(([label, text]) =>
        text ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="break">
              <bdi>{text}</bdi>
            </dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

function Versions({ row }: { row: RateRow }) {
  const said = lawWords();
  const asked = useAnswer<VersionListed[]>("/api/statute/versions");
  const found = (asked.data ?? []).filter((each) => each.row.id === row.id).sort((one, other) => other.version - one.version);
  return (
    <section class="card">
      <h2>{said.versions}</h2>
      <p class="caption">{said.versionsWhy}</p>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!asked.data && asked.problem === null && <Loading />}
      <ol>
        {found.map((each) => (
          <li key={each.version} class="entry" data-testid="law-version">
            <p>
              <b>{said.version(ltr(each.version))}</b> · {when(each.added_ms)} · <bdi>{each.accepted_by ? said.by(`\u2068${each.accepted_by}\u2069`) : each.version === 1 && !each.accepted ? said.shipped : said.byCommand}</bdi>
            </p>
            <p>
              {valueName(each.row)} · <Validity row={each.row} />
            </p>
            {each.reason && (
              <p>
                {said.reason}: <bdi>{each.reason}</bdi>
              </p>
            )}
            {each.accepted && (
              <p class="muted">
                {said.reports}: {said.touched(ltr(whole(each.accepted.assessments)))}, {rupees(each.accepted.assessments_old_rs)} → {rupees(each.accepted.assessments_new_rs)} · {said.accounts}: {said.touched(ltr(whole(each.accepted.accounts)))}, {rupees(each.accepted.accounts_old_rs)} →{" "}
                {rupees(each.accepted.accounts_new_rs)}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
