"""Forgetting uploads that were left alone, and files that nobody knows any more."""

from field.api.context import Context
from field.api.uploads import KEEP_MS, end_all
from field.problems import Problem
from field.store import uploads


def _drop_unknown(context: Context, id: str) -> None:
    """Drop a file that no upload knows. What is being written to is a photo that comes at once."""
    try:
        with context.staging.part(id) as part:
            part.drop()
    except Problem as problem:
        if problem.code != "upload-locked":
            raise


def sweep(context: Context) -> int:
    """Forget uploads whose time is over, with what came of them; how many there were.

    Files of uploads that nobody knows go too: a server that was stopped while it ended one left it.
    """
    left = context.staging.all()
    with context.store.read() as tx:
        known = uploads.known(tx, left)
    for id in left:
        if id not in known:
            _drop_unknown(context, id)
    swept = 0
    while True:
        with context.store.read() as tx:
            over = uploads.expired(tx, context.clock.now_ms())
        ended = end_all(context, over)
        swept += ended
        if not ended:
            return swept + context.photos.sweep(context.clock.now_ms() - KEEP_MS)
