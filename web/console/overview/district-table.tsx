/** The same numbers as a table that can be sorted. */
import { ArrowDown, ArrowUp } from "lucide-preact";
import { useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { inColumn } from "../../shared/money";
import type { Compliance } from "../../shared/wire.gen";
import { FigureLink, type FigureName } from "./figure-link";
import { percent, sorted, together, tooFew, valueOf, type Column, type Measure } from "./measures";
import { overviewWords } from "./words";

interface TableProps {
  readonly rows: readonly Compliance[];
  readonly looked: string | null;
  readonly onLook: (district: string | null) => void;
}

const COLUMNS: readonly Column[] = ["name", "establishments", "visited", "visited_share", "reports", "flagged", "clear", "due_rs", "open_conflicts", "quarantined"];

/** Districts in rows, all together below; each figure opens its records. */
export function DistrictTable({ rows, looked, onLook }: TableProps) {
  const said = overviewWords();
  const [order, setOrder] = useState<{ column: Column; down: boolean }>({ column: "name", down: false });
  const choose = (column: Column) => setOrder({ column, down: order.column === column ? !order.down : column !== "name" });
  return (
    <section class="card overview-table" aria-label={said.table}>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.table}>
        <table class="table">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Heading key={column} column={column} order={order.column === column ? order.down : null} onChoose={choose} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted(rows, order.column, order.down).map((row) => (
              <tr
                key={row.district}
                data-testid="district-row"
                data-district={row.district}
                class={row.district === looked ? "overview-table__looked" : undefined}
                onPointerEnter={() => onLook(row.district)}
                onPointerLeave={() => onLook(null)}
              >
                <th scope="row">
                  <bdi>{row.name}</bdi>
                </th>
                <Cells row={row} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr data-testid="totals-row">
              <th scope="row">{said.totals}</th>
              <Cells row={together(rows)} />
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function columnName(column: Column): string {
  const said = overviewWords();
  const names: Record<Column, string> = {
    name: said.district,
    establishments: said.registerColumn,
    visited: said.visited,
    visited_share: said.visitedColumn,
    reports: said.reports,
    flagged: said.flagged,
    clear: said.clearColumn,
    due_rs: said.dueColumn,
    open_conflicts: said.conflictsColumn,
    quarantined: said.quarantinedColumn,
  };
  return names[column];
}

function Heading({ column, order, onChoose }: { column: Column; order: boolean | null; onChoose: (column: Column) => void }) {
  const Icon = order ? ArrowDown : ArrowUp;
  return (
    <th class={column === "name" ? undefined : "figure"} aria-sort={order === null ? "none" : order ? "descending" : "ascending"}>
      <button type="button" class="overview-table__sort" title={overviewWords().sortBy(columnName(column))} onClick={() => onChoose(column)}>
        <span>{columnName(column)}</span>
        {order !== null && <Icon size={12} aria-hidden="true" />}
      </button>
    </th>
  );
}

function Cells({ row }: { row: Compliance }) {
  return (
    <>
      <Counted row={row} figure="establishments" />
      <Counted row={row} figure="visited" />
      <Share row={row} measure="visited" />
      <Counted row={row} figure="reports" />
      <Counted row={row} figure="flagged" />
      <Share row={row} measure="clear" />
      <Counted row={row} figure="due_rs" />
      <Counted row={row} figure="open_conflicts" />
      <Counted row={row} figure="quarantined" />
    </>
  );
}

function Counted({ row, figure }: { row: Compliance; figure: FigureName }) {
  const said = overviewWords();
  const value = row[figure];
  const text = typeof value === "string" ? inColumn(value) : whole(value);
  return (
    <td class="figure">
      <FigureLink district={row.district} figure={figure} nothing={value === 0 || value === "0.00"} name={`${said[figure]}, ${row.name || said.all}`}>
        {text}
      </FigureLink>
    </td>
  );
}

function Share({ row, measure }: { row: Compliance; measure: Measure }) {
  const value = tooFew(row, measure) ? null : valueOf(row, measure);
  return <td class="figure muted">{value ? percent(value) : overviewWords().dash}</td>;
}
