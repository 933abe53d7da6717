/** The report's questions. Nothing is chosen beforehand, nothing has to be answered. */
import { ArrowRight, LocateFixed } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";
import { month as monthName, today, whole } from "../../shared/format";
import { Button, Choice, Field } from "../../shared/parts";
import type { Values } from "../../sync/tablet";
import { type Answers, filled, type Place } from "../logic/draft";
import { headcount } from "../logic/capture";
import { finishedMonths } from "../logic/months";
import { digits } from "../logic/typing";
import { officeNowMs } from "../state/field";
import { visitAt } from "../state/route";
import { reportWords } from "../words/report";
import type { PartProps } from "./visit";

/** What may be produced, as it travels. */
export const RECORDS = ["wage register", "attendance register", "Form C-1 schedules", "payment challans", "appointment letters"] as const;
export const slug = (record: string): string => record.toLowerCase().replaceAll(" ", "-");

/** Where the id of the question is left that an error summary leads to. */
export const ASKED = "field-question";

const COUNT_DIGITS = 6;
const NAME_MAX = 300;
const REMARKS_MAX = 8000;

const answered = (keeping: PartProps["keeping"], some: Partial<Answers>): void => {
  const latest = keeping.value.peek();
  keeping.change({ ...latest, answers: { ...latest.answers, ...some } });
};

export function Report({ visit, place, keeping }: PartProps) {
  const t = reportWords();
  const draft = keeping.value.value;
  const withLines = draft.lines.filter(filled).map(({ month }) => month);
  useEffect(focusAsked, []);
  return (
    <>
      <Questions answers={draft.answers} withLines={withLines} place={place} onChange={(some) => answered(keeping, some)} />
      <div class="section">
        <a class="button button--main button--large" href={visitAt(visit.record, "checklist")}>
          {t.toChecklist}
          <ArrowRight size={20} class="mirrored" aria-hidden="true" />
        </a>
      </div>
    </>
  );
}

/** Where an error summary led here, its question takes the focus. */
function focusAsked(): void {
  const asked = sessionStorage.getItem(ASKED);
  if (asked === null) return;
  sessionStorage.removeItem(ASKED);
  const question = document.getElementById(asked);
  question?.focus();
  question?.scrollIntoView({ block: "center" });
}

interface QuestionsProps {
  readonly answers: Answers;
  /** The establishment; without it the register's own count is not asked about. */
  readonly place?: Values;
  /** The months of the wage lines: each can be ticked, however long ago it was. */
  readonly withLines?: readonly string[];
  readonly onChange: (some: Partial<Answers>) => void;
}

/**
 * All questions; `onChange` gets what was answered, and lays it over the latest answers. Not over those on the screen
 * when the question was asked: a position comes half a minute later.
 */
export function Questions({ answers, place, withLines = [], onChange: set }: QuestionsProps) {
  const t = reportWords();
  return (
    <div class="questions">
      <div class="stack">
        {place !== undefined && <Declared answers={answers} place={place} set={set} />}
        <People answers={answers} set={set} />
        <fieldset class="card ask" aria-labelledby="q-produced">
          <h2 id="q-produced">{t.produced}</h2>
          <div class="ticks">
            {RECORDS.map((record) => (
              <label key={record} class="tick">
                <input type="checkbox" data-testid={`q-record-${slug(record)}`} checked={answers.produced.includes(record)} onChange={() => set({ produced: toggled(answers.produced, record) })} />
                {t[record]}
              </label>
            ))}
          </div>
        </fieldset>
        <fieldset class="card ask" aria-labelledby="q-refused">
          <h2 id="q-refused">{t.refused}</h2>
          <div data-testid="q-refused">
            <Choice label={t.refused} value={answers.refused === null ? null : answers.refused ? "yes" : "no"} options={[{ value: "yes", label: t.yes }, { value: "no", label: t.no }]} onChoose={(value) => set({ refused: value === "yes" })} />
          </div>
        </fieldset>
      </div>
      <div class="stack">
        <Months answers={answers} withLines={withLines} set={set} />
        <div class="card ask">
          <Field label={t.met} hint={t.metHint}>
            {(ids) => <input {...ids} class="input" autocomplete="off" maxLength={NAME_MAX} data-testid="q-person-met" value={answers.personMet} onInput={(event) => set({ personMet: event.currentTarget.value })} />}
          </Field>
          <Field label={t.remarks}>
            {(ids) => <textarea {...ids} class="input" rows={3} maxLength={REMARKS_MAX} data-testid="q-remarks" value={answers.remarks} onInput={(event) => set({ remarks: event.currentTarget.value })} />}
          </Field>
        </div>
        <Position place={answers.place} onTake={(taken) => set({ place: taken })} />
      </div>
    </div>
  );
}

type Part = { answers: Answers; set: (some: Partial<Answers>) => void };

const toggled = (list: readonly string[], one: string): string[] => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]);

