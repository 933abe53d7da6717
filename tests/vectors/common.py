"""What all vectors share: fixed identities and times, so that the same files are made every time."""

from typing import Any

import msgspec

from field.sync import changes
from field.sync.changes import START, Change, Private

DEVICE = "01990000-0000-7000-8000-00000000de01"
OTHER_DEVICE = "01990000-0000-7000-8000-00000000de02"
INSPECTOR = "01990000-0000-7000-8000-000000000a01"
SUPERVISOR = "01990000-0000-7000-8000-000000000a02"
EPOCH = "01990000-0000-7000-8000-0000000e0001"
ANCHOR = "1790000000000.AAECAwQFBgcICQoL"
BOOT = "boot-1"
SALT = "AAECAwQFBgcICQoLDA0ODw"
OTHER_SALT = "EBESExQVFhcYGRobHB0eHw"
FRESH_SALT_BYTES = bytes(range(0x40, 0x50))
WALL_MS = 1_790_000_123_456


def id_of(number: int) -> str:
    """A fixed UUIDv7 for a record or a change."""
    return f"01990000-0000-7000-8000-{number:012d}"


VISIT, REPORT, WAGE_LINE, ESTABLISHMENT = (id_of(number) for number in (11, 12, 13, 14))


def note(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())


def change(number: int, op: str = "set", set: dict[str, Any] | None = None, **members: Any) -> Change:
    """A change as a form makes it, with the time stamped on it. `number` gives its id."""
    stamped = {"anchor": ANCHOR, "elapsed_ms": number, "wall_ms": WALL_MS + number, "boot": BOOT}
    given = {"device": DEVICE, "seq": 1, "prev": START, "by": INSPECTOR, **stamped, **members}
    return Change(id=id_of(number), op=op, set=raw(set or {}), **given)  # type: ignore[arg-type]


def raw(values: dict[str, Any]) -> msgspec.Raw:
    """Values as they stand in a line."""
    return msgspec.Raw(msgspec.json.encode(values))


def line(one: Change, private: Private | None = None) -> str:
    """A change's line as text."""
    return changes.encode(one, private).decode()


def opened(*pairs: tuple[str, str]) -> Private:
    """The private part for some (salt, value)."""
    return {changes.commit(salt, value): (salt, value) for salt, value in pairs}
