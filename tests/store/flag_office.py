"""What tests of flags have in common: two employers, what they declare and pay, what is read then."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from field.store import assessments, flag_keeping, flags, flags_shown, payments, schedules
from field.store.flag_keeping import HISTORY
from field.store.import_runs import Source
from tests.helpers import World, open_world
from tests.store.test_assessments import line, report

C1 = "reg no,month,name,cnic,days,wage,contribution\n"
BANK = "reg no,date,amount,challan,dishonoured on\n"
DAY_MS = 86_400_000
MILL, OTHER = "2004070001", "2004070002"
MARCH = f"{MILL},2026-03,A,42101-1234567-1,26,40000,2400"


@contextmanager
def two_employers(database_url: str) -> Iterator[World]:
    """Two employers in July 2026; the bank's list of June is in, with a payment of the other one."""
    with open_world(database_url) as world:
        world.clock.advance(190 * DAY_MS)
        world.mill = world.establishment("korangi", registration_no=MILL)
        world.other = world.establishment("sukkur", registration_no=OTHER)
        paid(world, f"{OTHER},2026-06-30,100,O-1,")
        yield world


def march_unpaid(world: World) -> tuple[str, str, list[str]]:
    """A report on the mill: March 2026 unpaid, workers at Rs 30,000 and Rs 20,000; Rs 3,000 in all."""
    inspector = world.person("inspector", "korangi")
    visit = world.visit(world.mill, "korangi", inspector)
    made = report(world, visit, months_checked=["2026-03"])
    lines = [line(world, made, wage, month="2026-03") for wage in (30_000, 20_000)]
    look(world)
    return visit, made, lines


def declared(world: World, *lines: str, name: str = "c1.csv", head: str = C1) -> None:
    bring_in(world, schedules, head + "\n".join(lines) + "\n", name)


def paid(world: World, *lines: str, name: str = "bank.csv") -> None:
    bring_in(world, payments, BANK + "\n".join(lines) + "\n", name)


def bring_in(world: World, kind, text: str, name: str) -> None:
    kind.import_file(world.store, world.clock, Source(io.BytesIO(text.encode()), name, "test"))
    look(world)


def look(world: World) -> None:
    """What the background does, until nothing is left."""
    now_ms = world.clock.now_ms()
    while assessments.refresh(world.store, now_ms) or flag_keeping.refresh(world.store, now_ms):
        pass


def standing(world: World, establishment: str | None = None) -> dict[str, str]:
    """The rules that speak against the mill, with the contribution open for each."""
    id = establishment or world.mill
    with world.store.read() as tx:
        return {each.rule: each.amount_rs for each in flags_shown.rules(tx, [id]).get(id, ())}


def history(world: World, rule: str) -> list[tuple[str, str]]:
    """What happened to a flag of the mill, the first first."""
    with world.store.read() as tx:
        found = flags_shown.history(tx, world.mill, None)
    return [(each.what, each.amount_rs) for each in reversed(found) if each.rule == rule]


def entries(world: World) -> int:
    with world.store.read() as tx:
        return tx.execute(select(func.count()).select_from(HISTORY)).scalar_one()


def shown(world: World, establishment: str | None = None) -> flags.Flag | None:
    with world.store.read() as tx:
        found = {each.establishment: each for each in flags.ranked(tx, None)}
    return found.get(establishment or world.mill)
