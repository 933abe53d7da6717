/** Giving a visit to another inspector: who is posted there, how much they have, and what follows. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Button, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Answer, PersonListed, VisitListed } from "../../shared/wire.gen";
import { changed, useAnswer } from "../data";
import { todayWords } from "../words/today";
import { inspectors } from "./days";

interface GiveProps {
  readonly visit: VisitListed;
  readonly onClose: () => void;
  readonly onGiven: (said: string) => void;
}

export function Give({ visit, onClose, onGiven }: GiveProps) {
  const said = todayWords();
  const asked = useAnswer<PersonListed[]>("/api/people", { district: visit.district, role: "inspector", due: visit.due });
  const [chosen, setChosen] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const posted = asked.data && inspectors(asked.data, visit.district);
  const others = posted?.filter((each) => each.id !== visit.inspector);

  const give = async (event: Event) => {
    event.preventDefault();
    const to = others?.find((each) => each.id === chosen);
    setWrong(!to);
    if (!to || busy) return;
    setBusy(true);
    try {
      await post<Answer>(`/api/visits/${encodeURIComponent(visit.id)}/inspector`, { inspector: to.id });
      onGiven(`${said.giveDone(visit.establishment_name ?? said.visit, to.name)} ${visit.inspector ? said.giveFollows : said.giveFollowsNew}`);
      onClose();
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    // Also where no answer came: it may have been given all the same.
    await changed();
  };

  return (
    <form class="give stack" onSubmit={(event) => void give(event)}>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!posted && asked.problem === null && <Loading />}
      {posted && (
        <fieldset>
          <legend>{said.giveTitle}</legend>
          {others?.length === 0 && <p>{said.giveNobody}</p>}
          {posted.map((each) => {
            const has = each.id === visit.inspector;
            return (
              <label key={each.id} class="give__one">
                <input type="radio" name="inspector" value={each.id} checked={chosen === each.id} disabled={has} onChange={() => setChosen(each.id)} data-testid="give-inspector" data-person={each.id} data-login={each.login} />
                <span class="grow">
                  <bdi class="strong">{each.name}</bdi>
                  <span class="caption">
                    {each.visits == null ? said.giveHoldsUnknown : said.giveHolds(ltr(each.visits))}
                    {has && ` · ${said.giveHas}`}
                  </span>
                </span>
              </label>
            );
          })}
          {wrong && (
            <p class="wrong" role="alert">
              {said.giveChoose}
            </p>
          )}
        </fieldset>
      )}
      <p>{visit.inspector ? said.giveFollows : said.giveFollowsNew}</p>
      {visit.status !== "planned" && <p class="muted">{said.giveStarted}</p>}
      {problem !== null && <Trouble problem={problem} />}
      <div class="line">
        {others && others.length > 0 && (
          <Button look="main" type="submit" aria-busy={busy} data-testid="give-submit">
            {said.giveSubmit}
          </Button>
        )}
        <Button onClick={onClose}>{said.cancel}</Button>
      </div>
    </form>
  );
}
