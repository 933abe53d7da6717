"""Noting acts: with the act or not at all, and nobody by name."""

import pytest
from sqlalchemy import select

from field.store import audit
from field.sync.audit import noted, words_hash
from tests.helpers import World, open_world


def _note_and_fail(world: World) -> None:
    with world.store.write() as tx:
        audit.note(tx, "device-code", 6, by="somebody else")
        raise ZeroDivisionError


def test_a_note_is_kept_if_and_only_if_the_act_is(database_url: str) -> None:
    with open_world(database_url) as world:
        with world.store.write() as tx:
            audit.note(tx, "device-code", 5, by="somebody", district="korangi", until_ms=7)
        with pytest.raises(ZeroDivisionError):
            _note_and_fail(world)
        with world.store.read() as tx:
            notes = [noted(body) for body in tx.execute(select(audit.NOTES.c.body)).scalars()]
    codes = [note for note in notes if note.act == "device-code"]
    assert [(note.by, note.district, note.facts) for note in codes] == [
        ("somebody", "korangi", {"until_ms": 7})
    ]


def test_words_and_numbers_of_cards_are_kept_as_their_hash(sqlite_url: str) -> None:
    words = "Complained by Somebody, card 42101-1234567-1"
    with open_world(sqlite_url) as world:
        with world.store.write() as tx:
            audit.note(tx, "erased", 5, by=None, reason=words, card="4210112345671", file="ab" * 32)
        with world.store.read() as tx:
            [note] = [
                note
                for body in tx.execute(select(audit.NOTES.c.body)).scalars()
                if (note := noted(body)).act == "erased"
            ]
    assert note.facts == {"reason": words_hash(words), "card": words_hash("4210112345671"), "file": "ab" * 32}


def test_an_act_that_nobody_knows_is_refused(sqlite_url: str) -> None:
    with (
        open_world(sqlite_url) as world,
        world.store.write() as tx,
        pytest.raises(ValueError, match="no act"),
    ):
        audit.note(tx, "something", 5, by=None)


def test_a_hash_with_thirteen_digits_in_a_row_stays_a_hash(sqlite_url: str) -> None:
    """One in some thousand hashes looks like a CNIC inside; kept as another hash, it fitted no record."""
    unlucky = "a" * 25 + "4210112345671" + "b" * 26
    with open_world(sqlite_url) as world:
        with world.store.write() as tx:
            audit.note(tx, "erased", 5, by=None, file=unlucky, posting="inspector:korangi:1767225600000:open")
        with world.store.read() as tx:
            notes = [noted(body) for body in tx.execute(select(audit.NOTES.c.body)).scalars()]
    [note] = [note for note in notes if note.act == "erased"]
    assert note.facts == {"file": unlucky, "posting": "inspector:korangi:1767225600000:open"}
