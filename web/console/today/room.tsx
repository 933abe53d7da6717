/** The visits of a day in a district: who goes where, how far they are, and what came of it. */
import { CalendarX2, ChevronLeft, ChevronRight, Dices, GitCompareArrows, KeyRound } from "lucide-preact";
import { useState } from "preact/hooks";
import { today } from "../../shared/format";
import { Button, Empty, Loading, Num, Trouble } from "../../shared/parts";
import type { VisitListed } from "../../shared/wire.gen";
import { useList } from "../data";
import { DistrictChoice, useDistricts } from "../district";
import { StatusChip } from "../marks";
import { Note, useNote } from "../note";
import { address, go, Link, query } from "../router";
import { dateText } from "../values";
import { remarkWords } from "../words/remarks";
import { todayWords } from "../words/today";
import { AssignDialog } from "./assign";
import { CodeDialog } from "./code";
import { dayAfter, inOrder, isDay, remarked, tally } from "./days";
import { RemarkCount } from "./remarks";
import { VisitPane } from "./visit";

/** What the address asks this room for. */
export interface Asked {
  readonly day: string;
  readonly district: string;
  readonly visit?: string | undefined;
  readonly report?: string | undefined;
}

/** The address of this room, for a day and a district, with a visit or a report open. */
export function todayAddress({ day, district, visit, report }: Asked): string {
  return address(["today"], { day, district, visit, report });
}

export function TodayRoom() {
  const said = todayWords();
  const districts = useDistricts("supervisor", query.value.get("district"));
  const given = query.value.get("day");
  const day = isDay(given) ? given : today(Date.now());
  const district = districts.chosen?.id;
  return (
    <div class="today">
      <header class="strip">
        <h1>{said.title(dateText(day))}</h1>
        <DayChoice day={day} onChoose={(to) => go(todayAddress({ day: to, district: district ?? "" }))} />
        <DistrictChoice districts={districts} onChoose={(to) => go(todayAddress({ day, district: to }))} />
        {districts.chosen && <Acts day={day} district={districts.chosen.id} name={districts.chosen.name} />}
      </header>
      {districts.problem !== null && <Trouble problem={districts.problem} again={districts.again} />}
      {district !== undefined ? <Day day={day} district={district} /> : districts.problem === null && <Loading />}
    </div>
  );
}

function DayChoice({ day, onChoose }: { day: string; onChoose: (day: string) => void }) {
  const said = todayWords();
  return (
    <span class="line">
      <Button class="button--icon" aria-label={said.before} onClick={() => onChoose(dayAfter(day, -1))} data-testid="day-before">
        <ChevronLeft class="mirrored" size={18} aria-hidden="true" />
      </Button>
      <input class="input day" type="date" aria-label={said.day} value={day} data-testid="day" onChange={(event) => isDay(event.currentTarget.value) && onChoose(event.currentTarget.value)} />
      <Button class="button--icon" aria-label={said.after} onClick={() => onChoose(dayAfter(day, 1))} data-testid="day-after">
        <ChevronRight class="mirrored" size={18} aria-hidden="true" />
      </Button>
      <Button onClick={() => onChoose(today(Date.now()))}>{said.today}</Button>
    </span>
  );
}

function Acts({ day, district, name }: { day: string; district: string; name: string }) {
  const said = todayWords();
  const [open, setOpen] = useState<"assign" | "code" | null>(null);
  return (
    <span class="line end">
      <Button icon={KeyRound} onClick={() => setOpen("code")} data-testid="issue-code">
        {said.issue}
      </Button>
      <Button icon={Dices} onClick={() => setOpen("assign")} data-testid="assign">
        {said.assign}
      </Button>
      {open === "assign" && <AssignDialog day={day} district={district} onClose={() => setOpen(null)} />}
      {open === "code" && <CodeDialog district={district} name={name} onClose={() => setOpen(null)} />}
    </span>
  );
}

