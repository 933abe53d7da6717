"""Looking an establishment up in the register: by its number, a name, an alias, its address."""

import heapq
from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.inspections.masking import hide_cnics
from field.inspections.register_search import Rank, rank
from field.store.rows import FEED, RECORDS, SCOPES
from field.sync import scopes
from field.sync.kinds import Withdrawal

FOUND_MAX = 50


class EstablishmentFound(msgspec.Struct, frozen=True):
    """An establishment that fits, with what tells it from another of the same name."""

    id: str
    name: str | None
    registration_no: str | None
    aliases: tuple[str, ...]
    address: str | None
    district: str | None
    sector: str | None
    status: str


class _Values(msgspec.Struct):
    name: str | None = None
    registration_no: str | None = None
    aliases: list[str] | None = None
    address: str | None = None
    district: str | None = None
    sector: str | None = None
    status: str = "open"
    withdrawn: Withdrawal | None = None


class _Row(msgspec.Struct):
    record: str
    values: _Values


_row = msgspec.json.Decoder(_Row)
_BODIES = (
    select(FEED.c.body)
    .select_from(
        RECORDS.join(SCOPES, SCOPES.c.id == RECORDS.c.scope).join(
            FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)
        )
    )
    .where(RECORDS.c.kind == bindparam("kind"))
)


def search(
    tx: Connection, districts: Sequence[str] | None, words: Sequence[str], limit: int = FOUND_MAX
) -> list[EstablishmentFound]:
    """The establishments of some districts, or of all, that fit best; at most `limit`. Withdrawn ones do not.

    The register is read through once, and `limit` rows are held in memory.
    """
    fitting = heapq.nsmallest(limit, _fitting(tx, districts, words))
    return [_found(row) for _, _, row in fitting]


def _fitting(
    tx: Connection, districts: Sequence[str] | None, words: Sequence[str]
) -> Iterator[tuple[Rank, str, _Row]]:
    query = _BODIES
    if districts is not None:
        query = query.where(SCOPES.c.name.in_([scopes.district(each) for each in districts]))
    for (body,) in tx.execution_options(yield_per=1000).execute(query, {"kind": "establishment"}):
        row = _row.decode(bytes(body))
        told = row.values
        fits = rank(words, told.registration_no, told.name, told.aliases or (), told.address)
        if fits is not None and told.withdrawn is None:
            yield fits, row.record, row


def _found(row: _Row) -> EstablishmentFound:
    told = row.values
    return EstablishmentFound(
        id=row.record,
        name=_plain(told.name),
        registration_no=told.registration_no,
        aliases=tuple(hide_cnics(each) for each in told.aliases or ()),
        address=_plain(told.address),
        district=told.district,
        sector=_plain(told.sector),
        status=told.status,
    )


def _plain(text: str | None) -> str | None:
    return None if text is None else hide_cnics(text)
