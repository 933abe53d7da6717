"""Photos that have come are opened in the background: each once, none lost, and none holds the others up."""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from PIL import Image

from field.api import reception
from field.blobs.reading import Limits, Reader, Scratch
from field.blobs.storage import Storage
from field.inspections.photo_readings import Reading
from field.problems import Problem
from field.store import photo_readings
from tests.api.test_uploads import TUS, Camera
from tests.helpers import Tablet, World, sign_in
from tests.pictures import ORIENTATION, SVG, exif, polyglot, saved, scene


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits()) as reader:
        yield reader


@pytest.fixture
def report(world: World, tablet: Tablet, client: TestClient[Any]) -> str:
    visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
    made, _ = tablet.report(visit, [])
    tablet.push(client)
    return made


class Desk:
    """A tablet that sends photos, and what the office knows of them."""

    def __init__(self, world: World, client: TestClient[Any], tablet: Tablet, report: str) -> None:
        self.world, self.client, self.tablet, self.report = world, client, tablet, report

    def send(self, photo: bytes) -> Camera:
        """Describe a photo and bring its bytes; the tablet may free its copy."""
        camera = Camera(self.client, self.tablet, self.report, photo)
        assert camera.begin(photo).headers["field-photo"] == "kept"
        return camera

    def row(self, camera: Camera) -> Any:
        """What is kept of its reading."""
        with self.world.store.read() as tx:
            return photo_readings.of(tx, [camera.sha256])[camera.sha256]

    def kept(self, sha256: str, size: int) -> bytes:
        """Bytes out of the storage."""
        return b"".join(self.world.context.photos.read(sha256, 0, size))


@pytest.fixture
def desk(world: World, client: TestClient[Any], tablet: Tablet, report: str) -> Desk:
    return Desk(world, client, tablet, report)


def left(world: World) -> list[Path]:
    assert world.context.folder is not None
    return [path for path in (world.context.folder / "reading").glob("*") if path.is_file()]


def test_a_photo_is_opened_once_and_its_small_copies_stand_beside_it(desk: Desk, reader: Reader) -> None:
    photo = saved(scene((2400, 1800)))
    camera = desk.send(photo)
    assert desk.row(camera).state == "waiting"
    assert reception.refresh(desk.world.context, reader) == 1
    row = desk.row(camera)
    assert (row.state, row.format, row.width, row.height) == ("ok", "jpeg", 2400, 1800)
    for sha256 in (row.thumbnail, row.screen):
        size = desk.world.context.photos.size(sha256)
        assert size is not None
        assert desk.kept(sha256, size).startswith(b"\xff\xd8\xff")
    assert desk.kept(camera.sha256, len(photo)) == photo
    # The same bytes in another report are the same photo.
    desk.send(photo)
    assert reception.refresh(desk.world.context, reader) == 0
    assert left(desk.world) == []


