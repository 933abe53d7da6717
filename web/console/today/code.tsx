/** A one-time code for a tablet, shown large enough to read across a desk. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Button, Dialog, Trouble } from "../../shared/parts";
import type { Code } from "../../shared/wire.gen";
import { when } from "../values";
import { todayWords } from "../words/today";

export function CodeDialog({ district, name, onClose }: { district: string; name: string; onClose: () => void }) {
  const said = todayWords();
  const [code, setCode] = useState<Code | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const issue = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      setCode(await post<Code>("/api/devices/codes", { district }));
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
  };
  const actions = code ? (
    <Button look="main" onClick={onClose}>
      {said.done}
    </Button>
  ) : (
    <>
      <Button look="main" onClick={() => void issue()} aria-busy={busy} data-testid="code-submit">
        {said.codeSubmit}
      </Button>
      <Button onClick={onClose}>{said.cancel}</Button>
    </>
  );
  return (
    <Dialog title={said.codeTitle} open onClose={onClose} actions={actions}>
      <div class="stack">
        <p>
          {said.codeFor(name)} {said.codeHint}
        </p>
        {problem !== null && <Trouble problem={problem} />}
        {code && (
          <>
            <output class="code" dir="ltr" data-testid="code">
              {code.code}
            </output>
            <p>
              {said.codeUntil(when(code.expires_ms))} {said.codeOnce}
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
