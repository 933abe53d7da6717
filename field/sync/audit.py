"""The audit trail's entries: what is written of an act, how entries are chained, and what a head says. Pure.

An entry is one line of JSON, encoded once, as a change is. It bears its number and the SHA-256 of the line
before it, so that whoever alters, removes or inserts one breaks every hash after it. docs/audit.md.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import msgspec

START = "0" * 64
"""What the first entry names as the hash of the one before."""

ACTS: Mapping[str, str] = {
    "begun": "the trail began",
    "signed-in": "signed in",
    "sign-in-failed": "a wrong login or password",
    "signed-out": "signed out",
    "person-added": "an account was added",
    "posting-changed": "a posting was changed",
    "password-reset": "a password was set anew",
    "device-code": "a code for a tablet was issued",
    "device-enrolled": "a tablet was enrolled",
    "device-revoked": "a tablet was revoked",
    "wipe-ordered": "a tablet was ordered to erase itself",
    "wiped": "a tablet erased itself, as ordered",
    "sealed-brought": "sealed work of a tablet was carried in",
    "pushed": "changes arrived from a tablet",
    "office-wrote": "the office wrote changes",
    "decided": "a conflict was decided",
    "released": "entries in quarantine were released",
    "rejected": "entries in quarantine were rejected",
    "reopened": "a release or a rejection was taken back",
    "undone": "changes were taken back",
    "assigned": "visits were assigned",
    "photo-kept": "a photo's bytes arrived",
    "photo-viewed": "a photo was looked at",
    "photos-again": "photos in quarantine were to be opened anew",
    "report-viewed": "a report was opened",
    "exported": "evidence or a list was exported",
    "imported": "a file was imported",
    "statute": "rows of the law were put in force",
    "checklist": "a version of a checklist was put in force",
    "flag-rules": "rules of flagging were put in force",
    "settled": "an establishment's district was settled",
    "lead-step": "a lead went a step further",
    "hold-placed": "a legal hold was placed",
    "hold-lifted": "a legal hold was lifted",
    "retention": "periods of retention were set, or carried out",
    "erased": "something was erased",
    "key": "a key of the server was made or changed",
    "key-revoked": "a key of the server was revoked",
    "head-signed": "a day's head was signed",
    "head-written": "a day's head was written to its place",
    "epoch-begun": "a new life of the database began, after a restore",
    "backed-up": "a backup was made and verified",
    "testified": "a tablet told what a restored database may lack",
}
"""Every act there is, in words. A code is for ever."""

_CODE = re.compile(r"[A-Za-z0-9_.:/@+=-]{0,200}")
_CNIC = re.compile(r"\d{5}-?\d{7}-?\d")
"""Looked for alone: 13 digits in a row stand in many a hash."""

Fact = str | int | bool | list[str] | None


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sealed entry, in the order in which its line is encoded.

    `by` is a person's id, or a command with the user of the system who typed it. `about`: ids of records,
    people, devices or what else the act concerned. `at_ms`: when it was done, `sealed_ms` when it got its
    number.
    """

    seq: int
    prev: str
    at_ms: int
    sealed_ms: int
    act: str
    by: str | None = None
    device: str | None = None
    district: str | None = None
    about: list[str] = []
    facts: dict[str, Any] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An act as it is noted with it, before it has a number."""

    act: str
    at_ms: int
    by: str | None = None
    device: str | None = None
    district: str | None = None
    about: list[str] = []
    facts: dict[str, Any] = {}


class Sealed(msgspec.Struct, frozen=True):
    """An entry with the line that says so, and that line's hash."""

    entry: Entry
    line: bytes
    hash: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)
_note_decoder = msgspec.json.Decoder(Note)


def noted(body: bytes) -> Note:
    """A note as it was written. Raises msgspec.DecodeError."""
    return _note_decoder.decode(body)


def body(note: Note) -> bytes:
    """A note, encoded."""
    return _encoder.encode(note)


def fact(value: Fact) -> Fact:
    """A value as an entry may hold it: numbers, ids, hashes and codes.

    Any other text, as a reason in somebody's words, might name a person: in its place stands its SHA-256, by
    which the words can be recognised where they are kept.
    """
    if isinstance(value, list):
        return [str(fact(each)) for each in value]
    if isinstance(value, str) and (not _CODE.fullmatch(value) or _CNIC.fullmatch(value)):
        return words_hash(value)
    return value


