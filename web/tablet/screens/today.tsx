/** The visits of today, in order; the next one open in place. In landscape the day's facts stand beside it. */
import { CalendarCheck, Check, ChevronRight, CircleCheck, ClipboardList, FileWarning, Navigation, PencilLine, Phone, X } from "lucide-preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { date, today, whole } from "../../shared/format";
import { Banner, Button, Chip, Empty, Loading, Num } from "../../shared/parts";
import type { Person, Values } from "../../sync/tablet";
import { draftKey } from "../logic/draft";
import { type Day, dayOf, type Stop } from "../logic/today";
import { draftsOpen, flushAll } from "../state/drafts";
import { officeNowMs, status, useAsked } from "../state/field";
import { startVisit } from "../state/finish";
import { go, visitAt } from "../state/route";
import { todayWords } from "../words/visits";
import { Facts } from "./facts";
import { LeadsCard } from "./leads";
import { Shell } from "./shell";

interface Found {
  readonly day: Day;
  readonly places: ReadonlyMap<string, Values>;
}

/** The day as the tablet knows it, with the establishments of its visits. */
function useDay(who: Person, date_: string): Found | undefined {
  const drafts = [...draftsOpen.value].sort();
  return useAsked(
    async (from) => {
      const visits = await from.list("visit");
      const withDraft = new Set(visits.map(({ record }) => record).filter((visit) => drafts.includes(draftKey(who.id, visit))));
      const day = dayOf(visits, who.id, date_, withDraft);
      const places = new Map<string, Values>();
      for (const { establishment } of day.stops) {
        const found = places.has(establishment) ? null : await from.shown(establishment);
        if (found !== null) places.set(establishment, found);
      }
      return { day, places };
    },
    `${who.id} ${date_} ${drafts.join()}`,
  );
}

export function Today({ who }: { who: Person }) {
  const t = todayWords();
  const now = today(officeNowMs());
  const found = useDay(who, now);
  const lost = useLostDrafts(who);
  const next = found?.day.stops.find((stop) => stop.next);
  const nextPlace = next && found?.places.get(next.establishment);
  return (
    <Shell title={t.title} sub={<>{date(now)} · <bdi>{who.name}</bdi></>} layout="split">
      <section class="list" aria-label={t.list}>
        {lost > 0 && (
          <Banner tone="warn" icon={FileWarning} title={t.elsewhere}>
            {t.elsewhereDo}
          </Banner>
        )}
        {found === undefined ? <Loading /> : <Stops {...found} />}
      </section>
      {found !== undefined && (
        <aside class="pane" aria-label={t.dayPane}>
          <DayFacts day={found.day} />
          <LeadsCard who={who} />
          {next !== undefined && nextPlace !== undefined && (
            <section class="card pane__card">
              <h2>{t.nextPane}: <bdi>{String(nextPlace["name"] ?? "")}</bdi></h2>
              <Facts place={nextPlace} />
            </section>
          )}
        </aside>
      )}
    </Shell>
  );
}

/** How many drafts of this person belong to a visit that is not on this tablet any more. */
function useLostDrafts(who: Person): number {
  const start = draftKey(who.id, "");
  const keys = [...draftsOpen.value].filter((key) => key.startsWith(start)).sort();
  const found = useAsked(
    async (from) => {
      const views = await Promise.all(keys.map((key) => from.view(key.slice(start.length))));
      return views.filter((view) => view === null).length;
    },
    `lost ${keys.join()}`,
  );
  return found ?? 0;
}

function Stops({ day, places }: Found) {
  const t = todayWords();
  const done = day.stops.length - day.left;
  return (
    <>
      <p class="list__head dense">
        <b>{day.left > 0 ? t.left(day.left) : t.none}</b>
        {done > 0 && <> · {t.done(done)}</>}
      </p>
      {day.left === 0 && (
        <Empty icon={CalendarCheck} title={t.none}>
          {day.later === null ? t.noneYet : t.noneNext(date(day.later.due), day.later.count)}
        </Empty>
      )}
      <ol>
        {day.stops.map((stop) => (
          <Row key={stop.visit.record} stop={stop} place={places.get(stop.establishment)} />
        ))}
      </ol>
    </>
  );
}

