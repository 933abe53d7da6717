/** A visit that is over: what was kept, what is only here, what is in dispute, and the way to correct it. */
import { CircleCheck, FileQuestion, Split, TabletSmartphone } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clockExact, month as monthName, today } from "../../shared/format";
import { Banner, Button, Chip, Empty, Loading, Num } from "../../shared/parts";
import type { Person, Shown, Values, View } from "../../sync/tablet";
import { correctionKey } from "../state/correct";
import { draftsOpen } from "../state/drafts";
import { officeNowMs, useAsked } from "../state/field";
import { sidesOf } from "../state/subject";
import { doneWords } from "../words/finish";
import { visitWords } from "../words/visits";
import { Answers } from "./answers";
import { CorrectLine, CorrectReport } from "./correct";
import { Facts } from "./facts";
import { Thumbnail } from "./photos";
import { ReceiptCard } from "./receipt_card";
import { fieldSaid, valueSaid } from "./said";
import { Shell } from "./shell";

const ANSWERS = ["headcount", "months_checked", "months_paid", "records_produced", "records_refused", "person_met", "remarks", "place"] as const;
const CELLS = ["worker_name", "cnic", "days", "by_day", "wage_rs", "declared_wage_rs", "registered"] as const;

interface DoneProps {
  readonly visit: View;
  readonly place: Values;
  readonly title: ComponentChildren;
  readonly sub: ComponentChildren;
  readonly who: Person;
}

interface Found {
  readonly reports: readonly Shown[];
  readonly lines: readonly Shown[];
  readonly photos: readonly Shown[];
  readonly answers: readonly Shown[];
  readonly conflicts: readonly Shown[];
}

/** Everything that belongs to a visit, in the order in which it was made. */
function useReports(visit: string): Found | undefined {
  return useAsked(async (from) => {
    const reports = (await from.list("report")).filter(({ values }) => values["visit"] === visit);
    const ids = new Set(reports.map(({ record }) => record));
    const ofThese = (each: Shown): boolean => ids.has(String(each.values["report"]));
    const lines = (await from.list("wage_line")).filter(ofThese);
    const photos = (await from.list("photo")).filter(ofThese);
    const answers = (await from.list("answer")).filter(ofThese);
    return { reports, lines, photos, answers, conflicts: await from.conflicts() };
  }, `done ${visit}`);
}

export function Done({ visit, place, title, sub, who }: DoneProps) {
  const t = doneWords();
  const found = useReports(visit.record);
  const status = visit.values["status"];
  const left = visit.values["check_out_ms"];
  const ended = visitWords();
  const words = status === "refused" ? ended.endedRefused : status === "not_found" ? ended.endedNotFound : t.keptMore;
  return (
    <Shell title={title} sub={sub} back="#/">
      <Banner tone="ok" icon={CircleCheck} title={typeof left === "number" ? <span data-testid="visit-kept">{t.kept(`\u2066${clockExact(left)}\u2069`)}</span> : words}>
        {visit.pending.length === 0 ? t.atOffice : words}
      </Banner>
      {visit.disputed.length > 0 && <Banner tone="warn" icon={Split} title={t.dispute} />}
      {found === undefined && <Loading />}
      {found?.reports.length === 0 && (
        <Empty icon={FileQuestion} title={t.noReport}>
          {t.noReportMore}
        </Empty>
      )}
      {found?.reports.map((report, at) => (
        <OneReport key={report.record} report={report} visit={visit} found={found} number={found.reports.length > 1 ? at + 1 : null} who={who} />
      ))}
      <section class="card section" aria-labelledby="facts">
        <h2 id="facts">{ended.facts}</h2>
        <Facts place={place} />
      </section>
    </Shell>
  );
}

/** The day by which a visit's answers are judged. */
function dayOf({ values }: View): string {
  const left = values["check_out_ms"];
  return today(typeof left === "number" ? left : officeNowMs());
}

