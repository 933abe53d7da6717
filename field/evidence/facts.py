"""What a bundle is made of, as plain values: a report with its lines, signatures, photos, surroundings."""

from collections.abc import Mapping
from typing import Any

import msgspec

from field.inspections.checklists import Checklist, Words
from field.recovery.findings import Finding


class LineKept(msgspec.Struct, frozen=True):
    """One line as it arrived, with its receipt. `private` is its opened personal part, as it travelled."""

    device: str
    seq: int
    public: bytes
    private: bytes | None
    hash: str
    id: str | None
    kind: str | None
    record: str | None
    t: int
    received_ms: int
    status: str
    scope: str | None
    n: int | None


class BatchKept(msgspec.Struct, frozen=True):
    """A device's signature over a push: `hashes` are the raw SHA-256 of its lines from `first_seq` on."""

    device: str
    first_seq: int
    signature: str
    hashes: bytes

    @property
    def last_seq(self) -> int:
        """The seq of the last line that was signed."""
        return self.first_seq + len(self.hashes) // 32 - 1

    def covers(self, line: LineKept) -> bool:
        """Whether the signature is over exactly this line."""
        at = (line.seq - self.first_seq) * 32
        return (
            line.device == self.device and at >= 0 and self.hashes[at : at + 32] == bytes.fromhex(line.hash)
        )


class DeviceKept(msgspec.Struct, frozen=True):
    """A device. `public_key` is SPKI DER in base64url; the office has none, for the server signs for it."""

    id: str
    name: str
    public_key: str | None


class PhotoKept(msgspec.Struct, frozen=True):
    """A photo's description. `kept` is the SHA-256 of the bytes here, None while they are awaited."""

    id: str
    values: Mapping[str, Any]
    kept: str | None
    kept_size: int
    received_ms: int | None
    erased: bool = False


class AnswerKept(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it counts. `value` is in clear; `masked` is what is shown of a personal one."""

    question: str
    label: Words
    value: Any
    masked: str | None
    choices: Mapping[str, Words]
    missing: bool


class SectionKept(msgspec.Struct, frozen=True):
    """A part of the checklist with its answers."""

    label: Words
    answers: tuple[AnswerKept, ...]


class WageLineKept(msgspec.Struct, frozen=True):
    """A wage line as it counts: `values` in clear, `masked` what is shown of the personal ones."""

    id: str
    values: Mapping[str, Any]
    masked: Mapping[str, str]
    withdrawn: bool
    disputed: bool


class AuditKept(msgspec.Struct, frozen=True):
    """An entry of the audit trail, byte for byte, with its hash and what it is about."""

    seq: int
    line: bytes
    hash: str
    about: tuple[str, ...]


class ReceiptKept(msgspec.Struct, frozen=True):
    """The receipt that the employer may be handed, and the statement whose hash it bears."""

    text: str
    statement: str


class ReportKept(msgspec.Struct, frozen=True, kw_only=True):
    """One report, with all that a bundle says of it. `values` and `visit` are in clear.

    `questions` names the question of each answer's record. `checklist` is the version by which it was
    captured, None where it is not here.
    """

    id: str
    establishment: Mapping[str, Any]
    visit: Mapping[str, Any]
    visit_id: str
    inspector: str | None
    captured_ms: int
    day: str
    values: Mapping[str, Any]
    masked: Mapping[str, str]
    checklist: Checklist | None
    sections: tuple[SectionKept, ...]
    questions: Mapping[str, str]
    wage_lines: tuple[WageLineKept, ...]
    photos: tuple[PhotoKept, ...]
    lines: tuple[LineKept, ...]
    batches: tuple[BatchKept, ...]
    devices: tuple[DeviceKept, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    audit: tuple[AuditKept, ...] = ()
    receipt: ReceiptKept | None = None