function Row({ stop, place }: { stop: Stop; place: Values | undefined }) {
  const t = todayWords();
  const visit = stop.visit.record;
  const workers = place?.["workers_declared"];
  const row = useRef<HTMLLIElement>(null);
  // After a morning's work the next visit may stand below the edge.
  useEffect(() => void (stop.next && row.current?.scrollIntoView({ block: "nearest" })), [stop.next]);
  return (
    <li ref={row} class={`stop${stop.next ? " stop--next" : ""}`} data-testid="visit-row" data-record={visit} data-status={stop.status}>
      <a class="stop__open" href={visitAt(visit)} data-testid="visit-open">
        <Mark stop={stop} />
        <span class="grow">
          <span class="stop__name">
            <bdi>{String(place?.["name"] ?? stop.establishment)}</bdi>
          </span>
          <span class="stop__line">
            {typeof place?.["address"] === "string" && <bdi>{place["address"]}</bdi>}
            {typeof workers === "number" && <> · {t.onRegister(whole(workers))}</>}
            {stop.overdue && stop.due !== null && <> · {t.overdue(date(stop.due))}</>}
          </span>
        </span>
        <StatusChip stop={stop} />
        <ChevronRight size={20} class="mirrored stop__chevron" aria-hidden="true" />
      </a>
      {stop.next && <Actions stop={stop} phone={place?.["phone"]} />}
    </li>
  );
}

/** Order and state by shape: ring planned, dashed ring draft, disc next, ticked disc done, crossed square closed. */
function Mark({ stop }: { stop: Stop }) {
  const inside = stop.mark === "done" ? <Check size={16} /> : stop.mark === "closed" ? <X size={16} /> : stop.order;
  return (
    <span class={`mark mark--${stop.mark}`} aria-hidden="true">
      {inside}
    </span>
  );
}

function StatusChip({ stop }: { stop: Stop }) {
  const t = todayWords();
  if (stop.mark === "done") return <Chip tone="ok" icon={CircleCheck}>{t.doneMark}</Chip>;
  if (stop.mark === "closed") return <Chip tone="warn" icon={X}>{stop.status === "refused" ? t.refused : t.notFound}</Chip>;
  if (stop.next) return <Chip tone="accent" icon={stop.status === "started" ? PencilLine : Navigation}>{stop.status === "started" ? t.started : t.next}</Chip>;
  if (stop.mark === "draft") return <Chip tone="rest" icon={PencilLine}>{stop.status === "started" ? t.started : t.draft}</Chip>;
  return null;
}

function Actions({ stop, phone }: { stop: Stop; phone: unknown }) {
  const t = todayWords();
  const [working, setWorking] = useState(false);
  const visit = stop.visit.record;
  async function start(): Promise<void> {
    if (working) return;
    setWorking(true);
    flushAll();
    await startVisit(visit).finally(() => setWorking(false));
    go(visitAt(visit, "report"));
  }
  return (
    <div class="stop__actions">
      {stop.status === "started" ? (
        <a class="button button--main button--large grow" href={visitAt(visit, "report")} data-testid="go-on">
          <ClipboardList size={20} aria-hidden="true" />
          {t.goOn}
        </a>
      ) : (
        <Button look="main" large class="grow" icon={ClipboardList} data-testid="start-visit" onClick={() => void start()}>
          {t.start}
        </Button>
      )}
      {typeof phone === "string" && phone !== "" && (
        <a class="button button--large" href={`tel:${phone}`}>
          <Phone size={20} aria-hidden="true" />
          {t.call}
        </a>
      )}
    </div>
  );
}

function DayFacts({ day }: { day: Day }) {
  const t = todayWords();
  const facts = [
    { label: t.visitsLeft, value: day.left },
    { label: t.visitsDone, value: day.stops.length - day.left },
    { label: t.onlyHere, value: status.value?.onlyHere ?? 0 },
  ];
  return (
    <dl class="daily">
      {facts.map(({ label, value }) => (
        <div key={label} class="card">
          <dt>{label}</dt>
          <dd>
            <Num>{value}</Num>
          </dd>
        </div>
      ))}
    </dl>
  );
}
