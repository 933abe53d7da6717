"""Judging everybody: in portions that several processes may share, with the totals of each month."""

from collections.abc import Iterator, Sequence

import msgspec

from field.store import flag_facts, flag_keeping
from field.store.engine import Store
from field.store.flag_facts import PAISA, Horizon
from field.store.flag_keeping import Judged, Outcome, Terms

AT_ONCE = 200
"""So many establishments are read, judged and saved together."""


class MonthTotal(msgspec.Struct):
    """What schedules make due for a month, in paisa, and what of it is open."""

    establishments: int = 0
    workers: int = 0
    due_paisa: int = 0
    open_paisa: int = 0


class Summary(msgspec.Struct):
    """What judging some establishments came to. `left`: something was new about them meanwhile.

    `failed` names those that could not be judged; both stay marked, and the background looks at them.
    """

    establishments: int = 0
    flagged: int = 0
    raised: int = 0
    changed: int = 0
    lifted: int = 0
    left: int = 0
    months: dict[str, MonthTotal] = {}
    failed: list[str] = []
    remarks: dict[str, int] = {}

    def add(self, other: "Summary") -> None:
        """Take in another portion's."""
        for name in ("establishments", "flagged", "raised", "changed", "lifted", "left"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for month, total in other.months.items():
            own = self.months.setdefault(month, MonthTotal())
            for name in MonthTotal.__struct_fields__:
                setattr(own, name, getattr(own, name) + getattr(total, name))
        for remark, number in other.remarks.items():
            self.remarks[remark] = self.remarks.get(remark, 0) + number
        self.failed += other.failed


class Judging:
    """Judges portions on one open store; the law and the rules are read once, and again when they change."""

    def __init__(self, store: Store, now_ms: int) -> None:
        self._store = store
        self._now_ms = now_ms
        self._by, self._known = self._read()

    def _read(self) -> tuple[Terms, Horizon]:
        with self._store.read() as tx:
            return flag_keeping.terms(tx), flag_facts.horizon(tx)

    def portion(self, establishments: Sequence[str]) -> Summary:
        """Judge some; where something was new meanwhile, once more. Raises Problem storage-failed."""
        outcome = self._evaluate(establishments)
        if outcome.skipped:
            self._by, self._known = self._read()
            again = self._evaluate(establishments)
            for name in ("raised", "changed", "lifted"):
                setattr(again, name, getattr(again, name) + getattr(outcome, name))
            outcome = again
        return _summary(outcome)

    def _evaluate(self, establishments: Sequence[str]) -> Outcome:
        return flag_keeping.evaluate(self._store, establishments, self._now_ms, self._by, self._known)


def _summary(outcome: Outcome) -> Summary:
    summary = Summary(
        establishments=len(outcome.judged),
        flagged=sum(bool(each.reasons) for each in outcome.judged),
        raised=outcome.raised,
        changed=outcome.changed,
        lifted=outcome.lifted,
        left=outcome.skipped,
        failed=outcome.failed,
    )
    for each in outcome.judged:
        _add_months(summary, each)
        for remark in each.loaded.remarks:
            summary.remarks[remark] = summary.remarks.get(remark, 0) + 1
    return summary


def _add_months(summary: Summary, judged: Judged) -> None:
    for schedule in judged.loaded.facts.months:
        total = summary.months.setdefault(schedule.month, MonthTotal())
        known = judged.position.months.get(schedule.month)
        total.establishments += 1
        total.workers += schedule.workers
        total.due_paisa += int(schedule.due_rs * PAISA)
        total.open_paisa += int(known.open_rs * PAISA) if known else 0


def portions(establishments: Sequence[str]) -> Iterator[list[str]]:
    """Establishments in portions, in their order: neighbours lie together on the disk."""
    for start in range(0, len(establishments), AT_ONCE):
        yield list(establishments[start : start + AT_ONCE])
