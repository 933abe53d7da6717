/** A row of the law being typed, then seen with all that it would change, then accepted. */
import { ArrowLeft, Eye, Pencil } from "lucide-preact";
import { useRef, useState } from "preact/hooks";
import { post } from "../../shared/api";
import { rupees, today } from "../../shared/format";
import { total } from "../../shared/money";
import { Banner, Button, Choice, ErrorSummary, Field, Loading, Trouble } from "../../shared/parts";
import { language } from "../../shared/words";
import type { Impact, KindListed, RateRow } from "../../shared/wire.gen";
import { choiceName, kindName, valueName } from "../recovery/law";
import { address, Link, query } from "../router";
import { Accept } from "./accept";
import { draftOf, EMPTY, faults, rowOf, type Draft, type Faults } from "./draft";
import { ImpactShown } from "./impact";
import { RowFacts } from "./row";
import { lawWords, unitWords, wrongWords } from "./words";

interface FormProps {
  readonly corrected: RateRow | undefined;
  readonly rows: readonly RateRow[];
  readonly kinds: readonly KindListed[];
}

export interface Seen {
  readonly row: RateRow;
  readonly impact: Impact;
  /** What was on the screen before, where it is no longer right. */
  readonly before: Impact | null;
}

export function LawForm({ corrected, rows, kinds }: FormProps) {
  const said = lawWords();
  const [draft, setDraft] = useState<Draft>(() => (corrected ? draftOf(corrected) : { ...EMPTY, kind: query.value.get("kind") ?? "" }));
  const [wrong, setWrong] = useState<Faults>({});
  const [seen, setSeen] = useState<Seen | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const top = useRef<HTMLDivElement>(null);
  const kind = kinds.find((each) => each.kind === draft.kind);

  const look = async (row: RateRow, before: Impact | null) => {
    setBusy(true);
    setProblem(null);
    try {
      setSeen({ row, impact: await tried(row, 0), before });
      top.current?.scrollTo({ top: 0 });
    } catch (caught) {
      setSeen(null);
      setProblem(caught);
    }
    setBusy(false);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const found = faults(draft, kind);
    setWrong(found);
    // Once it is drawn: what is wrong is read first.
    if (Object.keys(found).length > 0) setTimeout(() => top.current?.querySelector<HTMLElement>(".summary")?.focus());
    if (kind !== undefined && Object.keys(found).length === 0 && !busy) void look(rowOf(draft, kind, rows), null);
  };
  return (
    <div class="today">
      <header class="strip">
        <Link class="back" to={corrected ? address(["law", "rows", corrected.id]) : address(["law"])}>
          <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
          {said.back}
        </Link>
        <h1>{corrected ? said.correctTitle(kindName(corrected)) : said.addTitle}</h1>
      </header>
      <div class="law-scroll" ref={top}>
        {problem !== null && <Trouble problem={problem} />}
        {seen === null ? (
          busy ? (
            <>
              <Banner icon={Eye} title={said.looking} />
              <Loading />
            </>
          ) : (
            <form class="card law-form" onSubmit={submit} noValidate>
              <ErrorSummary found={Object.entries(wrong).map(([field, each]) => ({ id: `law-${field}`, words: wrongWords()[each] }))} />
              <Fields draft={draft} kind={kind} kinds={kinds} fixed={corrected !== undefined} wrong={wrong} set={(some) => setDraft((before) => ({ ...before, ...some }))} />
              <div class="line">
                <Button look="main" type="submit" icon={Eye} data-testid="law-look">
                  {said.look}
                </Button>
              </div>
            </form>
          )
        ) : (
          <>
            {seen.before !== null && <Meanwhile before={seen.before} now={seen.impact} />}
            <section class="card law-card">
              <header class="line wrap law-head">
                <h2 class="grow">
                  {kindName(seen.row)}: {valueName(seen.row)}
                </h2>
                <Button icon={Pencil} onClick={() => setSeen(null)} data-testid="law-change">
                  {said.change}
                </Button>
              </header>
              <RowFacts row={seen.row} />
            </section>
            <ImpactShown key={seen.impact.figures.fingerprint} impact={seen.impact} page={(skip) => tried(seen.row, skip, seen.impact.figures.day)} onChanged={() => void look(seen.row, seen.impact)} />
          </>
        )}
      </div>
      {seen !== null && <Accept seen={seen} busy={busy} onMeanwhile={() => void look(seen.row, seen.impact)} />}
    </div>
  );
}

function tried(row: RateRow, skip: number, day: string | null = null): Promise<Impact> {
  return post<Impact>(`/api/statute/impact?language=${language.value}`, { rows: [row], skip, day });
}

function sumsOf({ figures }: Impact): string {
  return rupees(total([figures.assessments_new_rs, figures.accounts_new_rs]));
}

