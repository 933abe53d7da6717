"""An employer's flags together: what of it all is expected to come in, and what has changed since before."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from field.recovery import later_reports
from field.recovery.findings import Sure
from field.recovery.later_reports import Lifted
from field.recovery.money import ZERO, percent_of, show
from field.recovery.rulebook import SEVERITIES, SURE, Rulebook, Severity
from field.recovery.rules import FlagReason
from field.recovery.wording import listed

Change = Literal["raised", "changed", "lifted"]
CauseKind = Literal["report", "correction", "statute", "rules", "schedules", "payments", "register", "day"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What is open under flags that are equally sure, and how much of it is expected: so many percent."""

    sure: Sure
    amount_rs: Decimal
    increase_rs: Decimal
    percent: Decimal
    expected_rs: Decimal


class Rank(msgspec.Struct, frozen=True, kw_only=True):
    """What employers are ranked by, the highest first, with the sums that it comes from."""

    expected_rs: Decimal
    parts: tuple[Part, ...]
    severity: Severity | None

    @property
    def amount_rs(self) -> Decimal:
        """The contribution that is open."""
        return sum((part.amount_rs for part in self.parts), ZERO)

    @property
    def increase_rs(self) -> Decimal:
        """The increase for delay that is open."""
        return sum((part.increase_rs for part in self.parts), ZERO)


def rank(reasons: Sequence[FlagReason], book: Rulebook) -> Rank:
    """What is expected of all that is open under the flags, each at the weight of how sure it is."""
    parts = []
    for sure in SURE:
        own = [each for each in reasons if each.sure == sure]
        amount = sum((each.amount_rs for each in own), ZERO)
        increase = sum((each.increase_rs for each in own), ZERO)
        if amount or increase:
            percent = book.weights[sure]
            expected = percent_of(amount + increase, percent)
            parts.append(
                Part(sure=sure, amount_rs=amount, increase_rs=increase, percent=percent, expected_rs=expected)
            )
    return Rank(
        expected_rs=sum((part.expected_rs for part in parts), ZERO),
        parts=tuple(parts),
        severity=min((each.severity for each in reasons), key=SEVERITIES.index, default=None),
    )


def why_rank(found: Rank, day: str) -> str:
    """The sums behind a rank, in a sentence."""
    if not found.parts:
        return f"On {day} no amount is known that could be recovered: ranked after those with one."
    told = listed(
        f"{show(part.amount_rs)} contribution and {show(part.increase_rs)} increase, {part.sure}, "
        f"at {part.percent.normalize():f} %"
        for part in found.parts
    )
    return f"Open on {day}: {told}. {show(found.expected_rs)} is expected."


class Cause(msgspec.Struct, frozen=True):
    """Why flags were looked at again: what kind of fact is new, and which (a report, an import, a visit)."""

    kind: CauseKind
    ref: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A flag as it is kept. `entries`: how many changes of it are in its history."""

    standing: bool
    since_ms: int
    entries: int
    reason: FlagReason


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A flag to keep. `what` is None where only the increase differs, which grows by itself: no history."""

    rule: str
    what: Change | None
    held: Held
    why: str = ""


def changes(
    before: Mapping[str, Held],
    after: Sequence[FlagReason],
    causes: Sequence[Cause],
    now_ms: int,
    answered: Mapping[str, Lifted] | None = None,
) -> list[Changed]:
    """What to keep, given what is held by rule. The same facts again change nothing.

    `answered`: by rule, what a later report looked at again and found no more: a flag that goes says so.
    """
    told = _told(causes)
    found = []
    now = {each.rule: each for each in after}
    for rule in sorted(before.keys() | now.keys()):
        held, reason = before.get(rule), now.get(rule)
        if reason is None:
            if held is not None and held.standing:
                by = (answered or {}).get(rule, later_reports.NOTHING)
                lifted = Held(
                    standing=False,
                    since_ms=now_ms,
                    entries=held.entries + 1,
                    reason=_nothing(held.reason, by),
                )
                why = f"{told} Nothing of {_amount(held.reason)} is left under this rule."
                if not held.reason.amount_rs:
                    why = f"{told} {' '.join(by.sentences) or 'What the rule looks for is no longer there.'}"
                found.append(Changed(rule=rule, what="lifted", held=lifted, why=why))
        elif held is None or not held.standing:
            entries = 1 if held is None else held.entries + 1
            new = Held(standing=True, since_ms=now_ms, entries=entries, reason=reason)
            again = "Raised" if held is None else "Raised again"
            why = f"{told} {again} with {_amount(reason)}."
            found.append(Changed(rule=rule, what="raised", held=new, why=why))
        elif held.reason != reason:
            by = (answered or {}).get(rule, later_reports.NOTHING)
            found.append(_further(rule, held, reason, told, by))
    return found


def _further(rule: str, held: Held, reason: FlagReason, told: str, by: Lifted) -> Changed:
    if _timeless(held.reason) == _timeless(reason):
        same = msgspec.structs.replace(held, reason=reason)
        return Changed(rule=rule, what=None, held=same)
    more = msgspec.structs.replace(held, entries=held.entries + 1, reason=reason)
    gone = [each for each in held.reason.sentences if each not in reason.sentences]
    # A part that a later report answered goes with its sentence; the others of the flag stay.
    told = " ".join([told, *(each for each in by.sentences if any(one in each for one in gone))])
    if held.reason.amount_rs == reason.amount_rs:
        why = f"{told} The reasons or the evidence differ; the amount stays {_amount(reason)}."
    else:
        why = f"{told} From {_amount(held.reason)} to {_amount(reason)}."
    return Changed(rule=rule, what="changed", held=more, why=why)


def _timeless(reason: FlagReason) -> FlagReason:
    """A reason without what grows by the day."""
    return msgspec.structs.replace(reason, increase_rs=ZERO)


def _nothing(reason: FlagReason, by: Lifted) -> FlagReason:
    ids = tuple(dict.fromkeys((*reason.record_ids, *by.record_ids)))
    return msgspec.structs.replace(reason, amount_rs=ZERO, increase_rs=ZERO, record_ids=ids)


def _amount(reason: FlagReason) -> str:
    return f"{show(reason.amount_rs)} of contribution"


_CAUSES: Mapping[CauseKind, str] = {
    "report": "a new report",
    "correction": "a report or wage line that was corrected",
    "statute": "a row of the law that was added",
    "rules": "a rule of flagging that was changed",
    "schedules": "schedules that were taken in",
    "payments": "payments that were taken in or came back",
    "register": "the register's entry that was changed",
    "day": "a day that passed",
}


def _told(causes: Sequence[Cause]) -> str:
    what = listed(_CAUSES[cause.kind] for cause in causes) or _CAUSES["day"]
    return f"Looked at anew because of {what}."
