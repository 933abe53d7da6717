"""Reading the audit trail: entries by who, on what device, about what, on which day; with names beside."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, and_, select

from field.problems import Problem
from field.store import devices, people
from field.store.audit_sealing import ABOUT, ENTRIES, PUSHES
from field.store.holding import CHANGES
from field.store.import_runs import PAKISTAN
from field.sync import audit
from field.sync.audit import Entry

PAGE_MAX = 200


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; None: all. `day` in Pakistan."""

    by: str | None = None
    device: str | None = None
    about: str | None = None
    act: str | None = None
    day: date | None = None


class EntryListed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is shown: its line's members and its hash. Names are those of today, for the reader."""

    seq: int
    hash: str
    at_ms: int
    sealed_ms: int
    act: str
    by: str | None
    by_name: str | None
    device: str | None
    device_name: str | None
    district: str | None
    about: list[str]
    facts: dict[str, Any]


def day_of(text: str | None) -> date | None:
    """The day that somebody typed. Raises Problem bad-request."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("bad-request", f"{text!r} is no date; write it as 2026-11-22.") from None


def listed(
    tx: Connection,
    wanted: Wanted,
    districts: Sequence[str] | None,
    *,
    before: int | None = None,
    most: int = PAGE_MAX,
) -> list[EntryListed]:
    """Entries, newest first, with a number below `before`. `districts`: only entries of these; None: all."""
    query = _where(select(ENTRIES.c.seq, ENTRIES.c.hash, ENTRIES.c.line), wanted, districts)
    if before is not None:
        query = query.where(ENTRIES.c.seq < before)
    found = tx.execute(query.order_by(ENTRIES.c.seq.desc()).limit(most)).all()
    entries = [(audit.read(row.line), str(row.hash)) for row in found]
    names = people.names(tx, [entry.by for entry, _ in entries if entry.by])
    tablets = devices.names(tx, [entry.device for entry, _ in entries if entry.device])
    return [_shown(entry, hash, names, tablets) for entry, hash in entries]


def _shown(entry: Entry, hash: str, names: Mapping[str, str], tablets: Mapping[str, str]) -> EntryListed:
    return EntryListed(
        seq=entry.seq,
        hash=hash,
        at_ms=entry.at_ms,
        sealed_ms=entry.sealed_ms,
        act=entry.act,
        by=entry.by,
        by_name=names.get(entry.by or ""),
        device=entry.device,
        device_name=tablets.get(entry.device or ""),
        district=entry.district,
        about=list(entry.about),
        facts=dict(entry.facts),
    )


def _where(query: Select[Any], wanted: Wanted, districts: Sequence[str] | None) -> Select[Any]:
    if districts is not None:
        query = query.where(ENTRIES.c.district.in_(districts))
    for name in ("by", "device", "act"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(ENTRIES.c[name] == value)
    if wanted.day is not None:
        start = datetime(wanted.day.year, wanted.day.month, wanted.day.day, tzinfo=PAKISTAN)
        from_ms = int(start.timestamp() * 1000)
        day_ms = timedelta(days=1) // timedelta(milliseconds=1)
        query = query.where(ENTRIES.c.at_ms >= from_ms, ENTRIES.c.at_ms < from_ms + day_ms)
    if wanted.about is not None:
        query = query.where(ENTRIES.c.seq.in_(seqs_about([wanted.about])))
    return query


def seqs_about(ids: Sequence[str]) -> Select[Any]:
    """The numbers of all entries about some ids: that name one, or speak of lines about such records."""
    lines = select(PUSHES.c.seq).join(
        CHANGES,
        and_(
            CHANGES.c.device == PUSHES.c.device,
            CHANGES.c.seq <= PUSHES.c.last_seq,
            CHANGES.c.seq >= PUSHES.c.first_seq,
        ),
    )
    named = select(ABOUT.c.seq).where(ABOUT.c.about.in_(ids))
    return named.union(lines.where(CHANGES.c.record.in_(ids)))  # type: ignore[return-value]  # it selects like one


def of_records(tx: Connection, ids: Sequence[str]) -> list[tuple[Entry, bytes]]:
    """Every entry about some records, oldest first, each with its line: the extract for evidence."""
    query = select(ENTRIES.c.line).where(ENTRIES.c.seq.in_(seqs_about(ids))).order_by(ENTRIES.c.seq)
    return [(audit.read(line), line) for line in tx.execute(query).scalars()]
