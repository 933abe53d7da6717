"""Unsent work, sealed to the server's key: a file that anybody may carry, and only the server can open.

ECDH over P-256 with a key made for the one file, HKDF-SHA256, and AES-256-GCM for each part, all of which
WebCrypto can do. docs/protocol.md, "Sealed work", gives every byte; tests/vectors/sealed.json holds both
languages to it. Nothing here draws a number: the key made for the file is passed in.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Annotated, BinaryIO, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from field.sync.signing import b64, unb64

MAGIC = b"FIELD-SEALED-1\n"
INFO = b"field-sealed-1"
DERIVED = b"field: the key that unsent work is sealed to, 1"
HEAD_BYTES_MAX = 1000
PART_BYTES_MAX = 128 * 1024 * 1024
"""What one part may hold: a photo, or some lines."""

RANDOM_BYTES = 48
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LENGTH_BYTES = 4
_TAG_BYTES = 16


class Unreadable(Exception):  # noqa: N818 - what the file is
    """A file, or its rest, that cannot be opened: `code` is foreign, other-key, damaged or cut-off."""

    def __init__(self, code: Literal["foreign", "other-key", "damaged", "cut-off"], detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Head(msgspec.Struct, frozen=True):
    """What a sealed file says openly: whose it is, when it was made, by which keys it is sealed."""

    device: str
    made_ms: int
    key: str
    ephemeral: str


class Lines(msgspec.Struct, frozen=True, tag="lines", tag_field="part"):
    """Lines as in a push, which follow; `signature` is that of a push of them."""

    first: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    signature: str


class Picture(msgspec.Struct, frozen=True, tag="photo", tag_field="part"):
    """A photo, whose bytes follow; `signature` is that of the claim by which its upload would begin."""

    photo: str
    sha256: str
    size: int
    signature: str


Part = tuple[Lines | Picture, bytes]
_head = msgspec.json.Decoder(Head)
_about: msgspec.json.Decoder[Lines | Picture] = msgspec.json.Decoder(Lines | Picture)


class SealingKey:
    """The server's private key for sealed work, derived from the secret that seals personal values.

    So there is no second file to be lost: who can read the personal values of a backup can open these.
    """

    def __init__(self, secret: bytes) -> None:
        self._private = key_from(HKDF(SHA256(), RANDOM_BYTES, None, DERIVED).derive(secret))

    @property
    def public(self) -> str:
        """The public half: an uncompressed point, 65 bytes, in base64url."""
        return b64(point_of(self._private))

    def parts(self, file: BinaryIO) -> tuple[Head, Iterator[Part]]:
        """The head of a sealed file, and its parts as far as they can be opened.

        Raises Unreadable at once for what is no such file or is sealed to another key, and in the middle of
        the parts where the rest is damaged or cut off.
        """
        head, salt = read_head(file)
        if head.key != key_id(self.public):
            raise Unreadable("other-key", "The file was sealed for another server, or for an earlier one.")
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(head.ephemeral))
        except ValueError as error:
            raise Unreadable("damaged", "The beginning of the file is damaged.") from error
        cipher = _cipher(self._private.exchange(ec.ECDH(), theirs), salt)
        return head, _opened(file, cipher)


def key_from(random: bytes) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from `RANDOM_BYTES` random bytes.

    They are 128 bits more than the order has: no scalar is likelier than another (FIPS 186-5, A.2.1).
    """
    number = int.from_bytes(random, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def sealing_message(public: str) -> bytes:
    """What the server signs, so that a tablet takes no other key for the one to seal to."""
    return f"field-sealing-1\n{public}\n".encode()


def key_id(public: str) -> str:
    """How a file names the key that it is sealed to: SHA-256 of the point, in hex."""
    return hashlib.sha256(unb64(public)).hexdigest()


def point_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key as an uncompressed point (SEC 1, 2.3.3), 65 bytes."""
    form = serialization.PublicFormat.UncompressedPoint
    return private.public_key().public_bytes(serialization.Encoding.X962, form)


def seal(
    public: str, once: ec.EllipticCurvePrivateKey, device: str, made_ms: int, parts: Sequence[Part]
) -> Iterator[bytes]:
    """The bytes of a sealed file, piece by piece. `once` is a key of which nothing is kept.

    Raises ValueError where `public` is no point, or there is no part.
    """
    if not parts:
        raise ValueError("there is nothing to seal")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public))
    head = msgspec.json.encode(Head(device, made_ms, key_id(public), b64(point_of(once)))) + b"\n"
    cipher = _cipher(once.exchange(ec.ECDH(), theirs), hashlib.sha256(MAGIC + head).digest())
    yield MAGIC + head
    for number, (about, content) in enumerate(parts):
        clear = msgspec.json.encode(about) + b"\n" + content
        sealed = cipher.encrypt(_nonce(number, last=number == len(parts) - 1), clear, None)
        yield len(sealed).to_bytes(_LENGTH_BYTES, "big")
        yield sealed


def read_head(file: BinaryIO) -> tuple[Head, bytes]:
    """What a file says openly, and the SHA-256 of that. Raises Unreadable."""
    magic = file.read(len(MAGIC))
    line = file.readline(HEAD_BYTES_MAX)
    if magic != MAGIC:
        raise Unreadable("foreign", "This is no sealed work of a tablet of Field.")
    try:
        return _head.decode(line), hashlib.sha256(magic + line).digest()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable("damaged", "The beginning of the file is damaged.") from error


def _cipher(shared: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, INFO).derive(shared))


def _nonce(number: int, *, last: bool) -> bytes:
    """12 bytes: the part's number, and whether it is the last: nothing can be left out or cut off unseen."""
    return number.to_bytes(11, "big") + bytes([last])


def _opened(file: BinaryIO, cipher: AESGCM) -> Iterator[Part]:
    number, last = 0, False
    while not last:
        length = int.from_bytes(_read(file, _LENGTH_BYTES), "big")
        if not _TAG_BYTES < length <= PART_BYTES_MAX:
            raise Unreadable("damaged", "A part of the file is damaged.")
        sealed = _read(file, length)
        clear, last = _clear(cipher, number, sealed)
        first, _, content = clear.partition(b"\n")
        try:
            about = _about.decode(first)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable("damaged", "A part of the file cannot be read.") from error
        yield about, content
        number += 1
    if file.read(1):
        raise Unreadable("damaged", "Something was added to the end of the file.")


def _clear(cipher: AESGCM, number: int, sealed: bytes) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(number, last=last), sealed, None), last
        except InvalidTag:
            continue
    raise Unreadable("damaged", "A part of the file was changed, or is damaged.")


def _read(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise Unreadable("cut-off", "The file is not whole: its end is missing.")
    return found
