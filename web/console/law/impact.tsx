/** What a row would change: the sums, then each report and each account, old and new. */
import { BadgeX, Equal, Flag, FlagOff } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { plainDate, rupees, whole } from "../../shared/format";
import { inColumn } from "../../shared/money";
import { Banner, Button, Choice, Chip, Empty, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Impact, Touched, TouchedAccount } from "../../shared/wire.gen";
import { useMe } from "../me";
import { monthSpan } from "../recovery/months";
import { districtsOf } from "../rooms";
import { Link, recordAddress } from "../router";
import { difference, signed } from "./draft";
import { lawWords } from "./words";

const SHOWN = 50;
const LISTED = 500;

type List = "assessments" | "accounts";

interface ImpactProps {
  readonly impact: Impact;
  /** Asks for what comes after so many. */
  readonly page: (skip: number) => Promise<Impact>;
  /** A further page is no longer of what is on the screen. */
  readonly onChanged: () => void;
}

export function ImpactShown({ impact, page, onChanged }: ImpactProps) {
  const said = lawWords();
  const { postings } = useMe();
  const { figures } = impact;
  const everywhere = districtsOf(postings, "administrator") === null || districtsOf(postings, "directorate") === null;
  const [list, setList] = useState<List>(figures.assessments > 0 || figures.accounts === 0 ? "assessments" : "accounts");
  return (
    <section class="card law-card" aria-labelledby="law-impact" data-testid="law-impact">
      <header class="law-head">
        <h2 id="law-impact">{said.impact}</h2>
        <p class="muted">
          {said.asOfDay(plainDate(figures.day))} {!everywhere && said.inMine}
        </p>
      </header>
      <div class="law-sums">
        <Sums title={said.reports} count={figures.assessments} old={figures.assessments_old_rs} now={figures.assessments_new_rs} testid="law-sum-assessments" />
        <Sums title={said.accounts} count={figures.accounts} old={figures.accounts_old_rs} now={figures.accounts_new_rs} testid="law-sum-accounts" />
      </div>
      {figures.assessments + figures.accounts === 0 ? (
        <Empty icon={Equal} title={said.nothing}>
          {said.nothingNext}
        </Empty>
      ) : (
        <>
          <div class="law-head">
            <Choice
              label={said.impact}
              value={list}
              options={[
                { value: "assessments", label: `${said.reports} (${ltr(whole(figures.assessments))})` },
                { value: "accounts", label: `${said.accounts} (${ltr(whole(figures.accounts))})` },
              ]}
              onChoose={setList}
            />
          </div>
          <Paged key={list} list={list} impact={impact} page={page} onChanged={onChanged} />
        </>
      )}
    </section>
  );
}

function Sums({ title, count, old, now, testid }: { title: string; count: number; old: string; now: string; testid: string }) {
  const said = lawWords();
  return (
    <dl class="law-sum" data-testid={testid}>
      <div class="law-sum__title">
        <dt>{title}</dt>
        <dd>{said.touched(ltr(whole(count)))}</dd>
      </div>
      <div>
        <dt>{said.old}</dt>
        <dd>{rupees(old)}</dd>
      </div>
      <div>
        <dt>{said.now}</dt>
        <dd>{rupees(now)}</dd>
      </div>
      <div>
        <dt>{said.more}</dt>
        <dd>
          <Num>{signed(difference(old, now), rupees)}</Num>
        </dd>
      </div>
    </dl>
  );
}

