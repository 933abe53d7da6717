/** An establishment's file: what is on it, whom it hangs together with, its dues in short, who went there. */
import { ArrowLeft, CalendarX, Link2Off, MapPinned, ReceiptText } from "lucide-preact";
import { plainDate, rupees, today } from "../../shared/format";
import { Problem } from "../../shared/api";
import { language } from "../../shared/words";
import { Banner, Chip, Empty, Loading, Num, Trouble } from "../../shared/parts";
import type { EstablishmentFile, LinkedUnit, Opened, Owed } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { useMe } from "../me";
import { useNames, type Names } from "../names";
import { reasonIcon } from "../recovery/marks";
import { ruleTitle } from "../recovery/rank-words";
import { address, Link, recordAddress } from "../router";
import { comma, dateText, fieldName, statusName, valueText } from "../values";
import { maySettle } from "./room";
import { StatusMark } from "./status";
import { registryWords } from "./words";

const FIELDS = ["registration_no", "address", "location", "sector", "workers_declared", "owner", "phone", "remarks"] as const;

export function FilePage({ id }: { id: string }) {
  const said = registryWords();
  const asked = useAnswer<EstablishmentFile>(`/api/establishments/${encodeURIComponent(id)}/file`);
  return (
    <div class="page">
      <Link class="back" to={address(["registry"])}>
        <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
        {said.back}
      </Link>
      {!asked.data && <h1 class="visually-hidden">{said.title}</h1>}
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {!asked.data && asked.problem === null && <Loading />}
      {asked.data && <File file={asked.data} />}
    </div>
  );
}

function File({ file }: { file: EstablishmentFile }) {
  const said = registryWords();
  const names = useNames();
  const { roles } = useMe();
  const { name, registration_no: number, status } = file.values as { name?: string; registration_no?: string; status?: string };
  return (
    <>
      <header class="line wrap">
        <div class="grow">
          <p class="muted">
            {number ? (
              <>
                {said.number} <Num>{number}</Num>
              </>
            ) : (
              said.noNumber
            )}
            {" · "}
            <bdi>{file.district ? names.of(file.district) : said.nowhere}</bdi>
          </p>
          <h1 data-testid="file-name">
            <bdi>{name ?? said.noName}</bdi>
          </h1>
        </div>
        <StatusMark status={status ?? "open"} />
        <Link class="button" to={recordAddress(file.id)}>
          {said.history}
        </Link>
      </header>
      {file.in_doubt && (
        <Banner tone="warn" icon={MapPinned} title={said.inDoubt} action={maySettle(roles) && <Link class="button" to={address(["registry", "doubt"], { unit: file.id })}>{said.settleIt}</Link>}>
          {said.inDoubtNext}
        </Banner>
      )}
      <div class="page__columns">
        <OnFile file={file} />
        <div class="registry-column">
          <Dues id={file.id} />
          <Links file={file} names={names} />
        </div>
      </div>
      <Visits file={file} />
    </>
  );
}

function OnFile({ file }: { file: EstablishmentFile }) {
  const said = registryWords();
  const aliases = (file.values["aliases"] ?? []) as readonly string[];
  return (
    <section class="card">
      <h2>{said.onFile}</h2>
      <dl class="facts">
        <Fact label={fieldName("status")} disputed={file.disputed.includes("status")}>
          {statusName(String(file.values["status"] ?? "open"))}
        </Fact>
        <Fact label={said.aliases} disputed={false}>
          {aliases.length > 0 ? <bdi>{aliases.join(comma())}</bdi> : <span class="muted">{said.noAliases}</span>}
        </Fact>
        {FIELDS.map((field) => {
          const value = file.values[field];
          const empty = value === null || value === undefined || value === "";
          return (
            <Fact key={field} label={fieldName(field)} disputed={file.disputed.includes(field)}>
              <bdi class={empty ? "muted" : undefined}>{valueText("establishment", field, value)}</bdi>
            </Fact>
          );
        })}
      </dl>
    </section>
  );
}

function Fact({ label, disputed, children }: { label: string; disputed: boolean; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="break">
        {children}
        {disputed && <p class="in-conflict">{registryWords().disputed}</p>}
      </dd>
    </div>
  );
}

