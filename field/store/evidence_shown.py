"""Remarks about a report's evidence as they are shown, with their history; and how many a list tells of."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from field.inspections import evidence_settings
from field.inspections.evidence import Other, Remark, Value
from field.inspections.evidence_changes import Change
from field.inspections.evidence_settings import CODES, WEIGHTS, Code, EvidenceSetting, Weight
from field.inspections.evidence_words import Sentences
from field.store import rows
from field.store.evidence_beside import REMARKS
from field.store.evidence_keeping import HISTORY, read_held
from field.store.stale_evidence import STALE

HISTORY_MAX = 500
REMARKS_MAX = 500


class RemarkShown(msgspec.Struct, frozen=True):
    """A remark as it stands. `compared` are its numbers by name, the unit last, `settings` the rows used.

    `other` is the record on the other side; None where there is none or the caller does not hold its
    district: `elsewhere` tells these apart.
    """

    code: Code
    weight: Weight
    about: str
    since_ms: int
    sentences: Sentences
    compared: dict[str, Value]
    settings: tuple[str, ...]
    other: Other | None
    elsewhere: bool


class EvidenceShown(msgspec.Struct, frozen=True):
    """The remarks about a report, the heaviest first, 500 at most. They refuse nothing and ask for no money.

    `waiting`: something has changed, or a photo is not opened yet, and it will be compared. `lifted` counts
    remarks that no longer stand: the history tells of them. `settings` are the dated rows that were used.
    """

    report: str
    waiting: bool
    remarks: tuple[RemarkShown, ...]
    lifted: int
    settings: tuple[EvidenceSetting, ...]


class EvidenceEntryShown(msgspec.Struct, frozen=True):
    """One change of a remark: what became of it, when, and the remark from then on, or as it stood last."""

    what: Change
    at_ms: int
    remark: RemarkShown


_OF_REPORT = (
    select(REMARKS).where(REMARKS.c.report == bindparam("report")).order_by(REMARKS.c.key).limit(REMARKS_MAX)
)
_WAITING = select(STALE.c.root).where(STALE.c.root == bindparam("visit"))


def of_report(tx: Connection, report: str, visit: str, districts: Collection[str] | None) -> EvidenceShown:
    """The remarks about a report of a visit, for somebody who holds `districts` (None: all of them)."""
    held = [read_held(row) for row in tx.execute(_OF_REPORT, {"report": report})]
    standing = [each for each in held if each.standing]
    shown = [_shown(each.remark, each.since_ms, districts) for each in standing]
    used = {id for each in standing for id in each.remark.settings}
    known = evidence_settings.shipped().by_id
    return EvidenceShown(
        report=report,
        waiting=tx.execute(_WAITING, {"visit": visit}).first() is not None,
        remarks=tuple(sorted(shown, key=_order)),
        lifted=len(held) - len(standing),
        settings=tuple(known[id] for id in sorted(used) if id in known),
    )


def _order(shown: RemarkShown) -> tuple[Any, ...]:
    return WEIGHTS.index(shown.weight), CODES.index(shown.code), shown.about


def _shown(remark: Remark, since_ms: int, districts: Collection[str] | None) -> RemarkShown:
    other = remark.other
    hidden = other is not None and districts is not None and other.district not in districts
    return RemarkShown(
        code=remark.code,
        weight=remark.weight,
        about=remark.about,
        since_ms=since_ms,
        sentences=remark.sentences,
        compared=remark.compared,
        settings=remark.settings,
        other=None if hidden else other,
        elsewhere=hidden,
    )


_ENTRIES = (
    select(HISTORY)
    .where(HISTORY.c.report == bindparam("report"))
    .order_by(HISTORY.c.at_ms.desc(), HISTORY.c.key, HISTORY.c.entry.desc())
    .offset(bindparam("skip"))
    .limit(HISTORY_MAX)
)
_body = msgspec.json.Decoder(Remark)


def history(
    tx: Connection, report: str, districts: Collection[str] | None, skip: int = 0
) -> list[EvidenceEntryShown]:
    """Every change of a report's remarks, newest first; 500 at most after the first `skip`."""
    return [
        EvidenceEntryShown(row.what, row.at_ms, _shown(_body.decode(row.body), row.at_ms, districts))
        for row in tx.execute(_ENTRIES, {"report": report, "skip": skip})
    ]


class Count(msgspec.Struct, frozen=True):
    """How many remarks stand about a report, and the heaviest of their weights."""

    number: int
    weight: Weight


_COUNTS = (
    select(REMARKS.c.report, REMARKS.c.weight, func.count().label("number"))
    .where(REMARKS.c.visit.in_(bindparam("ids", expanding=True)), REMARKS.c.standing.is_(True))
    .group_by(REMARKS.c.report, REMARKS.c.weight)
)


def counts(tx: Connection, visits: Sequence[str]) -> dict[str, Count]:
    """What stands about the reports of some visits, by report; none where nothing does."""
    found: dict[str, dict[Weight, int]] = {}
    for ids in rows.chunks(visits):
        for row in tx.execute(_COUNTS, {"ids": ids}):
            found.setdefault(row.report, {})[row.weight] = row.number
    return {report: Count(sum(by.values()), min(by, key=WEIGHTS.index)) for report, by in found.items()}
