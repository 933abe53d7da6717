"""The workers of a schedule and of a wage register of one month, matched by CNIC: each asked for once.

Two records may hold the same worker, or different ones. Where both have a CNIC that is known: who stands in
both is due once, by the higher figure, and who stands in one of them alone is due beside the others. Of lines
without a CNIC nobody knows whose they are: they are taken for people who stand in the other record, as far as
there are such, so that nobody is asked for twice.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from field.recovery.money import ZERO


class WorkerDue(msgspec.Struct, frozen=True):
    """What the law asks for a line. `worker` tells workers apart and nothing else, "" where no CNIC is known.

    `beyond_rs`: of a line of a register, what the report found beyond what was declared.
    """

    worker: str
    due_rs: Decimal
    beyond_rs: Decimal = ZERO


class MonthMatched(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a report beside the schedule of a version.

    `due_rs` is what both prove together, `beyond_rs` what the register has beyond that schedule. `both`,
    `schedule_only` and `register_only` count workers, `unknown` lines of either side without a CNIC.
    """

    month: str
    version: int
    due_rs: Decimal
    beyond_rs: Decimal
    both: int
    schedule_only: int
    register_only: int
    unknown: int


def match(
    month: str, version: int, schedule: Iterable[WorkerDue], register: Iterable[WorkerDue]
) -> MonthMatched:
    """What a schedule and a register prove together; the order of the lines does not matter.

    It is never less than either of them alone, and never more than both.
    """
    declared, found = _Side(schedule), _Side(register)
    both = declared.due.keys() & found.due.keys()
    common = sum((max(declared.due[each], found.due[each]) for each in both), ZERO)
    alone = declared.without(both)
    new = found.without(both)
    # Who is named differently on both sides is not the same; a line that names nobody may be anybody's.
    proven = common + max(alone + max(declared.unknown, new), new + max(found.unknown, alone))
    more = sum((max(found.due[each] - declared.due[each], ZERO) for each in both), ZERO)
    beyond = sum((rs for worker, rs in found.beyond.items() if worker not in both), ZERO)
    return MonthMatched(
        month=month,
        version=version,
        due_rs=proven,
        beyond_rs=more + beyond + found.unknown_beyond,
        both=len(both),
        schedule_only=len(declared.due.keys() - both),
        register_only=len(found.due.keys() - both),
        unknown=declared.unnamed + found.unnamed,
    )


class _Side:
    """One record: what is due for each worker, and for lines that name nobody."""

    def __init__(self, lines: Iterable[WorkerDue]) -> None:
        self.due: dict[str, Decimal] = {}
        self.beyond: dict[str, Decimal] = {}
        self.unknown, self.unknown_beyond, self.unnamed = ZERO, ZERO, 0
        for line in lines:
            if line.worker:
                self.due[line.worker] = self.due.get(line.worker, ZERO) + line.due_rs
                self.beyond[line.worker] = self.beyond.get(line.worker, ZERO) + line.beyond_rs
            else:
                self.unknown += line.due_rs
                self.unknown_beyond += line.beyond_rs
                self.unnamed += 1

    def without(self, workers: Iterable[str]) -> Decimal:
        """What is due for those who are named, besides some."""
        left: Mapping[str, Decimal] = {each: self.due[each] for each in self.due.keys() - set(workers)}
        return sum(left.values(), ZERO)
