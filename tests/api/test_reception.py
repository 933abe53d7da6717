"""Photos that have come are opened in the background: each once, none lost, and none holds the others up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from field.api import reception
from field.blobs.reading import Limits, Reader
from field.store import photo_readings
from tests.api.test_uploads import Camera
from tests.helpers import Tablet, World
from tests.pictures import SVG, saved, scene


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