def test_what_is_no_picture_is_kept_in_quarantine_and_holds_nothing_up(desk: Desk, reader: Reader) -> None:
    svg, whole = desk.send(SVG), saved()
    cut, good = desk.send(whole[: len(whole) * 9 // 10]), desk.send(whole)
    assert reception.refresh(desk.world.context, reader) == 3
    assert (desk.row(svg).state, desk.row(svg).reason) == ("quarantined", "not-a-picture")
    assert (desk.row(cut).state, desk.row(cut).reason) == ("quarantined", "damaged")
    assert desk.row(good).state == "ok"
    assert desk.kept(svg.sha256, len(SVG)) == SVG


def shown(desk: Desk, camera: Camera, size: str, login: str = "supervisor-korangi"):
    """What the console gets of a photo."""
    headers = sign_in(desk.client, login)
    return desk.client.get(f"/api/photos/{camera.record}", params={"size": size}, headers=headers)


def test_the_console_is_shown_the_copy_and_given_the_original_as_a_file(desk: Desk, reader: Reader) -> None:
    desk.world.person("supervisor", "korangi", "supervisor-korangi")
    desk.world.person("supervisor", "sukkur", "supervisor-sukkur")
    photo = saved(scene((2400, 1800)), exif=exif(main={ORIENTATION: 6}))
    camera = desk.send(photo)
    early = shown(desk, camera, "thumbnail")
    assert (early.status_code, early.json()["code"]) == (404, "not-found")
    assert "not opened this photo yet" in early.json()["detail"]
    reception.refresh(desk.world.context, reader)
    for size, sides in (("thumbnail", (240, 320)), ("screen", (1200, 1600))):
        answer = shown(desk, camera, size)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert opened(answer.content).size == sides
        assert b"Phone 7" not in answer.content
        assert shown(desk, camera, size, "supervisor-sukkur").status_code == 403
    original = shown(desk, camera, "original")
    assert (original.content, original.headers["content-type"]) == (photo, "image/jpeg")
    assert original.headers["content-disposition"] == f'attachment; filename="{camera.sha256}.jpeg"'
    assert shown(desk, camera, "huge").status_code == 400


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image


def test_a_heic_is_shown_by_its_copy(desk: Desk, reader: Reader) -> None:
    desk.world.person("supervisor", "korangi", "supervisor-korangi")
    camera = desk.send(saved(format="HEIF"))
    reception.refresh(desk.world.context, reader)
    assert shown(desk, camera, "screen").headers["content-type"] == "image/jpeg"
    assert shown(desk, camera, "original").headers["content-type"] == "image/heic"


def test_a_picture_that_is_also_a_page_reaches_no_window_as_a_page(desk: Desk, reader: Reader) -> None:
    desk.world.person("supervisor", "korangi", "supervisor-korangi")
    camera = desk.send(polyglot())
    reception.refresh(desk.world.context, reader)
    assert b"script" not in shown(desk, camera, "screen").content
    original = shown(desk, camera, "original")
    assert original.headers["content-disposition"].startswith("attachment")
    assert original.headers["x-content-type-options"] == "nosniff"


def test_a_supervisor_finds_what_could_not_be_opened(desk: Desk, reader: Reader) -> None:
    for district in ("korangi", "sukkur"):
        desk.world.person("supervisor", district, f"supervisor-{district}")
    first = desk.send(SVG)
    reception.refresh(desk.world.context, reader)
    desk.world.clock.advance(1000)
    second = desk.send(SVG + b" ")
    desk.send(saved())
    reception.refresh(desk.world.context, reader)

    def listed(login: str, **asked: str):
        headers = sign_in(desk.client, login)
        return desk.client.get("/api/quarantine/photos", params=asked, headers=headers).json()

    found = listed("supervisor-korangi")
    assert [each["photo"] for each in found] == [second.record, first.record]
    assert found[1]["reason"] == "not-a-picture"
    assert "none of JPEG, PNG, WebP or HEIC" in found[1]["why"]
    assert (found[1]["report"], found[1]["district"]) == (desk.report, "korangi")
    assert found[1]["establishment_name"].startswith("Unit")
    assert [each["photo"] for each in listed("supervisor-korangi", after=second.record)] == [first.record]
    assert listed("supervisor-korangi", after="nobody")["code"] == "bad-request"
    assert listed("supervisor-sukkur") == []
    # With the report it says the same, and the bytes can still be fetched.
    headers = sign_in(desk.client, "supervisor-korangi")
    photos = desk.client.get(f"/api/reports/{desk.report}", headers=headers).json()["photos"]
    assert [each["opened"]["state"] for each in photos] == ["quarantined", "quarantined", "ok"]
    assert photos[0]["opened"]["why"] == found[1]["why"]
    original = shown(desk, first, "original")
    assert (original.content, original.headers["content-type"]) == (SVG, "application/octet-stream")
    refused = shown(desk, first, "screen")
    assert (refused.status_code, refused.json()["reason"]) == (404, "not-a-picture")


def test_a_tablet_hears_by_its_upload_whether_its_picture_could_be_opened(desk: Desk, reader: Reader) -> None:
    """Its copy is confirmed at once, by the hash; what the picture is comes later, and takes nothing back."""
    cameras = [Camera(desk.client, desk.tablet, desk.report, photo) for photo in (saved(), SVG)]
    addresses = [camera.begin(camera.bytes).headers["location"] for camera in cameras]

    def told() -> list[str]:
        answers = [desk.client.head(address, headers=TUS).headers for address in addresses]
        assert [each["field-photo"] for each in answers] == ["kept", "kept"]
        assert all(each["field-receipt"] for each in answers)
        return [each["field-opened"] for each in answers]

    assert told() == ["waiting", "waiting"]
    reception.refresh(desk.world.context, reader)
    assert told() == ["ok", "not-a-picture"]


def test_a_photo_whose_entry_is_in_quarantine_is_found_by_its_tablets_district(
    desk: Desk, reader: Reader
) -> None:
    """Nobody knows to which report it belongs; its bytes came, and are no picture."""
    desk.world.person("supervisor", "korangi", "supervisor-korangi")
    camera = Camera(desk.client, desk.tablet, desk.world.clock.uuid7(), SVG)
    assert camera.begin(SVG).headers["field-photo"] == "kept"
    reception.refresh(desk.world.context, reader)
    headers = sign_in(desk.client, "supervisor-korangi")
    (found,) = desk.client.get("/api/quarantine/photos", headers=headers).json()
    assert (found["photo"], found["report"], found["district"]) == (camera.record, None, "korangi")


class Held:
    """A reader that stops in the middle, as a server does that is killed; then it is itself again."""

    def __init__(self, reader: Reader, then: Any) -> None:
        self.reader, self.then, self.asked = reader, then, []

    def read(self, scratch: Scratch, sha256: str) -> Reading | None:
        self.asked.append(sha256)
        return self.then(scratch, sha256) if self.then else self.reader.read(scratch, sha256)


class Killed(BaseException):
    """The server's process is gone."""


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(desk: Desk, reader: Reader) -> None:
    def die(scratch: Scratch, sha256: str) -> None:
        raise Killed

    camera, context = desk.send(saved()), desk.world.context
    with pytest.raises(Killed):
        reception.refresh(context, Held(reader, die))  # type: ignore[arg-type]
    assert desk.row(camera).state == "waiting"
    # Nobody else takes it before the dead one's time is over; then somebody does.
    assert reception.refresh(context, reader) == 0
    desk.world.clock.advance(photo_readings.HOLD_MS)
    assert reception.refresh(context, reader) == 1
    assert desk.row(camera).state == "ok"
    assert left(desk.world) == []


def test_two_workers_never_open_the_same_photo(desk: Desk, reader: Reader) -> None:
    cameras = [desk.send(saved(scene(seed=seed))) for seed in range(6)]
    both = [Held(Reader(Limits()), None) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda each: reception.refresh(desk.world.context, each), both))  # type: ignore[arg-type]
    for each in both:
        each.reader.close()
    assert sum(done) == 6
    assert sorted(both[0].asked + both[1].asked) == sorted(camera.sha256 for camera in cameras)
    assert {desk.row(camera).state for camera in cameras} == {"ok"}


def test_a_photo_that_breaks_its_reader_is_tried_a_few_times_and_holds_nobody_up(
    desk: Desk, reader: Reader
) -> None:
    bad, good = desk.send(saved(scene(seed=1))), desk.send(saved(scene(seed=2)))

    def breaks(scratch: Scratch, sha256: str) -> Reading | None:
        return None if sha256 == bad.sha256 else reader.read(scratch, sha256)

    held = Held(reader, breaks)
    assert reception.refresh(desk.world.context, held) == 2  # type: ignore[arg-type]
    assert (desk.row(bad).state, desk.row(good).state) == ("waiting", "ok")
    for _ in range(10):
        desk.world.clock.advance(3_600_000)
        reception.refresh(desk.world.context, held)  # type: ignore[arg-type]
    assert held.asked.count(bad.sha256) == photo_readings.TRIES_MAX
    assert (desk.row(bad).state, desk.row(bad).reason) == ("quarantined", "unreadable")


def test_a_photo_that_kills_the_whole_server_is_not_tried_for_ever(desk: Desk, reader: Reader) -> None:
    def die(scratch: Scratch, sha256: str) -> None:
        raise Killed

    camera, deadly = desk.send(saved()), Held(reader, die)
    for _ in range(photo_readings.TRIES_MAX):
        with pytest.raises(Killed):
            reception.refresh(desk.world.context, deadly)  # type: ignore[arg-type]
        desk.world.clock.advance(3_600_000)
    reception.refresh(desk.world.context, deadly)  # type: ignore[arg-type]
    assert (desk.row(camera).state, desk.row(camera).reason) == ("quarantined", "unreadable")


class Away:
    """A place for photos that cannot be reached for a while."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.down = storage, True

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        if self.down:
            raise Problem("storage-failed", "The place where photos are kept cannot be reached.")
        return self.storage.read(sha256, start, end)

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:
        self.storage.keep(sha256, path, anew=anew)

    def size(self, sha256: str) -> int | None:
        return self.storage.size(sha256)


def test_while_the_storage_is_away_nothing_is_lost_or_blamed(desk: Desk, reader: Reader) -> None:
    camera = desk.send(saved())
    away = Away(desk.world.context.photos)
    context = msgspec.structs.replace(desk.world.context, storage=away)
    for _ in range(20):
        with pytest.raises(Problem):
            reception.refresh(context, reader)
        desk.world.clock.advance(3_600_000)
    assert (desk.row(camera).state, desk.row(camera).tries) == ("waiting", 0)
    away.down = False
    assert reception.refresh(context, reader) == 1
    assert desk.row(camera).state == "ok"


class Full(Away):
    """A place for photos that has no room left for small copies."""

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        return self.storage.read(sha256, start, end)

    def keep(self, sha256: str, path: Path, *, anew: bool = False) -> None:
        if self.down:
            raise Problem("storage-full", "The photo could not be kept: No space left on device.")
        super().keep(sha256, path, anew=anew)


@pytest.mark.parametrize("where", ["in its place", "while it is opened"])
def test_a_full_disk_is_never_told_as_a_fault_of_a_photo(
    desk: Desk, reader: Reader, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, world = desk.send(saved()), desk.world
    full = Full(world.context.photos)
    full.down = where == "in its place"
    context = msgspec.structs.replace(world.context, storage=full)

    def scratch(folder: Path, sha256: str) -> Scratch:
        folder.mkdir(parents=True, exist_ok=True)
        # A place at which no file can be made, as on a disk without room.
        return Scratch(folder / sha256, folder / "none" / "small", folder / f"{sha256}.screen")

    with monkeypatch.context() as patched:
        if not full.down:
            patched.setattr(Scratch, "of", scratch)
        for _ in range(photo_readings.TRIES_MAX + 1):
            with pytest.raises(Problem, match=r"kept|written"):
                reception.refresh(context, reader)
            world.clock.advance(10 * photo_readings.HOLD_MS)
    assert (desk.row(camera).state, desk.row(camera).tries) == ("waiting", 0)
    full.down = False
    assert reception.refresh(context, reader) == 1
    assert desk.row(camera).state == "ok"


def test_bytes_that_rotted_on_the_disk_are_told_and_not_shown(desk: Desk, reader: Reader) -> None:
    camera = desk.send(saved())
    assert desk.world.context.folder is not None
    (path,) = (desk.world.context.folder / "kept").rglob(camera.sha256)
    path.write_bytes(saved(scene(seed=3)))
    reception.refresh(desk.world.context, reader)
    assert (desk.row(camera).state, desk.row(camera).reason) == ("quarantined", "bytes-changed")


@pytest.mark.parametrize("harm", ["others", "gone"])
def test_a_tablet_that_still_has_a_spoilt_photo_brings_it_again(
    desk: Desk, reader: Reader, harm: str
) -> None:
    photo = saved()
    camera = desk.send(photo)
    assert desk.world.context.folder is not None
    (path,) = (desk.world.context.folder / "kept").rglob(camera.sha256)
    if harm == "others":
        path.write_bytes(photo[:-1] + b"!")
    else:
        path.unlink()
    for _ in range(photo_readings.TRIES_MAX + 1):
        reception.refresh(desk.world.context, reader)
        desk.world.clock.advance(10 * photo_readings.HOLD_MS)
    assert desk.row(camera).reason == "bytes-changed"

    begun = camera.begin(b"")
    assert "field-photo" not in begun.headers, "the tablet would believe that nothing need be done"
    assert camera.begin(photo).headers["field-photo"] == "kept"
    assert desk.kept(camera.sha256, len(photo)) == photo
    assert desk.row(camera).state == "waiting"
    assert reception.refresh(desk.world.context, reader) == 1
    assert (desk.row(camera).state, desk.row(camera).reason) == ("ok", None)
    assert camera.begin(b"").headers["field-photo"] == "kept", "what is well need not travel again"


def test_a_file_that_is_too_large_is_not_even_fetched(desk: Desk, reader: Reader) -> None:
    camera = desk.send(saved())
    few = msgspec.structs.replace(desk.world.context, limits=Limits(bytes_max=1000))
    reception.refresh(few, reader)
    assert (desk.row(camera).state, desk.row(camera).reason) == ("quarantined", "too-large")


def test_photos_are_opened_by_a_running_server(world: World, tablet: Tablet) -> None:
    with TestClient(world.app(background_s=0.02)) as client:
        visit = world.visit(world.establishment("korangi"), "korangi", tablet.person)
        report, _ = tablet.report(visit, [])
        tablet.push(client)
        desk = Desk(world, client, tablet, report)
        camera = desk.send(saved())
        assert until(lambda: desk.row(camera).state == "ok")
    assert not [each for each in threading.enumerate() if each.name == "field-reception"]


def until(true: Callable[[], bool], tries: int = 600) -> bool:
    """Whether something becomes true within half a minute."""
    return any(true() or threading.Event().wait(0.05) for _ in range(tries))
