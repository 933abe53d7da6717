/** What speaks against an employer: each rule with its sentences and evidence, and what happened to it so far. */
import { CircleArrowDown, CircleArrowUp, CircleDot, Gauge, type LucideIcon } from "lucide-preact";
import { useState } from "preact/hooks";
import { day, plainDate, rupees, whole } from "../../shared/format";
import { inColumn, total } from "../../shared/money";
import { Banner, Button, Chip, Loading, Num, Trouble } from "../../shared/parts";
import { language } from "../../shared/words";
import type { FlagEntryShown, RankPart, RuleShown, Standing } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { Told, toldIn } from "../told";
import { when } from "../values";
import { reasonIcon } from "./marks";
import { monthSpan } from "./months";
import { rankWords, ruleTitle, whyRank } from "./rank-words";

const PAGE = 500;

/** How grave the gravest of an employer's flags is. */
export function Severity({ severity, small = true }: { severity: "high" | "medium" | "low"; small?: boolean }) {
  const said = rankWords();
  return (
    <Chip icon={Gauge} tone={severity === "high" ? "warn" : "plain"} small={small}>
      {said[severity]}
    </Chip>
  );
}

/** What is open under equally sure flags, contribution and increase together. */
export function partOpen(part: RankPart): string {
  return rupees(total([part.amount_rs, part.increase_rs]));
}

/** The figures of an employer's rank, with the sums behind them. */
export function RankFigures({ standing }: { standing: Standing }) {
  const said = rankWords();
  return (
    <>
      <div>
        <dt>{said.open}</dt>
        <dd data-testid="flag-open">
          <Num>{rupees(standing.open_rs)}</Num>
        </dd>
        <dd class="caption">{said.asOf(plainDate(standing.as_of))}</dd>
      </div>
      <div>
        <dt>{said.expectedTitle}</dt>
        <dd data-testid="flag-expected">
          <Num>{rupees(standing.expected_rs)}</Num>
        </dd>
        <dd class="caption" data-testid="flag-rank">
          {whyRank(standing, partOpen)}
        </dd>
      </div>
    </>
  );
}

