/** One employer: what is due in all, and each report it comes from, opened down to wage lines and the law. */
import { ArrowLeft, ChevronsDownUp, ChevronsUpDown, Printer } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { rupees, whole } from "../../shared/format";
import { Banner, Button, Loading, Num, Trouble } from "../../shared/parts";
import { language } from "../../shared/words";
import type { District, Opened } from "../../shared/wire.gen";
import { Bundle } from "../custody/bundle";
import { useAnswer } from "../data";
import { address, Link, recordAddress } from "../router";
import { when } from "../values";
import { Against, FlagHistory, RankFigures } from "./against";
import { AddsUp, Marks } from "./marks";
import { Report } from "./report";
import { check, type Check } from "./sums";
import { flagWords } from "./words";

/** What is known against one employer. */
export function OpenedFlag({ establishment }: { establishment: string }) {
  const said = flagWords();
  const asked = useAnswer<Opened>(`/api/flags/${encodeURIComponent(establishment)}`, { language: language.value });
  return (
    <div class="flags">
      <Link to={address(["flags"])} class="line flags-back">
        <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
        {said.back}
      </Link>
      {asked.data === undefined && <h1 class="visually-hidden">{said.title}</h1>}
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {asked.data ? <Case opened={asked.data} atMs={asked.atMs} /> : asked.problem === null && <Loading />}
    </div>
  );
}

function Case({ opened, atMs }: { opened: Opened; atMs: number }) {
  const said = flagWords();
  const [all, setAll] = useAllOpen();
  const found = check(opened);
  return (
    <>
      <Head opened={opened} found={found} atMs={atMs} />
      {!found.sound && (
        <Banner tone="err" title={said.unsound}>
          <span data-testid="unsound">{said.unsoundNext}</span>
        </Banner>
      )}
      {opened.lines_left_out > 0 && <Banner tone="warn" title={said.leftOut(whole(opened.lines_left_out))} />}
      <div class="line wrap flags-tools">
        <Button icon={all ? ChevronsDownUp : ChevronsUpDown} onClick={() => setAll(!all)} data-testid="open-all">
          {all ? said.closeAll : said.openAll}
        </Button>
        <Button icon={Printer} onClick={() => window.print()}>
          {said.print}
        </Button>
        <Link to={recordAddress(opened.establishment)}>{said.establishment}</Link>
      </div>
      {opened.reports.length > 0 && <Bundle of="flags" id={opened.establishment} />}
      <Against rules={opened.rules} schedules={opened.schedules_rs} reports={opened.reports.length} />
      {opened.reports.map((report, index) => {
        const checked = found.reports[index];
        return checked && <Report key={report.report} report={report} found={checked} statute={opened.statute} all={all} />;
      })}
      {opened.rules.length > 0 && <FlagHistory establishment={opened.establishment} />}
    </>
  );
}

function Head({ opened, found, atMs }: { opened: Opened; found: Check; atMs: number }) {
  const said = flagWords();
  const districts = useAnswer<District[]>("/api/districts");
  const district = districts.data?.find((each) => each.id === opened.district)?.name ?? opened.district;
  const number = opened.reports.length;
  return (
    <header class="flags-head">
      <div class="grow">
        <p class="caption">
          {opened.registration_no ? (
            <>
              {said.registration} <Num>{opened.registration_no}</Num>
            </>
          ) : (
            said.noRegistration
          )}
          {" · "}
          <bdi>{district}</bdi>
          {" · "}
          {number === 1 ? said.oneReport : said.reports(whole(number))}
        </p>
        <h1>
          <bdi>{opened.name ?? said.noName}</bdi>
        </h1>
        <Marks provisional={opened.reports.some((report) => report.provisional)} unconfirmed={opened.statute.some((row) => !row.confirmed)} small={false} />
      </div>
      <dl class="flags-figures">
        <div>
          <dt>{said.due}</dt>
          <dd data-testid="flag-due">
            <Num>{rupees(opened.due_rs)}</Num>
          </dd>
          <dd class="flags-figures__under">
            <AddsUp sum={found.due} />
          </dd>
          <dd class="caption">{said.asOf(when(atMs))}</dd>
        </div>
        {opened.standing && <RankFigures standing={opened.standing} />}
      </dl>
    </header>
  );
}

/** Whether everything is open; while printing it always is. */
function useAllOpen(): readonly [boolean, (open: boolean) => void] {
  const [all, setAll] = useState(false);
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => setPrinting(true);
    const end = () => setPrinting(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return [all || printing, setAll];
}
