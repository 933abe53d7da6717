"""Stories of tablets at the door: scopes that move, groups that arrive in parts, people who come and go."""

import json
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.store import devices, people, tables
from field.sync import scopes, wire
from field.sync.signing import receipt_verified, request_message
from tests.helpers import PASSWORD, Tablet, World, sign_in

Client = TestClient[Litestar]
WAGE = {"month": "2026-03", "wage_rs": 32_000}


@pytest.fixture
def other(world: World) -> Tablet:
    return world.tablet(world.person("inspector", "korangi", "second"), "korangi")


@pytest.fixture
def supervisor(world: World, client: Client) -> dict[str, str]:
    world.person("supervisor", "korangi", "supervisor")
    return sign_in(client, "supervisor")


class Replica:
    """What a tablet holds, by scope, kept as the protocol says; no more than that."""

    def __init__(self, client: Client, tablet: Tablet) -> None:
        self.client, self.tablet = client, tablet
        self.rows: dict[str, dict[str, bytes]] = {}
        self.cursors: dict[str, tuple[str, int]] = {}
        self.marks: list[dict[str, Any]] = []

    def pull(self, **request: Any) -> int:
        """Pull until there is no more; how many pages that took."""
        pages = 1
        while self._page(**request):
            pages += 1
        return pages

    def _page(self, **request: Any) -> bool:
        body = json.dumps({"cursors": self.cursors, **request}).encode()
        headers = {
            "Authorization": f"Bearer {self.tablet.token}",
            "Field-Device": self.tablet.id,
            "Field-Signature": self.tablet.key.sign(request_message("pull", self.tablet.id, body)),
        }
        answer = self.client.post("/api/sync/pull", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        lines = answer.content.splitlines()
        rows: list[bytes] = []
        for line in lines[:-1]:
            self._take(line, rows)
        return bool(json.loads(lines[-1])["more"])

    def _take(self, line: bytes, rows: list[bytes]) -> None:
        public = line.partition(b"\t")[0]
        mark = json.loads(public)
        if ("record" in mark and "values" in mark) or "gone" in mark:
            rows.append(public)
        elif "checkpoint" in mark:
            self._apply(mark, rows)
        else:
            self.marks.append(mark)
            for name in ("leave", "reset"):
                if name in mark:
                    self.rows.pop(mark[name], None)
                    self.cursors.pop(mark[name], None)

    def _apply(self, checkpoint: dict[str, Any], rows: list[bytes]) -> None:
        scope = checkpoint["checkpoint"]
        held = self.rows.setdefault(scope, {})
        for row in rows:
            values = json.loads(row)
            if "gone" in values:
                held.pop(values["gone"], None)
            else:
                held[values["record"]] = row
        rows.clear()
        self.cursors[scope] = (checkpoint["epoch"], checkpoint["n"])
        if checkpoint.get("head"):
            total = 0
            for row in held.values():
                total = wire.add(total, wire.digest(row))
            assert total == checkpoint["checksum"], scope

    def kinds(self, scope: str) -> list[str]:
        return sorted(json.loads(row)["kind"] for row in self.rows.get(scope, {}).values())


def test_a_visit_moves_to_another_tablet_with_all_that_belongs_to_it(
    world: World, client: Client, tablet: Tablet, other: Tablet, supervisor: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [WAGE, WAGE])
    tablet.push(client)
    first, second = Replica(client, tablet), Replica(client, other)
    first.pull(), second.pull()
    mine, theirs = scopes.own(tablet.person), scopes.own(other.person)
    assert first.kinds(mine) == ["report", "visit", "wage_line", "wage_line"]
    given = client.post(
        f"/api/visits/{visit}/inspector", json={"inspector": other.person}, headers=supervisor
    )
    assert given.json()["status"] == "applied"
    first.pull(), second.pull()
    assert first.kinds(mine) == []
    assert second.kinds(theirs) == ["report", "visit", "wage_line", "wage_line"]
    back = client.post(
        f"/api/visits/{visit}/inspector", json={"inspector": tablet.person}, headers=supervisor
    )
    assert back.json()["status"] == "applied"
    first.pull(), second.pull()
    assert (len(first.rows[mine]), second.kinds(theirs)) == (4, [])


def test_work_captured_before_a_visit_was_given_away_lands_in_its_new_place(
    world: World, client: Client, tablet: Tablet, other: Tablet, supervisor: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [WAGE])
    client.post(f"/api/visits/{visit}/inspector", json={"inspector": other.person}, headers=supervisor)
    answers = tablet.push(client)["answers"]
    assert {answer["status"] for answer in answers} == {"applied"}
    assert {answer["scope"] for answer in answers} == {scopes.own(other.person)}
    replica = Replica(client, other)
    replica.pull()
    assert replica.kinds(scopes.own(other.person)) == ["report", "visit", "wage_line"]


def test_a_visit_is_given_only_to_somebody_posted_there(
    world: World, client: Client, tablet: Tablet, supervisor: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    far = world.person("inspector", "sukkur", "far away")
    answer = client.post(f"/api/visits/{visit}/inspector", json={"inspector": far}, headers=supervisor)
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")


def test_a_long_report_arrives_piece_by_piece_and_lands_when_it_is_whole(
    world: World, client: Client, tablet: Tablet
) -> None:
    """A report of 40 lines over a line that carries 5 at a time."""
    from field.sync import changes
    from field.sync.signing import push_message

    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [WAGE] * 39)
    lines, tablet._lines = tablet._lines, []
    replica = Replica(client, tablet)
    for start in range(0, 40, 5):
        replica.pull()
        assert replica.kinds(scopes.own(tablet.person)) == ["visit"]
        some = lines[start : start + 5]
        signature = tablet.key.sign(push_message(tablet.id, start + 1, changes.hashes(some)))
        headers = {
            "Field-Device": tablet.id,
            "Field-First-Seq": str(start + 1),
            "Field-Signature": signature,
        }
        for _ in range(2):
            answer = client.post("/api/sync/push", content=b"\n".join(some) + b"\n", headers=headers).json()
        assert answer["acknowledged"] == start + 5
    replica.pull()
    assert len(replica.rows[scopes.own(tablet.person)]) == 41
    assert {one["first"]["status"] for one in answer["answers"]} == {"applied"}


def test_a_revoked_tablets_work_is_salvaged_and_nothing_goes_to_it(
    world: World, client: Client, tablet: Tablet, supervisor: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit)
    assert client.post(f"/api/devices/{tablet.id}/revoke", headers=supervisor).status_code == 200
    answer = tablet.push(client)
    assert answer["revoked"] is True
    assert [(one["status"], one["code"]) for one in answer["answers"]] == [("quarantined", "device-revoked")]
    listed = client.get("/api/quarantine", headers=supervisor).json()
    assert [one["code"] for one in listed] == ["device-revoked"]
    body = b"{}"
    headers = {
        "Authorization": f"Bearer {tablet.token}",
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
    }
    refused = client.post("/api/sync/pull", content=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "device-revoked")


def test_a_group_that_a_revoked_tablet_left_unfinished_is_seen(
    world: World, client: Client, tablet: Tablet, supervisor: dict[str, str]
) -> None:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    tablet.report(visit, [WAGE, WAGE])
    rest, tablet._lines = tablet._lines[2:], tablet._lines[:2]
    seq, tablet._seq = tablet._seq, 3
    assert [one["status"] for one in tablet.push(client)["answers"]] == ["held", "held"]
    client.post(f"/api/devices/{tablet.id}/revoke", headers=supervisor)
    listed = client.get("/api/quarantine", headers=supervisor).json()
    assert [(one["seq"], one["code"]) for one in listed] == [(1, "device-revoked"), (2, "device-revoked")]
    tablet._lines, tablet._seq = rest, seq
    (last,) = tablet.push(client)["answers"]
    assert last["status"] == "quarantined"
    assert len(client.get("/api/quarantine", headers=supervisor).json()) == 3


def test_parts_that_come_after_the_revocation_are_seen_if_the_rest_never_comes(
    world: World, client: Client, tablet: Tablet, other: Tablet, supervisor: dict[str, str]
) -> None:
    """They waited for the rest of their group for ever, and no list at the office showed them."""
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    client.post(f"/api/devices/{tablet.id}/revoke", headers=supervisor)
    rest = {}
    for each in (tablet, other):
        each.report(visit, [WAGE, WAGE])
        rest[each.id], each._lines, each._seq = each._lines[2:], each._lines[:2], 3
        assert [one["status"] for one in each.push(client)["answers"]] == ["held", "held"]
    now_ms = world.clock.now_ms()
    assert devices.salvage_parts(world.store, now_ms + devices.PARTS_WAIT_MS - 60_000) == 0
    # Where the database was restored, the rest had come perhaps, and its tablet has yet to hear of that.
    with world.store.write() as tx:
        values = {"id": world.clock.uuid7(), "started_ms": now_ms + 120_000}
        tx.execute(tables.Epoch.__table__.insert().values(values))  # type: ignore[attr-defined]
    assert devices.salvage_parts(world.store, now_ms + devices.PARTS_WAIT_MS + 60_000) == 0
    now_ms += 120_000
    assert devices.salvage_parts(world.store, now_ms + devices.PARTS_WAIT_MS + 60_000) == 1
    assert devices.salvage_parts(world.store, now_ms + devices.PARTS_WAIT_MS + 60_000) == 0
    listed = client.get("/api/quarantine", headers=supervisor).json()
    assert [(one["device"], one["seq"]) for one in listed] == [(tablet.id, 1), (tablet.id, 2)]
    for each, status in ((tablet, "quarantined"), (other, "applied")):
        each._lines, each._seq = rest[each.id], 4
        assert each.push(client)["answers"][-1]["status"] == status


def test_whoever_signs_out_takes_their_scopes_along(world: World, client: Client, tablet: Tablet) -> None:
    world.visit(world.establishment("korangi"), "korangi", tablet.person)
    colleague = world.person("inspector", "sukkur", "colleague")
    now_ms = world.clock.now_ms()
    with world.store.write() as tx:
        people.open_session(world.store, tx, "colleague's", colleague, tablet.id, now_ms, now_ms + 10**9)
    replica = Replica(client, tablet)
    replica.pull()
    assert {"district/korangi", "district/sukkur", scopes.own(colleague)} <= replica.cursors.keys()
    client.post("/api/sign-out", headers={"Authorization": "Bearer colleague's"})
    replica.pull()
    assert {"leave": "district/sukkur"} in replica.marks
    assert {"leave": scopes.own(colleague)} in replica.marks
    assert "district/korangi" in replica.cursors


def test_somebody_elses_token_opens_no_tablet(
    world: World, client: Client, tablet: Tablet, other: Tablet
) -> None:
    body = b"{}"
    headers = {
        "Authorization": f"Bearer {other.token}",
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
    }
    answer = client.post("/api/sync/pull", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


def test_a_large_scope_comes_in_pages_that_add_up(world: World, client: Client, tablet: Tablet) -> None:
    for _ in range(25):
        world.establishment("korangi")
    whole, paged = Replica(client, tablet), Replica(client, tablet)
    assert whole.pull() == 1
    assert paged.pull(limit=7) >= 4
    assert paged.rows == whole.rows
    assert paged.cursors == whole.cursors


def test_a_page_is_bounded_in_bytes(
    world: World, client: Client, tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from field.sync import pull

    for _ in range(10):
        world.establishment("korangi", remarks="x" * 5000)
    whole = Replica(client, tablet)
    whole.pull()
    monkeypatch.setattr(pull, "BYTES_MAX", 12_000)
    paged = Replica(client, tablet)
    assert paged.pull() >= 5
    assert paged.rows == whole.rows


def test_a_cursor_of_another_life_of_the_database_starts_anew(
    world: World, client: Client, tablet: Tablet
) -> None:
    world.establishment("korangi")
    replica = Replica(client, tablet)
    replica.pull()
    rows = dict(replica.rows)
    replica.cursors["district/korangi"] = ("0190b6a0-0000-7000-8000-000000000000", 1)
    replica.pull()
    assert {"reset": "district/korangi"} in replica.marks
    assert replica.rows == rows


def test_nothing_new_costs_next_to_nothing(world: World, client: Client, tablet: Tablet) -> None:
    world.establishment("korangi")
    replica = Replica(client, tablet)
    replica.pull()
    body = json.dumps({"cursors": replica.cursors}).encode()
    headers = {
        "Authorization": f"Bearer {tablet.token}",
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
    }
    answer = client.post("/api/sync/pull", content=body, headers=headers)
    (only,) = answer.content.splitlines()
    assert json.loads(only)["more"] is False


def test_an_answer_is_signed_by_the_server(world: World, client: Client, tablet: Tablet) -> None:
    from field.sync import changes
    from field.sync.signing import push_message

    tablet.report(world.visit(world.establishment("korangi"), "korangi", tablet.person))
    headers = {
        "Field-Device": tablet.id,
        "Field-First-Seq": "1",
        "Field-Signature": tablet.key.sign(push_message(tablet.id, 1, changes.hashes(tablet._lines))),
    }
    answer = client.post("/api/sync/push", content=b"\n".join(tablet._lines) + b"\n", headers=headers)
    key = client.get("/api/keys").json()["server_key"]
    assert receipt_verified(key, answer.headers["field-receipt"], answer.content)
    assert not receipt_verified(key, answer.headers["field-receipt"], answer.content + b" ")


def test_a_supervisor_decides_and_a_late_candidate_stays_open(
    world: World, client: Client, tablet: Tablet, other: Tablet, supervisor: dict[str, str]
) -> None:
    unit = world.establishment("korangi", address="old road")
    tablet.change("establishment", unit, {"address": "first road"})
    other.change("establishment", unit, {"address": "second road"})
    tablet.push(client)
    (answer,) = other.push(client)["answers"]
    assert answer["status"] == "conflict"
    (conflict,) = client.get("/api/conflicts", headers=supervisor).json()
    seen = [candidate["write"] for candidate in conflict["values"]["candidates"]]
    tablet.change("establishment", unit, {"address": "third road"})
    tablet.push(client)
    where = f"/api/conflicts/{conflict['record']}/decide"
    decided = client.post(
        where, json={"seen": seen, "choose": seen[1], "reason": "seen on the spot"}, headers=supervisor
    )
    assert decided.json()["status"] == "conflict"
    (still,) = client.get("/api/conflicts", headers=supervisor).json()
    assert len(still["values"]["candidates"]) == 2
    assert "third road" in str(still["values"]["candidates"])
    last = [candidate["write"] for candidate in still["values"]["candidates"]]
    done = client.post(where, json={"seen": last, "value": "the road", "reason": "map"}, headers=supervisor)
    assert done.json()["status"] == "applied"
    assert client.get("/api/conflicts", headers=supervisor).json() == []
    replica = Replica(client, tablet)
    replica.pull()
    assert json.loads(replica.rows["district/korangi"][unit])["values"]["address"] == "the road"
    again = client.post(where, json={"seen": last, "choose": last[0], "reason": "late"}, headers=supervisor)
    assert again.json()["code"] == "refused"


def test_a_tablet_cannot_decide(world: World, client: Client, tablet: Tablet) -> None:
    unit = world.establishment("korangi")
    tablet.change("establishment", unit, {"address": "mine"}, op="decide", reason="because")
    (answer,) = tablet.push(client)["answers"]
    assert (answer["status"], answer["code"]) == ("quarantined", "no-right")


def test_a_code_enrols_one_tablet_and_no_second(
    world: World, client: Client, supervisor: dict[str, str]
) -> None:
    from field.sync.signing import DeviceKey

    issued = client.post("/api/devices/codes", json={"district": "korangi"}, headers=supervisor).json()
    typed = issued["code"].lower().replace("-", " ")
    ask = {"code": typed, "public_key": DeviceKey.generate().public, "name": "tablet 1"}
    enrolled = client.post("/api/devices/enrol", json=ask)
    assert enrolled.json()["district"] == "korangi"
    second = {**ask, "public_key": DeviceKey.generate().public}
    assert client.post("/api/devices/enrol", json=second).json()["code"] == "code-used"
    assert (
        client.post("/api/devices/enrol", json={**second, "code": "AAAAA-AAAAA"}).json()["code"]
        == "code-unknown"
    )
    late = client.post("/api/devices/codes", json={"district": "korangi"}, headers=supervisor).json()
    world.clock.advance(2 * 24 * 3600 * 1000)
    assert (
        client.post("/api/devices/enrol", json={**second, "code": late["code"]}).json()["code"]
        == "code-expired"
    )


def test_guessing_a_password_is_slowed_down(world: World, client: Client) -> None:
    world.person("supervisor", "korangi", "supervisor")
    wrong = {"login": "supervisor", "password": "guess"}
    codes = [client.post("/api/sign-in", json=wrong).json()["code"] for _ in range(8)]
    assert codes[0] == "wrong-password"
    assert codes[-1] == "too-many-tries"
    answer = client.post("/api/sign-in", json={"login": "supervisor", "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"].isdigit()) == (429, True)
    world.clock.advance(60_000)
    assert client.post("/api/sign-in", json={"login": "supervisor", "password": PASSWORD}).status_code == 200


def test_a_tablet_that_shows_no_key_gets_no_session(world: World, client: Client, tablet: Tablet) -> None:
    ask = {"login": "first", "password": PASSWORD, "device": tablet.id}
    forged = client.post("/api/sign-in", json=ask, headers={"Field-Signature": "x"})
    assert forged.json()["code"] == "bad-signature"
    body = json.dumps(ask).encode()
    signature = tablet.key.sign(request_message("sign-in", tablet.id, body))
    good = client.post("/api/sign-in", content=body, headers={"Field-Signature": signature})
    assert good.status_code == 200
    with world.store.write() as tx:
        devices.revoke(tx, tablet.id, world.clock.now_ms())
    late = client.post("/api/sign-in", content=body, headers={"Field-Signature": signature})
    assert late.json()["code"] == "device-revoked"
