/** The accounts of tablets: all of them gathered, summed up by district, and alarms that are about one thing put together. */
import { get } from "../../shared/api";
import type { AlarmEntry, DeviceAccount, DeviceLedger } from "../../shared/wire.gen";
import { useGathered } from "../data";

const PAGES_MAX = 100;

/** All accounts that the caller may see, of one district or of all. */
export function useLedger(district: string | null) {
  return useGathered("/api/ledger", { district }, () => allAccounts(district));
}

async function allAccounts(district: string | null): Promise<DeviceAccount[]> {
  const all: DeviceAccount[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { entries, more } = await get<DeviceLedger>("/api/ledger", { district, after: all.at(-1)?.device });
    all.push(...entries);
    if (!more) break;
  }
  return all;
}

/** What several tablets captured and what came of it. Bytes of photos in `photosMissingBytes`. */
export interface Sums {
  readonly tablets: number;
  readonly captured: number;
  readonly received: number;
  readonly unsent: number;
  readonly aside: number;
  readonly lost: number;
  readonly photosMissing: number;
  readonly photosMissingBytes: number;
  readonly alarmed: number;
}

/** What arrived and has not landed. */
export function aside({ held, waiting, quarantined }: DeviceAccount): number {
  return held + waiting + quarantined;
}

/** The accounts to be listed: a tablet that goes on under another identity is there once, unless something is wrong with the old one. */
export function current(accounts: readonly DeviceAccount[]): readonly DeviceAccount[] {
  return accounts.filter((each) => each.followed_by === null || each.alarms.length > 0);
}

/** The sums of some accounts. An entry that came under two identities of a tablet counts once. */
export function sums(accounts: readonly DeviceAccount[]): Sums {
  const total = (of: (each: DeviceAccount) => number) => accounts.reduce((sum, each) => sum + of(each), 0);
  const once = (of: (each: DeviceAccount) => number) => total((each) => (each.followed_by === null ? of(each) : 0));
  return {
    tablets: once(() => 1),
    captured: once((each) => each.line_captured),
    received: once((each) => each.line_received),
    unsent: once((each) => each.unsent),
    aside: total(aside),
    lost: total((each) => each.lost),
    photosMissing: total((each) => each.photos_missing),
    photosMissingBytes: total((each) => each.photos_missing_bytes),
    alarmed: total((each) => (each.alarms.length > 0 ? 1 : 0)),
  };
}

/** The accounts by district, in the order of `name`; null: tablets without one. */
export function byDistrict(accounts: readonly DeviceAccount[], name: (district: string | null) => string): readonly (readonly [string | null, readonly DeviceAccount[]])[] {
  const found = new Map<string | null, DeviceAccount[]>();
  for (const each of accounts) found.set(each.district, [...(found.get(each.district) ?? []), each]);
  return [...found].sort((a, b) => name(a[0]).localeCompare(name(b[0])));
}

/** Alarms of one tablet that are about one thing: of one code, and of one record where they name one. */
export interface AlarmGroup {
  /** The newest of them. */
  readonly alarm: AlarmEntry;
  readonly seqs: readonly number[];
}

/** Alarms put together by what they are about; in the order in which the newest of each comes. */
export function grouped(alarms: readonly AlarmEntry[]): readonly AlarmGroup[] {
  const found = new Map<string, { alarm: AlarmEntry; seqs: number[] }>();
  for (const alarm of alarms) {
    const key = `${alarm.device} ${alarm.code} ${alarm.record ?? ""}`;
    const same = found.get(key);
    if (same) same.seqs.push(alarm.seq);
    else found.set(key, { alarm, seqs: [alarm.seq] });
  }
  return [...found.values()].map(({ alarm, seqs }) => ({ alarm, seqs: seqs.sort((a, b) => a - b) }));
}
