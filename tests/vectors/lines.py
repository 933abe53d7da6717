"""Vectors of what travels up: lines, their chain and signatures, commitments."""

import hashlib
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from field.sync import changes
from field.sync.changes import Change, Private, commit
from field.sync.signing import DeviceKey, ServerKey, b64, push_message, request_message
from field.tablet.database import Database
from field.tablet.outbox import Outbox
from tests.vectors.common import (
    DEVICE,
    EPOCH,
    ESTABLISHMENT,
    OTHER_SALT,
    REPORT,
    SALT,
    SUPERVISOR,
    VISIT,
    WAGE_LINE,
    change,
    id_of,
    note,
    opened,
)

WORDS = 'دکان بند تھی، "کل" آئیں\\\n\tدوسری سطر\r\u0000\u0007\u001b\u007f\u2028 ½ 👷🏽‍♀️'
"""Urdu, quotes, a backslash, control characters, a line separator, characters beyond the first plane."""

PERSONAL = opened((SALT, "Worker 7"), (SALT, "42101-1234567-1"))


def _cases() -> list[tuple[str, Change, Private | None]]:
    name, cnic = PERSONAL
    created = {"report": REPORT, "month": "2026-08", "wage_rs": 32000, "worker_name": name, "cnic": cnic}
    report = {"kind": "report", "record": REPORT}
    visit = {"kind": "visit", "record": VISIT}
    wage_line = {"kind": "wage_line", "record": WAGE_LINE}
    establishment = {"kind": "establishment", "record": ESTABLISHMENT}
    place = {"lat": 24.860735, "lon": 67.0, "accuracy_m": 1e-07}
    return [
        ("words in Urdu, quotes and control characters", change(101, set={"notes": WORDS}, **visit), None),
        ("personal values beside the line", change(102, "create", created, **wage_line), PERSONAL),
        (
            "personal values in Urdu",
            change(103, set={"person_met": commit(SALT, "محنت کش ۷")}, **report),
            opened((SALT, "محنت کش ۷")),
        ),
        ("a position: floats", change(104, set={"place": place}, **report), None),
        (
            "floats that are written alike everywhere",
            change(
                105, set={"location": {"lat": 24.860735, "lon": 67.25, "accuracy_m": 4.5}}, **establishment
            ),
            None,
        ),
        (
            "great numbers",
            change(106, set={"wage_rs": 1_000_000_000}, **wage_line, **_times(10**13, 2**53 - 1)),
            None,
        ),
        (
            "lists without elements, and what is unknown",
            change(107, set={"records_produced": [], "remarks": None, "records_refused": False}, **report),
            None,
        ),
        (
            "a part of a group",
            change(
                108, "create", {"visit": VISIT, "months_checked": ["2026-08"]}, **report, **_group(8, 7, 18)
            ),
            None,
        ),
        (
            "what the form showed and what it replaces",
            change(
                109,
                set={"status": "done", "minutes_on_site": 45},
                was={"status": "started", "minutes_on_site": 30},
                over={"status": [id_of(1), id_of(2)], "minutes_on_site": [id_of(3)]},
                base=(EPOCH, 17),
                **visit,
            ),
            None,
        ),
        (
            "nested values",
            change(
                110,
                set={"headcount": {"men": 7, "women": 5, "total": 12}},
                was={"headcount": {"men": 7, "women": 0, "total": 7}},
                **report,
            ),
            None,
        ),
        (
            "a withdrawal",
            change(
                111,
                "withdraw",
                {"withdrawn": {"reason": "Counted twice.", "seen": [id_of(1), id_of(2)]}},
                **wage_line,
            ),
            None,
        ),
        (
            "taken back",
            change(112, "restore", {"withdrawn": None}, over={"withdrawn": [id_of(111)]}, **wage_line),
            None,
        ),
        (
            "a decision",
            change(
                113,
                "decide",
                {"wage_rs": 37000},
                by=SUPERVISOR,
                over={"wage_rs": [id_of(5), id_of(6)]},
                reason="The register says so.",
                **wage_line,
            ),
            None,
        ),
        ("nothing set", change(114, set={}, **visit), None),
        (
            "a loss declared",
            Change(
                id=id_of(115), device=DEVICE, seq=4, prev="ab" * 32, op="lost", lost="cd" * 32, reason="Gone."
            ),
            None,
        ),
    ]


