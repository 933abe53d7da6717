"""The text that a PDF of ours draws, read by its own tables: what a person sees, a test can look for."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_LENGTH = re.compile(rb"/Length (\d+)")
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_SHOWN = re.compile(
    rb"/(f\d+)\s+[\d.]+\s+Tf|\[(.*?)\]\s*TJ|(\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]*>)\s*Tj", re.DOTALL
)
_STRING = re.compile(rb"\(((?:\\.|[^\\()])*)\)|<([0-9A-Fa-f]*)>", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text(pdf: bytes) -> str:
    """All text of a PDF, in the order in which it is drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    drawn = []
    for body in objects.values():
        contents = re.search(rb"/Contents (\d+) 0 R", body)
        resources = re.search(rb"/Resources (\d+) 0 R", body)
        if contents and resources:
            fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", objects[int(resources[1])]))
            tables = {name: _glyphs(objects, int(number)) for name, number in fonts.items()}
            drawn.append(_page(_decoded(objects[int(contents[1])]), tables))
    return "\n".join(drawn)


def _decoded(body: bytes) -> bytes:
    length = _LENGTH.search(body)
    assert length is not None
    # By its length: packed bytes may end as a line does.
    start = body.index(b"stream\n") + len(b"stream\n")
    content = body[start : start + int(length[1])]
    return zlib.decompress(content) if b"FlateDecode" in body[:start] else content


def _glyphs(objects: dict[int, bytes], font: int) -> dict[int, str]:
    named = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert named is not None
    pairs = _MAPPED.findall(_decoded(objects[int(named[1])]))
    return {int(glyph, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for glyph, said in pairs}


def _page(content: bytes, tables: dict[bytes, dict[int, str]]) -> str:
    said, glyphs = [], {}
    for font, several, one in _SHOWN.findall(content):
        if font:
            glyphs = tables[font]
            continue
        for literal, coded in _STRING.findall(several or one):
            raw = bytes.fromhex(coded.decode()) if coded else _ESCAPED.sub(_unescaped, literal)
            said.append(
                "".join(glyphs.get(raw[at] * 256 + raw[at + 1], "") for at in range(0, len(raw) - 1, 2))
            )
    return "".join(said)


def _unescaped(found: "re.Match[bytes]") -> bytes:
    if found[1][:1].isdigit():
        return bytes([int(found[1], 8)])
    return _NAMED.get(found[1], found[1])
