/** What does not fit about a report's fixes, clocks and photos: each remark with its weight and its sentence. */
import { CircleAlert, CircleDot, History, Hourglass, TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { Button, Chip, Loading, Num, Trouble } from "../../shared/parts";
import { language, ltr } from "../../shared/words";
import type { EvidenceEntryShown, EvidenceShown, RemarkShown, ReportOpened } from "../../shared/wire.gen";
import { useAnswer, type Shown } from "../data";
import { Link, recordAddress } from "../router";
import { when } from "../values";
import { remarkName, remarkWords } from "../words/remarks";

const ICONS = { high: TriangleAlert, medium: CircleAlert, low: CircleDot } as const;
type Weight = keyof typeof ICONS;

const path = (report: string): string => `/api/reports/${encodeURIComponent(report)}/evidence`;

/** The remarks about a report, asked once for all who show them. */
export function useRemarks(report: string): Shown<EvidenceShown> {
  return useAnswer<EvidenceShown>(path(report));
}

export function Remarks({ report }: { report: ReportOpened }) {
  const said = remarkWords();
  const asked = useRemarks(report.id);
  const found = asked.data;
  return (
    <div data-testid="evidence-remarks">
      <h3 class="pane__part">
        {said.title} {found && <Num>({whole(found.remarks.length)})</Num>}
      </h3>
      <p class="caption pane__foot">{said.hint}</p>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!found && asked.problem === null && <Loading />}
      {found && <Found found={found} report={report} />}
    </div>
  );
}

function Found({ found, report }: { found: EvidenceShown; report: ReportOpened }) {
  const said = remarkWords();
  return (
    <div class="pane__foot">
      {found.waiting && (
        <p>
          <Chip small icon={Hourglass}>
            {said.waiting}
          </Chip>
        </p>
      )}
      {found.remarks.length === 0 && !found.waiting && <p>{said.none}</p>}
      <ul class="noted">
        {found.remarks.map((each) => (
          <Told key={`${each.code} ${each.about} ${each.other?.record ?? ""}`} remark={each} report={report} />
        ))}
      </ul>
      {found.settings.some((row) => !row.confirmed) && <p class="caption">{said.unconfirmed}</p>}
      {(found.remarks.length > 0 || found.lifted > 0) && <Before report={report} lifted={found.lifted} />}
    </div>
  );
}

function Told({ remark, report }: { remark: RemarkShown; report: ReportOpened }) {
  const said = remarkWords();
  return (
    <li class="noted__one" data-testid="evidence-remark" data-code={remark.code} data-weight={remark.weight}>
      <span class="line wrap">
        <Weighs weight={remark.weight} />
        <b>{remarkName(remark.code)}</b>
        <span class="muted">{said.since(when(remark.since_ms))}</span>
      </span>
      <p>{sentence(remark)}</p>
      <span class="line wrap caption">
        {remark.about !== report.id && <Link to={recordAddress(remark.about)}>{said.photo}</Link>}
        {remark.other && <Link to={recordAddress(remark.other.report)}>{said.other}</Link>}
        {remark.elsewhere && <span>{said.elsewhere}</span>}
        <bdi dir="ltr">{remark.settings.join(" · ")}</bdi>
      </span>
    </li>
  );
}

const sentence = (remark: RemarkShown): string => remark.sentences[language.value === "ur" ? "ur" : "en"];

/** How much a remark weighs, by shape, word and colour. */
function Weighs({ weight }: { weight: Weight }) {
  return (
    <Chip small tone={weight === "low" ? "plain" : "warn"} icon={ICONS[weight]}>
      {remarkWords()[weight]}
    </Chip>
  );
}

/** What was remarked when, asked for once somebody wants to know. */
function Before({ report, lifted }: { report: ReportOpened; lifted: number }) {
  const said = remarkWords();
  const [open, setOpen] = useState(false);
  const asked = useAnswer<EvidenceEntryShown[]>(open ? `${path(report.id)}/history` : null);
  return (
    <>
      <Button look="quiet" icon={History} aria-expanded={open} onClick={() => setOpen(!open)} data-testid="evidence-history">
        {said.before} {lifted > 0 && `(${said.lifts(ltr(lifted))})`}
      </Button>
      {open && asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {open && !asked.data && asked.problem === null && <Loading />}
      {open && asked.data && (
        <ol class="noted">
          {asked.data.map((entry, at) => (
            <li key={at} class="noted__one" data-testid="evidence-entry" data-what={entry.what}>
              <b>
                {said[entry.what]} · {when(entry.at_ms)} · {remarkName(entry.remark.code)}
              </b>
              <p class="muted">{sentence(entry.remark)}</p>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** What is remarked about one photo, beside its picture. */
export function AboutPhoto({ report, photo }: { report: string; photo: string }) {
  const found = useRemarks(report).data?.remarks.filter((each) => each.about === photo) ?? [];
  if (found.length === 0) return null;
  return (
    <span class="line wrap" data-testid="photo-remarked">
      {found.map((each) => (
        <Chip key={`${each.code} ${each.other?.record ?? ""}`} small tone={each.weight === "low" ? "plain" : "warn"} icon={ICONS[each.weight]}>
          {remarkName(each.code)}
        </Chip>
      ))}
    </span>
  );
}

/** How many remarks there are, with the mark of the heaviest. */
export function RemarkCount({ count, weight }: { count: number; weight: Weight | null | undefined }) {
  const said = remarkWords();
  if (count === 0 || !weight) return <>0</>;
  const Icon = ICONS[weight];
  const words = said.count(whole(count), said[weight]);
  return (
    <span class={weight === "low" ? "remarked" : "remarked remarked--warn"} title={words} data-testid="remark-count" data-weight={weight}>
      <Icon size={14} aria-hidden="true" /> <Num>{count}</Num>
      <span class="visually-hidden">{words}</span>
    </span>
  );
}