def _times(elapsed_ms: int, wall_ms: int) -> dict[str, int]:
    return {"elapsed_ms": elapsed_ms, "wall_ms": wall_ms}


def _group(seq: int, first: int, last: int) -> dict[str, int]:
    return {"seq": seq, "first": first, "last": last}


def envelopes() -> dict[str, Any]:
    """Changes and their lines."""
    return {
        "note": note(
            """
            `change` has the members (in the order of the alphabet), `public` and `private_text` are the
            exact text (UTF-8) that field.sync.changes.encode makes of them, `line` both with a TAB
            between. A device's bytes are its own encoding: only the reading must agree. Where
            `same_in_javascript`, JSON.stringify of the members in the order of `order`, without those
            that say nothing, makes the same bytes; elsewhere it writes a number otherwise (67 for 67.0).
            """
        ),
        "order": [name for name in Change.__struct_fields__ if name != "more"],
        "cases": [_envelope(*case) for case in _cases()],
    }


def _envelope(name: str, one: Change, private: Private | None) -> dict[str, Any]:
    encoded = changes.encode(one, private)
    public, _, rest = encoded.partition(b"\t")
    members = {key: value for key, value in sorted(changes.compact(one).items()) if key != "set"}
    members["set"] = msgspec.json.decode(one.set)
    return {
        "name": name,
        "change": dict(sorted(members.items())),
        "private": private,
        "public": public.decode(),
        "private_text": rest.decode() if private else None,
        "line": encoded.decode(),
        "sha256": hashlib.sha256(public).hexdigest(),
        "same_in_javascript": not any(_written_otherwise(value) for value in _numbers(members)),
    }


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    if isinstance(value, list | tuple):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, float) else []


def _written_otherwise(number: float) -> bool:
    return number.is_integer() or not 1e-6 <= abs(number) < 1e16


class FixedKey(DeviceKey):
    """A device key that everybody knows, whose signatures are the same every time (RFC 6979)."""

    def sign(self, message: bytes) -> str:
        """The signature over `message`."""
        how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._private.sign(message, how))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


KEY = FixedKey(ec.derive_private_key(0x0F1E1D, ec.SECP256R1()))
OTHER_KEY = FixedKey(ec.derive_private_key(0x0F1E1E, ec.SECP256R1()))
SERVER = ServerKey(bytes(range(32)))
OTHER_SERVER = ServerKey(bytes(range(1, 33)))


def chain() -> dict[str, Any]:
    """The lines of a tablet in a row, one of them lost, and all that is signed."""
    lines = _chained()
    message = push_message(DEVICE, 1, changes.hashes(one.encode() for one in lines))
    return {
        "note": note(
            """
            `hash` is SHA-256 of a line's public bytes; `next_prev` what the next line has as `prev`: the
            hash, or for a line of op `lost` the one that it declares. Keys are SPKI DER (P-256) and raw
            (Ed25519), signatures raw (r||s; 64 bytes), all base64url without padding.
            """
        ),
        "device": DEVICE,
        "first_seq": 1,
        "lines": [_link(one, seq) for seq, one in enumerate(lines, 1)],
        "body": "".join(f"{one}\n" for one in lines),
        "public_key": KEY.public,
        "push": _signed(message) | {"hashes_hex": changes.hashes(one.encode() for one in lines).hex()},
        "requests": [
            {"purpose": purpose, "body": body} | _signed(request_message(purpose, DEVICE, body.encode()))
            for purpose, body in (
                ("pull", '{"cursors":{"own/x":["e",17]},"open":[42],"limit":1000}'),
                ("sign-in", f'{{"login":"inspector-7","password":"گلاب","device":"{DEVICE}"}}'),
            )
        ],
        "receipts": _receipts(),
    }


