"""Merging: what a field shows is a pure function of the set of its writes, in whatever order they arrive."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from field.sync import merge, wire
from field.sync.kinds import KINDS
from field.sync.merge import Author, Edit, Record

A, B, C = (f"0190b6a0-0000-7000-8000-00000000000{letter}" for letter in "abc")


def write(
    id: str, t: int, device: str = A, seq: int = 1, over: Any = None, was: Any = None, **values: Any
) -> Edit:
    return Edit(Author(id, t, device, seq, None), values, was or {}, over or {})


def land(edits: Sequence[Edit], kind: str = "wage_line") -> Record:
    record = merge.create("r", kind, "r", None)
    for edit in edits:
        record = merge.apply(record, edit)
    return record


def shows(edits: Sequence[Edit], kind: str, name: str) -> tuple[Any, bool]:
    """The value shown and whether it is disputed, the same for every order of arrival."""
    found = []
    for order in permutations(edits):
        record = land(order, kind)
        found.append((record.values.get(name), name in record.disputed))
    assert all(each == found[0] for each in found), found
    return found[0]


def test_two_wages_for_one_worker_are_both_kept_and_the_earlier_is_shown() -> None:
    edits = [write("x", 5, A, wage_rs=30_000), write("y", 3, B, wage_rs=32_000)]
    assert shows(edits, "wage_line", "wage_rs") == (32_000, True)
    assert set(land(edits).live["wage_rs"].values()) == {30_000, 32_000}


def test_two_who_write_the_same_do_not_disagree() -> None:
    edits = [write("x", 5, A, wage_rs=30_000), write("y", 3, B, wage_rs=30_000)]
    assert shows(edits, "wage_line", "wage_rs") == (30_000, False)


def test_whoever_saw_a_value_and_changed_it_replaces_it() -> None:
    edits = [write("x", 5, wage_rs=1), write("y", 3, B, over={"wage_rs": ["x"]}, wage_rs=2)]
    assert shows(edits, "wage_line", "wage_rs") == (2, False)


def test_a_decision_closes_what_it_saw_and_no_more() -> None:
    """A third tablet comes home while the supervisor decides between two values."""
    two = [write("x", 1, A, wage_rs=1), write("y", 2, B, wage_rs=2)]
    decided = write("d", 9, C, over={"wage_rs": ["x", "y"]}, wage_rs=2)
    assert shows([*two, decided], "wage_line", "wage_rs") == (2, False)
    late = write("z", 3, B, 2, wage_rs=3)
    assert shows([*two, decided, late], "wage_line", "wage_rs") == (3, True)
    other = write("e", 9, B, 7, over={"wage_rs": ["x", "y"]}, wage_rs=1)
    assert shows([*two, decided, other], "wage_line", "wage_rs") == (1, True)


def test_the_latest_remark_is_shown_by_the_time_of_capture() -> None:
    edits = [
        write("x", 5, A, remarks="five"),
        write("y", 7, B, remarks="seven"),
        write("z", 6, C, remarks="six"),
    ]
    assert shows(edits, "wage_line", "remarks") == ("seven", False)


def test_ties_in_time_are_broken_by_device_and_number() -> None:
    edits = [
        write("x", 5, B, 1, remarks="b1"),
        write("y", 5, B, 2, remarks="b2"),
        write("z", 5, A, 9, remarks="a9"),
    ]
    assert shows(edits, "wage_line", "remarks") == ("b2", False)


def test_the_first_to_arrive_and_the_last_to_leave_count() -> None:
    edits = [
        write("x", 1, A, check_in_ms=900, check_out_ms=1000),
        write("y", 2, B, check_in_ms=800, check_out_ms=950),
    ]
    assert shows(edits, "visit", "check_in_ms") == (800, False)
    assert shows(edits, "visit", "check_out_ms") == (1000, False)


def test_a_counter_adds_what_each_added() -> None:
    edits = [
        write("x", 1, A, minutes_on_site=10),
        write("y", 2, A, 2, over={"minutes_on_site": ["x"]}, was={"minutes_on_site": 10}, minutes_on_site=25),
        write("z", 2, B, was={"minutes_on_site": 10}, minutes_on_site=40),
    ]
    assert shows(edits, "visit", "minutes_on_site") == (10 + 15 + 30, False)


def test_a_set_has_what_anybody_has_put_in_and_nobody_who_saw_it_took_out() -> None:
    base = write("x", 1, A, documents_seen=["register", "muster"])
    took_out = write("y", 2, A, 2, over={"documents_seen": ["x"]}, documents_seen=["muster"])
    added = write(
        "z", 2, B, over={"documents_seen": ["x"]}, documents_seen=["muster", "register", "cash book"]
    )
    assert shows([base, took_out], "visit", "documents_seen") == (["muster"], False)
    assert shows([base, took_out, added], "visit", "documents_seen") == (
        ["cash book", "muster", "register"],
        False,
    )


def test_a_status_goes_on_and_never_back() -> None:
    planned = write("p", 1, status="planned")
    started = write("x", 2, A, over={"status": ["p"]}, was={"status": "planned"}, status="started")
    done = write("y", 3, B, over={"status": ["p"]}, was={"status": "planned"}, status="done")
    assert shows([planned, started, done], "visit", "status") == ("done", False)
    refused = write("z", 4, C, over={"status": ["p"]}, was={"status": "planned"}, status="refused")
    assert shows([planned, started, done, refused], "visit", "status") == ("done", True)


def test_states_that_lead_back_to_each_other_are_a_question_for_a_person() -> None:
    edits = [write("x", 1, A, status="closed"), write("y", 2, B, status="open")]
    assert shows(edits, "establishment", "status") == ("closed", True)


def test_a_position_is_taken_as_a_whole() -> None:
    here, there = {"lat": 1.0, "lon": 1.0, "accuracy_m": 5.0}, {"lat": 2.0, "lon": 1.0, "accuracy_m": 5.0}
    edits = [write("x", 1, A, location=here), write("y", 2, B, location=there)]
    assert shows(edits, "establishment", "location") == (here, True)


def test_an_edit_that_the_withdrawal_did_not_see_is_not_dropped() -> None:
    made = write("x", 1, wage_rs=1)
    gone = write("w", 3, B, withdrawn={"reason": "twice", "seen": ["x"]})
    assert shows([made, gone], "wage_line", "withdrawn")[1] is False
    unseen = write("y", 2, C, over={"wage_rs": ["x"]}, wage_rs=2)
    assert shows([made, gone, unseen], "wage_line", "withdrawn") == ({"reason": "twice", "seen": ["x"]}, True)
    assert shows([made, gone, unseen], "wage_line", "wage_rs") == (2, False)


def test_a_withdrawal_and_a_return_at_once_are_a_question() -> None:
    made = write("x", 1, wage_rs=1)
    gone = write("w", 3, B, withdrawn={"reason": "twice", "seen": ["x"]})
    back = write("b", 4, B, 2, over={"withdrawn": ["w"]}, withdrawn=None)
    again = write("v", 4, C, over={"withdrawn": ["w"]}, withdrawn={"reason": "no", "seen": ["x"]})
    assert shows([made, gone, back], "wage_line", "withdrawn") == (None, False)
    assert shows([made, gone, back, again], "wage_line", "withdrawn")[1] is True


def test_a_write_that_comes_after_its_replacement_is_dead_on_arrival() -> None:
    record = land([write("y", 2, over={"wage_rs": ["x"]}, wage_rs=2), write("x", 1, wage_rs=1)])
    assert record.live["wage_rs"] == {"y": 2}
    assert record.dead == {}


NAMES = {
    "wage_line": ("wage_rs", "remarks", "days"),
    "visit": ("minutes_on_site", "documents_seen", "status"),
}


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """Edits by three devices, each replacing some that were captured before, as forms of any age would."""
    kind = draw(st.sampled_from(sorted(NAMES)))
    edits: list[Edit] = []
    for number in range(draw(st.integers(1, 6))):
        name = draw(st.sampled_from(NAMES[kind]))
        before = [edit.author.id for edit in edits if name in edit.set]
        over = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        value = draw(VALUES[name])
        was = {name: draw(st.integers(0, 9))} if name == "minutes_on_site" else {}
        device = draw(st.sampled_from([A, B, C]))
        edits.append(
            write(f"w{number}", draw(st.integers(1, 4)), device, number, {name: over}, was, **{name: value})
        )
    return kind, edits


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "wage_rs": st.integers(0, 3),
    "days": st.integers(0, 31) | st.none(),
    "remarks": st.sampled_from(["a", "b", "c"]),
    "minutes_on_site": st.integers(0, 20),
    "documents_seen": st.lists(st.sampled_from(["a", "b", "c"]), unique=True) | st.none(),
    "status": st.sampled_from(["planned", "started", "done", "refused"]),
}


def seen(record: Record) -> tuple[Any, ...]:
    live = {name: writes for name, writes in record.live.items() if writes}
    return (
        {n: v for n, v in record.values.items() if n in live or n in record.sums},
        record.disputed,
        live,
        record.sums,
    )


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(history: tuple[str, list[Edit]], chance: Any) -> None:
    kind, edits = history
    shuffled = list(edits)
    chance.shuffle(shuffled)
    assert seen(land(edits, kind)) == seen(land(shuffled, kind))


@given(histories())
def test_every_value_is_live_or_was_replaced_by_name(history: tuple[str, list[Edit]]) -> None:
    """Nothing is lost: a write is a candidate, or somebody listed it."""
    kind, edits = history
    record = land(edits, kind)
    for edit in edits:
        (name,) = edit.set
        replaced = any(edit.author.id in other.over.get(name, ()) for other in edits)
        assert (edit.author.id in record.live[name]) is not replaced


@given(histories())
def test_what_the_store_keeps_is_what_was_merged(history: tuple[str, list[Edit]]) -> None:
    """A record that went through the database merges on as if it had never left memory."""
    kind, edits = history
    record = stored = merge.create("r", kind, "r", None)
    for edit in edits:
        record, stored = merge.apply(record, edit), again(merge.apply(stored, edit))
        assert seen(stored) == seen(record)
        assert stored.dead == record.dead
        assert stored.conflicts == record.conflicts


def again(record: Record) -> Record:
    row = wire.decode_row(wire.encode_row(record))
    fresh = Record(id=row.record, kind=row.kind, root=row.root, values=row.values, disputed=row.disputed)
    return merge.unpack(fresh, merge.pack(record))


def test_every_field_of_every_kind_has_a_rule_that_is_carried_out() -> None:
    for kind in KINDS.values():
        for name, info in kind.fields.items():
            assert info.rule.name in {*merge._RULES, "add", "withdrawal"}, (kind.name, name)


def test_personal_fields_stand_only_in_records_below_a_visit() -> None:
    """So no district's or common scope, and no snapshot of one, ever holds a worker's name or CNIC."""
    for kind in KINDS.values():
        top = kind
        while top.parent_kind is not None:
            top = KINDS[top.parent_kind]
        assert not kind.personal or (top.name == "visit" and kind is not top), kind.name


def test_the_bytes_of_a_row_say_which_writes_are_live() -> None:
    record = land([write("x", 1, wage_rs=1, remarks="a"), write("y", 2, B, wage_rs=2)])
    row = msgspec.json.decode(wire.encode_row(record))
    assert row["write"] == "x"
    assert row["writes"] == {"wage_rs": ["x", "y"]}
    assert row["disputed"] == ["wage_rs"]
