"""Hearing tablets count their requests: whoever counts again was set back, or is a copy.

A tablet numbers its signed requests 1, 2, 3 ... and writes a number down before it uses it. So a number
that was heard before comes from the same request once more (then its signature is the same), from an older
state of the tablet, from a second tablet with its contents, or from somebody who plays an old request again.
The server answers all but the first with `count-behind`; a tablet then goes on above the number that it is
told, and says where it had been: only that is an alarm, since nobody else can sign it.
"""

import threading
from typing import TYPE_CHECKING

import msgspec

from field.problems import Problem
from field.store import request_counts
from field.store.engine import Store

if TYPE_CHECKING:
    from field.api.context import Context


class _Heard(msgspec.Struct):
    count: int
    signature: str = ""
    noted: bool = True


class Counts:
    """How far each tablet has counted, as this process heard it. Threads may ask at once."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}
        self._lock = threading.Lock()

    def hear(
        self, context: "Context", device: str, count: int | None, behind: int | None, signature: str
    ) -> None:
        """Hear a request's number. None: an app that does not count yet.

        Raises Problem count-behind, with `count`, how far the tablet is known to have come.
        """
        if count is None:
            return
        if device not in self._heard:
            with context.store.read() as tx:
                known = request_counts.of(tx, [device]).get(device, (0, ""))
            with self._lock:
                self._heard.setdefault(device, _Heard(*known))
        with self._lock:
            heard = self._heard[device]
            before = heard.count
            again = count == before and signature == heard.signature
            if count <= before and not again:
                raise Problem(
                    "count-behind",
                    "The office has heard a later request of this tablet: it was set back to an older copy "
                    "of itself, or another tablet has the same contents.",
                    count=before,
                )
            heard.count, heard.signature, heard.noted = count, signature, again and heard.noted
        if behind is not None and not again:
            now_ms = context.clock.now_ms()
            with context.store.write() as tx:
                request_counts.alarm(context.store, tx, device, behind, before, now_ms)

    def note(self, store: Store, now_ms: int) -> int:
        """Write down what was heard since the last time, and learn what other processes heard; how many."""
        with self._lock:
            fresh = {
                device: (heard.count, heard.signature)
                for device, heard in self._heard.items()
                if not heard.noted
            }
        if not fresh:
            return 0
        with store.write() as tx:
            request_counts.note(store, tx, fresh, now_ms)
        with store.read() as tx:
            known = request_counts.of(tx, fresh)
        with self._lock:
            for device, (count, signature) in known.items():
                heard = self._heard[device]
                heard.noted = heard.count <= count
                if count > heard.count:
                    heard.count, heard.signature = count, signature
        return len(fresh)
