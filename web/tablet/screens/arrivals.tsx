/** What arrived, what is only here, what needs somebody: the meter opened. */
import { CheckCheck, CloudOff, FileWarning, Hand, HardDrive, PencilLine, RefreshCw, TabletSmartphone } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { clock, day } from "../../shared/format";
import { Banner, Button, Chip, Empty, Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Attention, Candidate, Kind, Person, Shown } from "../../sync/tablet";
import { minutes } from "../logic/schedule";
import { draftsOpen } from "../state/drafts";
import { people, persisted, status, useAsked } from "../state/field";
import { visitAt } from "../state/route";
import { online, retryAtMs, syncing, syncNow, toSend } from "../state/sync";
import { arrivalWords, reasonWords } from "../words/arrivals";
import { meterWords } from "../words/frame";
import { fieldSaid, valueSaid } from "./said";
import { Shell } from "./shell";

const KINDS = ["visit", "report", "wage_line", "photo", "establishment"] as const satisfies readonly Kind[];

export function Arrivals({ who }: { who: Person }) {
  const t = arrivalWords();
  const sending = syncing.value && toSend.value > 0;
  const found = status.value;
  const sent = Math.max(0, toSend.value - (found?.onlyHere ?? 0));
  return (
    <Shell title={t.title}>
      <div class="section line wrap">
        <Button look="main" large icon={RefreshCw} data-testid="sync-now" aria-busy={syncing.value} onClick={() => void syncNow()}>
          {t.syncNow}
        </Button>
        <span role="status" data-testid="sync-said">
          {sending ? meterWords().sending(sent, toSend.value) : syncing.value ? t.syncing : online.value ? "" : t.offline}
        </span>
      </div>
      <Trouble />
      <div class="three">
        <Arrived />
        <OnlyHere who={who} />
        <Needs who={who} />
      </div>
    </Shell>
  );
}

function Trouble() {
  const t = arrivalWords();
  const problem = status.value?.problem ?? null;
  if (problem === null || syncing.value) return null;
  if (problem.code === "no-answer" || problem.code === "busy") {
    const wait = retryAtMs.value === null ? null : minutes(retryAtMs.value - Date.now());
    return (
      <Banner tone="warn" icon={CloudOff} title={t.noAnswer}>
        {wait === null ? t.refusedKept : t.noAnswerNext(wait)}
      </Banner>
    );
  }
  return (
    <Banner tone="warn" icon={CloudOff} title={t.refused}>
      {t.refusedKept} {t.officeSays} <bdi>{problem.detail}</bdi>
    </Banner>
  );
}

function List({ title, icon: Icon, count, testid, children }: { title: string; icon: typeof Hand; count: number; testid: string; children: ComponentChildren }) {
  return (
    <section class="card section" aria-labelledby={testid}>
      <div class="line spread">
        <h2 id={testid} class="line">
          <Icon size={20} aria-hidden="true" />
          {title}
        </h2>
        <b class="bignum" data-testid={testid}>
          <Num>{count}</Num>
        </b>
      </div>
      {children}
    </section>
  );
}

function Arrived() {
  const t = arrivalWords();
  const found = status.value;
  const counts = useAsked(async (from) => {
    const lists = await Promise.all(KINDS.map((kind) => from.records(kind)));
    return KINDS.map((kind, at) => ({ kind, count: lists[at]?.length ?? 0 }));
  }, "counts");
  const last = found?.lastSyncMs ?? null;
  return (
    <List title={t.arrived} icon={CheckCheck} count={found?.atOffice ?? 0} testid="arrived-count">
      <p>{t.entries(found?.atOffice ?? 0)}</p>
      <p class="muted">{last === null ? t.lastNever : t.lastAll(`${day(last)}, ${ltr(clock(last))}`)}</p>
      <h3>{t.onTablet}</h3>
      <ul class="plain">
        {counts?.map(({ kind, count }) => (
          <li key={kind}>{t[kind](count)}</li>
        ))}
      </ul>
      {persisted.value !== null && (
        <p class="muted line">
          <HardDrive size={20} aria-hidden="true" />
          <span>{persisted.value ? t.storageYes : t.storageNo}</span>
        </p>
      )}
    </List>
  );
}

