/** What a change of postings would do: to which tablets rows go and from which they leave, and unsent work at stake. */
import { ArrowDownToLine, ArrowUpFromLine, TabletSmartphone, TriangleAlert } from "lucide-preact";
import { whole } from "../../shared/format";
import { Banner, Empty, Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { RowsMoved, TabletTouched, TransferPreview } from "../../shared/wire.gen";
import { kindName, listed, when } from "../values";
import { peopleWords } from "./words";

/** `later`: it is to happen on another day, and is counted as if it were now. */
export function Preview({ told, later }: { told: TransferPreview; later: boolean }) {
  const said = peopleWords();
  return (
    <section class="people-preview stack" aria-labelledby="posting-preview" data-testid="posting-preview">
      <h4 id="posting-preview">
        {said.preview} {later && <span class="muted">{said.previewLater}</span>}
      </h4>
      {told.tablets.length === 0 && (
        <Empty icon={TabletSmartphone} title={said.noTablets}>
          {said.noTabletsNext}
        </Empty>
      )}
      {told.tablets.map((each) => (
        <Touched key={each.device} tablet={each} />
      ))}
      {told.freed.length > 0 && (
        <div data-testid="preview-freed">
          <Banner title={said.freed}>{names(told.freed)}</Banner>
        </div>
      )}
    </section>
  );
}

function Touched({ tablet }: { tablet: TabletTouched }) {
  const said = peopleWords();
  const { unsent = 0, photos_unsent: photos = 0, may_have_unsent: underWay } = tablet;
  const stake = unsent + photos > 0 || tablet.half_sent;
  return (
    <article class="people-touched" data-testid="preview-tablet" data-device={tablet.device} data-unsent={unsent}>
      <h5>
        <bdi>{tablet.name}</bdi>
      </h5>
      <dl class="facts facts--dense">
        <div>
          <dt>{said.signedIn}</dt>
          <dd>{names(tablet.people)}</dd>
        </div>
        <div>
          <dt>{said.seen}</dt>
          <dd>{tablet.seen_ms === null ? said.never : when(tablet.seen_ms)}</dd>
        </div>
        <div>
          <dt class="people-way">
            <ArrowUpFromLine size={16} aria-hidden="true" />
            {said.loses}
          </dt>
          <dd>
            <Rows moved={tablet.loses} />
          </dd>
        </div>
        <div>
          <dt class="people-way">
            <ArrowDownToLine size={16} aria-hidden="true" />
            {said.gets}
          </dt>
          <dd>
            <Rows moved={tablet.gets} />
          </dd>
        </div>
        <div>
          <dt class={stake ? "people-way people-stake" : "people-way"}>
            {stake && <TriangleAlert size={16} aria-hidden="true" />}
            {said.atStake}
          </dt>
          <dd>
            {unsent + photos > 0 ? said.unsent(ltr(whole(unsent)), ltr(whole(photos))) : said.unsentNone} {tablet.half_sent && said.halfSent}
          </dd>
        </div>
      </dl>
      {underWay.length > 0 && (
        <p class="people-under-way">
          {said.underWay} {names(underWay)}
        </p>
      )}
    </article>
  );
}

function Rows({ moved: { kinds = {}, names: known = [], unnamed = 0 } }: { moved: RowsMoved }) {
  const said = peopleWords();
  const counted = Object.entries(kinds);
  if (counted.length === 0) return <span class="muted">{said.nothing}</span>;
  return (
    <>
      <span class="people-kinds">
        {counted.map(([kind, number]) => (
          <span key={kind}>
            {kindName(kind)} <Num>{whole(number)}</Num>
          </span>
        ))}
      </span>
      {known.length > 0 && (
        <span class="caption">
          {names(known)} {unnamed > 0 && said.unnamed(ltr(whole(unnamed)))}
        </span>
      )}
    </>
  );
}

/** Names one after another, each read in its own direction. */
function names(each: readonly string[]): string {
  return listed(each.map((name) => `\u2068${name}\u2069`));
}
