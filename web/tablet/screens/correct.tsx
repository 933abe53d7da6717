/** Correcting a report's answers or one wage line. Only what was typed anew is kept, beside what was there. */
import { useState } from "preact/hooks";
import { Banner, Button, Field, Loading } from "../../shared/parts";
import type { Person, Values } from "../../sync/tablet";
import { reportAnswers, lineAnswers } from "../logic/capture";
import { faultsOf } from "../logic/checks";
import { answersOf, correctedLine, correctedReport, lineOf, overtaken } from "../logic/correct";
import { type Answers, type Column, COLUMNS, type Line } from "../logic/draft";
import { caretAfter, cleaned, digits, isFigure, shownIn } from "../logic/typing";
import { type Correcting, dropCorrection, keepCorrection, useCorrection } from "../state/correct";
import { doneWords } from "../words/finish";
import { reportWords, wageWords } from "../words/report";
import { faultWords } from "./cells";
import { Choices } from "./grid_row";
import { Questions } from "./report";
import { fieldSaid, valueSaid } from "./said";
import { Kept } from "./visit";

export interface CorrectProps {
  readonly record: string;
  readonly who: Person;
  readonly onClose: () => void;
}

/** What was typed, over the latest of the correction: an answer may come later than it was asked for. */
export function corrected<T>({ keeping }: Correcting<T>, some: Partial<T>): void {
  const latest = keeping.value.peek();
  keeping.change({ ...latest, now: { ...latest.now, ...some } });
}

export function CorrectReport({ record, who, onClose }: CorrectProps) {
  const found = useCorrection<Answers>(who.id, record, answersOf);
  if (found === null) return <Loading />;
  const { before, now } = found.keeping.value.value;
  const half = (now.men === "") !== (now.women === "");
  return (
    <Panel found={found} who={who} onClose={onClose} values={correctedReport({ version: 1, before, now })} before={reportAnswers(before)} shown={reportAnswers(answersOf(found.form.shown))} blocked={half ? reportWords().bothCounts : null} testid="report-save">
      <Questions answers={now} onChange={(some) => corrected(found, some)} />
    </Panel>
  );
}

export function CorrectLine({ record, row, who, onClose }: CorrectProps & { row: number }) {
  const t = wageWords();
  const found = useCorrection<Line>(who.id, record, (values) => lineOf(record, values));
  if (found === null) return <Loading />;
  const { before, now } = found.keeping.value.value;
  const faults = faultsOf([now]).get(record) ?? [];
  const hard = faults.some((fault) => fault.hard);
  const type = (column: Column, value: string): void => corrected(found, { [column]: value });
  return (
    <Panel found={found} who={who} onClose={onClose} title={doneWords().editTitle(row)} values={correctedLine({ version: 1, before, now })} before={lineAnswers(before)} shown={lineAnswers(lineOf(record, found.form.shown))} blocked={hard ? doneWords().mend : null} testid="line-save">
      <div class="line-form">
        {COLUMNS.map((column) => {
          const fault = faults.find((each) => each.column === column);
          return (
            <Field key={column} label={t[column]} wrong={fault === undefined ? null : faultWords(fault)}>
              {(ids) =>
                column === "registered" || column === "by_day" ? (
                  <select {...ids} class="input" data-testid={`line-${column}`} value={now[column] ?? ""} onChange={(event) => type(column, event.currentTarget.value)}>
                    <Choices column={column} />
                  </select>
                ) : (
                  <input
                    {...ids}
                    class={`input${isFigure(column) && column !== "cnic" ? " figure" : ""}`}
                    dir={column === "cnic" ? "ltr" : isFigure(column) ? undefined : "auto"}
                    inputMode={isFigure(column) ? "numeric" : "text"}
                    autocomplete="off"
                    data-testid={`line-${column}`}
                    value={shownIn(column, now[column])}
                    onInput={(event) => type(column, typedInto(event.currentTarget, column))}
                  />
                )
              }
            </Field>
          );
        })}
      </div>
    </Panel>
  );
}

/** What is kept of a typed figure; what the input shows gets its groups at once, with the caret where it was. */
function typedInto(element: HTMLInputElement, column: Column): string {
  const before = digits(element.value.slice(0, element.selectionStart ?? element.value.length)).length;
  const value = cleaned(column, element.value);
  if (!isFigure(column)) return value;
  element.value = shownIn(column, value);
  const at = caretAfter(element.value, before);
  element.setSelectionRange(at, at);
  return value;
}

interface PanelProps<T> {
  readonly found: Correcting<T>;
  readonly who: Person;
  readonly title?: string;
  /** What would be kept, what it began with, and what is shown now. */
  readonly values: Values;
  readonly before: Values;
  readonly shown: Values;
  readonly blocked: string | null;
  readonly testid: string;
  readonly onClose: () => void;
  readonly children: preact.ComponentChildren;
}

/** What is around a correction: what somebody else changed meanwhile, and keeping it or giving it up. */
export function Panel<T>({ found, who, title, values, before, shown, blocked, testid, onClose, children }: PanelProps<T>) {
  const t = doneWords();
  const [failed, setFailed] = useState(false);
  const [working, setWorking] = useState(false);
  const nothing = Object.keys(values).length === 0;
  async function keep(): Promise<void> {
    if (working) return;
    setWorking(true);
    try {
      await keepCorrection(who.id, found, values);
      onClose();
    } catch (error) {
      console.error(error);
      setFailed(true);
      setWorking(false);
    }
  }
  async function drop(): Promise<void> {
    await dropCorrection(who.id, found);
    onClose();
  }
  return (
    <div class="correct stack">
      {title !== undefined && <h3>{title}</h3>}
      {failed && <Banner tone="err" title={t.failed} />}
      {overtaken(values, before, shown).map((field) => (
        <Banner key={field} tone="warn" title={fieldSaid(field)}>
          {t.changedMeanwhile(valueSaid(field, found.form.shown[field]))}
        </Banner>
      ))}
      {children}
      <div class="line wrap">
        <Button look="main" large data-testid={testid} aria-busy={working} blocked={blocked ?? (nothing ? t.nothing : null)} onClick={() => void keep()}>
          {t.save}
        </Button>
        <Button look="quiet" data-testid="correct-cancel" onClick={() => void drop()}>
          {t.cancel}
        </Button>
        <Kept keeping={found.keeping} />
      </div>
    </div>
  );
}