function Meanwhile({ before, now }: { before: Impact; now: Impact }) {
  const said = lawWords();
  const sums = [before, now].map((each) => sumsOf(each));
  return (
    <Banner tone="warn" title={said.meanwhile}>
      <span data-testid="law-meanwhile">{sums[0] === sums[1] ? said.meanwhileSame : said.meanwhileNext(sums[0] ?? "", sums[1] ?? "")}</span>
    </Banner>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly kind: KindListed | undefined;
  readonly kinds: readonly KindListed[];
  /** A row that is corrected stays of its kind. */
  readonly fixed: boolean;
  readonly wrong: Faults;
  readonly set: (some: Partial<Draft>) => void;
}

function Fields({ draft, kind, kinds, fixed, wrong, set }: FieldsProps) {
  const said = lawWords();
  const told = (field: keyof Draft): string | null => {
    const each = wrong[field];
    return each === undefined ? null : wrongWords()[each];
  };
  const day = (field: "valid_from" | "valid_to" | "notified_on" | "suspended_from" | "suspended_to", label: string, hint?: string) => (
    <Field id={`law-${field}`} label={label} hint={hint} wrong={told(field)}>
      {(ids) => <input {...ids} class="input day" type="date" value={draft[field]} max={field === "notified_on" ? today(Date.now()) : undefined} data-testid={`law-${field}`} onInput={(event) => set({ [field]: event.currentTarget.value })} />}
    </Field>
  );
  const text = (field: "legal_basis" | "source" | "note", label: string, hint: string) => (
    <Field id={`law-${field}`} label={label} hint={hint} wrong={told(field)}>
      {(ids) => <textarea {...ids} class="input law-area" dir="auto" maxLength={2000} value={draft[field]} data-testid={`law-${field}`} onInput={(event) => set({ [field]: event.currentTarget.value })} />}
    </Field>
  );
  return (
    <>
      <div class="law-two">
        <Field id="law-kind" label={said.kind} wrong={told("kind")}>
          {(ids) => (
            <select {...ids} class="input" value={draft.kind} aria-disabled={fixed} data-testid="law-draft-kind" onChange={(event) => (fixed ? (event.currentTarget.value = draft.kind) : set({ kind: event.currentTarget.value, value: "" }))}>
              {!fixed && <option value="">{said.chooseKind}</option>}
              {kinds
                .filter((each) => !fixed || each.kind === draft.kind)
                .map((each) => (
                  <option key={each.kind} value={each.kind}>
                    {kindName(each)}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <Field id="law-value" label={said.valueLabel} hint={kind && kind.choices.length === 0 ? said.unitHint(unitWords()[kind.unit] ?? kind.unit) : undefined} wrong={told("value")}>
          {(ids) =>
            kind && kind.choices.length > 0 ? (
              <select {...ids} class="input" value={draft.value} data-testid="law-draft-value" onChange={(event) => set({ value: event.currentTarget.value })}>
                <option value="">{said.chooseValue}</option>
                {kind.choices.map((each) => (
                  <option key={each} value={each}>
                    {choiceName(each)}
                  </option>
                ))}
              </select>
            ) : (
              <input {...ids} class="input" dir="ltr" inputMode="decimal" autocomplete="off" maxLength={24} value={draft.value} data-testid="law-draft-value" onInput={(event) => set({ value: event.currentTarget.value })} />
            )
          }
        </Field>
      </div>
      <div class="law-three">
        {day("valid_from", said.validFrom, said.validFromHint)}
        {day("valid_to", said.validTo, said.validToHint)}
        {day("notified_on", said.notifiedOn, said.notifiedHint)}
      </div>
      <fieldset class="law-fieldset">
        <legend>{said.suspension}</legend>
        <p class="muted">{said.suspensionHint}</p>
        <div class="law-three">
          {day("suspended_from", said.suspendedFrom)}
          {day("suspended_to", said.suspendedTo)}
        </div>
      </fieldset>
      <div class="law-two">
        {text("legal_basis", said.basisLabel, said.basisHint)}
        {text("source", said.sourceLabel, said.sourceHint)}
      </div>
      <div class="field">
        <span class="label">{said.confirmedLabel}</span>
        <div id="law-confirmed" tabIndex={-1}>
          <Choice
            label={said.confirmedLabel}
            value={draft.confirmed === null ? null : draft.confirmed ? "yes" : "no"}
            options={[
              { value: "yes", label: said.yes },
              { value: "no", label: said.no },
            ]}
            onChoose={(value) => set({ confirmed: value === "yes" })}
          />
        </div>
        {told("confirmed") && <span class="wrong">{told("confirmed")}</span>}
      </div>
      {text("note", draft.confirmed === false ? said.noteUnconfirmed : said.note, "")}
    </>
  );
}
