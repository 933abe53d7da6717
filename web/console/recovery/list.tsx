/** Flagged employers, ranked by what is expected to come in. */
import { ShieldCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { clock, plainDay, rupees, whole } from "../../shared/format";
import { inColumn, total } from "../../shared/money";
import { Button, Chip, Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import type { Compliance, Flag } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { address, go, Link, query } from "../router";
import { partOpen, Severity } from "./against";
import { Marks, reasonIcon } from "./marks";
import { monthSpan } from "./months";
import { language } from "../../shared/words";
import { rankWords, ruleTitle, whyRank } from "./rank-words";
import { flagWords } from "./words";

const PAGE = 500;

/** The ranked list. The district that is asked for stands in the address. */
export function FlagList() {
  const said = flagWords();
  const district = query.value.get("district");
  const counted = useAnswer<Compliance[]>("/api/compliance");
  const named = counted.data ?? [];
  const here = named.filter((each) => district === null || each.district === district);
  const flagged = here.reduce((sum, each) => sum + each.flagged, 0);
  return (
    <div class="flags">
      <header class="flags-head">
        <div class="grow">
          <h1>{said.title}</h1>
          <p class="muted">{rankWords().ranked}</p>
        </div>
        {counted.data && (
          <dl class="flags-figures">
            <div>
              <dt>{said.employersTitle}</dt>
              <dd>
                <Num>{whole(flagged)}</Num>
              </dd>
            </div>
            <div>
              <dt>{said.due}</dt>
              <dd data-testid="flags-due">
                <Num>{rupees(total(here.map((each) => each.due_rs)))}</Num>
              </dd>
            </div>
          </dl>
        )}
        {named.length > 1 && <District all={named} chosen={district} />}
      </header>
      {counted.atMs > 0 && <p class="caption flags-asof">{said.asOf(clock(counted.atMs))}</p>}
      <Ranked district={district} names={new Map(named.map((each) => [each.district, each.name]))} key={district} />
    </div>
  );
}

function District({ all, chosen }: { all: readonly Compliance[]; chosen: string | null }) {
  const said = flagWords();
  return (
    <Field label={said.district}>
      {(ids) => (
        <select {...ids} class="input flags-district" value={chosen ?? ""} onChange={(event) => go(address(["flags"], { district: event.currentTarget.value }))} data-testid="flags-district">
          <option value="">{said.allDistricts}</option>
          {all.map((each) => (
            <option key={each.district} value={each.district}>
              {each.name} ({each.flagged})
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface Narrowed {
  readonly district: string | null;
  readonly names: ReadonlyMap<string, string>;
}

function Ranked({ district, names }: Narrowed) {
  const said = flagWords();
  const [pages, setPages] = useState(1);
  return (
    <div class="card scroll flags-card" tabIndex={0} role="group" aria-label={said.title}>
      <table class="table flags-table">
        <thead>
          <tr>
            <th class="figure">{said.rank}</th>
            <th>{said.employer}</th>
            <th>{said.district}</th>
            <th>{said.why}</th>
            <th>{said.months}</th>
            <th class="figure">{said.dueColumn}</th>
            <th class="figure">{rankWords().expected}</th>
            <th>{said.marks}</th>
          </tr>
        </thead>
        {Array.from({ length: pages }, (_, page) => (
          <Page key={page} skip={page * PAGE} district={district} names={names} more={page === pages - 1 ? () => setPages(pages + 1) : null} />
        ))}
      </table>
    </div>
  );
}

/** One page of the list, asked anew by itself, and the way to the next one. */
function Page({ skip, district, names, more }: Narrowed & { skip: number; more: (() => void) | null }) {
  const said = flagWords();
  const asked = useAnswer<Flag[]>("/api/flags", { district, skip: skip || null, language: language.value });
  const found = asked.data;
  return (
    <tbody>
      {!found && (
        <tr>
          <td colSpan={8}>{asked.problem ? <Trouble problem={asked.problem} again={asked.again} /> : <Loading />}</td>
        </tr>
      )}
      {found?.map((flag, index) => <Row key={flag.establishment} flag={flag} rank={skip + index + 1} names={names} />)}
      {found?.length === 0 && skip === 0 && (
        <tr>
          <td colSpan={8}>
            <Empty icon={ShieldCheck} title={said.none}>
              {said.noneNext}
            </Empty>
          </td>
        </tr>
      )}
      {found?.length === PAGE && more && (
        <tr>
          <td colSpan={8}>
            <Button onClick={more} data-testid="flags-more">
              {said.more}
            </Button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Row({ flag, rank, names }: { flag: Flag; rank: number; names: ReadonlyMap<string, string> }) {
  const said = flagWords();
  const told = rankWords();
  return (
    <tr data-testid="flag-row" data-record={flag.establishment}>
      <td class="figure muted">{whole(rank)}</td>
      <td class="flags-name">
        <Link to={address(["flags", flag.establishment])} class="strong">
          <bdi>{flag.name ?? said.noName}</bdi>
        </Link>
        <span class="caption">{flag.registration_no ? <Num>{flag.registration_no}</Num> : said.noRegistration}</span>
      </td>
      <td>
        <bdi>{names.get(flag.district) ?? flag.district}</bdi>
      </td>
      <td>
        <span class="line wrap flags-marks">
          {flag.rules.map((rule) => (
            <Chip key={rule.rule} icon={reasonIcon(rule.rule)} tone="rest" small>
              {ruleTitle(rule)}
            </Chip>
          ))}
        </span>
      </td>
      <td class="flags-months">{monthSpan(flag.months)}</td>
      <td class="figure strong" data-testid="flag-due">
        {inColumn(flag.due_rs)}
      </td>
      <td class="figure" data-testid="flag-expected">
        <span class="strong">{inColumn(flag.expected_rs)}</span>
        <span class="caption flags-rank" data-testid="flag-rank">
          {whyRank(flag, partOpen)}
        </span>
      </td>
      <td>
        <span class="line wrap flags-marks">
          {flag.severity && <Severity severity={flag.severity} />}
        </span>
        <Marks provisional={flag.provisional} unconfirmed={flag.unconfirmed} />
        {flag.since_ms !== null && <span class="caption flags-since">{told.since(plainDay(flag.since_ms))}</span>}
      </td>
    </tr>
  );
}
