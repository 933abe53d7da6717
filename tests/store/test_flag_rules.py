"""The rules of flagging are the office's own: switched off and on, thresholds moved, every version kept."""

from datetime import date

import msgspec
import pytest

from field.problems import Problem
from field.store import flag_rules
from tests.helpers import World
from tests.store.flag_office import (
    MARCH,
    MILL,
    declared,
    history,
    look,
    march_unpaid,
    paid,
    standing,
    two_employers,
)


@pytest.fixture
def world(database_url):
    with two_employers(database_url) as world:
        yield world


@pytest.fixture
def found(world: World):
    return march_unpaid(world)


def change(world: World, id: str, **members) -> None:
    with world.store.read() as tx:
        held = flag_rules.load(tx).by_id[id]
    new = msgspec.structs.replace(held, **members)
    flag_rules.change(world.store, [new], world.clock.now_ms(), "Circular 7")
    look(world)


def test_a_rule_that_is_switched_off_lifts_its_flags_and_switched_on_raises_them_again(world: World, found):
    change(world, "wage-under-minimum", on=False)
    assert "wage-under-minimum" not in standing(world)
    change(world, "wage-under-minimum", on=True)
    assert "wage-under-minimum" in standing(world)
    assert [what for what, _ in history(world, "wage-under-minimum")] == ["raised", "lifted", "raised"]


def test_a_threshold_is_a_dated_setting_and_every_version_is_kept(world: World):
    declared(world, MARCH)
    paid(world, f"{MILL},2026-04-10,2200,M-1,", name="april.csv")
    assert standing(world) == {"paid-less-than-declared": "200.00"}
    with world.store.read() as tx:
        held = flag_rules.load(tx).by_id["paid-less-than-declared"]
    higher = msgspec.structs.replace(
        held.thresholds[1], value="500", valid_from=date(2026, 7, 1), note="Circular 7 of 2026"
    )
    change(world, held.id, thresholds=(*held.thresholds, higher))
    assert standing(world) == {}
    with world.store.read() as tx:
        kept = [each for each in flag_rules.versions(tx) if each.entry.id == held.id]
    assert [(each.version, each.reason) for each in kept] == [
        (1, "Came with the program."),
        (2, "Circular 7"),
    ]
    assert kept[0].entry == held


def test_rules_that_cannot_be_used_change_nothing(world: World):
    with world.store.read() as tx:
        held = flag_rules.load(tx).by_id["no-schedule"]
    without = msgspec.structs.replace(held, thresholds=())
    with pytest.raises(Problem, match="it needs a threshold called months"):
        flag_rules.change(world.store, [without], world.clock.now_ms(), "Circular 7")
    with pytest.raises(Problem, match="Say why"):
        flag_rules.change(world.store, [held], world.clock.now_ms(), " ")
    assert flag_rules.change(world.store, [held], world.clock.now_ms(), "the same again") == 0