function Links({ file, names }: { file: EstablishmentFile; names: Names }) {
  const said = registryWords();
  const groups: readonly (readonly [string, readonly LinkedUnit[]])[] = [
    [said.branchOf, file.branch_of ? [file.branch_of] : []],
    [said.branches, file.branches],
    [said.principals, file.principals],
    [said.contractors, file.contractors],
  ];
  const some = groups.filter(([, units]) => units.length > 0);
  return (
    <section class="card">
      <h2>{said.links}</h2>
      {some.length === 0 ? (
        <Empty icon={Link2Off} title={said.noLinks}>
          {said.noLinksNext}
        </Empty>
      ) : (
        <dl class="facts">
          {some.map(([label, units]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <ul class="registry-units">
                  {units.map((unit) => (
                    <li key={unit.id} data-testid="file-linked">
                      <Unit unit={unit} names={names} />
                    </li>
                  ))}
                </ul>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function Unit({ unit, names }: { unit: LinkedUnit; names: Names }) {
  const said = registryWords();
  if (unit.name === null && unit.registration_no === null) return <span class="muted">{unit.district ? said.elsewhere(`\u2068${names.of(unit.district)}\u2069`) : said.unknownUnit}</span>;
  return (
    <>
      <Link to={address(["registry", unit.id])}>
        <bdi>{unit.name ?? said.noName}</bdi>
      </Link>{" "}
      {unit.registration_no && <Num>{unit.registration_no}</Num>}
    </>
  );
}

function Dues({ id }: { id: string }) {
  const said = registryWords();
  const { roles } = useMe();
  const may = roles.some((role) => role === "supervisor" || role === "recovery_officer" || role === "directorate");
  const day = today(Date.now());
  const owed = useAnswer<Owed>(may ? `/api/flags/${encodeURIComponent(id)}/owed` : null, { day, language: language.value });
  const flags = useAnswer<Opened>(may ? `/api/flags/${encodeURIComponent(id)}` : null, { language: language.value });
  if (!may)
    return (
      <section class="card">
        <h2>{said.dues}</h2>
        <p class="muted registry-inside">{said.duesClosed}</p>
      </section>
    );
  const standing = flags.data?.rules.filter((rule) => rule.standing) ?? [];
  return (
    <section class="card" data-testid="file-dues">
      <h2>{said.dues}</h2>
      {owed.problem !== null && !isNothing(owed.problem) && <Trouble problem={owed.problem} again={owed.again} />}
      {!owed.data && owed.problem === null && <Loading />}
      {(isNothing(owed.problem) || owed.data?.months.length === 0) && (
        <Empty icon={ReceiptText} title={said.noDues}>
          {said.noDuesNext}
        </Empty>
      )}
      {owed.data && owed.data.months.length > 0 && <Sums owed={owed.data} />}
      <div class="registry-inside">
        <h3>{said.flags}</h3>
        {flags.problem !== null && !isNothing(flags.problem) && <Trouble problem={flags.problem} again={flags.again} />}
        {(isNothing(flags.problem) || (flags.data && standing.length === 0)) && <p class="muted">{said.noFlags}</p>}
        {standing.length > 0 && (
          <>
            <div class="line wrap registry-flags">
              {standing.map((rule) => (
                <Chip key={rule.rule} small icon={reasonIcon(rule.rule)} tone={rule.severity === "high" ? "warn" : "plain"}>
                  {ruleTitle(rule)}
                </Chip>
              ))}
            </div>
            <Link to={address(["flags", id])}>{said.openFlags}</Link>
          </>
        )}
      </div>
    </section>
  );
}

/** The server knows nothing of it: that is no trouble here. */
function isNothing(problem: unknown): boolean {
  return problem instanceof Problem && problem.status === 404;
}

function Sums({ owed }: { owed: Owed }) {
  const said = registryWords();
  return (
    <>
      <p class="caption">{said.duesDay(plainDate(owed.day))}</p>
      <dl class="registry-sums">
        {[
          [said.principalRs, owed.principal_rs],
          [said.increaseRs, owed.increase_rs],
          [said.received, owed.received_rs],
          [said.owed, owed.owed_rs],
        ].map(([label, amount]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{rupees(amount ?? "")}</dd>
          </div>
        ))}
      </dl>
      {owed.provisional && <p class="caption">{said.provisional}</p>}
    </>
  );
}

function Visits({ file }: { file: EstablishmentFile }) {
  const said = registryWords();
  return (
    <section class="card">
      <h2>{said.visits}</h2>
      {file.visits.length === 0 ? (
        <Empty icon={CalendarX} title={said.noVisits}>
          {said.noVisitsNext}
        </Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="group" aria-label={said.visits}>
          <table class="table registry-visits">
            <thead>
              <tr>
                <th scope="col">{said.due}</th>
                <th scope="col">{said.status}</th>
                <th scope="col">{said.inspector}</th>
                <th scope="col">{said.reports}</th>
              </tr>
            </thead>
            <tbody>
              {file.visits.map((visit) => (
                <tr key={visit.id} data-testid="file-visit" data-record={visit.id}>
                  <td>
                    <Link to={recordAddress(visit.id)}>{visit.due ? dateText(visit.due) : statusName(visit.status)}</Link>
                  </td>
                  <td>{statusName(visit.status)}</td>
                  <td>{visit.inspector_name ? <bdi>{visit.inspector_name}</bdi> : <span class="muted">{said.nobody}</span>}</td>
                  <td>
                    {visit.reports.length === 0 && <span class="muted">{said.noReport}</span>}
                    <ul class="registry-units">
                      {visit.reports.map((report) => (
                        <li key={report.id}>
                          <Link to={recordAddress(report.id)}>{said.report(visit.due ? plainDate(visit.due) : "")}</Link>
                        </li>
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