def _chained() -> list[str]:
    visit = {"kind": "visit", "record": VISIT}
    database = Database(":memory:")
    try:
        outbox = Outbox(database, lambda: id_of(250))
        outbox.begin(DEVICE)
        outbox.append([(change(201, set={"status": "started"}, was={"status": "planned"}, **visit), {})])
        outbox.append([(change(202, set={"notes": WORDS}, **visit), {})])
        outbox.append(
            [
                (change(203, "create", {"visit": VISIT}, kind="report", record=REPORT), {}),
                (_case("personal values beside the line"), PERSONAL),
            ]
        )
        outbox.append([(change(205, set={"status": "done"}, was={"status": "started"}, **visit), {})])
        database.run("UPDATE lines SET line = ? WHERE seq = 2", b"{torn")
        return [raw.decode() for raw in outbox.batch(500, 10**6).lines]
    finally:
        database.close()


def _case(name: str) -> Change:
    return next(one for found, one, _ in _cases() if found == name)


def _link(text: str, seq: int) -> dict[str, Any]:
    read = changes.read_line(text.encode(), seq)
    assert read.change is not None
    return {
        "seq": seq,
        "line": text,
        "prev": read.change.prev,
        "hash": read.hash,
        "next_prev": read.change.lost or read.hash,
    }


def _signed(message: bytes) -> dict[str, Any]:
    """A message, and signatures over it that hold and that do not."""
    signature = KEY.sign(message)
    return {
        "message_hex": message.hex(),
        "signatures": [
            {"signature": signature, "valid": True},
            {"signature": _altered(signature), "valid": False, "why": "one bit differs"},
            {"signature": OTHER_KEY.sign(message), "valid": False, "why": "another tablet's"},
            {"signature": KEY.sign(message + b"x"), "valid": False, "why": "over something else"},
            {"signature": signature[:-2], "valid": False, "why": "cut off"},
            {"signature": "", "valid": False, "why": "none"},
        ],
    }


def _receipts() -> list[dict[str, Any]]:
    body = (
        '{"acknowledged":2,"chain":"' + "ab" * 32 + f'","epoch":"{EPOCH}","anchor":"1790000000000.x",'
        '"answers":[{"seq":2,"status":"quarantined","code":"bad-value","detail":"محنت"}]}'
    )
    signature, key = SERVER.sign(body.encode()), SERVER.public
    cases = [
        (key, body, signature, True, "the server's"),
        (key, body.replace('"acknowledged":2', '"acknowledged":3'), signature, False, "the body differs"),
        (key, body, _altered(signature), False, "one bit differs"),
        (OTHER_SERVER.public, body, signature, False, "another server's"),
        (key, body, "", False, "none"),
    ]
    names = ("server_key", "body", "signature", "valid", "why")
    return [dict(zip(names, case, strict=True)) for case in cases]


def _altered(signature: str) -> str:
    return ("B" if signature[0] == "A" else "A") + signature[1:]


def commitments() -> dict[str, Any]:
    """Salts and values, and what commits to them."""
    values = [
        "Worker 7",
        "42101-1234567-1",
        "محنت کش ۷",
        "",
        " two  spaces ",
        "a\u0000b",
        "👷🏽‍♀️",
        "é",
        "e\u0301",
    ]
    return {
        "note": "base64url without padding of SHA-256 of the UTF-8 bytes of salt, NUL, value: 43 characters.",
        "cases": [
            {"salt": salt, "value": value, "commitment": commit(salt, value)}
            for value in values
            for salt in (SALT, OTHER_SALT)
        ],
    }
