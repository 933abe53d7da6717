"""Keeping flags: what is known is loaded, the rules decide, and what has changed is saved with its history.

What was worked out from facts that are no longer so is not saved: each establishment has an edition, and a
mark while something about it is new. So two workers at once add nothing twice, and nothing new is overlooked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from field.recovery import exposure, flagging, later_reports, rules
from field.recovery.charging import Charger
from field.recovery.exposure import Position
from field.recovery.flagging import Cause, Changed, Rank
from field.recovery.later_reports import Lifted
from field.recovery.money import ZERO
from field.recovery.rulebook import Rulebook
from field.recovery.rules import FlagReason
from field.store import faults, flag_facts, flag_rules, rows, stale_establishments, statute, tables
from field.store.bulk import Rows
from field.store.engine import RETRIES, Retry, Store
from field.store.flag_facts import FLAGS, PAISA, TOTALS, Horizon, Loaded
from field.store.import_runs import day_at
from field.store.stale_establishments import STALE

HISTORY = tables.FlagEntry.__table__  # type: ignore[attr-defined]  # SQLModel adds it

HOLD_MS = 120_000
LATER_MS = 10 * 60_000
"""How long an establishment that could not be judged is left alone."""

_log = structlog.get_logger()


class Terms(msgspec.Struct, frozen=True):
    """The law and the rules that flags are judged by, and their editions."""

    charger: Charger
    book: Rulebook
    law_edition: int
    rules_edition: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An establishment as it was loaded, what is open of each month, and the rules that speak against it."""

    loaded: Loaded
    position: Position
    reasons: tuple[FlagReason, ...]
    rank: Rank
    answered: dict[str, Lifted] = {}


class Outcome(msgspec.Struct, kw_only=True):
    """What came of some establishments. `skipped`: something was new about them; `failed`: see the log."""

    judged: list[Judged] = []
    raised: int = 0
    changed: int = 0
    lifted: int = 0
    skipped: int = 0
    failed: list[str] = []


def terms(tx: Connection) -> Terms:
    """The law and the rules in force."""
    return Terms(Charger(statute.load(tx)), flag_rules.load(tx), statute.edition(tx), flag_rules.edition(tx))


def judge(loaded: Loaded, by: Terms) -> Judged:
    """What the rules say of an establishment."""
    position = exposure.position(loaded.facts, by.charger)
    reasons = rules.evaluate(loaded.facts, position, by.book)
    return Judged(
        loaded=loaded,
        position=position,
        reasons=reasons,
        rank=flagging.rank(reasons, by.book),
        answered=later_reports.lifted(loaded.facts, by.book),
    )


def evaluate_in(store: Store, tx: Connection, causes: Mapping[str, Sequence[Cause]], now_ms: int) -> None:
    """Judge establishments within a transaction that has just changed something about them.

    Whoever calls holds the locks of the establishments, and has the law held still.
    """
    if causes:
        by, known = terms(tx), flag_facts.horizon(tx)
        found = flag_facts.load(tx, sorted(causes), by.charger, known, day_at(now_ms))
        judged = [judge(each, by) for each in found]
        _save(store, tx, judged, by, {id: tuple(each) for id, each in causes.items()}, now_ms)


def evaluate(
    store: Store,
    establishments: Sequence[str],
    now_ms: int,
    by: Terms | None = None,
    known: Horizon | None = None,
) -> Outcome:
    """Judge some establishments by what is known now, at most `rows.AT_ONCE`; the same facts change nothing.

    `by` and `known` may be given by whoever judges many portions; older ones than those in force save
    nothing. Raises Problem storage-failed.
    """
    with store.read() as tx:
        by = by or terms(tx)
        found = flag_facts.load(
            tx, establishments, by.charger, known or flag_facts.horizon(tx), day_at(now_ms)
        )
    outcome = Outcome()
    for each in found:
        try:
            outcome.judged.append(judge(each, by))
        except faults.UNEXPECTED as error:
            outcome.failed.append(each.facts.establishment_id)
            _log.error(
                "an establishment could not be judged",
                establishment=each.facts.establishment_id,
                **faults.place(error),
            )
    for attempt in range(RETRIES):
        try:
            with store.write() as tx:
                changed, skipped = _save_current(store, tx, outcome.judged, by, now_ms)
            break
        except Retry:
            if attempt == RETRIES - 1:
                raise
    outcome.skipped = skipped
    for one in changed:
        outcome.raised += one.what == "raised"
        outcome.changed += one.what == "changed"
        outcome.lifted += one.what == "lifted"
    return outcome


