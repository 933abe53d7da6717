"""The reference tablet: captures work without a network, and synchronises when there is one.

`Tablet.sync` is the protocol on one screen (docs/protocol.md). A tablet is for one thread at a time.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from field.clock import Clock
from field.sync.changes import START, Change, Private
from field.sync.kinds import KINDS
from field.sync.signing import DeviceKey, b64, unb64
from field.sync.told import Told
from field.tablet import counting, door, overlay
from field.tablet.capture_clock import CaptureClock, Elapsed
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.forms import NOBODY, SALT_BYTES, Candidate, Form, commit_personal
from field.tablet.outbox import Batch, Outbox
from field.tablet.overlay import View
from field.tablet.pace import Pace
from field.tablet.people import People
from field.tablet.photos import Identity, Photos
from field.tablet.replica import Replica
from field.tablet.told import Attention, Status, Synced
from field.tablet.transport import NoAnswer, Transport
from field.tablet.trust import Trust
from field.tablet.verifying import Verifying

LINES_MAX = 500
BYTES_MAX = 4 * 1024 * 1024
ROWS_MAX = 1000
OPEN_MAX = 1000
ROUNDS_MAX = 10_000
"""More pushes or pages than any tablet needs: whoever comes so far gets the same answer for ever."""


class Tablet:
    """One tablet: its own file, its key, the people signed in on it."""

    def __init__(
        self,
        path: str | Path,
        transport: Transport,
        clock: Clock,
        *,
        boot: str | None = None,
        new_key: Callable[[], DeviceKey] = DeviceKey.generate,
        synchronous: bool = True,
        compress: bool = True,
    ) -> None:
        """`path` may be ':memory:'. `boot` tells the runs of the monotonic clock apart, as
        `/proc/sys/kernel/random/boot_id` does; without it every opening counts as a reboot."""
        self._db = Database(path, synchronous=synchronous)
        self._transport = transport
        self._clock = clock
        self._new_key = new_key
        self._compress = compress
        kept = self._db.state("elapsed", Elapsed, Elapsed())
        self._time = CaptureClock(clock, boot or clock.uuid7(), kept)
        self.outbox = Outbox(self._db, clock.uuid7)
        self.replica = Replica(self._db)
        self._verifying = Verifying(self._db, clock)
        self.people = People(self._db)
        self.photos = Photos(self._db, transport)
        self.trust = Trust(self._db, transport)
        self.pace = Pace()
        self._group: list[tuple[Change, Private]] | None = None
        self._taken: dict[str, bytes] = {}
        self._key = self._load_key()

    def _load_key(self) -> DeviceKey | None:
        kept = self._db.state("key", str, "")
        return DeviceKey.load(unb64(kept)) if kept else None

    def close(self) -> None:
        """Close the tablet's file."""
        self._db.close()

    @property
    def device(self) -> str:
        """The present identity; empty before the tablet is enrolled."""
        return self.outbox.device

    @property
    def forked(self) -> int | None:
        """The first line that must be sent again under a new identity; None unless there was a fork."""
        return self._db.state("forked", int | None, None)  # type: ignore[arg-type]

    # Enrolling and signing in.

    def enrol(self, code: str, name: str = "tablet") -> None:
        """Get an identity by a supervisor's code. Raises Refused, NoAnswer."""
        if self.device:
            self.enrol_again(code, name)
            return
        key = self._new_key()
        enrolled = door.enrol(self._transport, code, key, name)
        with self._db.transaction():
            self.outbox.begin(enrolled.device)
            self._take(key, enrolled)

    def enrol_again(self, code: str, name: str = "tablet") -> None:
        """Get a new identity, after a fork or a revocation, and bring along what the office does not have.

        Its people must sign in again; their lines are sent when they have. Raises Refused, NoAnswer.
        """
        key = self._new_key()
        enrolled = door.enrol(self._transport, code, key, name)
        with self._db.transaction():
            self.outbox.move_to(enrolled.device, self.forked or self.outbox.acknowledged + 1)
            self._take(key, enrolled)
            self.people.forget_sessions()

    def _take(self, key: DeviceKey, enrolled: door.Enrolled) -> None:
        self._key = key
        self._db.remember("key", b64(key.dump()))
        self.trust.begin(enrolled.server_key)
        self._db.remember("forked", None)
        self._db.remember("revoked", False)
        self._tell_time(enrolled.anchor)

    def sign_in(self, login: str, password: str) -> str:
        """Sign somebody in, who now uses the tablet; give their id. Raises Refused, NoAnswer."""
        found = door.sign_in(self._transport, self.device, self._enrolled(), login, password)
        self.people.signed_in(found, login, self.device, self._clock.now_ms())
        return found.person

    def sign_out(self, person: str) -> None:
        """Sign somebody out; what they captured stays and is sent. The office's rows go with the last one.

        Raises Refused, NoAnswer.
        """
        token = self.people.token(person)
        if token is not None:
            door.sign_out(self._transport, token)
        with self._db.transaction():
            self.people.signed_out(person)
            if self.people.any_token() is None:
                self.replica.drop_all(self._busy())

    def _enrolled(self) -> DeviceKey:
        if self._key is None:
            raise Refused(401, "device-unknown", "This tablet is not enrolled yet.")
        return self._key

    # Capturing.

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
        described = {**values, "sha256": hashlib.sha256(taken).hexdigest(), "size": len(taken)}
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

    # Synchronising.

    def sync(self, lines_max: int = LINES_MAX, rows_max: int = ROWS_MAX) -> Synced:
        """Send what the office lacks, then fetch what this tablet lacks. Never raises for weather."""
        self._verifying.when_due()
        try:
            for _ in range(ROUNDS_MAX):
                if not self.push(lines_max):
                    break
            for _ in range(ROUNDS_MAX):
                if not self.pull(rows_max):
                    break
            sent = self._send_photos()
        except NoAnswer as error:
            return self.pace.after(Synced(False, str(error)))
        except Refused as error:
            return self.pace.after(Synced(False, str(error), error.retry_after_s))
        return self.pace.after(Synced(sent and self.outbox.unsent() == 0 and self.forked is None))

    def _send_photos(self) -> bool:
        """Send the bytes of photos whose entries the office has; give whether all arrived."""
        if self.photos.waiting() == 0:
            return True
        return self.photos.run(Identity(self.device, self._enrolled(), self.trust))

    def push(self, lines_max: int = LINES_MAX, bytes_max: int = BYTES_MAX) -> bool:
        """Send the next lines; give whether there are more. Raises NoAnswer, Refused."""
        batch = self._batch(lines_max, bytes_max)
        if batch is None or self.forked is not None:
            return False
        before = self.outbox.acknowledged
        answer = door.push(
            self._transport,
            self.device,
            self._enrolled(),
            self.trust,
            batch,
            compress=self._compress,
        )
        self.pace.hear(answer.next_sync_s)
        with self._db.transaction():
            for each in answer.answers:
                self.outbox.settle(each, self.device)
            believed = self.outbox.believe(answer.acknowledged, answer.chain)
            if answer.expected is not None:
                self.outbox.rewind(answer.expected - 1)
            if answer.fork is not None:
                self._db.remember("forked", answer.fork.seq)
            self._db.remember("revoked", answer.revoked)
            self._tell_time(answer.anchor)
        if (
            answer.fork is None
            and answer.expected is None
            and not (believed and self.outbox.acknowledged > before)
        ):
            raise NoAnswer("the office's word on how far it came does not fit this tablet's own entries")
        return self.outbox.unsent() > 0

    def _batch(self, lines_max: int, bytes_max: int) -> Batch | None:
        """The next lines, up to the first whose author has yet to sign in under this identity."""
        if self.outbox.unsent() == 0:
            return None
        known = self.people.known_on(self.device)
        strangers = [seq for seq, author in self.outbox.authors().items() if author not in known]
        sendable = min(strangers, default=self.outbox.last + 1) - self.outbox.acknowledged - 1
        if sendable <= 0:
            return None
        return self.outbox.batch(min(lines_max, sendable), bytes_max)

    def pull(self, rows_max: int = ROWS_MAX) -> bool:
        """Fetch one page and apply it; give whether there is more to fetch. Raises NoAnswer, Refused."""
        token = self.people.any_token()
        if token is None:
            self._leave_behind()
            return False
        asked = {
            "cursors": self.replica.cursors(),
            "open": self.outbox.open_seqs(OPEN_MAX),
            "limit": rows_max,
            "checksums": self.replica.checksums(),
            "told": self.told(),
        }
        try:
            page = door.pull(self._transport, self.device, self._enrolled(), self.trust, token, asked)
        except Refused as error:
            if error.code == "not-signed-in":
                self.people.session_ended(token)
            if error.code == "device-revoked":
                self._db.remember("revoked", True)
            raise
        self.pace.hear(page.next_sync_s)
        with self._db.transaction():
            anew = self.replica.apply(page, self._busy())
            for receipt in page.receipts:
                self.outbox.settle(receipt, self.device)
            if not page.more:
                self.outbox.reached({scope: n for scope, (_, n) in self.replica.cursors().items()}, anew)
                self.replica.tidy(self._busy())
            self._tell_time(page.anchor)
        return page.more or bool(anew)

    def _leave_behind(self) -> None:
        """Nobody is left for whom a page would come: what landed needs no row beneath it any more."""
        if self.people.all_out():
            with self._db.transaction():
                self.outbox.reached({})
                self.replica.tidy(self._busy())

    def _busy(self) -> set[str]:
        return {one.change.record for one in self.outbox.pending.values() if one.change.record is not None}

    def _tell_time(self, anchor: str) -> None:
        self._time.receive(anchor)
        self._db.remember("elapsed", self._time.now())

    # What a person asks.

    def status(self) -> Status:
        """Whether the work has arrived."""
        attention = len(self.attention())
        waiting = self.outbox.unsent()
        known = self.people.known_on(self.device)
        return Status(
            at_office=self.outbox.count() - waiting - attention,
            only_here=waiting,
            attention=attention,
            forked=self.forked is not None,
            revoked=self._db.state("revoked", bool, False),
            alarms=self.replica.alarms(),
            sign_in=next((by for by in self.outbox.authors().values() if by not in known), None),
        )

    def told(self) -> Told:
        """This tablet's count of what it captured and what is only here: the office is told the same."""
        return counting.count(self._db, self.outbox, self.replica, self._time.now())

    def attention(self) -> list[Attention]:
        """The entries that are at the office, and wait for a supervisor or for another record."""
        return [Attention(*found) for found in self.outbox.troubled()]
