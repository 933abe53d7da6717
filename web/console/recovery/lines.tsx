/** The wage lines behind a reason. The worker is masked by the server. */
import { TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { month, whole } from "../../shared/format";
import { inColumn } from "../../shared/money";
import { Chip, Num } from "../../shared/parts";
import type { LineShown } from "../../shared/wire.gen";
import { Link, recordAddress } from "../router";
import { AddsUp } from "./marks";
import type { Behind } from "./sums";
import { flagWords } from "./words";

/** Which of a line's values a reason is about. */
const ABOUT: Readonly<Record<string, string>> = {
  "worker-not-registered": "registered",
  "wage-under-declared": "declared_wage_rs",
  "wage-under-minimum": "wage_rs",
};

/** The lines as a table, one row each, by month. */
export function Lines({ behind, code }: { behind: Behind; code: string }) {
  const said = flagWords();
  const { lines, amounts, added } = behind;
  return (
    <div class="flags-proof">
      <h4>
        {said.linesBehind} <Num>({whole(lines.length)})</Num>
      </h4>
      <p class="caption">{said.moneyOnce}</p>
      <div class="scroll" tabIndex={0} role="group" aria-label={said.linesBehind}>
        <table class="table">
          <thead>
            <tr>
              <th>{said.worker}</th>
              <th>{said.cnic}</th>
              <th>{said.month}</th>
              <th class="figure">{said.days}</th>
              <th class="figure">{said.wage}</th>
              <th class="figure">{said.declared}</th>
              <th>{said.registered}</th>
              <th class="figure">{said.adds}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.id} line={line} about={ABOUT[code]} adds={amounts.get(line.id) ?? "0.00"} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th colSpan={7}>
                {said.linesTotal} <AddsUp sum={added} />
              </th>
              <td class="figure" data-testid="lines-total">
                <b>{inColumn(added.added)}</b>
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  );
}

function Line({ line, about, adds }: { line: LineShown; about: string | undefined; adds: string }) {
  const said = flagWords();
  const { month: when, days, wage_rs: wage, declared_wage_rs: declared, registered } = line.values;
  const cell = (field: string, shown: ComponentChildren, figure = false) => (
    <td class={[figure && "figure", field === about && "flags-finding"].filter(Boolean).join(" ") || undefined}>
      {shown}
      {line.disputed.includes(field) && (
        <Chip icon={TriangleAlert} tone="warn" small>
          {said.disputed}
        </Chip>
      )}
    </td>
  );
  return (
    <tr data-testid="line-row" data-record={line.id}>
      <td>
        <Link to={recordAddress(line.id)}>
          <bdi>{line.worker.worker_name || said.noName}</bdi>
        </Link>
      </td>
      <td>
        <Num>{line.worker.cnic || "–"}</Num>
      </td>
      {cell("month", typeof when === "string" ? month(when) : "–")}
      {cell("days", figure(days), true)}
      {cell("wage_rs", figure(wage), true)}
      {cell("declared_wage_rs", declared == null ? said.notDeclared : figure(declared), true)}
      {cell("registered", registered === true ? said.yes : registered === false ? said.no : said.notNoted)}
      <td class="figure" data-testid="line-adds">
        {inColumn(adds)}
      </td>
    </tr>
  );
}

function figure(value: unknown): string {
  return typeof value === "number" ? whole(value) : "–";
}
