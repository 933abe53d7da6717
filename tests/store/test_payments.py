"""Payments of employers: none lost, none doubled, and a dishonoured cheque stays to be seen."""

import io

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from field.store import import_runs, payments, schedules
from field.store.import_runs import Source
from field.store.payments import PAYMENTS
from tests.helpers import World, open_world

HEAD = "reg no,date,amount,challan,month,dishonoured on\n"
TWO = "2004070001,2025-12-10,2220,A-1,2025-11,\n2004070001,2025-12-12,4440,A-2,2025-10,\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        world.mill = world.establishment("korangi", registration_no="2004070001")
        yield world


def load(world: World, text: str, name: str = "bank.csv", **more):
    return payments.import_file(
        world.store, world.clock, Source(io.BytesIO(text.encode()), name, "test"), **more
    )


def tally(done):
    return done.added, done.unchanged, done.repeated, done.dishonoured, done.rejected


def kept(world: World):
    with world.store.read() as tx:
        return [tuple(row) for row in tx.execute(select(PAYMENTS).order_by(PAYMENTS.c.id))]


def test_importing_payments_twice_changes_nothing(world: World):
    assert tally(load(world, HEAD + TWO)) == (2, 0, 0, 0, 0)
    before = kept(world)
    assert tally(load(world, HEAD + TWO, "the same.csv")) == (0, 2, 0, 0, 0)
    assert kept(world) == before


def test_the_same_payment_in_two_files_is_told_and_counted_once(world: World):
    """The bank's list and the office's register of challans both had it, one with a space in the number."""
    load(world, HEAD + TWO)
    done = load(world, HEAD + "200407-0001,10/12/2025,Rs 2220.00,a - 1,,\n", "register.csv")
    assert tally(done) == (0, 0, 1, 0, 0)
    assert done.remarks[0].detail == "The same payment stands in bank.csv, line 2: counted once."
    assert len(kept(world)) == 2


def test_two_equal_payments_of_a_day_are_two_by_their_challans_and_in_doubt_without(world: World):
    text = "2004070001,2025-12-10,2220,B-1,,\n2004070001,2025-12-10,2220,B-2,,\n"
    assert tally(load(world, HEAD + text)) == (2, 0, 0, 0, 0)
    done = load(world, HEAD + "2004070001,2025-12-11,50,,,\n2004070001,2025-12-11,50,,,\n", "cash.csv")
    assert tally(done) == (1, 0, 0, 0, 1)
    assert (done.rejects[0].line, done.rejects[0].column) == (3, "reference")
    assert "line 2" in done.rejects[0].reason


def test_the_same_money_with_a_challan_and_without_is_told_and_can_be_taken_back(world: World):
    load(world, HEAD + "2004070001,2025-12-10,2220,,,\n")
    done = load(world, HEAD + TWO, "register.csv")
    assert tally(done) == (2, 0, 0, 0, 0)
    assert [(each.line, each.detail.partition(",")[0]) for each in done.remarks] == [
        (2, "An equal payment of this day stands in bank.csv")
    ]
    assert tally(load(world, HEAD + "2004070001,2025-12-10,2220,,,2025-12-10\n", "back.csv")) == (
        0,
        0,
        1,
        1,
        0,
    )
    assert not load(world, HEAD + TWO, "once more.csv").remarks


def test_the_same_challan_of_another_day_is_told_and_can_be_taken_back(world: World):
    """The bank books a challan days after the employer dated it, and the office has both lists."""
    load(world, HEAD + TWO)
    done = load(
        world, HEAD + "2004070001,2025-12-14,2220,A-1,,\n2004070001,2025-12-14,7,A-2,,\n", "office.csv"
    )
    assert tally(done) == (2, 0, 0, 0, 0)
    assert [each.line for each in done.remarks] == [2]  # of the other the amount differs too: a part, perhaps
    assert done.remarks[0].detail.startswith(
        "The same challan and amount stand in bank.csv, line 2, of 2025-12-10; both are counted."
    )
    assert not load(world, HEAD + "2004070001,2025-12-14,2220,A-1,,2025-12-14\n", "back.csv").rejects
    again = load(
        world, HEAD + "2004070001,2025-12-12,4440,A-2,,\n2004070001,2025-12-19,2220,A-1,,\n", "more.csv"
    )
    assert [(each.line, "2025-12-10; both" in each.detail) for each in again.remarks] == [
        (2, False),
        (3, True),
    ]


