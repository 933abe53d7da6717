/** The people with accounts and their postings: who is posted where, and beside the list one of them opened. */
import { MousePointerClick, UsersRound } from "lucide-preact";
import { useState } from "preact/hooks";
import { Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { whole } from "../../shared/format";
import type { District, PersonListed } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { NarrowBy, Narrowing } from "../narrow";
import { address, go, Link, parts, query } from "../router";
import type { Role } from "../rooms";
import { listed } from "../values";
import { narrowWords } from "../words/narrow";
import { roleNames } from "../words/shell";
import { Person } from "./person";
import { ROLES } from "./posts";
import { peopleWords } from "./words";
import "./people.css";

/** By what the list is narrowed, as it stands in the address. */
interface Narrowed {
  readonly role?: string | null;
  readonly district?: string | null;
}

export function PeopleRoom() {
  const said = peopleWords();
  const asked: Narrowed = { role: query.value.get("role"), district: query.value.get("district") };
  const list = useAnswer<PersonListed[]>("/api/people");
  const districts = useAnswer<District[]>("/api/districts").data ?? [];
  const [find, setFind] = useState("");
  const names = new Map(districts.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? id;
  const shown = list.data?.filter((each) => fits(each, asked, find));
  const opened = list.data?.find((each) => each.id === parts.value[1]);
  return (
    <div class="panes panes--room">
      <section class="picks picks--tall" aria-labelledby="people-title">
        <header class="picks__head">
          <h1 id="people-title">{said.title}</h1>
          {shown && <span class="muted">{said.count(ltr(whole(shown.length)))}</span>}
          <div class="people-find">
            <Field label={said.find}>
              {(ids) => <input {...ids} class="input" type="search" dir="auto" autocomplete="off" value={find} data-testid="people-find" onInput={(event) => setFind(event.currentTarget.value)} />}
            </Field>
          </div>
          {list.data && <Narrow people={list.data} asked={asked} nameOf={nameOf} />}
        </header>
        {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
        {!list.data && list.problem === null && <Loading />}
        {shown?.length === 0 && (
          <Empty icon={UsersRound} title={list.data?.length === 0 ? said.none : narrowWords().noneOf}>
            {list.data?.length === 0 ? said.noneNext : narrowWords().noneOfNext}
          </Empty>
        )}
        <ul class="grow">{shown?.map((each) => <Row key={each.id} person={each} current={each === opened} asked={asked} nameOf={nameOf} />)}</ul>
      </section>
      <section class="pane" aria-label={said.postings}>
        {opened ? <Person key={opened.id} person={opened} districts={districts} nameOf={nameOf} /> : list.data && list.data.length > 0 && <Empty icon={MousePointerClick} title={said.choose} />}
      </section>
    </div>
  );
}

function fits({ now, name, login }: PersonListed, { role, district }: Narrowed, find: string): boolean {
  const text = find.trim().toLowerCase();
  if (text && !`${name} ${login}`.toLowerCase().includes(text)) return false;
  return (!role && !district) || now.some((each) => (!role || each.role === role) && (!district || each.district === district));
}

function Narrow({ people, asked, nameOf }: { people: readonly PersonListed[]; asked: Narrowed; nameOf: (id: string) => string }) {
  const said = peopleWords();
  const roles = roleNames();
  const held = people.flatMap(({ now }) => now);
  const occurring = ROLES.filter((role) => role === asked.role || held.some((each) => each.role === role));
  const places = [...new Set([...held.flatMap(({ district }) => district ?? []), ...(asked.district ? [asked.district] : [])])];
  const sorted = places.map((id) => [id, nameOf(id)] as const).sort((a, b) => a[1].localeCompare(b[1]));
  if (!asked.role && !asked.district && occurring.length < 2 && sorted.length < 2) return null;
  const ask = (next: Narrowed) => go(address(["people"], { ...asked, ...next }));
  return (
    <Narrowing count={[asked.role, asked.district].filter(Boolean).length} onClear={() => go(address(["people"]))}>
      <NarrowBy label={said.role} value={asked.role ?? null} options={occurring.map((role) => [role, roles[role]] as const)} testid="people-role" onChoose={(role) => ask({ role })} />
      <NarrowBy label={said.district} value={asked.district ?? null} options={sorted} testid="people-district" onChoose={(district) => ask({ district })} />
    </Narrowing>
  );
}

function Row({ person, current, asked, nameOf }: { person: PersonListed; current: boolean; asked: Narrowed; nameOf: (id: string) => string }) {
  const said = peopleWords();
  return (
    <li data-testid="person-row" data-person={person.id} data-login={person.login}>
      <Link class="pick" to={address(["people", person.id], { ...asked })} aria-current={current ? "true" : undefined}>
        <span class="pick__title">
          <bdi>{person.name}</bdi>
        </span>
        <span class="pick__line">
          <span>{person.now.length === 0 ? <span class="muted">{said.noPosting}</span> : listed(rolesHeld(person).map(({ role, places }) => roleLine(role, places, nameOf)))}</span>
        </span>
        <span class="pick__line">
          <span class="caption">
            <Num>{person.login}</Num>
          </span>
          {person.tablets && person.tablets.length > 0 && <span class="caption pick__side">{listed(person.tablets.map(({ name }) => `\u2068${name}\u2069`))}</span>}
        </span>
      </Link>
    </li>
  );
}

/** The roles that somebody has now, each with its districts. */
function rolesHeld({ now }: PersonListed): readonly { role: Role; places: readonly (string | null)[] }[] {
  return ROLES.map((role) => ({ role, places: now.filter((each) => each.role === role).map(({ district }) => district) })).filter(({ places }) => places.length > 0);
}

function roleLine(role: Role, places: readonly (string | null)[], nameOf: (id: string) => string): string {
  const said = peopleWords();
  if (places.includes(null)) return said.everywhereAs(roleNames()[role]);
  return said.inDistrict(roleNames()[role], listed(places.flatMap((id) => (id ? [`\u2068${nameOf(id)}\u2069`] : []))));
}
