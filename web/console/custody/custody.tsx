/** In whose hands a report and its photos were: captured, arrived, seen and exported. */
import { whole } from "../../shared/format";
import type { Act, Captured, Custody as Held } from "../../shared/wire.gen";
import { Link, recordAddress } from "../router";
import { when } from "../values";
import { Folded } from "./folded";
import { custodyWords } from "./words";

export function Custody({ report }: { report: string }) {
  const path = `/api/reports/${encodeURIComponent(report)}/custody`;
  return (
    <Folded<Held> part="custody" button="custody-open" said={custodyWords()} path={path}>
      {(held) => <Shown held={held} />}
    </Folded>
  );
}

function Shown({ held }: { held: Held }) {
  const said = custodyWords();
  return (
    <>
      {held.captured.map((each) => (
        <Origin key={each.record} origin={each} />
      ))}
      {held.changes > 0 && <p class="muted">{said.changes(whole(held.changes))}</p>}
      <h4>{said.acts}</h4>
      {held.acts.length === 0 && <p class="muted">{said.noActs}</p>}
      <ul class="custody-acts" data-testid="custody-acts">
        {held.acts.map((each) => (
          <li key={each.seq}>
            <span class="muted">{when(each.at_ms)}</span> {each.by !== null && <bdi class="strong">{each.by_name ?? each.by}</bdi>} {actName(each)}
          </li>
        ))}
      </ul>
    </>
  );
}

function Origin({ origin }: { origin: Captured }) {
  const said = custodyWords();
  const facts: readonly (readonly [string, string])[] = [
    [said.captured, when(origin.captured_ms)],
    ...(origin.tablet_clock_ms == null ? [] : [[said.tabletClock, when(origin.tablet_clock_ms)] as const]),
    [said.received, when(origin.received_ms)],
    ...(origin.kind === "photo" ? [[said.bytes, origin.bytes_ms == null ? said.waiting : when(origin.bytes_ms)] as const] : []),
  ];
  return (
    <div class="custody-origin">
      <p>
        <Link to={recordAddress(origin.record)}>{origin.kind === "photo" ? said.photo : said.report}</Link> <bdi>{said.by(`\u2068${origin.by_name ?? said.somebody}\u2069`, `\u2068${origin.device_name}\u2069`)}</bdi>
      </p>
      <dl class="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>SHA-256</dt>
          <dd class="caption break" dir="ltr">
            {origin.sha256}
          </dd>
        </div>
      </dl>
    </div>
  );
}

function actName(act: Act): string {
  const said = custodyWords();
  const exported = act.edition === "court" ? said.exportedCourt : act.edition === "employer" ? said.exportedEmployer : said.exported;
  const names: Record<string, string> = {
    "report-viewed": said.viewedReport,
    "photo-viewed": said.viewedPhoto,
    exported: act.step === "begun" ? `${exported} (${said.begun})` : exported,
    "photo-kept": said.kept,
    erased: said.erased,
    "hold-placed": said.held,
    "hold-lifted": said.lifted,
  };
  return names[act.act] ?? act.act;
}
