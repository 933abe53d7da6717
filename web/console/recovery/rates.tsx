/** The dated rows of the law behind a reason. */
import { CircleCheck, CircleHelp } from "lucide-preact";
import { plainDate } from "../../shared/format";
import { Chip } from "../../shared/parts";
import type { RateRow } from "../../shared/wire.gen";
import { kindName, valueName } from "./law";
import { flagWords } from "./words";

/** Rows of the law as a table: what, how much, since when, by which text, and whether that was read. */
export function Rates({ rows }: { rows: readonly RateRow[] }) {
  const said = flagWords();
  return (
    <div class="flags-proof">
      <h4>{said.law}</h4>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.law}>
        <table class="table flags-rates">
          <thead>
            <tr>
              <th>{said.rule}</th>
              <th>{said.validFrom}</th>
              <th>{said.basis}</th>
              <th>{said.source}</th>
              <th>{said.marks}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Rate key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Rate({ row }: { row: RateRow }) {
  const said = flagWords();
  const from = plainDate(row.valid_from);
  return (
    <tr data-testid="rate-row" data-row={row.id} data-confirmed={String(row.confirmed)}>
      <td>
        {kindName(row)}
        <span class="flags-rates__value">{valueName(row)}</span>
      </td>
      <td>
        {row.valid_to ? said.fromTo(from, plainDate(row.valid_to)) : said.from(from)}
        {row.suspended_from && <p class="flags-gap">{said.suspended(plainDate(row.suspended_from), row.suspended_to ? plainDate(row.suspended_to) : "")}</p>}
      </td>
      <td lang="en" dir="ltr" class="flags-basis">
        {row.legal_basis}
      </td>
      <td lang="en" dir="ltr" class="flags-basis">
        {row.source}
        {row.note && <p class="caption">{row.note}</p>}
      </td>
      <td>
        {row.confirmed ? (
          <Chip icon={CircleCheck} tone="ok" small>
            {said.confirmed}
          </Chip>
        ) : (
          <Chip icon={CircleHelp} tone="warn" small>
            {said.unconfirmed}
          </Chip>
        )}
      </td>
    </tr>
  );
}
