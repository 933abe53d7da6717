"""Whatever is sent, the answer says what is wrong, nothing is half-written, and the server goes on."""

import asyncio
import gzip
import json
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.api.bodies import BODY_BYTES_MAX
from field.app import create_app
from field.sync import changes
from field.sync.changes import Change
from field.sync.signing import DeviceKey, push_message
from tests.helpers import HASHER, Tablet, World

Client = TestClient[Litestar]
WAGE = {"month": "2026-03", "wage_rs": 32_000}


@pytest.fixture
def visit(world: World, tablet: Tablet) -> str:
    return world.visit(world.establishment("korangi"), "korangi", tablet.person)


def send(client: Client, tablet: Tablet, first: int, lines: list[bytes], **headers: str) -> Any:
    signature = tablet.key.sign(push_message(tablet.id, first, changes.hashes(lines)))
    sent = {"Field-Device": tablet.id, "Field-First-Seq": str(first), "Field-Signature": signature, **headers}
    return client.post("/api/sync/push", content=b"\n".join(lines) + b"\n", headers=sent)


def captured(tablet: Tablet) -> list[bytes]:
    lines, tablet._lines = tablet._lines, []
    return lines


def edited(line: bytes, **members: Any) -> bytes:
    """A line with members changed, as a tablet gone wrong would have encoded it in the first place."""
    return json.dumps({**json.loads(line.partition(b"\t")[0]), **members}, separators=(",", ":")).encode()


def chained(line: bytes, before: bytes) -> bytes:
    return edited(line, prev=changes.digest(before.partition(b"\t")[0]))


def kept_line(world: World, tablet: Tablet, seq: int) -> Any:
    from sqlalchemy import select

    from field.store.holding import CHANGES

    with world.store.read() as tx:
        query = select(CHANGES).where(CHANGES.c.device == tablet.id, CHANGES.c.seq == seq)
        return tx.execute(query).one()


WRONG_LINES: dict[str, tuple[dict[str, Any] | bytes, str, str]] = {
    "no JSON": (b"{this is no JSON", "unreadable", "malformed"),
    "a cut line": (b'{"id":"0190', "unreadable", "truncated"),
    "NaN": (b'{"set":{"wage_rs":NaN}}', "unreadable", "malformed"),
    "bytes that are no text": (b'{"reason":"\xff\xfe"}', "unreadable", "utf-8"),
    "a list": (b"[1,2,3]", "unreadable", "object"),
    "a seq that is a word": ({"seq": "two"}, "unreadable", "seq"),
    "an unknown member with no name": ({"Surprise!": 1}, "unreadable", "Surprise!"),
    "another tablet's name": ({"device": "0" * 8 + "-0000-7000-8000-" + "0" * 12}, "wrong-device", "tablet"),
    "another number": ({"seq": 7}, "seq-mismatch", "7"),
    "an unknown kind": ({"kind": "spaceship"}, "unknown-kind", "spaceship"),
    "a conflict": ({"kind": "conflict"}, "server-kind", "derived"),
    "an unknown field with no name": ({"set": {"Bonus!": 1}}, "bad-value", "Bonus!"),
    "a negative wage": ({"set": {"wage_rs": -5}}, "bad-value", "wage_rs"),
    "a wage in words": ({"set": {"wage_rs": "thirty"}}, "bad-value", "wage_rs"),
    "a month that does not exist": ({"set": {"month": "2026-13"}}, "bad-value", "month"),
    "forty days": ({"set": {"days": 40}}, "bad-value", "days"),
    "nothing set": ({"set": {}}, "nothing-set", "no field"),
    "a parent that moves": (
        {"set": {"report": "0190" + "0" * 4 + "-0000-7000-8000-" + "0" * 12}},
        "fixed-field",
        "report",
    ),
    "a time that nobody signed": ({"anchor": "1700000000000.forged"}, "bad-anchor", "server time"),
    "a stranger": ({"by": "0" * 8 + "-0000-7000-8000-" + "1" * 12}, "person-unknown", "signed in"),
    "a replaced field without a value": ({"over": {"days": []}}, "bad-over", "days"),
    "nobody's record": ({"record": None}, "no-record", "record"),
    "a withdrawal in disguise": (
        {"set": {"withdrawn": {"reason": "x", "seen": []}}},
        "bad-withdrawal",
        "withdraw",
    ),
}