_CURRENT = select(TOTALS.c.establishment, TOTALS.c.edition).where(
    TOTALS.c.establishment.in_(bindparam("ids", expanding=True))
)


def _save_current(
    store: Store, tx: Connection, judged: Sequence[Judged], by: Terms, now_ms: int
) -> tuple[list[Changed], int]:
    """Save what was worked out from facts that still are so; what changed, and how many were left out."""
    statute.hold_still(store, tx)
    if (statute.edition(tx), flag_rules.edition(tx)) != (by.law_edition, by.rules_edition):
        return [], len(judged)
    ids = sorted(each.loaded.facts.establishment_id for each in judged)
    rows.lock_missing(store, tx, ids)
    editions = {row.establishment: row.edition for row in tx.execute(_CURRENT, {"ids": ids})}
    marks = stale_establishments.marks(tx, ids)
    current = [
        each
        for each in judged
        if editions.get(id := each.loaded.facts.establishment_id, 0) == each.loaded.edition
        and marks.get(id) == each.loaded.causes
    ]
    return _save(store, tx, current, by, {}, now_ms), len(judged) - len(current)


_ENTRIES = Rows(
    HISTORY, ("establishment", "rule", "entry", "what", "at_ms", "why", "causes", "amount_paisa", "body")
)
_DONE = delete(STALE).where(
    STALE.c.establishment == bindparam("key"), STALE.c.causes == bindparam("of_causes")
)


def _save(
    store: Store,
    tx: Connection,
    judged: Sequence[Judged],
    by: Terms,
    causes: Mapping[str, Sequence[Cause]],
    now_ms: int,
) -> list[Changed]:
    changed: list[Changed] = []
    flags: list[dict[str, Any]] = []
    history: list[tuple[Any, ...]] = []
    totals: list[dict[str, Any]] = []
    for each in judged:
        id, marked = each.loaded.facts.establishment_id, each.loaded.causes
        why = [*causes.get(id, ()), *(stale_establishments.read(marked) if marked else ())]
        found = flagging.changes(each.loaded.held, each.reasons, why or [Cause("day")], now_ms, each.answered)
        told = msgspec.json.encode(why or [Cause("day")]).decode()
        for one in found:
            flags.append(_flag(id, one))
            if one.what is not None:
                history.append(_entry(id, one, told, now_ms))
        totals.append(_total(each, by, found))
        changed += found
    dialect = sqlite if store.sqlite else postgresql
    if flags:
        tx.execute(_upsert(dialect, FLAGS, ("establishment", "rule")), flags)
    _ENTRIES.insert(tx, history)
    if totals:
        tx.execute(_upsert(dialect, TOTALS, ("establishment",)), totals)
    done = [
        {"key": each.loaded.facts.establishment_id, "of_causes": each.loaded.causes}
        for each in judged
        if each.loaded.causes is not None
    ]
    if done:
        tx.execute(_DONE, done)
    return changed


def _upsert(dialect: Any, table: Any, key: Sequence[str]) -> Any:
    made = dialect.insert(table)
    others = {column.name: made.excluded[column.name] for column in table.c if column.name not in key}
    return made.on_conflict_do_update(index_elements=key, set_=others)


def _flag(establishment: str, one: Changed) -> dict[str, Any]:
    return {
        "establishment": establishment,
        "rule": one.rule,
        "standing": one.held.standing,
        "since_ms": one.held.since_ms,
        "entries": one.held.entries,
        "amount_paisa": _paisa(one.held.reason.amount_rs),
        "body": msgspec.json.encode(one.held.reason).decode(),
    }