def words_hash(text: str) -> str:
    """What stands in an entry in place of somebody's words."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def seal(notes: Iterable[Note], seq: int, head: str, now_ms: int) -> list[Sealed]:
    """Number and chain notes in their order, after the entry `seq` whose hash is `head`."""
    sealed = []
    for note in notes:
        seq += 1
        values = {name: getattr(note, name) for name in note.__struct_fields__}
        entry = Entry(seq=seq, prev=head, sealed_ms=now_ms, **values)
        line = _encoder.encode(entry)
        head = digest(line)
        sealed.append(Sealed(entry, line, head))
    return sealed


def digest(line: bytes) -> str:
    """The hash of an entry: SHA-256 of its line, in hex."""
    return hashlib.sha256(line).hexdigest()


def read(line: bytes) -> Entry:
    """The entry that a line holds. Raises msgspec.DecodeError."""
    return _decoder.decode(line)


class Arrived(msgspec.Struct, frozen=True):
    """A line of a device's as the trail looks at it. `op` is known of the office's own lines alone."""

    device: str
    seq: int
    hash: str
    by: str | None
    kind: str | None
    record: str | None
    received_ms: int
    district: str | None = None
    office: bool = False
    op: str | None = None


_OFFICE_ACTS: Mapping[tuple[str | None, str | None], str] = {
    ("conflict", "decide"): "decided",
    ("visit", "create"): "assigned",
    ("visit", "set"): "assigned",
    ("lead", "set"): "lead-step",
    ("checklist", "create"): "checklist",
}
"""What the office's changes are called, by kind and op."""

_OFFICE_OPS: Mapping[str | None, str] = {
    "decide": "decided",
    "release": "released",
    "reject": "rejected",
    "reopen": "reopened",
    "undo": "undone",
}
"""What they are called by their op alone, whatever they are about; the rest is `office-wrote`."""

RECORDS_MAX = 200
"""So many records are named by an entry of the office; which others it covers, the change log tells."""


def pushed(lines: Iterable[Arrived]) -> list[Note]:
    """What arrived, as notes: consecutive lines of one person are one, at the office of one sort of change.

    `lines` are ordered by device and seq, without gaps within a device. A note's facts `first`, `last`,
    `head` and `lines` are the range, the hash of its last line, and the SHA-256 of all their hashes (32 bytes
    each): whoever alters, removes or adds a line of the range contradicts the entry.
    """
    return [_run(list(run)) for _, run in groupby(lines, key=_sort_of)]


def _sort_of(line: Arrived) -> tuple[str | None, ...]:
    at_office = (line.kind, line.op) if line.office else ()
    return (line.device, line.by, *at_office)


def _run(run: list[Arrived]) -> Note:
    first, last = run[0], run[-1]
    facts: dict[str, Any] = {
        "first": first.seq,
        "last": last.seq,
        "head": last.hash,
        "lines": lines_digest(line.hash for line in run),
    }
    act, about = "pushed", []
    if first.office:
        act = _OFFICE_ACTS.get((first.kind, first.op)) or _OFFICE_OPS.get(first.op, "office-wrote")
        facts |= {"kind": first.kind or "", "op": first.op or ""}
        records = dict.fromkeys(line.record for line in run if line.record)
        about = list(records)[:RECORDS_MAX] if first.by else []
    return Note(
        act=act,
        at_ms=last.received_ms,
        by=first.by,
        device=first.device,
        district=first.district,
        about=about,
        facts={name: fact(value) for name, value in facts.items()},
    )


def lines_digest(hashes: Iterable[str]) -> str:
    """SHA-256 over hashes of lines, each as its 32 bytes."""
    whole = hashlib.sha256()
    for each in hashes:
        whole.update(bytes.fromhex(each))
    return whole.hexdigest()


def covered(entry: Entry) -> tuple[str, int, int] | None:
    """The device, first and last line that an entry speaks of, where it speaks of lines."""
    first, last = entry.facts.get("first"), entry.facts.get("last")
    if entry.device is None or not isinstance(first, int) or not isinstance(last, int):
        return None
    return entry.device, first, last
