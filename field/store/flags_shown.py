"""Flags as they are shown: each rule that speaks against an employer, why he ranks where he does, history."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from field.problems import Problem
from field.recovery import flagging
from field.recovery.findings import Sure
from field.recovery.flagging import Cause, Change, Rank
from field.recovery.money import to_json
from field.recovery.rulebook import Rulebook, Severity
from field.recovery.rules import FlagReason
from field.store import flag_rules, rows
from field.store.flag_facts import FLAGS, TOTALS
from field.store.flag_keeping import HISTORY

PAGE_MAX = 500

Rupees = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$", examples=["2400.00"])]
"""Exact rupees as text: a JSON number would become a float on the way."""


class RuleShown(msgspec.Struct, frozen=True):
    """A rule that speaks against an employer since `since_ms`, or did until then where it is not `standing`.

    `amount_rs` is the contribution that is open for it, `increase_rs` the increase for delay on that, as of
    the day of the whole answer; no rupee stands under two rules. `section` is the provision that is violated;
    `section_confirmed` is false where its text was not read. `records`, `schedules`, `payments` and
    `rate_row_ids` are the evidence.
    """

    rule: str
    title: str
    title_ur: str
    standing: bool
    since_ms: int
    severity: Severity
    sure: Sure
    section: str
    section_confirmed: bool
    sentences: tuple[str, ...]
    months: tuple[str, ...]
    amount_rs: Rupees
    increase_rs: Rupees
    records: tuple[str, ...]
    schedules: tuple[str, ...]
    payments: tuple[str, ...]
    rate_row_ids: tuple[str, ...]
    provisional: bool


class RankPart(msgspec.Struct, frozen=True):
    """What is open under flags that are equally sure, and `percent` of it, which is expected to come in."""

    sure: Sure
    amount_rs: Rupees
    increase_rs: Rupees
    percent: str
    expected_rs: Rupees


class Standing(msgspec.Struct, frozen=True):
    """Where an employer stands as of a day: what is open, what of it is expected, the sums behind that."""

    as_of: str
    severity: Severity | None
    since_ms: int | None
    open_rs: Rupees
    expected_rs: Rupees
    why_rank: str
    rank_parts: tuple[RankPart, ...]


class FlagEntryShown(msgspec.Struct, frozen=True):
    """One change of one flag: when, why, by which new facts, and the amount and sentences from then on."""

    rule: str
    title: str
    title_ur: str
    entry: int
    what: Change
    at_ms: int
    why: str
    causes: tuple[Cause, ...]
    amount_rs: Rupees
    months: tuple[str, ...]
    sentences: tuple[str, ...]


_reason = msgspec.json.Decoder(FlagReason)
_rank = msgspec.json.Decoder(Rank)
_causes = msgspec.json.Decoder(tuple[Cause, ...])

_OF = (
    select(FLAGS)
    .where(FLAGS.c.establishment.in_(bindparam("ids", expanding=True)))
    .order_by(FLAGS.c.establishment, FLAGS.c.rule)
)
_TOTAL = select(TOTALS).where(TOTALS.c.establishment == bindparam("establishment"))


def rules(
    tx: Connection, establishments: Sequence[str], *, lifted: bool = False
) -> dict[str, list[RuleShown]]:
    """The rules that speak against establishments, the surest first; `lifted` ones after them."""
    book = flag_rules.load(tx)
    found: dict[str, list[RuleShown]] = {}
    for ids in rows.chunks(establishments):
        for row in tx.execute(_OF, {"ids": ids}):
            if row.standing or lifted:
                found.setdefault(row.establishment, []).append(_shown(row, book))
    order = {rule.id: place for place, rule in enumerate(book.rules)}
    for each in found.values():
        each.sort(key=lambda one: (not one.standing, order.get(one.rule, len(order)), one.rule))
    return found


def _shown(row: Any, book: Rulebook) -> RuleShown:
    reason = _reason.decode(row.body)
    rule = book.by_id.get(row.rule)
    return RuleShown(
        rule=row.rule,
        title=rule.title.en if rule else row.rule,
        title_ur=rule.title.ur if rule else row.rule,
        standing=row.standing,
        since_ms=row.since_ms,
        severity=reason.severity,
        sure=reason.sure,
        section=reason.section,
        section_confirmed=rule is not None and rule.section_confirmed and reason.section == rule.section,
        sentences=reason.sentences,
        months=reason.months,
        amount_rs=to_json(reason.amount_rs),
        increase_rs=to_json(reason.increase_rs),
        records=reason.record_ids,
        schedules=reason.schedules,
        payments=reason.payments,
        rate_row_ids=reason.rate_row_ids,
        provisional=reason.provisional,
    )


def standing(total: Any) -> Standing:
    """Where an employer stands, from a row of `flag_totals`."""
    rank = _rank.decode(total.body)
    return Standing(
        as_of=total.as_of,
        severity=rank.severity,
        since_ms=total.since_ms,
        open_rs=to_json(rank.amount_rs + rank.increase_rs),
        expected_rs=to_json(rank.expected_rs),
        why_rank=flagging.why_rank(rank, total.as_of),
        rank_parts=tuple(
            RankPart(
                sure=part.sure,
                amount_rs=to_json(part.amount_rs),
                increase_rs=to_json(part.increase_rs),
                percent=f"{part.percent.normalize():f}",
                expected_rs=to_json(part.expected_rs),
            )
            for part in rank.parts
        ),
    )


def total(tx: Connection, establishment: str, districts: Sequence[str] | None) -> Any | None:
    """An establishment's row of `flag_totals`, if it lies in the districts."""
    row = tx.execute(_TOTAL, {"establishment": establishment}).one_or_none()
    return row if row is not None and (districts is None or row.district in districts) else None


_HISTORY = (
    select(HISTORY)
    .where(HISTORY.c.establishment == bindparam("establishment"))
    .order_by(HISTORY.c.at_ms.desc(), HISTORY.c.rule, HISTORY.c.entry.desc())
)


def history(
    tx: Connection,
    establishment: str,
    districts: Sequence[str] | None,
    skip: int = 0,
    limit: int = PAGE_MAX,
) -> list[FlagEntryShown]:
    """Every change of an establishment's flags, the newest first.

    Raises Problem not-found where no flag was ever raised that may be seen.
    """
    if total(tx, establishment, districts) is None:
        raise Problem("not-found", "Nothing was ever flagged for this establishment in your districts.")
    book = flag_rules.load(tx)
    found = tx.execute(_HISTORY.offset(skip).limit(limit), {"establishment": establishment})
    return [_entry(row, book) for row in found]


def _entry(row: Any, book: Rulebook) -> FlagEntryShown:
    reason = _reason.decode(row.body)
    rule = book.by_id.get(row.rule)
    return FlagEntryShown(
        rule=row.rule,
        title=rule.title.en if rule else row.rule,
        title_ur=rule.title.ur if rule else row.rule,
        entry=row.entry,
        what=row.what,
        at_ms=row.at_ms,
        why=row.why,
        causes=_causes.decode(row.causes),
        amount_rs=to_json(reason.amount_rs),
        months=reason.months,
        sentences=reason.sentences,
    )
