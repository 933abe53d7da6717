"""Bodies: unpacking what came compressed, within a bound, and compressing what goes out."""

import zlib
from typing import Any

import zstandard

from field.problems import Problem

BODY_BYTES_MAX = 8 * 1024 * 1024
WORTH_COMPRESSING = 1024
_GZIP = 16 + zlib.MAX_WBITS
_ZSTD_LEVEL = 1
_GZIP_LEVEL = 1


def unpack(body: bytes, encoding: str | None) -> bytes:
    """The body without its Content-Encoding (gzip or zstd).

    Never makes more than `BODY_BYTES_MAX` + 1 bytes, whatever was sent. Raises Problem too-large,
    unknown-format, unreadable-body.
    """
    if encoding in (None, "", "identity"):
        plain = body
    elif encoding == "gzip":
        plain = _gunzip(body)
    elif encoding == "zstd":
        plain = _unzstd(body)
    else:
        raise Problem("unknown-format", f"Content-Encoding {encoding!r} is not understood; use gzip or zstd.")
    if len(plain) > BODY_BYTES_MAX:
        raise Problem(
            "too-large", f"Unpacked, the body has more than {BODY_BYTES_MAX} bytes. Send smaller parts."
        )
    return plain


def _gunzip(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, BODY_BYTES_MAX + 1)
    except zlib.error as error:
        raise Problem("unreadable-body", f"The body is no gzip: {error}.") from error
    if len(plain) <= BODY_BYTES_MAX and not unpacker.eof:
        raise Problem("unreadable-body", "The compressed body ends in the middle.")
    return plain


def _unzstd(body: bytes) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=BODY_BYTES_MAX).stream_reader(body) as reader:
            return reader.read(BODY_BYTES_MAX + 1)
    except zstandard.ZstdError as error:
        raise Problem("unreadable-body", f"The body is no zstd: {error}.") from error


def pack(body: bytes, accepted: str) -> tuple[bytes, dict[str, str]]:
    """The body in the best encoding that the client accepts, and the headers that say so."""
    headers: dict[str, str] = {"Vary": "Accept-Encoding"}
    if len(body) < WORTH_COMPRESSING:
        return body, headers
    if "zstd" in accepted:
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body), {
            **headers,
            "Content-Encoding": "zstd",
        }
    if "gzip" in accepted:
        packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP)
        return packer.compress(body) + packer.flush(), {**headers, "Content-Encoding": "gzip"}
    return body, headers


def header(headers: Any, name: str) -> str:
    """A header that must be there. Raises Problem bad-request."""
    value = headers.get(name.lower())
    if not value:
        raise Problem("bad-request", f"The header {name} is missing.")
    return str(value)