@pytest.mark.parametrize("name", WRONG_LINES)
def test_one_wrong_line_is_kept_whole_and_stops_nothing(
    name: str, world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    wrong, code, word = WRONG_LINES[name]
    report, (line_id,) = tablet.report(visit, [WAGE])
    assert {answer["status"] for answer in tablet.push(client)["answers"]} == {"held", "applied"} - {"held"}
    tablet.change("wage_line", line_id, {"wage_rs": 33_000})
    tablet.change("report", report, {"remarks": "after the wrong line"})
    good, after = captured(tablet)
    bad = wrong if isinstance(wrong, bytes) else edited(good, **wrong)
    answer = send(client, tablet, 3, [bad, chained(after, bad)])
    assert answer.status_code == 200
    first, second = answer.json()["answers"]
    assert (first["status"], first["code"]) == ("quarantined", code)
    assert word in first["detail"]
    assert second["status"] == "applied"
    assert answer.json()["acknowledged"] == 4
    row = kept_line(world, tablet, 3)
    assert (bytes(row.line), row.status, row.district) == (bad, "quarantined", "korangi")


def test_absurd_coordinates_are_named(client: Client, tablet: Tablet, visit: str) -> None:
    for place in (
        {"lat": 91, "lon": 67, "accuracy_m": 5},
        {"lat": 24, "lon": 181, "accuracy_m": 5},
        {"lat": 24},
    ):
        tablet.report(visit, place=place)
    answers = tablet.push(client)["answers"]
    assert [answer["code"] for answer in answers] == ["bad-value"] * 3
    assert "$.place.lat" in answers[0]["detail"]
    assert "$.place.lon" in answers[1]["detail"]
    assert "missing" in answers[2]["detail"]


def test_a_wrong_line_takes_its_whole_group_with_it_and_nothing_else(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    tablet.report(visit, [WAGE, {**WAGE, "wage_rs": -1}, WAGE])
    tablet.report(visit, [WAGE])
    answers = tablet.push(client)["answers"]
    assert [answer["status"] for answer in answers] == ["quarantined"] * 4 + ["applied"] * 2
    assert [answer["code"] for answer in answers[:4]] == [
        "group-refused",
        "group-refused",
        "bad-value",
        "group-refused",
    ]


def test_a_body_of_two_gigabytes_is_refused_before_it_is_read(world: World) -> None:
    """A tablet's photo was once sent to the wrong address, and the server's memory with it."""
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1 << 20
        return {"type": "http.request", "body": b"x" * (1 << 20), "more_body": read < 1 << 31}

    for length in ([(b"content-length", b"2147483648")], []):
        read, sent = 0, []

        async def catch(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "path": "/api/sync/push", "raw_path": b"/api/sync/push",
            "query_string": b"", "headers": [*length, *HEADERS], "http_version": "1.1", "scheme": "http",
            "server": None, "client": ("127.0.0.1", 1), "root_path": "", "asgi": {"version": "3.0"},
        }  # fmt: skip
        asyncio.run(create_app(world.context, HASHER)(scope, receive, catch))  # type: ignore[arg-type]
        assert sent[0]["status"] == 413
        assert b"too-large" in sent[1]["body"]
        assert read <= BODY_BYTES_MAX + (2 << 20)


HEADERS = [
    (b"field-device", b"0190b6a0-0000-7000-8000-000000000000"),
    (b"field-first-seq", b"1"),
    (b"field-signature", b"x"),
]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_never_unpacked(client: Client, tablet: Tablet, encoding: str) -> None:
    import zstandard

    plain = b"x" * (BODY_BYTES_MAX * 8)
    bomb = gzip.compress(plain) if encoding == "gzip" else zstandard.compress(plain)
    assert len(bomb) < 100_000
    answer = client.post(
        "/api/sync/push",
        content=bomb,
        headers={
            "Content-Encoding": encoding,
            "Field-Device": tablet.id,
            "Field-First-Seq": "1",
            "Field-Signature": "x",
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [("gzip", b"no gzip", "unreadable-body"),
     ("gzip", gzip.compress(b"x" * 999, mtime=0)[:-20], "unreadable-body"),
     ("zstd", b"no zstd", "unreadable-body"), ("br", b"x", "unknown-format")],
)  # fmt: skip
def test_a_body_that_cannot_be_unpacked_is_told_so(
    client: Client, tablet: Tablet, encoding: str, body: bytes, code: str
) -> None:
    headers = {"Field-Device": tablet.id, "Field-First-Seq": "1", "Field-Signature": "x"}
    answer = client.post("/api/sync/push", content=body, headers={**headers, "Content-Encoding": encoding})
    assert answer.json()["code"] == code
    assert answer.headers["content-type"] == "application/problem+json"


def test_compressed_pushes_land_like_plain_ones(client: Client, tablet: Tablet, visit: str) -> None:
    import zstandard

    for first, (encoding, pack) in enumerate(
        [("gzip", gzip.compress), ("zstd", zstandard.compress)], start=1
    ):
        tablet.report(visit)
        lines = captured(tablet)
        signature = tablet.key.sign(push_message(tablet.id, first, changes.hashes(lines)))
        headers = {"Field-Device": tablet.id, "Field-First-Seq": str(first), "Field-Signature": signature}
        body = pack(b"\n".join(lines) + b"\n")
        answer = client.post(
            "/api/sync/push", content=body, headers={**headers, "Content-Encoding": encoding}
        )
        assert [one["status"] for one in answer.json()["answers"]] == ["applied"]


def test_a_forged_device_gets_nothing_in(world: World, client: Client, tablet: Tablet, visit: str) -> None:
    """Somebody who knows a tablet's number, and not its key."""
    tablet.report(visit)
    lines = captured(tablet)
    forged = DeviceKey.generate().sign(push_message(tablet.id, 1, changes.hashes(lines)))
    honest = tablet.key.sign(push_message(tablet.id, 1, changes.hashes(lines)))
    unknown = "0190b6a0-0000-7000-8000-000000000000"
    for device, first, signature, code in [
        (tablet.id, "1", forged, "bad-signature"),
        (tablet.id, "2", honest, "bad-signature"),
        (tablet.id, "1", "", "bad-request"),
        (tablet.id, "1", "%%%", "bad-signature"),
        (unknown, "1", honest, "device-unknown"),
        (tablet.id, "-1", honest, "bad-request"),
        (tablet.id, "first", honest, "bad-request"),
        (tablet.id, "9" * 30, honest, "bad-request"),
    ]:
        headers = {"Field-Device": device, "Field-First-Seq": first, "Field-Signature": signature}
        answer = client.post("/api/sync/push", content=b"\n".join(lines) + b"\n", headers=headers)
        assert answer.json()["code"] == code, answer.text
    assert send(client, tablet, 1, lines).json()["answers"][0]["status"] == "applied"


def test_a_body_changed_on_the_way_is_not_believed(client: Client, tablet: Tablet, visit: str) -> None:
    tablet.report(visit, months_paid=["2024-07"])
    (line,) = captured(tablet)
    signature = tablet.key.sign(push_message(tablet.id, 1, changes.hashes([line])))
    headers = {"Field-Device": tablet.id, "Field-First-Seq": "1", "Field-Signature": signature}
    for body in (line.replace(b"2024-07", b"2024-06"), line[:-9], line + b"\n" + line):
        answer = client.post("/api/sync/push", content=body + b"\n", headers=headers)
        assert answer.json()["code"] == "bad-signature"
    answer = client.post("/api/sync/push", content=line[:-9], headers=headers)
    assert answer.json()["code"] == "unreadable-body"


def test_work_in_a_foreign_district_is_kept_and_not_merged(
    world: World, client: Client, tablet: Tablet
) -> None:
    foreign = world.establishment("sukkur", phone="071-1")
    tablet.change("establishment", foreign, {"phone": "071-2"}, was={"phone": "071-1"})
    visit = world.visit(foreign, "sukkur", None)
    tablet.report(visit)
    answers = tablet.push(client)["answers"]
    assert [(answer["status"], answer["code"]) for answer in answers] == [("quarantined", "no-right")] * 2
    assert "sukkur" in answers[0]["detail"]


def test_a_seq_that_goes_backwards_is_a_repetition_or_a_fork(
    client: Client, tablet: Tablet, visit: str
) -> None:
    for _ in range(3):
        tablet.report(visit)
    lines = captured(tablet)
    assert send(client, tablet, 1, lines).json()["acknowledged"] == 3
    again = send(client, tablet, 2, lines[1:]).json()
    assert [answer["status"] for answer in again["answers"]] == ["duplicate", "duplicate"]
    assert [answer["first"]["status"] for answer in again["answers"]] == ["applied", "applied"]
    back = send(client, tablet, 2, lines[:1]).json()
    assert back["fork"]["seq"] == 2
    assert back["acknowledged"] == 3


def test_a_seq_too_far_on_lands_nothing_and_hears_where_to_begin(
    client: Client, tablet: Tablet, visit: str
) -> None:
    tablet.report(visit)
    (line,) = captured(tablet)
    answer = send(client, tablet, 5, [edited(line, seq=5)]).json()
    assert (answer["acknowledged"], answer["expected"], answer["answers"]) == (0, 1, [])


def test_the_same_seq_with_other_bytes_is_a_fork_and_an_alarm(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    tablet.report(visit, months_paid=["2024-07"])
    (line,) = captured(tablet)
    assert send(client, tablet, 1, [line]).json()["acknowledged"] == 1
    other = edited(line, set={"visit": visit, "months_paid": ["2024-08"]})
    for _ in range(2):
        answer = send(client, tablet, 1, [other]).json()
        assert answer["fork"]["seq"] == 1
        assert "identity" in answer["fork"]["detail"]
    from sqlalchemy import select

    from field.store.pushes import ALARMS

    with world.store.read() as tx:
        assert [row.code for row in tx.execute(select(ALARMS))] == ["fork"]


def test_two_tablets_with_one_identity_lose_nothing_of_the_first_and_hear_of_it(
    client: Client, tablet: Tablet, visit: str
) -> None:
    """A tablet's memory was copied to a new one, and both were taken to the field."""
    tablet.report(visit)
    common = captured(tablet)
    assert send(client, tablet, 1, common).json()["acknowledged"] == 1
    state = tablet._seq, tablet._prev
    tablet.report(visit, remarks="by the first")
    mine = captured(tablet)
    tablet._seq, tablet._prev = state
    tablet.report(visit, remarks="by the copy")
    tablet.report(visit, remarks="by the copy, later")
    copied = captured(tablet)
    assert send(client, tablet, 2, mine).json()["answers"][0]["status"] == "applied"
    answer = send(client, tablet, 2, copied).json()
    assert answer["fork"]["seq"] == 2
    assert answer["answers"] == []
    assert send(client, tablet, 3, copied[1:]).json()["fork"]["seq"] == 3


def test_a_loss_is_declared_in_its_place_and_later_work_flows(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    tablet.report(visit)
    tablet.report(visit)
    lost, after = captured(tablet)
    change = msgspec.json.decode(lost, type=Change)
    declared = msgspec.json.encode(
        {
            "id": world.clock.uuid7(),
            "device": tablet.id,
            "seq": 1,
            "prev": change.prev,
            "op": "lost",
            "lost": changes.digest(lost),
            "reason": "the memory card failed",
        }
    )
    answer = send(client, tablet, 1, [declared, after]).json()
    assert [one["status"] for one in answer["answers"]] == ["lost", "applied"]
    again = send(client, tablet, 1, [declared, after]).json()
    assert [one["first"]["status"] for one in again["answers"]] == ["lost", "applied"]
    assert kept_line(world, tablet, 1).status == "lost"


def test_a_line_as_long_as_a_book_is_kept_and_refused(client: Client, tablet: Tablet, visit: str) -> None:
    tablet.report(visit, remarks="x" * (changes.LINE_BYTES_MAX + 1))
    (answer,) = tablet.push(client)["answers"]
    assert (answer["status"], answer["code"]) == ("quarantined", "unreadable")


def test_too_many_lines_and_none_at_all_are_told(client: Client, tablet: Tablet) -> None:
    assert send(client, tablet, 1, [b"{}"] * (changes.BATCH_LINES_MAX + 1)).json()["code"] == "too-large"
    headers = {"Field-Device": tablet.id, "Field-First-Seq": "1", "Field-Signature": "x"}
    assert client.post("/api/sync/push", content=b"", headers=headers).json()["code"] == "bad-request"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"cursors":{"a":["e",-1]}}', b'{"x":1}', b'{"limit":0}']
)
def test_a_pull_that_cannot_be_read_is_told_so(client: Client, tablet: Tablet, body: bytes) -> None:
    from field.sync.signing import request_message

    headers = {
        "Authorization": f"Bearer {tablet.token}",
        "Field-Device": tablet.id,
        "Field-Signature": tablet.key.sign(request_message("pull", tablet.id, body)),
    }
    answer = client.post("/api/sync/pull", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable-body")


def test_a_text_with_a_nul_is_kept_on_both_databases(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    """PostgreSQL keeps no NUL in a text. One such character made every push of a tablet fail."""
    tablet.report(visit, remarks="before\0after")
    tablet.change("spaceship\0", world.clock.uuid7(), {"a": 1})
    tablet.report(visit)
    answers = tablet.push(client)["answers"]
    assert [answer["status"] for answer in answers] == ["applied", "quarantined", "applied"]


def test_what_the_database_itself_refuses_is_quarantined_alone(
    world: World, client: Client, tablet: Tablet, visit: str
) -> None:
    """Whatever rule of the database a change breaks that nobody thought of: the rest of the batch lands."""
    from sqlalchemy import text

    tablet.report(visit)
    tablet.report(visit)
    tablet.report(visit)
    ids = [json.loads(line)["record"] for line in tablet._lines]
    with world.store.write() as tx:
        if world.store.sqlite:
            tx.execute(
                text(
                    f"CREATE TRIGGER picky BEFORE INSERT ON records WHEN NEW.id = '{ids[1]}' "
                    "BEGIN SELECT RAISE(ABORT, 'picky'); END"
                )
            )
        else:
            tx.execute(text(f"ALTER TABLE records ADD CONSTRAINT picky CHECK (id <> '{ids[1]}')"))
    answers = tablet.push(client)["answers"]
    assert [answer["status"] for answer in answers] == ["applied", "quarantined", "applied"]
    assert answers[1]["code"] == "storage-refused"
