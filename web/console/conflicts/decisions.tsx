/** What was decided about a conflict, with the reasons; and a way to take a decision back. */
import { Gavel, Undo2 } from "lucide-preact";
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Banner, Button, Field, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Answer, ConflictOpened, DecisionShown } from "../../shared/wire.gen";
import { changed } from "../data";
import { valueText, when, type Lookup } from "../values";
import { conflictWords } from "../words/conflicts";

const REASON_MAX = 2000;

export function Decisions({ conflict, look }: { conflict: ConflictOpened; look: Lookup }) {
  return (
    <>
      {(conflict.decisions ?? []).map((each) => (
        <Decided key={each.id} conflict={conflict} decision={each} look={look} />
      ))}
    </>
  );
}

function Decided({ conflict, decision, look }: { conflict: ConflictOpened; decision: DecisionShown; look: Lookup }) {
  const said = conflictWords();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const value = decision.masked ? String(decision.value ?? "") : valueText(conflict.of, conflict.about, decision.value, look);
  const undo = async () => {
    setMissing(!reason.trim());
    if (!reason.trim()) return;
    setProblem(null);
    try {
      await post<Answer>(`/api/conflicts/${encodeURIComponent(conflict.id)}/undo`, { decision: decision.id, reason: reason.trim() });
    } catch (caught) {
      setProblem(caught);
    }
    await changed();
  };
  return (
    <Banner tone={decision.undone ? "warn" : "ok"} icon={decision.undone ? Undo2 : Gavel} title={decision.undone ? said.undone(value) : said.decidedFor(value)}>
      <div class="stack" data-testid="decision" data-undone={decision.undone ? "yes" : "no"}>
        <p>
          <bdi>{decision.by_name}</bdi> · {when(decision.t)} · <bdi>{decision.reason}</bdi>
        </p>
        {decision.undone && (
          <p>
            <bdi>{decision.undone_by_name}</bdi> · {decision.undone_ms == null ? "" : when(decision.undone_ms)} · <bdi>{decision.undone_reason}</bdi>
          </p>
        )}
        {!decision.undone && (
          <>
            {decision.later > 0 && <p>{said.undoLater(ltr(decision.later))}</p>}
            {problem !== null && <Trouble problem={problem} />}
            <Field label={said.undoReason} wrong={missing && !reason.trim() ? said.reasonMissing : null}>
              {(ids) => <input {...ids} class="input" dir="auto" maxLength={REASON_MAX} autoComplete="off" value={reason} onInput={(event) => setReason(event.currentTarget.value)} data-testid="undo-reason" />}
            </Field>
            <Button icon={Undo2} onClick={() => void undo()} data-testid="undo-decision">
              {said.undoDecision}
            </Button>
          </>
        )}
      </div>
    </Banner>
  );
}
