/** What arrived and could not land, or waits: kept whole, with the reason. */
import { Clock, MousePointerClick, PackageCheck, PackageX } from "lucide-preact";
import { clock, day, today } from "../../shared/format";
import { Banner, Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Entry } from "../../shared/wire.gen";
import { lineOf, actName, reasonName, steps } from "../entry";
import { Steps, WholeEntry } from "../entry-shown";
import { useNames, type Names } from "../names";
import { Note, useNote } from "../note";
import { address, go, Link, parts, query, recordAddress } from "../router";
import { kindName, when } from "../values";
import { conflictWords } from "../words/conflicts";
import { historyWords } from "../words/history";
import { roomNames } from "../words/shell";
import { photoWords } from "../words/photos";
import { narrowWords } from "../words/narrow";
import { quarantineWords } from "../words/quarantine";
import { narrowedBy, useQuarantine, type Narrowed, type NotLanded } from "./list";
import { Narrow } from "./narrow";
import { OpenedEntry } from "./opened";
import { PhotoPane, PhotoRows } from "./photos";

const WHICH: readonly NotLanded[] = ["quarantined", "rejected", "released", "held", "waiting"];

/** An entry's place in its tablet's line names it for ever, also where it has no id that can be read. */
function keyOf(entry: Entry): string {
  return `${entry.device}:${entry.seq}`;
}

/** What the room shows: entries that have not landed, or photos that could not be opened. */
type Shown = NotLanded | "photos";

export function QuarantineRoom() {
  const asked = query.value.get("status");
  return asked === "photos" ? <PhotosRoom /> : <EntriesRoom which={WHICH.find((each) => each === asked) ?? "quarantined"} />;
}

