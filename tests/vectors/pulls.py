"""The pages that the vectors of a pull are about."""

import msgspec

from field.sync import wire
from field.sync.changes import commit
from field.sync.pull import Checkpoint, End, Enter, Leave, Reset
from field.sync.wire import Row
from tests.vectors.common import EPOCH, INSPECTOR, SALT, id_of, opened

OWN, DISTRICT = f"own/{INSPECTOR}", "district/korangi"
LATER_EPOCH = "01990000-0000-7000-8000-0000000e0002"
V1, V2, R1, W1, E1, E2 = (id_of(number) for number in range(301, 307))


class Step(msgspec.Struct, frozen=True):
    """A page as it arrives, and the records with changes on their way then."""

    page: str
    busy: list[str] = []


def row(record: str, kind: str, n: int, private: bytes | None = None, **values: object) -> str:
    """A row's line."""
    body = msgspec.json.encode(Row(record=record, kind=kind, n=n, root=V1, values=values, write=id_of(n)))
    return body.decode() + ("" if private is None else "\t" + private.decode())


def sum_of(*lines: str) -> int:
    """The checksum of a scope that holds these rows."""
    total = 0
    for line in lines:
        total = wire.add(total, wire.digest(line.partition("\t")[0].encode()))
    return total


def head(scope: str, n: int, *lines: str, checksum: int | None = None, epoch: str = EPOCH) -> str:
    """A checkpoint at the head of a scope that holds these rows."""
    total = sum_of(*lines) if checksum is None else checksum
    return msgspec.json.encode(Checkpoint(scope, epoch, n, True, total)).decode()


def upto(scope: str, n: int) -> str:
    """A checkpoint before the head."""
    return msgspec.json.encode(Checkpoint(scope, EPOCH, n)).decode()


def gone(record: str, n: int) -> str:
    """The mark that a record has left."""
    return wire.encode_gone(record, n).decode()


def mark(what: type[Enter] | type[Leave] | type[Reset], scope: str) -> str:
    """The mark before a scope's rows."""
    return msgspec.json.encode(what(scope)).decode()


def page(*lines: str, more: bool = False) -> str:
    """A page with its end."""
    end = msgspec.json.encode(End(more, "1790000000000.AAECAwQFBgcICQoL")).decode()
    return "".join(f"{line}\n" for line in (*lines, end))


NAME = commit(SALT, "محنت کش ۷")
V1_PLANNED = row(V1, "visit", 1, status="planned")
V1_DONE = row(V1, "visit", 4, status="done", notes="دکان بند تھی")
V1_THERE = row(V1, "visit", 9, status="done")
W1_ROW = row(
    W1, "wage_line", 2, wire.encode_private(opened((SALT, "محنت کش ۷"))), worker_name=NAME, wage_rs=32000
)
W1_ERASED = row(W1, "wage_line", 5, worker_name=NAME, wage_rs=32000)
R1_ROW = row(R1, "report", 3, visit=V1)
E1_ROW, E2_ROW = row(E1, "establishment", 1, name="Factory 1"), row(E2, "establishment", 2, name="کارخانہ ۲")
LATER = E1_ROW[:-1] + ',"a_later_member":{"x":67.0}}'
RECEIPTS = (
    '{"receipt":{"seq":42,"id":"'
    + id_of(42)
    + '","status":"quarantined","code":"bad-value","detail":"Entry 42."}}',
    '{"receipt":{"seq":43,"status":"applied","scope":"' + OWN + '","n":4,"remarks":["ahead-of-receipt"]}}',
)
ENTERED = Step(page(mark(Enter, OWN), V1_PLANNED, W1_ROW, R1_ROW, head(OWN, 3, V1_PLANNED, W1_ROW, R1_ROW)))
BOTH = Step(
    page(
        mark(Enter, DISTRICT),
        E1_ROW,
        E2_ROW,
        head(DISTRICT, 2, E1_ROW, E2_ROW),
        mark(Enter, OWN),
        V1_PLANNED,
        head(OWN, 1, V1_PLANNED),
    )
)
WRONG = Step(page(head(OWN, 3, checksum=1)))

