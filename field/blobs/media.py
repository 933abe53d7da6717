"""What bytes are by how they begin, whatever anybody says of them."""

_STARTS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def shown_as(start: bytes) -> str | None:
    """The type as which a browser may show a picture that begins so; None where it must not show it.

    SVG is none of them: it can carry a script.
    """
    for signature, media_type in _STARTS.items():
        if start.startswith(signature):
            return media_type
    return "image/webp" if start[:4] == b"RIFF" and start[8:12] == b"WEBP" else None
