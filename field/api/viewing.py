"""Noting that somebody looked at evidence: a view is an act of the audit trail, as an export is."""

from typing import Literal

from field.api.context import Caller, Context
from field.store import audit

ONE_VIEW_MS = 10 * 60 * 1000
"""A screen that is left open asks again every few seconds: within this time that is one view."""

VIEWS_MAX = 10_000
"""Views remembered in a process; beyond it all are forgotten, and the next ones noted once more."""


def seen(
    context: Context,
    caller: Caller,
    act: Literal["report-viewed", "photo-viewed"],
    id: str,
    where: str | None,
) -> None:
    """Note that the caller is shown a record, in the district `where`. Kept before the answer goes out."""
    now_ms, view = context.clock.now_ms(), (caller.person, id)
    if 0 <= now_ms - context.viewed.get(view, -ONE_VIEW_MS) < ONE_VIEW_MS:
        return
    context.store.land(lambda tx: audit.note(tx, act, now_ms, by=caller.person, about=[id], district=where))
    if len(context.viewed) >= VIEWS_MAX:
        context.viewed.clear()
    context.viewed[view] = now_ms
