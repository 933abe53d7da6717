"""A picture for the employer is the picture, and nothing that stands beside it."""

import io

import pytest
from PIL import Image, PngImagePlugin

from field.evidence.images import bare

WORDS = b"zafran told me"


def jpeg(**options: object) -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = WORDS.decode()
    options = {"exif": exif, "comment": WORDS, "quality": 80, **options}
    noise = Image.effect_noise((120, 90), 60).convert("RGB")
    noise.save(made, "JPEG", **options)
    return made.getvalue()


def png() -> bytes:
    made, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", WORDS.decode())
    Image.effect_noise((60, 40), 60).save(made, "PNG", pnginfo=told)
    return made.getvalue()


def without(content: bytes) -> bytes:
    ranges = bare(content)
    assert ranges is not None
    return b"".join(content[start:end] for start, end in ranges)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(),
        jpeg(progressive=True),
        jpeg(optimize=True, subsampling=0),
        jpeg(restart_marker_blocks=2),
        jpeg() + WORDS,
        png(),
        png() + WORDS,
    ],
    ids=["plain", "in passes", "without subsampling", "restarted", "with a tail", "png", "png with a tail"],
)
def test_the_pixels_stay_and_the_words_go(content: bytes) -> None:
    assert WORDS in content
    left = without(content)
    assert WORDS not in left
    assert Image.open(io.BytesIO(left)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"<svg/>", b"GIF89a" + bytes(40), b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_that_can_be_read_has_no_copy(content: bytes) -> None:
    assert bare(content) is None


@pytest.mark.parametrize("content", [jpeg(), jpeg(progressive=True), png()])
def test_a_picture_that_was_cut_off_anywhere_has_no_copy_or_one_without_words(content: bytes) -> None:
    for at in range(2, len(content) - 12, 97):
        ranges = bare(content[:at])
        assert ranges is None or WORDS not in b"".join(content[start:end] for start, end in ranges)


def test_how_colours_are_coded_is_kept_since_they_would_be_others_without() -> None:
    made = io.BytesIO()
    Image.effect_noise((40, 40), 60).convert("CMYK").save(made, "JPEG")
    left = without(made.getvalue())
    assert Image.open(io.BytesIO(left)).tobytes() == Image.open(io.BytesIO(made.getvalue())).tobytes()
