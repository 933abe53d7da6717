"""Which checks of an employer's records are known, and what should be known of each before relying on it.

A tablet may come back after weeks: then a check is known late that was made before others. So the warnings
of all of an employer's checks are set whenever one of them is assessed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from field.problems import Problem
from field.recovery import records_limits
from field.recovery.records_limits import Check
from field.recovery.statute import Statute
from field.store import rows, tables

ASSESSMENTS = tables.Assessment.__table__  # type: ignore[attr-defined]  # SQLModel adds it

_PAKISTAN = timezone(timedelta(hours=5))
"""It has no summer time."""


class Checked(msgspec.Struct, frozen=True):
    """A check with the months that were checked, and the warnings that are kept with it."""

    check: Check
    months: tuple[str, ...]
    limits: tuple[str, ...]
    body: str


class _Body(msgspec.Struct):
    """As little of an assessment's body as is needed here."""

    months_checked: tuple[str, ...] | None = None
    limits: tuple[str, ...] = ()


_little = msgspec.json.Decoder(_Body)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_KNOWN = select(
    ASSESSMENTS.c.establishment,
    ASSESSMENTS.c.captured_ms,
    ASSESSMENTS.c.report,
    ASSESSMENTS.c.visit,
    ASSESSMENTS.c.body,
).where(ASSESSMENTS.c.establishment.in_(bindparam("ids", expanding=True)))
_WARN = update(ASSESSMENTS).where(ASSESSMENTS.c.report == bindparam("key")).values(body=bindparam("to_body"))


def known(tx: Connection, establishments: Iterable[str]) -> dict[str, list[Checked]]:
    """The checks of each establishment that has any."""
    found: dict[str, list[Checked]] = {}
    for ids in rows.chunks(establishments):
        for row in tx.execute(_KNOWN, {"ids": ids}):
            little = _little.decode(row.body)
            if little.months_checked:
                check = Check(row.captured_ms, row.report, row.visit, day(row.captured_ms))
                one = Checked(check, little.months_checked, little.limits, row.body)
                found.setdefault(row.establishment, []).append(one)
    return found


def warnings(own: Check, months: Sequence[str], others: Iterable[Checked], law: Statute) -> tuple[str, ...]:
    """The warnings about a check beside the employer's others; none about months that are none."""
    try:
        return records_limits.warnings(own, months, (each.check for each in others), law)
    except Problem:
        return ()  # the assessment itself says so


def warn(tx: Connection, establishment: str, law: Statute) -> None:
    """Set the warnings of all of an establishment's checks, as they must be now."""
    checks = known(tx, [establishment]).get(establishment, [])
    changed = []
    for each in checks:
        told = warnings(each.check, each.months, checks, law)
        if told != each.limits:
            members = {**_members.decode(each.body), "limits": msgspec.Raw(msgspec.json.encode(told))}
            changed.append({"key": each.check.report, "to_body": msgspec.json.encode(members).decode()})
    if changed:
        tx.execute(_WARN, changed)


def months_checked(body: str) -> tuple[str, ...] | None:
    """The months that were checked, out of an assessment's body; None where that does not say."""
    return _little.decode(body).months_checked


def day(ms: int) -> date:
    """The day of a moment, in Pakistan."""
    return datetime.fromtimestamp(ms / 1000, _PAKISTAN).date()
