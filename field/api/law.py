"""The dated law: what holds, its earlier versions, what new rows would change, and putting them in force."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from field.api.context import Caller, Context
from field.api.lookups import bounded
from field.api.telling import told
from field.recovery import statute as statutes
from field.recovery.law_kinds import KINDS
from field.recovery.phrases import Language
from field.recovery.statute import RateRow
from field.store import impact, people, records_checks, statute
from field.store.impact import Figures, Impact
from field.store.statute import Version

ROWS_MAX = 100
PAGE_MAX = 500

Rows = Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=ROWS_MAX)]


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows to try out, each as GET /api/statute gives them. Figures are those of `day`; today without one.

    So many of what they touch are left out of the lists as `skip` says; the figures are always of all.
    """

    rows: Rows
    day: date | None = None
    skip: int = 0


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows to put in force: why, and the figures that POST /api/statute/impact showed for them."""

    rows: Rows
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    accepted: Figures


class InForce(msgspec.Struct, frozen=True):
    """How many of the rows are new, and how many visits will be assessed anew for them."""

    rows: int
    visits: int


class VersionListed(msgspec.Struct, frozen=True):
    """A version of a row: when it was added, why, by whom, and the figures that were accepted with it."""

    row: RateRow
    version: int
    added_ms: int
    reason: str
    accepted_by: str | None
    accepted: Figures | None


class KindListed(msgspec.Struct, frozen=True):
    """A kind of row: its unit and what its value may be, one of `choices` or a number in these limits."""

    kind: str
    words: str
    unit: str
    choices: tuple[str, ...]
    least: int
    most: int
    whole: bool


@get("/api/statute", sync_to_thread=True, tags=["recovery"])
def law(context: NamedDependency[Context]) -> list[RateRow]:
    """Every dated rate, limit and rule, with its legal basis and whether it is confirmed."""
    with context.store.read() as tx:
        return list(statute.load(tx).rows)


@get("/api/statute/kinds", sync_to_thread=False, tags=["recovery"])
def kinds() -> list[KindListed]:
    """Every kind of row that the law can have, and what the value of such a row may be."""
    return [
        KindListed(name, kind.words, kind.unit, tuple(kind.choices), kind.least, kind.most, kind.whole)
        for name, kind in KINDS.items()
    ]


@get("/api/statute/versions", sync_to_thread=True, tags=["recovery"])
def versions(context: NamedDependency[Context], skip: FromQuery[int] = 0) -> list[VersionListed]:
    """Every version of every row, by id and version; 500 after the first `skip`."""
    with context.store.read() as tx:
        found = statute.versions(tx, bounded(skip), PAGE_MAX)
        names = people.names(tx, [each.accepted_by for each in found if each.accepted_by])
    return [_listed(each, names.get(each.accepted_by or "", each.accepted_by)) for each in found]


def _listed(each: Version, by: str | None) -> VersionListed:
    accepted = None if each.accepted is None else msgspec.convert(each.accepted, Figures)
    return VersionListed(each.row, each.version, each.added_ms, each.reason, by, accepted)


@post("/api/statute/impact", status_code=200, sync_to_thread=True, tags=["recovery"])
def tried(
    data: JSONBody[Tried],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> Impact:
    """What rows would change in the caller's districts: each assessment and account, old and new figures.

    Nothing is changed. At most 500 of each are listed, after the first `skip`; the figures are those of all.
    """
    rows, skip = _rows(data.rows), bounded(data.skip)
    day = data.day or records_checks.day(context.clock.now_ms())
    with context.store.read() as tx:
        found = impact.measure(context.store, tx, rows, day, caller.within(None), skip=skip)
        return told(tx, found, language)


@post("/api/statute", status_code=200, sync_to_thread=True, tags=["recovery"])
def add(
    data: JSONBody[Accepted], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> InForce:
    """Put rows in force that somebody has seen the impact of and accepts. The law holds everywhere: so must
    the posting.

    409 where the impact is no longer what was seen; then nothing is changed.
    """
    caller.check(None)
    rows = _rows(data.rows)
    now_ms = context.clock.now_ms()
    added, visits = impact.accept(context.store, rows, now_ms, data.reason, caller.person, data.accepted)
    return InForce(added, visits)


def _rows(told: list[dict[str, Any]]) -> list[RateRow]:
    """The rows, each read strictly. Raises Problem bad-request naming every one that is wrong."""
    return list(statutes.read(msgspec.json.encode(told)).rows)
