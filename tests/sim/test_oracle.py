"""The oracle's own judgement, on histories small enough to judge by heart."""

from typing import Any

from field.sim.edits import Edit, Screen
from field.sim.oracle import Oracle

MADE = {"name": "Mill", "address": "Plot 1", "status": "open"}


def judged(*edits: Edit) -> dict[str, Any]:
    oracle = Oracle()
    oracle.note(edit("made", 0, MADE, op="create"))
    for each in edits:
        oracle.note(each)
    return dict(oracle.judge()["unit"].fields)


def edit(id: str, t: int, values: dict[str, Any], shown: dict[str, Any] | None = None, **more: Any) -> Edit:
    screen = Screen(shown or {}, {name: frozenset({"made"}) for name in shown or {}})
    fixed = {"kind": "establishment", "record": "unit", "screen": screen, "op": "set", "device": id, "seq": 1}
    return Edit(id=id, t=t, values=values, **{**fixed, **more})


def test_whoever_looked_at_a_value_replaces_it() -> None:
    field = judged(edit("a", 5, {"address": "Plot 2"}, {"address": "Plot 1"}))["address"]
    assert (field.value, field.disputed) == ("Plot 2", False)


def test_two_who_looked_at_the_same_value_disagree_and_the_earlier_shows() -> None:
    late = edit("a", 9, {"address": "Plot 2"}, {"address": "Plot 1"})
    early = edit("b", 5, {"address": "Plot 3"}, {"address": "Plot 1"})
    field = judged(late, early)["address"]
    assert (field.value, field.candidates) == ("Plot 3", {"a", "b"})


def test_a_change_that_never_landed_replaces_nothing_but_what_it_led_to_does() -> None:
    bad = edit("a", 5, {"address": "Plot 2"}, {"address": "Plot 1"}, bad=True)
    assert judged(bad)["address"].value == "Plot 1"
    screen = Screen({"address": "Plot 2"}, {"address": frozenset({"a"})}, {"address": frozenset({"a"})})
    after = edit("b", 6, {"address": "Plot 3"}, screen=screen)
    assert judged(bad, after)["address"].value == "Plot 3"
    assert not judged(bad, after)["address"].disputed


def test_what_came_after_a_lost_record_waits() -> None:
    oracle = Oracle()
    oracle.note(edit("made", 0, MADE, op="create", fate="lost"))
    oracle.note(edit("a", 5, {"address": "Plot 2"}))
    assert oracle.judge() == {}
    assert oracle.edits["a"].fate == "waiting"