function OneReport({ report, visit, found, number, who }: { report: Shown; visit: View; found: Found; number: number | null; who: Person }) {
  const t = doneWords();
  const [editing, setEditing] = useEditing(who, [report, ...found.lines]);
  const mine = (each: Shown): boolean => each.values["report"] === report.record;
  const lines = found.lines.filter(mine);
  const answers = found.answers.filter(mine);
  const answering = new Set(answers.map(({ values }) => values["value"]));
  const photos = found.photos.filter((photo) => mine(photo) && !answering.has(photo.record));
  const close = (): void => setEditing(null);
  return (
    <>
      <ReceiptCard report={report.record} />
      <section class="card section" aria-labelledby={`r-${report.record}`} data-testid="report" data-record={report.record}>
        <div class="line spread wrap">
          <h2 id={`r-${report.record}`} class="line">
            {number === null ? t.title : t.anotherReport(number)}
            {onlyHere(report) && <OnlyHere />}
          </h2>
          {editing !== report.record && (
            <Button data-testid="report-edit" onClick={() => setEditing(report.record)}>
              {t.editReport}
            </Button>
          )}
        </div>
        {editing === report.record ? (
          <CorrectReport record={report.record} who={who} onClose={close} />
        ) : (
          <dl class="facts">
            {ANSWERS.map((field) => (
              <div key={field}>
                <dt>{fieldSaid(field)}</dt>
                <dd>
                  <Value of={report} field={field} conflicts={found.conflicts} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      <section class="card section" aria-labelledby={`r-${report.record} l-${report.record}`}>
        <h2 id={`l-${report.record}`}>{t.lines}</h2>
        {lines.length === 0 ? <p class="muted">{t.noLines}</p> : <Lines lines={lines} conflicts={found.conflicts} editing={editing} setEditing={setEditing} who={who} />}
      </section>
      {typeof report.values["checklist"] === "string" && <Answers report={report} answers={answers} photos={found.photos} day={dayOf(visit)} who={who} />}
      {photos.length > 0 && (
        <section class="card section" aria-labelledby={`r-${report.record} p-${report.record}`}>
          <h2 id={`p-${report.record}`}>{t.photos}</h2>
          <ul class="pictures pictures--small">
            {photos.map(({ record, values }) => (
              <li key={record}>
                <Thumbnail sha256={String(values["sha256"])} purpose={String(values["purpose"] ?? "other")} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Which record is being corrected; after a reload the one of which a correction is kept. */
function useEditing(who: Person, records: readonly Shown[]): [string | null, (record: string | null) => void] {
  const [editing, setEditing] = useState<string | null>(null);
  useEffect(() => {
    const kept = records.find(({ record }) => draftsOpen.peek().has(correctionKey(who.id, record)));
    if (kept !== undefined) setEditing(kept.record);
  }, []);
  return [editing, setEditing];
}

interface LinesProps {
  readonly lines: readonly Shown[];
  readonly conflicts: readonly Shown[];
  readonly editing: string | null;
  readonly setEditing: (record: string | null) => void;
  readonly who: Person;
}

function Lines({ lines, conflicts, editing, setEditing, who }: LinesProps) {
  const t = doneWords();
  const at = lines.findIndex(({ record }) => record === editing);
  // Few are paid by the day: where nobody is, the column would only push the others off the screen.
  const byDay = lines.some(({ values, disputed }) => values["by_day"] === true || disputed.includes("by_day"));
  const cells = CELLS.filter((field) => field !== "by_day" || byDay);
  return (
    <>
      {at >= 0 && editing !== null && <CorrectLine key={editing} record={editing} row={at + 1} who={who} onClose={() => setEditing(null)} />}
      <div class="scroll" tabIndex={0} role="group" aria-label={t.lines}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="figure">#</th>
              <th scope="col">{fieldSaid("month")}</th>
              {cells.map((field) => (
                <th key={field} scope="col" class={field === "days" || field.endsWith("_rs") ? "figure" : ""}>
                  {fieldSaid(field)}
                </th>
              ))}
              <th scope="col"><span class="visually-hidden">{t.edit}</span></th>
            </tr>
          </thead>
          <tbody>
            {lines.flatMap((line, index) => [
              <tr key={line.record} data-testid={`line-${index + 1}`} data-record={line.record}>
                <th scope="row" class="figure">{index + 1}</th>
                <td>
                  {monthName(String(line.values["month"]))} {onlyHere(line) && <OnlyHere />}
                </td>
                {cells.map((field) => (
                  <td key={field} class={field === "days" || field.endsWith("_rs") ? "figure" : field === "cnic" ? "whole" : ""}>
                    <Value of={line} field={field} />
                  </td>
                ))}
                <td>
                  <Button aria-label={t.editLine(index + 1)} data-testid={`line-edit-${index + 1}`} onClick={() => setEditing(line.record)}>
                    {t.edit}
                  </Button>
                </td>
              </tr>,
              line.disputed.length > 0 && (
                <tr key={`${line.record} dispute`}>
                  <td />
                  <td colSpan={cells.length + 2}>
                    {line.disputed.map((field) => (
                      <Dispute key={field} conflict={conflictAbout(conflicts, line, field)} field={field} />
                    ))}
                  </td>
                </tr>
              ),
            ])}
          </tbody>
        </table>
      </div>
    </>
  );
}

const conflictAbout = (conflicts: readonly Shown[], of: Shown, field: string): Shown | undefined =>
  conflicts.find(({ values }) => values["record"] === of.record && values["about"] === field);

/** Whether the office has nothing of a record yet. */
const onlyHere = (of: Shown): boolean => Object.keys(of.values).every((field) => of.pending.includes(field) || (of.values[field] ?? null) === null);

function OnlyHere() {
  return (
    <Chip small tone="rest" icon={TabletSmartphone}>
      {doneWords().onlyHere}
    </Chip>
  );
}

/** A field's value, with what is only here and what is in dispute said beside it. */
function Value({ of, field, conflicts }: { of: Shown; field: string; conflicts?: readonly Shown[] }) {
  const pending = of.pending.includes(field) && !onlyHere(of);
  const dispute = of.disputed.includes(field);
  return (
    <>
      <span class={dispute ? "warned" : ""}>{valueSaid(field, of.values[field])}</span>
      {pending && (
        <>
          {" "}
          <OnlyHere />
        </>
      )}
      {dispute && conflicts !== undefined && <Dispute conflict={conflictAbout(conflicts, of, field)} field={field} />}
    </>
  );
}

/** Both sides of a dispute, neither of them first by rank. */
function Dispute({ conflict, field }: { conflict: Shown | undefined; field: string }) {
  const t = doneWords();
  const candidates = conflict === undefined ? [] : sidesOf(conflict);
  return (
    <span class="dispute" data-testid="dispute">
      <Split size={16} aria-hidden="true" />
      <span>
        <b>{fieldSaid(field)}.</b> {t.dispute}{" "}
        {candidates.map(({ write, value }) => (
          <b key={write} class="dispute__value">
            <Num>{valueSaid(field, value)}</Num>
          </b>
        ))}
      </span>
    </span>
  );
}
