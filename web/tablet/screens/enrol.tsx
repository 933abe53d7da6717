/** Making a tablet ready by a supervisor's code: the first time, and again after a fork or a revocation. */
import { useState } from "preact/hooks";
import { Banner, Button, Field, LanguageButton } from "../../shared/parts";
import { NoAnswer, Refused } from "../../sync/tablet";
import { refresh, status, tablet } from "../state/field";
import { enrolWords } from "../words/people";
import { sealedWords } from "../words/sealed";

/** The form alone. `again` brings along what the office does not have. */
export function EnrolForm({ again }: { again?: boolean }) {
  const t = enrolWords();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const missing = { code: code.trim() === "", name: name.trim() === "" };

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setTried(true);
    if (missing.code || missing.name || working) return;
    setWorking(true);
    setProblem(null);
    try {
      await (again ? tablet().enrolAgain(code.trim(), name.trim()) : tablet().enrol(code.trim(), name.trim()));
      await refresh();
    } catch (error) {
      setProblem(error);
      setWorking(false);
    }
  }

  return (
    <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
      {problem !== null && <Banner tone="err" title={why(problem)} />}
      <Field label={t.code} hint={t.codeHint} wrong={tried && missing.code ? t.codeMissing : null}>
        {(ids) => <input {...ids} class="input input--code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck={false} data-testid="enrol-code" value={code} onInput={(event) => setCode(event.currentTarget.value)} />}
      </Field>
      <Field label={t.name} hint={t.nameHint} wrong={tried && missing.name ? t.nameMissing : null}>
        {(ids) => <input {...ids} class="input" autocomplete="off" maxLength={200} data-testid="enrol-name" value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <Button look="main" large type="submit" data-testid="enrol-submit" aria-busy={working}>
        {working ? t.working : t.submit}
      </Button>
    </form>
  );
}

function why(problem: unknown): string {
  const t = enrolWords();
  if (problem instanceof NoAnswer) return t.noAnswer;
  if (!(problem instanceof Refused)) return t.other(String(problem));
  const said: Record<string, string> = { "code-unknown": t.unknown, "code-used": t.used, "code-expired": t.expired, "too-many-tries": t.tooMany };
  return said[problem.code] ?? t.other(problem.detail);
}

export function Enrol() {
  const t = enrolWords();
  const s = sealedWords();
  const wiped = status.value?.wiped ?? null;
  return (
    <main class="alone">
      <div class="alone__card card stack">
        <div class="line spread">
          <h1>{t.title}</h1>
          <LanguageButton />
        </div>
        {wiped !== null && (
          <Banner tone="warn" title={<span data-testid="wiped">{s.wiped}</span>}>
            {s.wipedDo} {!wiped.told && s.wipedUntold}
          </Banner>
        )}
        <p>{t.what}</p>
        <EnrolForm />
      </div>
    </main>
  );
}