def _entry(establishment: str, one: Changed, causes: str, now_ms: int) -> tuple[Any, ...]:
    reason = one.held.reason
    body = msgspec.json.encode(reason).decode()
    amount = _paisa(reason.amount_rs)
    return establishment, one.rule, one.held.entries, one.what, now_ms, one.why, causes, amount, body


def _total(judged: Judged, by: Terms, changed: Sequence[Changed]) -> dict[str, Any]:
    loaded = judged.loaded
    new = {one.rule: one.held.since_ms for one in changed}
    since = [new.get(each.rule) or loaded.held[each.rule].since_ms for each in judged.reasons]
    by_schedules = sum(
        (each.amount_rs for each in judged.reasons if by.book.by_id[each.rule].looks_at == "account"), ZERO
    )
    schedules_paisa = _paisa(by_schedules)
    return {
        "establishment": loaded.facts.establishment_id,
        "edition": loaded.edition + 1,
        "as_of": loaded.facts.day.isoformat(),
        "district": loaded.district,
        "standing": len(judged.reasons),
        "severity": judged.rank.severity,
        "since_ms": min(since, default=None),
        "due_paisa": loaded.reports_paisa + schedules_paisa,
        "schedules_paisa": schedules_paisa,
        "open_paisa": _paisa(judged.rank.amount_rs + judged.rank.increase_rs),
        "expected_paisa": _paisa(judged.rank.expected_rs),
        "body": msgspec.json.encode(judged.rank).decode(),
    }


def _paisa(amount: Any) -> int:
    return int(amount * PAISA)


_NEXT = (
    select(STALE.c.establishment)
    .where(STALE.c.held_until_ms <= bindparam("now"))
    .order_by(STALE.c.held_until_ms, STALE.c.since_ms, STALE.c.establishment)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_ANY = select(STALE.c.establishment).where(STALE.c.held_until_ms <= bindparam("now")).limit(1)
_HELD = (
    update(STALE)
    .where(STALE.c.establishment == bindparam("key"))
    .values(held_until_ms=bindparam("to_held_until_ms"))
)


def refresh(store: Store, now_ms: int, limit: int = 200) -> int:
    """Judge up to `limit` establishments about which something is new; return how many were found.

    One that cannot be judged is tried again after LATER_MS. Raises what `evaluate` does.
    """
    with store.read() as tx:
        if tx.execute(_ANY, {"now": now_ms}).first() is None:
            return 0
    with store.write() as tx:
        ids = list(tx.execute(_NEXT, {"now": now_ms, "most": limit}).scalars())
        _hold(tx, ids, now_ms + HOLD_MS)
    outcome = evaluate(store, sorted(ids), now_ms)
    with store.write() as tx:
        # What is still marked is free at once: something was new about it meanwhile.
        _hold(tx, [id for id in ids if id not in outcome.failed], 0)
        _hold(tx, outcome.failed, now_ms + LATER_MS)
    return len(ids)


def _hold(tx: Connection, ids: Sequence[str], until_ms: int) -> None:
    if ids:
        tx.execute(_HELD, [{"key": id, "to_held_until_ms": until_ms} for id in ids])


_OLD = (
    select(TOTALS.c.establishment)
    .where(TOTALS.c.as_of < bindparam("day"))
    .order_by(TOTALS.c.as_of, TOTALS.c.establishment)
    .limit(bindparam("most"))
)


def renew(store: Store, now_ms: int, limit: int = 200) -> int:
    """Judge up to `limit` establishments anew that were judged on an earlier day; return how many.

    A day alone raises increases, and lets terms pass.
    """
    with store.read() as tx:
        ids = list(tx.execute(_OLD, {"day": day_at(now_ms).isoformat(), "most": limit}).scalars())
    return len(evaluate(store, sorted(ids), now_ms).judged) if ids else 0
