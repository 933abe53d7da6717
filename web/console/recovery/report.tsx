/** One report's part of a sum: its reasons, each opening down to its proof, and its months. */
import { ChevronDown, ChevronRight, OctagonAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { day, rupees, whole } from "../../shared/format";
import { inColumn, paisa } from "../../shared/money";
import { Banner, Num } from "../../shared/parts";
import type { RateRow, ReasonShown, ReportShown } from "../../shared/wire.gen";
import { Bundle } from "../custody/bundle";
import { Custody } from "../custody/custody";
import { Link, recordAddress } from "../router";
import { Told, toldIn } from "../told";
import { when } from "../values";
import { Lines } from "./lines";
import { AddsUp, Marks, reasonIcon } from "./marks";
import { ByMonth } from "./by-month";
import { monthSpan } from "./months";
import { Rates } from "./rates";
import type { Behind, ReportCheck } from "./sums";
import { flagWords, reasonName } from "./words";

interface ReportProps {
  readonly report: ReportShown;
  readonly found: ReportCheck;
  readonly statute: readonly RateRow[];
  /** Show every proof, whatever was opened by hand. */
  readonly all: boolean;
}

/** A report with its reasons and months; both add up to what is due by it. */
export function Report({ report, found, statute, all }: ReportProps) {
  const said = flagWords();
  const heading = useId();
  const used = new Set(report.reasons.flatMap((reason) => reason.rate_row_ids));
  const unconfirmed = statute.some((row) => used.has(row.id) && !row.confirmed);
  return (
    <section class="card flags-report" aria-labelledby={heading}>
      <header class="line wrap flags-report__head">
        <div class="grow">
          <h2 id={heading}>{said.reportOf(day(report.captured_ms))}</h2>
          <p class="caption">
            {said.assessed(when(report.made_ms))} · <Link to={recordAddress(report.report)}>{said.report}</Link>
          </p>
        </div>
        <Marks provisional={report.provisional} unconfirmed={unconfirmed} />
      </header>
      <div class="flags-report__body">
        <div class="flags-reasons">
          <div class="line spread flags-reasons__head">
            <h3>{said.whyAmount}</h3>
            <span class="caption">{said.whyHint}</span>
          </div>
          {report.reasons.map((reason, index) => {
            const behind = found.behind[index];
            return behind && <Reason key={reason.code} reason={reason} behind={behind} statute={statute} all={all} />;
          })}
          <Total words={said.reportTotal} amount={report.total_rs}>
            <AddsUp sum={found.reasons} />
          </Total>
          <Replaced report={report} found={found} />
        </div>
        <ByMonth report={report} found={found} />
      </div>
      {report.findings.length > 0 && (
        <div class="flags-remarks">
          <h3>{said.findings}</h3>
          <ul>
            {report.findings.map((finding) => (
              <li key={`${finding.code} ${finding.record_ids?.join(" ") ?? ""}`} {...toldIn(finding.sentence)} data-testid="finding-row" data-code={finding.code}>
                {finding.sentence} {finding.section && <span class="muted">{finding.section}</span>}
              </li>
            ))}
          </ul>
        </div>
      )}
      {report.remarks.length > 0 && (
        <div class="flags-remarks">
          <h3>{said.remarks}</h3>
          <ul>
            {report.remarks.map((remark) => (
              <li key={remark} {...toldIn(remark)}>
                {remark}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Custody report={report.report} />
      <Bundle of="reports" id={report.report} />
    </section>
  );
}

function Total({ words, amount, children }: { words: string; amount: string; children?: ComponentChildren }) {
  return (
    <div class="flags-total">
      <span class="grow">
        <b>{words}</b> {children}
      </span>
      <b class="figure">{rupees(amount)}</b>
    </div>
  );
}

/** What of a report is asked for elsewhere, because a later report covers the same months. */
function Replaced({ report, found }: { report: ReportShown; found: ReportCheck }) {
  const said = flagWords();
  const replaced = paisa(found.replaced);
  if (replaced === 0n) return null;
  if (replaced < 0n) return <Banner tone="err" title={said.countedTooMuch} />;
  return (
    <>
      <Total words={said.counted} amount={report.counted_rs} />
      <p class="caption">{said.replaced(rupees(found.replaced))}</p>
    </>
  );
}

function Reason({ reason, behind, statute, all }: { reason: ReasonShown; behind: Behind; statute: readonly RateRow[]; all: boolean }) {
  const inside = useId();
  const [opened, setOpened] = useState(false);
  const open = opened || all;
  const Icon = reasonIcon(reason.code);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div class="flags-reason" data-testid="reason-row" data-code={reason.code}>
      <button type="button" class="flags-reason__button" aria-expanded={open} aria-controls={inside} onClick={() => setOpened(!opened)}>
        <Chevron size={18} class="mirrored" aria-hidden="true" />
        <Icon size={18} aria-hidden="true" />
        <span class="grow">
          <b>{reasonName(reason.code)}</b>
          <span class="muted flags-reason__months">{monthSpan(reason.months)}</span>
        </span>
        <b class="figure">
          <Num>Rs {inColumn(reason.amount_rs)}</Num>
        </b>
      </button>
      <div id={inside} hidden={!open} class="flags-reason__inside">
        {open && <Proof reason={reason} behind={behind} statute={statute} />}
      </div>
    </div>
  );
}

function Proof({ reason, behind, statute }: { reason: ReasonShown; behind: Behind; statute: readonly RateRow[] }) {
  const said = flagWords();
  const rows = statute.filter((row) => reason.rate_row_ids.includes(row.id));
  return (
    <>
      <figure class="flags-sentence">
        <figcaption class="caption">{said.asWritten}</figcaption>
        <Told>{reason.sentence}</Told>
      </figure>
      <Missing behind={behind} />
      {behind.lines.length > 0 ? <Lines behind={behind} code={reason.code} /> : <p class="muted">{said.noLines}</p>}
      {rows.length > 0 && <Rates rows={rows} />}
    </>
  );
}

/** What a reason says that it rests on, and is not there. */
function Missing({ behind }: { behind: Behind }) {
  const said = flagWords();
  const found = [
    behind.linesMissing === 1 && said.oneLineMissing,
    behind.linesMissing > 1 && said.linesMissing(whole(behind.linesMissing)),
    behind.linesOutside > 0 && said.linesOutside(whole(behind.linesOutside)),
    behind.rowsMissing.length > 0 && said.rowsMissing(behind.rowsMissing.join(", ")),
  ].filter((each) => each !== false);
  return found.map((each) => (
    <p key={each} class="flags-gap" data-testid="missing">
      <OctagonAlert size={16} aria-hidden="true" />
      {each}
    </p>
  ));
}
