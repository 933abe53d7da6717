/** What a supervisor decides about an entry in quarantine: a reason, and one button for each way. */
import { PackageCheck, PackageX, Undo2 } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Button, Field, Trouble } from "../../shared/parts";
import type { Answer, QuarantineOpened } from "../../shared/wire.gen";
import { changed } from "../data";
import { quarantineWords } from "../words/quarantine";

const REASON_MAX = 300;

export function Act({ opened, onDone }: { opened: QuarantineOpened; onDone: (said: string) => void }) {
  const said = quarantineWords();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);
  const act = async (what: "release" | "reject" | "undo", words: string) => {
    if (busy) return;
    setMissing(!reason.trim());
    if (!reason.trim()) return field.current?.focus();
    setBusy(true);
    setProblem(null);
    try {
      await post<Answer>(`/api/quarantine/${encodeURIComponent(opened.entry)}/${what}`, { reason: reason.trim() });
      setReason("");
      onDone(words);
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    // Also where no answer came: it may have been decided all the same.
    await changed();
  };
  const undecided = opened.verdict === null;
  const back = opened.verdict === "released" || opened.verdict === "rejected";
  return (
    <footer class="decide">
      {problem !== null && <Trouble problem={problem} />}
      <Field label={said.reason} wrong={missing && !reason.trim() ? said.reasonMissing : null}>
        {(ids) => <input {...ids} ref={field} class="input" dir="auto" maxLength={REASON_MAX} autoComplete="off" value={reason} onInput={(event) => setReason(event.currentTarget.value)} data-testid="reason" />}
      </Field>
      <div class="line wrap">
        {(undecided || opened.verdict === "undone") && opened.obstacle === null && (
          <Button icon={PackageCheck} aria-busy={busy} onClick={() => void act("release", said.doneReleased)} data-testid="release">
            {undecided ? said.release : said.releaseAgain}
          </Button>
        )}
        {undecided && (
          <Button icon={PackageX} aria-busy={busy} onClick={() => void act("reject", said.doneRejected)} data-testid="reject">
            {said.reject}
          </Button>
        )}
        {back && (
          <Button icon={Undo2} aria-busy={busy} onClick={() => void act("undo", said.doneUndone)} data-testid="undo">
            {opened.verdict === "released" ? said.undoRelease : said.undoReject}
          </Button>
        )}
      </div>
      <p class="caption">{undecided ? said.follows : opened.verdict === "released" ? said.undoFollows : ""}</p>
    </footer>
  );
}
