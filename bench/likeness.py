"""How well the difference hash tells used pictures from new ones: `python -m bench.likeness [PICTURES]`.

Pictures are made up (bench/pictures.py): none of them shows anything. What is counted: of pictures that were
changed as somebody might, how many are found again at each distance; and of pairs of pictures that have
nothing to do with each other, how many are as near. Nothing here is fast; it decides the distance.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from bench import pictures
from field.inspections import evidence_settings, hash_bands
from field.inspections.likeness import COLUMNS, ROWS, difference_hash

PICTURES = 4000
CHANGED = 400
DISTANCES = range(8)


def hash_of(image: Image.Image) -> int:
    """The difference hash as reception makes it (field/blobs/decoding.py)."""
    grey = image.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BOX)
    return difference_hash(list(grey.tobytes()))


def drawn(kind: Callable[[random.Random], Image.Image], name: str, count: int) -> list[Image.Image]:
    """So many different pictures of a kind."""
    return [kind(random.Random(f"{name} {number}")) for number in range(count)]


def told(hashes: Sequence[int]) -> list[int]:
    """Those hashes that are compared at all."""
    bits, rows = _setting("alike_informative_bits_min"), _setting("alike_informative_rows_min")
    return [each for each in hashes if hash_bands.tells(each, bits, rows)]


def _setting(key: str) -> int:
    return next(int(row.value) for row in evidence_settings.shipped().rows if row.key == key)


def pairs_within(hashes: Sequence[int]) -> dict[int, float]:
    """The share of pairs of different pictures that are as near as each distance."""
    known = np.array([each & (2**64 - 1) for each in hashes], dtype=np.uint64)
    found: Counter[int] = Counter()
    for at in range(len(known) - 1):
        apart = np.bitwise_count(known[at] ^ known[at + 1 :])
        for distance in DISTANCES:
            found[distance] += int((apart <= distance).sum())
    pairs = len(known) * (len(known) - 1) / 2
    return {distance: found[distance] / pairs for distance in DISTANCES}


def main(count: int) -> None:
    """Print both tables."""
    scenes = [hash_of(image) for image in drawn(pictures.scene, "scene", count)]
    pages = [hash_of(image) for image in drawn(pictures.page, "page", count // 4)]
    print("Pairs of strangers that are as near, per million pairs, by distance 0 to 7")
    for name, hashes in (("scenes, all", scenes), ("scenes that are compared", told(scenes))):
        _print(f"{name} ({len(hashes)})", {d: share * 1e6 for d, share in pairs_within(hashes).items()})
    for name, hashes in (("pages, all", pages), ("pages that would be compared", told(pages))):
        _print(f"{name} ({len(hashes)})", {d: share * 1e6 for d, share in pairs_within(hashes).items()})
    print("Changed pictures that are found again, percent, by distance 0 to 7")
    for name, change in pictures.CHANGES.items():
        found: Counter[int] = Counter()
        compared = 0
        for number in range(min(CHANGED, count)):
            before = scenes[number]
            if not told([before]):
                continue
            compared += 1
            image = pictures.scene(random.Random(f"scene {number}"))
            apart = hash_bands.distance(before, hash_of(change(image)))
            for distance in DISTANCES:
                found[distance] += apart <= distance
        _print(f"{name} ({compared})", {d: 100 * found[d] / max(compared, 1) for d in DISTANCES})


def _print(name: str, by_distance: dict[int, float]) -> None:
    print(f"  {name:<40}" + "".join(f"{by_distance[distance]:>9.2f}" for distance in DISTANCES), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
