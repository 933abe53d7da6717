"""A receipt that the employer was handed: genuine, corrected since, withdrawn, made up, by openssl alone."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from field.evidence.proofs import server_pem
from field.store import report_receipts, rows
from field.sync import keyring
from field.sync import report_receipts as receipts
from field.sync.signing import ServerKey, request_message
from tests.helpers import Tablet, World, open_world, sign_in

HTML = {"Accept": "text/html,*/*"}
LINE = {"month": "2024-07", "wage_rs": 37000, "worker_name": "Worker 1", "cnic": "4210112345671"}


class Case:
    """An office, a tablet, and a report of it."""

    def __init__(self, world: World, client: TestClient[Litestar]) -> None:
        self.world, self.client = world, client
        person = world.person("inspector", "korangi")
        self.establishment = world.establishment("korangi", registration_no="S-1/204")
        self.visit = world.visit(self.establishment, "korangi", person)
        self.tablet: Tablet = world.tablet(person, "korangi")
        self.report, (self.line,) = self.tablet.report(self.visit, [LINE])
        self.photo = world.clock.uuid7()
        described = {"report": self.report, "sha256": "ab" * 32, "size": 5, "media_type": "image/jpeg"}
        self.tablet.change("photo", self.photo, described, "create")
        self.push()

    def push(self) -> None:
        answer = self.tablet.push(self.client)
        assert {each["status"] for each in answer["answers"]} <= {"applied", "conflict"}, answer

    @property
    def issued(self) -> report_receipts.Issued:
        world = self.world
        report_receipts.issue(world.store, world.context.key.current, world.clock.now_ms(), 10)
        with world.store.read() as tx:
            (found,) = report_receipts.of(tx, [self.report])
        return found

    def verdict(self, text: str | None = None) -> str:
        answer = self.client.get(f"/verify/{text or self.issued.text}")
        found: str = answer.json()["verdict"]
        return found


@pytest.fixture
def case(database_url: str) -> Iterator[Case]:
    with open_world(database_url) as world, TestClient(world.app()) as client:
        yield Case(world, client)


def test_a_receipt_says_what_was_received_and_to_whom_it_belongs(case: Case) -> None:
    text = case.issued.text
    assert len(text) == 200
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    found = case.client.get(f"/verify/{text}").json()
    assert (found["genuine"], found["verdict"]) == (True, "as-received")
    said = found["says"]
    assert said["report"] == case.report
    assert case.establishment.replace("-", "").endswith(said["establishment_part"])
    assert case.tablet.id.replace("-", "").endswith(said["device_part"])
    assert found["registration_no"] == "S-1/204"
    assert said["key"] == case.world.context.key.id
    assert f"photo {case.photo} {'ab' * 32}\n" in case.issued.statement
    # As it is read out on a telephone, and at the end of the address in the code.
    groups = " ".join(receipts.grouped(text.lower()))
    assert case.verdict(groups) == "as-received"
    assert case.client.get(f"/VERIFY/{text}").json()["verdict"] == "as-received"


def test_openssl_alone_verifies_a_receipt(case: Case, tmp_path: Path) -> None:
    """What docs/protocol.md says, typed as it says it."""
    (tmp_path / "server.pem").write_bytes(server_pem(case.world.context.key.public))
    (tmp_path / "statement.txt").write_text(case.issued.statement)
    script = """
    printf %s "$RECEIPT" | base32 -d > receipt.bin
    { printf 'field-report-1\\n'; head -c 61 receipt.bin; } > message
    tail -c 64 receipt.bin > signature
    openssl pkeyutl -verify -pubin -inkey server.pem -rawin -in message -sigfile signature || exit 1
    test "$(head -c 61 receipt.bin | tail -c 20 | od -An -v -tx1 | tr -d ' \\n')" = \
        "$(sha256sum statement.txt | cut -c1-40)"
    """

    def typed(text: str) -> int:
        return subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, env={"RECEIPT": text, "PATH": "/usr/bin:/bin"}, check=False
        ).returncode

    text = case.issued.text
    assert typed(text) == 0
    raw = bytearray(base64.b32decode(text))
    raw[30] ^= 1
    assert typed(base64.b32encode(bytes(raw)).decode()) == 1


def test_a_correction_an_addition_and_a_withdrawal_are_told(case: Case) -> None:
    text = case.issued.text
    case.tablet.change(
        "wage_line",
        case.world.clock.uuid7(),
        {"report": case.report, "month": "2024-08", "wage_rs": 1000},
        "create",
    )
    case.push()
    assert case.verdict() == "added-to"
    case.tablet.change("wage_line", case.line, {"wage_rs": 38000})
    case.push()
    found = case.client.get(f"/verify/{text}").json()
    assert (found["verdict"], found["since"]["added"], found["since"]["corrected"]) == ("corrected", 1, 1)
    page = case.client.get(f"/verify/{text}", headers=HTML)
    assert page.status_code == 200
    assert "1 entries corrected it since, 1 were added." in page.text
    assert 'lang="ur" dir="rtl"' in page.text
    case.tablet.change(
        "report", case.report, {"withdrawn": {"reason": "twice", "seen": _writes(case)}}, "withdraw"
    )
    case.push()
    assert case.verdict() == "withdrawn"
    assert case.issued.text == text


def _writes(case: Case) -> list[str]:

    with case.world.store.read() as tx:
        records, _ = rows.load(case.world.store, tx, [case.report])
    return sorted(records[case.report].authors)


def test_nothing_about_a_person_is_on_the_page(case: Case) -> None:
    page = case.client.get(f"/verify/{case.issued.text}", headers=HTML).text
    shown = page + case.issued.statement
    for personal in ("Worker 1", "42101", "Name of inspector", "Unit "):
        assert personal not in shown


def test_who_tries_numbers_learns_nothing(case: Case) -> None:
    """A made-up receipt of a report that is here is answered as one of a report that is not."""
    receipt, _, _ = receipts.read(case.issued.text)
    strange = ServerKey(b"x" * 32)
    own = case.world.context.key.id
    for report in (case.report, case.world.clock.uuid7()):
        forged = receipts.made(msgspec.structs.replace(receipt, report=report, key=own), strange)
        answer = case.client.get(f"/verify/{forged}")
        assert answer.status_code == 404
        assert answer.json() == case.client.get(f"/verify/{forged}").json()
        assert answer.json()["verdict"] == "bad-signature"
        assert answer.json()["says"] is None
    other = keyring.key_id(strange.public)
    unknown = receipts.made(msgspec.structs.replace(receipt, key=other), strange)
    assert case.verdict(unknown) == "unknown-key"
    assert case.verdict("AAAA") == "not-a-receipt"
    assert case.verdict("!" * 200) == "not-a-receipt"
    assert case.client.get("/verify/" + "A" * 5000).status_code == 404


def test_the_office_gets_the_receipt_with_what_became_of_the_report(case: Case) -> None:
    case.world.person("supervisor", "korangi")
    headers = sign_in(case.client, "supervisor-korangi")
    shown = case.client.get(f"/api/reports/{case.report}/receipt", headers=headers).json()
    said, _, _ = receipts.read(shown["receipt"])
    assert (shown["receipt"], shown["verdict"]) == (case.issued.text, "as-received")
    assert shown["received_ms"] == said.received_s * 1000 > 0
    assert case.client.get(f"/api/reports/{case.visit}/receipt", headers=headers).status_code == 404


def test_a_receipt_can_be_typed_on_a_page_that_sends_it_nowhere_else(case: Case) -> None:
    page = case.client.get("/verify", headers=HTML)
    assert page.status_code == 200
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert 'action="/verify"' in page.text
    assert 'lang="ur" dir="rtl"' in page.text
    typed = " ".join(receipts.grouped(case.issued.text.lower()))
    answer = case.client.get("/verify", params={"receipt": typed}, headers=HTML)
    assert answer.status_code == 200
    assert "This receipt is genuine" in answer.text
    assert "form-action 'none'" in answer.headers["content-security-policy"]
    assert case.client.get("/verify", params={"receipt": ""}, headers=HTML).status_code == 404


def test_too_many_questions_are_told_to_wait(case: Case) -> None:
    answers = [case.client.get("/verify/AAAA").status_code for _ in range(101)]
    assert answers == [404] * 100 + [429]
    case.world.clock.advance(1000)
    assert case.client.get("/verify/AAAA").status_code == 404


def test_a_receipt_made_with_the_key_behind_the_offices_back_is_told(case: Case) -> None:
    receipt, _, _ = receipts.read(case.issued.text)
    key = case.world.context.key.current
    assert (
        case.verdict(receipts.made(msgspec.structs.replace(receipt, n=receipt.n + 7), key)) == "as-received"
    )
    made_up = msgspec.structs.replace(receipt, digest="00" * 20)
    assert case.verdict(receipts.made(made_up, key)) == "not-issued"
    nowhere = msgspec.structs.replace(receipt, report=case.world.clock.uuid7())
    assert case.verdict(receipts.made(nowhere, key)) == "not-here"


def test_a_restored_office_recognises_what_it_signed_before(case: Case) -> None:
    """The receipts' table is gone, and the lines were sent again."""
    text = case.issued.text
    with case.world.store.write() as tx:
        tx.execute(report_receipts.RECEIPTS.delete())
    answer = case.client.get(f"/verify/{text}").json()
    assert (answer["genuine"], answer["verdict"]) == (True, "as-received")


