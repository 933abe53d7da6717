/** One visit of the day, opened: its reports, and giving it to another inspector. */
import { ArrowLeftRight, FileText, GitCompareArrows, Inbox, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { Banner, Button, Empty, Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { VisitListed } from "../../shared/wire.gen";
import { useConflicts } from "../conflicts/list";
import { StatusChip } from "../marks";
import { address, Link, recordAddress } from "../router";
import { dateText, fieldName } from "../values";
import { todayWords } from "../words/today";
import { RemarkCount } from "./remarks";
import { Give } from "./give";
import { ReportPane } from "./report";
import { todayAddress, Whereabouts, type Asked } from "./room";

export function VisitPane({ visit, asked, onGiven }: { visit: VisitListed; asked: Asked; onGiven: (said: string) => void }) {
  const said = todayWords();
  const [giving, setGiving] = useState(false);
  const back = todayAddress({ day: asked.day, district: asked.district });
  if (asked.report !== undefined)
    return <ReportPane key={asked.report} id={asked.report} back={todayAddress({ ...asked, report: undefined })} />;
  return (
    <section class="pane" aria-labelledby="visit-title">
      <header class="pane__head">
        <div class="grow">
          <p class="caption">{said.visit}</p>
          <h2 id="visit-title">
            <bdi>{visit.establishment_name ?? said.establishment}</bdi>
          </h2>
          <p class="muted">
            <Whereabouts visit={visit} />
          </p>
        </div>
        <Link class="button button--icon" to={back} aria-label={said.close}>
          <X size={18} aria-hidden="true" />
        </Link>
      </header>
      <Disputes visit={visit.id} />
      <dl class="facts">
        <div>
          <dt>{said.inspector}</dt>
          <dd>{visit.inspector ? <bdi data-testid="visit-inspector">{visit.inspector_name}</bdi> : said.nobody}</dd>
        </div>
        <div>
          <dt>{said.status}</dt>
          <dd>
            <StatusChip status={visit.status} />
          </dd>
        </div>
        <div>
          <dt>{said.day}</dt>
          <dd>{visit.due ? dateText(visit.due) : ""}</dd>
        </div>
      </dl>
      <div class="line wrap pane__acts">
        <Button icon={ArrowLeftRight} aria-expanded={giving} onClick={() => setGiving(!giving)} data-testid="give-visit">
          {said.give}
        </Button>
        <Link class="button button--quiet" to={recordAddress(visit.id)}>
          {said.openRecord}
        </Link>
      </div>
      {giving && <Give visit={visit} onClose={() => setGiving(false)} onGiven={onGiven} />}
      <h3 class="pane__part">{said.reports}</h3>
      {visit.reports.length === 0 && (
        <Empty icon={Inbox} title={said.noReports}>
          {said.noReportsNext}
        </Empty>
      )}
      <ul class="reports">
        {visit.reports.map((report, at) => (
          <li key={report.id} class="line wrap">
            <FileText size={18} aria-hidden="true" />
            <span class="grow">
              <b>
                {said.report} {visit.reports.length > 1 && <Num>{at + 1}</Num>}
              </b>{" "}
              <span class="muted">{said.lines(ltr(report.wage_lines))}</span>{" "}
              {(report.remarks ?? 0) > 0 && <RemarkCount count={report.remarks ?? 0} weight={report.weight} />}
            </span>
            <Link class="button" to={todayAddress({ ...asked, report: report.id })} data-testid="report-open" data-record={report.id}>
              {said.openReport}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is in conflict about a visit and all that belongs to it, each leading to where it is decided. */
function Disputes({ visit }: { visit: string }) {
  const said = todayWords();
  const about = useConflicts().data?.filter((each) => each.root === visit) ?? [];
  return (
    <>
      {about.map((each) => (
        <Banner key={each.record} tone="warn" icon={GitCompareArrows} title={said.openConflicts} action={<Link class="button" to={address(["conflicts", each.record])}>{said.decide}</Link>}>
          {fieldName(each.values.about)}
        </Banner>
      ))}
    </>
  );
}
