"""Alike difference hashes, found among millions by their bands, in the memory of the database alone."""

from collections.abc import Iterable

from sqlalchemy import BindParameter, Connection, bindparam, select

from field.inspections import hash_bands
from field.store import evidence_tables
from field.store.bulk import Prepared, Rows

HASHES = evidence_tables.PhotoHash.__table__  # type: ignore[attr-defined]  # SQLModel adds it

CROWD_MAX = 3_000
"""So many hashes are looked at for one band. More share it only where pictures say little; those that are
really alike are then found by another band."""

_HASHES = Rows(HASHES, ("hash", *(f"band{number}" for number in range(hash_bands.BANDS))), once=True)


def keep(tx: Connection, hashes: Iterable[int]) -> None:
    """Have hashes found from now on. One that is there already changes nothing."""
    _HASHES.insert(tx, [(hash_bands.signed(each), *hash_bands.bands(each)) for each in sorted(set(hashes))])


def _in_band(number: int) -> Prepared:
    ids: BindParameter[int] = bindparam("ids", expanding=True)
    query = select(HASHES.c.hash).where(HASHES.c[f"band{number}"].in_(ids)).limit(CROWD_MAX)
    return Prepared(query, plain=True)


_BANDS = tuple(_in_band(number) for number in range(hash_bands.BANDS))


_SAME = Prepared(select(HASHES.c.hash).where(HASHES.c.hash == bindparam("hash")), plain=True)


def near(tx: Connection, hash: int, bits: int) -> dict[int, int]:
    """The kept hashes that differ from this one in at most `bits` bits, with in how many; itself too.

    Complete for up to `hash_bands.BITS_MAX` bits, where no band is crowded; the same hash is always found.
    """
    found = {row[0] for row in _SAME.run(tx, hash=hash_bands.signed(hash))}
    for number, band in enumerate(hash_bands.bands(hash)):
        found.update(row[0] for row in _BANDS[number].run(tx, ids=list(hash_bands.keys(number, band))))
    # There may be thousands: a call for each would take longer than asking the database.
    return {each: apart for each in found if (apart := ((each ^ hash) & hash_bands.ALL).bit_count()) <= bits}
