/** Districts in doubt: what disagrees, side by side, and deciding where an establishment belongs. */
import { MapPinCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { whole } from "../../shared/format";
import { Button, Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { District, Listed } from "../../shared/wire.gen";
import { changed, useAnswer } from "../data";
import { useNames, type Names } from "../names";
import { Note, useNote } from "../note";
import { address, go, Link, query } from "../router";
import { when } from "../values";
import { Head, useDoubts } from "./room";
import { registryWords } from "./words";

const OTHER = "other";

export function DoubtPage() {
  const said = registryWords();
  const names = useNames();
  const note = useNote();
  const list = useDoubts();
  const unit = query.value.get("unit");
  const opened = list.data?.find((each) => each.establishment === unit) ?? list.data?.[0];
  return (
    <div class="today">
      <Head here="doubt">
        <span class="muted">{said.doubtIntro}</span>
      </Head>
      {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
      {note.text && <Note text={note.text} onClose={note.clear} testid="doubt-done" />}
      {!list.data && list.problem === null && <Loading />}
      {list.data?.length === 0 && (
        <Empty icon={MapPinCheck} title={said.noDoubt}>
          {said.noDoubtNext}
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <div class="panes">
          <ul class="picks">
            {list.data.map((each) => (
              <li key={`${each.establishment} ${each.place} ${each.said}`} data-testid="doubt-row" data-record={each.establishment}>
                <Link class="pick" to={address(["registry", "doubt"], { unit: each.establishment })} aria-current={each === opened ? "true" : undefined}>
                  <bdi class="pick__title">{each.name ?? said.noName}</bdi>
                  <span class="pick__line">
                    <span>{pointName(each, names)}</span>
                    <span>≠ {saidName(each, names)}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          {opened && <Settle key={opened.establishment} doubt={opened} names={names} onDone={note.say} />}
        </div>
      )}
    </div>
  );
}

function pointName(doubt: Listed, names: Names): string {
  return doubt.place ? names.of(doubt.place) : registryWords().pointNowhere;
}

function saidName(doubt: Listed, names: Names): string {
  return doubt.said ? names.of(doubt.said) : registryWords().several;
}

function Settle({ doubt, names, onDone }: { doubt: Listed; names: Names; onDone: (said: string) => void }) {
  const said = registryWords();
  const districts = useAnswer<District[]>("/api/districts").data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [other, setOther] = useState("");
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const named = [...new Set([doubt.place, doubt.said, doubt.district].filter((each) => each !== null))];
  const district = chosen === OTHER ? other : chosen;

  const settle = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!district || !why.trim() || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await post<null>(`/api/disagreements/${encodeURIComponent(doubt.establishment)}/settle`, { district, reason: why.trim() });
      onDone(said.settled(`\u2068${doubt.name ?? said.noName}\u2069`, `\u2068${names.of(district)}\u2069`));
      go(address(["registry", "doubt"]), true);
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    await changed();
  };
  return (
    <section class="pane" aria-labelledby="doubt-title">
      <header class="pane__head">
        <div class="grow">
          <p class="caption">{doubt.registration_no ? <Num>{doubt.registration_no}</Num> : said.noNumber}</p>
          <h2 id="doubt-title">
            <bdi>{doubt.name ?? said.noName}</bdi>
          </h2>
          <p class="muted">
            <bdi>{doubt.address}</bdi>
          </p>
          <Link to={address(["registry", doubt.establishment])}>{said.openFile}</Link>
        </div>
      </header>
      <dl class="facts">
        <div>
          <dt>{said.pointIn}</dt>
          <dd class="strong">
            <bdi>{pointName(doubt, names)}</bdi>
          </dd>
        </div>
        <div>
          <dt>{said.said}</dt>
          <dd>
            <bdi class="strong">{saidName(doubt, names)}</bdi>: <bdi>{said.saidBy(doubt.words)}</bdi> <span class="muted">{doubt.named_by === "district" ? said.byDistrict : said.byAddress}</span>
          </dd>
        </div>
        <div>
          <dt>{said.stands}</dt>
          <dd>
            <bdi>{doubt.district ? names.of(doubt.district) : said.nowhere}</bdi>
          </dd>
        </div>
        <div>
          <dt>{said.told}</dt>
          <dd class="break">
            {said.toldLine(`\u2068${doubt.file}\u2069`, ltr(whole(doubt.line)))}
          </dd>
        </div>
        <div>
          <dt>{said.since}</dt>
          <dd>{when(doubt.since_ms)}</dd>
        </div>
      </dl>
      <form class="give stack" onSubmit={(event) => void settle(event)} noValidate>
        <fieldset>
          <legend>{said.choose}</legend>
          {[...named, OTHER].map((each) => (
            <label key={each} class="give__one">
              <input type="radio" name="district" value={each} checked={chosen === each} data-testid={`doubt-${each}`} onChange={() => setChosen(each)} />
              <span class="grow">{each === OTHER ? said.other : <bdi>{names.of(each)}</bdi>}</span>
            </label>
          ))}
          {tried && !district && <p class="wrong">{said.chooseMissing}</p>}
        </fieldset>
        {chosen === OTHER && (
          <Field label={said.other}>
            {(ids) => (
              <select {...ids} class="input" value={other} data-testid="doubt-other-district" onChange={(event) => setOther(event.currentTarget.value)}>
                <option value="">{said.chooseMissing}</option>
                {districts
                  .filter((each) => !named.includes(each.id))
                  .map((each) => (
                    <option key={each.id} value={each.id}>
                      {each.name}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        )}
        <Field label={said.why} hint={said.whyHint} wrong={tried && !why.trim() ? said.whyMissing : null}>
          {(ids) => <input {...ids} class="input" dir="auto" maxLength={2000} autocomplete="off" value={why} data-testid="doubt-why" onInput={(event) => setWhy(event.currentTarget.value)} />}
        </Field>
        {problem !== null && <Trouble problem={problem} />}
        <div class="line">
          <Button look="main" type="submit" icon={MapPinCheck} aria-busy={busy} data-testid="doubt-settle">
            {said.settle}
          </Button>
        </div>
      </form>
    </section>
  );
}
