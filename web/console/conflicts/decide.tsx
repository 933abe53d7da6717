/** The decision: a reason, and one button for each side that looks like every other. Nothing is chosen beforehand. */
import { useRef, useState } from "preact/hooks";
import { post } from "../../shared/api";
import { Button, Field, Trouble } from "../../shared/parts";
import type { Answer, Chosen, ConflictOpened } from "../../shared/wire.gen";
import { changed } from "../data";
import { fieldName, statusName, valueText, type Lookup } from "../values";
import { conflictWords } from "../words/conflicts";
import { entered, read, type Entered } from "./another";
import { useKeys } from "./keys";
import { isShort, letter, sideText } from "./sides";

interface DecideProps {
  readonly conflict: ConflictOpened;
  readonly look: Lookup;
  readonly onDecided: (said: string) => void;
}

const REASON_MAX = 2000;

export function Decide({ conflict, look, onDecided }: DecideProps) {
  const said = conflictWords();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [entering, setEntering] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const form = entered(conflict.of, conflict.about);

  const decide = async (choice: Pick<Chosen, "choose" | "value">, words: string) => {
    if (busy) return;
    setMissing(!reason.trim());
    if (!reason.trim()) return field.current?.focus();
    setBusy(true);
    setProblem(null);
    const seen = conflict.candidates.map((each) => each.write);
    try {
      await post<Answer>(`/api/conflicts/${encodeURIComponent(conflict.id)}/decide`, { seen, reason: reason.trim(), ...choice });
      onDecided(said.decided(`${conflict.establishment?.name ?? ""} · ${fieldName(conflict.about)}`, words));
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    // Also where no answer came: it may have been decided all the same.
    await changed();
  };
  const keep = (at: number) => {
    const side = conflict.candidates[at];
    if (side) void decide({ choose: side.write }, sideText(conflict, side, look));
    return side !== undefined;
  };
  useKeys((pressed) => {
    if (pressed === "E" && form) return setEntering(true), true;
    return keep(conflict.candidates.findIndex((_, at) => letter(at) === pressed));
  });

  return (
    <footer class="decide">
      {problem !== null && <Trouble problem={problem} />}
      <Field label={said.reason} wrong={missing && !reason.trim() ? said.reasonMissing : null}>
        {(ids) => <input {...ids} ref={field} class="input" dir="auto" maxLength={REASON_MAX} autoComplete="off" value={reason} onInput={(event) => setReason(event.currentTarget.value)} data-testid="reason" />}
      </Field>
      {entering && form && <Another conflict={conflict} form={form} look={look} onKeep={(value, words) => void decide({ value }, words)} onBack={() => setEntering(false)} />}
      <div class="line wrap">
        {conflict.candidates.map((side, at) => {
          const text = sideText(conflict, side, look);
          return (
            <Button key={side.write} onClick={() => keep(at)} aria-busy={busy} aria-keyshortcuts={letter(at)} data-testid={`keep-${letter(at)}`}>
              <kbd>{letter(at)}</kbd>
              {isShort(text) ? said.keep(text) : said.keepThis}
            </Button>
          );
        })}
        {form && (
          <Button look="quiet" aria-expanded={entering} aria-keyshortcuts="E" onClick={() => setEntering(!entering)} data-testid="another">
            <kbd>E</kbd>
            {said.another}
          </Button>
        )}
        <span class="caption decide__note">
          {busy ? said.deciding : said.stays} {said.keys}
        </span>
      </div>
    </footer>
  );
}

interface AnotherProps {
  readonly conflict: ConflictOpened;
  readonly form: Entered;
  readonly look: Lookup;
  readonly onKeep: (value: unknown, words: string) => void;
  readonly onBack: () => void;
}

function Another({ conflict, form, look, onKeep, onBack }: AnotherProps) {
  const said = conflictWords();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [wrong, setWrong] = useState(false);
  const names: Readonly<Record<string, string>> = { men: said.men, women: said.women, total: said.total };
  const label = said.anotherLabel(fieldName(conflict.about));
  const set = (part: string, text: string) => setTexts({ ...texts, [part]: text });
  const keep = () => {
    const value = read(conflict.of, conflict.about, texts);
    setWrong(value === undefined);
    if (value === undefined) return;
    const words = conflict.candidates.some((each) => each.masked) ? said.another : valueText(conflict.of, conflict.about, value, look);
    onKeep(value, words);
  };
  return (
    <div class="line wrap another" data-testid="another-form">
      {form.parts.map((part) => (
        <Field key={part} label={part ? `${label}: ${names[part] ?? part}` : label} wrong={wrong ? said.anotherWrong : null}>
          {(ids) =>
            form.options ? (
              <select {...ids} class="input" value={texts[part] ?? ""} onChange={(event) => set(part, event.currentTarget.value)} data-testid="another-value">
                <option value="">{said.choose}</option>
                {form.options.map((each) => (
                  <option key={each} value={each}>
                    {statusName(each)}
                  </option>
                ))}
              </select>
            ) : (
              <input {...ids} class="input" dir={form.whole ? "ltr" : "auto"} inputMode={form.whole ? "numeric" : "text"} autoComplete="off" value={texts[part] ?? ""} onInput={(event) => set(part, event.currentTarget.value)} data-testid={part ? `another-${part}` : "another-value"} />
            )
          }
        </Field>
      ))}
      <Button onClick={keep} data-testid="another-keep">
        {said.anotherKeep}
      </Button>
      <Button look="quiet" onClick={onBack}>
        {said.anotherBack}
      </Button>
    </div>
  );
}
