"""Identities that this tablet had before: what had arrived under them goes to a restored office too.

A line stays what it was, under the device that captured it and in its chain: it is sent again by the key of
that identity, and lands at the time that it had. docs/protocol.md, "Restore".
"""

import msgspec

from field.sync import apps, changes
from field.sync.changes import BATCH_LINES_MAX, START, Change
from field.sync.receipts import Durable, PushAnswer
from field.sync.signing import DeviceKey, b64, unb64
from field.tablet import door
from field.tablet.database import Database
from field.tablet.door import Refused
from field.tablet.outbox import MISSING, NO_HASH, UNREADABLE, Batch, Outbox
from field.tablet.portions import Portions
from field.tablet.transport import Transport
from field.tablet.trust import Trust

FORMERS = "formers"
ANSWERS_AT_ONCE = 50
BYTES_MAX = 4 * 1024 * 1024
SERVER_FAILS = 500
UNKNOWN = "device-unknown"


class Former(msgspec.Struct, frozen=True):
    """An identity that ended, and its key: the office had all its lines in `epoch`, and by `held_ms`."""

    device: str
    key: str
    epoch: str
    held_ms: int


class Formers:
    """The identities that ended, and what they have to send to a new life of the office's database."""

    def __init__(
        self, database: Database, outbox: Outbox, transport: Transport, trust: Trust, portions: Portions
    ) -> None:
        self._db = database
        self._outbox = outbox
        self._transport = transport
        self._trust = trust
        self._portions = portions

    def _all(self) -> list[Former]:
        return self._db.state(FORMERS, list[Former], [])

    def _keep(self, former: Former) -> None:
        others = [each for each in self._all() if each.device != former.device]
        self._db.remember(FORMERS, [*others, former])

    def add(self, key: DeviceKey, epoch: str, now_ms: int) -> None:
        """Within a transaction: an identity ended just now; `epoch` is the life that it heard of last."""
        ended = self._db.state("former", tuple[str, ...], ())
        if ended and self._last(ended[-1]):
            self._keep(Former(ended[-1], b64(key.dump()), epoch, now_ms))

    def due(self, epoch: str) -> list[Former]:
        """Those whose lines this life of the database may lack."""
        return [each for each in self._all() if each.epoch != epoch]

    def forget(self, epoch: str, durable: Durable) -> None:
        """Within a transaction: let go of signed answers about lines that a verified backup holds."""
        for each in self._all():
            if each.epoch == epoch and each.held_ms <= durable.ms:
                self._db.run("UPDATE lines SET answer = NULL WHERE device = ?", each.device)

    def send(self, epoch: str) -> None:
        """Send what this life of the database lacks of them. Raises NoAnswer, Refused.

        What is refused for now, or cut off on the way, is tried again with the next sync.
        """
        for former in self.due(epoch):
            try:
                held_ms = self._bring(former)
            except Refused as error:
                later = error.retry_after_s is not None or error.code in (apps.TOO_OLD, apps.TOO_NEW)
                if later or error.status >= SERVER_FAILS:
                    raise
                if error.code != UNKNOWN:
                    continue
                # An office that knows no such tablet takes nothing of it, however often it is asked.
                held_ms = former.held_ms
            with self._db.transaction():
                self._keep(msgspec.structs.replace(former, epoch=epoch, held_ms=held_ms))

    def _bring(self, former: Former) -> int:
        """Show the last line, and send those that are lacking; the server's time when it had them all."""
        last = self._last(former.device)
        self._tell(former)
        said = self._push(former, Batch(last, [self._line(former, last)]))
        while said.fork is None and (before := said.acknowledged) < last:
            if said.chain != self._hash(former, before):
                break
            said = self._push(former, self._batch(former, before + 1, last))
            if said.acknowledged <= before:
                break
        return int(said.anchor.partition(".")[0])

    def _last(self, device: str) -> int:
        return self._db.number("SELECT max(seq) FROM lines WHERE device = ?", device)

    def _hash(self, former: Former, seq: int) -> str:
        """What the line after this one follows, also where this one is gone."""
        found = self._db.row(
            "SELECT hash FROM lines WHERE device = ? AND seq = ? UNION ALL "
            "SELECT prev FROM lines WHERE device = ? AND seq = ?",
            *(former.device, seq, former.device, seq + 1),
        )
        return START if seq == 0 else str(found[0]) if found else NO_HASH

    def _line(self, former: Former, seq: int) -> bytes:
        """The line, or where it can no longer be read, or is gone, what declares it lost."""
        found = self._db.row(
            "SELECT line, digest FROM lines WHERE device = ? AND seq = ?", former.device, seq
        )
        raw = bytes(found[0]) if found else b""
        if found and changes.digest(raw.partition(b"\t")[0]) == found[1] and b"\n" not in raw:
            return raw
        lost = Change(
            id=self._outbox.new_id(),
            device=former.device,
            seq=seq,
            prev=self._hash(former, seq - 1),
            op="lost",
            lost=self._hash(former, seq),
            reason=UNREADABLE if found else MISSING,
        )
        return changes.encode(lost)

    def _batch(self, former: Former, first: int, last: int) -> Batch:
        """The lines of the answer that speaks of the first: its signature binds them together."""
        answer = self._db.row(
            "SELECT a.acknowledged FROM lines l JOIN answers a ON a.id = l.answer "
            "WHERE l.device = ? AND l.seq = ?",
            *(former.device, first),
        )
        until = min(last, answer[0] if answer else last, first + BATCH_LINES_MAX - 1)
        bytes_max, size = self._portions.limit(BYTES_MAX), 0
        lines: list[bytes] = []
        for seq in range(first, max(until, first) + 1):
            line = self._line(former, seq)
            size += len(line) + 1
            if lines and size > bytes_max:
                break
            lines.append(line)
        return Batch(first, lines)

    def _push(self, former: Former, batch: Batch) -> PushAnswer:
        size = sum(len(line) + 1 for line in batch.lines)
        who = (self._transport, former.device, self._key(former), self._trust)
        said = self._portions.carry(size, lambda: door.push(*who, batch, compress=True)).said
        with self._db.transaction():
            self._outbox.settle_all(said.answers, former.device)
        return said

    def _key(self, former: Former) -> DeviceKey:
        return DeviceKey.load(unb64(former.key))

    def _tell(self, former: Former) -> None:
        """Show the signed answers about its lines, newest first."""
        found = self._db.rows(
            "SELECT DISTINCT a.id, a.body, a.signature FROM answers a JOIN lines l ON l.answer = a.id "
            "WHERE l.device = ? ORDER BY a.id DESC",
            former.device,
        )
        told = [{"body": bytes(body).decode(), "signature": signature} for _, body, signature in found]
        for at in range(0, len(told), ANSWERS_AT_ONCE):
            some = told[at : at + ANSWERS_AT_ONCE]
            door.testify(self._transport, former.device, self._key(former), {"answers": some})
