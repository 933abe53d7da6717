/** One entry as people read it: what it did, to which fields, who wrote it, when, and what became of it. */
import { CircleCheck, Clock, GitCompareArrows, PackageX, type LucideIcon } from "lucide-preact";
import { clockExact, day } from "../shared/format";
import { Chip, Num, type Tone } from "../shared/parts";
import { ltr } from "../shared/words";
import type { Entry } from "../shared/wire.gen";
import { actName, lineOf, receiptName, remarkName, steps, type Step } from "./entry";
import type { Names } from "./names";
import { fieldName, valueText, type Lookup } from "./values";
import { historyWords } from "./words/history";

const ICONS: Readonly<Record<string, { icon: LucideIcon; tone: Tone }>> = {
  conflict: { icon: GitCompareArrows, tone: "warn" },
  quarantined: { icon: PackageX, tone: "warn" },
  held: { icon: Clock, tone: "rest" },
  waiting: { icon: Clock, tone: "rest" },
};

/** An entry of a history. `look` helps to say its values. */
export function EntryShown({ entry, names, look }: { entry: Entry; names: Names; look: Lookup }) {
  const said = historyWords();
  const line = lineOf(entry);
  const { icon, tone } = ICONS[entry.status] ?? { icon: CircleCheck, tone: "plain" as const };
  return (
    <li class="entry" data-testid="entry">
      <div class="line wrap spread">
        <b>{actName(line)}</b>
        <Chip small icon={icon} tone={tone}>
          {receiptName(entry.status)}
        </Chip>
      </div>
      <Authorship entry={entry} names={names} />
      {line ? <Steps of={steps(line)} kind={entry.kind ?? ""} look={look} /> : <p>{said.unreadable}</p>}
      {line?.reason && (
        <p>
          {said.reason}: <bdi>{line.reason}</bdi>
        </p>
      )}
      {(entry.remarks ?? []).map((code) => (
        <p key={code} class="entry__remark">
          {remarkName(code)}
        </p>
      ))}
      <WholeEntry entry={entry} />
    </li>
  );
}

/** Who wrote an entry, when, on which tablet, and when it arrived. */
export function Authorship({ entry, names }: { entry: Entry; names: Names }) {
  const said = historyWords();
  const tablet = entry.device_name ?? names.by.get(entry.device);
  const late = entry.received_ms - entry.t > 60_000;
  return (
    <p class="caption">
      <Num>{clockExact(entry.t)}</Num> · {day(entry.t)} · <bdi>{entry.by_name ?? names.of(entry.by)}</bdi>
      {" · "}
      {tablet ? <bdi>{tablet}</bdi> : lineOf(entry)?.anchor ? <bdi>{names.of(entry.device)}</bdi> : said.atOffice}
      {" · "}
      {said.entry(ltr(entry.seq))}
      {late && ` · ${said.received(ltr(clockExact(entry.received_ms)))}`}
    </p>
  );
}

/** What an entry did, field by field. */
export function Steps({ of, kind, look }: { of: readonly Step[]; kind: string; look: Lookup }) {
  const said = historyWords();
  if (of.length === 0) return null;
  return (
    <dl class="facts facts--dense">
      {of.map((step) => (
        <div key={step.field}>
          <dt>{fieldName(step.field)}</dt>
          <dd>
            <bdi class="strong">{valueText(kind, step.field, step.now, look)}</bdi>
            {step.before !== undefined && (
              <span class="muted">
                {" "}
                ({said.oldValue} <bdi>{valueText(kind, step.field, step.before, look)}</bdi>)
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The line as the tablet wrote it, with its fingerprint. Folded, because few need it. */
export function WholeEntry({ entry, open = false }: { entry: Entry; open?: boolean }) {
  const said = historyWords();
  return (
    <details class="whole" open={open}>
      <summary>{said.whole}</summary>
      <p class="caption">
        {said.wholeHint} <bdi dir="ltr" class="break">{entry.hash}</bdi>
      </p>
      <pre dir="ltr" tabIndex={0}>{indented(entry.line ?? "")}</pre>
    </details>
  );
}

function indented(line: string): string {
  try {
    return JSON.stringify(JSON.parse(line), null, 2);
  } catch {
    return line; // as it came
  }
}
