/** The wage lines of a report, masked by the server. */
import { GitCompareArrows } from "lucide-preact";
import { rupees } from "../../shared/format";
import { Num } from "../../shared/parts";
import type { LineShown } from "../../shared/wire.gen";
import { Link, recordAddress } from "../router";
import { fieldName, valueText } from "../values";
import { historyWords } from "../words/history";
import { todayWords } from "../words/today";

/**
 * Wage lines as a table, each numbered by its place among all `of` the report; the number opens its record.
 * `within`: it stands within something else, and is no landmark of the screen.
 */
export function WageLines({ lines, of, within = false }: { lines: readonly LineShown[]; of: readonly LineShown[]; within?: boolean }) {
  const said = todayWords();
  const place = new Map(of.map((line, at) => [line.id, at + 1]));
  if (lines.length === 0) return <p class="muted pane__foot">{said.noLines}</p>;
  const text = (line: LineShown, field: string) => (field in line.worker ? (line.worker[field] ?? "") : valueText("wage_line", field, line.values[field]));
  return (
    <div class="scroll" tabIndex={0} role={within ? "group" : "region"} aria-label={said.wageLines}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="figure">
              {said.line}
            </th>
            {["worker_name", "cnic", "month"].map((field) => (
              <th scope="col" key={field}>
                {fieldName(field)}
              </th>
            ))}
            {["days", "wage_rs", "declared_wage_rs"].map((field) => (
              <th scope="col" class="figure" key={field}>
                {fieldName(field)}
              </th>
            ))}
            <th scope="col">{fieldName("registered")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id} data-testid="wage-line" data-record={line.id}>
              <td class="figure">
                <Link to={recordAddress(line.id)}>{place.get(line.id)}</Link>
              </td>
              <td>
                <bdi>{text(line, "worker_name")}</bdi>
              </td>
              <td>
                <Num>{text(line, "cnic")}</Num>
              </td>
              <td class="nowrap">{text(line, "month")}</td>
              <td class="figure">
                {text(line, "days")} {line.values["by_day"] === true && <span class="muted nowrap">{fieldName("by_day")}</span>}
              </td>
              {(["wage_rs", "declared_wage_rs"] as const).map((field) => (
                <td class={`figure${line.disputed.includes(field) ? " finding" : ""}`} key={field}>
                  {line.disputed.includes(field) && <GitCompareArrows size={14} aria-label={historyWords().disputed} />} {money(line.values[field])}
                </td>
              ))}
              <td>{text(line, "registered")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function money(value: unknown): string {
  return typeof value === "number" ? rupees(value) : "";
}