function Paged({ list, impact, page, onChanged }: ImpactProps & { list: List }) {
  const said = lawWords();
  const [at, setAt] = useState(0);
  const [held, setHeld] = useState<{ skip: number; impact: Impact }>({ skip: 0, impact });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const all = impact.figures[list];
  const turn = async (to: number) => {
    const skip = Math.floor((to * SHOWN) / LISTED) * LISTED;
    if (busy) return;
    if (skip !== held.skip) {
      setBusy(true);
      setProblem(null);
      try {
        const found = await page(skip);
        if (found.figures.fingerprint !== impact.figures.fingerprint) return onChanged();
        setHeld({ skip, impact: found });
        setAt(to);
      } catch (caught) {
        setProblem(caught);
      }
      setBusy(false);
    } else setAt(to);
  };
  const first = at * SHOWN;
  const shown = held.impact[list].slice(first - held.skip, first - held.skip + SHOWN);
  if (all === 0)
    return (
      <Empty icon={BadgeX} title={said.nothing} />
    );
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.impact} aria-busy={busy}>
        {list === "assessments" ? <Reports touched={shown as readonly Touched[]} /> : <Accounts touched={shown as readonly TouchedAccount[]} />}
      </div>
      {problem !== null && <Trouble problem={problem} />}
      {all > SHOWN && (
        <nav class="line law-head" aria-label={said.impact}>
          <Button onClick={() => void turn(Math.max(0, at - 1))}>{said.before}</Button>
          <span data-testid="law-shown">{said.shownOf(ltr(whole(first + 1)), ltr(whole(Math.min(all, first + SHOWN))), ltr(whole(all)))}</span>
          <Button onClick={() => void ((at + 1) * SHOWN < all && turn(at + 1))} data-testid="law-next">
            {said.next}
          </Button>
        </nav>
      )}
    </>
  );
}

function Heads({ last, more }: { last: string; more: string }) {
  const said = lawWords();
  return (
    <thead>
      <tr>
        <th scope="col">{said.establishment}</th>
        <th scope="col">{said.months}</th>
        <th scope="col" class="figure">{said.oldRs}</th>
        <th scope="col" class="figure">{said.newRs}</th>
        <th scope="col" class="figure">{said.moreRs}</th>
        <th scope="col" class="figure">{more}</th>
        {last && <th scope="col">{last}</th>}
      </tr>
    </thead>
  );
}

function Employer({ each, children }: { each: Touched | TouchedAccount; children?: ComponentChildren }) {
  const said = lawWords();
  return (
    <td>
      <Link to={recordAddress(each.establishment)}>
        <bdi>{each.name ?? said.noName}</bdi>
      </Link>
      <span class="law-source">
        {each.registration_no && <Num>{each.registration_no}</Num>} {children}
      </span>
    </td>
  );
}

function Reports({ touched }: { touched: readonly Touched[] }) {
  const said = lawWords();
  return (
    <table class="table law-touched">
      <Heads more={said.increaseRs} last={said.flag} />
      <tbody>
        {touched.map((each) => (
          <tr key={each.report} data-testid="law-report" data-record={each.report}>
            <Employer each={each}>
              <Link to={recordAddress(each.report)}>{said.openReport}</Link>
            </Employer>
            <td>{each.months.length > 0 ? monthSpan(each.months) : <span class="muted">{said.onlyRows}</span>}</td>
            <td class="figure">{inColumn(each.old_rs)}</td>
            <td class="figure">{inColumn(each.new_rs)}</td>
            <td class="figure strong">{signed(difference(each.old_rs, each.new_rs), inColumn)}</td>
            <td class="figure">{signed(difference(each.old_increase_rs, each.new_increase_rs), inColumn)}</td>
            <td>
              {each.old_flagged === each.new_flagged ? (
                <span class="muted">{said.sameFlag}</span>
              ) : (
                <Chip small icon={each.new_flagged ? Flag : FlagOff} tone={each.new_flagged ? "warn" : "plain"}>
                  {each.new_flagged ? said.flagged : said.lifted}
                </Chip>
              )}
              {(each.warnings ?? []).map((warning) => (
                <Banner key={warning} tone="warn" title={warning} />
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Accounts({ touched }: { touched: readonly TouchedAccount[] }) {
  const said = lawWords();
  return (
    <table class="table law-touched">
      <Heads more={said.openRs} last="" />
      <tbody>
        {touched.map((each) => (
          <tr key={each.establishment} data-testid="law-account" data-record={each.establishment}>
            <Employer each={each} />
            <td>{each.months.length > 0 ? monthSpan(each.months) : <span class="muted">{said.onlyRows}</span>}</td>
            <td class="figure">{inColumn(each.old_rs)}</td>
            <td class="figure">{inColumn(each.new_rs)}</td>
            <td class="figure strong">{signed(difference(each.old_rs, each.new_rs), inColumn)}</td>
            <td class="figure">{signed(difference(each.old_open_rs, each.new_open_rs), inColumn)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
