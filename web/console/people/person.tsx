/** Somebody opened: their postings with what can be done about each, their tablets, and a new password. */
import { CircleCheck, Clock3, KeyRound, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { plainDay } from "../../shared/format";
import { Button, Chip, Num } from "../../shared/parts";
import type { District, PersonListed, Posting } from "../../shared/wire.gen";
import { useMe } from "../me";
import { Note, useNote } from "../note";
import { address, Link } from "../router";
import { roleNames } from "../words/shell";
import { ActForm, type Act } from "./act";
import { PasswordForm } from "./password";
import { districtsToGive, mayPost, ordered, rolesToGive, whenHeld, type When } from "./posts";
import { peopleWords } from "./words";

interface Props {
  readonly person: PersonListed;
  readonly districts: readonly District[];
  readonly nameOf: (id: string) => string;
}

export function Person({ person, districts, nameOf }: Props) {
  const said = peopleWords();
  const me = useMe();
  const note = useNote();
  const [act, setAct] = useState<Act | "password" | null>(null);
  const mayGive = rolesToGive(me.postings).length > 0;
  return (
    <>
      {note.text && <Note text={note.text} onClose={note.clear} testid="posting-done" />}
      <header class="pane__head">
        <div class="grow">
          <h2>
            <bdi data-testid="person-name">{person.name}</bdi>
          </h2>
          <p class="caption">
            {said.login} <Num>{person.login}</Num>
          </p>
        </div>
        <div class="line wrap">
          {mayGive && (
            <Button icon={Plus} aria-expanded={act !== null && act !== "password" && act.what === "give"} onClick={() => setAct({ what: "give" })} data-testid="posting-give">
              {said.give}
            </Button>
          )}
          <Button icon={KeyRound} aria-expanded={act === "password"} blocked={!me.roles.includes("administrator") && said.passwordOnly} onClick={() => setAct("password")} data-testid="password-reset">
            {said.password}
          </Button>
        </div>
      </header>
      {act === "password" && <PasswordForm person={person} onClose={() => setAct(null)} />}
      {act !== null && act !== "password" && <ActForm key={act.what === "give" ? "give" : `${act.what} ${act.posting.role} ${act.posting.district}`} act={act} person={person} districts={districts} nameOf={nameOf} onClose={() => setAct(null)} onDone={note.say} />}
      <h3 class="pane__part">{said.postings}</h3>
      <Postings person={person} districts={districts} nameOf={nameOf} onAct={setAct} />
      <h3 class="pane__part">{said.tablets}</h3>
      <Tablets person={person} />
      {(me.roles.includes("administrator") || me.roles.includes("directorate")) && (
        <p class="pane__foot">
          <Link to={address(["trail"], { about: person.id })} data-testid="person-trail">
            {said.trail}
          </Link>
        </p>
      )}
    </>
  );
}

function Postings({ person, districts, nameOf, onAct }: Props & { onAct: (act: Act) => void }) {
  const said = peopleWords();
  const nowMs = Date.now();
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={said.postings}>
      <table class="table people-postings">
        <thead>
          <tr>
            <th scope="col">{said.role}</th>
            <th scope="col">{said.district}</th>
            <th scope="col">{said.from}</th>
            <th scope="col">{said.to}</th>
            <th scope="col">{said.state}</th>
            <th scope="col">
              <span class="visually-hidden">{said.acts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ordered(person.postings, nowMs).map((each) => (
            <tr key={`${each.role} ${each.district} ${each.from_ms}`} data-testid="posting" data-role={each.role} data-district={each.district ?? ""} data-state={whenHeld(each, nowMs)}>
              <td class="strong">{roleNames()[each.role]}</td>
              <td>{each.district === null ? said.everywhere : <bdi>{nameOf(each.district)}</bdi>}</td>
              <td>{plainDay(each.from_ms)}</td>
              {/* It ends at the first moment without it: of its last day nothing is taken away. */}
              <td>{each.to_ms == null ? <span class="muted">{said.open}</span> : plainDay(each.to_ms - 1)}</td>
              <td>
                <State at={whenHeld(each, nowMs)} />
              </td>
              <td>{whenHeld(each, nowMs) === "now" && <Acts posting={each} districts={districts} onAct={onAct} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Acts({ posting, districts, onAct }: { posting: Posting; districts: readonly District[]; onAct: (act: Act) => void }) {
  const said = peopleWords();
  const me = useMe();
  if (!mayPost(me.postings, posting)) return null;
  const own = posting.role === "administrator" && posting.person === me.person;
  const elsewhere = districtsToGive(me.postings, posting.role, districts.map(({ id }) => id)).filter((each) => each !== null && each !== posting.district);
  return (
    <div class="line wrap">
      {!own && (
        <Button look="quiet" onClick={() => onAct({ what: "end", posting })} data-testid="posting-end">
          {said.end}
        </Button>
      )}
      <Button look="quiet" blocked={own ? said.ownAdministrator : elsewhere.length === 0 && said.oneDistrict} onClick={() => onAct({ what: "transfer", posting })} data-testid="posting-transfer">
        {said.transfer}
      </Button>
    </div>
  );
}

function State({ at }: { at: When }) {
  const said = peopleWords();
  if (at === "now") return <Chip small icon={CircleCheck} tone="ok">{said.now}</Chip>;
  if (at === "coming") return <Chip small icon={Clock3}>{said.coming}</Chip>;
  return <span class="muted">{said.ended}</span>;
}

function Tablets({ person }: { person: PersonListed }) {
  const said = peopleWords();
  if (!person.tablets || person.tablets.length === 0) return <p class="pane__foot muted">{said.tabletsNone}</p>;
  return (
    <ul class="pane__foot people-tablets">
      {person.tablets.map(({ device, name, since_ms: sinceMs }) => (
        <li key={device} data-testid="person-tablet" data-device={device}>
          <bdi class="strong">{name}</bdi> <span class="muted">{said.tabletSince(plainDay(sinceMs))}</span> · <Link to={address(["tablets", "ledger", device])}>{said.toLedger}</Link>
        </li>
      ))}
    </ul>
  );
}