/** The rules that stand, and after them those that were lifted. */
export function Against({ rules, schedules, reports }: { rules: readonly RuleShown[]; schedules: string; reports: number }) {
  const said = rankWords();
  const stands = rules.some((rule) => rule.standing);
  return (
    <section class="card flags-report" aria-label={said.against}>
      <header class="line wrap flags-report__head">
        <h2 class="grow">{said.against}</h2>
        <span class="caption">{said.againstHint}</span>
      </header>
      {!stands && (
        <Banner tone="ok" title={said.nothing}>
          {said.nothingNext}
        </Banner>
      )}
      {rules.length > 0 && (
        <div class="scroll" tabIndex={0} role="group" aria-label={said.against}>
          <table class="table flags-against">
            <thead>
              <tr>
                <th>{said.flag}</th>
                <th>{said.why}</th>
                <th>{said.evidence}</th>
                <th class="figure">{said.amount}</th>
                <th class="figure">{said.increase}</th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <Rule key={rule.rule} rule={rule} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(reports === 0 || schedules !== "0.00") && (
        <p class="caption flags-remarks">
          {reports === 0 && said.noReports} {schedules !== "0.00" && said.bySchedules(rupees(schedules))}
        </p>
      )}
    </section>
  );
}

function Rule({ rule }: { rule: RuleShown }) {
  const said = rankWords();
  const since = day(rule.since_ms);
  return (
    <tr data-testid="rule-row" data-rule={rule.rule} data-standing={String(rule.standing)}>
      <td class="flags-name">
        <span class="line wrap flags-marks">
          <Chip icon={reasonIcon(rule.rule)} tone="rest" small>
            {ruleTitle(rule)}
          </Chip>
          {rule.standing && <Severity severity={rule.severity} />}
        </span>
        <span class="caption">
          {rule.standing ? said.stands(since) : said.lifted(since)} · {said[rule.sure]}
        </span>
        <span class="caption">
          {rule.section ? said.section(rule.section) : said.noSection}
          {!rule.section_confirmed && rule.section !== "" && ` (${said.unconfirmed})`}
        </span>
      </td>
      <td>
        {rule.sentences.map((sentence) => (
          <Told key={sentence}>{sentence}</Told>
        ))}
      </td>
      <td>
        <Evidence rule={rule} />
      </td>
      <td class="figure strong">{inColumn(rule.amount_rs)}</td>
      <td class="figure">{inColumn(rule.increase_rs)}</td>
    </tr>
  );
}

function Evidence({ rule }: { rule: RuleShown }) {
  const said = rankWords();
  const parts = [
    rule.months.length > 0 && monthSpan(rule.months),
    rule.schedules.length > 0 && said.schedules(whole(rule.schedules.length)),
    rule.records.length > 0 && said.records(whole(rule.records.length)),
    rule.payments.length > 0 && said.payments(whole(rule.payments.length)),
    rule.rate_row_ids.length > 0 && said.rates(whole(rule.rate_row_ids.length)),
  ].filter((part): part is string => part !== false);
  return (
    <>
      {parts.map((part) => (
        <span key={part} class="caption flags-evidence">
          {part}
        </span>
      ))}
    </>
  );
}

const WHAT: Readonly<Record<FlagEntryShown["what"], LucideIcon>> = { raised: CircleArrowUp, changed: CircleDot, lifted: CircleArrowDown };

/** Every change of an employer's flags, the newest first. */
export function FlagHistory({ establishment }: { establishment: string }) {
  const said = rankWords();
  const [pages, setPages] = useState(1);
  return (
    <section class="card flags-report" aria-label={said.history}>
      <header class="flags-report__head">
        <h2>{said.history}</h2>
      </header>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.history}>
        <table class="table">
          <thead>
            <tr>
              <th>{said.when}</th>
              <th>{said.what}</th>
              <th>{said.flag}</th>
              <th>{said.why}</th>
              <th class="figure">{said.amount}</th>
            </tr>
          </thead>
          {Array.from({ length: pages }, (_, page) => (
            <Entries key={page} establishment={establishment} skip={page * PAGE} more={page === pages - 1 ? () => setPages(pages + 1) : null} />
          ))}
        </table>
      </div>
    </section>
  );
}

function Entries({ establishment, skip, more }: { establishment: string; skip: number; more: (() => void) | null }) {
  const said = rankWords();
  const asked = useAnswer<FlagEntryShown[]>(`/api/flags/${encodeURIComponent(establishment)}/history`, { skip: skip || null, language: language.value });
  const found = asked.data;
  return (
    <tbody>
      {!found && (
        <tr>
          <td colSpan={5}>{asked.problem ? <Trouble problem={asked.problem} again={asked.again} /> : <Loading />}</td>
        </tr>
      )}
      {found?.map((entry) => <Entry key={`${entry.rule} ${entry.entry}`} entry={entry} />)}
      {found?.length === PAGE && more && (
        <tr>
          <td colSpan={5}>
            <Button onClick={more}>{said.more}</Button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Entry({ entry }: { entry: FlagEntryShown }) {
  const said = rankWords();
  const what = entry.what === "lifted" ? said.liftedNow : said[entry.what];
  return (
    <tr data-testid="flag-entry" data-what={entry.what}>
      <td>{when(entry.at_ms)}</td>
      <td>
        <Chip icon={WHAT[entry.what]} tone={entry.what === "lifted" ? "ok" : "plain"} small>
          {what}
        </Chip>
      </td>
      <td>{ruleTitle(entry)}</td>
      <td {...toldIn(entry.why)}>{entry.why}</td>
      <td class="figure">{inColumn(entry.amount_rs)}</td>
    </tr>
  );
}
