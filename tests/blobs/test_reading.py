"""Photos are opened by a process apart: whatever the bytes are, the answer is short and the server lives."""

import errno
import hashlib
import io
import os
import signal
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from field.blobs import decoding
from field.blobs.reading import Ask, Limits, Reader, Scratch
from field.inspections.photo_readings import Reading
from tests import pictures
from tests.pictures import DATE_TIME, OFFSET_ORIGINAL, ORIENTATION, ORIGINAL, SVG, exif, saved, scene


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


@pytest.mark.parametrize(
    "bomb",
    [pictures.png_bomb, pictures.jpeg_bomb, pictures.webp_bomb, pictures.heic_bomb],
    ids=["png", "jpeg", "webp", "heic"],
)
def test_a_picture_that_claims_1600_million_points_is_not_opened(tmp_path: Path, bomb) -> None:
    """40,000 x 40,000 in some kB: neither memory nor time is spent on it, and the process lives on."""
    with Reader(Limits(memory_mb=256)) as reader:
        opened = Opened(reader, tmp_path / "reading")
        assert opened(saved()) is not None
        process = reader._process
        assert process is not None
        before = peak_kb(process.pid)
        found = opened(bomb())
        assert found is not None
        assert found.fault == "too-many-pixels"
        assert reader._process is process
        assert peak_kb(process.pid) - before < 50_000


def peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def test_a_deflated_bomb_within_the_limits_costs_no_more_than_its_points(opened: Opened) -> None:
    found = opened(pictures.png_bomb(8_000))
    assert found is not None
    assert (found.fault, found.width, found.height) == (None, 8_000, 8_000)


@pytest.mark.parametrize(
    "what",
    [
        SVG,
        b"<html><body>hello",
        b"%PDF-1.7 ...",
        b"GIF89a" + bytes(100),
        b"",
        b"\xff",
        bytes(2000),
        b"\x00\x00\x00\x1cftypavif" + bytes(500),
    ],
)
def test_what_is_none_of_the_four_formats_is_no_picture(opened: Opened, what: bytes) -> None:
    found = opened(what)
    assert found is not None
    assert found.fault == "not-a-picture"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_only_its_first_bytes_are_a_picture(opened: Opened, format: str) -> None:
    found = opened(saved(format=format)[:40] + b"<script>" * 500)
    assert found is not None
    assert found.fault is not None


