"""The morning before the demonstration's day: districts, a register, accounts. Offline, on the database."""

import io
import random
from collections.abc import Callable

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import Connection, func, select

from field.api.context import Context
from field.clock import Clock, SeededClock, SystemClock
from field.geo import boundaries
from field.sim import demo_data
from field.store import directorates, districts, establishments, people
from field.store.import_runs import Source
from field.store.people import Person
from field.store.rows import RECORDS, SCOPES
from field.sync import scopes
from field.sync.rights import ADMINISTRATOR, DIRECTORATE, INSPECTOR, RECOVERY, SUPERVISOR, Posting, Role
from field.sync.signing import b64

PASSWORD_BYTES = 9
DISTRICTS_MAX = 4
TABLETS_PER_DISTRICT = 3

Tell = Callable[[str, int, int], None]
"""Hears of progress: what is being done, how much is done, and of how much."""


class Account(msgspec.Struct, frozen=True):
    """Somebody of the demonstration, who is a role and nobody else. The password is in clear, here alone."""

    id: str
    login: str
    password: str
    role: Role
    district: str | None = None


class Crew(msgspec.Struct, frozen=True):
    """A tablet, and whoever uses it."""

    name: str
    district: str
    inspector: Account


class Start(msgspec.Struct, frozen=True):
    """What the day begins with."""

    districts: int
    establishments: int
    accounts: list[Account]
    crews: list[Crew]

    def of_role(self, role: Role) -> list[Account]:
        """The accounts with a role, in the order of their districts."""
        return [account for account in self.accounts if account.role == role]


class MorningClock:
    """The machine's time with ids from a seed: lots are drawn by id, and the day shall be the same again."""

    def __init__(self, seed: int) -> None:
        self._real = SystemClock()
        self._seeded = SeededClock(f"demo {seed}")

    def now_ms(self) -> int:
        """The machine's time."""
        return self._real.now_ms()

    def monotonic_ms(self) -> int:
        """The machine's monotonic time."""
        return self._real.monotonic_ms()

    def token(self, size: int) -> bytes:
        """Random bytes fit for secrets: passwords are no part of what a seed repeats."""
        return self._real.token(size)

    def uuid7(self) -> str:
        """A new id from the seed."""
        return self._seeded.uuid7()


def prepare(
    context: Context, clock: Clock, seed: int, geojson: bytes | None, count: int, tablets: int, tell: Tell
) -> Start:
    """Bring in districts (made up, or those given), `count` establishments and the accounts for `tablets`."""
    source = demo_data.districts_geojson() if geojson is None else geojson
    store = context.store
    found = boundaries.read(source)
    districts.save(store, found.districts)
    tell("districts", len(found.districts), len(found.districts))
    holdings = io.BytesIO(demo_data.directorates_csv(source))
    directorates.import_file(store, clock, Source(holdings, "directorates.csv", "field demo"))
    imported = establishments.import_file(
        store,
        clock,
        context.office,
        Source(io.BytesIO(demo_data.establishments_csv(seed, count, source)), "register.csv", "field demo"),
        progress=lambda rows: tell("establishments", rows, count),
    )
    accounts, crews = _staff(context, clock, tablets, tell)
    return Start(len(found.districts), imported.added, accounts, crews)


def _staff(context: Context, clock: Clock, tablets: int, tell: Tell) -> tuple[list[Account], list[Crew]]:
    with context.store.read() as tx:
        places = _busiest(tx, max(1, min(DISTRICTS_MAX, tablets // TABLETS_PER_DISTRICT)))
    made = [_account(clock, f"supervisor-{place}", SUPERVISOR, place) for place in places]
    crews: list[Crew] = []
    for number in range(tablets):
        place, at = places[number % len(places)], number // len(places)
        # The second tablet of the first district is the first inspector's as well: one person, two tablets.
        inspector = crews[0].inspector if number == len(places) else None
        if inspector is None:
            which = at if place == places[0] and at > 0 else at + 1
            inspector = _account(clock, f"inspector-{place}-{which}", INSPECTOR, place)
            made.append(inspector)
        crews.append(Crew(f"tablet-{number + 1}", place, inspector))
    made += [
        _account(clock, "recovery-officer", RECOVERY),
        _account(clock, "directorate", DIRECTORATE),
        _account(clock, "administrator", ADMINISTRATOR),
    ]
    hasher, now_ms = PasswordHasher(), clock.now_ms()
    for number, account in enumerate(made, 1):
        posting = Posting(account.id, account.role, account.district, now_ms)
        person = Person(account.id, account.login, account.login, [posting])
        hashed = hasher.hash(account.password)
        with context.store.write() as tx:
            people.add(tx, person, hashed, [clock.uuid7()], now_ms)
        tell("accounts", number, len(made))
    return made, crews


def _account(clock: Clock, login: str, role: Role, district: str | None = None) -> Account:
    return Account(clock.uuid7(), login, b64(clock.token(PASSWORD_BYTES)), role, district)


def _busiest(tx: Connection, count: int) -> list[str]:
    """The districts with the most establishments."""
    number = func.count()
    query = (
        select(SCOPES.c.name)
        .join(RECORDS, RECORDS.c.scope == SCOPES.c.id)
        .where(RECORDS.c.kind == "establishment")
        .group_by(SCOPES.c.name)
        .order_by(number.desc(), SCOPES.c.name)
        .limit(count)
    )
    return [name.removeprefix(scopes.district("")) for name in tx.execute(query).scalars()]


def chance(seed: int, *what: str) -> random.Random:
    """A bowl to draw from, for one thing alone, so that threads do not disturb each other."""
    return random.Random(" ".join(("day", str(seed), *what)))
