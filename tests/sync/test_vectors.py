"""The vectors say what Python does, and what goes into them is enough to find it out again.

The same files are read by the browser's tests, so that both speak one protocol.
"""

import base64
import hashlib
import io
import json
from itertools import permutations
from typing import Any

import msgspec
import pytest

from field.sync import changes, keyring, merge, report_receipts, sealed, wire
from field.sync.changes import Change
from field.sync.keyring import Key
from field.sync.orders import wipe_message
from field.sync.pace import wait_s
from field.sync.signing import push_message, receipt_verified, request_message, verified
from tests.vectors import make, paged, shown, timed


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((make.FOLDER / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", make.FILES)
def test_the_files_are_what_the_script_makes(name: str) -> None:
    """A vector that was put right by hand agreed with one of the two sides only."""
    written = (make.FOLDER / name).read_text(encoding="utf-8")
    assert written == make.text(name), "run .venv/bin/python -m tests.vectors.make"


def test_no_other_vectors_lie_about() -> None:
    assert {path.name for path in make.FOLDER.glob("*.json")} == set(make.FILES)


def test_a_line_is_read_as_the_change_that_it_was_made_of() -> None:
    for case in read("envelopes.json")["cases"]:
        found = changes.read_line(case["line"].encode(), case["change"]["seq"])
        given = {**case["change"], "set": msgspec.Raw(msgspec.json.encode(case["change"].get("set", {})))}
        assert found.change == Change(
            **{**given, "base": tuple(given["base"]) if "base" in given else None}
        ), case["name"]
        assert found.hash == case["sha256"] == hashlib.sha256(case["public"].encode()).hexdigest()
        private = {key: tuple(value) for key, value in (case["private"] or {}).items()}
        assert found.private == private
        assert all(changes.opens(key, *opened) for key, opened in private.items())


def test_lines_hang_together_and_are_signed() -> None:
    found = read("chain.json")
    prev = changes.START
    for link in found["lines"]:
        line = changes.read_line(link["line"].encode(), link["seq"])
        assert line.change is not None
        assert (line.change.seq, line.change.prev, line.hash) == (link["seq"], prev, link["hash"])
        prev = link["next_prev"]
        assert prev == (line.change.lost or line.hash)
    assert any(link["next_prev"] != link["hash"] for link in found["lines"])
    hashes = changes.hashes(changes.split(found["body"].encode()))
    assert hashes.hex() == found["push"]["hashes_hex"]
    message = push_message(found["device"], found["first_seq"], hashes)
    assert message.hex() == found["push"]["message_hex"]
    for asked in found["requests"]:
        body = asked["body"].encode()
        assert request_message(asked["purpose"], found["device"], body).hex() == asked["message_hex"]
    for signed in (found["push"], *found["requests"]):
        for each in signed["signatures"]:
            message = bytes.fromhex(signed["message_hex"])
            assert verified(found["public_key"], each["signature"], message) is each["valid"]
    for receipt in found["receipts"]:
        holds = receipt_verified(receipt["server_key"], receipt["signature"], receipt["body"].encode())
        assert holds is receipt["valid"]


def test_a_commitment_is_a_hash_of_salt_and_value() -> None:
    cases = read("commitments.json")["cases"]
    for case in cases:
        raw = hashlib.sha256(case["salt"].encode() + b"\0" + case["value"].encode()).digest()
        assert base64.urlsafe_b64encode(raw).decode() == case["commitment"] + "="
    assert len({case["commitment"] for case in cases}) == len(cases)


@pytest.mark.parametrize("case", read("overlay.json")["cases"], ids=lambda case: case["name"])
def test_what_the_screen_shows_and_an_edit_says_follows_from_the_text_alone(case: dict[str, Any]) -> None:
    view = shown.view_of(case)
    assert view is not None
    assert json.loads(json.dumps(shown.said(view))) == case["view"]
    assert shown.unclear(case, view) == case["unclear"]
    for edit in case["edits"]:
        assert json.loads(json.dumps(shown.edited(case, view, edit))) == edit["captured"]


@pytest.mark.parametrize("case", read("merge.json")["cases"], ids=lambda case: case["name"])
def test_a_field_shows_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    edits = [
        merge.Edit(
            merge.Author(each["id"], each["t"], each["device"], each["seq"], None),
            each["set"],
            each.get("was", {}),
            each.get("over", {}),
        )
        for each in case["writes"]
    ]
    undone = case.get("undone", [])
    for order in permutations(edits):
        record = merge.create("r", case["kind"], "r", None)
        # What is taken back is known before it is merged: so the store merges such a record anew.
        record.undone = undone
        for edit in order:
            record = merge.apply(record, edit)
        assert record.values.get(case["field"]) == case["shows"]
        assert sorted(record.live[case["field"]]) == sorted(case["live"])
        assert (case["field"] in record.disputed) is case["disputed"]


def test_the_vectors_of_merging_have_every_rule() -> None:
    named = {case["name"].partition(":")[0] for case in read("merge.json")["cases"]}
    assert named == {"review", "latest", "earliest", "furthest", "add", "union", "steps", "server"}


def test_a_checksum_is_the_sum_of_the_rows_that_are_held() -> None:
    found = read("checksums.json")
    for row in found["digests"]:
        assert hashlib.sha256(row["body"].encode()).hexdigest() == row["sha256"]
        assert int(row["sha256"][:12], 16) == row["digest"] == wire.digest(row["body"].encode())
    held: dict[str, int] = {}
    for step in found["steps"]:
        held[step["record"]] = 0
        if step["body"] is not None:
            held[step["record"]] = int(hashlib.sha256(step["body"].encode()).hexdigest()[:12], 16)
        assert sum(held.values()) % found["modulus"] == step["checksum"]
    assert found["steps"][-1]["checksum"] == 0
    # Else nobody would notice who forgets the modulus.
    totals = [sum(row["digest"] for row in found["digests"][1:])]
    assert max(totals) > found["modulus"]


@pytest.mark.parametrize("flow", read("pages.json")["flows"], ids=lambda flow: flow["name"])
def test_pages_leave_the_same_behind(flow: dict[str, Any]) -> None:
    found = paged.play([(step["page"], step["busy"]) for step in flow["steps"]])
    assert json.loads(json.dumps(found)) == [step["after"] for step in flow["steps"]]


def test_a_change_is_pending_until_the_rows_show_it() -> None:
    cases = read("pages.json")["settled"]["cases"]
    assert [paged.still_pending(case) for case in cases] == [case["pending"] for case in cases]
    assert {case["pending"] for case in cases} == {True, False}


@pytest.mark.parametrize("run", read("times.json")["runs"], ids=lambda run: run["name"])
def test_the_capture_clock_tells_the_same_time(run: dict[str, Any]) -> None:
    found = timed.play(run["steps"])
    expected = [step.get("expect") for step in run["steps"]]
    assert [None if each is None else msgspec.structs.asdict(each) for each in found] == expected


@pytest.mark.parametrize("case", read("waits.json")["cases"])
def test_a_tablet_waits_as_long_as_the_other_language_says(case: dict[str, Any]) -> None:
    asked = (case["next_sync_s"], case["retry_after_s"], case["failures"], case["chance"])
    assert wait_s(*asked, read("waits.json")["every_s"]) == case["wait_s"]


def test_a_sealed_file_is_made_and_opened_byte_for_byte() -> None:
    found = read("sealed.json")
    server = sealed.SealingKey(base64.b64decode(found["secret"]))
    assert (server.public, sealed.key_id(server.public)) == (found["sealing_key"], found["key_id"])
    file = b"".join(base64.b64decode(piece) for piece in found["pieces"])
    head, parts = server.parts(io.BytesIO(file))
    assert (head.device, head.made_ms) == (found["device"], found["made_ms"])
    told = [(msgspec.to_builtins(about), content) for about, content in parts]
    assert told == [(each["about"], base64.b64decode(each["content"])) for each in found["parts"]]
    for about, message in (
        ("announced", None),
        ("wipe", wipe_message(found["device"], found["wipe"]["order"])),
    ):
        signed = found[about]
        assert message is None or message.decode() == signed["message"]
        assert receipt_verified(signed["server_key"], signed["signature"], signed["message"].encode())
    wipe = found["wipe"]
    assert not receipt_verified(wipe["server_key"], wipe["for_another"], wipe["message"].encode())
    report = found["report"]
    asked = request_message("orders", found["device"], report["body"].encode())
    assert asked.hex() == report["message_hex"]


@pytest.mark.parametrize("cut", [1, 20, 900])
def test_a_sealed_file_that_was_cut_or_changed_is_never_whole(cut: int) -> None:
    found = read("sealed.json")
    server = sealed.SealingKey(base64.b64decode(found["secret"]))
    file = b"".join(base64.b64decode(piece) for piece in found["pieces"])
    changed = bytearray(file)
    changed[-cut] ^= 1
    swapped = [base64.b64decode(found["pieces"][at]) for at in (0, 3, 4, 1, 2)]
    for bad in (file[:-cut], bytes(changed), file + b"x", b"".join(swapped)):
        with pytest.raises(sealed.Unreadable):
            list(server.parts(io.BytesIO(bad))[1])


def test_keys_hand_over_and_receipts_hold_as_the_vectors_say() -> None:
    found = read("handed.json")
    for each in found["followed"]:
        by = msgspec.convert(each["by"], list[Key])
        assert keyring.followed(each["trusted"], by) == each["then"]
    assert hashlib.sha256(found["statement"].encode()).hexdigest().startswith(found["digest"])
    for each in found["receipts"]:
        keys = [Key(id=keyring.key_id(each["public"]), public=each["public"], since_ms=0)]
        checked = report_receipts.check(each["text"], keys)
        assert (checked.fault, msgspec.to_builtins(checked.receipt)) == (None, each["says"])
    for none in found["none"]:
        assert report_receipts.check(none, []).fault == "not-a-receipt"
