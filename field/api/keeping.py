"""Keeping the audit trail: entries are sealed, days' heads are signed and written to their place."""

import structlog

from field.api.context import Context
from field.blobs.heads import Target
from field.problems import Problem
from field.store import audit_heads, audit_sealing
from field.sync import heads
from field.sync.heads import SignedHead

AGAIN_MS = 60_000
"""How long a place that could not be written to is left alone."""

_log = structlog.get_logger()


class Trail:
    """Looks after the trail of a running server. Any number of processes may do so at once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._next_ms = 0

    def step(self) -> int:
        """Seal a portion, and sign and write what is due; how many notes and lines were sealed."""
        context = self._context
        now_ms = context.clock.now_ms()
        # One key for both: a head's key must stand in the trail before it.
        key = context.key.current
        sealed = audit_sealing.seal(context.store, now_ms, key.public)
        if now_ms >= self._next_ms:
            self._next_ms = now_ms + AGAIN_MS
            audit_heads.sign_due(context.store, context.clock, key)
            write_due(context)
        return sealed


def write_due(context: Context) -> int:
    """Write every signed head that is not at its place yet; how many were written.

    What cannot be written is tried again the next time, and an alarm once it is a day late or where the
    place has another head for that day.
    """
    target = context.heads
    if target is None:
        return 0
    done = 0
    with context.store.read() as tx:
        due = audit_heads.unwritten(tx, target.place)
    for head in due:
        done += _write(context, target, head)
    return done


def _write(context: Context, target: Target, head: SignedHead) -> bool:
    now_ms = context.clock.now_ms()
    try:
        target.put(heads.name(head), heads.content(head), now_ms)
    except Problem as problem:
        _log.error("a head of the audit trail was not written", day=head.day, code=problem.code)
        late = now_ms >= head.signed_ms + audit_heads.LATE_MS
        if late or problem.code == "audit-differs":
            code = "audit-differs" if problem.code == "audit-differs" else "audit-head-late"
            audit_heads.alarm(context.store, context.office, code, head, problem.detail, now_ms)
        return False
    audit_heads.written(context.store, head, target.place, now_ms)
    return True