function Declared({ answers, place, set }: Part & { place: Values }) {
  const t = reportWords();
  const shown = place["workers_declared"];
  return (
    <div class="card ask">
      <Field label={t.declared} hint={typeof shown === "number" ? t.declaredHint(whole(shown)) : t.declaredUnknown}>
        {(ids) => <Count ids={ids} testid="q-workers-declared" value={answers.declared} onType={(declared) => set({ declared })} />}
      </Field>
    </div>
  );
}

function People({ answers, set }: Part) {
  const t = reportWords();
  const counted = headcount(answers);
  const half = counted === null && (answers.men !== "" || answers.women !== "");
  return (
    <fieldset class="card ask" aria-labelledby="q-people">
      <h2 id="q-people" tabIndex={-1}>{t.people}</h2>
      <div class="counts">
        <Field label={t.men}>{(ids) => <Count ids={ids} testid="q-men" value={answers.men} onType={(men) => set({ men })} />}</Field>
        <Field label={t.women}>{(ids) => <Count ids={ids} testid="q-women" value={answers.women} onType={(women) => set({ women })} />}</Field>
        <div class="field">
          <span class="label">{t.total}</span>
          <output class="total figure" data-testid="q-total">
            {counted === null ? "–" : whole(counted.total)}
          </output>
        </div>
      </div>
      {half && <p class="muted dense">{t.bothCounts}</p>}
    </fieldset>
  );
}

type Ids = { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean };

/** A count of people: digits alone, of any script. */
export function Count({ ids, testid, value, onType }: { ids: Ids; testid: string; value: string; onType: (digits: string) => void }) {
  return (
    <input
      {...ids}
      class="input figure"
      inputMode="numeric"
      autocomplete="off"
      data-testid={testid}
      value={value}
      onInput={(event) => {
        const typed = digits(event.currentTarget.value).slice(0, COUNT_DIGITS);
        event.currentTarget.value = typed;
        onType(typed);
      }}
    />
  );
}

function Months({ answers, withLines, set }: Part & { withLines: readonly string[] }) {
  const t = reportWords();
  // A draft that was kept over the turn of a month still shows what was chosen in it.
  const months = [...new Set([...finishedMonths(today(officeNowMs())), ...answers.months, ...withLines])].sort().reverse();
  const paidAsked = [...answers.months].sort().reverse();
  return (
    <fieldset class="card ask" aria-labelledby="q-months">
      <h2 id="q-months">{t.months}</h2>
      <p class="muted dense">{t.monthsHint}</p>
      <div class="months">
        {months.map((month) => (
          <Toggle
            key={month}
            testid={`q-month-${month}`}
            on={answers.months.includes(month)}
            label={monthName(month)}
            onToggle={() => set({ months: toggled(answers.months, month), paid: answers.paid.filter((paid) => paid !== month) })}
          />
        ))}
      </div>
      <h2>{t.paid}</h2>
      <p class="muted dense">{paidAsked.length > 0 ? t.paidHint : t.paidNone}</p>
      <div class="months">
        {paidAsked.map((month) => (
          <Toggle key={month} testid={`q-paid-${month}`} on={answers.paid.includes(month)} label={monthName(month)} onToggle={() => set({ paid: toggled(answers.paid, month) })} />
        ))}
      </div>
    </fieldset>
  );
}

function Toggle({ testid, on, label, onToggle }: { testid: string; on: boolean; label: string; onToggle: () => void }) {
  return (
    <button type="button" class="toggle" id={testid} data-testid={testid} aria-pressed={on} onClick={onToggle}>
      {label}
    </button>
  );
}

const FIX: PositionOptions = { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 };

/** Where the tablet is, if the inspector wishes to say. `onTake` may come half a minute later. */
export function Position({ place, hint, onTake }: { place: Place | null; hint?: string; onTake: (place: Place | null) => void }) {
  const t = reportWords();
  const [state, setState] = useState<"rest" | "locating" | "denied" | "none">("rest");
  function take(): void {
    if (!("geolocation" in navigator)) return setState("none");
    setState("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState("rest");
        onTake({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.min(100_000, Math.round(coords.accuracy * 10) / 10) });
      },
      (error) => setState(error.code === error.PERMISSION_DENIED ? "denied" : "none"),
      FIX,
    );
  }
  const said = { rest: place === null ? (hint ?? t.placeHint) : "", locating: t.locating, denied: t.placeDenied, none: t.placeNone }[state];
  return (
    <fieldset class="card ask" aria-labelledby="q-place">
      <h2 id="q-place">{t.place}</h2>
      <div class="line wrap">
        <Button icon={LocateFixed} data-testid="q-place" onClick={take}>
          {place === null ? t.takePlace : t.again}
        </Button>
        {place !== null && (
          <Button look="quiet" onClick={() => onTake(null)}>
            {t.removePlace}
          </Button>
        )}
        <span role="status" class="dense">
          {place !== null && <b data-testid="q-place-taken">{t.within(`\u2066${Math.round(place.accuracy_m)}\u2069`)}</b>} {said}
        </span>
      </div>
    </fieldset>
  );
}
