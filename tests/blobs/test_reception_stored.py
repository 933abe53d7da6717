"""Photos are opened from a folder and from a bucket of S3 alike, and their copies are kept there too."""

import hashlib
from pathlib import Path

import msgspec
import pytest

from field.api import reception
from field.blobs.reading import Limits, Reader
from field.blobs.s3 import Bucket
from field.blobs.storage import Storage
from field.problems import Problem
from field.store import photo_readings
from tests.blobs.seaweed import BUCKET
from tests.helpers import World, open_world
from tests.pictures import saved, scene


def expected(world: World, photo: bytes) -> str:
    """A photo whose bytes are said to be kept; its hash."""
    sha256 = hashlib.sha256(photo).hexdigest()
    with world.store.write() as tx:
        photo_readings.expect(tx, sha256, len(photo), world.clock.now_ms())
    return sha256


def test_a_photo_is_opened_where_it_is_kept(storage: Storage, sqlite_url: str, tmp_path: Path) -> None:
    photo = saved(scene((2000, 1500)))
    arrived = tmp_path / "arrived"
    arrived.write_bytes(photo)
    with open_world(sqlite_url) as world, Reader(Limits()) as reader:
        sha256 = expected(world, photo)
        storage.keep(sha256, arrived)
        context = msgspec.structs.replace(world.context, folder=tmp_path, storage=storage)
        if isinstance(storage, Bucket):
            # The bucket cannot be reached at first: the photo waits, and nobody says that it is damaged.
            gone = Bucket(f"s3://{BUCKET}/away", endpoint="http://127.0.0.1:9")
            away = msgspec.structs.replace(context, storage=gone)
            with pytest.raises(Problem) as found:
                reception.refresh(away, reader)
            assert found.value.code == "storage-failed"
            world.clock.advance(photo_readings.LATER_MS)
        assert reception.refresh(context, reader) == 1
        with world.store.read() as tx:
            row = photo_readings.of(tx, [sha256])[sha256]
    assert (row.state, row.width, row.tries) == ("ok", 2000, 1)
    for copy in (row.thumbnail, row.screen):
        size = storage.size(copy)
        assert size is not None
        assert hashlib.sha256(b"".join(storage.read(copy, 0, size))).hexdigest() == copy
    assert b"".join(storage.read(sha256, 0, len(photo))) == photo
    assert not list((tmp_path / "reading").iterdir())
