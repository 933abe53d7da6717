/** The wage register: typed line by line from the paper, with the keyboard or the pad. */
import { CircleX, TriangleAlert } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { month as monthName, rupees, today, whole } from "../../shared/format";
import { Button, Num } from "../../shared/parts";
import { type Fault, faultsOf, type Totals, totalsOf, withoutTyping } from "../logic/checks";
import { type Column, COLUMNS, filled, KEYED, type Line, linesOf, type VisitDraft, withCell, withRoom } from "../logic/draft";
import { finishedMonths } from "../logic/months";
import { isFigure } from "../logic/typing";
import type { Keeping } from "../logic/keeping";
import { newId, officeNowMs } from "../state/field";
import { wageWords } from "../words/report";
import { cellId, faultWords } from "./cells";
import { GridRow } from "./grid_row";
import { Keypad, usePad } from "./keypad";
import type { PartProps } from "./visit";

const ROWS_MIN = 10;

interface At {
  readonly line: string;
  readonly column: Column;
}

export function Wages({ keeping }: PartProps) {
  const t = wageWords();
  const draft = keeping.value.value;
  const lines = useRoom(keeping, draft);
  const [at, setAt] = useState<At | null>(null);
  const all = useMemo(() => faultsOf(lines), [lines]);
  const faults = at === null ? all : withoutTyping(all, at.line, at.column);
  const pad = usePad();
  const table = useRef<HTMLTableElement>(null);

  useEffect(() => focusAsked(table.current), [draft.month]);

  const type = (line: string, column: Column, value: string): void => {
    keeping.change(withRoom(withCell(keeping.value.peek(), line, column, value), draft.month, ROWS_MIN, newId));
  };
  const focus = (row: number, column: Column): void => {
    const line = linesOf(keeping.value.peek(), draft.month)[row];
    const cell = line && document.getElementById(cellId(line.id, column));
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest" });
  };
  const move = (from: At, rows: number, columns: number): void => {
    const row = lines.findIndex(({ id }) => id === from.line) + rows;
    // From the choice beside the days one goes on as from the days.
    const to = KEYED.indexOf(from.column === "by_day" ? "days" : from.column) + columns;
    if (to < KEYED.length && to >= 0) focus(row, KEYED[to] ?? "worker_name");
    else if (to >= KEYED.length) focus(row + 1, "worker_name");
    else focus(row - 1, "registered");
  };
  const asAbove = (): void => {
    if (at === null) return;
    const row = lines.findIndex(({ id }) => id === at.line);
    const above = lines[row - 1];
    if (above !== undefined) type(at.line, at.column, above[at.column]);
    move(at, 0, 1);
  };

  return (
    <div class={`register${pad.shown ? " register--pad" : ""}`}>
      <div class="register__strip">
        <label class="line">
          <span class="strong">{t.month}</span>
          <select class="input" data-testid="month-select" value={draft.month} onChange={(event) => keeping.change({ ...draft, month: event.currentTarget.value })}>
            {monthsToChoose(draft).map((month) => (
              <option key={month} value={month}>
                {monthName(month)}
              </option>
            ))}
          </select>
        </label>
        <span class="muted dense register__keys">{t.keys}</span>
        <Button look="quiet" class="end" data-testid="toggle-pad" onClick={pad.toggle}>
          {pad.shown ? t.hidePad : t.showPad}
        </Button>
      </div>
      <div class="register__scroll" onKeyDownCapture={pad.onKeyDown} onFocusOut={() => setAt(null)}>
        <table class="grid" ref={table}>
          <caption class="visually-hidden">
            {t.title}, {monthName(draft.month)}
          </caption>
          <colgroup>
            <col class="grid__number" />
            {COLUMNS.map((column) => (
              <col key={column} class={`grid__${column}`} />
            ))}
            <col class="grid__finding" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col" class="figure">{t.number}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" class={isFigure(column) && column !== "cnic" ? "figure" : ""}>
                  {t[column]}
                </th>
              ))}
              <th scope="col">{t.finding}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, index) => (
              <GridRow
                key={line.id}
                line={line}
                row={index + 1}
                faults={faults.get(line.id)}
                current={at?.line === line.id ? at.column : null}
                padShown={pad.shown}
                onType={type}
                onFocus={(column) => setAt({ line: line.id, column })}
                onMove={(column, rows, columns) => move({ line: line.id, column }, rows, columns)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <Foot lines={lines} faults={faults} />
      <aside class="register__side" aria-label={t.totalWages}>
        <Sums totals={totalsOf(lines)} wrong={faults.size} />
        {!pad.shown && faults.size > 0 && <ToCheck lines={lines} faults={faults} onOpen={(row, column) => focus(row, column)} />}
        {pad.shown && <Keypad onNext={() => at && move(at, 0, 1)} onAsAbove={asAbove} />}
      </aside>
    </div>
  );
}