FLOWS: dict[str, list[Step]] = {
    "a scope begins, and goes on": [
        ENTERED,
        Step(page(V1_DONE, gone(R1, 5), head(OWN, 5, V1_DONE, W1_ROW))),
        Step(page(head(OWN, 5, V1_DONE, W1_ROW))),
    ],
    "personal values that were erased": [
        ENTERED,
        Step(page(W1_ERASED, head(OWN, 5, V1_PLANNED, W1_ERASED, R1_ROW))),
    ],
    "a scope that is empty": [Step(page(mark(Enter, OWN), head(OWN, 0)))],
    "several pages": [
        Step(page(mark(Enter, DISTRICT), E1_ROW, upto(DISTRICT, 1), more=True)),
        Step(
            page(
                E2_ROW,
                head(DISTRICT, 2, E1_ROW, E2_ROW),
                mark(Enter, OWN),
                V1_PLANNED,
                upto(OWN, 1),
                more=True,
            )
        ),
        Step(page(W1_ROW, R1_ROW, head(OWN, 3, V1_PLANNED, W1_ROW, R1_ROW))),
    ],
    "pages that were cut off": [
        ENTERED,
        Step(""),
        Step("\n"),
        Step(page(V1_DONE, head(OWN, 4, V1_DONE, W1_ROW, R1_ROW)).rsplit("\n", 2)[0] + "\n"),
        Step(page(V1_DONE, head(OWN, 4, V1_DONE, W1_ROW, R1_ROW))[:-20]),
        Step(page(V1_DONE)[:40]),
        Step(page() + V1_DONE + "\n"),
        Step("<html>A portal in between</html>"),
        Step('{"end":false,"more":false,"anchor":"x"}\n'),
        Step(page(V1_DONE, head(OWN, 4, V1_DONE, W1_ROW, R1_ROW))),
    ],
    "a last line without its newline, and empty lines, are no harm": [
        Step("\n" + page(mark(Enter, OWN), V1_PLANNED, "", head(OWN, 1, V1_PLANNED))[:-1])
    ],
    "a member that a later server adds is kept byte for byte": [
        Step(page(mark(Enter, DISTRICT), LATER, head(DISTRICT, 1, LATER)))
    ],
    "receipts come with a page": [Step(page(mark(Enter, OWN), head(OWN, 0), *RECEIPTS))],
    "a wrong checksum costs one refetch": [
        ENTERED,
        WRONG,
        ENTERED,
    ],
    "a wrong checksum again is an alarm": [
        ENTERED,
        WRONG,
        Step(page(mark(Enter, OWN), V1_PLANNED, head(OWN, 3, checksum=1))),
        Step(page(head(OWN, 3, checksum=1))),
        Step(page(head(OWN, 3, V1_PLANNED))),
        Step(page(head(OWN, 3, checksum=1))),
    ],
    "a wrong checksum of one scope leaves the others": [
        BOTH,
        Step(page(head(DISTRICT, 2, E1_ROW), head(OWN, 1, V1_PLANNED))),
    ],
    "a scope is left": [BOTH, Step(page(mark(Leave, DISTRICT), head(OWN, 1, V1_PLANNED)))],
    "another life of the database": [
        BOTH,
        Step(
            page(
                mark(Reset, DISTRICT),
                E2_ROW,
                head(DISTRICT, 1, E2_ROW, epoch=LATER_EPOCH),
                mark(Reset, OWN),
                V1_DONE,
                head(OWN, 4, V1_DONE, epoch=LATER_EPOCH),
            )
        ),
    ],
    "a visit moves from one scope to another of this tablet": [
        Step(
            page(
                mark(Enter, "own/a"),
                V1_PLANNED,
                head("own/a", 1, V1_PLANNED),
                mark(Enter, "own/b"),
                head("own/b", 0),
            )
        ),
        Step(page(gone(V1, 2), head("own/a", 2), V1_THERE, head("own/b", 9, V1_THERE))),
    ],
    "a visit stands in two scopes for a while": [
        Step(page(mark(Enter, "own/a"), V1_PLANNED, head("own/a", 1, V1_PLANNED))),
        Step(page(mark(Enter, "own/b"), V1_THERE, upto("own/b", 9), more=True)),
        Step(page(gone(V1, 2), head("own/a", 2), head("own/b", 9, V1_THERE))),
    ],
    "a record with changes on their way leaves": [
        Step(ENTERED.page, [V1, W1]),
        Step(page(gone(V1, 4), gone(W1, 5), gone(R1, 6), head(OWN, 6)), [V1, W1]),
        Step(page(head(OWN, 6)), [V1]),
        Step(page(V1_THERE, head(OWN, 9, V1_THERE)), [V1]),
        Step(page(mark(Leave, OWN)), [V1]),
        Step(page()),
    ],
    "what is gone was never there": [Step(page(mark(Enter, OWN), gone(V2, 7), head(OWN, 7)))],
}
