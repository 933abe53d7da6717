/** A report opened at the supervisor's desk: what was found, the wage lines, and what is said about the photos. */
import { ArrowLeft, GitCompareArrows } from "lucide-preact";
import { Banner, Chip, Loading, Trouble } from "../../shared/parts";
import { language, ltr } from "../../shared/words";
import type { ReportOpened } from "../../shared/wire.gen";
import { Bundle } from "../custody/bundle";
import { Custody } from "../custody/custody";
import { Receipt } from "../custody/receipt";
import { useAnswer } from "../data";
import { useMe } from "../me";
import { RegisterFromFile } from "../registers/from-file";
import { address, Link, recordAddress } from "../router";
import { fieldName, valueText, when } from "../values";
import { historyWords } from "../words/history";
import { Answers } from "./answers";
import { todayWords } from "../words/today";
import { BesideSchedule } from "./beside";
import { Checks } from "./checks";
import { Photos } from "./photos";
import { Remarks } from "./remarks";
import { WageLines } from "./wage-lines";

export function ReportPane({ id, back }: { id: string; back: string }) {
  const said = todayWords();
  const asked = useAnswer<ReportOpened>(`/api/reports/${encodeURIComponent(id)}`, { language: language.value });
  const report = asked.data;
  return (
    <section class="pane" aria-labelledby="report-title">
      <header class="pane__head">
        <div class="grow">
          <Link class="back" to={back}>
            <ArrowLeft class="mirrored" size={16} aria-hidden="true" /> {said.backToVisit}
          </Link>
          <h2 id="report-title">
            {said.report}
            {report?.establishment && (
              <>
                : <bdi>{report.establishment.name}</bdi>
              </>
            )}
          </h2>
          {report && (
            <p class="muted">
              {report.by && said.writtenBy(report.by_name ?? "")} {report.captured_ms !== null && `· ${when(report.captured_ms)}`}
            </p>
          )}
        </div>
        <Link class="button button--quiet" to={recordAddress(id)}>
          {said.openRecord}
        </Link>
      </header>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!report && asked.problem === null && <Loading />}
      {report && <Opened report={report} />}
    </section>
  );
}

function Opened({ report }: { report: ReportOpened }) {
  const said = todayWords();
  const { roles } = useMe();
  const values = Object.entries(report.values).filter(([field]) => field !== "visit");
  return (
    <>
      {report.conflicts.map((each) => (
        <Banner key={each.id} tone="warn" icon={GitCompareArrows} title={said.openConflicts} action={<Link class="button" to={address(["conflicts", each.id])}>{said.decide}</Link>}>
          {fieldName(each.about)}
        </Banner>
      ))}
      <dl class="facts">
        {values.map(([field, value]) => (
          <div key={field}>
            <dt>{fieldName(field)}</dt>
            <dd>
              <bdi>{report.masked.includes(field) ? ltr(String(value ?? "")) : valueText("report", field, value)}</bdi> {report.disputed.includes(field) && <Disputed />}
            </dd>
          </div>
        ))}
      </dl>
      {(report.values["checklist"] || report.sections.length > 0) && <Answers report={report} />}
      <h3 class="pane__part">{said.wageLines}</h3>
      <WageLines lines={report.lines} of={report.lines} />
      {report.lines_left_out > 0 && <p class="muted">{said.linesLeftOut(ltr(report.lines_left_out))}</p>}
      <p class="caption pane__foot">{said.maskedNote}</p>
      {roles.includes("supervisor") && <RegisterFromFile report={report.id} />}
      <Checks report={report} />
      <BesideSchedule report={report} />
      <Remarks report={report} />
      <h3 class="pane__part">{said.photos}</h3>
      <Photos report={report.id} photos={report.photos} />
      <Receipt report={report} />
      <Custody report={report.id} />
      <Bundle of="reports" id={report.id} />
    </>
  );
}

function Disputed() {
  return (
    <Chip small tone="warn" icon={GitCompareArrows}>
      {historyWords().disputed}
    </Chip>
  );
}
