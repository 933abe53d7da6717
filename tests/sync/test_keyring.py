"""A tablet follows the server from key to key, and nobody else's."""

import msgspec
import pytest

from field.sync import keyring
from field.sync.keyring import Key, Ring, key_id
from field.sync.signing import ServerKey

ONE, TWO, THREE, STRANGE = (ServerKey(bytes([number]) * 32) for number in range(1, 5))


def rotated(*keys: ServerKey) -> Ring:
    """A ring that began with the first key and took up the others at 1000, 2000 ... ms."""
    ring = keyring.alone(keys[0])
    for number, key in enumerate(keys[1:], 1):
        ring = keyring.rotated(ring, key, number * 1000)
    return ring


def test_whoever_was_away_for_two_keys_learns_both() -> None:
    ring = rotated(ONE, TWO, THREE)
    assert keyring.followed([ONE.public], ring.keys) == [ONE.public, TWO.public, THREE.public]
    assert keyring.followed([TWO.public], ring.keys) == [TWO.public, THREE.public]
    assert [each.until_ms for each in ring.keys] == [1000, 2000, None]


def test_a_key_to_which_nobody_handed_over_is_not_believed() -> None:
    own = Key(id=key_id(STRANGE.public), public=STRANGE.public, since_ms=5, endorsed_by=key_id(ONE.public))
    message = keyring.handover_message(own.id, own.public, own.since_ms)
    signed_by_itself = msgspec.structs.replace(own, endorsement=STRANGE.sign(message))
    other_moment = msgspec.structs.replace(own, endorsement=ONE.sign(message), since_ms=6)
    other_name = msgspec.structs.replace(own, endorsement=ONE.sign(message), id="AAAAAAA")
    for false in (own, signed_by_itself, other_moment, other_name):
        assert keyring.followed([ONE.public], [*rotated(ONE).keys, false]) == [ONE.public]
    true = msgspec.structs.replace(own, endorsement=ONE.sign(message))
    assert keyring.followed([ONE.public], [true]) == [ONE.public, STRANGE.public]


def test_a_revoked_key_goes_and_cannot_take_its_successor_along() -> None:
    ring = rotated(ONE, TWO)
    first, second = (each.id for each in ring.keys)
    ring = keyring.revoked(ring, first, 500)
    assert keyring.followed([ONE.public], ring.keys) == [TWO.public]
    stolen = keyring.Revoked(since_ms=0, by=first, signature=ONE.sign(keyring.revocation_message(second, 0)))
    keys = [ring.keys[0], msgspec.structs.replace(ring.keys[1], revoked=stolen)]
    assert keyring.followed([ONE.public, TWO.public], keys) == [TWO.public]
    unsigned = msgspec.structs.replace(
        ring.keys[0], revoked=keyring.Revoked(since_ms=0, by=second, signature=ONE.sign(b"else"))
    )
    assert keyring.followed([ONE.public], [unsigned, ring.keys[1]]) == [ONE.public, TWO.public]


def test_what_a_key_signed_counts_while_it_was_in_force() -> None:
    ring = keyring.revoked(rotated(ONE, TWO, THREE), key_id(TWO.public), 1500)
    one, two, three = ring.keys
    assert one.in_force(999)
    assert not one.in_force(1000 + keyring.LATE_MS + 1)
    assert (two.in_force(1499), two.in_force(1500)) == (True, False)
    assert three.in_force(10**14)
    with pytest.raises(ValueError, match="hands over first"):
        keyring.revoked(ring, three.id, 0)
    with pytest.raises(KeyError):
        keyring.revoked(ring, "NOTHERE", 0)
    with pytest.raises(ValueError, match="there already"):
        keyring.rotated(ring, ONE, 9000)
