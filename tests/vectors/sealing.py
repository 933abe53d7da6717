"""Vectors of sealed work, of the order to wipe, and of what a wiped tablet signs."""

import base64
import hashlib
from typing import Any

from cryptography.hazmat.primitives import serialization

from field.sync import sealed
from field.sync.orders import wipe_message
from field.sync.sealed import Lines, Picture
from field.sync.signing import ServerKey, request_message
from tests.vectors.common import DEVICE, OTHER_DEVICE, id_of, note

SECRET = bytes(range(32))
ONCE = bytes(range(100, 148))
SERVER = ServerKey(bytes(range(32, 64)))
PICTURE = bytes(range(256)) * 3


def sealing() -> dict[str, Any]:
    """A file of two parts, made by a key that is told, with everything on the way to its bytes."""
    key, once = sealed.SealingKey(SECRET), sealed.key_from(ONCE)
    lines = '{"seq":41}\n{"seq":42}\t{"محنت":1}\n'.encode()
    about = Picture(id_of(21), hashlib.sha256(PICTURE).hexdigest(), len(PICTURE), "B" * 86)
    parts: list[sealed.Part] = [(Lines(41, "A" * 86), lines), (about, PICTURE)]
    pieces = list(sealed.seal(key.public, once, DEVICE, 1_790_000_000_000, parts))
    private = once.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    message = wipe_message(DEVICE, id_of(31))
    report = f'{{"state":"wiped","order":"{id_of(31)}","handed_in":3}}'
    return {
        "note": note(
            """A file is the pieces one after the other: the head, then of each part its length and the part.
            `once_pkcs8` is the key made for this one file, which serves no other; all bytes base64."""
        ),
        "secret": _b64(SECRET),
        "sealing_key": key.public,
        "key_id": sealed.key_id(key.public),
        "once_pkcs8": _b64(private),
        "once_public": _b64(sealed.point_of(once)),
        "device": DEVICE,
        "made_ms": 1_790_000_000_000,
        "parts": [
            {"about": {"part": "lines", "first": 41, "signature": "A" * 86}, "content": _b64(lines)},
            {
                "about": {
                    "part": "photo",
                    "photo": about.photo,
                    "sha256": about.sha256,
                    "size": about.size,
                    "signature": about.signature,
                },
                "content": _b64(PICTURE),
            },
        ],
        "pieces": [_b64(piece) for piece in pieces],
        "announced": {
            "message": sealed.sealing_message(key.public).decode(),
            "server_key": SERVER.public,
            "signature": SERVER.sign(sealed.sealing_message(key.public)),
        },
        "wipe": {
            "device": DEVICE,
            "order": id_of(31),
            "message": message.decode(),
            "server_key": SERVER.public,
            "signature": SERVER.sign(message),
            "for_another": SERVER.sign(wipe_message(OTHER_DEVICE, id_of(31))),
        },
        "report": {"body": report, "message_hex": request_message("orders", DEVICE, report.encode()).hex()},
    }


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
