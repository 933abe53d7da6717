/** One visit: its facts, and while it goes on the report, the wage register, the photos, and finishing. */
import { useEffect, useState } from "preact/hooks";
import { BookOpenText, Building2, Camera, ClipboardCheck, ClipboardList, FileQuestion, ListChecks, PencilLine, type LucideIcon } from "lucide-preact";
import { clock, clockExact, date } from "../../shared/format";
import { Button, Empty, Loading, Num } from "../../shared/parts";
import type { Person, Values, View } from "../../sync/tablet";
import { ownPhotos } from "../logic/checked";
import { draftKey, filled, type VisitDraft } from "../logic/draft";
import type { Keeping } from "../logic/keeping";
import { draftsOpen, visitDraft } from "../state/drafts";
import { useAsked } from "../state/field";
import { startVisit } from "../state/finish";
import { go, type Tab, visitAt } from "../state/route";
import { todayWords, visitWords } from "../words/visits";
import { ChecklistTab } from "./checklist";
import { Done } from "./done";
import { Facts } from "./facts";
import { Finish } from "./finish";
import { VisitPhotos } from "./photos";
import { Report } from "./report";
import { Shell } from "./shell";
import { Wages } from "./wages";

const OPEN: ReadonlySet<unknown> = new Set(["planned", "started"]);

interface VisitProps {
  readonly visit: string;
  readonly tab: Tab | null;
  readonly who: Person;
}

/** What a part of the visit gets. */
export interface PartProps {
  readonly visit: View;
  readonly place: Values;
  readonly keeping: Keeping<VisitDraft>;
  readonly who: Person;
}

export function Visit({ visit, tab, who }: VisitProps) {
  const t = visitWords();
  const found = useAsked(
    async (from) => {
      const view = await from.view(visit);
      const place = view === null ? null : await from.shown(String(view.values["establishment"]));
      return { view, place: place ?? {} };
    },
    visit,
  );
  if (found === undefined) {
    return (
      <Shell title="…" back="#/">
        <Loading />
      </Shell>
    );
  }
  const { view, place } = found;
  if (view === null) {
    return (
      <Shell title={t.notHere} back="#/">
        <Empty icon={FileQuestion} title={t.notHere}>
          {t.notHereDo}
        </Empty>
      </Shell>
    );
  }
  const title = <bdi>{String(place["name"] ?? "")}</bdi>;
  const sub = typeof place["address"] === "string" ? <bdi>{place["address"]}</bdi> : undefined;
  const status = view.values["status"];
  const drafted = draftsOpen.value.has(draftKey(who.id, visit));
  if (!OPEN.has(status) && !drafted) return <Done visit={view} place={place} title={title} sub={sub} who={who} />;
  if (status === "planned" && !drafted) return <Planned view={view} place={place} title={title} sub={sub} />;
  return <Going view={view} place={place} title={title} sub={sub} tab={tab ?? "report"} who={who} />;
}

type Head = { title: preact.ComponentChildren; sub: preact.ComponentChildren };

function Planned({ view, place, title, sub }: Head & { view: View; place: Values }) {
  const t = visitWords();
  const [working, setWorking] = useState(false);
  const due = view.values["due"];
  async function start(): Promise<void> {
    if (working) return;
    setWorking(true);
    await startVisit(view.record).finally(() => setWorking(false));
    go(visitAt(view.record, "report"));
  }
  return (
    <Shell title={title} sub={sub} back="#/">
      <section class="card section" aria-labelledby="facts">
        <h2 id="facts">{t.facts}</h2>
        <Facts place={place} />
        {typeof due === "string" && (
          <p class="muted">
            {t.due}: {date(due)}
          </p>
        )}
      </section>
      <div class="section line wrap">
        <Button look="main" large icon={ClipboardList} data-testid="start-visit" onClick={() => void start()}>
          {todayWords().start}
        </Button>
        <span class="muted">{t.startFirst}</span>
      </div>
    </Shell>
  );
}

function useDraft(who: Person, view: View): Keeping<VisitDraft> | null {
  const [keeping, setKeeping] = useState<Keeping<VisitDraft> | null>(null);
  useEffect(() => {
    let stale = false;
    void visitDraft(who.id, view.record, String(view.values["establishment"])).then((made) => stale || setKeeping(made));
    return () => void (stale = true);
  }, [who.id, view.record]);
  return keeping;
}

function Going({ view, place, title, sub, tab, who }: Head & { view: View; place: Values; tab: Tab; who: Person }) {
  const keeping = useDraft(who, view);
  const tabs = keeping && <Tabs visit={view.record} now={tab} keeping={keeping} />;
  return (
    <Shell title={title} sub={sub} back="#/" tabs={tabs} layout={tab === "wages" ? "full" : "page"}>
      {keeping === null ? <Loading /> : <Part tab={tab} visit={view} place={place} keeping={keeping} who={who} />}
    </Shell>
  );
}

function Part({ tab, ...part }: PartProps & { tab: Tab }) {
  switch (tab) {
    case "facts":
      return <About {...part} />;
    case "report":
      return <Report {...part} />;
    case "checklist":
      return <ChecklistTab {...part} />;
    case "wages":
      return <Wages {...part} />;
    case "photos":
      return <VisitPhotos {...part} />;
    case "finish":
      return <Finish {...part} />;
  }
}

function About({ place, visit }: PartProps) {
  const t = visitWords();
  const begun = visit.values["check_in_ms"];
  return (
    <section class="card section" aria-labelledby="facts">
      <h2 id="facts">{t.facts}</h2>
      <Facts place={place} />
      {typeof begun === "number" && (
        <p class="muted">
          {t.begun}: <Num>{clock(begun)}</Num>
        </p>
      )}
    </section>
  );
}

const ICONS: Readonly<Record<Tab, LucideIcon>> = {
  facts: Building2,
  report: ClipboardList,
  checklist: ListChecks,
  wages: BookOpenText,
  photos: Camera,
  finish: ClipboardCheck,
};

function Tabs({ visit, now, keeping }: { visit: string; now: Tab; keeping: Keeping<VisitDraft> }) {
  const t = visitWords();
  const draft = keeping.value.value;
  const counts: Partial<Record<Tab, number>> = { checklist: Object.keys(draft.checked.given).length, wages: draft.lines.filter(filled).length, photos: ownPhotos(draft).length };
  const tabs: readonly Tab[] = ["facts", "report", "checklist", "wages", "photos", "finish"];
  return (
    <div class="tabs">
      <nav aria-label={t.tabs}>
        {tabs.map((tab) => {
          const Icon = ICONS[tab];
          const count = counts[tab] ?? 0;
          return (
            <a key={tab} href={visitAt(visit, tab)} aria-current={tab === now ? "page" : undefined} data-testid={`tab-${tab}`}>
              <Icon size={18} aria-hidden="true" />
              {t[tab]}
              {count > 0 && <Num>{count}</Num>}
            </a>
          );
        })}
      </nav>
      <Kept keeping={keeping} />
    </div>
  );
}

/** When what is typed was last on the disk. */
export function Kept<T>({ keeping }: { keeping: Keeping<T> }) {
  const t = visitWords();
  const at = keeping.keptMs.value;
  const waits = keeping.unsavedSinceMs.value !== null;
  return (
    <span class="kept" data-testid="draft-kept" data-kept={waits ? "no" : "yes"}>
      <PencilLine size={16} aria-hidden="true" />
      {at === null ? (waits ? t.keeping : t.nothingTyped) : t.kept(`\u2066${clockExact(at)}\u2069`)}
    </span>
  );
}
