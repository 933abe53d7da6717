/** Giving a directorate a district to hold, or the last day of one that it holds. */
import { useState } from "preact/hooks";
import { post } from "../../shared/api";
import { today } from "../../shared/format";
import { Button, Field, Trouble } from "../../shared/parts";
import type { Directorate, District, Given, Held } from "../../shared/wire.gen";
import { changed } from "../data";
import { isDay } from "../today/days";
import { registryWords } from "./words";

/** A holding that is to end. */
export interface Ending {
  readonly directorate: string;
  readonly held: Held;
}

interface GiveProps {
  readonly ending: Ending | null;
  readonly known: readonly Directorate[];
  readonly districts: readonly District[];
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

export function GiveForm({ ending, known, districts, onClose, onDone }: GiveProps) {
  const said = registryWords();
  const [typed, setTyped] = useState({
    directorate: ending?.directorate ?? "",
    district: ending?.held.district ?? "",
    area: ending?.held.area ?? "",
    from: ending?.held.from_day ?? today(Date.now()),
    to: ending ? today(Date.now()) : "",
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const set = (some: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...some }));
  const name = districts.find((each) => each.id === typed.district)?.name ?? typed.district;
  const order = typed.to !== "" && typed.to < typed.from;
  const whole = typed.directorate.trim() !== "" && typed.district !== "" && isDay(typed.from) && !order && (ending === null || isDay(typed.to));

  const send = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (!whole || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const done = await post<Given>("/api/directorates", { directorate: typed.directorate.trim(), district: name, area: typed.area.trim(), from_day: typed.from, to_day: typed.to || null });
      onDone([done.changed ? said.kept : said.keptSame, ...done.remarks].join(" "));
      onClose();
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    await changed();
  };
  const to = (
    <Field label={said.to} hint={ending ? null : said.toHint} wrong={tried && order ? said.order : tried && ending && !isDay(typed.to) ? said.missing : null}>
        {(ids) => <input {...ids} class="input day" type="date" value={typed.to} data-testid="give-to" onInput={(event) => set({ to: event.currentTarget.value })} />}
      </Field>
  );
  return (
    <form class="give stack" onSubmit={(event) => void send(event)} noValidate>
      <h2>{ending ? said.endTitle(`\u2068${name}\u2069`) : said.giveTitle}</h2>
      {ending === null && (
        <div class="registry-grid">
          <Field label={said.directorate} hint={said.giveHint} wrong={tried && !typed.directorate.trim() ? said.missing : null}>
            {(ids) => (
              <>
                <input {...ids} class="input" dir="auto" list="directorates-known" maxLength={100} autocomplete="off" value={typed.directorate} data-testid="give-directorate" onInput={(event) => set({ directorate: event.currentTarget.value })} />
                <datalist id="directorates-known">
                  {known.map((each) => (
                    <option key={each.id} value={each.name} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          <Field label={said.district} hint={said.districtHint} wrong={tried && !typed.district ? said.missing : null}>
            {(ids) => (
              <select {...ids} class="input" value={typed.district} data-testid="give-district" onChange={(event) => set({ district: event.currentTarget.value })}>
                <option value="" />
                {districts.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={said.area} hint={said.areaHint}>
            {(ids) => <input {...ids} class="input" dir="auto" maxLength={100} autocomplete="off" value={typed.area} onInput={(event) => set({ area: event.currentTarget.value })} />}
          </Field>
          <Field label={said.from} hint={said.fromHint} wrong={tried && !isDay(typed.from) ? said.missing : null}>
            {(ids) => <input {...ids} class="input day" type="date" value={typed.from} data-testid="give-from" onInput={(event) => set({ from: event.currentTarget.value })} />}
          </Field>
          {to}
        </div>
      )}
      {ending !== null && to}
      {problem !== null && <Trouble problem={problem} />}
      <div class="line">
        <Button look="main" type="submit" aria-busy={busy} data-testid="give-keep">
          {said.keep}
        </Button>
        <Button onClick={onClose}>{said.cancel}</Button>
      </div>
    </form>
  );
}
