"""Vectors of the server's keys and of reports' receipts: what is signed, and what may be believed."""

from typing import Any

import msgspec

from field.sync import keyring
from field.sync import report_receipts as receipts
from field.sync.report_receipts import LineSaid, ReportReceipt, Statement
from field.sync.signing import ServerKey
from tests.vectors.common import DEVICE, EPOCH, ESTABLISHMENT, INSPECTOR, REPORT, id_of, note

KEYS = [ServerKey(bytes(range(start, start + 32))) for start in range(3)]
RECEIVED_S = 1_790_000_200


def handed() -> dict[str, Any]:
    """Keys that hand over to one another, and a receipt by each."""
    ring = keyring.alone(KEYS[0])
    for number, key in enumerate(KEYS[1:], 1):
        ring = keyring.rotated(ring, key, 1_790_000_100_000 + number)
    ring = keyring.revoked(ring, ring.keys[1].id, 1_790_000_150_000)
    strange = keyring.rotated(keyring.alone(ServerKey(b"s" * 32)), ServerKey(b"t" * 32), 5)
    said = _statement()
    return {
        "note": note(
            """
            `keys` are published as GET /api/keys does; `followed`: what a tablet believes that trusted some
            before. A receipt is 200 characters of base32: 61 bytes and the Ed25519 signature over
            "field-report-1 LF" and these. `digest` is the beginning of the SHA-256 of the statement.
            """
        ),
        "keys": msgspec.to_builtins(ring.keys),
        "followed": [
            {"trusted": list(trusted), "by": msgspec.to_builtins(by), "then": keyring.followed(trusted, by)}
            for trusted, by in (
                ([KEYS[0].public], ring.keys),
                ([KEYS[1].public], ring.keys),
                ([KEYS[2].public], ring.keys),
                ([KEYS[0].public], strange.keys),
                ([KEYS[0].public], (ring.keys[0], ring.keys[2])),
            )
        ],
        "statement": said.text().decode(),
        "digest": said.digest(),
        "receipts": [_receipt(said, number) for number in range(len(KEYS))],
        "none": ["", "A" * 199, "A" * 200, "a" * 200, "0" * 200],
    }


def _statement() -> Statement:
    lines = [
        LineSaid(5, DEVICE, 2, "cd" * 32),
        LineSaid(5, DEVICE, 1, "ab" * 32),
        LineSaid(4, DEVICE, 9, "ef" * 32),
    ]
    return Statement(
        report=REPORT,
        establishment=ESTABLISHMENT,
        registration_no="S-1/204",
        device=DEVICE,
        by=INSPECTOR,
        lines=receipts.ordered(lines),
        photos=((id_of(99), "12" * 32),),
    )


def _receipt(said: Statement, number: int) -> dict[str, Any]:
    key = KEYS[number]
    receipt = ReportReceipt(
        key=keyring.key_id(key.public),
        report=REPORT,
        received_s=RECEIVED_S,
        establishment_part=receipts.part(ESTABLISHMENT),
        device_part=receipts.part(DEVICE),
        epoch_part=receipts.part(EPOCH),
        n=17 + number,
        digest=said.digest(),
    )
    return {"public": key.public, "says": msgspec.to_builtins(receipt), "text": receipts.made(receipt, key)}
