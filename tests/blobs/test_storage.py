"""Photos are kept once, whole, and as they came: in a folder and in a bucket alike."""

import hashlib
import os
from pathlib import Path

import pytest

from field import app, config
from field.blobs.s3 import PART_BYTES, Bucket
from field.blobs.storage import Folder, Storage
from field.problems import Problem
from tests.blobs.seaweed import BUCKET, S3, client


def arrived(folder: Path, photo: bytes) -> tuple[str, Path]:
    """A photo that has come whole, and its hash."""
    path = folder / "arriving"
    path.write_bytes(photo)
    return hashlib.sha256(photo).hexdigest(), path


def read(storage: Storage, sha256: str, start: int, end: int) -> bytes:
    return b"".join(storage.read(sha256, start, end))


@pytest.mark.parametrize("size", [1, 300_000, 2 * PART_BYTES + 12_345])
def test_a_photo_is_kept_as_it_came_and_its_file_goes(storage: Storage, tmp_path: Path, size: int) -> None:
    photo = os.urandom(size)
    sha256, path = arrived(tmp_path, photo)
    assert storage.size(sha256) is None
    storage.keep(sha256, path)
    assert not path.exists()
    assert storage.size(sha256) == size
    assert read(storage, sha256, 0, size) == photo
    assert read(storage, sha256, size // 3, size - size // 3) == photo[size // 3 : size - size // 3]
    assert read(storage, sha256, size, size) == b""


def test_the_same_again_is_kept_once(storage: Storage, tmp_path: Path) -> None:
    photo = os.urandom(5000)
    for _ in range(2):
        sha256, path = arrived(tmp_path, photo)
        storage.keep(sha256, path)
        assert not path.exists()
    assert read(storage, sha256, 0, 5000) == photo


def test_what_came_to_harm_is_replaced_where_that_is_asked_for(storage: Storage, tmp_path: Path) -> None:
    photo = os.urandom(5000)
    sha256, path = arrived(tmp_path, photo)
    path.write_bytes(photo[:-1] + b"!")
    storage.keep(sha256, path)
    assert read(storage, sha256, 0, 5000) != photo
    storage.keep(*arrived(tmp_path, photo), anew=True)
    assert read(storage, sha256, 0, 5000) == photo


def test_what_is_not_there_is_said_to_be_missing(storage: Storage) -> None:
    assert storage.size("0" * 64) is None
    with pytest.raises(Problem) as found:
        read(storage, "0" * 64, 0, 10)
    assert found.value.code == "not-found"


def test_a_place_that_cannot_be_reached_leaves_the_photo_where_it_was(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = os.urandom(2 * PART_BYTES)
    sha256, path = arrived(tmp_path, photo)
    if isinstance(storage, Folder):
        monkeypatch.setattr("field.blobs.storage.os.fsync", broken)
    else:
        storage = Bucket(f"s3://{BUCKET}/away", endpoint="http://127.0.0.1:9")
    code = "storage-full" if isinstance(storage, Folder) else "storage-failed"
    with pytest.raises(Problem) as found:
        storage.keep(sha256, path)
    assert (found.value.code, path.read_bytes() == photo) == (code, True)
    assert "127.0.0.1" not in found.value.detail


def broken(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_what_breaks_off_in_the_middle_is_not_there(
    s3: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second part does not arrive: nobody sees half a photo, and the next try is whole."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = Bucket(f"s3://{BUCKET}/broken", endpoint=s3.endpoint)
    photo = os.urandom(3 * PART_BYTES)
    sha256, path = arrived(tmp_path, photo)

    def second_part(params, **_):
        if str(params["query_string"].get("partNumber")) == "2":
            raise OSError("the line broke")

    bucket._client.meta.events.register("before-call.s3.UploadPart", second_part)
    with pytest.raises(Problem):
        bucket.keep(sha256, path)
    bucket._client.meta.events.unregister("before-call.s3.UploadPart", second_part)
    assert bucket.size(sha256) is None
    assert path.read_bytes() == photo
    assert "Uploads" not in client(s3.endpoint).list_multipart_uploads(Bucket=BUCKET)
    bucket.keep(sha256, path)
    assert read(bucket, sha256, 0, len(photo)) == photo


def test_the_settings_say_where_photos_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert app.storage_of(config.read({})) is None
    kept = config.read({"FIELD_PHOTOS": "s3://photos/sessi", "FIELD_PHOTOS_ENCRYPTION": "aws:kms"})
    assert isinstance(app.storage_of(kept), Bucket)
    for wrong in ("photos", "https://photos", "s3://"):
        with pytest.raises(Problem) as found:
            app.storage_of(config.read({"FIELD_PHOTOS": wrong}))
        assert found.value.code == "bad-setting"
    with pytest.raises(Problem):
        config.read({"FIELD_PHOTOS_ENCRYPTION": "rot13"})


def test_what_an_earlier_version_kept_two_folders_deep_is_found_and_goes_for_good(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "kept")
    taken = b"taken long ago"
    sha256 = hashlib.sha256(taken).hexdigest()
    earlier = tmp_path / "kept" / sha256[:2] / sha256[2:4] / sha256
    earlier.parent.mkdir(parents=True)
    earlier.write_bytes(taken)
    assert folder.size(sha256) == len(taken)
    assert b"".join(folder.read(sha256, 0, 100)) == taken
    again = tmp_path / "again"
    again.write_bytes(taken)
    folder.keep(sha256, again)
    assert b"".join(folder.read(sha256, 6, 10)) == b"long"
    folder.remove(sha256)
    assert folder.size(sha256) is None
    assert not earlier.exists()