/** What waits to be sent, by kind; and the drafts of the person who uses the tablet. */
function OnlyHere({ who }: { who: Person }) {
  const t = arrivalWords();
  const start = `visit/${who.id}/`;
  const keys = [...draftsOpen.value.keys()].filter((key) => key.startsWith(start)).sort();
  const found = useAsked(
    async (from) => {
      const pending = await Promise.all(KINDS.map(async (kind) => ({ kind, count: (await from.list(kind)).filter((each) => each.pending.length > 0).length })));
      const drafts = await Promise.all(
        keys.map(async (key) => {
          const visit = key.slice(start.length);
          const establishment = (await from.shown(visit))?.["establishment"];
          const place = typeof establishment === "string" ? await from.shown(establishment) : null;
          return { visit, name: typeof place?.["name"] === "string" ? place["name"] : null };
        }),
      );
      return { pending: pending.filter(({ count }) => count > 0), drafts };
    },
    `only ${keys.join()}`,
  );
  const count = status.value?.onlyHere ?? 0;
  return (
    <List title={t.here} icon={TabletSmartphone} count={count} testid="here-count">
      <p>{count === 0 ? t.hereNone : t.hereCount(count)}</p>
      {count > 0 && (
        <ul class="plain">
          {found?.pending.map(({ kind, count: some }) => (
            <li key={kind}>{t[kind](some)}</li>
          ))}
        </ul>
      )}
      {(found?.drafts.length ?? 0) > 0 && <h3>{t.drafts}</h3>}
      <ul class="rows">
        {found?.drafts.map(({ visit, name }) => (
          <li key={visit}>
            <a href={visitAt(visit)} data-testid="draft-row">
              <PencilLine size={20} aria-hidden="true" />
              {name === null ? t.draftGone : t.draftOf(`\u2068${name}\u2069`)}
            </a>
          </li>
        ))}
      </ul>
    </List>
  );
}

function Needs({ who }: { who: Person }) {
  const t = arrivalWords();
  const found = useAsked(async (from) => {
    const conflicts = await from.list("conflict");
    const records = new Map(
      await Promise.all(conflicts.map(async ({ values }) => [String(values["record"]), await from.shown(String(values["record"]))] as const)),
    );
    return { attention: await from.attention(), conflicts, records };
  }, "needs");
  const open = found?.conflicts.filter(({ values }) => values["open"] === true) ?? [];
  const decided = found?.conflicts.filter(({ values }) => values["open"] !== true) ?? [];
  const count = (found?.attention.length ?? 0) + open.length;
  return (
    <List title={t.need} icon={Hand} count={count} testid="need-count">
      {found !== undefined && count === 0 && <Empty icon={CheckCheck} title={t.needNone} />}
      <ul class="rows">
        {found?.attention.map((entry) => (
          <Entry key={`${entry.device} ${entry.seq}`} entry={entry} />
        ))}
        {open.map((conflict) => (
          <Conflict key={conflict.record} conflict={conflict} who={who} />
        ))}
      </ul>
      {decided.length > 0 && <h3>{t.decided}</h3>}
      <ul class="rows">
        {decided.map((conflict) => {
          const { record, about, reason } = conflict.values;
          return (
            <li key={conflict.record} data-testid="conflict-row" data-open="no">
              <b>{fieldSaid(String(about))}</b>
              <p>{t.decidedValue(valueSaid(String(about), found?.records.get(String(record))?.[String(about)]))}</p>
              {typeof reason === "string" && <p class="muted">{t.decidedReason(`\u2068${reason}\u2069`)}</p>}
            </li>
          );
        })}
      </ul>
    </List>
  );
}

function Entry({ entry }: { entry: Attention }) {
  const t = arrivalWords();
  const said = entry.status === "waiting" ? t.waiting : entry.status === "lost" ? t.lost : t.quarantined;
  const reasons: Readonly<Record<string, string>> = reasonWords();
  return (
    <li data-testid="need-row" data-status={entry.status}>
      <div class="line spread wrap">
        <b>{said}</b>
        <Chip small tone="warn" icon={FileWarning}>
          {t.entry(entry.seq)}
        </Chip>
      </div>
      {entry.code !== null && <p>{reasons[entry.code] ?? reasonWords().other}</p>}
      {entry.detail !== null && (
        <p class="muted dense">
          {t.officeSays} <bdi>{entry.detail}</bdi>
        </p>
      )}
    </li>
  );
}

function Conflict({ conflict, who }: { conflict: Shown; who: Person }) {
  const t = arrivalWords();
  const about = String(conflict.values["about"]);
  // The office alone writes conflicts, in this shape (docs/protocol.md, "Merge").
  const candidates = (conflict.values["candidates"] ?? []) as readonly Candidate[];
  const nameOf = (by: string | null | undefined): string => {
    if (by === who.id) return t.you;
    const known = people.value.find(({ id }) => id === by);
    return known === undefined ? t.colleague : `\u2068${known.name}\u2069`;
  };
  return (
    <li data-testid="conflict-row" data-open="yes">
      <b>{fieldSaid(about)}</b>
      <p>{t.conflict}</p>
      <ul class="sides">
        {candidates.map(({ write, value, by, t: at }) => (
          <li key={write} class="card">
            <b>{valueSaid(about, value)}</b>
            <span class="muted dense">
              {t.by(nameOf(by))}
              {typeof at === "number" && <> · {`${day(at)}, ${ltr(clock(at))}`}</>}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}
