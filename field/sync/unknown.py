"""What a newer app says and this server does not know yet: kept and given back, within bounds. Pure.

An unknown field of a record is kept under its name as one of the rule `latest`, with all its live writes, and
stands in the row: so whoever knows it gets it, and a later server finds the writes as if it had known the
field all the time. An unknown member of a change stands in the line, which is never altered.
"""

import re
from collections.abc import Container
from typing import Any

import msgspec

from field.sync.kinds import Kind

REMARK = "newer-app"
"""The remark on an entry that says something which this server does not know."""

FIELDS_MAX = 20
FIELD_BYTES_MAX = 4096
MEMBERS_MAX = 10
MEMBERS_BYTES_MAX = 8192
DEPTH_MAX = 6
NUMBER_MAX = 2**53

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])

Members = dict[str, msgspec.Raw]


def parted(raw: bytes | msgspec.Raw, known: Container[str]) -> tuple[Members, Members]:
    """An object's members that are known, and those that are not. Raises msgspec.DecodeError."""
    every = _members.decode(raw)
    mine = {name: value for name, value in every.items() if name in known}
    return mine, {name: value for name, value in every.items() if name not in known}


def read(kind: Kind, raw: bytes | msgspec.Raw) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The validated values of a kind in `raw`, with unknown ones as they are; and the names of these.

    Raises msgspec.DecodeError as `Kind.read` does, and for what cannot be kept: too much, or too deep.
    """
    mine, others = parted(raw, kind.fields)
    if not others:
        return kind.read(raw), ()
    if len(others) > FIELDS_MAX:
        raise msgspec.ValidationError(f"{len(others)} unknown fields are more than {FIELDS_MAX}")
    values = kind.read(msgspec.json.encode(mine))
    for name, value in others.items():
        values[name] = _plain(name, value, FIELD_BYTES_MAX)
    return values, tuple(sorted(others))


def members(others: Members) -> dict[str, Any]:
    """The unknown members of a change, as plain values. Raises msgspec.ValidationError as `read` does."""
    if len(others) > MEMBERS_MAX:
        raise msgspec.ValidationError(f"{len(others)} unknown members are more than {MEMBERS_MAX}")
    return {name: _plain(name, value, MEMBERS_BYTES_MAX // MEMBERS_MAX) for name, value in others.items()}


def _plain(name: str, raw: msgspec.Raw, bytes_max: int) -> Any:
    if not _NAME.fullmatch(name):
        raise msgspec.ValidationError(f"Object contains unknown field `{name[:60]}`, which is no name of one")
    if len(bytes(raw)) > bytes_max:
        raise msgspec.ValidationError(f"Unknown field of more than {bytes_max} bytes - at `$.{name}`")
    value = msgspec.json.decode(raw)
    if not _bounded(value, DEPTH_MAX):
        raise msgspec.ValidationError(f"Unknown field with a value that cannot be kept - at `$.{name}`")
    return value


def _bounded(value: Any, depth: int) -> bool:
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(_bounded(each, depth - 1) for each in parts)
    return not isinstance(value, int) or abs(value) <= NUMBER_MAX
