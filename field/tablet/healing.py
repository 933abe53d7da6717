"""When the office restored its database, what this tablet keeps goes there again: docs/protocol.md.

Signed answers are kept, so that what was quarantined stays so and what had landed lands again. What a
verified backup holds need not be kept for that any more.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from field.sync.receipts import Durable
from field.sync.signing import DeviceKey
from field.tablet.database import Database
from field.tablet.door import Answered, Enrolled, Heard, Refused
from field.tablet.former import Formers
from field.tablet.outbox import Outbox

EPOCH = "epoch"
PROOF = "proof"
UNTOLD = "untold"
DURABLE = "durable"
ANSWERS_AT_ONCE = 50
ROWS_AT_ONCE = 500
GONE = (
    "The office's database was restored, and this tablet had let go of the photo: ask for the storage's copy."
)

Tell = Callable[[Mapping[str, object]], Heard]


class Says(Protocol):
    """What the end of a page and the answer to a push have in common."""

    @property
    def epoch(self) -> str:
        """The life of the office's database."""

    @property
    def acknowledged(self) -> int | None:
        """How far this tablet's line is there; None where an older server says nothing."""

    @property
    def chain(self) -> str:
        """The hash of the last of these lines."""

    @property
    def durable(self) -> Durable | None:
        """What a verified backup holds."""


