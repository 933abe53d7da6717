"""How alike two pictures look: a difference hash of 64 bits, which survives scaling and saving anew."""

from collections.abc import Sequence

COLUMNS, ROWS = 9, 8
"""The picture in so many grey points; each point is compared with the one to its right."""


def difference_hash(grey: Sequence[int]) -> int:
    """The difference hash of a picture, as a signed 64-bit integer.

    `grey` are 9 x 8 values of brightness, row by row, of the upright picture. A bit is 1 where a point is
    darker than the next; the first comparison is the highest bit. A picture without any contrast has 0.
    Raises ValueError for another number of points.
    """
    if len(grey) != COLUMNS * ROWS:
        raise ValueError(f"a difference hash is of {COLUMNS * ROWS} points, not of {len(grey)}")
    bits = 0
    for row in range(ROWS):
        for column in range(COLUMNS - 1):
            at = row * COLUMNS + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return bits - 2**64 if bits >= 2**63 else bits
