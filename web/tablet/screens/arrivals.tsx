/** What arrived, what is only here, what needs somebody: the meter opened. */
import { CheckCheck, CloudOff, FileWarning, Hand, HardDrive, ImageOff, PencilLine, RefreshCw, TabletSmartphone } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { faultName } from "../../shared/faults";
import { clock, day } from "../../shared/format";
import { Banner, Button, Chip, Empty, Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Attention, Kind, Person, Shown } from "../../sync/tablet";
import { BETWEEN } from "../logic/between";
import { minutes } from "../logic/schedule";
import { draftsOpen } from "../state/drafts";
import { people, persisted, status, useAsked } from "../state/field";
import { visitAt } from "../state/route";
import { online, retryAtMs, syncing, syncNow, syncsEnded, toSend } from "../state/sync";
import { isOf, sidesOf, subjectOf } from "../state/subject";
import { arrivalWords, kindWords, reasonWords } from "../words/arrivals";
import { meterWords } from "../words/frame";
import { About } from "./about";
import { purposeWords } from "./photos";
import { fieldSaid, valueSaid } from "./said";
import { SealedWork } from "./sealed";
import { Shell } from "./shell";
import { Verdicts } from "./verdicts";

const MB = 1_000_000;
const KINDS = ["visit", "report", "wage_line", "answer", "photo", "establishment", "lead"] as const satisfies readonly Kind[];

export function Arrivals({ who }: { who: Person }) {
  const t = arrivalWords();
  const sending = syncing.value && toSend.value > 0;
  const found = status.value;
  const sent = Math.max(0, toSend.value - (found?.onlyHere ?? 0));
  return (
    <Shell title={t.title}>
      <div class="section line wrap">
        <Button look="main" large icon={RefreshCw} data-testid="sync-now" aria-busy={syncing.value} data-ended={syncsEnded.value} onClick={() => void syncNow()}>
          {t.syncNow}
        </Button>
        <span role="status" data-testid="sync-said">
          {sending ? meterWords().sending(sent, toSend.value) : syncing.value ? t.syncing : online.value ? "" : t.offline}
        </span>
      </div>
      <Trouble />
      <Unopened />
      <div class="three">
        <Arrived />
        <OnlyHere who={who} />
        <Needs who={who} />
      </div>
      <SealedWork />
    </Shell>
  );
}

