/** One entry in quarantine: what it would write beside what is there, why it is held, what follows, what was decided. */
import { PackageCheck, PackageX, ShieldAlert } from "lucide-preact";
import { rupees } from "../../shared/format";
import { Banner, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { HeldLine, QuarantineOpened } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { reasonName } from "../entry";
import { useNames, type Names } from "../names";
import { Link, recordAddress } from "../router";
import { ValueShown } from "../value-shown";
import { fieldName, kindName, when } from "../values";
import { advice } from "../words/advice";
import { quarantineWords } from "../words/quarantine";
import { Act } from "./act";

export function OpenedEntry({ entry, onDone }: { entry: string; onDone: (said: string) => void }) {
  const said = quarantineWords();
  const names = useNames();
  const asked = useAnswer<QuarantineOpened>(`/api/quarantine/${encodeURIComponent(entry)}`);
  const opened = asked.data;
  if (!opened) return asked.problem === null ? <Loading /> : <Trouble problem={asked.problem} again={asked.again} />;
  const first = opened.lines[0];
  return (
    <>
      <div class="pane__scroll" data-testid="held-opened" data-verdict={opened.verdict ?? ""}>
        <header class="pane__head">
          <div class="grow">
            <p class="caption">
              <bdi>{opened.establishment?.name ?? kindName(first?.kind)}</bdi>
            </p>
            <h2>{first?.code ? reasonName(first.code) : opened.verdict === "undone" ? said.reopen : said.release_done}</h2>
            {first?.detail && (
              <p class="muted">
                {said.serverWords}: <bdi lang="en">{first.detail}</bdi>
              </p>
            )}
          </div>
        </header>
        {opened.acts.map((act) => (
          <Banner key={`${act.at_ms} ${act.op}`} icon={act.op === "release" ? PackageCheck : PackageX} tone={act.op === "release" ? "ok" : "warn"} title={act.op === "release" ? said.release_done : act.op === "reject" ? said.rejected : said.reopen}>
            <bdi>{act.by_name ?? names.of(act.by)}</bdi> · {when(act.at_ms)} · <bdi>{act.reason}</bdi>
          </Banner>
        ))}
        {opened.obstacle && (
          <Banner icon={ShieldAlert} tone="warn" title={said.cannot}>
            {reasonName(opened.obstacle.code)} {advice(opened.obstacle.code)}
          </Banner>
        )}
        {opened.waits_for && opened.verdict === null && <Banner title={said.waits}>{said.waitsMore}</Banner>}
        <dl class="facts">
          <Fact label={said.who}>{first?.by_name ?? names.of(first?.by ?? null)}</Fact>
          <Fact label={said.tablet}>{opened.device_name ?? names.of(opened.device)}</Fact>
          <Fact label={said.written}>{first ? when(first.t) : ""}</Fact>
          <Fact label={said.arrived}>{when(opened.received_ms)}</Fact>
          {opened.proofs?.fix && <Fact label={said.where}>{ltr(`${String(opened.proofs.fix["lat"])}, ${String(opened.proofs.fix["lon"])}`)}</Fact>}
          {opened.proofs && opened.proofs.photos.length > 0 && <Fact label={said.photos}>{ltr(opened.proofs.photos.length)}</Fact>}
          {opened.due_after_rs != null && opened.due_now_rs != null && (
            <Fact label={said.due}>
              {rupees(opened.due_now_rs)} → {rupees(opened.due_after_rs)}
            </Fact>
          )}
        </dl>
        {opened.lines.map((line) => (
          <Line key={line.entry} line={line} names={names} />
        ))}
        {opened.lines_left_out > 0 && <p class="muted">{said.leftOut(ltr(opened.lines_left_out))}</p>}
      </div>
      <Act opened={opened} onDone={onDone} />
    </>
  );
}

function Fact({ label, children }: { label: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

function Line({ line, names }: { line: HeldLine; names: Names }) {
  const said = quarantineWords();
  const kind = line.kind ?? "";
  const look = { names: names.by };
  return (
    <section class="pane__foot">
      <h3 class="pane__part">
        {line.record ? <Link to={recordAddress(line.record)}>{kindName(line.kind)}</Link> : kindName(line.kind)} · <Num>{line.entry.split(":")[1]}</Num>
      </h3>
      {line.reason && (
        <p>
          {said.itsReason}: <bdi>{line.reason}</bdi>
        </p>
      )}
      {line.fields.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label={said.compared}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{said.field}</th>
                <th scope="col">{said.now}</th>
                <th scope="col">{said.writes}</th>
                <th scope="col">{said.after}</th>
              </tr>
            </thead>
            <tbody>
              {line.fields.map((each) => (
                <tr key={each.field}>
                  <th scope="row">{fieldName(each.field)}</th>
                  {[each.now, each.value, each.after].map((value, at) => (
                    <td key={at}>
                      {value == null ? "–" : each.masked ? <bdi>{String(value)}</bdi> : <ValueShown kind={kind} field={each.field} value={value} look={look} />}
                      {at === 2 && each.disputed && <span class="caption"> {said.disputed}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
