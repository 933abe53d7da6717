"""Directorates as they are kept: brought in from a file, listed, and asked who holds what."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from field.clock import Clock
from field.inspections import directorate_file
from field.inspections import directorates as holdings
from field.inspections.directorate_file import HoldingRow
from field.inspections.directorates import Holding
from field.inspections.table_file import Reject, Remark, fingerprint
from field.problems import Problem
from field.store import districts, register_runs, rows, tables
from field.store.engine import Store
from field.store.import_runs import Source
from field.store.register_runs import Registered

DIRECTORATES = tables.Directorate.__table__  # type: ignore[attr-defined]  # SQLModel adds it
HOLDINGS = tables.DirectorateDistrict.__table__  # type: ignore[attr-defined]

_KEY = ("directorate", "district", "area", "from_day")
_HELD = select(*(HOLDINGS.c[name] for name in (*_KEY, "to_day"))).order_by(
    *(HOLDINGS.c[name] for name in _KEY)
)


class Held(msgspec.Struct, frozen=True):
    """A district that a directorate holds, or the named area of it, from a day to a day, both included."""

    district: str
    area: str | None
    from_day: str
    to_day: str | None


class Directorate(msgspec.Struct, frozen=True):
    """A directorate with all that it held, holds and will hold, by district and day."""

    id: str
    name: str
    holds: list[Held]


def held(tx: Connection) -> list[Holding]:
    """Every holding, past and future ones included."""
    return [msgspec.convert(row._mapping, Holding) for row in tx.execute(_HELD)]


def names(tx: Connection) -> dict[str, str]:
    """The name of each directorate by its id, in the order of the names."""
    found = tx.execute(select(DIRECTORATES).order_by(DIRECTORATES.c.name, DIRECTORATES.c.id))
    return {row.id: row.name for row in found}


def listed(tx: Connection) -> list[Directorate]:
    """Every directorate by name."""
    found: dict[str, list[Held]] = {}
    for each in held(tx):
        one = Held(each.district, each.area or None, each.from_day, each.to_day)
        found.setdefault(each.directorate, []).append(one)
    return [Directorate(id, name, found.get(id, [])) for id, name in names(tx).items()]


def import_file(
    store: Store,
    clock: Clock,
    source: Source,
    told: Callable[[Reject], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Registered:
    """Import who holds what (see `directorate_file.read`), in one transaction. Again, it changes nothing.

    A holding that a file tells no more stays: give it an end. Raises Problem refused where there are no
    districts yet, and unknown-format for what is no such table.
    """
    with store.read() as tx:
        index = districts.load_index(tx)
    if not index.districts:
        raise Problem("refused", "There are no districts yet. Import their boundaries first.")
    found = fingerprint(source.file)
    read = list(directorate_file.read(source.file, found.encoding, index, source.columns))
    run = register_runs.begin(store, clock, "directorates", source, found.sha256, told)
    lines: dict[Holding, int] = {}
    called: dict[str, str] = {}
    for each in read:
        if isinstance(each, Reject):
            run.reject(each)
        elif isinstance(each, Remark):
            run.remark(each)
        elif each.holding.key in {one.key for one in lines}:
            run.reject(_twice(each))
        else:
            lines[each.holding] = each.line
            called.setdefault(each.holding.directorate, each.name)
    with store.write() as tx:
        decision = holdings.decide(held(tx), lines)
        _save(store, tx, decision, called, lines, run.id)
    run.done.added, run.done.changed = len(decision.added), len(decision.changed)
    run.done.unchanged = decision.unchanged
    for refused, other in decision.refused:
        run.reject(_overlap(lines[refused], refused, other))
    for one, other in decision.shared:
        run.remark(Remark(lines[one], _shared(other)))
    progress(run.done.rows)
    register_runs.finish(store, run, clock.now_ms())
    return run.done


def _twice(row: HoldingRow) -> Reject:
    reason = "The same directorate, district, area and first day stand above. Keep one of the two lines."
    return Reject(row.line, "from", row.holding.from_day, reason)


def _overlap(line: int, refused: Holding, other: Holding) -> Reject:
    until = f"to {other.to_day}" if other.to_day else "without an end"
    reason = (
        f"It overlaps with what this directorate holds of {other.district} from {other.from_day} {until}. "
        "End the earlier one first: give it the day in `to`."
    )
    return Reject(line, "from", refused.from_day, reason)


def _shared(other: Holding) -> str:
    area = f" ({other.area})" if other.area else ""
    return (
        f"{other.directorate} holds {other.district}{area} at the same time, from {other.from_day}: figures "
        "by directorate leave a shared district out."
    )


_END = (
    update(HOLDINGS)
    .where(*(HOLDINGS.c[name] == bindparam(f"key_{name}") for name in _KEY))
    .values(to_day=bindparam("end"), source=bindparam("run"), line=bindparam("at_line"))
)


def _save(
    store: Store,
    tx: Connection,
    decision: holdings.Decision,
    called: dict[str, str],
    lines: dict[Holding, int],
    run: str,
) -> None:
    needed = {each.directorate for each in decision.added}
    rows.insert_new(store, tx, DIRECTORATES, [{"id": id, "name": called[id]} for id in sorted(needed)])
    if decision.added:
        tx.execute(insert(HOLDINGS), [_row(each, lines[each], run) for each in decision.added])
    for each in decision.changed:
        keys = {f"key_{name}": getattr(each, name) for name in _KEY}
        tx.execute(_END, {**keys, "end": each.to_day, "run": run, "at_line": lines[each]})


def _row(each: Holding, line: int, run: str) -> dict[str, Any]:
    return {**msgspec.structs.asdict(each), "source": run, "line": line}
