"""Taking back: a change that was taken back counts as never made, whatever the order in which all arrives."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from field.sync import merge
from field.sync.changes import Change
from field.sync.checks import Refusal, Verdict
from field.sync.merge import Edit, Record
from field.sync.undoing import History, Undo, rebuilt, undone
from field.sync.units import Item
from field.sync.verdicts import Judged, Judgement, judge
from tests.sync.test_merge import histories, land, seen


def arrive(said: Sequence[Edit | Undo], kind: str) -> Record:
    """A record to which edits, and what takes them back, come one after another."""
    record = merge.create("r", kind, "r", None)
    for at, each in enumerate(said):
        if isinstance(each, Edit):
            record = merge.apply(record, each)
        else:
            record = rebuilt(record, History().also(said[: at + 1]))
    return record


@st.composite
def taken_back(draw: st.DrawFn) -> tuple[str, list[Edit], list[Undo]]:
    """Edits, some of them taken back, and some of what took them back taken back in turn."""
    kind, edits = draw(histories())
    ids = [edit.author.id for edit in edits]
    undos: list[Undo] = []
    for number in range(draw(st.integers(0, 4))):
        named = draw(st.lists(st.sampled_from([*ids, *(undo.id for undo in undos)]), min_size=1, unique=True))
        undos.append(Undo(f"u{number}", tuple(named)))
    return kind, edits, undos


@given(taken_back(), st.randoms(use_true_random=False))
def test_the_order_of_edits_and_of_what_takes_them_back_never_matters(
    history: tuple[str, list[Edit], list[Undo]], chance: Any
) -> None:
    kind, edits, undos = history
    shuffled: list[Edit | Undo] = [*edits, *undos]
    chance.shuffle(shuffled)
    assert seen(arrive(shuffled, kind)) == seen(arrive([*edits, *undos], kind))


@given(taken_back())
def test_what_was_taken_back_counts_as_never_made(history: tuple[str, list[Edit], list[Undo]]) -> None:
    kind, edits, undos = history
    gone = undone(undos)
    rest = [edit for edit in edits if edit.author.id not in gone]
    assert seen(arrive([*edits, *undos], kind)) == seen(land(rest, kind))


@given(histories(), st.data())
def test_to_take_back_what_took_back_brings_all_again(history: tuple[str, list[Edit]], data: Any) -> None:
    kind, edits = history
    one = data.draw(st.sampled_from([edit.author.id for edit in edits]))
    both = [Undo("u", (one,)), Undo("v", ("u",))]
    assert seen(arrive([*edits, *both], kind)) == seen(land(edits, kind))


def test_a_circle_takes_back_less_than_it_says_and_ends() -> None:
    assert undone([Undo("u", ("v",)), Undo("v", ("u",))]) <= {"u", "v"}
    assert undone([Undo("u", ("a",)), Undo("v", ("u",)), Undo("w", ("v",))]) >= {"a"}


# What may be decided about lines in quarantine.

PLACE = ("tablet", 3)


def verdict(op: Any) -> Verdict:
    change = Change(id="d" * 36, device="o" * 36, seq=9, prev="0" * 64, op=op, reason="x", entries=[PLACE])
    return Verdict(change, 5)


def decided(op: str, status: Any, standing: Any, refusal: Refusal | None = None) -> Any:
    item: Any = Item(line=Line(3), device="tablet", t=1, checked=None)
    held = {PLACE: Judged(item, status, standing, "no-right", "why")}
    found = judge(verdict(op), held, lambda _: refusal)
    if isinstance(found, Refusal):
        return found.code
    return found.stands[0].verdict, found.unit is not None


class Line:
    def __init__(self, seq: int) -> None:
        self.seq = seq


def test_every_decision_leads_from_one_standing_to_another_or_is_refused() -> None:
    table = {
        ("release", "quarantined", None): ("released", True),
        ("release", "quarantined", "rejected"): "already-decided",
        ("release", "applied", "released"): "already-decided",
        ("release", "applied", "undone"): ("released", False),
        ("release", "applied", None): "already-decided",
        ("reject", "quarantined", None): ("rejected", False),
        ("reject", "quarantined", "rejected"): "already-decided",
        ("reject", "applied", "undone"): "already-decided",
        ("reopen", "quarantined", "rejected"): (None, False),
        ("reopen", "applied", "released"): ("undone", False),
        ("reopen", "applied", "undone"): "already-decided",
        ("reopen", "quarantined", None): "already-decided",
    }
    assert {asked: decided(*asked) for asked in table} == table


def test_a_release_that_could_not_land_decides_nothing() -> None:
    assert decided("release", "quarantined", None, Refusal("bad-value", "no")) == "bad-value"


def test_a_verdict_about_a_line_that_is_not_here_yet_stands() -> None:
    found = judge(verdict("release"), {}, lambda _: None)
    assert isinstance(found, Judgement)
    assert ([stand.verdict for stand in found.stands], found.unit) == (["released"], None)