class Healing:
    """What this tablet knows of the life of the office's database, and what it has to tell a new one."""

    def __init__(self, database: Database, outbox: Outbox, formers: Formers) -> None:
        self._db = database
        self._outbox = outbox
        self._formers = formers
        self.again = False
        """Lines that the office had acknowledged are to be sent once more."""

    def begin(self, enrolled: Enrolled, former: DeviceKey | None) -> None:
        """Within a transaction: the tablet was enrolled, and its line begins in this life.

        `former` is the key of the identity that ended.
        """
        if former is not None:
            now_ms = int(enrolled.anchor.partition(".")[0])
            self._formers.add(former, self._db.state(EPOCH, str, ""), now_ms)
        self._db.remember(PROOF, None)
        for name, value in {"forked": None, "revoked": False, "unknown": False}.items():
            self._db.remember(name, value)
        self._live(enrolled.epoch)

    @property
    def held(self) -> str | None:
        """What the server signed last of how far this tablet's line is there; for the header Field-Held."""
        return self._db.state(PROOF, str | None, None)  # type: ignore[arg-type]

    def answered(self, answer: Answered, device: str) -> None:
        """Within a transaction: keep a signed answer as long as it may be needed."""
        said = answer.said
        if said.answers:
            self._db.run(
                "INSERT INTO answers (acknowledged, body, signature) VALUES (?, ?, ?)",
                *(said.acknowledged, answer.body, answer.signature),
            )
            id = self._db.number("SELECT max(id) FROM answers")
            for each in said.answers:
                self._db.run("UPDATE lines SET answer = ? WHERE device = ? AND seq = ?", id, device, each.seq)
        if said.proof and self._outbox.hash_of(said.acknowledged) == said.chain:
            proof = f"{said.epoch} {said.acknowledged} {said.chain} {said.proof}"
            self._db.remember(PROOF, proof)

    def first(self, forked: int | None) -> int:
        """The first line that a new identity brings along: all of them to an office that forgot this one."""
        if self._db.state("unknown", bool, False):
            return 1
        return forked or self._outbox.acknowledged + 1

    def hear(self, said: Says) -> bool:
        """Within a transaction: what the office says of its life and of this tablet's line.

        True where it has forgotten lines: they are to be sent again.
        """
        epoch, acknowledged, chain, durable = said.epoch, said.acknowledged, said.chain, said.durable
        if epoch:
            self._live(epoch)
        if durable is not None and self._db.state(DURABLE, tuple[int, int], (0, 0)) != (
            durable.seq,
            durable.ms,
        ):
            self._db.remember(DURABLE, (durable.seq, durable.ms))
            self._forget(durable)
            self._formers.forget(self._db.state(EPOCH, str, ""), durable)
        outbox = self._outbox
        if (
            not epoch
            or acknowledged is None
            or acknowledged >= outbox.acknowledged
            or outbox.hash_of(acknowledged) != chain
        ):
            return False
        outbox.send_again(acknowledged)
        self._to_be_told()
        self.again = True
        return True

    def _live(self, epoch: str) -> None:
        before = self._db.state(EPOCH, str, "")
        if epoch == before:
            return
        self._db.remember(EPOCH, epoch)
        if before:
            self._outbox.new_life()
            self._to_be_told()
            self.again |= bool(self._formers.due(epoch))

    def send_former(self) -> None:
        """Send what had arrived under earlier identities to a life that lacks it.

        Raises NoAnswer, Refused.
        """
        self._formers.send(self._db.state(EPOCH, str, ""))

    def _to_be_told(self) -> None:
        """The office may lack what it signed for: until it has been shown that, no backup holds a photo."""
        self._db.remember(UNTOLD, True)
        self._db.run("UPDATE photos SET kept_ms = NULL WHERE state = 'kept' AND bytes IS NOT NULL")

    def _forget(self, durable: Durable) -> None:
        """Let go of what a verified backup holds: signed answers, and the bytes of photos that are kept."""
        self._db.run(
            "UPDATE lines SET answer = NULL WHERE answer IS NOT NULL AND device = ? AND seq <= ?",
            *(self._outbox.device, durable.seq),
        )
        self._db.run(
            "DELETE FROM answers WHERE id NOT IN (SELECT answer FROM lines WHERE answer IS NOT NULL)"
        )
        self._db.run(
            "UPDATE photos SET bytes = NULL WHERE state = 'kept' AND bytes IS NOT NULL AND kept_ms <= ?",
            durable.ms,
        )

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """What is asked inside may be refused: what that says of this tablet itself is remembered."""
        try:
            yield
        except Refused as error:
            if error.code == "device-unknown":
                # Enrolled after the backup from which the office was restored: its lines go there again.
                self._db.remember("unknown", True)
            raise

    def show(self, rows: list[dict[str, Any]], send: Tell) -> None:
        """Show rows to the office before they go: nobody else may have what is in them."""
        for some in parts(rows, ROWS_AT_ONCE):
            send({"rows": some})

    def told_time(self, now_ms: int) -> None:
        """Within a transaction: a server time came, later than every photo that is kept in this life."""
        if not self._db.state(UNTOLD, bool, False):
            self._db.run("UPDATE photos SET kept_ms = ? WHERE state = 'kept' AND kept_ms IS NULL", now_ms)

    def boundary(self) -> int | None:
        """Up to where the next batch must reach to prove that its lines had landed; None: anywhere."""
        row = self._db.row(
            "SELECT a.acknowledged FROM lines l JOIN answers a ON a.id = l.answer "
            "WHERE l.device = ? AND l.seq = ?",
            *(self._outbox.device, self._outbox.acknowledged + 1),
        )
        return None if row is None else int(row[0])

    # Telling.

    def tell(self, send: Tell) -> None:
        """Tell a new life what it may lack, once: receipts of lines that are sent again, and photos kept."""
        if not self._db.state(UNTOLD, bool, False):
            return
        for some in self._answers():
            send({"answers": some})
        lacking: list[str] = []
        for some in self._photos():
            lacking += send({"photos": some}).lacking
        with self._db.transaction():
            for photo in lacking:
                self._lacking(photo)
            self._db.remember(UNTOLD, False)

    def _answers(self) -> Iterator[list[dict[str, Any]]]:
        found = self._db.rows(
            "SELECT DISTINCT a.id, a.body, a.signature FROM answers a JOIN lines l ON l.answer = a.id "
            "WHERE l.device = ? AND l.seq > ? ORDER BY a.id DESC",
            *(self._outbox.device, self._outbox.acknowledged),
        )
        told = [{"body": bytes(body).decode(), "signature": signature} for _, body, signature in found]
        return parts(told, ANSWERS_AT_ONCE)

    def _photos(self) -> Iterator[list[dict[str, Any]]]:
        found = self._db.rows(
            "SELECT record, sha256, size, receipt FROM photos WHERE state = 'kept' AND receipt IS NOT NULL "
            "ORDER BY record"
        )
        names = ("photo", "sha256", "size", "signature")
        return parts([dict(zip(names, row, strict=True)) for row in found], ROWS_AT_ONCE)

    def _lacking(self, photo: str) -> None:
        self._db.run(
            "UPDATE photos SET address = NULL, receipt = NULL, kept_ms = NULL, "
            "state = CASE WHEN bytes IS NULL THEN 'refused' ELSE 'here' END, "
            "detail = CASE WHEN bytes IS NULL THEN ? ELSE NULL END WHERE record = ?",
            *(GONE, photo),
        )


def parts(some: list[dict[str, Any]], at_once: int) -> Iterator[list[dict[str, Any]]]:
    """A list in pieces."""
    return (some[at : at + at_once] for at in range(0, len(some), at_once))