function Day({ day, district }: { day: string; district: string }) {
  const said = todayWords();
  const note = useNote();
  const asked = useList<VisitListed>("/api/visits", { district, due: day }, (last) => last.id);
  const visits = asked.data && inOrder(asked.data);
  const opened = query.value.get("visit");
  const visit = visits?.find((each) => each.id === opened);
  return (
    <>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {note.text && <Note text={note.text} onClose={note.clear} testid="given" />}
      {!visits && asked.problem === null && <Loading />}
      {visits?.length === 0 && (
        <Empty icon={CalendarX2} title={said.noneTitle}>
          {said.noneNext}
        </Empty>
      )}
      {visits && visits.length > 0 && <Totals of={visits} />}
      {visits && visits.length > 0 && (
        <div class={visit ? "panes" : "scroll"}>
          {visit ? <VisitList visits={visits} day={day} district={district} opened={visit.id} /> : <VisitTable visits={visits} day={day} district={district} />}
          {visit && <VisitPane key={visit.id} visit={visit} asked={{ day, district, visit: visit.id, report: query.value.get("report") ?? undefined }} onGiven={note.say} />}
        </div>
      )}
    </>
  );
}

function Totals({ of }: { of: readonly VisitListed[] }) {
  const said = todayWords();
  const { visits, done, reports, conflicts } = tally(of);
  const figures = [
    { key: "visits", number: visits, label: said.countVisits },
    { key: "done", number: done, label: said.countDone },
    { key: "reports", number: reports, label: said.countReports },
    { key: "conflicts", number: conflicts, label: said.countConflicts },
  ];
  return (
    <dl class="totals">
      {figures.map((each) => (
        <div key={each.key} class={each.key === "conflicts" && each.number > 0 ? "totals__warn" : undefined}>
          <dt>{each.label}</dt>
          <dd>
            <Num>{each.number}</Num>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function VisitTable({ visits, day, district }: { visits: readonly VisitListed[]; day: string; district: string }) {
  const said = todayWords();
  return (
    <table class="table table--rows">
      <thead>
        <tr>
          <th scope="col">{said.establishment}</th>
          <th scope="col">{said.inspector}</th>
          <th scope="col">{said.status}</th>
          <th scope="col" class="figure">
            {said.reports}
          </th>
          <th scope="col" class="figure">
            {remarkWords().column}
          </th>
          <th scope="col" class="figure">
            {said.conflicts}
          </th>
        </tr>
      </thead>
      <tbody>
        {visits.map((visit) => (
          <tr key={visit.id} data-testid="visit-row" data-record={visit.id}>
            <td>
              <Link class="row-link" to={todayAddress({ day, district, visit: visit.id })}>
                <bdi>{visit.establishment_name ?? said.establishment}</bdi>
              </Link>
              <span class="caption">
                <Whereabouts visit={visit} />
              </span>
            </td>
            <td>{visit.inspector ? <bdi>{visit.inspector_name}</bdi> : <span class="muted">{said.nobody}</span>}</td>
            <td>
              <StatusChip status={visit.status} />
            </td>
            <td class="figure">{visit.reports.length}</td>
            <td class="figure">
              <RemarkCount {...remarked(visit)} />
            </td>
            <td class="figure">{visit.open_conflicts > 0 ? <Conflicts count={visit.open_conflicts} /> : 0}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where an establishment is and under which number it is registered, as far as either is known. */
export function Whereabouts({ visit }: { visit: VisitListed }) {
  return (
    <>
      <bdi>{visit.address}</bdi>
      {visit.address && visit.registration_no && " · "}
      {visit.registration_no && <Num>{visit.registration_no}</Num>}
    </>
  );
}

function Conflicts({ count }: { count: number }) {
  return (
    <span class="in-conflict">
      <GitCompareArrows size={14} aria-hidden="true" /> {count}
    </span>
  );
}

function VisitList({ visits, day, district, opened }: { visits: readonly VisitListed[]; day: string; district: string; opened: string }) {
  const said = todayWords();
  return (
    <ul class="picks">
      {visits.map((visit) => (
        <li key={visit.id} data-testid="visit-row" data-record={visit.id}>
          <Link class="pick" to={todayAddress({ day, district, visit: visit.id })} aria-current={visit.id === opened ? "true" : undefined}>
            <bdi class="pick__title">{visit.establishment_name ?? said.establishment}</bdi>
            <span class="pick__line">
              <bdi>{visit.inspector ? visit.inspector_name : said.nobody}</bdi>
              <StatusChip status={visit.status} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
