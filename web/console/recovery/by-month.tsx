/** What is due for each month of a report. */
import { CircleCheck, CircleX, OctagonAlert } from "lucide-preact";
import { month, whole } from "../../shared/format";
import { inColumn } from "../../shared/money";
import type { ReportShown } from "../../shared/wire.gen";
import { AddsUp } from "./marks";
import { monthSpan } from "./months";
import type { ReportCheck } from "./sums";
import { flagWords } from "./words";

/** The months of a report with what is due for each; their sum is what is due by it. */
export function ByMonth({ report, found }: { report: ReportShown; found: ReportCheck }) {
  const said = flagWords();
  return (
    <div class="flags-months-table">
      <h3>{said.byMonth}</h3>
      <table class="table">
        <thead>
          <tr>
            <th>{said.month}</th>
            <th>{said.payment}</th>
            <th class="figure">{said.lines}</th>
            <th class="figure">{said.dueColumn}</th>
          </tr>
        </thead>
        <tbody>
          {report.months.map((due) => (
            <tr key={due.month} data-testid="month-row" data-month={due.month}>
              <td>{month(due.month)}</td>
              <td>
                <Paid unpaid={due.unpaid} />
              </td>
              <td class="figure">{whole(due.lines)}</td>
              <td class="figure">{inColumn(due.due_rs)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {said.sumMonths} <AddsUp sum={found.months} />
            </th>
            <td class="figure strong">{inColumn(found.months.added)}</td>
          </tr>
        </tfoot>
      </table>
      {found.monthsShort.length > 0 && (
        <p class="flags-gap" data-testid="missing">
          <OctagonAlert size={16} aria-hidden="true" />
          {said.monthShort(monthSpan(found.monthsShort))}
        </p>
      )}
    </div>
  );
}

function Paid({ unpaid }: { unpaid: boolean }) {
  const said = flagWords();
  const Icon = unpaid ? CircleX : CircleCheck;
  return (
    <span class={`flags-paid${unpaid ? " flags-paid--not" : ""}`}>
      <Icon size={16} aria-hidden="true" />
      {unpaid ? said.unpaid : said.paid}
    </span>
  );
}
