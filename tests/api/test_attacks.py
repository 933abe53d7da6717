"""Tablets that lie, err or were copied: what they bring is kept, and moves nothing that it may not."""

import json
import threading
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from field.store import holding, rows
from field.store.holding import CHANGES
from field.store.office import Entry
from field.store.pushes import ALARMS, BATCHES
from field.sync import changes
from field.sync.changes import START
from field.sync.merge import Record
from field.sync.signing import push_message, verified
from tests.helpers import Tablet, World

Client = TestClient[Litestar]
WAGE = {"month": "2026-03", "wage_rs": 30_000}


@pytest.fixture
def copy(world: World, tablet: Tablet) -> Tablet:
    """The same person's other tablet, or what the first became after it was enrolled anew."""
    return world.tablet(tablet.person, "korangi")


@pytest.fixture
def visit(world: World, tablet: Tablet) -> str:
    return world.visit(world.establishment("korangi"), "korangi", tablet.person)


class Lines:
    """A chain of lines with whatever members a test wants in them."""

    def __init__(self, world: World, tablet: Tablet) -> None:
        self.world, self.tablet = world, tablet
        self.made: list[bytes] = []
        self.sent = 0

    def add(self, op: str = "set", **members: Any) -> str:
        world, tablet = self.world, self.tablet
        line = {
            "id": world.clock.uuid7(),
            "device": tablet.id,
            "seq": len(self.made) + 1,
            "prev": changes.digest(self.made[-1]) if self.made else START,
            "op": op,
            "by": tablet.person,
            "anchor": world.context.key.anchor(world.clock.now_ms()),
            **members,
        }
        self.made.append(json.dumps(line).encode())
        return str(line["id"])

    def push(self, client: Client) -> list[dict[str, Any]]:
        some, first = self.made[self.sent :], self.sent + 1
        signature = self.tablet.key.sign(push_message(self.tablet.id, first, changes.hashes(some)))
        headers = {
            "Field-Device": self.tablet.id,
            "Field-First-Seq": str(first),
            "Field-Signature": signature,
        }
        answer = client.post("/api/sync/push", content=b"\n".join(some) + b"\n", headers=headers)
        assert answer.status_code == 200, answer.text
        self.sent = len(self.made)
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found


def statuses(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["status"] for answer in answers]


def held(world: World, id: str) -> Record | None:
    with world.store.read() as tx:
        return rows.load(world.store, tx, [id])[0].get(id)


def shown(world: World, id: str) -> dict[str, Any]:
    record = held(world, id)
    assert record is not None
    return record.values


