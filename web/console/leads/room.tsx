/** Who should be registered and is not: a list by age, each opened with what became of it and what may be done. */
import { SearchCheck } from "lucide-preact";
import { Empty, Field, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { LeadListed } from "../../shared/wire.gen";
import { useNames, type Names } from "../names";
import { Note, useNote } from "../note";
import { address, go, Link, query } from "../router";
import { statusName, valueText } from "../values";
import { LeadChip } from "./chip";
import { daysSince, SHOWN, useLeads, type Which } from "./list";
import { LeadPane, workersOf } from "./pane";
import { leadWords } from "./words";

interface Asked {
  readonly which: Which;
  readonly district: string | null;
  readonly lead: string | null;
}

const at = ({ which, district, lead }: Asked): string => address(["leads"], { show: which === "open" ? null : which, district, lead });

export function LeadsRoom() {
  const said = leadWords();
  const note = useNote();
  const names = useNames();
  const show = query.value.get("show");
  const asked: Asked = { which: SHOWN.find((each) => each === show) ?? "open", district: query.value.get("district"), lead: query.value.get("lead") };
  const list = useLeads(asked.which, asked.district);
  const leads = list.data;
  const opened = leads?.find((each) => each.id === asked.lead);
  return (
    <div class="today">
      <header class="strip">
        <h1>{said.title}</h1>
        <Filters asked={asked} leads={leads ?? []} names={names} />
        <span class="muted">{said.intro}</span>
      </header>
      {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
      {note.text && <Note text={note.text} onClose={note.clear} testid="lead-done" />}
      {!leads && list.problem === null && <Loading />}
      {leads?.length === 0 && (
        <Empty icon={SearchCheck} title={asked.which === "open" ? said.none : said.noneOf}>
          {asked.which === "open" ? said.noneNext : said.noneOfNext}
        </Empty>
      )}
      {leads && leads.length > 0 && (
        <div class={opened ? "panes" : "scroll"}>
          {opened ? <LeadList leads={leads} asked={asked} /> : <LeadTable leads={leads} asked={asked} names={names} />}
          {opened && <LeadPane key={opened.id} lead={opened} others={leads.filter((each) => each.id !== opened.id)} names={names} back={at({ ...asked, lead: null })} onDone={note.say} />}
        </div>
      )}
    </div>
  );
}

function Filters({ asked, leads, names }: { asked: Asked; leads: readonly LeadListed[]; names: Names }) {
  const said = leadWords();
  const label = (which: Which): string => (which === "open" ? said.open : which === "all" ? said.all : statusName(which));
  const districts = [...new Set([...leads.map((each) => each.district), ...(asked.district === null ? [] : [asked.district])])].sort();
  return (
    <>
      <Field label={said.show}>
        {(ids) => (
          <select {...ids} class="input" value={asked.which} data-testid="leads-show" onChange={(event) => go(at({ ...asked, which: event.currentTarget.value as Which, lead: null }))}>
            {SHOWN.map((each) => (
              <option key={each} value={each}>
                {label(each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(districts.length > 1 || asked.district !== null) && (
        <Field label={said.district}>
          {(ids) => (
            <select {...ids} class="input" value={asked.district ?? ""} onChange={(event) => go(at({ ...asked, district: event.currentTarget.value || null, lead: null }))}>
              <option value="">{said.everywhere}</option>
              {districts.map((each) => (
                <option key={each} value={each}>
                  {names.of(each)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

function age(lead: LeadListed): string {
  const said = leadWords();
  const days = daysSince(lead.found_ms, Date.now());
  return days === 0 ? said.thisDay : days === 1 ? said.oneDay : said.days(ltr(days));
}

function LeadTable({ leads, asked, names }: { leads: readonly LeadListed[]; asked: Asked; names: Names }) {
  const said = leadWords();
  return (
    <table class="table table--rows">
      <thead>
        <tr>
          <th scope="col">{said.lead}</th>
          <th scope="col">{said.district}</th>
          <th scope="col">{said.workers}</th>
          <th scope="col">{said.age}</th>
          <th scope="col">{said.by}</th>
          <th scope="col">{said.status}</th>
        </tr>
      </thead>
      <tbody>
        {leads.map((lead) => (
          <tr key={lead.id} data-testid="lead-row" data-record={lead.id} data-status={lead.status}>
            <td>
              <Link class="row-link" to={at({ ...asked, lead: lead.id })}>
                <bdi>{lead.name}</bdi>
              </Link>
              <span class="caption">
                {valueText("lead", "what", lead.what)}
                {lead.address && " · "}
                <bdi>{lead.address}</bdi>
              </span>
            </td>
            <td>
              <bdi>{names.of(lead.district)}</bdi>
            </td>
            <td>{workersOf(lead)}</td>
            <td>{age(lead)}</td>
            <td>
              <bdi>{lead.by_name ?? said.office}</bdi>
            </td>
            <td>
              <LeadChip status={lead.status} />
              {lead.reference && (
                <div class="caption">
                  <bdi>{lead.reference}</bdi>
                </div>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LeadList({ leads, asked }: { leads: readonly LeadListed[]; asked: Asked }) {
  return (
    <ul class="picks">
      {leads.map((lead) => (
        <li key={lead.id} data-testid="lead-row" data-record={lead.id} data-status={lead.status}>
          <Link class="pick" to={at({ ...asked, lead: lead.id })} aria-current={lead.id === asked.lead ? "true" : undefined}>
            <bdi class="pick__title">{lead.name}</bdi>
            <span class="pick__line">
              <span>{age(lead)}</span>
              <LeadChip status={lead.status} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
