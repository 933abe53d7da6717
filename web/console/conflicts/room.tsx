/** What two people wrote without seeing each other's value: compared, and decided with a reason. */
import { GitCompareArrows, MousePointerClick } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { clock, day, rupees, today } from "../../shared/format";
import { Empty, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { ConflictListed } from "../../shared/wire.gen";
import { Note, useNote } from "../note";
import { useNames } from "../names";
import { address, go, Link, parts, query } from "../router";
import { fieldName, kindName } from "../values";
import { conflictWords } from "../words/conflicts";
import { narrowWords } from "../words/narrow";
import { roomNames } from "../words/shell";
import { ConflictPane } from "./compare";
import { isTyping } from "./keys";
import { difference, following, narrowedBy, useWork } from "./list";
import { Narrow } from "./narrow";

export function ConflictsRoom() {
  const said = conflictWords();
  const narrowed = narrowedBy(query.value);
  const isNarrowed = Object.values(narrowed).some(Boolean);
  const pages = pagesOf(query.value.get("pages"));
  const asked = useWork(narrowed, pages);
  const order = asked.data?.items;
  const more = asked.data?.more === true;
  const opened = parts.value[1];
  const note = useNote();
  const names = useNames();
  const behind = { ...narrowed, pages: pages > 1 ? String(pages) : null };
  const at = (record?: string | null) => address(record ? ["conflicts", record] : ["conflicts"], behind);
  useMoving(order, opened, at);
  const decided = (text: string) => {
    note.say(text);
    const next = order && opened ? following(order, opened) : null;
    go(at(next), true);
  };
  return (
    <div class="panes panes--room">
      <section class="picks picks--tall" aria-labelledby="conflicts-title">
        <header class="picks__head">
          <h1 id="conflicts-title">{roomNames().conflicts}</h1>
          {order && <span class="muted">{said.count(ltr(more ? `${order.length}+` : order.length))}</span>}
          <p class="caption">{said.order}</p>
          <Narrow asked={narrowed} names={names} ask={(next) => go(address(["conflicts"], { ...next }))} />
        </header>
        {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
        {!order && asked.problem === null && <Loading />}
        {order?.length === 0 && (
          <Empty icon={GitCompareArrows} title={isNarrowed ? narrowWords().noneOf : said.noneTitle}>
            {isNarrowed ? narrowWords().noneOfNext : said.noneNext}
          </Empty>
        )}
        <ul class="grow">{order?.map((each) => <ConflictRow key={each.record} conflict={each} to={at(each.record)} current={each.record === opened} />)}</ul>
        {more && (
          <p class="picks__foot">
            <Link class="button" to={address(opened === undefined ? ["conflicts"] : ["conflicts", opened], { ...behind, pages: String(pages + 1) })} data-testid="conflicts-more">
              {narrowWords().more}
            </Link>
          </p>
        )}
        {note.text && <Note text={note.text} onClose={note.clear} testid="decided" />}
        {order && order.length > 1 && (
          <p class="picks__foot caption">
            <kbd>J</kbd> <kbd>K</kbd> {said.move}
          </p>
        )}
      </section>
      {opened !== undefined ? (
        <ConflictPane key={opened} id={opened} onDecided={decided} />
      ) : (
        <section class="pane">{order && order.length > 0 && <Empty icon={MousePointerClick} title={said.chooseTitle} />}</section>
      )}
    </div>
  );
}

/** So many pages are shown at most: 10,000 conflicts, which nobody reads. */
const PAGES_MAX = 200;

function pagesOf(asked: string | null): number {
  return asked !== null && /^\d{1,3}$/.test(asked) ? Math.min(Math.max(Number(asked), 1), PAGES_MAX) : 1;
}

function ConflictRow({ conflict, to, current }: { conflict: ConflictListed; to: string; current: boolean }) {
  const { about, of } = conflict.values;
  return (
    <li data-testid="conflict-row" data-record={conflict.record}>
      <Link class="pick" to={to} aria-current={current ? "true" : undefined}>
        <span class="pick__line">
          <bdi class="pick__title">{conflict.establishment_name ?? kindName(of)}</bdi>
          <span class="caption pick__side">
            <Num>{moment(conflict.earliest_ms)}</Num>
          </span>
        </span>
        <span class="pick__line">
          <span>
            {fieldName(about)} · {kindName(of)}
          </span>
          <span class="pick__side strong">{effect(conflict)}</span>
        </span>
      </Link>
    </li>
  );
}

/** When a side was first written: the time today, the day before that. */
function moment(ms: number): string {
  return today(ms) === today(Date.now()) ? clock(ms) : day(ms);
}

function effect(conflict: ConflictListed): string {
  const said = conflictWords();
  if (!conflict.effect) return said.noMoney;
  const { least_rs, most_rs } = conflict.effect;
  return difference(conflict) === 0n ? said.sameMoney(rupees(most_rs)) : said.between(rupees(least_rs), rupees(most_rs));
}

/** J and K go down and up the list. */
function useMoving(order: readonly ConflictListed[] | undefined, opened: string | undefined, at: (record: string) => string): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (!step || !order || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const now = order.findIndex((each) => each.record === opened);
      const to = order[now < 0 ? 0 : now + step];
      if (to) go(at(to.record), true);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [order, opened, at("")]);
}
