/** One tablet's account opened: its own word beside the office's, what to do about alarms, every open line and photo. */
import { ArrowLeft, CircleCheck, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { whole } from "../../shared/format";
import { Banner, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { DeviceAccount, DeviceOpened } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { reasonName, receiptName } from "../entry";
import { useMe } from "../me";
import { address, Link, recordAddress } from "../router";
import { kindName, listed, shortId, when } from "../values";
import { AlarmAdvice, alarmName } from "./alarms";
import { ledgerWords } from "./ledger-words";
import { AccountMark, megabytes } from "./ledger";

const MOST = 500;

/** /console/tablets/ledger/DEVICE */
export function AccountPage({ device }: { device: string }) {
  const said = ledgerWords();
  const asked = useAnswer<DeviceOpened>(`/api/ledger/${encodeURIComponent(device)}`);
  return (
    <div class="tablets-part stack">
      <Link to={address(["tablets", "ledger"])} class="back">
        <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
        {said.back}
      </Link>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!asked.data && asked.problem === null && <Loading />}
      {asked.data && <Opened found={asked.data} />}
    </div>
  );
}

function Opened({ found: { entry, earlier, holes, lines, photos, events } }: { found: DeviceOpened }) {
  const said = ledgerWords();
  const wanting = holes.length + lines.length + photos.length + entry.alarms.length > 0;
  return (
    <>
      <header class="line wrap">
        <h2 data-testid="ledger-name">
          <bdi>{entry.name}</bdi>
        </h2>
        <AccountMark account={entry} />
      </header>
      {entry.alarms.map((each) => (
        <div key={each.code} data-testid="ledger-alarm" data-code={each.code}>
          <Banner
            tone="warn"
            icon={TriangleAlert}
            title={
              <>
                {alarmName(each.code)} <Num>({whole(each.number)})</Num>
              </>
            }
          >
            <AlarmAdvice code={each.code} detail={each.detail} />
          </Banner>
        </div>
      ))}
      {!wanting && <Banner tone="ok" icon={CircleCheck} title={entry.unsent + entry.photos_unsent > 0 ? said.completeUnsent : said.complete} />}
      <div class="page__columns">
        <Own entry={entry} />
        <Here entry={entry} identities={earlier.length + 1} />
      </div>
      {holes.length > 0 && (
        <Card title={said.holesTitle}>
          <ul class="ledger-list">
            {holes.map(({ first, last }) => (
              <li key={first}>{said.hole(ltr(whole(first)), ltr(whole(last)))}</li>
            ))}
          </ul>
        </Card>
      )}
      {lines.length > 0 && <Lines of={lines} />}
      {photos.length > 0 && <Photos of={photos} />}
      {events.length > 0 && <Events of={events} />}
    </>
  );
}

function Card({ title, children, most = false }: { title: string; children: ComponentChildren; most?: boolean }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
      {most && <p class="caption">{ledgerWords().first500}</p>}
    </section>
  );
}

function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const number = (of: number) => <Num>{whole(of)}</Num>;

function Own({ entry }: { entry: DeviceAccount }) {
  const said = ledgerWords();
  return (
    <Card title={said.own}>
      <Facts
        of={[
          [said.captured, number(entry.captured)],
          [said.unsent, number(entry.unsent)],
          ...(entry.oldest_unsent_ms === null ? [] : [[said.oldest, when(entry.oldest_unsent_ms)] as const]),
          [said.photosUnsent, entry.photos_unsent > 0 ? <>{number(entry.photos_unsent)} · {said.bytes(ltr(megabytes(entry.bytes_unsent)))}</> : number(0)],
          [said.told, entry.told_ms === null ? said.never : when(entry.told_ms)],
          [said.contact, entry.contact_ms === null ? said.never : when(entry.contact_ms)],
          [said.people, listed(entry.people.map((name) => `\u2068${name}\u2069`))],
          ...(entry.app ? [[said.app, <Num key="app">{entry.app}</Num>] as const] : []),
        ]}
      />
    </Card>
  );
}

function Here({ entry, identities }: { entry: DeviceAccount; identities: number }) {
  const said = ledgerWords();
  return (
    <Card title={said.here}>
      <Facts
        of={[
          [said.received, number(entry.received)],
          [said.landed, number(entry.landed)],
          [said.held, number(entry.held)],
          [said.waiting, number(entry.waiting)],
          [said.quarantined, number(entry.quarantined)],
          [said.lost, number(entry.lost)],
          ...(entry.repeated > 0 ? [[said.repeated, number(entry.repeated)] as const] : []),
          [said.photos, entry.photos_missing > 0 ? <>{number(entry.photos_missing)} · {said.bytes(ltr(megabytes(entry.photos_missing_bytes)))}</> : number(0)],
          ...(identities > 1
            ? [
                [
                  said.line,
                  <>
                    {said.identities(ltr(whole(identities)))} · {said.captured} {number(entry.line_captured)} · {said.received} {number(entry.line_received)}
                  </>,
                ] as const,
              ]
            : []),
        ]}
      />
    </Card>
  );
}

function Lines({ of }: { of: DeviceOpened["lines"] }) {
  const said = ledgerWords();
  const decides = useMe().roles.includes("supervisor");
  return (
    <Card title={said.linesTitle} most={of.length === MOST}>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.linesTitle}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="figure">{said.entry}</th>
              <th scope="col">{said.kind}</th>
              <th scope="col">{said.status}</th>
              <th scope="col">{said.why}</th>
              <th scope="col">{said.since}</th>
              <th scope="col">
                <span class="visually-hidden">{said.open}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {of.map((each) => (
              <tr key={`${each.device} ${each.seq}`} data-testid="ledger-line" data-status={each.status}>
                <td class="figure">{whole(each.seq)}</td>
                <td>{kindName(each.kind)}</td>
                <td>{receiptName(each.status)}</td>
                <td>{reasonName(each.code)}</td>
                <td>{when(each.received_ms)}</td>
                <td>{each.status === "quarantined" && decides ? <Link to={address(["quarantine", `${each.device}:${each.seq}`])}>{said.open}</Link> : each.record && each.status !== "waiting" && <Link to={recordAddress(each.record)}>{said.open}</Link>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Photos({ of }: { of: DeviceOpened["photos"] }) {
  const said = ledgerWords();
  return (
    <Card title={said.photosTitle} most={of.length === MOST}>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.photosTitle}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{said.photo}</th>
              <th scope="col" class="figure">{said.size}</th>
              <th scope="col">{said.since}</th>
            </tr>
          </thead>
          <tbody>
            {of.map((each) => (
              <tr key={each.photo} data-testid="ledger-photo">
                <td>
                  <Link to={recordAddress(each.photo)}>{shortId(each.photo)}</Link>
                </td>
                <td class="figure">{said.bytes(ltr(megabytes(each.size)))}</td>
                <td>{when(each.since_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Events({ of }: { of: DeviceOpened["events"] }) {
  const said = ledgerWords();
  return (
    <Card title={said.eventsTitle} most={of.length === MOST}>
      <ul class="ledger-list">
        {of.map((each) => (
          <li key={`${each.code} ${each.device} ${each.seq}`}>
            {when(each.at_ms)} · {alarmName(each.code)}
          </li>
        ))}
      </ul>
    </Card>
  );
}
