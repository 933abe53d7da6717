"""Vectors of what travels down: pages of a pull, what a tablet then holds, and the checksums of scopes."""

from collections.abc import Sequence
from typing import Any

import msgspec

from field.sync import changes, wire
from field.sync.receipts import Answer
from field.tablet.database import Database
from field.tablet.outbox import Outbox
from field.tablet.replica import OUTSIDE, Replica, read_page
from field.tablet.transport import NoAnswer
from tests.vectors.common import DEVICE, VISIT, change, note
from tests.vectors.pulls import FLOWS, Step


def state(database: Database, replica: Replica) -> dict[str, Any]:
    """What a tablet holds of the office's records."""
    kept: dict[str, dict[str, Any]] = {}
    for scope, record, body, private in database.rows(
        "SELECT scope, record, body, private FROM rows ORDER BY scope, record"
    ):
        opened = None if private is None else bytes(private).decode()
        kept.setdefault(scope, {})[record] = {"public": bytes(body).decode(), "private": opened}
    return {
        "outside": kept.pop(OUTSIDE, {}),
        "rows": kept,
        "cursors": msgspec.to_builtins(replica.cursors()),
        "distrusted": [scope for (scope,) in database.rows("SELECT scope FROM distrusted ORDER BY scope")],
        "refetched": replica.refetched(),
        "alarms": replica.alarms(),
    }


def play(bodies: Sequence[tuple[str, list[str]]]) -> list[dict[str, Any]]:
    """What each page of a flow leaves behind, from the bodies and the busy records alone."""
    found = []
    database = Database(":memory:")
    try:
        replica = Replica(database)
        for body, busy in bodies:
            try:
                page = read_page(body.encode())
            except NoAnswer:
                found.append({"refused": True, **state(database, replica)})
                continue
            with database.transaction():
                replica.apply(page, busy)
                if not page.more:
                    replica.tidy(busy)
            receipts = msgspec.to_builtins(page.receipts)
            said = {"refused": False, "more": page.more, "anchor": page.anchor, "receipts": receipts}
            found.append({**said, **state(database, replica)})
    finally:
        database.close()
    return found


def pages() -> dict[str, Any]:
    """Flows of pages, and when a pending change stops being laid over the row."""
    return {
        "note": note(
            """
            Pages of one tablet in the order in which they arrive; `after` is what it holds then, byte
            for byte. A refused page changes nothing. `busy` are the records with changes that the rows
            do not show yet; where such a record leaves its last scope it is kept in `outside`, for the
            screen, and after a page without `more` those outside that are not busy are forgotten.
            """
        ),
        "flows": [{"name": name, "steps": _played(steps)} for name, steps in FLOWS.items()],
        "settled": {
            "note": note(
                """
                A pending change with this receipt, and the cursors of the tablet after a page without
                `more`: whether it is still laid over the row. A receipt that quarantines takes it away.
                """
            ),
            "cases": [{**case, "pending": still_pending(case)} for case in SETTLED],
        },
    }


def _played(steps: Sequence[Step]) -> list[dict[str, Any]]:
    after = play([(step.page, step.busy) for step in steps])
    return [
        {"page": step.page, "busy": step.busy, "after": found}
        for step, found in zip(steps, after, strict=True)
    ]


def _receipt(status: str, scope: str | None = None, n: int | None = None, **more: Any) -> dict[str, Any]:
    said = {"seq": 1, "status": status, "scope": scope, "n": n, **more}
    return {name: value for name, value in said.items() if value is not None}


SETTLED: tuple[dict[str, Any], ...] = (
    {"receipt": None, "cursors": {"own/p": 99}},
    {"receipt": _receipt("applied", "own/p", 17), "cursors": {"own/p": 16}},
    {"receipt": _receipt("applied", "own/p", 17), "cursors": {"own/p": 17}},
    {"receipt": _receipt("merged", "own/p", 17), "cursors": {"own/p": 18}},
    {"receipt": _receipt("conflict", "own/p", 17), "cursors": {"common": 4}},
    {"receipt": _receipt("held"), "cursors": {"own/p": 99}},
    {"receipt": _receipt("waiting"), "cursors": {"own/p": 99}},
    {"receipt": _receipt("quarantined", code="bad-value"), "cursors": {}},
    {
        "receipt": _receipt("duplicate", first={"status": "applied", "scope": "own/p", "n": 17}),
        "cursors": {"own/p": 16},
    },
    {
        "receipt": _receipt("duplicate", first={"status": "applied", "scope": "own/p", "n": 17}),
        "cursors": {"own/p": 17},
    },
    {"receipt": _receipt("duplicate", first={"status": "quarantined", "code": "bad-value"}), "cursors": {}},
)


def still_pending(case: dict[str, Any]) -> bool:
    """Whether a change with this receipt is laid over the row at these cursors."""
    database = Database(":memory:")
    try:
        outbox = Outbox(database, lambda: "")
        outbox.begin(DEVICE)
        outbox.append([(change(1, set={"notes": "x"}, kind="visit", record=VISIT), {})])
        if case["receipt"] is not None:
            outbox.settle(msgspec.convert(case["receipt"], Answer), DEVICE)
        outbox.reached(case["cursors"])
        return bool(outbox.pending)
    finally:
        database.close()


BODIES = (
    '{"record":"r1","kind":"visit","n":1,"root":"r1","values":{"notes":"دکان"},"write":"w1"}',
    '{"record":"r1","kind":"visit","n":4,"root":"r1","values":{"notes":"دکان بند"},"write":"w2"}',
    '{"record":"r2","kind":"report","n":2,"root":"r1","parent":"r1","values":{},"write":"w1"}',
    '{"record":"r3","kind":"photo","n":3,"root":"r1","values":{"size":67.0},"write":"w1"}',
)
SUMS: tuple[tuple[str, str, int | None], ...] = (
    ("put", "r1", 0),
    ("put", "r2", 2),
    ("put", "r3", 3),
    ("put", "r1", 1),
    ("gone", "r2", None),
    ("gone", "r9", None),
    ("put", "r2", 2),
    ("gone", "r1", None),
    ("gone", "r3", None),
    ("gone", "r2", None),
)


def running(steps: Sequence[tuple[str, str, str | None]]) -> list[int]:
    """The checksum of a scope after each step; a step puts a record's row or takes it away."""
    held: dict[str, int] = {}
    sums, total = [], 0
    for _, record, body in steps:
        digest = 0 if body is None else wire.digest(body.encode())
        total = wire.add(wire.subtract(total, held.get(record, 0)), digest)
        held[record] = digest
        sums.append(total)
    return sums


def checksums() -> dict[str, Any]:
    """Rows with their digests, and a running checksum."""
    steps = [(do, record, None if at is None else BODIES[at]) for do, record, at in SUMS]
    return {
        "note": note(
            """
            A digest is the first 48 bits of SHA-256 of a row's public bytes, as a number; the checksum
            of a scope the sum of its rows' digests modulo 2^48. Taking away a row that is not there
            changes nothing.
            """
        ),
        "modulus": 1 << wire.CHECKSUM_BITS,
        "digests": [
            {"body": body, "sha256": changes.digest(body.encode()), "digest": wire.digest(body.encode())}
            for body in BODIES
        ],
        "steps": [
            {"do": do, "record": record, "body": body, "checksum": total}
            for (do, record, body), total in zip(steps, running(steps), strict=True)
        ],
    }
