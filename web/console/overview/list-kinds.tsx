/** What each list asks for and shows in its columns. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { inColumn } from "../../shared/money";
import { Num } from "../../shared/parts";
import type { Entry, Flag, Row, VisitListed } from "../../shared/wire.gen";
import { useList } from "../data";
import { reasonName as heldBack } from "../entry";
import { Marks } from "../recovery/marks";
import { monthSpan } from "../recovery/months";
import { reasonName } from "../recovery/words";
import { address, Link, recordAddress } from "../router";
import { fieldName, kindName, shortId, valueText, when } from "../values";
import { listWords } from "./words";

export interface ListColumn<T> {
  readonly title: string;
  readonly figure?: boolean;
  readonly shown: (record: T) => ComponentChildren;
}

/** A list: where it is asked for, how its next page is named, and its columns. */
export interface ListKind<T> {
  readonly path: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly id: (record: T) => string;
  readonly next: (after: string | null, before: number) => Readonly<Record<string, string | number | null>>;
  /** A hook: what a column shows may have to be asked for too. */
  readonly useColumns: (district: string | null) => readonly ListColumn<T>[];
}

const byId = (after: string | null) => ({ after });

function text(row: Row, field: string): ComponentChildren {
  const value = row.values[field];
  return value == null || value === "" ? "–" : <bdi>{valueText(row.kind, field, value)}</bdi>;
}

function registration(value: unknown): ComponentChildren {
  return typeof value === "string" && value ? <Num>{value}</Num> : listWords().noRegistration;
}

function establishmentColumns(): readonly ListColumn<Row>[] {
  const said = listWords();
  return [
    {
      title: said.establishment,
      shown: (row) => (
        <Link to={recordAddress(row.record)} class="strong">
          <bdi>{typeof row.values.name === "string" ? row.values.name : said.noName}</bdi>
        </Link>
      ),
    },
    { title: said.registration, shown: (row) => registration(row.values.registration_no) },
    { title: said.sector, shown: (row) => text(row, "sector") },
    { title: said.address, shown: (row) => text(row, "address") },
    { title: said.workers, figure: true, shown: (row) => text(row, "workers_declared") },
  ];
}

/** A report does not name its establishment; its visit does. */
function useReportColumns(district: string | null): readonly ListColumn<Row>[] {
  const said = listWords();
  const visits = useList<VisitListed>("/api/visits", { district }, (visit) => visit.id).data;
  const names = useMemo(() => new Map(visits?.map((visit) => [visit.id, visit.establishment_name])), [visits]);
  return [
    {
      title: said.establishment,
      shown: (row) => (
        <Link to={recordAddress(row.record)} class="strong">
          <bdi>{names.get(String(row.values.visit)) ?? shortId(row.record)}</bdi>
        </Link>
      ),
    },
    { title: said.checked, shown: (row) => months(row.values.months_checked) },
    { title: fieldName("months_paid"), shown: (row) => months(row.values.months_paid) },
    { title: fieldName("headcount"), shown: (row) => text(row, "headcount") },
    { title: said.refused, shown: (row) => text(row, "records_refused") },
  ];
}

function months(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? monthSpan(value.filter((each) => typeof each === "string")) : "–";
}

function flagColumns(): readonly ListColumn<Flag>[] {
  const said = listWords();
  return [
    {
      title: said.establishment,
      shown: (flag) => (
        <Link to={address(["flags", flag.establishment])} class="strong">
          <bdi>{flag.name ?? said.noName}</bdi>
        </Link>
      ),
    },
    { title: said.registration, shown: (flag) => registration(flag.registration_no) },
    { title: said.why, shown: (flag) => [...new Set(flag.reasons.map((reason) => reasonName(reason.code)))].join(" · ") },
    { title: said.due, figure: true, shown: (flag) => inColumn(flag.due_rs) },
    { title: said.marks, shown: (flag) => <Marks provisional={flag.provisional} unconfirmed={flag.unconfirmed} /> },
  ];
}

function conflictColumns(): readonly ListColumn<Row>[] {
  const said = listWords();
  return [
    { title: said.kind, shown: (row) => kindName(String(row.values.of ?? "")) },
    { title: said.field, shown: (row) => fieldName(String(row.values.about ?? "")) },
    { title: said.sides, shown: (row) => <Sides row={row} /> },
    { title: said.latest, shown: (row) => latest(row) },
    { title: said.entry, shown: (row) => <Link to={recordAddress(String(row.values.record ?? row.record))}>{said.open}</Link> },
  ];
}

interface Side {
  readonly value?: unknown;
  readonly t?: unknown;
}

function sidesOf(row: Row): readonly Side[] {
  return Array.isArray(row.values.candidates) ? (row.values.candidates as readonly Side[]) : [];
}

/** What each side of a conflict says, each by itself. */
function Sides({ row }: { row: Row }) {
  return (
    <ul>
      {sidesOf(row).map((side, index) => (
        <li key={index}>
          <bdi>{valueText(String(row.values.of ?? ""), String(row.values.about ?? ""), side.value)}</bdi>
        </li>
      ))}
    </ul>
  );
}

function latest(row: Row): string {
  const times = sidesOf(row).flatMap((side) => (typeof side.t === "number" ? side.t : []));
  return times.length > 0 ? when(Math.max(...times)) : "–";
}

function quarantineColumns(): readonly ListColumn<Entry>[] {
  const said = listWords();
  return [
    { title: said.received, shown: (entry) => when(entry.received_ms) },
    { title: said.kind, shown: (entry) => kindName(entry.kind) || "–" },
    { title: said.reason, shown: (entry) => heldBack(entry.code) },
    { title: said.entry, shown: (entry) => (entry.record ? <Link to={recordAddress(entry.record)}>{said.open}</Link> : "–") },
  ];
}

const establishments: ListKind<Row> = { path: "/api/establishments", asked: {}, id: (row) => row.record, next: byId, useColumns: establishmentColumns };

/** The lists of records, each with its columns. */
export const ROWS = {
  establishments,
  visited: { ...establishments, asked: { visited: "true" } },
  reports: { ...establishments, path: "/api/reports", useColumns: useReportColumns },
  conflicts: { ...establishments, path: "/api/conflicts", useColumns: conflictColumns },
} as const satisfies Readonly<Record<string, ListKind<Row>>>;

/** Flagged employers, the highest sum first. */
export const FLAGS: ListKind<Flag> = { path: "/api/flags", asked: {}, id: (flag) => flag.establishment, next: (_, before) => ({ skip: before || null }), useColumns: flagColumns };

/** What arrived and could not land, the newest first. */
export const QUARANTINE: ListKind<Entry> = { path: "/api/quarantine", asked: {}, id: (entry) => `${entry.device}:${entry.seq}`, next: byId, useColumns: quarantineColumns };
