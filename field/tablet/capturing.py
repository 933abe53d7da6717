"""Capturing on a tablet: what a person types becomes lines of the outbox, all of it at once or none of it."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from field.clock import Clock
from field.sync.changes import START, Change, Private
from field.sync.kinds import KINDS
from field.sync.signing import b64
from field.sync.upcasting import SCHEMA, upcast
from field.tablet import overlay
from field.tablet.capture_clock import CaptureClock
from field.tablet.database import Database
from field.tablet.forms import NOBODY, SALT_BYTES, Candidate, Form, commit_personal
from field.tablet.outbox import Outbox
from field.tablet.overlay import View
from field.tablet.people import People
from field.tablet.photos import Photos
from field.tablet.replica import Replica


class Capturing:
    """The part of a tablet that works without a network. A subclass opens the file and fills the parts in."""

    outbox: Outbox
    replica: Replica
    people: People
    photos: Photos
    _db: Database
    _clock: Clock
    _time: CaptureClock
    _group: list[tuple[Change, Private]] | None
    _taken: dict[str, bytes]

    def view(self, record: str) -> View | None:
        """A record as the screen shows it, with this tablet's own changes laid over the office's row."""
        mine = [
            (one.change, one.private) for one in self.outbox.pending.values() if one.change.record == record
        ]
        mine += [draft for draft in self._group or () if draft[0].record == record]
        held = self.replica.row(record)
        return overlay.lay(held, mine, self.replica.epoch_of(held.scope) if held else "")

    def row(self, record: str) -> dict[str, Any] | None:
        """The values that the screen shows of a record."""
        view = self.view(record)
        return None if view is None else view.shown()

    def open_form(self, record: str, by: str | None = None) -> Form:
        """A form on a record, which remembers what is shown now. Raises KeyError for one that is not here."""
        view = self.view(record)
        if view is None:
            raise KeyError(record)
        candidates = {name: self.candidates(record, name) for name in view.disputed}
        author = by or self.people.current()
        return Form(view, candidates, self._capture, self._clock.uuid7, self._clock.token, author)

    def candidates(self, record: str, name: str) -> list[Candidate]:
        """The sides of an open dispute about a field, as far as they arrived."""
        for id in self.replica.children(record):
            held = self.replica.row(id)
            if held is not None and held.row.kind == "conflict" and held.row.values["about"] == name:
                return msgspec.convert(held.row.values["candidates"], list[Candidate])
        return []

    def new_record(
        self, kind: str, values: Mapping[str, Any], *, checked: bool = True, taken: bytes | None = None
    ) -> str:
        """Capture a new record; give its id. Raises msgspec.ValidationError as `Form.save` does."""
        committed, private = commit_personal(kind, values, lambda: b64(self._clock.token(SALT_BYTES)))
        raw = msgspec.Raw(msgspec.json.encode(committed))
        if checked:
            KINDS[kind].read(raw)
        record = self._clock.uuid7()
        change = Change(
            id=self._clock.uuid7(),
            device=NOBODY,
            seq=1,
            prev=START,
            op="create",
            by=self.people.current(),
            kind=kind,
            record=record,
            set=raw,
        )
        if taken is not None:
            self._taken[record] = taken
        self._capture(change, private)
        return record

    def new_photo(self, values: Mapping[str, Any], taken: bytes) -> str:
        """Capture a photo with its bytes, which are on the disk together with its entry; give its id.

        What it is (`sha256`, `size` in bytes) is read off the bytes. Raises msgspec.ValidationError.
        """
        # A camera may give the type a name of its own.
        named = upcast("photo", 1, dict(values))
        described = {**named, "sha256": hashlib.sha256(taken).hexdigest(), "size": len(taken)}
        return self.new_record("photo", described, taken=taken)

    @contextmanager
    def group(self) -> Iterator[None]:
        """What is captured inside lands together or not at all. An error inside captures nothing."""
        if self._group is not None:
            raise RuntimeError("a group is open already")
        captured: list[tuple[Change, Private]] = []
        self._group = captured
        try:
            yield
        except BaseException:
            self._taken.clear()
            raise
        finally:
            self._group = None
        if captured:
            self._keep(captured)

    def _capture(self, change: Change, private: Private) -> str:
        time = self._time.now()
        stamped = msgspec.structs.replace(
            change,
            schema=SCHEMA,
            anchor=time.anchor,
            elapsed_ms=time.elapsed_ms,
            boot=time.boot,
            wall_ms=self._clock.now_ms(),
        )
        if self._group is not None:
            self._group.append((stamped, private))
        else:
            self._keep([(stamped, private)])
        return change.id

    def _keep(self, captured: list[tuple[Change, Private]]) -> None:
        with self._db.transaction():
            self.outbox.append(captured)
            for change, _ in captured:
                if change.record is not None and change.record in self._taken:
                    self.photos.keep(change.record, change.id, self._taken.pop(change.record))
            self._db.remember("elapsed", self._time.now())
