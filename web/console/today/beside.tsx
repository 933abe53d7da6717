/** A report's register beside the employer's schedule (Form C-1), worker by worker; asked for when it is wanted. */
import { useId, useState } from "preact/hooks";
import { month as monthText, rupees, whole } from "../../shared/format";
import { inColumn } from "../../shared/money";
import { Button, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { RegisterShown, ReportOpened, WorkerBeside } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { Link, recordAddress } from "../router";
import { checkWords } from "../words/checks";

export function BesideSchedule({ report }: { report: ReportOpened }) {
  const said = checkWords();
  const [open, setOpen] = useState(false);
  return (
    <div data-testid="beside">
      <h3 class="pane__part">{said.beside}</h3>
      <div class="pane__foot">
        <Button aria-expanded={open} onClick={() => setOpen(!open)} data-testid="beside-open">
          {open ? said.hide : said.show}
        </Button>
      </div>
      {open && <Beside id={report.id} />}
    </div>
  );
}

function Beside({ id }: { id: string }) {
  const said = checkWords();
  const field = useId();
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useAnswer<RegisterShown>(`/api/reports/${encodeURIComponent(id)}/register`, { month: chosen });
  const shown = asked.data;
  if (asked.problem !== null) return <Trouble problem={asked.problem} again={asked.again} />;
  if (!shown) return <Loading />;
  if (shown.month === null) return <p class="muted pane__foot">{said.noRegister}</p>;
  return (
    <>
      <div class="field pane__foot beside__month">
        <label for={field}>{said.month}</label>
        <select id={field} class="input" value={shown.month} onChange={(event) => setChosen(event.currentTarget.value)}>
          {shown.months.map((each) => (
            <option key={each} value={each}>
              {monthText(each)}
            </option>
          ))}
        </select>
      </div>
      <p class="muted pane__foot">
        {shown.schedule_file === null ? said.noSchedule : <bdi>{said.scheduleFile(ltr(shown.schedule_file))}</bdi>} · {said.paid(rupees(shown.paid_rs))}
      </p>
      <Workers shown={shown} />
      {shown.left_out > 0 && <p class="muted pane__foot">{said.leftOut(whole(shown.left_out))}</p>}
    </>
  );
}

function Workers({ shown }: { shown: RegisterShown }) {
  const said = checkWords();
  const figures = [said.register, said.schedule, said.difference, said.contribution, said.byRegister];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={said.beside}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{said.worker}</th>
            <th scope="col">{said.cnic}</th>
            <th scope="col">{said.card}</th>
            {figures.map((name) => (
              <th scope="col" class="figure" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.workers.map((each) => (
            <Worker key={each.line ?? `schedule ${each.schedule_line}`} each={each} compared={shown.schedule_file !== null} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {said.sums}
            </th>
            <td class="figure">{inColumn(shown.register_wage_rs)}</td>
            <td class="figure">{inColumn(shown.schedule_wage_rs)}</td>
            <td />
            <td class="figure">{inColumn(shown.contribution_rs)}</td>
            <td class="figure">{inColumn(shown.by_register_rs)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Worker({ each, compared }: { each: WorkerBeside; compared: boolean }) {
  const said = checkWords();
  const name = <bdi>{each.worker?.worker_name ?? "–"}</bdi>;
  const one = compared && each.schedule_line == null ? said.onlyRegister : each.line == null ? said.onlySchedule : null;
  const differs = each.difference_rs != null && each.difference_rs !== "0.00";
  return (
    <tr data-testid="worker-beside" data-record={each.line ?? ""}>
      <td>
        {each.line == null ? name : <Link to={recordAddress(each.line)}>{name}</Link>} {one !== null && <span class="caption">{one}</span>}
      </td>
      <td>
        <Num>{each.worker?.cnic ?? ""}</Num>
      </td>
      <td>{each.card == null ? "" : each.card ? said.yes : said.no}</td>
      <td class="figure">{money(each.register_wage_rs)}</td>
      <td class="figure">{money(each.schedule_wage_rs)}</td>
      <td class={`figure${differs ? " finding" : ""}`}>{money(each.difference_rs)}</td>
      <td class="figure">{money(each.contribution_rs)}</td>
      <td class="figure">{money(each.by_register_rs)}</td>
    </tr>
  );
}

function money(value: string | null | undefined): string {
  return value == null ? "" : inColumn(value);
}
