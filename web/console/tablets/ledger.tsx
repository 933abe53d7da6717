/** The nothing-lost ledger: what each tablet captured, what came, what is missing; by district and in all. */
import { CircleCheck, FileDown, NotebookTabs, TriangleAlert } from "lucide-preact";
import { today, whole } from "../../shared/format";
import { Button, Chip, Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { DeviceAccount, District } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { address, go, Link, query } from "../router";
import { save } from "../save";
import { listed, when } from "../values";
import { ledgerCsv } from "./csv";
import { ledgerWords } from "./ledger-words";
import { aside, byDistrict, current, sums, useLedger, type Sums } from "./sums";

const at = (district: string): string => address(["tablets", "ledger"], { district });

/** /console/tablets/ledger, narrowed to one district by ?district= */
export function LedgerPage() {
  const said = ledgerWords();
  const asked = query.value.get("district");
  const list = useLedger(asked);
  const districts = useAnswer<District[]>("/api/districts").data ?? [];
  const names = new Map(districts.map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null) => (id === null ? said.noDistrict : (names.get(id) ?? id));
  const found = list.data;
  const parts = found && byDistrict(found, nameOf);
  return (
    <>
      {found && <Totals of={sums(found)} />}
      <div class="tablets-part stack">
        <div class="line wrap">
          <p class="muted grow">{said.intro}</p>
          {(asked !== null || (parts && parts.length > 1)) && <DistrictField asked={asked} found={parts?.flatMap(([id]) => id ?? []) ?? []} nameOf={nameOf} />}
          {found && found.length > 0 && (
            <Button icon={FileDown} onClick={() => save(new Blob([ledgerCsv(found)], { type: "text/csv;charset=utf-8" }), `${said.exportName}-${today(Date.now())}.csv`)} data-testid="ledger-csv">
              {said.export}
            </Button>
          )}
        </div>
        {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
        {!found && list.problem === null && <Loading />}
        {found?.length === 0 && (
          <Empty icon={NotebookTabs} title={said.none}>
            {said.noneNext}
          </Empty>
        )}
        {parts?.map(([district, accounts]) => (
          <section key={district} class="card" aria-labelledby={`ledger-${district}`} data-testid="ledger-district" data-district={district ?? ""}>
            <h2 id={`ledger-${district}`}>
              <bdi>{nameOf(district)}</bdi>
            </h2>
            <Table accounts={current(accounts)} total={sums(accounts)} label={nameOf(district)} />
          </section>
        ))}
      </div>
    </>
  );
}

function DistrictField({ asked, found, nameOf }: { asked: string | null; found: readonly string[]; nameOf: (id: string | null) => string }) {
  const said = ledgerWords();
  const offered = asked !== null && !found.includes(asked) ? [...found, asked] : found;
  return (
    <Field label={said.district}>
      {(ids) => (
        <select {...ids} class="input short" value={asked ?? ""} data-testid="ledger-choose" onChange={(event) => go(at(event.currentTarget.value))}>
          <option value="">{said.allDistricts}</option>
          {offered.map((id) => (
            <option key={id} value={id}>
              {nameOf(id)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Totals({ of }: { of: Sums }) {
  const said = ledgerWords();
  const figures = [
    { id: "tablets", label: said.tablets, value: of.tablets },
    { id: "captured", label: said.captured, value: of.captured },
    { id: "received", label: said.received, value: of.received },
    { id: "unsent", label: said.unsent, value: of.unsent },
    { id: "aside", label: said.aside, value: of.aside, warn: true },
    { id: "lost", label: said.lost, value: of.lost, warn: true },
    { id: "photos", label: said.photos, value: of.photosMissing, warn: true },
    { id: "alarmed", label: said.alarmed, value: of.alarmed, warn: true },
  ];
  return (
    <dl class="totals">
      {figures.map(({ id, label, value, warn = false }) => (
        <div key={id} class={warn && value > 0 ? "totals__warn" : undefined}>
          <dt>{label}</dt>
          <dd data-testid={`ledger-${id}`}>
            <Num>{whole(value)}</Num>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ accounts, total, label }: { accounts: readonly DeviceAccount[]; total: Sums; label: string }) {
  const said = ledgerWords();
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={label}>
      <table class="table table--rows ledger-table">
        <thead>
          <tr>
            <th scope="col">{said.tablet}</th>
            <th scope="col" class="figure">{said.captured}</th>
            <th scope="col" class="figure">{said.received}</th>
            <th scope="col" class="figure">{said.unsent}</th>
            <th scope="col" class="figure">{said.aside}</th>
            <th scope="col" class="figure">{said.lost}</th>
            <th scope="col" class="figure">{said.photos}</th>
            <th scope="col">{said.told}</th>
            <th scope="col">{said.state}</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map((each) => (
            <Row key={each.device} account={each} />
          ))}
        </tbody>
        <tfoot>
          <tr data-testid="ledger-total">
            <th scope="row">
              {said.tablets}: <Num>{whole(total.tablets)}</Num>
            </th>
            {[total.captured, total.received, total.unsent, total.aside, total.lost].map((value, index) => (
              <td key={index} class="figure strong">
                {whole(value)}
              </td>
            ))}
            <td class="figure strong">
              <Photos number={total.photosMissing} bytes={total.photosMissingBytes} />
            </td>
            <td />
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Row({ account }: { account: DeviceAccount }) {
  const said = ledgerWords();
  return (
    <tr data-testid="ledger-row" data-device={account.device} data-alarms={account.alarms.length}>
      <td>
        <Link to={address(["tablets", "ledger", account.device])} class="row-link">
          <bdi>{account.name}</bdi>
        </Link>
        <span class="caption">{listed(account.people.map((name) => `\u2068${name}\u2069`))}</span>
      </td>
      <td class="figure">{whole(account.captured)}</td>
      <td class="figure">{whole(account.received)}</td>
      <td class="figure">{whole(account.unsent)}</td>
      <td class="figure">{whole(aside(account))}</td>
      <td class="figure">{whole(account.lost)}</td>
      <td class="figure">
        <Photos number={account.photos_missing} bytes={account.photos_missing_bytes} />
      </td>
      <td>{account.told_ms === null ? <span class="muted">{said.never}</span> : when(account.told_ms)}</td>
      <td>
        <AccountMark account={account} />
      </td>
    </tr>
  );
}

function Photos({ number, bytes }: { number: number; bytes: number }) {
  return (
    <>
      {whole(number)}
      {number > 0 && <span class="caption">{ledgerWords().bytes(ltr(megabytes(bytes)))}</span>}
    </>
  );
}

/** Millions of bytes with one decimal, as "1.2". */
export function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

/** Whether anything is wrong with an account, in a word. */
export function AccountMark({ account }: { account: DeviceAccount }) {
  const said = ledgerWords();
  const { length } = account.alarms;
  return (
    <span class="ledger-marks">
      {length > 0 ? (
        <Chip small icon={TriangleAlert} tone="warn">
          {length === 1 ? said.alarm : said.alarms(ltr(whole(length)))}
        </Chip>
      ) : (
        <Chip small icon={CircleCheck} tone="ok">
          {said.whole}
        </Chip>
      )}
      {account.followed_by !== null ? <span class="caption">{said.followed}</span> : account.revoked_ms !== null && <span class="caption">{said.revoked}</span>}
    </span>
  );
}
