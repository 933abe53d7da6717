"""Work that nobody waits for: a thread that assesses what is stale, opens leads, and judges flags anew.

Photos are opened by a second one: a slow or broken place for photos holds no assessment up. A third one seals
the audit trail, so that neither holds that up; a fourth one makes snapshots of large scopes.
"""

import threading

import structlog

from field.api import erasing, reception, sweeping
from field.api.context import Context
from field.api.keeping import Trail
from field.api.snapshot_building import Builder
from field.blobs.reading import Reader
from field.store import (
    assessments,
    devices,
    evidence_keeping,
    flag_keeping,
    lead_follow_up,
    postings,
    report_receipts,
    stakes,
)
from field.store.audit_sealing import NOTES_AT_ONCE

AT_ONCE = 20
SWEEP_EVERY_MS = 3_600_000
WAIT_AFTER_ERROR_S = 5.0
STOP_S = 10.0
PHOTOS_AT_ONCE = 1
"""A server that stops waits for the photo that is being opened, and for no other."""

IDLE_ROUNDS = 30
"""After so many rounds without a photo the process that opens them is ended."""

_log = structlog.get_logger()


class Worker:
    """A daemon thread between `start` and `stop`. Several servers may run one each: they share the work."""

    def __init__(self, name: str, every_s: float) -> None:
        """`every_s`: how long to wait when there is nothing to do."""
        self._name = name
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done now; the rest waits for the next start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_S)
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._step())

    def _work(self) -> int:
        """Do some; how much was found. 0: nothing is left to do now."""
        raise NotImplementedError

    def _step(self) -> float:
        """Do some; how long to wait before the next."""
        try:
            found = self._work()
        except Exception as error:  # noqa: BLE001 - this thread is a door of its own
            # Nothing is lost by it: what was taken is taken again. A thread that ended would do no more.
            _log.error("background work failed", exc_info=error)
            return max(self._every_s, WAIT_AFTER_ERROR_S)
        return 0.0 if found else self._every_s


class Background(Worker):
    """Makes receipts, assesses what is stale, follows it up for leads, compares evidence, judges flags."""

    def __init__(self, context: Context, every_s: float) -> None:
        """See Worker."""
        super().__init__("field-background", every_s)
        self._context = context
        self._swept_ms = 0

    def _sweep(self) -> None:
        """Once in a while: forget uploads that were left alone, free visits of postings that ended, and show
        what of revoked tablets waits in vain.
        """
        context, now_ms = self._context, self._context.clock.now_ms()
        if now_ms < self._swept_ms + SWEEP_EVERY_MS:
            return
        self._swept_ms = now_ms
        postings.free_ended(context.store, context.clock, context.office)
        devices.salvage_parts(context.store, now_ms)
        if context.folder is not None:
            sweeping.sweep(context)
            erasing.remove(context)

    def _work(self) -> int:
        self._sweep()
        store, clock = self._context.store, self._context.clock
        key = self._context.key.current
        # First of all: an inspector may be waiting at the gate for it.
        found = report_receipts.issue(store, key, clock.now_ms(), AT_ONCE)
        found += assessments.refresh(store, clock.now_ms(), AT_ONCE)
        found += lead_follow_up.refresh(store, clock, self._context.office, AT_ONCE)
        found += stakes.refresh(store, AT_ONCE)
        found += evidence_keeping.refresh(store, clock.now_ms(), AT_ONCE)
        found = found or flag_keeping.refresh(store, clock.now_ms(), AT_ONCE)
        return found or flag_keeping.renew(store, clock.now_ms(), AT_ONCE)


class Keeping(Worker):
    """Keeps the audit trail: seals what was done, signs and writes each day's head. Notes tablets' counts."""

    def __init__(self, context: Context, every_s: float) -> None:
        """See Worker."""
        super().__init__("field-audit", every_s)
        self._context = context
        self._trail = Trail(context)

    def stop(self) -> None:
        """See Worker. What tablets counted meanwhile is written down."""
        super().stop()
        self._note_counts()

    def _note_counts(self) -> None:
        context = self._context
        context.counts.note(context.store, context.clock.now_ms())

    def _work(self) -> int:
        # Where much comes at once, few long portions cost less than many short ones.
        self._note_counts()
        taken = self._trail.step()
        return taken if taken >= NOTES_AT_ONCE else 0


class Snapshots(Worker):
    """Makes snapshots of large scopes that moved, and removes those that nobody fetches of any more."""

    def __init__(self, context: Context, every_s: float) -> None:
        """See Worker."""
        super().__init__("field-snapshots", every_s)
        self._builder = Builder(context)

    def _work(self) -> int:
        return self._builder.step()


class Reception(Worker):
    """Opens the photos that have come. Its process for that lives as long as there are some."""

    def __init__(self, context: Context, every_s: float) -> None:
        """See Worker."""
        super().__init__("field-reception", every_s)
        self._context = context
        self._reader = Reader(context.limits)
        self._idle = 0

    def _run(self) -> None:
        try:
            super()._run()
        finally:
            self._reader.close()

    def _work(self) -> int:
        found = reception.refresh(self._context, self._reader, PHOTOS_AT_ONCE)
        self._idle = 0 if found else self._idle + 1
        if self._idle == IDLE_ROUNDS:
            self._reader.close()
        return found
