"""Flagged employers: ranked, and opened down to the wage line."""

from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.context import Caller, Context
from field.api.lookups import bounded
from field.api.telling import told
from field.recovery.phrases import Language
from field.store import flags, flags_shown, owed
from field.store.flags import Flag, Opened
from field.store.flags_shown import FlagEntryShown
from field.store.owed import Owed


@get("/api/flags", sync_to_thread=True, tags=["recovery"])
def ranked(
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    district: FromQuery[str | None] = None,
    skip: FromQuery[int] = 0,
    language: FromQuery[Language] = "en",
) -> list[Flag]:
    """Flagged employers, where most is expected to come in first, with why; 500 after the first `skip`."""
    with context.store.read() as tx:
        return told(tx, flags.ranked(tx, caller.within(district), bounded(skip)), language)


@get("/api/flags/{establishment_id:str}", sync_to_thread=True, tags=["recovery"])
def opened(
    establishment_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> Opened:
    """One employer's flags, opened down to the wage lines and the dated rows behind every figure."""
    with context.store.read() as tx:
        found = flags.opened(context.store, tx, establishment_id, caller.within(None))
        return told(tx, found, language)


@get("/api/flags/{establishment_id:str}/history", sync_to_thread=True, tags=["recovery"])
def history(
    establishment_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    skip: FromQuery[int] = 0,
    language: FromQuery[Language] = "en",
) -> list[FlagEntryShown]:
    """Every change of an employer's flags, raised, changed or lifted, newest first, with why; at most 500."""
    with context.store.read() as tx:
        found = flags_shown.history(tx, establishment_id, caller.within(None), bounded(skip))
        return told(tx, found, language)


@get("/api/flags/{establishment_id:str}/owed", sync_to_thread=True, tags=["recovery"])
def owed_on(
    establishment_id: FromPath[str],
    day: FromQuery[date],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> Owed:
    """What an employer owes on a day, month by month: contribution, and the increase for delay apart."""
    with context.store.read() as tx:
        return owed.on_day(tx, establishment_id, caller.within(None), day, language)
