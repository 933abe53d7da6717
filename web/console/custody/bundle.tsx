/** Taking evidence away: a button, and behind it for whom and of which days. */
import { FileArchive } from "lucide-preact";
import { useState } from "preact/hooks";
import { file } from "../../shared/api";
import { Banner, Button, Field, Trouble } from "../../shared/parts";
import { useMe } from "../me";
import { save } from "../save";
import { isDay } from "../today/days";
import "./custody.css";
import { custodyWords } from "./words";

type Edition = "court" | "employer";

interface BundleProps {
  /** The report or the employer whose bundle it is. */
  readonly of: "reports" | "flags";
  readonly id: string;
}

/** For recovery officers and directorates; nothing for others. */
export function Bundle({ of, id }: BundleProps) {
  const said = custodyWords();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  if (!me.roles.some((role) => role === "recovery_officer" || role === "directorate")) return null;
  const finish = (name: string) => {
    setOpen(false);
    setDone(name);
  };
  return (
    <div class={open || done !== null ? "bundle bundle--open" : "bundle"}>
      {!open && (
        <Button icon={FileArchive} onClick={() => (setOpen(true), setDone(null))} data-testid={`bundle-${of}`}>
          {of === "flags" ? said.bundleOfCase : said.bundle}
        </Button>
      )}
      {done !== null && (
        <div data-testid="bundle-done">
          <Banner tone="ok" title={said.done(`\u2068${done}\u2069`)} />
        </div>
      )}
      {open && <Form of={of} id={id} onClose={() => setOpen(false)} onDone={finish} />}
    </div>
  );
}

function Form({ of, id, onClose, onDone }: BundleProps & { onClose: () => void; onDone: (name: string) => void }) {
  const said = custodyWords();
  const [edition, setEdition] = useState<Edition | null>(null);
  const [days, setDays] = useState({ first: "", last: "" });
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const editions: readonly { value: Edition; label: string; why: string }[] = [
    { value: "court", label: said.court, why: said.courtWhy },
    { value: "employer", label: said.employer, why: said.employerWhy },
  ];

  const make = async (event: Event) => {
    event.preventDefault();
    setWrong(edition === null);
    if (edition === null || busy) return;
    setBusy(true);
    setProblem(null);
    const within = of === "flags" ? { first_day: isDay(days.first) ? days.first : null, last_day: isDay(days.last) ? days.last : null } : {};
    try {
      const name = `evidence-${id}-${edition}.zip`;
      save(await file(`/api/${of}/${encodeURIComponent(id)}/bundle`, { edition, ...within }), name);
      onDone(name);
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  };

  return (
    <form class="give stack" onSubmit={(event) => void make(event)} data-testid="bundle-form">
      <fieldset>
        <legend>{said.edition}</legend>
        {editions.map((each) => (
          <label key={each.value} class="give__one">
            <input type="radio" name={`edition-${id}`} value={each.value} checked={edition === each.value} onChange={() => setEdition(each.value)} data-testid={`edition-${each.value}`} />
            <span class="grow">
              <span class="strong">{each.label}</span>
              <span class="caption">{each.why}</span>
            </span>
          </label>
        ))}
        {wrong && edition === null && (
          <p class="wrong" role="alert">
            {said.choose}
          </p>
        )}
      </fieldset>
      {of === "flags" && (
        <div class="line wrap">
          <Field label={said.from} hint={said.daysHint}>
            {(ids) => <input {...ids} class="input day" type="date" value={days.first} onChange={(event) => setDays({ ...days, first: event.currentTarget.value })} />}
          </Field>
          <Field label={said.to} hint={said.daysHint}>
            {(ids) => <input {...ids} class="input day" type="date" value={days.last} onChange={(event) => setDays({ ...days, last: event.currentTarget.value })} />}
          </Field>
        </div>
      )}
      <p class="caption">{said.noted}</p>
      {problem !== null && <Trouble problem={problem} />}
      <div class="line">
        <Button look="main" type="submit" aria-busy={busy} data-testid="bundle-make">
          {busy ? said.making : said.make}
        </Button>
        <Button onClick={onClose}>{said.cancel}</Button>
      </div>
    </form>
  );
}
