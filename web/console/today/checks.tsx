/** What the wage-record check found about a report: sentences that open the lines and the law behind them. */
import { ChevronDown, ChevronRight, CircleCheck, CircleDot, CircleHelp, Hourglass } from "lucide-preact";
import { useId, useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { Chip, Loading, Num, Trouble } from "../../shared/parts";
import { language, ltr } from "../../shared/words";
import type { ChecksShown, ElsewhereShown, Finding, ReportOpened } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { monthSpan } from "../recovery/months";
import { Rates } from "../recovery/rates";
import { Link, recordAddress } from "../router";
import { Told } from "../told";
import { when } from "../values";
import { checkName, checkWords } from "../words/checks";
import { evidence } from "./evidence";
import { WageLines } from "./wage-lines";

export function Checks({ report }: { report: ReportOpened }) {
  const said = checkWords();
  const asked = useAnswer<ChecksShown>(`/api/reports/${encodeURIComponent(report.id)}/checks`, { language: language.value });
  const found = asked.data;
  return (
    <div data-testid="checks">
      <h3 class="pane__part">
        {said.title} {found && <Num>({whole(found.findings.length)})</Num>}
      </h3>
      <p class="caption pane__foot">{said.hint}</p>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!found && asked.problem === null && <Loading />}
      {found && <Shown report={report} found={found} />}
    </div>
  );
}

function Shown({ report, found }: { report: ReportOpened; found: ChecksShown }) {
  const said = checkWords();
  const done = found.made_ms === null ? said.notYet : said.checked(when(found.made_ms));
  return (
    <div class="pane__foot">
      <p class="muted">
        {done}{" "}
        {found.waiting && found.made_ms !== null && (
          <Chip small icon={Hourglass}>
            {said.waiting}
          </Chip>
        )}
      </p>
      {found.made_ms !== null && found.findings.length === 0 && <p>{said.none}</p>}
      {found.findings.map((each) => (
        <Opening key={`${each.code} ${each.sentence}`} finding={each} report={report} found={found} />
      ))}
      {found.without_schedule.length > 0 && <p class="muted">{said.withoutSchedule(monthSpan(found.without_schedule))}</p>}
      {found.settings.some((row) => !row.confirmed) && <p class="caption">{said.unconfirmed}</p>}
      <Files found={found} />
    </div>
  );
}

function Opening({ finding, report, found }: { finding: Finding; report: ReportOpened; found: ChecksShown }) {
  const inside = useId();
  const [open, setOpen] = useState(false);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div class="flags-reason" data-testid="finding" data-code={finding.code}>
      <button type="button" class="flags-reason__button" aria-expanded={open} aria-controls={inside} onClick={() => setOpen(!open)}>
        <Chevron size={18} class="mirrored" aria-hidden="true" />
        <span class="grow">
          <b>{checkName(finding.code)}</b>
          <span class="muted flags-reason__months">{monthSpan(finding.months ?? [])}</span>
        </span>
        <Sure sure={finding.sure ?? "certain"} />
      </button>
      <div id={inside} hidden={!open} class="flags-reason__inside">
        {open && <Inside finding={finding} report={report} found={found} />}
      </div>
    </div>
  );
}

const SURE = { certain: CircleCheck, likely: CircleDot, possible: CircleHelp } as const;

function Sure({ sure }: { sure: "certain" | "likely" | "possible" }) {
  const said = checkWords();
  return (
    <Chip small tone={sure === "possible" ? "plain" : "warn"} icon={SURE[sure]}>
      {said[sure]}
    </Chip>
  );
}

function Inside({ finding, report, found }: { finding: Finding; report: ReportOpened; found: ChecksShown }) {
  const said = checkWords();
  const { lines, missing, elsewhere, rows } = evidence(finding, report, found);
  return (
    <>
      <figure class="flags-sentence">
        <figcaption class="caption">{said.asWritten}</figcaption>
        <Told>{finding.sentence}</Told>
      </figure>
      {elsewhere.length > 0 && <Elsewhere each={elsewhere} />}
      {lines.length > 0 ? <WageLines lines={lines} of={report.lines} within /> : missing === 0 && <p class="muted">{said.noLines}</p>}
      {missing > 0 && <p class="muted">{said.linesNotShown(whole(missing))}</p>}
      {rows.length > 0 && <Rates rows={rows} />}
    </>
  );
}

/** The other employers of a line's worker: those of other districts without their name. */
function Elsewhere({ each }: { each: readonly ElsewhereShown[] }) {
  const said = checkWords();
  return (
    <div data-testid="elsewhere">
      <h4>{said.elsewhere}</h4>
      <ul>
        {each.map((one) => (
          <li key={`${one.line} ${one.on} ${one.establishment?.id ?? ""}`}>
            {one.establishment ? (
              <Link to={recordAddress(one.establishment.id)}>
                <bdi>{one.establishment.name ?? one.establishment.id}</bdi>
              </Link>
            ) : (
              <span class="muted">{said.elsewhereHidden}</span>
            )}
            , {one.on === "schedule" ? said.onSchedule : said.inRegister}, {monthSpan([one.month])}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Files({ found }: { found: ChecksShown }) {
  const said = checkWords();
  if (found.files.length === 0) return null;
  return (
    <>
      <h4>{said.files}</h4>
      <ul>
        {found.files.map((file) => (
          <li key={`${file.file_name} ${file.at_ms}`}>
            <bdi>{said.file(ltr(file.file_name), file.by)}</bdi>, {when(file.at_ms)}: {said.fileCounts(whole(file.added), whole(file.unchanged), whole(file.repeated), whole(file.rejected))}
          </li>
        ))}
      </ul>
    </>
  );
}
