/** What a supervisor must hear of tablets: what happened, what to do, and the way to it. */
import { TriangleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { Banner, Button } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { AlarmEntry } from "../../shared/wire.gen";
import { useList } from "../data";
import { address, Link, recordAddress } from "../router";
import { Told } from "../told";
import { kindName, listed, when } from "../values";
import { alarmAdvice, alarmNames, alarmWords } from "./alarm-words";
import { grouped, type AlarmGroup } from "./sums";

const SHOWN = 20;
const SEQS_SHOWN = 6;
/** Their numbers name entries; in others they count something else. */
const ABOUT_ENTRIES = ["moved-away", "closed-a-dispute", "id-reused", "lost", "fork"];

/** What an alarm is called; a code that this page does not know, as it is. */
export function alarmName(code: string): string {
  const names = alarmNames();
  return Object.hasOwn(names, code) ? (names[code] ?? code) : code;
}

/** What to do about an alarm; in the server's words where this page does not know the code. */
export function AlarmAdvice({ code, detail }: { code: string; detail: string }) {
  const advice = alarmAdvice();
  return Object.hasOwn(advice, code) ? <span>{advice[code]}</span> : <Told>{detail}</Told>;
}

/** The alarms, newest first; several about one thing are one. `names`: tablets by id. */
export function Alarms({ names }: { names: ReadonlyMap<string, string> }) {
  const said = alarmWords();
  const [all, setAll] = useState(false);
  const found = useList<AlarmEntry>("/api/alarms", {}, ({ device, seq, code }) => `${device}:${seq}:${code}`).data;
  if (found === undefined) return null;
  if (found.length === 0) return <p class="muted">{said.none}</p>;
  const groups = grouped(found);
  return (
    <section class="stack" aria-labelledby="alarms">
      <h2 id="alarms">{said.title}</h2>
      {groups.slice(0, all ? undefined : SHOWN).map((each) => (
        <Alarm key={`${each.alarm.device} ${each.alarm.code} ${each.alarm.record ?? ""}`} group={each} tablet={names.get(each.alarm.device)} />
      ))}
      {groups.length > SHOWN && !all && (
        <div>
          <Button onClick={() => setAll(true)}>{said.showAll(ltr(whole(groups.length)))}</Button>
        </div>
      )}
    </section>
  );
}

function Alarm({ group: { alarm, seqs }, tablet }: { group: AlarmGroup; tablet: string | undefined }) {
  return (
    <div data-testid="alarm" data-code={alarm.code} data-entries={seqs.length} data-record={alarm.record ?? ""}>
      <Banner
        tone="warn"
        icon={TriangleAlert}
        title={
          <>
            {tablet !== undefined && (
              <>
                <bdi>{tablet}</bdi> ·{" "}
              </>
            )}
            {alarmName(alarm.code)}
          </>
        }
        action={<Way alarm={alarm} known={tablet !== undefined} />}
      >
        <span class="tablets-alarm">
          <AlarmAdvice code={alarm.code} detail={alarm.detail} />
          <span class="tablets-alarm__at">
            {when(alarm.at_ms)}
            {ABOUT_ENTRIES.includes(alarm.code) && <> · {entries(seqs)}</>}
          </span>
        </span>
      </Banner>
    </div>
  );
}

function entries(seqs: readonly number[]): string {
  const said = alarmWords();
  const [first = 0] = seqs;
  if (seqs.length === 1) return said.entry(ltr(whole(first)));
  const shown = said.entries(listed(seqs.slice(0, SEQS_SHOWN).map((seq) => ltr(whole(seq)))));
  return seqs.length > SEQS_SHOWN ? `${shown} ${said.more(ltr(whole(seqs.length - SEQS_SHOWN)))}` : shown;
}

/** Where to look: the record, the held entry, or the account of a tablet that is listed here. */
function Way({ alarm: { code, device, seq, record, kind }, known }: { alarm: AlarmEntry; known: boolean }) {
  const said = alarmWords();
  if (code === "id-reused")
    return (
      <Link class="button" to={address(["quarantine", `${device}:${seq}`])} data-testid="alarm-way">
        {said.toEntry}
      </Link>
    );
  if (record)
    return (
      <Link class="button" to={recordAddress(record)} data-testid="alarm-way">
        {said.toRecord(kindName(kind))}
      </Link>
    );
  if (!known) return null;
  return (
    <Link class="button" to={address(["tablets", "ledger", device])} data-testid="alarm-way">
      {said.toLedger}
    </Link>
  );
}
