/** One act about a lead: what is asked for, by whom it will be signed, and sending it. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { today, westernDigits } from "../../shared/format";
import { Button, Field, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Answer, LeadListed } from "../../shared/wire.gen";
import { changed } from "../data";
import { isDay } from "../today/days";
import { bodyOf, numberOf, type Act, type Typed } from "./list";
import { leadWords } from "./words";

interface ActProps {
  readonly lead: LeadListed;
  readonly act: Act;
  /** Other leads of which this may be a duplicate. */
  readonly others: readonly LeadListed[];
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

/** What an act is called. */
export function actName(act: Act): string {
  const said = leadWords();
  return { "hand-over": said.handOver, registered: said.register, card: said.card, reject: said.reject }[act];
}

export function ActForm({ lead, act, others, onClose, onDone }: ActProps) {
  const said = leadWords();
  const [typed, setTyped] = useState<Typed>({ text: "", on: today(Date.now()), same: "" });
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const set = (some: Partial<Typed>): void => setTyped((before) => ({ ...before, ...some }));
  const own = numberOf(lead);
  const label = { "hand-over": said.reference, registered: said.number, card: said.cardsCount, reject: said.reason }[act];
  const why = { "hand-over": said.handOverWhy, registered: own === null ? said.registerWhy : said.registerKnown(ltr(own)), card: said.cardWhy, reject: said.rejectWhy }[act];

  const send = async (event: Event) => {
    event.preventDefault();
    const body = bodyOf(act, typed, lead);
    setWrong(body === null);
    if (body === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await post<Answer>(`/api/leads/${encodeURIComponent(lead.id)}/${act}`, body);
      onDone(said.done(`\u2068${lead.name}\u2069`, actName(act)));
      onClose();
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    // Also where no answer came: it may have been kept all the same.
    await changed();
  };

  return (
    <form class="give stack" onSubmit={(event) => void send(event)}>
      <p>{why}</p>
      <Field label={label} wrong={wrong ? said.missing : null}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            dir={act === "card" || act === "registered" ? "ltr" : "auto"}
            inputMode={act === "card" ? "numeric" : "text"}
            autocomplete="off"
            maxLength={act === "card" ? 6 : 300}
            value={typed.text}
            data-testid="lead-text"
            onInput={(event) => set({ text: act === "card" || act === "registered" ? westernDigits(event.currentTarget.value) : event.currentTarget.value })}
          />
        )}
      </Field>
      {act === "reject" ? (
        others.length > 0 && (
          <Field label={said.duplicateOf}>
            {(ids) => (
              <select {...ids} class="input" value={typed.same} data-testid="lead-same" onChange={(event) => set({ same: event.currentTarget.value })}>
                <option value="">{said.noDuplicate}</option>
                {others.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )
      ) : (
        <Field label={said.on}>
          {(ids) => <input {...ids} class="input day" type="date" max={today(Date.now())} value={typed.on} data-testid="lead-on" onChange={(event) => isDay(event.currentTarget.value) && set({ on: event.currentTarget.value })} />}
        </Field>
      )}
      {problem !== null && <Trouble problem={problem} />}
      <div class="line">
        <Button look="main" type="submit" aria-busy={busy} data-testid="lead-send">
          {said.keep}
        </Button>
        <Button onClick={onClose}>{said.cancel}</Button>
      </div>
    </form>
  );
}
