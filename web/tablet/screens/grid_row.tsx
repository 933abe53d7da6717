/** One line of the wage register. It is drawn anew only where something of it changed. */
import { CircleX, PencilLine } from "lucide-preact";
import { Component } from "preact";
import { language } from "../../shared/words";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Fault } from "../logic/checks";
import { type Column, COLUMNS, type Line } from "../logic/draft";
import { caretAfter, cleaned, digits, isFigure, shownIn } from "../logic/typing";
import { wageWords } from "../words/report";
import { cellId, faultWords } from "./cells";

interface RowProps {
  readonly line: Line;
  readonly row: number;
  readonly faults: readonly Fault[] | undefined;
  readonly current: Column | null;
  readonly padShown: boolean;
  readonly onType: (line: string, column: Column, value: string) => void;
  readonly onFocus: (column: Column) => void;
  readonly onMove: (column: Column, rows: number, columns: number) => void;
}

export class GridRow extends Component<RowProps> {
  #language = language.peek();

  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    const turned = this.#language !== language.peek();
    this.#language = language.peek();
    return (
      turned || next.line !== now.line || next.row !== now.row || next.current !== now.current || next.padShown !== now.padShown || !sameFaults(next.faults, now.faults)
    );
  }

  override render({ line, row, faults, current }: RowProps) {
    const t = wageWords();
    const wrong = faults?.[0];
    return (
      <tr class={current === null ? "" : "grid__now"} data-row={row}>
        <th scope="row" class="figure">
          {row}
        </th>
        {COLUMNS.map((column) => (
          <td key={column} class={`${faults?.some((fault) => fault.column === column) ? "grid__wrong" : ""}${column === "cnic" ? " grid__code" : ""}`}>
            {column === "registered" || column === "by_day" ? this.#choice(line, row, column) : <Cell {...this.props} column={column} />}
          </td>
        ))}
        <td class="grid__said" id={`finding-${line.id}`}>
          {wrong !== undefined && (
            <span class="grid__words">
              <CircleX size={16} aria-hidden="true" />
              {faultWords(wrong)}
            </span>
          )}
          {wrong === undefined && current !== null && (
            <span class="grid__typing">
              <PencilLine size={16} aria-hidden="true" />
              {t.typing}
            </span>
          )}
        </td>
      </tr>
    );
  }

  #choice(line: Line, row: number, column: "registered" | "by_day") {
    const t = wageWords();
    const { onType, onFocus, onMove } = this.props;
    return (
      <select
        id={cellId(line.id, column)}
        class="grid__cell"
        aria-label={t.cell(t[column], row)}
        data-testid={`cell-${row}-${column}`}
        value={line[column]}
        onChange={(event) => onType(line.id, column, event.currentTarget.value)}
        onFocus={() => onFocus(column)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          onMove(column, 0, 1);
        }}
      >
        <Choices column={column} />
      </select>
    );
  }
}

/** What can be chosen in a column that is not typed. */
export function Choices({ column }: { column: "registered" | "by_day" }) {
  const t = wageWords();
  return column === "by_day" ? (
    <>
      <option value="">{t.monthly}</option>
      <option value="day">{t.daily}</option>
    </>
  ) : (
    <>
      <option value="">{t.unsaid}</option>
      <option value="yes">{t.yes}</option>
      <option value="no">{t.no}</option>
    </>
  );
}

const sameFaults = (a: readonly Fault[] | undefined, b: readonly Fault[] | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

function Cell({ line, row, faults, column, padShown, onType, onFocus, onMove }: RowProps & { column: Column }) {
  const t = wageWords();
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const shown = shownIn(column, line[column]);
  const wrong = faults?.some((fault) => fault.column === column) === true;
  const figure = isFigure(column);

  useLayoutEffect(() => {
    if (caret.current === null || input.current === null) return;
    const at = caretAfter(shown, caret.current);
    input.current.setSelectionRange(at, at);
    caret.current = null;
  });

  const typed = (element: HTMLInputElement): void => {
    const before = element.value.slice(0, element.selectionStart ?? element.value.length);
    const value = cleaned(column, element.value);
    if (figure) {
      caret.current = digits(before).length;
      // What is no digit leaves the value as it was, so that nothing would be drawn anew.
      element.value = shownIn(column, value);
      const at = caretAfter(element.value, caret.current);
      element.setSelectionRange(at, at);
    }
    if (value !== line[column]) onType(line.id, column, value);
  };

  return (
    <input
      ref={input}
      id={cellId(line.id, column)}
      class={`grid__cell${figure && column !== "cnic" ? " figure" : ""}`}
      dir={column === "cnic" ? "ltr" : figure ? undefined : "auto"}
      aria-label={t.cell(t[column], row)}
      aria-invalid={wrong}
      aria-describedby={wrong ? `finding-${line.id}` : undefined}
      inputMode={figure ? (padShown ? "none" : "numeric") : "text"}
      autocomplete="off"
      spellcheck={false}
      enterkeyhint="next"
      data-testid={`cell-${row}-${column}`}
      data-figure={figure ? "yes" : undefined}
      value={shown}
      onInput={(event) => typed(event.currentTarget)}
      onFocus={(event) => {
        onFocus(column);
        event.currentTarget.select();
      }}
      onKeyDown={(event) => {
        const step = { Enter: [0, 1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const back = event.key === "Enter" && event.shiftKey ? -1 : 1;
        onMove(column, step[0] ?? 0, (step[1] ?? 0) * back);
      }}
    />
  );
}
