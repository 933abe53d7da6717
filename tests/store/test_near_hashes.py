"""The search for alike photos where very many look alike: what is the very same is found all the same."""

import random

from field.inspections import hash_bands
from field.store import near_hashes
from tests.helpers import open_world

WANTED = (1 << 63) - 1


def test_the_very_same_hash_is_found_in_a_crowd(database_url: str) -> None:
    """Thousands of dull pictures shared each band of one; saved again, it passed as new."""
    chance, crowd = random.Random(1), {WANTED}
    for band in range(hash_bands.BANDS):
        mine = sum(1 << bit for bit in range(hash_bands.BITS) if hash_bands.bands(1 << bit)[band])
        many = len(crowd) + 2 * near_hashes.CROWD_MAX
        while len(crowd) < many:
            crowd.add((chance.getrandbits(63) | mine) & WANTED)
    with open_world(database_url) as world, world.store.write() as tx:
        near_hashes.keep(tx, crowd)
        assert near_hashes.near(tx, WANTED, 5)[WANTED] == 0
