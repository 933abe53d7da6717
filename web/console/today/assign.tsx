/** Assigning the visits of a day by lot. What was assigned stays: so it is asked first, and the lot's number is told. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { whole, westernDigits } from "../../shared/format";
import { Button, Dialog, Field, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Assigned } from "../../shared/wire.gen";
import { changed } from "../data";
import { dateText } from "../values";
import { todayWords } from "../words/today";

const PER_INSPECTOR = 8;
const PER_INSPECTOR_MAX = 50;

/** A number of visits that one inspector can make, or null where the text is none. */
export function perInspector(text: string): number | null {
  const digits = westernDigits(text.trim());
  const number = /^\d{1,2}$/.test(digits) ? Number(digits) : 0;
  return number >= 1 && number <= PER_INSPECTOR_MAX ? number : null;
}

export function AssignDialog({ day, district, onClose }: { day: string; district: string; onClose: () => void }) {
  const said = todayWords();
  const [text, setText] = useState(String(PER_INSPECTOR));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [made, setMade] = useState<Assigned | null>(null);
  const most = perInspector(text);
  const assign = async () => {
    setTried(true);
    if (busy || most === null) return;
    setBusy(true);
    setProblem(null);
    try {
      setMade(await post<Assigned>("/api/visits/assign", { districts: [district], day, per_inspector: most }));
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    // Also where no answer came: it may have been done all the same, and must not be done twice.
    await changed();
  };
  const actions = made ? (
    <Button look="main" onClick={onClose}>
      {said.done}
    </Button>
  ) : (
    <>
      <Button look="main" onClick={() => void assign()} aria-busy={busy} data-testid="assign-submit">
        {said.assignSubmit}
      </Button>
      <Button onClick={onClose}>{said.cancel}</Button>
    </>
  );
  return (
    <Dialog title={said.assignTitle} open onClose={onClose} actions={actions}>
      <div class="stack">
        <p class="strong">{dateText(day)}</p>
        {made ? (
          <Outcome made={made} />
        ) : (
          <>
            <p>{said.assignHint}</p>
            <Field label={said.perInspector} wrong={tried && most === null ? said.perInspectorWrong : null}>
              {(ids) => <input {...ids} class="input short" inputMode="numeric" dir="ltr" value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="per-inspector" />}
            </Field>
            {problem !== null && <Trouble problem={problem} />}
          </>
        )}
      </div>
    </Dialog>
  );
}

function Outcome({ made }: { made: Assigned }) {
  const said = todayWords();
  const waiting = made.plan.waiting.reduce((sum, each) => sum + each.establishments, 0);
  const leftOut = (made.plan.left_out ?? []).reduce((sum, each) => sum + each.establishments, 0);
  if (made.visits.length === 0) return <p role="status">{said.assignedNone}</p>;
  return (
    <div role="status" data-testid="assigned">
      <p>{said.assigned(ltr(whole(made.visits.length)), ltr(made.plan.seed))}</p>
      <p>{said.assignFollows}</p>
      {waiting > 0 && <p class="muted">{said.waiting(ltr(whole(waiting)))}</p>}
      {leftOut > 0 && <p class="muted">{said.leftOut(ltr(whole(leftOut)))}</p>}
    </div>
  );
}
