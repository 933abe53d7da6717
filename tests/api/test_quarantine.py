"""What becomes of work in quarantine: released, rejected, and either taken back."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from field.store import audit_sealing, devices, rows
from field.store.holding import CHANGES
from field.store.office import Entry
from field.sync.merge import Record
from field.sync.signing import request_message
from tests.api.conftest import Office
from tests.helpers import Tablet, sign_in

SUPERVISOR, STRANGER = "supervisor-korangi", "supervisor-sukkur"
WAGE = {"month": "2024-07", "wage_rs": 30_000, "registered": True}
WHY = {"reason": "Seen the posting order."}


def act(office: Office, what: str, entry: str, login: str = SUPERVISOR, why: object = WHY):
    return office.post(f"/api/quarantine/{entry}/{what}", login, why)


def opened(office: Office, entry: str, login: str = SUPERVISOR) -> dict[str, Any]:
    answer = office.get(f"/api/quarantine/{entry}", login)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(office: Office, login: str = SUPERVISOR, **query: str) -> list[dict[str, Any]]:
    answer = office.get("/api/quarantine", login, **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def row(office: Office, record: str) -> Record:
    """A record as it stands."""
    with office.world.store.read() as tx:
        return rows.load(office.world.store, tx, [record])[0][record]


def without_right(office: Office, values: dict[str, Any] | None = None) -> tuple[Tablet, str]:
    """An inspector of Sukkur helped out in Korangi, before anybody wrote a posting down."""
    work = office.work["korangi"]
    tablet = office.world.tablet(office.work["sukkur"].inspector, "sukkur")
    tablet.change("visit", work.visit, values or {"notes": "The gate is behind."}, base=None)
    (answer,) = tablet.push(office.client)["answers"]
    assert (answer["status"], answer["code"]) == ("quarantined", "no-right")
    return tablet, f"{tablet.id}:1"


def receipt(office: Office, tablet: Tablet, seq: int) -> dict[str, Any]:
    """What a tablet hears of one of its lines when it asks."""
    body = json.dumps({"cursors": {}, "open": [seq], "limit": 1}).encode()
    headers = {
        "Authorization": f"Bearer {tablet.token}",
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
    }
    answer = office.client.post("/api/sync/pull", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line.partition(b"\t")[0]) for line in answer.content.splitlines()]
    found: dict[str, Any] = next(line["receipt"] for line in lines if "receipt" in line)
    return found


def test_what_is_released_lands_as_it_was_captured(office: Office) -> None:
    work = office.work["korangi"]
    tablet, entry = without_right(office)
    office.world.clock.advance(60_000)
    answer = act(office, "release", entry)
    assert answer.status_code == 200, answer.text
    shown = row(office, work.visit)
    assert shown.values["notes"] == "The gate is behind."
    with office.world.store.read() as tx:
        kept = tx.execute(select(CHANGES).where(CHANGES.c.device == tablet.id)).one()
    (author,) = (shown.authors[write] for write in shown.live["notes"])
    assert (author.id, author.device, author.by) == (kept.id, tablet.id, tablet.person)
    assert author.t == kept._mapping["t"] < office.world.clock.now_ms() - 50_000
    said = receipt(office, tablet, 1)
    assert (said["status"], said["decided"]["verdict"]) == ("applied", "released")
    assert said["decided"]["reason"] == WHY["reason"]
    assert (said["scope"], said["n"]) == (f"own/{work.inspector}", shown.n)
    assert entry not in [f"{each['device']}:{each['seq']}" for each in listed(office)]
    assert [each["verdict"] for each in listed(office, status="released")] == ["released"]


def test_it_is_judged_by_the_same_merge_as_all_others(office: Office) -> None:
    """Two addresses: the released one does not win, it stands beside the other as a candidate."""
    work = office.work["korangi"]
    held = row(office, work.establishment)
    here = office.world.tablet(work.inspector, "korangi")
    there = office.world.tablet(office.work["sukkur"].inspector, "sukkur")
    for tablet, address in ((there, "Plot 9"), (here, "Plot 8")):
        tablet.change("establishment", work.establishment, {"address": address}, base=("x", held.n))
        tablet.push(office.client)
    found = opened(office, f"{there.id}:1")
    (said,) = found["lines"][0]["fields"]
    assert (said["value"], said["now"], said["disputed"]) == ("Plot 9", "Plot 8", True)
    assert act(office, "release", f"{there.id}:1").status_code == 200
    assert row(office, work.establishment).disputed == ["address"]
    assert receipt(office, there, 1)["status"] == "conflict"


def test_a_whole_report_of_a_tablet_that_was_revoked_is_released_together(office: Office) -> None:
    work = office.work["korangi"]
    tablet = office.world.tablet(work.inspector, "korangi")
    report, (line, other) = tablet.report(work.visit, [WAGE, {**WAGE, "wage_rs": 20_000}])
    with office.world.store.write() as tx:
        devices.revoke(tx, tablet.id, office.world.clock.now_ms())
    answers = tablet.push(office.client)["answers"]
    assert {each["status"] for each in answers} == {"quarantined"}
    found = opened(office, f"{tablet.id}:2")
    assert [each["record"] for each in found["lines"]] == [report, line, other]
    assert found["obstacle"] is None
    assert float(found["due_after_rs"]) > float(found["due_now_rs"])
    assert act(office, "release", f"{tablet.id}:2").status_code == 200
    assert [row(office, id).kind for id in (report, line, other)] == ["report", "wage_line", "wage_line"]
    assert len(listed(office, status="released", group=f"{tablet.id}:1")) == 3


def test_what_waits_for_a_released_record_lands_after_it(office: Office) -> None:
    work = office.work["korangi"]
    stranger = office.world.tablet(office.work["sukkur"].inspector, "sukkur")
    report, _ = stranger.report(work.visit)
    stranger.push(office.client)
    colleague = office.world.tablet(work.inspector, "korangi")
    line = office.world.clock.uuid7()
    colleague.change("wage_line", line, {"report": report, **WAGE}, "create")
    assert colleague.push(office.client)["answers"][0]["status"] == "waiting"
    assert act(office, "release", f"{stranger.id}:1").status_code == 200
    assert row(office, line).values["wage_rs"] == 30_000
    assert receipt(office, colleague, 1)["status"] == "applied"


def test_what_is_released_may_itself_wait_for_its_record(office: Office) -> None:
    work = office.work["korangi"]
    stranger = office.world.tablet(work.inspector, "korangi")
    author = office.world.tablet(work.inspector, "korangi")
    report, _ = author.report(work.visit)
    line = office.world.clock.uuid7()
    stranger.change("wage_line", line, {"report": report, **WAGE}, "create")
    with office.world.store.write() as tx:
        devices.revoke(tx, stranger.id, office.world.clock.now_ms())
    stranger.push(office.client)
    entry = f"{stranger.id}:1"
    assert opened(office, entry)["waits_for"] == report
    assert act(office, "release", entry).status_code == 200
    assert listed(office, status="waiting")[0]["verdict"] == "released"
    refused = act(office, "undo", entry)
    assert (refused.status_code, refused.json()["reason"]) == (422, "waiting")
    author.push(office.client)
    assert row(office, line).values["wage_rs"] == 30_000


def test_what_is_rejected_stays_and_its_tablet_is_told(office: Office) -> None:
    work = office.work["korangi"]
    tablet, entry = without_right(office)
    assert act(office, "reject", entry).status_code == 200
    assert "notes" not in row(office, work.visit).values
    said = receipt(office, tablet, 1)
    assert (said["status"], said["code"]) == ("quarantined", "no-right")
    assert (said["decided"]["verdict"], said["decided"]["reason"]) == ("rejected", WHY["reason"])
    assert entry not in [f"{each['device']}:{each['seq']}" for each in listed(office)]
    assert [each["verdict"] for each in listed(office, status="rejected")] == ["rejected"]
    assert act(office, "undo", entry, why={"reason": "Wrong row."}).status_code == 200
    assert "decided" not in receipt(office, tablet, 1)
    assert entry in [f"{each['device']}:{each['seq']}" for each in listed(office)]
    assert act(office, "release", entry).status_code == 200
    assert row(office, work.visit).values["notes"] == "The gate is behind."
    acts = opened(office, entry)["acts"]
    assert [(each["op"], each["verdict"]) for each in acts] == [
        ("reject", "rejected"),
        ("reopen", None),
        ("release", "released"),
    ]
    assert acts[1]["reason"] == "Wrong row."


def test_a_release_taken_back_brings_back_what_it_replaced(office: Office) -> None:
    work = office.work["korangi"]
    held = row(office, work.establishment)
    stranger = office.world.tablet(office.work["sukkur"].inspector, "sukkur")
    stranger.change(
        "establishment", work.establishment, {"name": "Mill 2"}, over={"name": sorted(held.live["name"])}
    )
    stranger.push(office.client)
    entry = f"{stranger.id}:1"
    act(office, "release", entry)
    assert row(office, work.establishment).values["name"] == "Mill 2"
    assert act(office, "undo", entry).status_code == 200
    back = row(office, work.establishment)
    assert (back.values, back.disputed) == (held.values, [])
    assert receipt(office, stranger, 1)["decided"]["verdict"] == "undone"
    assert act(office, "undo", entry).json()["code"] == "changed-meanwhile"
    assert act(office, "release", entry).status_code == 200
    assert row(office, work.establishment).values["name"] == "Mill 2"
    assert act(office, "undo", entry).status_code == 200
    assert row(office, work.establishment).values == held.values


def test_what_others_wrote_over_it_stays_when_a_release_is_taken_back(office: Office) -> None:
    work = office.work["korangi"]
    _, entry = without_right(office, {"notes": "First."})
    act(office, "release", entry)
    here = office.world.tablet(work.inspector, "korangi")
    record = row(office, work.visit)
    here.change("visit", work.visit, {"notes": "Second."}, over={"notes": sorted(record.live["notes"])})
    here.push(office.client)
    act(office, "undo", entry)
    assert row(office, work.visit).values["notes"] == "Second."


def test_a_record_made_by_a_release_is_withdrawn_when_that_is_taken_back(office: Office) -> None:
    work = office.work["korangi"]
    stranger = office.world.tablet(office.work["sukkur"].inspector, "sukkur")
    report, (line,) = stranger.report(work.visit, [WAGE])
    stranger.push(office.client)
    entry = f"{stranger.id}:1"
    act(office, "release", entry)
    assert act(office, "undo", entry, why={"reason": "Not our unit."}).status_code == 200
    assert row(office, report).values["withdrawn"]["reason"] == "Not our unit."
    assert "withdrawn" not in row(office, line).values
    assert row(office, report).disputed == []
    assert act(office, "release", entry).status_code == 200
    assert "withdrawn" not in row(office, report).values


def test_whoever_comes_second_hears_of_the_first(office: Office) -> None:
    _, entry = without_right(office)
    office.world.person("supervisor", "korangi", "other")
    tokens = [sign_in(office.client, login) for login in (SUPERVISOR, "other")]

    def release(headers: dict[str, str]) -> int:
        address = f"/api/quarantine/{entry}/release"
        return office.client.post(address, json=WHY, headers=headers).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(release, tokens)) == [200, 409]
    said = act(office, "reject", entry, "other").json()
    assert said["code"] == "changed-meanwhile"
    assert WHY["reason"] in said["detail"]


def test_only_the_district_concerned_decides_and_the_tablets_own_may_look(office: Office) -> None:
    _, entry = without_right(office)
    assert opened(office, entry, STRANGER)["district"] == "korangi"
    assert entry in [f"{each['device']}:{each['seq']}" for each in listed(office, STRANGER)]
    for what in ("release", "reject", "undo"):
        refused = act(office, what, entry, STRANGER)
        assert (refused.status_code, refused.json()["code"]) == (403, "no-right")
        assert act(office, what, entry, "directorate-korangi").status_code == 403
    assert act(office, "reject", entry).status_code == 200


def test_what_was_captured_for_another_tablet_cannot_be_released(office: Office) -> None:
    work = office.work["korangi"]
    honest = office.world.tablet(work.inspector, "korangi")
    forger = office.world.tablet(work.inspector, "korangi")
    forger.id, real = honest.id, forger.id
    forger.change("visit", work.visit, {"notes": "x"})
    forger.id = real
    assert forger.push(office.client)["answers"][0]["code"] == "wrong-device"
    entry = f"{real}:1"
    found = opened(office, entry)
    assert found["obstacle"]["code"] == "wrong-device"
    assert "again" in found["obstacle"]["advice"]
    refused = act(office, "release", entry)
    assert (refused.status_code, refused.json()["reason"]) == (422, "wrong-device")
    found = opened(office, entry)
    assert (found["verdict"], found["acts"]) == (None, [])
    assert act(office, "reject", entry).status_code == 200


def test_bytes_that_nobody_can_read_are_shown_and_can_be_rejected(office: Office) -> None:
    tablet = office.world.tablet(office.work["korangi"].inspector, "korangi")
    tablet._lines, tablet._seq = [b"\xff\xfe not json"], 2
    assert tablet.push(office.client)["answers"][0]["code"] == "unreadable"
    entry = f"{tablet.id}:1"
    assert opened(office, entry)["obstacle"]["code"] == "unreadable"
    assert act(office, "release", entry).json()["reason"] == "unreadable"
    assert act(office, "reject", entry).status_code == 200


def test_a_record_that_moved_is_decided_about_where_it_is_now(office: Office) -> None:
    work, sukkur = office.work["korangi"], office.work["sukkur"]
    record = row(office, work.visit)
    tablet = office.world.tablet(office.world.person("inspector", None, "nowhere"), "korangi")
    tablet.change("visit", work.visit, {"due": "2030-01-01"})
    tablet.push(office.client)
    office.world.write(
        Entry(
            kind="visit",
            record=work.visit,
            set={"district": "sukkur", "inspector": sukkur.inspector},
            over={name: sorted(record.live[name]) for name in ("district", "inspector")},
        )
    )
    entry = f"{tablet.id}:1"
    assert opened(office, entry)["district"] == "sukkur"
    assert act(office, "reject", entry).status_code == 403
    assert act(office, "reject", entry, STRANGER).status_code == 200


def test_the_list_is_narrowed_by_what_a_supervisor_looks_for(office: Office) -> None:
    tablet, entry = without_right(office)
    whole = listed(office)
    assert len(whole) == 2
    for query in (
        {"code": "no-right"},
        {"device": tablet.id},
        {"person": tablet.person},
        {"kind": "visit"},
        {"group": entry},
    ):
        assert [f"{each['device']}:{each['seq']}" for each in listed(office, **query)] == [entry], query
    assert listed(office, code="bad-value", kind="visit") == []


def test_a_decision_without_a_reason_is_none(office: Office) -> None:
    _, entry = without_right(office)
    for why in ({}, {"reason": ""}, {"reason": "   "}):
        assert act(office, "release", entry, why=why).status_code == 400
    assert opened(office, entry)["acts"] == []


def test_each_decision_is_an_entry_of_the_office_and_of_the_audit_trail(office: Office) -> None:
    work = office.work["korangi"]
    _, entry = without_right(office)
    for what in ("reject", "undo", "release", "undo"):
        assert act(office, what, entry).status_code == 200
    history = office.get(f"/api/records/{work.visit}/history", SUPERVISOR).json()
    ops = [
        json.loads(each["line"])["op"] for each in history if each["device"] == office.world.context.office
    ]
    assert sorted(ops[1:]) == ["reject", "release", "reopen", "reopen", "undo"]
    assert {each["by_name"] for each in history if "reason" in json.loads(each["line"])} == {
        "Name of supervisor"
    }
    audit_sealing.seal(office.world.store, office.world.clock.now_ms(), office.world.context.key.public)
    noted = {each["act"] for each in office.get("/api/audit", "directorate-None").json()}
    assert {"released", "rejected", "reopened", "undone"} <= noted


def test_no_tablet_releases_or_takes_back(office: Office) -> None:
    work = office.work["korangi"]
    supervisor = office.world.tablet(office.world.person("supervisor", "korangi", "boss"), "korangi")
    supervisor.change("visit", work.visit, {}, "release", entries=[(supervisor.id, 1)], reason="x")
    supervisor.change("visit", work.visit, {}, "undo", undoes=[office.world.clock.uuid7()], reason="x")
    answers = supervisor.push(office.client)["answers"]
    assert [each["code"] for each in answers] == ["server-op", "server-op"]