/** The lines shown, with blank ones to type into. Blank ones alone are not a change, and are not kept. */
function useRoom(keeping: Keeping<VisitDraft>, draft: VisitDraft): readonly Line[] {
  const roomy = useMemo(() => withRoom(draft, draft.month, ROWS_MIN, newId), [draft]);
  useEffect(() => {
    if (roomy !== draft) keeping.change(roomy);
  }, [roomy, draft]);
  return useMemo(() => linesOf(roomy, draft.month), [roomy]);
}

function monthsToChoose(draft: VisitDraft): string[] {
  const typed = draft.lines.filter(filled).map(({ month }) => month);
  return [...new Set([...finishedMonths(today(officeNowMs())), ...draft.answers.months, ...typed, draft.month])].sort().reverse();
}

/** Where an error summary led here, its cell is asked for in the session; otherwise nothing takes the focus. */
function focusAsked(table: HTMLTableElement | null): void {
  const asked = sessionStorage.getItem("field-cell");
  if (asked === null || table === null) return;
  sessionStorage.removeItem("field-cell");
  document.getElementById(asked)?.focus();
}

/** The latest entry to check as a full sentence; a hint where there is none. */
function Foot({ lines, faults }: { lines: readonly Line[]; faults: ReadonlyMap<string, readonly Fault[]> }) {
  const t = wageWords();
  const row = lines.findLastIndex(({ id }) => faults.has(id));
  const fault = row < 0 ? undefined : faults.get(lines[row]?.id ?? "")?.[0];
  if (fault === undefined) {
    return <p class="register__foot muted dense">{lines.some(filled) ? t.wellTyped : t.empty}</p>;
  }
  return (
    <p class="register__foot register__foot--wrong" role="status">
      <TriangleAlert size={20} aria-hidden="true" />
      <span>
        <b>{t.line(row + 1)}</b> {faultWords(fault)}
      </span>
    </p>
  );
}

/** Every entry to check, each leading to its cell. */
function ToCheck({ lines, faults, onOpen }: { lines: readonly Line[]; faults: ReadonlyMap<string, readonly Fault[]>; onOpen: (row: number, column: Column) => void }) {
  const t = wageWords();
  return (
    <section class="card sums" aria-label={t.toCheck}>
      <h2>{t.toCheck}</h2>
      <ul class="rows">
        {lines.flatMap(({ id }, row) =>
          (faults.get(id) ?? []).map((fault) => (
            <li key={`${id} ${fault.column}`}>
              <button type="button" class="to-check" onClick={() => onOpen(row, fault.column)}>
                <b>{t.line(row + 1)}</b> {faultWords(fault)}
              </button>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}

function Sums({ totals, wrong }: { totals: Totals; wrong: number }) {
  const t = wageWords();
  return (
    <section class="card sums" data-testid="totals">
      <h2>{t.lines(totals.lines)}</h2>
      <dl>
        <Sum label={t.totalWages} value={rupees(totals.wages)} />
        <Sum label={t.totalDeclared} value={rupees(totals.declared)} />
        <Sum label={t.notDeclared} value={whole(totals.notDeclared)} />
        <Sum label={t.notRegistered} value={whole(totals.notRegistered)} />
        <div class={wrong > 0 ? "sums__wrong" : ""}>
          <dt>
            {wrong > 0 && <CircleX size={16} aria-hidden="true" />}
            {t.toCheck}
          </dt>
          <dd>
            <Num>{wrong}</Num>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Sum({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Num>{value}</Num>
      </dd>
    </div>
  );
}
