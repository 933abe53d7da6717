"""Which establishment a registration number belongs to, for files that name establishments by it alone."""

import msgspec
from sqlalchemy import Connection, select

from field.recovery.cells import plain_number
from field.store.rows import FEED, RECORDS
from field.sync.kinds import Withdrawal
from field.sync.landing import derived_id


def record_id(registration_no: str) -> str:
    """The id of the establishment with a registration number, however that is spaced."""
    return derived_id(f"establishment/{plain_number(registration_no)}")


class _Values(msgspec.Struct):
    registration_no: str | None = None
    branch_of: str | None = None
    withdrawn: Withdrawal | None = None


class _Row(msgspec.Struct):
    record: str
    values: _Values


_row = msgspec.json.Decoder(_Row)
_ESTABLISHMENTS = (
    select(FEED.c.body)
    .select_from(RECORDS.join(FEED, (FEED.c.scope == RECORDS.c.scope) & (FEED.c.n == RECORDS.c.n)))
    .where(RECORDS.c.kind == "establishment")
)


class Registrations:
    """The register's numbers, however they are spaced. One that two establishments have finds neither.

    `branch_of` tells of every branch, by its id, of which establishment it is one.
    """

    def __init__(self, tx: Connection) -> None:
        self._known: dict[str, str] = {}
        self._ids: set[str] = set()
        self._doubled: set[str] = set()
        self.branch_of: dict[str, str] = {}
        for (body,) in tx.execution_options(yield_per=1000).execute(_ESTABLISHMENTS):
            self._add(_row.decode(bytes(body)))

    def _add(self, row: _Row) -> None:
        if row.values.withdrawn is not None:
            return
        self._ids.add(row.record)
        if row.values.branch_of:
            self.branch_of[row.record] = row.values.branch_of
        if not row.values.registration_no:
            return
        number = plain_number(row.values.registration_no)
        if self._known.setdefault(number, row.record) != row.record:
            self._doubled.add(number)

    def learn(self, registration_no: str, establishment: str) -> None:
        """An establishment has got a number since."""
        number = plain_number(registration_no)
        self._ids.add(establishment)
        if self._known.setdefault(number, establishment) != establishment:
            self._doubled.add(number)

    def find(self, registration_no: str) -> str | None:
        """The establishment with a number, or the one that was first registered under it; None for no one."""
        number = plain_number(registration_no)
        if number in self._doubled:
            return None
        if number in self._known:
            return self._known[number]
        former = record_id(number)
        return former if former in self._ids else None

    def doubled(self, registration_no: str) -> bool:
        """Whether two establishments have a number."""
        return plain_number(registration_no) in self._doubled

    def is_doubled(self, registration_no: str) -> bool:
        """Whether two establishments have a number."""
        return plain_number(registration_no) in self._doubled

    def why_not(self, registration_no: str) -> str:
        """What to tell about a number that finds nobody."""
        if self.is_doubled(registration_no):
            return "Two establishments have this number. Correct one of them and import this file again."
        return "No establishment has this number. Register it and import this file again."
