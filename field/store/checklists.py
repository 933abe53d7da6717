"""Checklists as they are kept: a record for each version, which every tablet pulls; the shipped ones first.

A version is never altered: its record's id follows from its name, so that not even two imports at once can
make it twice, and there is no way to write it a second time.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.clock import Clock
from field.inspections import checklists
from field.inspections.checklists import Checklist
from field.problems import Problem
from field.recovery.answered import unknown_version
from field.store import office as offices
from field.store import rows, tables
from field.store.engine import Store
from field.store.office import Entry
from field.store.rows import FEED, RECORDS, SCOPES
from field.sync import scopes, wire
from field.sync.changes import LINE_BYTES_MAX
from field.sync.landing import derived_id

ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]  # SQLModel adds it

KIND = "checklist"
BODY_BYTES_MAX = LINE_BYTES_MAX - 4096
"""A version travels as one line of the office, beside a little that goes with it."""


def record_id(name: str) -> str:
    """The record of a version by its name, "full-inspection@1"."""
    return derived_id(f"{KIND}/{name}")


_ALL = (
    select(FEED.c.body)
    .select_from(
        FEED.join(SCOPES, SCOPES.c.id == FEED.c.scope).join(
            RECORDS, (RECORDS.c.id == FEED.c.record) & (RECORDS.c.n == FEED.c.n)
        )
    )
    .where(SCOPES.c.name == bindparam("scope"), RECORDS.c.kind == bindparam("kind"))
    .order_by(FEED.c.n)
)


def load(tx: Connection) -> list[Checklist]:
    """Every version of every checklist, by id and version."""
    found = tx.execute(_ALL, {"scope": scopes.COMMON, "kind": KIND}).scalars()
    bodies = (wire.decode_row(bytes(body)).values["body"] for body in found)
    read = [msgspec.convert(body, Checklist) for body in bodies]
    return sorted(read, key=lambda each: (each.id, each.version))


def by_name(tx: Connection) -> Mapping[str, Checklist]:
    """Every version by the name that reports bear, "full-inspection@1"."""
    return {each.name: each for each in load(tx)}


def in_force(kept: Sequence[Checklist], day: date) -> list[Checklist]:
    """Of each checklist the highest version that is to be used on a day; `kept` by id and version."""
    held = [
        each for each in kept if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
    ]
    return list({each.id: each for each in held}.values())


def seed(store: Store, clock: Clock, office: str) -> int:
    """Add the shipped versions that are missing; return how many. What is there is left as it is."""
    with store.read() as tx:
        held = by_name(tx)
    missing = [each for each in checklists.shipped() if each.name not in held]
    for each in missing:
        try:
            _write(store, clock, office, each)
        except Problem as problem:
            # Another process of the same server was first.
            if problem.extra.get("reason") != "already-made":
                raise
    return len(missing)


def add(store: Store, clock: Clock, office: str, wanted: Sequence[Checklist]) -> list[Checklist]:
    """Put versions in force; return those that are new. One that is there already, word for word, is left.

    Raises Problem already-there where a version is there with other content, and bad-request where it is too
    long to travel; then nothing is added.
    """
    with store.read() as tx:
        held = by_name(tx)
    for each in wanted:
        _check(each, held)
    fresh = [each for each in wanted if each.name not in held]
    for each in fresh:
        try:
            _write(store, clock, office, each)
        except Problem as problem:
            if problem.extra.get("reason") != "already-made":
                raise
            with store.read() as tx:
                _check(each, by_name(tx))
    _judge_what_waited(store, clock, fresh)
    return fresh


def _judge_what_waited(store: Store, clock: Clock, fresh: Sequence[Checklist]) -> None:
    """Have visits assessed anew whose reports were captured by a version that was not here until now.

    This looks through every assessment, and is done only where somebody brings a version in.
    """
    for each in fresh:
        words = unknown_version(each.name)
        # The body is JSON: what stands in it is escaped as JSON is.
        told = msgspec.json.encode(words)[1:-1].decode()
        with store.write() as tx:
            found = tx.execute(
                select(ASSESSMENTS.c.visit).where(ASSESSMENTS.c.body.contains(told, autoescape=True))
            )
            marks = {visit: f"{each.name} {clock.uuid7()}" for visit in set(found.scalars())}
            rows.mark_stale(store, tx, marks, clock.now_ms())


def _check(wanted: Checklist, held: Mapping[str, Checklist]) -> None:
    if len(msgspec.json.encode(wanted)) > BODY_BYTES_MAX:
        limit = BODY_BYTES_MAX // 1024
        raise Problem(
            "bad-request",
            f"The checklist {wanted.name} is too long to travel to a tablet: at most {limit} kB. Split it.",
        )
    there = held.get(wanted.name)
    if there is None or msgspec.json.encode(there) == msgspec.json.encode(wanted):
        return
    highest = max(each.version for each in held.values() if each.id == wanted.id)
    raise Problem(
        "already-there",
        f"Version {wanted.version} of the checklist {wanted.id} is there already and says something else. "
        "A version is never altered, because reports are read by it. "
        f"Give the changed checklist the version {highest + 1}.",
    )


def _write(store: Store, clock: Clock, office: str, checklist: Checklist) -> None:
    values = {
        "checklist": checklist.id,
        "version": checklist.version,
        "valid_from": checklist.valid_from,
        "valid_to": checklist.valid_to,
        "body": checklist,
    }
    entry = Entry(kind=KIND, record=record_id(checklist.name), op="create", set=values)
    offices.write(store, clock, office, [entry])


def urdu(tx: Connection) -> dict[str, str]:
    """What checklists say in Urdu, by the same in English: findings, questions, and what answers may be."""
    told: dict[str, str] = {}
    for checklist in load(tx):
        for question in checklist.questions:
            said = [
                question.label,
                question.constraint_message,
                *(each.sentence for each in question.findings),
            ]
            told.update({each.en: each.ur for each in said if each is not None and each.en and each.ur})
    return told