def test_old_receipts_hold_after_a_new_key_and_a_stolen_keys_do_not(case: Case, tmp_path: Path) -> None:
    text = case.issued.text
    receipt, _, _ = receipts.read(text)
    context, now_ms = case.world.context, case.world.clock.now_ms()
    ring = keyring.rotated(context.key.ring, ServerKey(b"n" * 32), now_ms + 1)
    assert receipts.check(text, ring.keys).fault is None
    late = receipts.made(
        msgspec.structs.replace(receipt, received_s=now_ms // 1000 + 999), context.key.current
    )
    assert receipts.check(late, ring.keys).fault == "key-ended"
    since = receipt.received_s * 1000
    assert receipts.check(text, keyring.revoked(ring, receipt.key, since).keys).fault == "key-revoked"
    assert receipts.check(text, keyring.revoked(ring, receipt.key, since + 1000).keys).fault is None


def test_a_tablet_asks_for_the_receipt_of_its_report_with_its_pull(case: Case) -> None:

    other = case.world.tablet(case.world.person("inspector", "sukkur"), "sukkur")

    def pulled(tablet: Tablet) -> list[bytes]:
        body = msgspec.json.encode({"cursors": {}, "reports": [case.report, case.world.clock.uuid7()]})
        signature = tablet.key.sign(request_message("pull", tablet.id, body))
        headers = {
            "Authorization": f"Bearer {tablet.token}",
            "Field-Device": tablet.id,
            "Field-Signature": signature,
        }
        answer = case.client.post("/api/sync/pull", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return [each for each in answer.content.split(b"\n") if each.startswith(b'{"report_receipt"')]

    assert pulled(other) == []
    (line,) = pulled(case.tablet)
    given = msgspec.json.decode(line)["report_receipt"]
    assert given == {"report": case.report, "text": case.issued.text}


def test_two_servers_make_one_receipt(case: Case) -> None:
    world, key = case.world, case.world.context.key.current
    assert report_receipts.issue(world.store, key, 1, 10) == 1
    assert report_receipts.issue(world.store, ServerKey(b"z" * 32), 2, 10) == 0
    assert case.verdict() == "as-received"
