/** One question of a checklist: its label, hint and mark, the control for its type, and what is wrong with the answer. */
import { CircleAlert, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { cleanedAs, isPicture, said, type Tongue } from "../logic/asking";
import type { Checklist, Question } from "../logic/checklist";
import type { Given, TakenPhoto } from "../logic/draft";
import type { Verdict } from "../logic/judge";
import { aroundWords } from "../words/checklist";
import { PictureAnswer } from "./picture_answer";

const TEXT_MAX = 8000;
const PERSONAL_MAX = 300;
/** From so many choices on they stand below one another. */
const SIDE_BY_SIDE_MAX = 3;
const SHORT_MAX = 16;

export interface QuestionProps {
  readonly checklist: Checklist;
  readonly question: Question;
  /** In which item of a repeat, counted from 1. */
  readonly row: number | null;
  readonly state: Verdict;
  /** What the answer says against the employer, in words. */
  readonly findings: readonly string[];
  readonly typed: Given["typed"];
  readonly photo: TakenPhoto | null;
  readonly visit: string;
  readonly tongue: Tongue;
  readonly onType: (typed: Given["typed"]) => void;
  readonly onPicture: (photo: TakenPhoto | null) => void;
}

/** The element of a question: an error summary leads there. */
export const questionId = (name: string, row: number | null): string => `c-${name}${row === null ? "" : `-${row}`}`;

export function OneQuestion(props: QuestionProps) {
  const { question, row, state, tongue } = props;
  const t = aroundWords(tongue);
  const id = questionId(question.name, row);
  const label = said(question.label, tongue);
  if (question.type === "note") return <p class="muted">{label}</p>;
  const hint = said(question.hint, tongue);
  const wrong = state.fault === "" ? null : (state.fault === "constraint" && said(question.constraint_message, tongue)) || t.wrong;
  const about = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined;
  const one = isOneControl(question);
  const words = (
    <>
      {label}
      {state.required && <span class={`need${state.missing ? "" : " need--met"}`}>{t.required}</span>}
    </>
  );
  return (
    <div class="field asked" data-testid={`ask-${question.name}${row === null ? "" : `-${row}`}`}>
      {one ? <label for={id}>{words}</label> : <span class="label" id={`${id}-label`}>{words}</span>}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <Control {...props} ids={{ id, "aria-describedby": about, "aria-invalid": wrong !== null, ...(one ? {} : { "aria-labelledby": `${id}-label` }) }} label={label} />
      {wrong !== null && (
        <span class="wrong" id={`${id}-wrong`} data-testid={`${id}-wrong`}>
          <CircleAlert size={16} aria-hidden="true" />
          {wrong}
        </span>
      )}
      {props.findings.map((words_) => (
        <span key={words_} class="raised" data-testid={`${id}-finding`}>
          <TriangleAlert size={16} aria-hidden="true" />
          <span>
            {t.finding} <b>{words_}</b>
          </span>
        </span>
      ))}
    </div>
  );
}

const MANY: ReadonlySet<string> = new Set(["select_one", "select_multiple"]);
const isOneControl = (question: Question): boolean => !MANY.has(question.type) && !isPicture(question);

interface Ids {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean;
  readonly "aria-labelledby"?: string;
}

function Control(props: QuestionProps & { ids: Ids; label: string }): ComponentChildren {
  const { question, typed, ids, onType, tongue } = props;
  const text = typeof typed === "string" ? typed : "";
  switch (question.type) {
    case "integer":
    case "decimal":
      return <Figure ids={ids} question={question} value={text} onType={onType} />;
    case "date":
      return <input {...ids} class="input input--date" type="date" lang={tongue} data-testid={ids.id} value={text} onInput={(event) => onType(event.currentTarget.value)} />;
    case "select_one":
    case "select_multiple":
      return <Choices {...props} />;
    case "signature":
    case "photo":
      return <PictureAnswer question={question} testid={ids.id} label={props.label} visit={props.visit} kept={props.photo} tongue={tongue} onKeep={props.onPicture} />;
    default:
      return question.personal ? (
        <input {...ids} class="input" dir="auto" autocomplete="off" maxLength={PERSONAL_MAX} data-testid={ids.id} value={text} onInput={(event) => onType(event.currentTarget.value)} />
      ) : (
        <textarea {...ids} class="input input--text" dir="auto" rows={2} maxLength={TEXT_MAX} data-testid={ids.id} value={text} onInput={(event) => onType(event.currentTarget.value)} />
      );
  }
}

function Figure({ ids, question, value, onType }: { ids: Ids; question: Question; value: string; onType: (typed: string) => void }) {
  return (
    <input
      {...ids}
      class="input figure input--figure"
      inputMode={question.type === "integer" ? "numeric" : "decimal"}
      autocomplete="off"
      data-testid={ids.id}
      value={value}
      onInput={(event) => {
        const kept = cleanedAs(question.type, event.currentTarget.value);
        event.currentTarget.value = kept;
        onType(kept);
      }}
    />
  );
}

/** One or several of a list. A choice that is taken can be given up again: no answer is an answer's natural state. */
function Choices({ checklist, question, typed, ids, tongue, onType }: QuestionProps & { ids: Ids }) {
  const options = checklist.choices[question.choices ?? ""] ?? [];
  const chosen = typeof typed === "string" ? (typed === "" ? [] : [typed]) : typed;
  const several = question.type === "select_multiple";
  const labels = options.map(({ label }) => said(label, tongue));
  const short = !several && options.length <= SIDE_BY_SIDE_MAX && labels.every((label) => [...label].length <= SHORT_MAX);
  function press(name: string): void {
    const on = chosen.includes(name);
    if (several) onType(on ? chosen.filter((each) => each !== name) : [...chosen, name]);
    else onType(on ? "" : name);
  }
  const button = (name: string, at: number) => (
    <button type="button" key={name} class={short ? undefined : "pick"} aria-pressed={chosen.includes(name)} data-testid={`${ids.id}-${name}`} onClick={() => press(name)}>
      {!short && <span class={`pick__mark${several ? " pick__mark--several" : ""}`} aria-hidden="true" />}
      <span>{labels[at]}</span>
    </button>
  );
  return (
    <div id={ids.id} class={short ? "choice" : "picks"} role="group" tabIndex={-1} aria-labelledby={ids["aria-labelledby"]} aria-describedby={ids["aria-describedby"]} data-testid={ids.id}>
      {options.map(({ name }, at) => button(name, at))}
    </div>
  );
}
