"""What a tablet tells of itself, and what follows: a word that was overtaken on its way raises no alarm."""

import msgspec
import pytest

from field.sync import ledger
from field.sync.ledger import HOUR_MS, Event, Facts, LedgerHole, Standing
from field.sync.told import CONTACT_MS, Drift, Heard, Hearing, Told, hear

NOW = 1_790_000_000_000
LIMITS = ledger.in_force(ledger.shipped(), NOW)


def heard(told: Told, at_ms: int = NOW) -> Heard:
    return Heard(told=told, anchor_ms=at_ms, at_ms=at_ms)


def say(told: Told, before: Heard | None = None, **more: int | None) -> Hearing:
    known: dict[str, int | None] = {"anchor_ms": NOW, "received": 0, "received_ms": 0, "now_ms": NOW}
    return hear(told, before, **{**known, **more})  # type: ignore[arg-type]


def codes(facts: Facts, now_ms: int = NOW) -> list[str]:
    return [alarm.code for alarm in ledger.account(facts, [], LIMITS, now_ms).alarms]


def facts(**more: object) -> Facts:
    known = {"id": "one", "name": "Tablet", "enrolled_ms": NOW, "acknowledged": 0, "rows": 0}
    return msgspec.convert({**known, **more}, Facts, from_attributes=True)


def test_a_tablet_that_forgot_what_came_from_it_was_set_back():
    told = Told(captured=5, acknowledged=5)
    alarms = say(told, received=8, received_ms=NOW - 1000).alarms
    assert [(alarm.code, alarm.seq) for alarm in alarms] == [("set-back", 5)]


@pytest.mark.parametrize("anchor_ms", [NOW, NOW - 1, None])
def test_a_word_from_before_the_last_entry_came_is_no_sign_of_a_tablet_set_back(anchor_ms: int | None):
    """A request that the network delivered late, or twice, told of five entries when eight had come."""
    assert (
        say(Told(captured=5, acknowledged=5), received=8, received_ms=NOW, anchor_ms=anchor_ms).alarms == ()
    )


def test_a_word_that_was_overtaken_is_let_go():
    later = heard(Told(captured=8, acknowledged=8))
    assert say(Told(captured=5, acknowledged=5), later, anchor_ms=NOW - 1) == Hearing()
    assert say(Told(captured=7, acknowledged=7), later) == Hearing()
    assert say(Told(captured=9, acknowledged=8), later).heard is not None


def test_nothing_is_written_for_a_tablet_that_has_nothing_new_to_tell():
    before = heard(Told(captured=8, acknowledged=8))
    told = Told(captured=8, acknowledged=8, anchor="1.x")
    assert say(told, before, now_ms=NOW + CONTACT_MS - 1) == Hearing()
    assert say(told, before, now_ms=NOW + CONTACT_MS).heard is not None


def test_drift_is_an_alarm_once_and_another_one_when_fetching_anew_did_not_help():
    healed = Told(captured=0, acknowledged=0, drift={"common": Drift(1)})
    first = say(healed)
    assert [alarm.code for alarm in first.alarms] == ["drift"]
    assert say(healed, first.heard).alarms == ()
    stays = Told(captured=0, acknowledged=0, drift={"common": Drift(1, True)})
    assert [alarm.code for alarm in say(stays, first.heard).alarms] == ["drift-stays"]


def test_the_account_adds_up():
    told = Told(captured=412, acknowledged=400, photos_unsent=2, bytes_unsent=9, oldest_unsent_ms=7)
    standing = {
        "held": 2,
        "waiting": 1,
        "quarantined": 3,
        "lost": 1,
        "duplicate": 4,
        "conflict": 5,
        "merged": 6,
    }
    entry = ledger.account(
        facts(
            acknowledged=409,
            rows=409,
            heard=heard(told),
            standing={name: Standing(number, NOW) for name, number in standing.items()},
        ),
        [],
        LIMITS,
        NOW,
    )
    assert (entry.captured, entry.received, entry.unsent, entry.oldest_unsent_ms) == (412, 409, 3, 7)
    whole = entry.landed + entry.held + entry.waiting + entry.quarantined + entry.lost + entry.repeated
    assert whole == entry.received
    assert entry.alarms == ()


def test_what_came_twice_over_a_line_of_identities_counts_once():
    first = facts(acknowledged=7, rows=7)
    again = facts(id="two", acknowledged=4, rows=4, standing={"duplicate": Standing(2, NOW)})
    entry = ledger.account(again, [first], LIMITS, NOW)
    assert (entry.line, entry.line_received, entry.line_captured) == (("one", "two"), 9, 9)


def test_what_an_identity_that_ended_had_not_sent_is_counted_where_it_went():
    ended = facts(acknowledged=4, rows=4, heard=heard(Told(captured=9, acknowledged=4)), followed_by="two")
    entry = ledger.account(ended, [], LIMITS, NOW + 10_000 * HOUR_MS)
    assert (entry.captured, entry.unsent, entry.alarms) == (4, 0, ())


def test_every_kind_of_hole_is_an_alarm():
    long_ago = NOW - 1000 * HOUR_MS
    old = Standing(1, long_ago)
    unsent = heard(Told(captured=3, acknowledged=0), long_ago)
    assert codes(facts(acknowledged=9, rows=8)) == ["holes"]
    assert codes(facts(heard=heard(Told(captured=3, acknowledged=3)))) == ["office-behind"]
    assert codes(facts(heard=unsent)) == ["silent"]
    assert codes(facts(missing=old, pushed_ms=NOW)) == ["photos-missing"]
    assert codes(facts(acknowledged=1, rows=1, standing={"held": old})) == ["held-long"]
    assert codes(facts(acknowledged=1, rows=1, standing={"waiting": old})) == ["waiting-long"]
    assert codes(facts(events={"lost": Event(1, NOW)})) == ["lost"]
    assert codes(facts(events={"fork": Event(1, NOW), "closed-a-dispute": Event(1, NOW)})) == ["fork"]


def test_what_is_under_way_is_no_alarm_and_what_is_long_past_is_none_any_more():
    now = Standing(1, NOW)
    assert codes(facts(missing=now, standing={"held": now}, acknowledged=1, rows=1)) == []
    assert codes(facts(heard=heard(Told(captured=3, acknowledged=0)))) == []
    past = NOW + LIMITS["past"].hours * HOUR_MS
    assert codes(facts(events={"lost": Event(1, NOW)}), past) == ["lost"]
    assert codes(facts(events={"lost": Event(1, NOW)}), past + 1) == []


def test_a_limit_holds_from_its_day_on():
    first = ledger.shipped()[0]
    later = msgspec.structs.replace(first, hours=1, valid_from=first.valid_from.replace(year=2099))
    assert ledger.in_force([later, first], NOW)["silent"] == first


def test_holes_are_told_by_their_numbers():
    assert ledger.holes([(4, 1), (9, 6)], 9, 12) == [LedgerHole(2, 3), LedgerHole(7, 8), LedgerHole(10, 12)]
    assert ledger.holes([], 5, 5) == []