def test_a_challan_that_is_told_of_once_for_each_month_is_not_silently_counted_for_one_alone(world: World):
    """Rs 4,440 were paid: of a file with a line for each month Rs 2,220 of them would be lost."""
    months = [f"2004070001,2025-12-10,2220,C-1,{month}," for month in ("2025-10", "2025-11", "2025-11")]
    told = []
    done = load(world, HEAD + "\n".join(months) + "\n", told=told.append)
    assert (tally(done), len(kept(world))) == ((1, 0, 0, 0, 2), 1)
    assert [(each.line, each.column) for each in told] == [(3, "months"), (4, "months")]
    assert "stand in bank.csv, line 2, for 2025-10." in told[0].reason
    again = load(world, HEAD + months[0] + "\n", "again.csv")
    assert tally(again) == (0, 0, 1, 0, 0)


def test_a_dishonoured_cheque_is_reversed_and_stays(world: World):
    load(world, HEAD + TWO)
    bounced = HEAD + "2004070001,2025-12-10,2220,A-1,2025-11,2025-12-20\n"
    assert tally(load(world, bounced, "returned.csv")) == (0, 0, 1, 1, 0)
    assert tally(load(world, bounced, "returned.csv")) == (0, 0, 1, 0, 0)
    assert tally(load(world, HEAD + TWO, "bank again.csv")) == (0, 2, 0, 0, 0)
    other = load(world, bounced.replace("12-20", "12-21"), "other.csv")
    assert "dishonoured on 2025-12-20 before; 2025-12-21 is left out" in other.remarks[-1].detail
    with world.store.read() as tx:
        row = tx.execute(select(PAYMENTS).where(PAYMENTS.c.reference == "A-1")).one()
    assert (row.reversed_on, row.reversed_line, row.line) == ("2025-12-20", 2, 2)


class Cut(Exception):  # noqa: N818 - the power, not an error
    pass


def test_a_run_that_was_cut_off_is_completed_by_running_again(world: World, monkeypatch):
    monkeypatch.setattr(import_runs, "ROWS_AT_ONCE", 1)

    def fail(_: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        load(world, HEAD + TWO, progress=fail)
    assert len(kept(world)) == 1
    assert tally(load(world, HEAD + TWO)) == (1, 1, 0, 0, 0)
    assert len(kept(world)) == 2


def test_a_payment_of_a_unit_that_nobody_knows_is_told(world: World):
    done = load(world, HEAD + TWO + TWO.replace("0001,", "0009,"))
    assert tally(done) == (2, 0, 0, 0, 2)
    assert [(each.line, each.value) for each in done.rejects] == [(4, "2004070009")]


def test_a_payment_of_a_unit_that_was_not_known_is_taken_from_the_same_file_once_it_is(world: World):
    text = HEAD + TWO + TWO.replace("0001,", "0009,")
    load(world, text)
    late = world.establishment("korangi", registration_no="2004070009")
    assert tally(load(world, text)) == (2, 2, 0, 0, 0)
    assert sum(row.establishment == late for row in held(world)) == 2
    assert tally(load(world, text)) == (0, 4, 0, 0, 0)


def held(world: World):
    with world.store.read() as tx:
        return tx.execute(select(PAYMENTS)).all()


def test_payments_that_belong_to_nothing_are_listed(world: World):
    load(world, HEAD + TWO + "2004070001,2025-12-13,10,A-3,,\n2004070001,2025-12-14,9,A-4,,2025-12-15\n")
    with world.store.read() as tx:
        found = payments.unmatched(tx)
    assert [(each.payment.reference, each.months) for each in found] == [
        ("A-1", ("2025-11",)), ("A-2", ("2025-10",)), ("A-3", ()),
    ]  # fmt: skip
    schedule = b"reg no,month,wage\n2004070001,2025-11,37000\n"
    schedules.import_file(world.store, world.clock, Source(io.BytesIO(schedule), "c1.csv", "test"))
    with world.store.read() as tx:
        left = payments.unmatched(tx)
        assert [each.payment.reference for each in left] == ["A-2"]
        assert payments.unmatched(tx, after=left[0].payment.id) == []


@pytest.mark.parametrize(
    "values",
    [{"amount_paisa": 0}, {"value_date": "2025"}, {"reversed_on": "2025-12-01"}, {"reference": "A-1"}],
)
def test_the_database_itself_refuses_what_cannot_be(world: World, values: dict[str, object]):
    load(world, HEAD + TWO)
    row = dict(zip(PAYMENTS.c.keys(), kept(world)[0], strict=True))
    new = {**row, "id": world.clock.uuid7(), "reference": "Z", **values}
    with pytest.raises(IntegrityError), world.store.write() as tx:
        tx.execute(insert(PAYMENTS), new)