function Trouble() {
  const t = arrivalWords();
  const problem = status.value?.problem ?? null;
  if (problem === null || syncing.value) return null;
  // The frame says so already, with what to do.
  if (problem.code === status.value?.unserved) return null;
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

/** Pictures that arrived whole and that the office could not open: while the visit lasts, others can be taken. */
function Unopened() {
  const t = arrivalWords();
  const found = useAsked(
    async (from) => Promise.all((await from.unopened()).map(async ({ record, reason }) => ({ record, reason, values: (await from.shown(record)) ?? {} }))),
    "unopened",
  );
  if (found === undefined || found.length === 0) return null;
  return (
    <Banner tone="warn" icon={ImageOff} title={t.unopened}>
      <span>{t.unopenedNext}</span>
      <ul class="plain">
        {found.map(({ record, reason, values }) => (
          <li key={record} data-testid="photo-unopened" data-reason={reason}>
            {purposeWords(typeof values["purpose"] === "string" ? values["purpose"] : "")}
            {typeof values["taken_ms"] === "number" && <> · {ltr(clock(values["taken_ms"]))}</>}: {faultName(reason, reason)}
          </li>
        ))}
      </ul>
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
      <p data-testid="captured-count" data-count={found?.captured ?? 0}>{t.captured(found?.captured ?? 0)}</p>
      <p class="muted">{last === null ? t.lastNever : t.lastAll(`${day(last)} · ${ltr(clock(last))}`)}</p>
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
  const keys = [...draftsOpen.value].filter((key) => key.startsWith(start)).sort();
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
  const photos = status.value?.photosHere;
  const oldest = status.value?.oldestHereMs ?? null;
  return (
    <List title={t.here} icon={TabletSmartphone} count={count} testid="here-count">
      {(count > 0 || photos === undefined || photos.count === 0) && <p>{count === 0 ? t.hereNone : t.hereCount(count)}</p>}
      {oldest !== null && <p data-testid="here-since">{t.hereSince(`${day(oldest)} · ${ltr(clock(oldest))}`)}</p>}
      {photos !== undefined && photos.count > 0 && (
        <p data-testid="photos-here">
          {t.photosHere(photos.count)} {t.photosSize(ltr((photos.bytes / MB).toFixed(1)))}
        </p>
      )}
      {photos?.refused.map((detail) => (
        <p key={detail}>
          {t.photoRefused} <bdi>{detail}</bdi>
        </p>
      ))}
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

interface Needed {
  readonly attention: readonly (Attention & { readonly subject: readonly string[] })[];
  readonly conflicts: readonly (Shown & { readonly subject: readonly string[]; readonly now: unknown })[];
}

function useNeeded(): Needed | undefined {
  return useAsked(async (from) => {
    const attention = await from.attention();
    const conflicts = await from.list("conflict");
    return {
      attention: await Promise.all(attention.map(async (each) => ({ ...each, subject: await subjectOf(from, each.record) }))),
      conflicts: await Promise.all(
        conflicts.map(async (each) => {
          const record = String(each.values["record"]);
          const now = (await from.shown(record))?.[String(each.values["about"])];
          return { ...each, subject: await subjectOf(from, record), now };
        }),
      ),
    };
  }, "needs");
}

function Needs({ who }: { who: Person }) {
  const t = arrivalWords();
  const found = useNeeded();
  const here = new Set(people.value.map(({ id }) => id));
  const open = found?.conflicts.filter(({ values }) => values["open"] === true) ?? [];
  const mine = open.filter((each) => isOf(each, here));
  const others = open.filter((each) => !isOf(each, here));
  const decided = found?.conflicts.filter(({ values }) => values["open"] !== true) ?? [];
  const count = (found?.attention.length ?? 0) + mine.length;
  return (
    <List title={t.need} icon={Hand} count={count} testid="need-count">
      {found !== undefined && count === 0 && <Empty icon={CheckCheck} title={t.needNone} />}
      <ul class="rows">
        {found?.attention.map((entry) => (
          <Entry key={`${entry.device} ${entry.seq}`} entry={entry} subject={entry.subject} />
        ))}
        {mine.map((conflict) => (
          <Conflict key={conflict.record} conflict={conflict} subject={conflict.subject} who={who} />
        ))}
      </ul>
      {others.length > 0 && <h3>{t.others}</h3>}
      <ul class="rows">
        {others.map((conflict) => (
          <Conflict key={conflict.record} conflict={conflict} subject={conflict.subject} who={who} />
        ))}
      </ul>
      <Verdicts />
      {decided.length > 0 && <h3>{t.decided}</h3>}
      <ul class="rows">
        {decided.map(({ record, values: { about, reason }, subject, now }) => (
          <li key={record} data-testid="conflict-row" data-open="no">
            <About of={fieldSaid(String(about))} subject={subject} />
            <p>{t.decidedValue(valueSaid(String(about), now))}</p>
            {typeof reason === "string" && <p class="muted">{t.decidedReason(`\u2068${reason}\u2069`)}</p>}
          </li>
        ))}
      </ul>
    </List>
  );
}

function Entry({ entry, subject }: { entry: Attention; subject: readonly string[] }) {
  const t = arrivalWords();
  const said = entry.status === "waiting" ? t.waiting : entry.status === "lost" ? t.lost : t.quarantined;
  const reasons: Readonly<Record<string, string>> = reasonWords();
  const kinds: Readonly<Record<string, string>> = kindWords();
  return (
    <li data-testid="need-row" data-status={entry.status} data-code={entry.code ?? ""}>
      <div class="line spread wrap">
        <About of={kinds[entry.kind] ?? t.entry(entry.seq)} subject={subject} />
        <Chip small tone="warn" icon={FileWarning}>
          {t.entry(entry.seq)}
        </Chip>
      </div>
      <p>{said}</p>
      {entry.code !== null && <p>{reasons[entry.code] ?? reasonWords().other}</p>}
      {entry.detail !== null && (
        <p class="muted dense">
          {t.officeSays} <bdi>{entry.detail}</bdi>
        </p>
      )}
    </li>
  );
}

function Conflict({ conflict, subject, who }: { conflict: Shown; subject: readonly string[]; who: Person }) {
  const t = arrivalWords();
  const about = String(conflict.values["about"]);
  const sides = sidesOf(conflict);
  const own = sides.filter(({ by }) => by === who.id).length;
  const nameOf = (by: string | null | undefined): string => {
    if (by === who.id) return t.you;
    const known = people.value.find(({ id }) => id === by);
    return known === undefined ? t.colleague : `\u2068${known.name}\u2069`;
  };
  return (
    <li data-testid="conflict-row" data-open="yes">
      <About of={fieldSaid(about)} subject={subject} />
      <p>{own === 0 ? t.conflictOthers : own === sides.length ? t.conflictOwn : t.conflict}</p>
      <ul class="sides">
        {sides.map(({ write, value, by, t: at }) => (
          <li key={write} class="card">
            <b>{valueSaid(about, value)}</b>
            <span class="muted dense">
              {t.by(nameOf(by))}
              {typeof at === "number" && <>{BETWEEN}{`${day(at)} · ${ltr(clock(at))}`}</>}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}
