"""The figures of one establishment opened: in words of three languages, by worker and month, and judged."""

from datetime import date

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api.context import Caller, Context
from field.recovery.phrases import Language
from field.store import explained, judged
from field.store.explained import Entries, Explained
from field.store.judged import Judged


@get("/api/flags/{establishment_id:str}/explain", sync_to_thread=True, tags=["recovery"])
def explain(
    establishment_id: FromPath[str],
    day: FromQuery[date],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> Explained:
    """What an employer owes on a day in plain words, down to wage lines, dated rows, photos and payments."""
    store = context.store
    with store.read() as tx:
        return explained.owed_in_words(store, tx, establishment_id, caller.within(None), day, language)


@get("/api/flags/{establishment_id:str}/workers", sync_to_thread=True, tags=["recovery"])
def workers(
    establishment_id: FromPath[str],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    month: FromQuery[str | None] = None,
) -> Entries:
    """Every worker and month behind an employer's figures, or those of one month; at most 5,000."""
    with context.store.read() as tx:
        return explained.entries(context.store, tx, establishment_id, caller.within(None), month)


@get("/api/flags/{establishment_id:str}/judgement", sync_to_thread=True, tags=["recovery"])
def judgement(
    establishment_id: FromPath[str],
    day: FromQuery[date],
    context: NamedDependency[Context],
    caller: NamedDependency[Caller],
    language: FromQuery[Language] = "en",
) -> Judged:
    """What may be owed by best judgement where records were refused or are missing: only a proposal."""
    store = context.store
    with store.read() as tx:
        return judged.proposals(store, tx, establishment_id, caller.within(None), day, language)
