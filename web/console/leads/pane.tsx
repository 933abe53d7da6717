/** One lead, opened: what was found, what became of it, and what may be done now. */
import { BadgeCheck, IdCard, MapPinOff, Send, X, type LucideIcon } from "lucide-preact";
import { useState } from "preact/hooks";
import { Banner, Button } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { LeadListed } from "../../shared/wire.gen";
import type { Names } from "../names";
import { Link, recordAddress } from "../router";
import { dateText, listed, shortId, valueText, when } from "../values";
import { ActForm, actName } from "./act";
import { actsOf, type Act } from "./list";
import { LeadChip } from "./chip";
import { leadWords } from "./words";

const ICONS: Readonly<Record<Act, LucideIcon>> = { "hand-over": Send, registered: BadgeCheck, card: IdCard, reject: X };

interface PaneProps {
  readonly lead: LeadListed;
  readonly others: readonly LeadListed[];
  readonly names: Names;
  readonly back: string;
  readonly onDone: (said: string) => void;
}

export function LeadPane({ lead, others, names, back, onDone }: PaneProps) {
  const said = leadWords();
  const [open, setOpen] = useState<Act | null>(null);
  const acts = actsOf(lead);
  return (
    <section class="pane" aria-labelledby="lead-title" data-testid="lead-pane" data-status={lead.status}>
      <header class="pane__head">
        <div class="grow">
          <p class="caption">{valueText("lead", "what", lead.what)}</p>
          <h2 id="lead-title">
            <bdi>{lead.name}</bdi>
          </h2>
          <p class="muted">
            <bdi>{lead.address}</bdi>
          </p>
        </div>
        <LeadChip status={lead.status} />
        <Link class="button button--icon" to={back} aria-label={said.close}>
          <X size={18} aria-hidden="true" />
        </Link>
      </header>
      {lead.place_district !== null && <Banner tone="warn" icon={MapPinOff} title={said.otherDistrict(`\u2068${names.of(lead.place_district)}\u2069`)} />}
      {lead.disputed.length > 0 && <Banner tone="warn" title={said.disputed} />}
      <div class="line wrap pane__acts">
        {acts.map((act) => (
          <Button key={act} look={act === "reject" ? "other" : "main"} icon={ICONS[act]} aria-expanded={open === act} data-testid={`lead-${act}`} onClick={() => setOpen(open === act ? null : act)}>
            {actName(act)}
          </Button>
        ))}
        {acts.length === 0 && <span class="muted">{said.closedNow}</span>}
        <Link class="button button--quiet" to={recordAddress(lead.id)}>
          {said.openRecord}
        </Link>
      </div>
      {open !== null && acts.includes(open) && <ActForm key={open} lead={lead} act={open} others={others} onClose={() => setOpen(null)} onDone={onDone} />}
      <Facts lead={lead} names={names} />
    </section>
  );
}

function Facts({ lead, names }: { lead: LeadListed; names: Names }) {
  const said = leadWords();
  const day = (iso: string | null): string | null => (iso === null ? null : dateText(iso));
  const cards = lead.cards === null ? null : lead.cards_on === null ? ltr(lead.cards) : `${ltr(lead.cards)}, ${said.cardsOn} ${dateText(lead.cards_on)}`;
  const facts: readonly { label: string; value: string | null; to?: string | null }[] = [
    { label: said.reason, value: lead.reason },
    { label: said.sameAs, value: lead.duplicate_of && shortId(lead.duplicate_of), to: lead.duplicate_of },
    { label: said.age, value: when(lead.found_ms) },
    { label: said.by, value: lead.by_name ?? said.office },
    { label: said.cause, value: lead.cause && valueText("lead", "cause", lead.cause) },
    { label: said.workers, value: workersOf(lead) },
    { label: said.unit, value: lead.establishment && (lead.establishment_name ?? shortId(lead.establishment)), to: lead.establishment },
    { label: said.principal, value: lead.principal },
    { label: said.sector, value: lead.sector },
    { label: said.district, value: names.of(lead.district) },
    { label: said.place, value: lead.location && valueText("lead", "location", lead.location) },
    { label: said.remarks, value: lead.remarks },
    { label: said.reference, value: lead.reference },
    { label: said.handedOver, value: day(lead.handed_over_on) },
    { label: said.registeredAs, value: lead.registration_no && ltr(lead.registration_no), to: lead.registered_as },
    { label: said.registeredOn, value: day(lead.registered_on) },
    { label: said.cards, value: cards },
  ];
  const reports = lead.reports.length > 0 ? lead.reports : lead.report === null ? [] : [lead.report];
  return (
    <dl class="facts">
      {facts.flatMap(({ label, value, to }) =>
        value === null || value === ""
          ? []
          : [
              <div key={label}>
                <dt>{label}</dt>
                <dd class="break">{to ? <Link to={recordAddress(to)}><bdi>{value}</bdi></Link> : <bdi>{value}</bdi>}</dd>
              </div>,
            ],
      )}
      {reports.length > 0 && (
        <div>
          <dt>{said.report}</dt>
          <dd class="line wrap">
            {reports.map((report, at) => (
              <Link key={report} to={recordAddress(report)} data-testid="lead-report">
                {reports.length === 1 ? said.openReport : said.reportOf(ltr(at + 1))}
              </Link>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** How many workers: what the finder thinks, and what reports counted. */
export function workersOf(lead: LeadListed): string | null {
  const said = leadWords();
  const parts = [
    lead.workers_about === null ? null : said.about(ltr(lead.workers_about)),
    lead.workers_found === null ? null : said.counted(ltr(lead.workers_found)),
  ].filter((each) => each !== null);
  return parts.length === 0 ? null : listed(parts);
}
