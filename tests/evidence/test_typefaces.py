"""The typefaces of documents are those of the pages, taken out of what browsers get."""

import struct
import zlib

import pytest

from field.evidence import typesetting
from hatch_build import unpacked

TABLES = {b"cmap": b"few", b"glyf": b"many letters " * 40, b"head": b"\1\2\3\4"}


def packed() -> bytes:
    """A WOFF 1.0 file with some tables; those that get smaller are packed."""
    directory, body = b"", b""
    start = 44 + 20 * len(TABLES)
    for tag, table in TABLES.items():
        small = min(zlib.compress(table), table, key=len)
        directory += struct.pack(">4sIIII", tag, start + len(body), len(small), len(table), 7)
        body += small + bytes(-len(small) % 4)
    head = struct.pack(">4s4sIHHIHHIIIII", b"wOFF", b"\0\1\0\0", 0, len(TABLES), 0, 0, 1, 0, 0, 0, 0, 0, 0)
    return head + directory + body


def test_a_packed_typeface_is_the_one_that_it_was() -> None:
    font = unpacked(packed())
    assert font[:4] == b"\0\1\0\0"
    count, search_range, selector, shift = struct.unpack(">HHHH", font[4:12])
    assert (count, search_range, selector, shift) == (3, 32, 1, 16)
    found = {}
    for at in range(12, 12 + 16 * count, 16):
        tag, checksum, start, size = struct.unpack(">4sIII", font[at : at + 16])
        assert (checksum, start % 4) == (7, 0)
        found[tag] = font[start : start + size]
    assert found == TABLES


def test_what_is_no_packed_typeface_is_refused() -> None:
    with pytest.raises(ValueError, match="no WOFF"):
        unpacked(b"wOF2" + bytes(60))


def test_documents_have_a_typeface_for_each_language() -> None:
    families = typesetting._fonts().families()
    assert {"IBM Plex Sans", "Noto Nastaliq Urdu"} <= set(families)
