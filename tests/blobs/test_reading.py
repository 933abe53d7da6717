"""Photos are opened by a process apart: whatever the bytes are, the answer is short and the server lives."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from field.blobs.reading import Limits, Reader, Scratch
from field.inspections.photo_readings import Reading
from tests.pictures import saved, scene

Open = Callable[[bytes], Reading | None]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits()) as reader:
        yield reader


class Opened:
    """Opens bytes, and shows what was made of them."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self.reader, self.folder = reader, folder
        self.scratch = Scratch.of(folder, "0" * 64)

    def __call__(self, photo: bytes) -> Reading | None:
        self.scratch = Scratch.of(self.folder, hashlib.sha256(photo).hexdigest())
        self.scratch.drop()
        self.scratch.original.write_bytes(photo)
        return self.reader.read(self.scratch, self.scratch.original.name)

    def screen(self) -> Image.Image:
        with Image.open(self.scratch.screen) as image:
            image.load()
            return image

    def thumbnail(self) -> Image.Image:
        with Image.open(self.scratch.thumbnail) as image:
            image.load()
            return image


@pytest.fixture
def opened(reader: Reader, tmp_path: Path) -> Opened:
    return Opened(reader, tmp_path / "reading")


def alike(one: int | None, other: int | None) -> int:
    """In how many bits two difference hashes differ."""
    assert one is not None
    assert other is not None
    return ((one ^ other) & (2**64 - 1)).bit_count()


@pytest.mark.parametrize(
    ("format", "name"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("HEIF", "heic")]
)
def test_a_photo_of_each_format_is_opened_and_made_small(opened: Opened, format: str, name: str) -> None:
    found = opened(saved(scene((2400, 1800)), format))
    assert found is not None
    assert (found.fault, found.format, found.width, found.height) == (None, name, 2400, 1800)
    assert (opened.screen().size, opened.thumbnail().size) == ((1600, 1200), (320, 240))
    assert opened.screen().format == opened.thumbnail().format == "JPEG"
    red, green, _ = opened.thumbnail().getpixel((10, 10))
    assert red > 200 > 60 > green


def test_a_small_picture_is_not_blown_up(opened: Opened) -> None:
    found = opened(saved(scene((200, 100))))
    assert found is not None
    assert (found.width, found.height, opened.screen().size) == (200, 100, (200, 100))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_file_that_was_cut_off_is_found(opened: Opened, format: str, share: float) -> None:
    whole = saved(scene((1600, 1200)), format)
    found = opened(whole[: int(len(whole) * share)])
    assert found is not None
    assert found.fault == "damaged"
