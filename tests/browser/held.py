"""What the server holds, to be laid beside what was typed: by its database, and by its API."""

import struct
import zlib
from hashlib import sha256
from typing import Any

from field.sync.merge import Record
from tests.browser.office import Office


def opened(record: Record) -> dict[str, Any]:
    """A record's values with the personal ones in clear; without what nobody answered."""
    values = {name: value for name, value in record.values.items() if value is not None}
    for name, value in values.items():
        if isinstance(value, str) and value in record.private:
            values[name] = record.private[value][1]
    return values


def of_visit(office: Office, visit: str) -> dict[str, list[Record]]:
    """All that hangs on a visit in the database, by kind, in the order of the ids."""
    found: dict[str, list[Record]] = {}
    for id, record in sorted(office.stored(visit, by_root=True).items()):
        found.setdefault(record.kind, []).append(record)
        assert id == record.id
    return found


def by_api(office: Office, record: str) -> dict[str, Any]:
    """One record as the office's page gets it."""
    shown: dict[str, Any] = office.desk("supervisor").get(f"/api/records/{record}")
    return shown


def picture(colour: int) -> dict[str, Any]:
    """A small photo, as the camera hands it over. Another colour is another photo."""

    def part(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    size = 48
    lines = b"".join(b"\0" + bytes([colour, x * 5 % 256, 90]) * size for x in range(size))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    body = part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")
    return {"name": "register.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + body}


def described(photo: dict[str, Any]) -> dict[str, Any]:
    """What the server must know of a photo."""
    content: bytes = photo["buffer"]
    return {"sha256": sha256(content).hexdigest(), "size": len(content), "media_type": photo["mimeType"]}
