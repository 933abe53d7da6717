"""Photos' bytes when something breaks in the middle: nothing is stuck, left behind, or kept that is false."""

import asyncio
import base64
import fcntl
import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from field.api import streaming, sweeping
from field.api import uploads as door
from field.api.erasing import remove
from field.app import create_app
from field.blobs.staging import Part, Staging
from field.blobs.storage import Folder
from field.problems import Problem
from field.store import erasing, uploads
from field.store.uploads import Upload
from tests.api.test_uploads import BYTES, PHOTO, TUS, Camera
from tests.helpers import HASHER, Tablet, World, sign_in


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    world.context = msgspec.structs.replace(world.context, folder=tmp_path / "photos")
    return world


@pytest.fixture
def camera(world: World, client: TestClient[Any], tablet: Tablet) -> Camera:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    report, _ = tablet.report(visit, [])
    tablet.push(client)
    return Camera(client, tablet, report)


def files(world: World) -> list[Path]:
    assert world.context.folder is not None
    return [path for path in world.context.folder.rglob("*") if path.is_file()]


def upload_at(world: World, address: str) -> Upload:
    with world.store.read() as tx:
        return uploads.find(tx, address.rpartition("/")[2], world.clock.now_ms())


def silent(
    world: World, method: str, path: str, headers: dict[str, str], told: list[Any], *, broken: bool = False
) -> None:
    """Send the first bytes of a request, and then nothing on a line that stays open; `told` is the answer.

    `broken`: the line does not stay open.
    """

    async def sent() -> Any:
        if not told:
            told.append("some")
            return {"type": "http.request", "body": PHOTO[:1000], "more_body": True}
        return {"type": "http.disconnect"} if broken else await asyncio.Event().wait()

    async def answered(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    app: Any = create_app(world.context, HASHER, background_s=None)
    asyncio.run(asyncio.wait_for(app(scope, sent, answered), 20))


def test_a_tablet_whose_network_went_without_a_word_does_not_hold_its_photo_for_ever(
    camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line stays open, for the server never hears that it is gone."""
    monkeypatch.setattr(streaming, "SILENCE_S", 0.2)
    address = camera.begin().headers["location"]
    told: list[Any] = []

    silent(world, "PATCH", address, {**BYTES, "Upload-Offset": "0", "Content-Length": str(len(PHOTO))}, told)
    assert told[1]["status"] == 204
    assert camera.stands_at(address) == 1000
    assert camera.send(address, 1000, PHOTO[1000:]).headers["field-photo"] == "kept"


def test_a_disk_that_fills_within_a_part_keeps_nothing_whose_checksum_was_not_looked_at(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    write = os.write

    def filling(descriptor: int, some: Any) -> int:
        if len(some) < 1000:
            raise OSError(28, "No space left on device")
        return write(descriptor, some[:-999])

    checksum = base64.b64encode(hashlib.sha256(PHOTO[100:]).digest()).decode()
    with monkeypatch.context() as patch:
        patch.setattr("field.blobs.staging.os.write", filling)
        answer = camera.send(address, 100, PHOTO[100:], **{"Upload-Checksum": f"sha256 {checksum}"})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage-full")
    assert camera.stands_at(address) == 100


def test_uploads_whose_address_never_arrived_do_not_keep_a_tablet_from_beginning_anew(
    camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = []
    for _ in range(uploads.OPEN_MAX + 3):
        answer = camera.begin(PHOTO[:10])
        assert answer.status_code == 201, answer.text
        addresses.append(answer.headers["location"])
    assert len(files(world)) == uploads.OPEN_MAX
    assert [camera.client.head(each, headers=TUS).status_code for each in addresses[:4]] == [404] * 3 + [200]
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"


def test_a_photo_is_not_called_kept_once_its_bytes_are_gone(camera: Camera, world: World) -> None:
    """A database and a folder that were restored from different days: the tablet must not free its copy."""
    address = camera.begin(PHOTO).headers["location"]
    for path in files(world):
        path.unlink()
    gone = camera.client.head(address, headers=TUS)
    assert (gone.status_code, "field-photo" in gone.headers) == (410, False)
    assert camera.send(address, 0, PHOTO).json()["code"] == "upload-expired"
    begun = camera.begin()
    assert (begun.headers["upload-offset"], "field-photo" in begun.headers) == ("0", False)
    assert camera.send(begun.headers["location"], 0, PHOTO).headers["field-photo"] == "kept"
    assert b"".join(world.context.photos.read(camera.sha256, 0, len(PHOTO))) == PHOTO
    assert len(files(world)) == 1


def test_nobody_takes_a_photos_place_by_describing_other_bytes_under_its_name(
    camera: Camera, world: World, client: TestClient[Any]
) -> None:
    other = world.tablet(world.person("inspector", "korangi", "second"), "korangi")
    visit = world.visit(world.establishment("korangi"), "korangi", other.person)
    report, _ = other.report(visit, [])
    fake = Camera(client, other, report, b"another picture")
    values = {"sha256": fake.sha256, "size": len(fake.bytes), "media_type": "image/jpeg", "report": report}
    fake.record = camera.record
    other.change("photo", camera.record, values, op="create")
    assert other.push(client)["answers"][0]["status"] == "quarantined"
    assert fake.begin(fake.bytes).headers["field-photo"] == "kept"
    # While the picture that was described is still on its way, no other one is shown in its place.
    world.person("supervisor", "korangi", "looks")
    headers = sign_in(client, "looks")
    for asked in (client.get, client.post):
        link = "" if asked == client.get else "/link"
        json = {} if asked == client.get else {"json": {}}
        answer = asked(f"/api/photos/{camera.record}{link}", headers=headers, **json)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), answer.text
        assert "still on the tablet" in answer.json()["detail"]
    report = client.get(f"/api/reports/{camera.report}", headers=headers).json()
    assert [each["here"] for each in report["photos"]] == [False]
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
    assert fake.begin(fake.bytes).headers["field-photo"] == "kept"
    with world.store.read() as tx:
        assert uploads.kept(tx, camera.record) == uploads.Described(camera.sha256, len(PHOTO))


def test_a_photo_is_not_called_kept_where_an_erasure_took_its_bytes_meanwhile(
    camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same picture was of another report too, and was erased there at that very moment."""
    assert camera.begin(PHOTO).headers["field-photo"] == "kept"
    again, keep = Camera(camera.client, camera.tablet, camera.report, PHOTO), Folder.keep
    erasing.erase(world.store, world.clock, world.context.office, camera.record, "A passer-by.", "somebody")

    def taken_away(folder: Folder, sha256: str, path: Path, *, anew: bool = False) -> None:
        keep(folder, sha256, path, anew=anew)
        remove(world.context)

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "keep", taken_away)
        answer = again.begin(PHOTO)
    assert (answer.status_code, "field-photo" in answer.headers) == (503, False)
    assert again.begin(PHOTO).headers["field-photo"] == "kept"
    assert len(files(world)) == 1


def test_an_upload_is_not_taken_away_from_whoever_writes_to_it(camera: Camera, world: World) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    upload = upload_at(world, address)
    with world.context.staging.part(upload.id):
        answer = camera.client.delete(address, headers=TUS)
        assert (answer.status_code, answer.json()["code"]) == (423, "upload-locked")
        world.clock.advance(door.KEEP_MS + 1)
        assert sweeping.sweep(world.context) == 0
    assert len(files(world)) == 1
    assert sweeping.sweep(world.context) == 1
    assert files(world) == []


def test_who_comes_again_before_the_broken_line_is_given_up_is_let_in_a_moment_later(
    camera: Camera, world: World
) -> None:
    """How far it is can be heard before the request that brought it so far has ended."""
    address = camera.begin(PHOTO[:100]).headers["location"]
    held = world.context.staging.part(upload_at(world, address).id)
    held.__enter__()
    ends = threading.Timer(0.05, held.__exit__, (None, None, None))
    ends.start()
    answer = camera.send(address, 100, PHOTO[100:])
    ends.join()
    assert (answer.status_code, answer.headers.get("field-photo")) == (204, "kept"), answer.text


def test_a_file_that_was_kept_just_before_it_was_locked_is_not_written_to(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging, flock = Staging(tmp_path / "arriving"), fcntl.flock

    def too_late(descriptor: int, how: int) -> None:
        staging.path("one").rename(tmp_path / "kept")
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", too_late)
    with pytest.raises(Problem) as raised, staging.part("one"):
        raise AssertionError("this is no longer the upload's file")
    assert raised.value.code == "upload-locked"


@pytest.mark.parametrize("how", ["ended", "finished"])
def test_what_was_over_just_before_it_was_locked_leaves_nothing_behind(
    how: str, camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    upload, part = upload_at(world, address), Staging.part

    def over(self: Staging, id: str) -> AbstractContextManager[Part]:
        monkeypatch.setattr(Staging, "part", part)
        if how == "ended":
            door._end(world.context, upload)
        else:
            with part(self, id) as whole:
                whole.append(PHOTO[100:])
                door._finish(world.context, upload, whole, streaming.Sums(100, None))
        return part(self, id)

    monkeypatch.setattr(Staging, "part", over)
    answer = camera.send(address, 100, PHOTO[100:])
    assert answer.status_code == (404 if how == "ended" else 409), answer.text
    assert not world.context.staging.path(upload.id).exists()
    assert len(files(world)) == (0 if how == "ended" else 1)


def test_however_many_were_left_alone_all_are_swept(camera: Camera, world: World) -> None:
    with world.store.write() as tx:
        for number in range(205):
            made = Upload(world.clock.uuid7(), camera.tablet.id, camera.record, camera.sha256, 9, 1)
            uploads.begin(world.store, tx, made, f"secret {number}", world.clock.now_ms(), 9_999)
    assert sweeping.sweep(world.context) == 205


def test_a_file_that_a_stopped_server_left_is_swept_and_those_under_way_are_not(
    camera: Camera, world: World
) -> None:
    address = camera.begin(PHOTO[:100]).headers["location"]
    world.context.staging.path(world.clock.uuid7()).write_bytes(PHOTO)
    assert sweeping.sweep(world.context) == 0
    assert files(world) == [world.context.staging.path(upload_at(world, address).id)]


def test_an_upload_is_forgotten_before_its_file_so_that_no_writer_makes_another_one(
    camera: Camera, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that found the upload just before comes in between: what it makes must not stay behind."""
    address = camera.begin(PHOTO[:100]).headers["location"]
    upload, drop = upload_at(world, address), Part.drop
    codes = []

    def between(self: Part) -> None:
        drop(self)
        monkeypatch.setattr(Part, "drop", drop)
        with pytest.raises(Problem) as raised, world.context.staging.part(upload.id) as part:
            door._still_open(world.context, address.rpartition("/")[2], part)
        codes.append(raised.value.code)

    monkeypatch.setattr(Part, "drop", between)
    assert camera.client.delete(address, headers=TUS).status_code == 204
    assert (codes, files(world)) == (["not-found"], [])


def test_a_place_for_photos_that_does_not_answer_keeps_no_other_work_waiting(
    camera: Camera, world: World, client: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bucket of S3 that hangs holds a thread for each photo: those that land entries are not among them."""
    world.person("supervisor", "korangi")
    headers = sign_in(client, "supervisor-korangi")
    free, begun, keep = threading.Event(), threading.Semaphore(0), Folder.keep

    def hanging(self: Folder, sha256: str, path: Path, *, anew: bool = False) -> None:
        begun.release()
        assert free.wait(60)
        keep(self, sha256, path, anew=anew)

    monkeypatch.setattr(Folder, "keep", hanging)
    with ThreadPoolExecutor(60) as threads:
        try:
            photos = [threads.submit(camera.begin, PHOTO) for _ in range(50)]
            for _ in range(streaming.KEEPERS):
                assert begun.acquire(timeout=20)
            other = threads.submit(client.get, "/api/visits", headers=headers)
            assert other.result(20).status_code == 200
            some = threads.submit(camera.begin, PHOTO[:100])
            assert some.result(20).headers["upload-offset"] == "100"
        finally:
            free.set()
    assert {each.result().headers["field-photo"] for each in photos} == {"kept"}
