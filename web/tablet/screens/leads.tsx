/** The leads of the district on this tablet, with what became of each; and the way to a new one from the day's screen. */
import { BadgeCheck, CircleCheck, Copy, FilePlus2, IdCard, MapPinPlus, PencilLine, Send, TabletSmartphone, Undo2, X, type LucideIcon } from "lucide-preact";
import { whole } from "../../shared/format";
import { Chip, Empty, Loading } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Person, Shown } from "../../sync/tablet";
import { leadKey } from "../logic/lead";
import { draftsOpen } from "../state/drafts";
import { useAsked } from "../state/field";
import { LEADS, NEW_LEAD } from "../state/route";
import { leadWords } from "../words/leads";
import { BETWEEN } from "../logic/between";
import { Shell } from "./shell";

type Status = "found" | "handed_over" | "registered" | "card_issued" | "rejected" | "duplicate" | "lifted";
const LOOK: Readonly<Record<Status, { tone: "rest" | "ok" | "accent"; icon: LucideIcon }>> = {
  found: { tone: "rest", icon: MapPinPlus },
  handed_over: { tone: "accent", icon: Send },
  registered: { tone: "ok", icon: BadgeCheck },
  card_issued: { tone: "ok", icon: IdCard },
  rejected: { tone: "rest", icon: X },
  duplicate: { tone: "rest", icon: Copy },
  lifted: { tone: "rest", icon: Undo2 },
};
const CLOSED: ReadonlySet<string> = new Set(["rejected", "duplicate", "lifted"]);

/** The leads on this tablet: those still open first, the latest first among them. */
function useLeads(): readonly Shown[] | undefined {
  return useAsked(async (from) => {
    const found = (await from.list("lead")).filter(({ values }) => (values["withdrawn"] ?? null) === null);
    const closed = ({ values }: Shown): number => (CLOSED.has(String(values["status"])) ? 1 : 0);
    // Their ids count the time at which they were made.
    return found.sort((a, b) => closed(a) - closed(b) || (a.record < b.record ? 1 : -1));
  }, "leads");
}

/** On the day's screen: enter a lead, and how many there are. */
export function LeadsCard({ who }: { who: Person }) {
  const t = leadWords();
  const count = useLeads()?.length ?? 0;
  const drafted = draftsOpen.value.has(leadKey(who.id));
  return (
    <section class="card pane__card leads-card" aria-labelledby="leads-card">
      <h2 id="leads-card">{t.card}</h2>
      <p class="muted dense">{t.cardWhy}</p>
      <div class="line wrap">
        <a class="button button--large" href={NEW_LEAD} data-testid="new-lead">
          {drafted ? <PencilLine size={20} aria-hidden="true" /> : <FilePlus2 size={20} aria-hidden="true" />}
          {drafted ? t.goOn : t.enter}
        </a>
        {count > 0 && (
          <a class="button button--quiet button--large" href={LEADS} data-testid="all-leads">
            {t.all(count)}
          </a>
        )}
      </div>
    </section>
  );
}

export function Leads() {
  const t = leadWords();
  const leads = useLeads();
  return (
    <Shell title={t.title} back="#/">
      <div class="section line wrap">
        <a class="button button--main button--large" href={NEW_LEAD} data-testid="new-lead">
          <FilePlus2 size={20} aria-hidden="true" />
          {t.enter}
        </a>
      </div>
      {leads === undefined && <Loading />}
      {leads?.length === 0 && (
        <Empty icon={CircleCheck} title={t.none}>
          {t.noneNext}
        </Empty>
      )}
      {leads !== undefined && leads.length > 0 && (
        <ul class="card rows leads">
          {leads.map((lead) => (
            <Row key={lead.record} lead={lead} />
          ))}
        </ul>
      )}
    </Shell>
  );
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

function Row({ lead: { record, values, pending } }: { lead: Shown }) {
  const t = leadWords();
  const status = (Object.hasOwn(LOOK, String(values["status"])) ? values["status"] : "found") as Status;
  const { tone, icon } = LOOK[status];
  const kinds: Readonly<Record<string, unknown>> = t;
  const what = kinds[String(values["what"])];
  const about = [typeof what === "string" ? what : "", text(values["address"]), counted(values)].filter((each) => each !== null && each !== "");
  return (
    <li data-testid="lead-row" data-record={record} data-status={status}>
      <div class="line spread wrap">
        <b class="stop__name grow">
          <bdi>{text(values["name"]) ?? record}</bdi>
        </b>
        {pending.length > 0 ? (
          <Chip tone="rest" icon={TabletSmartphone}>
            {t.onlyHere}
          </Chip>
        ) : (
          <Chip tone={tone} icon={icon}>
            {t[status]}
          </Chip>
        )}
      </div>
      <p class="dense">{about.map((each) => `\u2068${each}\u2069`).join(BETWEEN)}</p>
      <Became values={values} />
    </li>
  );
}

function counted(values: Shown["values"]): string | null {
  const t = leadWords();
  const [about, found] = [number(values["workers_about"]), number(values["workers_found"])];
  if (about !== null) return t.workersCount(ltr(whole(about)));
  return found === null ? null : t.foundCount(ltr(whole(found)));
}

/** What the office wrote about it. */
function Became({ values }: { values: Shown["values"] }) {
  const t = leadWords();
  const [reference, registration, reason, cards] = [text(values["reference"]), text(values["registration_no"]), text(values["reason"]), number(values["cards"])];
  const said = [
    text(values["cause"]) !== null ? t.office : null,
    reference && t.reference(`\u2068${reference}\u2069`),
    registration && t.number(ltr(registration)),
    cards === null ? null : t.cards(ltr(whole(cards))),
    reason && t.reason(`\u2068${reason}\u2069`),
  ].filter((each) => each !== null);
  return said.length === 0 ? null : <p class="muted dense">{said.join(BETWEEN)}</p>;
}
