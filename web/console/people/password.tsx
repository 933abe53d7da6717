/** Giving somebody a new password: what follows from it, and the password, shown once. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Button, Trouble } from "../../shared/parts";
import type { PasswordSet, PersonListed } from "../../shared/wire.gen";
import { peopleWords } from "./words";

export function PasswordForm({ person, onClose }: { person: PersonListed; onClose: () => void }) {
  const said = peopleWords();
  const [busy, setBusy] = useState(false);
  const [drawn, setDrawn] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const give = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      setDrawn((await post<PasswordSet>(`/api/people/${encodeURIComponent(person.id)}/password`, {})).password ?? "");
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
  };
  return (
    <section class="give stack" aria-labelledby="password-title">
      <h3 id="password-title">{said.passwordTitle(`\u2068${person.name}\u2069`)}</h3>
      {drawn === null ? (
        <>
          <p>{said.passwordWhat}</p>
          {problem !== null && <Trouble problem={problem} />}
          <div class="line wrap">
            <Button look="main" onClick={() => void give()} aria-busy={busy} data-testid="password-confirm">
              {said.password}
            </Button>
            <Button onClick={onClose}>{said.cancel}</Button>
          </div>
        </>
      ) : (
        <>
          <p role="status">{said.passwordDone}</p>
          <output class="code people-password" dir="ltr" data-testid="password-drawn">
            {drawn}
          </output>
          <p>{said.passwordTell}</p>
          <div class="line">
            <Button onClick={onClose} data-testid="password-noted">
              {said.close}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