/** The lists of the room, one of them chosen. */
function Lists({ value }: { value: Shown }) {
  const said = conflictWords();
  const names = { quarantined: said.kindQuarantined, held: said.kindHeld, waiting: said.kindWaiting, rejected: quarantineWords().rejected, released: quarantineWords().released, photos: photoWords().list };
  const options = [...WHICH, "photos" as const].map((each) => ({ value: each, label: names[each] }));
  const choose = (status: string) => go(address(["quarantine"], { status: status === "quarantined" ? null : status }));
  return (
    <Field label={said.list}>
      {(ids) => (
        <select {...ids} class="input" value={value} onChange={(event) => choose(event.currentTarget.value)} data-testid="held-list">
          {options.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function PhotosRoom() {
  return (
    <div class="panes panes--room">
      <section class="picks picks--tall" aria-labelledby="held-title">
        <header class="picks__head">
          <h1 id="held-title">{roomNames().quarantine}</h1>
          <Lists value="photos" />
        </header>
        <PhotoRows />
      </section>
      <section class="pane" aria-label={photoWords().about}>
        <PhotoPane />
      </section>
    </div>
  );
}

function EntriesRoom({ which }: { which: NotLanded }) {
  const said = conflictWords();
  const asked = narrowedBy(query.value);
  const isNarrowed = Object.values(asked).some(Boolean);
  const list = useQuarantine(which, { ...asked });
  const names = useNames();
  const note = useNote();
  const opened = list.data?.find((each) => keyOf(each) === parts.value[1]);
  return (
    <div class="panes panes--room">
      <section class="picks picks--tall" aria-labelledby="held-title">
        <header class="picks__head">
          <h1 id="held-title">{roomNames().quarantine}</h1>
          {list.data && <span class="muted">{said.count(ltr(list.data.length))}</span>}
          <Lists value={which} />
          <Narrow which={which} asked={asked} names={names} ask={(next) => go(address(["quarantine"], { ...statusOf(which), ...next }))} />
        </header>
        {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
        {!list.data && list.problem === null && <Loading />}
        {list.data?.length === 0 && (
          <Empty icon={PackageCheck} title={isNarrowed ? narrowWords().noneOf : which === "quarantined" ? said.heldNone : said.waitingNone}>
            {isNarrowed ? narrowWords().noneOfNext : which === "quarantined" ? said.heldNoneNext : said.waitingNoneNext}
          </Empty>
        )}
        <ul class="grow">{list.data?.map((entry) => <HeldRow key={keyOf(entry)} entry={entry} names={names} current={entry === opened} which={which} asked={asked} />)}</ul>
      </section>
      <section class={opened && decidable(which) ? "pane pane--decide" : "pane"} aria-label={said.whatItSays}>
        {note.text && <Note text={note.text} onClose={note.clear} testid="decided" />}
        {opened && decidable(which) ? <OpenedEntry key={keyOf(opened)} entry={keyOf(opened)} onDone={note.say} /> : opened ? <HeldEntry entry={opened} names={names} /> : list.data && list.data.length > 0 && <Empty icon={MousePointerClick} title={said.heldChoose} />}
      </section>
    </div>
  );
}

/** The list as it stands in the address. */
function statusOf(which: NotLanded): { status: string | null } {
  return { status: which === "quarantined" ? null : which };
}

/** The lists of entries that somebody decides about, or has. */
function decidable(which: NotLanded): boolean {
  return which === "quarantined" || which === "rejected" || which === "released";
}

function HeldRow({ entry, names, current, which, asked }: { entry: Entry; names: Names; current: boolean; which: NotLanded; asked: Narrowed }) {
  return (
    <li data-testid="held-row" data-entry={keyOf(entry)}>
      <Link class="pick" to={address(["quarantine", keyOf(entry)], { ...statusOf(which), ...asked })} aria-current={current ? "true" : undefined}>
        <span class="pick__title">{whyOf(entry, which)}</span>
        <span class="pick__line">
          <span>
            {kindName(entry.kind)} · <bdi>{entry.by_name ?? names.of(entry.by)}</bdi>
          </span>
          <span class="caption pick__side">
            <Num>{today(entry.received_ms) === today(Date.now()) ? clock(entry.received_ms) : day(entry.received_ms)}</Num>
          </span>
        </span>
      </Link>
    </li>
  );
}

function whyOf(entry: Entry, which: NotLanded): string {
  const said = conflictWords();
  if (which === "rejected" || which === "released") return kindName(entry.kind);
  return which === "quarantined" ? reasonName(entry.code) : which === "held" ? said.whyHeldGroup : said.whyWaiting;
}

function HeldEntry({ entry, names }: { entry: Entry; names: Names }) {
  const said = conflictWords();
  const line = lineOf(entry);
  const landsLater = entry.status !== "quarantined";
  const Icon = landsLater ? Clock : PackageX;
  const facts = [
    { label: said.who, value: entry.by_name ?? names.of(entry.by) },
    { label: said.tablet, value: entry.device_name ?? names.of(entry.device) },
    { label: said.number, value: ltr(entry.seq) },
    { label: said.when, value: when(entry.t) },
    { label: said.arrivedAt, value: when(entry.received_ms) },
  ];
  return (
    <>
      <header class="pane__head">
        <div class="grow">
          <p class="caption">{said.whyHeld}</p>
          <h2>{whyOf(entry, entry.status as NotLanded)}</h2>
          {entry.detail && (
            <p class="muted">
              {said.serverWords}: <bdi lang="en">{entry.detail}</bdi>
            </p>
          )}
        </div>
      </header>
      <Banner icon={Icon} title={landsLater ? said.waitsFor : said.noRelease}>
        {landsLater ? said.waitsForMore : said.noReleaseMore}
      </Banner>
      <dl class="facts">
        {facts.map((each) => (
          <div key={each.label}>
            <dt>{each.label}</dt>
            <dd>
              <bdi>{each.value}</bdi>
            </dd>
          </div>
        ))}
        {entry.record && (
          <div>
            <dt>{said.about}</dt>
            <dd>
              <Link to={recordAddress(entry.record)}>{kindName(entry.kind)}</Link>
            </dd>
          </div>
        )}
      </dl>
      <h3 class="pane__part">
        {said.whatItSays}: {actName(line)}
      </h3>
      <div class="pane__foot">
        {line ? <Steps of={steps(line)} kind={entry.kind ?? ""} look={{ names: names.by }} /> : <p>{historyWords().unreadable}</p>}
        {line?.reason && (
          <p>
            {historyWords().reason}: <bdi>{line.reason}</bdi>
          </p>
        )}
        <WholeEntry entry={entry} open />
      </div>
    </>
  );
}
