"""A bundle is written while it is read: no more of it is held than the piece under way."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest

from field.evidence.archive import MANIFEST, SIGNATURE, File, of_bytes, stream

PIECE = bytes(1 << 18)
PHOTO_BYTES = 20 * len(PIECE)


def test_two_hundred_photos_take_no_more_memory_than_one() -> None:
    photos = (
        File(f"photos/{n}.jpg", PHOTO_BYTES, (PIECE for _ in range(20)), packed=False) for n in range(200)
    )
    size, manifests = 0, []
    tracemalloc.start()
    for piece in stream(photos, lambda content: b"s" * 64, manifests.append):
        size += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 200 * PHOTO_BYTES
    assert peak < 4 * 1024 * 1024
    assert len(manifests) == 1


def test_the_manifest_names_every_file_with_its_hash_and_is_signed() -> None:
    told: list[str] = []
    files = [of_bytes("a/one.txt", b"one"), of_bytes("two.bin", b"")]
    whole = b"".join(stream(files, lambda content: b"signed " + content[:4], told.append))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.namelist() == ["a/one.txt", "two.bin", MANIFEST, SIGNATURE]
        manifest = archive.read(MANIFEST)
        assert manifest.splitlines()[0] == hashlib.sha256(b"one").hexdigest().encode() + b"  a/one.txt"
        assert archive.read(SIGNATURE) == b"signed " + manifest[:4]
    assert told == [hashlib.sha256(manifest).hexdigest()]


def test_that_it_was_handed_over_whole_is_told_before_the_last_piece() -> None:
    told: list[str] = []
    pieces = stream([of_bytes("one.txt", b"one")], lambda content: b"s", told.append)
    known = [bool(told) for piece in pieces if MANIFEST.encode() in piece]
    assert known
    assert all(known)


@pytest.mark.parametrize(
    "name", ["../up", "/etc/passwd", "a//b", "a/../b", "", "a\\b", "with space", "a\nb", ".x"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        b"".join(stream([of_bytes(name, b"")], lambda content: b"", lambda _: None))


def test_no_name_occurs_twice() -> None:
    with pytest.raises(ValueError, match="no name"):
        b"".join(stream([of_bytes("a", b""), of_bytes("a", b"")], lambda content: b"", lambda _: None))
