"""Accounts out of the database: the latest schedule of each month, every payment, and the law in force."""

import io
from datetime import date
from decimal import Decimal

import pytest

from field.store import payments, schedules
from field.store.accounts import account
from field.store.import_runs import Source
from tests.helpers import World, open_world

C1 = "reg no,month,name,cnic,days,wage,contribution\n"
BANK = "reg no,date,amount,challan,dishonoured on\n"


@pytest.fixture
def world(database_url):
    with open_world(database_url) as world:
        world.clock.advance(190 * 86_400_000)
        world.mill = world.establishment("korangi", registration_no="2004070001")
        yield world


def load(world: World, kind, text: str, name: str = "file.csv"):
    return kind.import_file(world.store, world.clock, Source(io.BytesIO(text.encode()), name, "test"))


def of(world: World, day: str):
    with world.store.read() as tx:
        return account(tx, world.mill, date.fromisoformat(day))


def test_an_account_comes_to_what_was_worked_out_by_hand(world: World):
    """March 2026, first told as one worker, then as three: 2,400 + 2,400 + 1,800 = 6,600, due on 15 April.

    A cheque of Rs 6,600 of 15 April bounces on 20 April. Rs 5,000 comes on 25 April, ten days late:
    increase 5 % of 5,000 = 250. On 5 May, 20 days late, 10 % of 1,600 = 160. Open: 1,600 + 410 = 2,010.
    """
    load(world, schedules, C1 + "2004070001,2026-03,A,42101-1234567-1,26,40000,2400\n")
    load(
        world,
        schedules,
        C1 + "2004070001,2026-03,A,42101-1234567-1,26,40000,2400\n"
        "2004070001,2026-03,B,42101-1234567-3,26,45000,2700\n2004070001,2026-03,C,,26,30000,1800\n",
        "corrected.csv",
    )
    load(
        world, payments, BANK + "2004070001,2026-04-15,6600,A-1,2026-04-20\n2004070001,2026-04-25,5000,A-2,\n"
    )
    before, after = of(world, "2026-04-19"), of(world, "2026-05-05")
    assert before.ledger.open_rs == 0
    assert after.ledger.principal_rs == Decimal(6600)
    assert after.ledger.increase_rs == Decimal(410)
    assert after.ledger.received_rs == Decimal(5000)
    assert after.ledger.open_rs == Decimal(2010)
    assert (after.months[0].version, after.months[0].workers) == (2, 3)
    assert after.remarks[0] == (
        "2026-03: the schedule says Rs 6,900, the law asks for Rs 6,600, Rs 300 less."
    )


def test_a_worker_who_stands_twice_in_a_schedule_is_told(world: World):
    twice = "2004070001,2026-03,A,42101-1234567-1,26,20000,\n2004070001,2026-03,A,4210112345671,26,20000,\n"
    load(world, schedules, C1 + twice + "2004070001,2026-03,B,,26,20000,\n2004070001,2026-03,C,,26,20000,\n")
    assert of(world, "2026-05-05").remarks[0] == "2026-03: more than one line for 1 worker; each is charged."


def test_an_establishment_without_schedules_has_an_empty_account(world: World):
    found = of(world, "2026-05-05")
    assert (found.months, found.ledger.open_rs, found.ledger.credit_rs) == ((), 0, 0)


def test_a_payment_without_a_schedule_is_a_credit(world: World):
    load(world, payments, BANK + "2004070001,2026-04-25,5000,A-2,\n")
    assert of(world, "2026-05-05").ledger.credit_rs == Decimal(5000)
