"""The reference tablet: captures work without a network, and synchronises when there is one.

`Tablet.sync` is the protocol on one screen (docs/protocol.md). A tablet is for one thread at a time.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from field.clock import Clock
from field.sync.changes import Change, Private
from field.sync.orders import WipeOrder
from field.sync.receipts import PushAnswer
from field.sync.signing import DeviceKey, b64, unb64
from field.sync.told import Told
from field.tablet import door, own_count, rounds, safekeeping, verdicts, wiping
from field.tablet.capture_clock import CaptureClock, Elapsed
from field.tablet.capturing import Capturing
from field.tablet.counting import Counter
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.former import Formers
from field.tablet.handed import Handed
from field.tablet.healing import Healing
from field.tablet.outbox import Batch, Outbox
from field.tablet.pace import Pace
from field.tablet.people import People
from field.tablet.photos import Identity, Photos
from field.tablet.portions import Portions
from field.tablet.refusals import heeded, noted
from field.tablet.replica import Page, Replica
from field.tablet.snapshots import Snapshots
from field.tablet.told import Attention, Status, Synced
from field.tablet.transport import NoAnswer, Transport
from field.tablet.trust import Trust
from field.tablet.verifying import Verifying
from field.tablet.wiping import Wiping

LINES_MAX = 500
BYTES_LEAST, BYTES_MAX = 1024, 4 * 1024 * 1024
ROWS_LEAST, ROWS_MAX = 4, 1000
OPEN_MAX = 1000


class Tablet(Capturing):
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
        sealed: Path | None = None,
    ) -> None:
        """`path` may be ':memory:'. `boot` tells the runs of the monotonic clock apart, as
        `/proc/sys/kernel/random/boot_id` does; without it every opening counts as a reboot. `sealed`: a file,
        perhaps on another disk, in which unsent work is always kept, sealed to the server's key."""
        self._db = Database(path, synchronous=synchronous)
        self._transport = transport
        self._clock = clock
        self._new_key = new_key
        self._compress = compress
        self._sealed = sealed
        self._unsent = 0
        self._boot = boot or clock.uuid7()
        self._group: list[tuple[Change, Private]] | None = None
        self._taken: dict[str, bytes] = {}
        self._load()

    def _load(self) -> None:
        clock = self._clock
        self._time = CaptureClock(clock, self._boot, self._db.state("elapsed", Elapsed, Elapsed()))
        self.outbox = Outbox(self._db, clock.uuid7)
        self.replica = Replica(self._db)
        self._verifying = Verifying(self._db, clock)
        self._pushing = Portions(self._db, "pushing", least=BYTES_LEAST, most=BYTES_MAX)
        self._pulling = Portions(self._db, "pulling", least=ROWS_LEAST, most=ROWS_MAX)
        self.snapshots = Snapshots(self._db, self.replica)
        self.people = People(self._db)
        self.photos = Photos(self._db, self._transport)
        self.trust = Trust(self._db, self._transport)
        self.pace = Pace()
        self._counter = Counter(self._db)
        self._wiping = Wiping(self._db)
        self.handed = Handed(self._db, self.trust)
        formers = Formers(self._db, self.outbox, self._transport, self.trust, self._pushing)
        self.healing = Healing(self._db, self.outbox, formers)
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
            self.outbox.move_to(enrolled.device, self.healing.first(self.forked))
            self._take(key, enrolled)
            self.people.forget_sessions()

    def _take(self, key: DeviceKey, enrolled: door.Enrolled) -> None:
        self.healing.begin(enrolled, self._key)
        self._key = key
        self._db.remember("key", b64(key.dump()))
        self.trust.begin(enrolled.server_key)
        self._db.remember("sealing_key", enrolled.sealing_key)
        self._counter.begin()
        self._wiping.begin()
        self._tell_time(enrolled.anchor)

    def sign_in(self, login: str, password: str) -> str:
        """Sign somebody in, who now uses the tablet; give their id. Raises Refused, NoAnswer."""
        key = self._enrolled()
        found = self._counter.ask(
            lambda counted: door.sign_in(self._transport, self.device, key, login, password, counted)
        )
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
                self.snapshots.forget_all()

    def _enrolled(self) -> DeviceKey:
        if self._key is None:
            raise Refused(401, "device-unknown", "This tablet is not enrolled yet.")
        return self._key

    def _keep(self, captured: list[tuple[Change, Private]]) -> None:
        with self._db.transaction():
            super()._keep(captured)
            self.handed.captured(change for change, _ in captured)
        self._keep_sealed()

    def _keep_sealed(self) -> None:
        if self._sealed is not None:
            safekeeping.write(self._sealed, self.sealed_work())

    def sealed_work(self) -> bytes | None:
        """Unsent work as a file for the office; None where there is none, or no key to seal it to."""
        sealing_key = self._db.state("sealing_key", str, "")
        if not sealing_key:
            return None
        return safekeeping.file_of(self.outbox, self.photos, self._who(), sealing_key, self._clock)

    def _who(self) -> Identity:
        return Identity(self.device, self._enrolled(), self.trust)

    # Synchronising.

    def sync(self, lines_max: int = LINES_MAX, rows_max: int = ROWS_MAX) -> Synced:
        """Send what the office lacks, then fetch what this tablet lacks. Never raises for weather.

        A tablet that was ordered to be wiped hands in its work instead, and erases itself.
        """
        return self.pace.after(noted(self._db, self._try(lines_max, rows_max)))

    def _try(self, lines_max: int, rows_max: int) -> Synced:
        try:
            self._unsent = self.outbox.unsent()
            self._wiping.tell(self._transport)
            if self._key is None:
                return Synced(True)
            said = self._sync(lines_max, rows_max)
            return self._wipe() if self._wiping.ordered else said
        except NoAnswer as error:
            return Synced(False, str(error))
        except Refused as error:
            return Synced(False, str(error), error.retry_after_s, code=error.code)
        finally:
            self._keep_sealed()

    def _sync(self, lines_max: int, rows_max: int) -> Synced:
        try:
            self._verifying.when_due()
            self._learn_sealing_key()
            rounds.exchange(self, lines_max, rows_max)
            if self.people.any_token() is None:
                self._hear(wiping.ask(self._transport, self.device, self._enrolled()))
            sent = self.send_photos()
        except Refused as error:
            self._hear(error.wipe)
            return Synced(False, str(error), error.retry_after_s, code=error.code)
        return Synced(sent and self.outbox.unsent() == 0 and self.forked is None)

    def send_photos(self) -> bool:
        """Send the bytes of photos whose entries the office has; give whether all arrived."""
        if self.photos.waiting() == 0:
            return True
        return self.photos.run(self._who())

    def _learn_sealing_key(self) -> None:
        if not self._db.state("sealing_key", str, ""):
            with suppress(NoAnswer, Refused):
                self._db.remember("sealing_key", door.sealing_key(self._transport, self.trust))

    def _hear(self, order: WipeOrder | None) -> None:
        self._wiping.hear(order, self.device, self.trust, self._unsent)

    def _wipe(self) -> Synced:
        """Hand in what is only here, whoever captured it, then erase everything. Raises NoAnswer, Refused."""
        while self.push(anyone=True):
            pass
        self.send_photos()
        # What fits this tablet's own line no more is kept at the office as it is.
        rest = self.sealed_work()
        if rest is not None:
            door.hand_in_sealed(self._transport, self.device, self._enrolled(), rest)
        elif self.outbox.unsent() > 0:
            raise NoAnswer("the office does not say what unsent work is sealed to")
        self._wiping.carry_out(self.device, self._enrolled(), self._clock.now_ms(), 0)
        self._load()
        self._wiping.tell(self._transport)
        return Synced(False, "The office has ordered this tablet to be wiped.")

    def push(self, lines_max: int = LINES_MAX, bytes_max: int = BYTES_MAX, *, anyone: bool = False) -> bool:
        """Send the next lines; give whether there are more. Raises NoAnswer, Refused.

        `anyone`: also of those who have yet to sign in under this identity.
        """
        batch = rounds.batch(self, lines_max, self._pushing.limit(bytes_max), anyone=anyone)
        if batch is None or self.forked is not None:
            return False
        before = self.outbox.acknowledged
        answer, believed = self.hand_in(batch)
        if (
            answer.fork is None
            and answer.expected is None
            and not (believed and self.outbox.acknowledged > before)
        ):
            raise NoAnswer("the office's word on how far it came does not fit this tablet's own entries")
        return self.outbox.unsent() > 0

    def hand_in(self, batch: Batch) -> tuple[PushAnswer, bool]:
        """Send some lines and remember the answer; whether its word on how far it came is believed."""
        self.healing.tell(self.testify)
        who = (self._transport, self.device, self._enrolled(), self.trust)
        held, small, size = self.healing.held, self._compress, sum(len(line) + 1 for line in batch.lines)
        with self.healing.heeded():
            answered = self._pushing.carry(size, lambda: door.push(*who, batch, compress=small, held=held))
        answer = answered.said
        self.pace.hear(answer.next_sync_s)
        with self._db.transaction():
            self.outbox.settle_all(answer.answers, self.device)
            healing = self.healing.hear(answer)
            believed = healing or self.outbox.believe(answer.acknowledged, answer.chain)
            if answer.expected is not None:
                self.outbox.rewind(answer.expected - 1)
            if answer.fork is not None:
                self._db.remember("forked", answer.fork.seq)
            self.healing.answered(answered, self.device)
            self._db.remember("revoked", answer.revoked)
            self._hear(answer.wipe)
            self._tell_time(answer.anchor)
        return answer, believed

    def testify(self, told: Mapping[str, object]) -> door.Heard:
        """Tell the office what its database may lack. Raises NoAnswer, Refused."""
        return door.testify(self._transport, self.device, self._enrolled(), told)

    def pull(self, rows_max: int = ROWS_MAX) -> bool:
        """Fetch one page and apply it; give whether there is more to fetch. Raises NoAnswer, Refused."""
        token = self.people.any_token()
        if token is None:
            self._leave_behind()
            return False
        limit = self._pulling.limit(rows_max)
        asked: dict[str, Any] = {
            "cursors": self.replica.cursors(),
            "checksums": self.replica.checksums(),
            "told": self.told(),
            "open": self.outbox.open_seqs(min(OPEN_MAX, limit)),
            "limit": limit,
            **self.snapshots.asked(),
            **self.handed.asked(),
        }
        with heeded(self._db, self.people, token):
            page = self._counter.ask(lambda counted: self._page(token, {**asked, **counted}))
        self.pace.hear(page.next_sync_s)
        beyond = self.replica.beyond(page)
        if beyond:
            self._tell_time(page.anchor)
            self.healing.show(beyond, self.testify)
        with self._db.transaction():
            self.healing.hear(page.end)
            anew = self.replica.apply(page, self._busy())
            self.outbox.settle_all(page.receipts, self.device)
            self.outbox.asked(asked["open"])
            self.snapshots.take(page)
            self.handed.take(page.handed)
            if not page.more:
                self.outbox.reached(self.replica.reached(), anew | self.snapshots.waiting())
                self.replica.tidy(self._busy())
            if not beyond:
                self._tell_time(page.anchor)
        if page.more:
            return True
        piece = partial(door.piece, self._transport, self.device, self._enrolled(), token)
        with heeded(self._db, self.people, token):
            return self.snapshots.bring(piece, self._busy) or bool(anew)

    def _page(self, token: str, asked: Mapping[str, Any]) -> Page:
        who = (self._transport, self.device, self._enrolled(), self.trust)
        return self._pulling.carry(asked["limit"], lambda: door.pull(*who, token, asked, self.healing.held))

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
        self.healing.told_time(int(anchor.partition(".")[0]))

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
            copied=self._counter.copied,
            wiped=self._wiping.wiped is not None,
            unserved=self._db.state("unserved", str, ""),
            sign_in=next((by for by in self.outbox.authors().values() if by not in known), None),
        )

    def told(self) -> Told:
        """This tablet's count of what it captured and what is only here: the office is told the same."""
        return own_count.count(self._db, self.outbox, self.replica, self._time.now())

    def attention(self) -> list[Attention]:
        """The entries that are at the office, and wait for a supervisor or for another record."""
        return [Attention(*found) for found in self.outbox.troubled()]

    def decided(self) -> list[verdicts.Decision]:
        """What supervisors decided about entries that were in quarantine, and why; the latest first."""
        return verdicts.every(self._db)