def test_a_disk_that_does_not_give_a_picture_says_nothing_about_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened(saved())
    places = (str(opened.scratch.original), str(tmp_path / "small"), str(tmp_path / "screen"))
    ask = Ask(*places, "", 320, 1600, 10**8, 10)

    def failing(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(decoding.Image, "open", failing)
    with pytest.raises(decoding.DiskFailed):
        decoding.read(ask)


def test_a_picture_without_a_single_point_is_damaged(opened: Opened) -> None:
    found = opened(pictures.png_bomb(0))
    assert found is not None
    assert found.fault == "damaged"


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_a_moving_picture_is_not_taken_for_its_first_moment(opened: Opened, format: str) -> None:
    found = opened(pictures.moving(format))
    assert found is not None
    assert found.fault == "moving"


def test_a_heif_of_many_moments_is_not_taken_for_its_first(opened: Opened) -> None:
    found = opened(saved(format="HEIF").replace(b"mif1", b"msf1", 1))
    assert found is not None
    assert found.fault == "moving"


def test_a_jpeg_with_a_second_picture_behind_it_is_a_photo(opened: Opened) -> None:
    """As phones write it: the picture, and behind it one for brighter screens."""
    file = io.BytesIO()
    scene().save(file, "MPO", save_all=True, append_images=[scene((80, 60))])
    found = opened(file.getvalue())
    assert found is not None
    assert (found.fault, found.format, found.width) == (None, "jpeg", 800)


def test_a_picture_that_is_also_a_page_is_shown_by_its_copy_alone(opened: Opened) -> None:
    found = opened(pictures.polyglot())
    assert found is not None
    assert found.fault is None
    for made in (opened.scratch.screen, opened.scratch.thumbnail):
        assert b"script" not in made.read_bytes()


def test_the_small_copies_are_upright_and_say_nothing_of_place_time_or_camera(opened: Opened) -> None:
    """Held on its side: the red corner at the top left of the sensor is at the top right of what was seen."""
    tags = exif(
        main={ORIENTATION: 6},
        exif={ORIGINAL: "2026:03:01 10:11:12", OFFSET_ORIGINAL: "+05:00"},
        gps={1: "N", 2: (24.0, 51.0, 36.0), 3: "E", 4: (67.0, 0.0, 36.0)},
    )
    found = opened(saved(exif=tags))
    assert found is not None
    assert (found.width, found.height, opened.screen().size) == (600, 800, (600, 800))
    assert opened.screen().getpixel((590, 10))[0] > 200
    assert (found.taken, found.taken_ms, found.taken_zoned) == (
        "2026:03:01 10:11:12 +05:00",
        1_772_341_872_000,
        True,
    )
    assert found.lat == pytest.approx(24.86)
    assert found.lon == pytest.approx(67.01)
    assert found.model == "Maker Phone 7"
    for image in (opened.screen(), opened.thumbnail()):
        assert not image.getexif()
    # The same picture saved upright looks the same, wherever it is compared.
    upright = opened(saved(scene().transpose(Image.Transpose.ROTATE_270)))
    assert upright is not None
    assert alike(found.dhash, upright.dhash) <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_turned_upright(opened: Opened, orientation: int) -> None:
    how = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    held = scene().transpose(how[orientation]) if orientation in how else scene()
    found = opened(saved(held, exif=exif(main={ORIENTATION: orientation})))
    assert found is not None
    assert (found.width, found.height) == (800, 600)
    assert opened.thumbnail().getpixel((5, 5))[0] > 200


def test_a_heic_that_says_how_it_was_held_is_turned_once(opened: Opened) -> None:
    found = opened(saved(format="HEIF", exif=exif(main={ORIENTATION: 6}).tobytes()))
    assert found is not None
    assert (found.width, found.height) == (600, 800)
    assert opened.screen().getpixel((590, 10))[0] > 200


def test_a_time_without_an_offset_is_read_in_pakistans(opened: Opened) -> None:
    found = opened(saved(exif=exif(main={DATE_TIME: "2026:03:01 10:11:12"})))
    assert found is not None
    assert (found.taken, found.taken_ms, found.taken_zoned) == (
        "2026:03:01 10:11:12",
        1_772_341_872_000,
        False,
    )


@pytest.mark.parametrize(
    "tags",
    [
        {"gps": {1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (67.0, 0.0, 0.0)}},
        {"gps": {1: "N", 2: (24.0, 0.0), 3: "E", 4: (67.0, 0.0, 0.0)}},
        {"gps": {2: (24.0, 0.0, 0.0), 4: (67.0, 0.0, 0.0)}},
        {"gps": {1: "N", 2: (24.0, 0.0, 0.0)}},
        {"exif": {ORIGINAL: "0000:00:00 00:00:00"}},
        {"exif": {ORIGINAL: "2026:13:41 25:61:61"}},
        {"exif": {ORIGINAL: "soon" + "n" * 5000}},
        {"exif": {ORIGINAL: "2026:03\0:01 10:11:12"}},
        {"main": {ORIENTATION: 77}},
    ],
)
def test_what_a_file_says_of_itself_is_left_out_where_it_makes_no_sense(opened: Opened, tags) -> None:
    found = opened(saved(exif=exif(**tags)))
    assert found is not None
    assert (found.fault, found.lat, found.lon, found.taken_ms) == (None, None, None, None)
    assert len(found.taken or "") <= 100
    assert "\0" not in (found.taken or "")


def test_a_division_by_zero_and_a_huge_name_in_exif_do_no_harm(opened: Opened) -> None:
    tags = exif(main={0x010F: "\x01\n" + "M" * 60_000, 0x0110: "\u202emodel"}).tobytes()
    # A latitude of 24/0 degrees, as no library would write it: the rationals are found and changed.
    place = exif(gps={1: "N", 2: (24.5, 30.25, 1.125), 3: "E", 4: (67.0, 1.0, 1.0)}).tobytes()
    broken = place.replace(struct.pack("<II", 49, 2), struct.pack("<II", 49, 0)).replace(
        struct.pack(">II", 49, 2), struct.pack(">II", 49, 0)
    )
    assert broken != place
    named, placed = opened(saved(exif=tags)), opened(saved(exif=broken))
    assert named is not None
    assert named.fault is None
    assert len(named.model or "") <= 100
    assert (named.model or "").isprintable()
    assert placed is not None
    assert (placed.fault, placed.lat) == (None, None)


def test_metadata_that_unpacks_to_a_gigabyte_is_not_unpacked(tmp_path: Path) -> None:
    whole = saved(format="PNG")
    press = zlib.compressobj(9)
    packed = b"".join([*(press.compress(bytes(1 << 20)) for _ in range(1000)), press.flush()])
    chunk = pictures._chunk(b"zTXt", b"note\0\0" + packed)
    with Reader(Limits(memory_mb=256)) as reader:
        found = Opened(reader, tmp_path / "reading")(whole[:33] + chunk + whole[33:])
        assert found is not None
        assert found.fault == "damaged"
        assert reader._process is not None
        assert peak_kb(reader._process.pid) < 150_000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_colours_of_all_kinds_are_made_plain(opened: Opened, mode: str) -> None:
    image = (
        scene().convert("L").convert("I").point(lambda v: v * 256).convert(mode) if mode == "I;16" else None
    )
    format = "JPEG" if mode == "CMYK" else "PNG"
    found = opened(saved(image or scene().convert(mode), format))
    assert found is not None
    assert found.fault is None
    plain = opened(saved(scene()))
    assert plain is not None
    assert alike(found.dhash, plain.dhash) <= 6


def test_a_decoder_that_never_ends_is_ended_and_the_next_photo_is_opened(tmp_path: Path) -> None:
    """Its process stands still, as one that is caught in a loop would."""
    with Reader(Limits(seconds=1.0)) as reader:
        opened = Opened(reader, tmp_path / "reading")
        assert opened(saved()) is not None
        assert reader._process is not None
        os.kill(reader._process.pid, signal.SIGSTOP)
        assert opened(saved()) is None
        assert opened(saved()) is not None


def test_a_decoder_that_breaks_takes_nobody_with_it(tmp_path: Path) -> None:
    with Reader(Limits()) as reader:
        opened = Opened(reader, tmp_path / "reading")
        for _ in range(2):
            assert opened(saved()) is not None
            assert reader._process is not None
            reader._process.kill()
            reader._process.wait()
        assert opened(saved()) is not None


def test_a_picture_that_needs_more_memory_than_allowed_is_not_opened(tmp_path: Path) -> None:
    """80 million points of colour take 320 MB; the process may have 256."""
    with Reader(Limits(memory_mb=256)) as reader:
        opened = Opened(reader, tmp_path / "reading")
        found = opened(saved(Image.new("RGB", (10_000, 8_000), (200, 10, 10)), "PNG"))
        assert found is None or found.fault == "unreadable"
        assert opened(saved()) is not None


def test_the_process_that_opens_photos_is_given_no_secret(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "rose-water")
    with Reader(Limits()) as reader:
        assert Opened(reader, tmp_path / "reading")(saved()) is not None
        assert reader._process is not None
        environment = Path(f"/proc/{reader._process.pid}/environ").read_bytes()
    assert b"rose-water" not in environment
    assert b"FIELD" not in environment
