/** Looking an establishment up. What was looked for stands in the address, so that back leads back to it. */
import { Search, SearchX } from "lucide-preact";
import { useState } from "preact/hooks";
import { Button, Empty, Loading, Num, Trouble } from "../../shared/parts";
import type { EstablishmentFound } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useNames } from "../names";
import { address, go, Link, query } from "../router";
import { comma } from "../values";
import { Head } from "./room";
import { StatusMark } from "./status";
import { registryWords } from "./words";

const SHORTEST = 2;
const MOST = 50;

export function SearchPage() {
  const said = registryWords();
  const asked = query.value.get("find") ?? "";
  const [text, setText] = useState(asked);
  const [short, setShort] = useState(false);
  const found = useAnswer<EstablishmentFound[]>(asked ? "/api/establishments/search" : null, { text: asked });
  const submit = (event: Event) => {
    event.preventDefault();
    const plain = text.trim();
    setShort(plain.replace(/\s/g, "").length < SHORTEST);
    if (plain.replace(/\s/g, "").length >= SHORTEST) go(address(["registry"], { find: plain }));
  };
  return (
    <div class="today">
      <Head here="find" />
      <form class="registry-search" role="search" onSubmit={submit}>
        <input class="input" type="search" dir="auto" autocomplete="off" maxLength={200} aria-label={said.search} placeholder={said.search} value={text} data-testid="registry-text" onInput={(event) => setText(event.currentTarget.value)} />
        <Button look="main" type="submit" icon={Search} data-testid="registry-look">
          {said.look}
        </Button>
        {short && (
          <span class="wrong" role="alert">
            {said.searchShort}
          </span>
        )}
      </form>
      {found.problem !== null && <Trouble problem={found.problem} again={found.again} />}
      {asked === "" ? (
        <Empty icon={Search} title={said.begin}>
          {said.beginNext}
        </Empty>
      ) : !found.data ? (
        found.problem === null && <Loading />
      ) : found.data.length === 0 ? (
        <Empty icon={SearchX} title={said.none(`\u2068${asked}\u2069`)}>
          {said.noneNext}
        </Empty>
      ) : (
        <Results found={found.data} />
      )}
    </div>
  );
}

function Results({ found }: { found: readonly EstablishmentFound[] }) {
  const said = registryWords();
  const names = useNames();
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={said.find}>
      <table class="table table--rows registry-found">
        <thead>
          <tr>
            <th scope="col">{said.establishment}</th>
            <th scope="col">{said.number}</th>
            <th scope="col">{said.address}</th>
            <th scope="col">{said.district}</th>
            <th scope="col">{said.status}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((each) => (
            <tr key={each.id} data-testid="registry-row" data-record={each.id}>
              <td>
                <Link class="row-link" to={address(["registry", each.id])}>
                  <bdi>{each.name ?? said.noName}</bdi>
                </Link>
                {each.aliases.length > 0 && (
                  <span class="caption">
                    <bdi>{said.alsoCalled(each.aliases.join(comma()))}</bdi>
                  </span>
                )}
              </td>
              <td class="nowrap">{each.registration_no ? <Num>{each.registration_no}</Num> : <span class="muted">{said.noNumber}</span>}</td>
              <td>
                <bdi>{each.address}</bdi>
              </td>
              <td>{each.district ? <bdi>{names.of(each.district)}</bdi> : <span class="muted">{said.nowhere}</span>}</td>
              <td>
                <StatusMark status={each.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === MOST && <p class="muted registry-most">{said.most}</p>}
    </div>
  );
}
