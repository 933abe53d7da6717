"""One exchange with the office: send what it lacks, fetch what is new, and notice what it has forgotten."""

from collections.abc import Mapping
from typing import Protocol

from field.sync.changes import BATCH_LINES_MAX
from field.sync.receipts import PushAnswer
from field.tablet.door import Heard, Refused
from field.tablet.healing import Healing
from field.tablet.outbox import Batch, Outbox
from field.tablet.people import People

ROUNDS_MAX = 10_000
"""More pushes or pages than any tablet needs: whoever comes so far gets the same answer for ever."""

_SHUT_OUT = ("not-signed-in", "device-revoked")


class Talking(Protocol):
    """A tablet, as far as it talks with the office."""

    outbox: Outbox
    healing: Healing
    people: People

    @property
    def forked(self) -> int | None:
        """See Tablet."""

    def push(self, lines_max: int) -> bool:
        """See Tablet."""

    def pull(self, rows_max: int) -> bool:
        """See Tablet."""

    def hand_in(self, batch: Batch) -> tuple[PushAnswer, bool]:
        """See Tablet."""

    def send_photos(self) -> bool:
        """See Tablet."""

    def testify(self, told: Mapping[str, object]) -> Heard:
        """See Tablet."""


def batch(tablet: Talking, lines_max: int, bytes_max: int, *, anyone: bool) -> Batch | None:
    """The next lines, up to the first whose author has yet to sign in under this identity."""
    outbox = tablet.outbox
    if outbox.unsent() == 0:
        return None
    known = tablet.people.known_on(outbox.device)
    authors = {} if anyone else outbox.authors()
    strangers = [seq for seq, author in authors.items() if author not in known]
    sendable = min(strangers, default=outbox.last + 1) - outbox.acknowledged - 1
    if sendable <= 0:
        return None
    until = tablet.healing.boundary()
    if until is not None:
        lines_max = min(max(until - outbox.acknowledged, 1), BATCH_LINES_MAX)
    return outbox.batch(min(lines_max, sendable), bytes_max)


def exchange(tablet: Talking, lines_max: int, rows_max: int) -> None:
    """Push until nothing is left, then pull until nothing is left. Raises NoAnswer, Refused."""
    _once(tablet, lines_max, rows_max)
    if tablet.healing.again:
        # The office was found to have forgotten something: it gets it now.
        _once(tablet, lines_max, rows_max)


def _once(tablet: Talking, lines_max: int, rows_max: int) -> None:
    first = tablet.outbox.acknowledged
    _push(tablet, lines_max)
    silent = tablet.outbox.acknowledged == first
    try:
        for _ in range(ROUNDS_MAX):
            if not tablet.pull(rows_max):
                break
    except Refused as error:
        if error.code in _SHUT_OUT:
            _without_pages(tablet, lines_max, silent=silent)
            # Pictures need no session either, and no right to read.
            tablet.send_photos()
        raise
    if tablet.people.any_token() is None:
        _without_pages(tablet, lines_max, silent=silent)
    else:
        # Also where no line is to be sent: the picture of one that survived may be gone.
        tablet.healing.tell(tablet.testify)


def _push(tablet: Talking, lines_max: int) -> None:
    tablet.healing.again = False
    tablet.healing.send_former()
    for _ in range(ROUNDS_MAX):
        if not tablet.push(lines_max):
            break


def _without_pages(tablet: Talking, lines_max: int, *, silent: bool) -> None:
    """No page says how the office is: its answer to a line does."""
    if silent:
        _show_last(tablet)
    tablet.healing.tell(tablet.testify)
    if tablet.healing.again:
        _push(tablet, lines_max)


def _show_last(tablet: Talking) -> None:
    """Nothing is to be sent and nothing can be fetched: ask all the same whether the office has it all."""
    batch = tablet.outbox.last_acknowledged()
    if batch is not None and tablet.forked is None and tablet.outbox.unsent() == 0:
        tablet.hand_in(batch)
