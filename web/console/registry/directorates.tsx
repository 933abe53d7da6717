/** Directorates with the districts that they hold, and for administrators giving one and ending it. */
import { Building2, CircleCheck, Clock3, MapPinOff, Plus } from "lucide-preact";
import { useState } from "preact/hooks";
import { plainDate, today } from "../../shared/format";
import { Banner, Button, Chip, Empty, Loading, Trouble } from "../../shared/parts";
import type { Directorate, District, Held } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useMe } from "../me";
import { useNames } from "../names";
import { Note, useNote } from "../note";
import { districtsOf } from "../rooms";
import { comma } from "../values";
import { GiveForm, type Ending } from "./give";
import { heldByNobody, ordered, whenHeld, type When } from "./holding";
import { Head } from "./room";
import { registryWords } from "./words";

export function DirectoratesPage() {
  const said = registryWords();
  const { postings, roles } = useMe();
  const names = useNames();
  const note = useNote();
  const asked = useAnswer<Directorate[]>("/api/directorates");
  const districts = useAnswer<District[]>("/api/districts").data;
  const [giving, setGiving] = useState<Ending | "new" | null>(null);
  const may = roles.includes("administrator") && districtsOf(postings, "administrator") === null;
  const day = today(Date.now());
  const found = asked.data;
  const alone = found && districts ? heldByNobody(districts, found, day) : [];
  return (
    <div class="today">
      <Head here="directorates">
        {may && (
          <span class="end">
            <Button look="main" icon={Plus} aria-expanded={giving === "new"} onClick={() => setGiving(giving === "new" ? null : "new")} data-testid="directorate-give">
              {said.give}
            </Button>
          </span>
        )}
      </Head>
      <div class="registry-scroll">
        {note.text && <Note text={note.text} onClose={note.clear} testid="directorate-done" />}
        {giving !== null && <GiveForm key={giving === "new" ? "new" : `${giving.directorate} ${giving.held.district} ${giving.held.from_day}`} ending={giving === "new" ? null : giving} known={found ?? []} districts={districts ?? []} onClose={() => setGiving(null)} onDone={note.say} />}
        {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
        {!found && asked.problem === null && <Loading />}
        {found?.length === 0 && (
          <Empty icon={Building2} title={said.noDirectorates}>
            {said.noDirectoratesNext}
          </Empty>
        )}
        {found && found.length > 0 && alone.length > 0 && (
          <Banner icon={MapPinOff} title={`${said.alone}.`}>
            {said.aloneNext(alone.map((each) => each.name).join(comma()))}
          </Banner>
        )}
        {found?.map((each) => (
          <section key={each.id} class="card registry-card" data-testid="directorate" data-record={each.id} aria-labelledby={`directorate-${each.id}`}>
            <h2 id={`directorate-${each.id}`}>
              <bdi>{each.name}</bdi>
            </h2>
            <Holdings holds={ordered(each.holds, day)} day={day} name={(id) => names.of(id)} end={may ? (held) => setGiving({ directorate: each.name, held }) : null} />
          </section>
        ))}
      </div>
    </div>
  );
}

function Holdings({ holds, day, name, end }: { holds: readonly Held[]; day: string; name: (id: string) => string; end: ((held: Held) => void) | null }) {
  const said = registryWords();
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={said.holds}>
      <table class="table registry-holds">
        <thead>
          <tr>
            <th scope="col">{said.district}</th>
            <th scope="col">{said.area}</th>
            <th scope="col">{said.from}</th>
            <th scope="col">{said.to}</th>
            <th scope="col">{said.state}</th>
            {end && (
              <th scope="col">
                <span class="visually-hidden">{said.end}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {holds.map((held) => (
            <tr key={`${held.district} ${held.area} ${held.from_day}`} data-testid="holding" data-district={held.district}>
              <td class="strong">
                <bdi>{name(held.district)}</bdi>
              </td>
              <td>{held.area ? <bdi>{held.area}</bdi> : <span class="muted">{said.wholeDistrict}</span>}</td>
              <td>{plainDate(held.from_day)}</td>
              <td>{held.to_day ? plainDate(held.to_day) : <span class="muted">{said.open}</span>}</td>
              <td>
                <HeldMark at={whenHeld(held, day)} />
              </td>
              {end && (
                <td>
                  {held.to_day === null && (
                    <Button look="quiet" onClick={() => end(held)} data-testid="holding-end">
                      {said.end}
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeldMark({ at }: { at: When }) {
  const said = registryWords();
  if (at === "now") return <Chip small icon={CircleCheck} tone="ok">{said.now}</Chip>;
  if (at === "coming") return <Chip small icon={Clock3}>{said.coming}</Chip>;
  return <span class="muted">{said.ended}</span>;
}