def test_an_unreadable_line_may_bear_a_known_id(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    """A newer app's unknown member, sent again under a new identity: everything behind it was once stuck."""
    lines = Lines(world, tablet)
    id = lines.add(kind="visit", record=visit, set={"notes": "a"})
    lines.add(id=id, kind="visit", record=visit, set={"notes": "b"}, newer_member=1)
    lines.add(kind="visit", record=visit, set={"notes": "c"})
    assert "quarantined" not in (statuses(lines.push(client))[0::2])
    again = Lines(world, copy)
    again.add(id=id, kind="visit", record=visit, set={"notes": "b"}, newer_member=1)
    assert statuses(again.push(client)) == ["quarantined"]


@pytest.mark.parametrize("was", [2**64, -(2**70), 10**40, 1.5, True, "ten"])
def test_an_absurd_count_costs_its_own_line_only(
    world: World, client: Client, tablet: Tablet, visit: str, was: Any
) -> None:
    lines = Lines(world, tablet)
    lines.add(kind="visit", record=visit, set={"minutes_on_site": 1}, was={"minutes_on_site": was})
    lines.add(kind="visit", record=visit, set={"notes": "after"})
    assert statuses(lines.push(client)) == ["quarantined", "applied"]


def test_a_count_over_a_count_that_does_not_say_what_it_saw_is_not_added(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    lines = Lines(world, tablet)
    first = lines.add(kind="visit", record=visit, set={"minutes_on_site": 30})
    lines.add(kind="visit", record=visit, set={"minutes_on_site": 45}, over={"minutes_on_site": [first]})
    assert statuses(lines.push(client)) == ["applied", "quarantined"]
    assert shown(world, visit)["minutes_on_site"] == 30


def test_a_newline_behind_an_id_makes_it_none(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    lines = Lines(world, tablet)
    lines.add(id=world.clock.uuid7() + "\n", kind="visit", record=visit, set={"notes": "a"})
    lines.add(op="lost", lost="a" * 64 + "\n")
    lines.add(kind="visit", record=visit, set={"notes": "c"})
    assert statuses(lines.push(client)) == ["quarantined", "quarantined", "applied"]


def test_a_change_that_replaces_itself_erases_nothing(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    """A wage that kills the wage before it and itself would leave no wage at all, and no dispute."""
    _, (line,) = tablet.report(visit, [WAGE])
    tablet.push(client)
    record = held(world, line)
    assert record is not None
    lines = Lines(world, world.tablet(tablet.person, "korangi"))
    id = world.clock.uuid7()
    over = {"wage_rs": [*record.live["wage_rs"], id]}
    lines.add(id=id, kind="wage_line", record=line, set={"wage_rs": 1}, was={"wage_rs": 30_000}, over=over)
    (answer,) = lines.push(client)
    assert (answer["status"], answer["code"]) == ("quarantined", "bad-over")
    assert shown(world, line)["wage_rs"] == 30_000


def test_an_id_used_again_for_something_else_is_kept_and_told(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    lines, other = Lines(world, tablet), Lines(world, copy)
    id = lines.add(kind="visit", record=visit, set={"notes": "first"})
    lines.add(id=id, kind="visit", record=visit, set={"notes": "again"})
    other.add(id=id, kind="visit", record=visit, set={"notes": "elsewhere"})
    assert [answer.get("code") for answer in lines.push(client)] == [None, "id-reused"]
    assert [answer.get("code") for answer in other.push(client)] == ["id-reused"]
    assert shown(world, visit)["notes"] == "first"
    with world.store.read() as tx:
        assert [row.code for row in tx.execute(select(ALARMS))] == ["id-reused"] * 2


def test_the_same_change_twice_in_one_push_counts_once(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    lines = Lines(world, tablet)
    anchor = world.context.key.anchor(world.clock.now_ms())
    count = {"kind": "visit", "record": visit, "set": {"minutes_on_site": 30}, "anchor": anchor}
    id = lines.add(**count)
    lines.add(**count, id=id)
    first, second = lines.push(client)
    assert (first["status"], second["status"]) == ("applied", "duplicate")
    assert second["first"]["status"] == "applied"
    assert shown(world, visit)["minutes_on_site"] == 30


def test_a_known_change_within_a_group_in_parts_counts_once(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    anchor = world.context.key.anchor(world.clock.now_ms())
    count = {"kind": "visit", "record": visit, "set": {"minutes_on_site": 30}, "anchor": anchor}
    lines, again = Lines(world, tablet), Lines(world, copy)
    id = lines.add(**count)
    lines.push(client)
    report, group = world.clock.uuid7(), {"first": 1, "last": 3}
    again.add("create", kind="report", record=report, set={"visit": visit}, **group)
    again.add(**count, id=id, **group)
    assert statuses(again.push(client)) == ["held", "duplicate"]
    again.add(kind="report", record=report, set={"remarks": "x"}, **group)
    assert statuses(again.push(client)) == ["applied", "applied"]
    assert shown(world, visit)["minutes_on_site"] == 30


def test_a_group_with_a_loss_in_an_earlier_part_is_decided_by_a_person(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    """The loss came in one push and the end of its group in the next, which then landed without it."""
    report, group = world.clock.uuid7(), {"first": 1, "last": 3}
    lines = Lines(world, tablet)
    lines.add("create", kind="report", record=report, set={"visit": visit}, **group)
    lines.push(client)
    hash = "a" * 64
    lines.add("lost", lost=hash, reason="the memory card failed")
    assert statuses(lines.push(client)) == ["lost"]
    line = {"kind": "wage_line", "record": world.clock.uuid7(), "set": {"report": report, **WAGE}}
    lines.add("create", **line, **group, prev=hash)
    assert statuses(lines.push(client)) == ["quarantined", "lost", "quarantined"]
    assert held(world, report) is None


def test_a_group_begun_under_one_identity_lands_under_the_next(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    """The tablet was enrolled anew in the middle of handing in a report."""
    anchor = world.context.key.anchor(world.clock.now_ms())
    report, line, group = world.clock.uuid7(), world.clock.uuid7(), {"first": 1, "last": 2, "anchor": anchor}
    head = {"kind": "report", "record": report, "set": {"visit": visit}, **group}
    lines, again = Lines(world, tablet), Lines(world, copy)
    id = lines.add("create", **head)
    assert statuses(lines.push(client)) == ["held"]
    again.add("create", **head, id=id)
    again.add("create", kind="wage_line", record=line, set={"report": report, **WAGE}, **group)
    assert statuses(again.push(client)) == ["applied", "applied"]
    assert held(world, report) is not None
    with world.store.read() as tx:
        query = select(CHANGES).where(CHANGES.c.device == tablet.id)
        (old,) = tx.execute(query).all()
    assert (old.status, old.id, old.same_as) == ("duplicate", None, id)


def test_a_child_before_its_parent_in_one_push_lands(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    report, line = world.clock.uuid7(), world.clock.uuid7()
    lines = Lines(world, tablet)
    lines.add("create", kind="wage_line", record=line, set={"report": report, **WAGE})
    lines.add(kind="wage_line", record=line, set={"days": 26})
    lines.add("create", kind="report", record=report, set={"visit": visit})
    assert statuses(lines.push(client)) == ["applied"] * 3
    assert shown(world, line)["days"] == 26


def test_a_chain_of_waiting_lines_is_never_missed(
    world: World, client: Client, tablet: Tablet, copy: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report waits for its visit; the office makes it while a wage line for the report comes in."""
    unit, visit = world.establishment("korangi"), world.clock.uuid7()
    report, line = world.clock.uuid7(), world.clock.uuid7()
    first, second = Lines(world, tablet), Lines(world, copy)
    first.add("create", kind="report", record=report, set={"visit": visit})
    assert statuses(first.push(client)) == ["waiting"]
    second.add("create", kind="wage_line", record=line, set={"report": report, **WAGE})
    looked, came = threading.Event(), threading.Event()
    honest = holding._waiting

    def slow(store: Any, tx: Any, needs: Any) -> Any:
        mine = visit in needs.made
        found = honest(store, tx, needs)
        if mine:
            looked.set()
            came.wait(1)
        return found

    monkeypatch.setattr(holding, "_waiting", slow)
    made = {"establishment": unit, "district": "korangi", "inspector": tablet.person, "status": "planned"}
    entry = Entry(kind="visit", record=visit, op="create", set=made)
    office = threading.Thread(target=lambda: world.write(entry))
    office.start()
    looked.wait(10)
    second.push(client)
    came.set()
    office.join()
    assert held(world, report) is not None
    assert held(world, line) is not None


def test_a_record_is_made_once(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    other = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    report = world.clock.uuid7()
    lines, again = Lines(world, tablet), Lines(world, copy)
    lines.add("create", kind="report", record=report, set={"visit": visit})
    lines.push(client)
    early = world.context.key.anchor(world.clock.now_ms() - 10**9)
    again.add("create", kind="report", record=report, set={"visit": other}, anchor=early)
    (answer,) = again.push(client)
    assert (answer["status"], answer["code"]) == ("quarantined", "already-made")
    assert shown(world, report)["visit"] == visit


def test_a_group_about_two_visits_is_refused_whoever_releases_it(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    later, report, group = world.clock.uuid7(), world.clock.uuid7(), {"first": 1, "last": 2}
    lines = Lines(world, tablet)
    lines.add("create", kind="report", record=report, set={"visit": later}, **group)
    lines.add(kind="visit", record=visit, set={"notes": "x"}, **group)
    assert statuses(lines.push(client)) == ["waiting", "waiting"]
    made = {"establishment": visit, "district": "korangi", "inspector": tablet.person, "status": "planned"}
    world.write(Entry(kind="visit", record=later, op="create", set=made))
    with world.store.read() as tx:
        found = tx.execute(select(CHANGES.c.status).where(CHANGES.c.device == tablet.id)).scalars()
        assert set(found) == {"quarantined"}


def test_an_edit_that_ends_a_dispute_by_itself_is_told_to_the_supervisor(
    world: World, client: Client, tablet: Tablet, copy: Tablet, visit: str
) -> None:
    _, (line,) = tablet.report(visit, [WAGE])
    tablet.push(client)
    copy.change("wage_line", line, {"wage_rs": 25_000})
    copy.push(client)
    record = held(world, line)
    assert record is not None
    assert record.disputed == ["wage_rs"]
    third = world.tablet(tablet.person, "korangi")
    over = {"wage_rs": sorted(record.live["wage_rs"])}
    third.change("wage_line", line, {"wage_rs": 20_000}, was={"wage_rs": 30_000}, over=over)
    (answer,) = third.push(client)["answers"]
    assert answer["remarks"] == ["closed-a-dispute"]
    with world.store.read() as tx:
        assert [row.code for row in tx.execute(select(ALARMS))] == ["closed-a-dispute"]


def test_a_signature_can_be_checked_again_years_later(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    tablet.report(visit, [WAGE])
    tablet.push(client)
    with world.store.read() as tx:
        (batch,) = tx.execute(select(BATCHES)).all()
        lines = tx.execute(select(CHANGES).where(CHANGES.c.device == tablet.id).order_by(CHANGES.c.seq)).all()
    signed = bytes(batch.hashes)
    assert verified(tablet.key.public, batch.signature, push_message(tablet.id, batch.first_seq, signed))
    assert signed == b"".join(bytes.fromhex(changes.digest(bytes(line.line))) for line in lines)
