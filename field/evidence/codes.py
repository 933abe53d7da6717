"""A receipt as a QR code: 200 characters in alphanumeric mode are version 8 with correction M, 49 x 49."""

import io

import segno

_BORDER = 4


def code(text: str) -> segno.QRCode:
    """The QR code of a text, no smaller than it must be, with error correction M (ISO/IEC 18004)."""
    return segno.make_qr(text, error="m", boost_error=False)


def svg(text: str) -> bytes:
    """The code as an image without a fixed size."""
    out = io.BytesIO()
    code(text).save(
        out, kind="svg", border=_BORDER, omitsize=True, xmldecl=True, svgclass=None, lineclass=None
    )
    return out.getvalue()


def png(text: str, scale: int = 8) -> bytes:
    """The code as a picture; `scale` in pixels of a module."""
    out = io.BytesIO()
    code(text).save(out, kind="png", border=_BORDER, scale=scale)
    return out.getvalue()
