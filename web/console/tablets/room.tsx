/** The tablets: what became of each, taking one out of use, having one erased, and what is wrong with any. */
import { CircleCheck, Eraser, NotebookTabs, ShieldOff, TabletSmartphone } from "lucide-preact";
import { useState } from "preact/hooks";
import { whole } from "../../shared/format";
import { post } from "../../shared/api";
import { Button, Chip, Dialog, Empty, Loading, Num, Trouble } from "../../shared/parts";
import type { Device } from "../../shared/wire.gen";
import { changed, useAnswer } from "../data";
import { useMe } from "../me";
import { useNames } from "../names";
import { address, Link, parts } from "../router";
import { Tabs, type Tab } from "../tabs";
import { when } from "../values";
import { AccountPage } from "./account";
import { Alarms } from "./alarms";
import { CarryIn } from "./carry-in";
import { LedgerPage } from "./ledger";
import { ledgerWords } from "./ledger-words";
import { tabletWords } from "./words";
import "./tablets.css";

type Act = "revoke" | "wipe";

interface Asked {
  readonly act: Act;
  readonly device: Device;
}

/** The tablets for those who may act on them, and for all of the room the nothing-lost ledger. */
export function TabletsRoom() {
  const said = tabletWords();
  const ledger = ledgerWords();
  const { roles } = useMe();
  const [, what, device] = parts.value;
  const mayAct = roles.includes("supervisor") || roles.includes("administrator");
  const inLedger = what === "ledger" || !mayAct;
  const tabs: readonly Tab[] = [
    { id: "list", label: ledger.tabTablets, to: address(["tablets"]), icon: TabletSmartphone },
    { id: "ledger", label: ledger.tabLedger, to: address(["tablets", "ledger"]), icon: NotebookTabs },
  ];
  return (
    <div class="today">
      <header class="strip">
        <h1>{said.title}</h1>
        {mayAct ? <Tabs room="tablets" label={ledger.sections} tabs={tabs} here={inLedger ? "ledger" : "list"} /> : <span class="muted">{ledger.tabLedger}</span>}
      </header>
      <div class="tablets-scroll">{!inLedger ? <TabletList /> : device ? <AccountPage key={device} device={device} /> : <LedgerPage />}</div>
    </div>
  );
}

function TabletList() {
  const said = tabletWords();
  const list = useAnswer<Device[]>("/api/devices");
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <div class="tablets-part stack">
      <Alarms names={new Map(list.data?.map(({ id, name }) => [id, name]))} />
      {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
      {!list.data && list.problem === null && <Loading />}
      {list.data?.length === 0 && (
        <Empty icon={TabletSmartphone} title={said.none}>
          {said.noneNext}
        </Empty>
      )}
      {list.data !== undefined && list.data.length > 0 && <Table devices={list.data} ask={setAsked} />}
      <CarryIn />
      {asked !== null && <Confirm asked={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

function Table({ devices, ask }: { devices: readonly Device[]; ask: (asked: Asked) => void }) {
  const said = tabletWords();
  const names = useNames();
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={said.title}>
      <table class="table tablets-table">
        <thead>
          <tr>
            <th scope="col">{said.name}</th>
            <th scope="col">{said.district}</th>
            <th scope="col">{said.entries}</th>
            <th scope="col">{said.seen}</th>
            <th scope="col">{said.state}</th>
            <th scope="col">
              <span class="visually-hidden">{said.acts}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {devices.map((each) => (
            <tr key={each.id} data-testid="tablet-row" data-device={each.id}>
              <td class="strong">
                <Link to={address(["tablets", "ledger", each.id])}>
                  <bdi>{each.name}</bdi>
                </Link>
              </td>
              <td>{each.district ? <bdi>{names.of(each.district)}</bdi> : ""}</td>
              <td>
                <Num>{whole(each.acknowledged)}</Num>
              </td>
              <td>{each.seen_ms ? when(each.seen_ms) : <span class="muted">{said.never}</span>}</td>
              <td>
                <State device={each} />
              </td>
              <td>
                <div class="line wrap">
                  {each.revoked_ms === null && (
                    <Button look="quiet" icon={ShieldOff} data-testid="revoke" onClick={() => ask({ act: "revoke", device: each })}>
                      {said.revoke}
                    </Button>
                  )}
                  {each.wipe == null && (
                    <Button look="quiet" icon={Eraser} data-testid="wipe" onClick={() => ask({ act: "wipe", device: each })}>
                      {said.wipe}
                    </Button>
                  )}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Ordered, heard of, and erased with how much was handed in: each with its moment. */
function State({ device: { revoked_ms: revokedMs, wipe } }: { device: Device }) {
  const said = tabletWords();
  if (revokedMs === null) {
    return (
      <Chip small icon={CircleCheck} tone="ok">
        {said.inUse}
      </Chip>
    );
  }
  if (wipe == null) {
    return (
      <Chip small icon={ShieldOff} tone="warn">
        {said.revoked(when(revokedMs))}
      </Chip>
    );
  }
  const done = wipe.wiped_ms ?? null;
  const told = wipe.told_ms ?? null;
  return (
    <div data-testid="wipe-state" data-wiped={done === null ? "no" : "yes"}>
      <Chip small icon={Eraser} tone={done === null ? "warn" : "ok"}>
        {done === null ? said.ordered(when(wipe.ordered_ms)) : said.wiped(when(done))}
      </Chip>
      <p class="muted dense">{done !== null ? said.handedIn(whole(wipe.handed_in ?? 0)) : told !== null ? said.told(when(told)) : said.notTold}</p>
    </div>
  );
}

function Confirm({ asked: { act, device }, onClose }: { asked: Asked; onClose: () => void }) {
  const said = tabletWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const name = `\u2068${device.name}\u2069`;
  const wipe = act === "wipe";
  const send = async () => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await post<Device>(`/api/devices/${device.id}/${act}`, {});
      onClose();
    } catch (caught) {
      setProblem(caught);
    }
    setBusy(false);
    await changed();
  };
  const actions = (
    <>
      <Button look="main" onClick={() => void send()} aria-busy={busy} data-testid="confirm">
        {wipe ? said.wipe : said.revoke}
      </Button>
      <Button onClick={onClose}>{said.cancel}</Button>
    </>
  );
  return (
    <Dialog title={wipe ? said.wipeTitle(name) : said.revokeTitle(name)} open onClose={onClose} actions={actions}>
      <div class="stack">
        <p>{wipe ? said.wipeWhat : said.revokeWhat}</p>
        {problem !== null && <Trouble problem={problem} />}
      </div>
    </Dialog>
  );
}
