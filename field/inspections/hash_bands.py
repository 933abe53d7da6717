"""When two pictures look alike: difference hashes of 64 bits, how they differ, and how alike ones are found.

A hash has a bit for each of 8 x 8 neighbours in a small grey copy of the picture: whether it gets brighter.
Saving again, another size or another brightness change few bits. Of two hashes within `BITS_MAX` (5) bits,
cut into four bands of 16 bits, either one band is the same, or each differs and at least three of them in one
bit only: so one of the first two does. A database finds them by 17 keys for each of the first two bands and
one for each of the others, and looks at few strangers (after Norouzi, Punjani, Fleet: Fast search in Hamming
space with multi-index hashing, 2012).
"""

from collections.abc import Sequence

BITS = 64
BANDS = 4
BAND_BITS = 16
BANDS_WIDE = 2
BITS_MAX = 5
"""The greatest distance for which the search by bands finds everything."""
SIDE = 8
ALL = (1 << BITS) - 1
"""All bits: what is left of a signed hash is an unsigned one."""

_PLACES = tuple(
    tuple(bit for bit in range(BITS) if (bit // SIDE + bit % SIDE) % BANDS == band) for band in range(BANDS)
)
"""Which bits make up a band: diagonals, since the sky fills whole rows and a wall whole columns."""


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ."""
    return ((one ^ other) & ALL).bit_count()


def bands(hash: int) -> tuple[int, ...]:
    """The four bands of a hash, of 16 bits each."""
    return tuple(_gather(hash & ALL, places) for places in _PLACES)


def _gather(hash: int, places: Sequence[int]) -> int:
    return sum(((hash >> bit) & 1) << at for at, bit in enumerate(places))


def keys(number: int, band: int) -> tuple[int, ...]:
    """What to look for in band `number`: the band itself; in the first two also all one bit away."""
    if number >= BANDS_WIDE:
        return (band,)
    return (band, *(band ^ (1 << bit) for bit in range(BAND_BITS)))


def tells(hash: int, bits_min: int, rows_min: int) -> bool:
    """Whether a hash says enough about a picture for a likeness to mean something.

    A wall, the night or an evenly lit sheet gives nearly all bits alike, a fence or a ruled page the same row
    again and again: many pictures that have nothing to do with each other have these. `bits_min` is how many
    bits must differ from the others, `rows_min` how many of the 8 rows must be different ones.
    """
    ones = (hash & ALL).bit_count()
    rows = {(hash >> (SIDE * row)) & 0xFF for row in range(SIDE)}
    return min(ones, BITS - ones) >= bits_min and len(rows) >= rows_min


def signed(hash: int) -> int:
    """A hash as a database keeps it, in a signed 64-bit integer."""
    hash &= ALL
    return hash - (1 << BITS) if hash >> (BITS - 1) else hash
