"""The screens that the vectors of the overlay are about: rows, pending changes, candidates, edits."""

from typing import Any

import msgspec

from field.sync import wire
from field.sync.changes import Private, commit
from field.sync.wire import Row
from tests.vectors.common import (
    EPOCH,
    ESTABLISHMENT,
    INSPECTOR,
    OTHER_DEVICE,
    REPORT,
    SALT,
    VISIT,
    WAGE_LINE,
    change,
    id_of,
    line,
    opened,
)

OWN = f"own/{INSPECTOR}"
FIRST, SECOND, THIRD = id_of(1), id_of(2), id_of(3)
NAME, CNIC = commit(SALT, "Worker 7"), commit(SALT, "42101-1234567-1")
OPENED = opened((SALT, "Worker 7"), (SALT, "42101-1234567-1"))


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A record with what lies over it, and the edits that somebody makes of it."""

    name: str
    row: str | None = None
    scope: str = OWN
    epoch: str = EPOCH
    pending: list[str] = []
    candidates: dict[str, list[dict[str, Any]]] = {}
    edits: list[dict[str, Any]] = []


def row(kind: str, record: str, values: dict[str, Any], private: Private | None = None, **more: Any) -> str:
    """A line of a pull."""
    given = {"n": 17, "root": VISIT, "write": FIRST, **more}
    body = msgspec.json.encode(Row(record=record, kind=kind, values=values, **given)).decode()
    return body if not private else f"{body}\t{(wire.encode_private(private) or b'').decode()}"


def visit(values: dict[str, Any], **more: Any) -> str:
    """The row of a visit."""
    every = {"establishment": ESTABLISHMENT, "district": "korangi", "inspector": INSPECTOR, **values}
    return row("visit", VISIT, every, **more)


def wage_line(values: dict[str, Any], private: Private | None = None, **more: Any) -> str:
    """The row of a wage line."""
    every = {"report": REPORT, "month": "2026-08", "wage_rs": 32000, **values}
    return row("wage_line", WAGE_LINE, every, private, parent=REPORT, **more)


def save(**values: Any) -> dict[str, Any]:
    """An edit that sets values."""
    return {"do": "save", "values": values}


def of_visit(number: int, set: dict[str, Any], **members: Any) -> str:
    """A pending change of the visit."""
    return line(change(number, set=set, kind="visit", record=VISIT, **members))


def of_line(number: int, set: dict[str, Any], private: Private | None = None, **members: Any) -> str:
    """A pending change of the wage line."""
    given = {"op": "set", **members}
    return line(change(number, set=set, kind="wage_line", record=WAGE_LINE, **given), private)


def side(write: str, value: Any, t: int) -> dict[str, Any]:
    """A candidate of a conflict."""
    return {"write": write, "value": value, "by": INSPECTOR, "device": OTHER_DEVICE, "t": t}


DISPUTED = wage_line({}, writes={"wage_rs": [FIRST, SECOND]}, disputed=["wage_rs"])
SIDES = {"wage_rs": [side(FIRST, 32000, 1_000), side(SECOND, 37000, 2_000)]}
WITHDRAW = {"do": "withdraw", "reason": "Counted twice."}
RESTORE = {"do": "restore"}

SCREENS = (
    Screen(
        name="a visit as planned, nothing pending",
        row=visit({"due": "2026-09-22"}),
        edits=[
            save(status="started", check_in_ms=1_790_000_000_000),
            save(notes="دکان بند تھی", minutes_on_site=30),
            save(status="planned"),
            WITHDRAW,
        ],
    ),
    Screen(
        name="pending values lie over the row, the last on top",
        row=visit({"status": "planned", "notes": "One."}, writes={"notes": [SECOND]}),
        pending=[
            of_visit(31, {"status": "started"}, was={"status": "planned"}, over={"status": [FIRST]}),
            of_visit(32, {"notes": "Two."}, was={"notes": "One."}, over={"notes": [SECOND]}),
            of_visit(33, {"notes": "Three."}, was={"notes": "Two."}, over={"notes": [id_of(32), SECOND]}),
        ],
        edits=[save(status="done", notes="Four."), save(notes="Three."), WITHDRAW],
    ),
    Screen(
        name="a record made here, which no row shows yet",
        epoch="",
        pending=[
            of_line(
                41,
                {"report": REPORT, "month": "2026-08", "wage_rs": 32000, "worker_name": NAME, "cnic": CNIC},
                OPENED,
                op="create",
            ),
            of_line(42, {"wage_rs": 33000}, was={"wage_rs": 32000}, over={"wage_rs": [id_of(41)]}),
        ],
        edits=[save(wage_rs=34000), save(worker_name="Worker 8"), save(cnic=None), WITHDRAW],
    ),
    Screen(
        name="an establishment made here has the status that none has set",
        epoch="",
        pending=[
            line(change(43, "create", {"name": "Factory 4"}, kind="establishment", record=ESTABLISHMENT))
        ],
        edits=[save(status="closed", phone="021-0000000")],
    ),
    Screen(
        name="a dispute about money: an edit replaces what is displayed alone",
        row=DISPUTED,
        candidates=SIDES,
        edits=[save(wage_rs=35000), save(wage_rs=37000), save(days=26), WITHDRAW],
    ),
    Screen(
        name="a dispute with three sides, two of which say what is displayed",
        row=wage_line({}, writes={"wage_rs": [FIRST, SECOND, THIRD]}, disputed=["wage_rs"]),
        candidates={"wage_rs": [*SIDES["wage_rs"], side(THIRD, 32000, 3_000)]},
        edits=[save(wage_rs=35000)],
    ),
    Screen(
        name="a dispute of which one side did not arrive",
        row=wage_line({}, writes={"wage_rs": [FIRST, SECOND, THIRD]}, disputed=["wage_rs"]),
        candidates=SIDES,
        edits=[save(wage_rs=35000)],
    ),
    Screen(
        name="a dispute whose record did not arrive at all",
        row=DISPUTED,
        edits=[save(wage_rs=35000)],
    ),
    Screen(
        name="a pending value lies over a dispute",
        row=DISPUTED,
        candidates=SIDES,
        pending=[of_line(51, {"wage_rs": 37000}, was={"wage_rs": 32000}, over={"wage_rs": [FIRST]})],
        edits=[save(wage_rs=35000)],
    ),
    Screen(
        name="a pending value that differs from the row's: nobody sees the row's",
        row=wage_line({"wage_rs": 36000}, writes={"wage_rs": [THIRD]}),
        pending=[of_line(52, {"wage_rs": 33000}, was={"wage_rs": 32000}, over={"wage_rs": [FIRST]})],
        edits=[save(wage_rs=34000)],
    ),
    Screen(
        name="a pending value that is equal to the row's",
        row=wage_line({"wage_rs": 33000}, writes={"wage_rs": [THIRD]}),
        pending=[of_line(53, {"wage_rs": 33000}, was={"wage_rs": 32000}, over={"wage_rs": [FIRST]})],
        edits=[save(wage_rs=34000)],
    ),
    Screen(
        name="counters add up",
        row=visit({"minutes_on_site": 30}, writes={"minutes_on_site": [FIRST, SECOND]}),
        pending=[
            of_visit(
                61, {"minutes_on_site": 45}, was={"minutes_on_site": 20}, over={"minutes_on_site": [FIRST]}
            ),
            of_visit(
                62,
                # From a form that was opened before the change above: what it adds counts, not what it says.
                {"minutes_on_site": 40},
                was={"minutes_on_site": 30},
                over={"minutes_on_site": [id_of(61)]},
            ),
        ],
        edits=[save(minutes_on_site=70), save(minutes_on_site=65)],
    ),
    Screen(
        name="a counter that nobody has set, and one that was emptied",
        row=visit({"minutes_on_site": 12}),
        pending=[
            of_visit(63, {"minutes_on_site": 5}),
            of_visit(64, {"minutes_on_site": None}, was={"minutes_on_site": 17}),
        ],
        edits=[save(minutes_on_site=3)],
    ),
    Screen(
        name="several live remarks and sets: all are replaced",
        row=visit(
            {"notes": "The latest.", "documents_seen": ["R-5", "register"], "status": "done"},
            writes={"notes": [SECOND, THIRD], "documents_seen": [FIRST, SECOND], "status": [FIRST, THIRD]},
        ),
        edits=[save(notes="Mine."), save(documents_seen=["R-5"]), save(status="refused")],
    ),
    Screen(
        name="a field without any live write",
        row=visit({"notes": None}, writes={"notes": []}),
        edits=[save(notes="Mine.")],
    ),
    Screen(
        name="a disputed status",
        row=visit({"status": "done"}, writes={"status": [SECOND, THIRD]}, disputed=["status"]),
        candidates={"status": [side(SECOND, "done", 1_000), side(THIRD, "refused", 2_000)]},
        edits=[save(status="refused")],
    ),
    Screen(
        name="personal values: an edit takes the salt of the row",
        row=wage_line({"worker_name": NAME, "cnic": CNIC}, OPENED),
        edits=[
            save(worker_name="Worker 7"),
            save(worker_name="محنت کش ۷"),
            save(worker_name="42101-1234567-1", cnic="42101-7654321-1"),
            save(worker_name=None),
        ],
    ),
    Screen(
        name="personal values that were erased",
        row=wage_line({"worker_name": NAME, "cnic": CNIC}),
        edits=[save(worker_name="Worker 9", wage_rs=33000), save(worker_name=None)],
    ),
    Screen(
        name="personal values in dispute",
        row=wage_line(
            {"worker_name": NAME},
            opened((SALT, "Worker 7"), (SALT, "Worker 17")),
            writes={"worker_name": [FIRST, SECOND]},
            disputed=["worker_name"],
        ),
        candidates={
            "worker_name": [side(FIRST, NAME, 1_000), side(SECOND, commit(SALT, "Worker 17"), 2_000)]
        },
        edits=[save(worker_name="Worker 17"), save(worker_name="Worker 27")],
    ),
    Screen(
        name="a withdrawn record with an edit that the withdrawal did not see",
        row=wage_line(
            {"withdrawn": {"reason": "Counted twice.", "seen": [FIRST]}},
            writes={"wage_rs": [SECOND], "withdrawn": [THIRD]},
            disputed=["withdrawn"],
        ),
        pending=[of_line(71, {"days": 26})],
        edits=[RESTORE, WITHDRAW, save(wage_rs=33000)],
    ),
    Screen(
        name="a withdrawal of one's own is pending",
        row=wage_line({}),
        pending=[of_line(72, {"withdrawn": {"reason": "Counted twice.", "seen": [FIRST]}}, op="withdraw")],
        edits=[RESTORE],
    ),
)
