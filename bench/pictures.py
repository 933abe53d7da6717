"""Pictures that nobody took: units from outside and inside, and pages of registers, drawn from a seed."""

import io
import random
from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIZE = (640, 480)
Colour = tuple[int, int, int]


def scene(draw: random.Random) -> Image.Image:
    """A unit from outside or inside: ground, sky or ceiling, buildings, gates, machines, people, light."""
    return draw.choice((_street, _street, _yard, _hall, _machine))(draw)


def page(draw: random.Random) -> Image.Image:
    """A page of a register under a lamp: ruled, written on, a little turned, with a shadow at one side."""
    image = Image.new("RGB", SIZE, _grey(draw, 190, 250))
    pen = ImageDraw.Draw(image)
    rows = draw.randint(14, 30)
    for row in range(rows):
        y = SIZE[1] * (row + 1) / (rows + 1)
        pen.line((0, y, SIZE[0], y), fill=_grey(draw, 110, 170), width=1)
        x = 20.0
        while x < SIZE[0] - 60:
            width = draw.uniform(15, 70)
            if draw.random() < 0.7:
                pen.line((x, y - 6, x + width, y - draw.uniform(3, 9)), fill=_grey(draw, 20, 80), width=2)
            x += width + draw.uniform(8, 30)
    for x in (60, *sorted(draw.randint(120, SIZE[0] - 40) for _ in range(draw.randint(2, 5)))):
        pen.line((x, 0, x, SIZE[1]), fill=_grey(draw, 90, 150), width=2)
    return _lit(draw, image.rotate(draw.uniform(-3, 3), fillcolor=_grey(draw, 60, 140)))


def _grey(draw: random.Random, low: int, high: int) -> Colour:
    value = draw.randint(low, high)
    return (value, value, max(value - draw.randint(0, 20), 0))


def _colour(draw: random.Random, low: int = 20, high: int = 235) -> Colour:
    return (draw.randint(low, high), draw.randint(low, high), draw.randint(low, high))


def _down(draw: random.Random, image: Image.Image, top: int, bottom: int) -> None:
    """A surface that gets lighter or darker downwards."""
    pen, first, last = ImageDraw.Draw(image), _colour(draw), _colour(draw)
    for y in range(top, bottom):
        part = (y - top) / max(bottom - top, 1)
        colour = tuple(round(a + (b - a) * part) for a, b in zip(first, last, strict=True))
        pen.line((0, y, SIZE[0], y), fill=colour)


def _house(draw: random.Random, pen: ImageDraw.ImageDraw, ground: int) -> None:
    left, width = draw.randint(-80, SIZE[0] - 60), draw.randint(80, 420)
    top = draw.randint(20, ground - 40)
    pen.rectangle((left, top, left + width, ground), fill=_colour(draw))
    columns, floors, glass = draw.randint(1, 7), draw.randint(1, 5), _colour(draw)
    for column in range(columns):
        for floor in range(floors):
            x = left + width * (column + 0.25) / columns
            y = top + (ground - top) * (floor + 0.2) / floors
            size = (width / columns * 0.5, (ground - top) / floors * 0.5)
            pen.rectangle(
                (x, y, x + size[0], y + size[1]), fill=glass if draw.random() < 0.8 else _colour(draw)
            )
    if draw.random() < 0.6:
        door = left + draw.uniform(0.1, 0.8) * width
        pen.rectangle(
            (door, ground - draw.randint(40, 140), door + draw.randint(25, 110), ground), fill=_colour(draw)
        )


def _things(draw: random.Random, pen: ImageDraw.ImageDraw, count: int, ground: int) -> None:
    """People, drums, sacks, carts: whatever stands about."""
    for _ in range(count):
        x, y = draw.randint(0, SIZE[0]), draw.randint(ground - 60, SIZE[1])
        width, height = draw.randint(10, 120), draw.randint(15, 160)
        box = (x, y - height, x + width, y)
        (pen.ellipse if draw.random() < 0.4 else pen.rectangle)(box, fill=_colour(draw))


def _street(draw: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE)
    ground = draw.randint(240, 420)
    _down(draw, image, 0, ground)
    _down(draw, image, ground, SIZE[1])
    pen = ImageDraw.Draw(image)
    for _ in range(draw.randint(1, 4)):
        _house(draw, pen, ground + draw.randint(-20, 40))
    for _ in range(draw.randint(0, 3)):
        x = draw.randint(0, SIZE[0])
        pen.line((x, draw.randint(0, 150), x, ground), fill=_colour(draw, 10, 90), width=draw.randint(3, 12))
    _things(draw, pen, draw.randint(0, 7), ground)
    return _lit(draw, image)


def _yard(draw: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE)
    ground = draw.randint(150, 300)
    _down(draw, image, 0, ground)
    _down(draw, image, ground, SIZE[1])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, ground - draw.randint(20, 120), SIZE[0], ground), fill=_colour(draw))
    gate = draw.randint(40, 450)
    pen.rectangle(
        (gate, ground - draw.randint(60, 140), gate + draw.randint(60, 180), ground), fill=_colour(draw)
    )
    _things(draw, pen, draw.randint(3, 14), ground + 60)
    return _lit(draw, image)


def _hall(draw: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE, _colour(draw, 30, 180))
    pen = ImageDraw.Draw(image)
    x, y = draw.randint(150, 490), draw.randint(120, 300)
    for corner in ((0, 0), (SIZE[0], 0), SIZE, (0, SIZE[1])):
        pen.polygon(((x, y), corner, (corner[0], SIZE[1] - corner[1])), fill=_colour(draw, 20, 210))
    for _ in range(draw.randint(2, 9)):
        at, up = draw.uniform(0, SIZE[0]), draw.uniform(0, y)
        pen.ellipse((at, up, at + draw.uniform(20, 90), up + draw.uniform(8, 30)), fill=(255, 250, 230))
    _things(draw, pen, draw.randint(4, 16), y + 80)
    return _lit(draw, image)


def _machine(draw: random.Random) -> Image.Image:
    image = Image.new("RGB", SIZE)
    _down(draw, image, 0, SIZE[1])
    pen = ImageDraw.Draw(image)
    for _ in range(draw.randint(4, 14)):
        x, y = draw.randint(-60, SIZE[0]), draw.randint(-60, SIZE[1])
        box = (x, y, x + draw.randint(30, 300), y + draw.randint(30, 240))
        (pen.ellipse if draw.random() < 0.4 else pen.rectangle)(
            box, fill=_colour(draw), outline=_colour(draw), width=4
        )
    return _lit(draw, image)


def _lit(draw: random.Random, image: Image.Image) -> Image.Image:
    """Light from a side, the grain of a small camera, a hand that was not quite still."""
    light = Image.linear_gradient("L").rotate(draw.choice((0, 90, 180, 270))).resize(SIZE)
    image = Image.composite(image, ImageEnhance.Brightness(image).enhance(draw.uniform(0.45, 0.95)), light)
    grain = Image.effect_noise(SIZE, draw.uniform(8, 30)).convert("RGB")
    image = Image.blend(image, grain, 0.08)
    return image.filter(ImageFilter.GaussianBlur(draw.uniform(0.3, 1.2)))


def saved_again(image: Image.Image, quality: int) -> Image.Image:
    """The picture after it was saved as JPEG."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def cut(image: Image.Image, part: float) -> Image.Image:
    """The picture without so much of each side."""
    x, y = round(SIZE[0] * part), round(SIZE[1] * part)
    return image.crop((x, y, image.width - x, image.height - y))


CHANGES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "saved again, quality 75": lambda image: saved_again(image, 75),
    "saved again, quality 30": lambda image: saved_again(image, 30),
    "half the size": lambda image: image.resize((SIZE[0] // 2, SIZE[1] // 2), Image.Resampling.LANCZOS),
    "a messenger's: 40 %, quality 50": lambda image: saved_again(image.resize((256, 192)), 50),
    "a quarter brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "a quarter darker": lambda image: ImageEnhance.Brightness(image).enhance(0.75),
    "a fifth more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.2),
    "without colour": lambda image: image.convert("L").convert("RGB"),
    "1 % cut off each side": lambda image: cut(image, 0.01),
    "3 % cut off each side": lambda image: cut(image, 0.03),
    "6 % cut off each side": lambda image: cut(image, 0.06),
    "turned by 1 degree": lambda image: image.rotate(1, resample=Image.Resampling.BICUBIC),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}
"""What somebody, or a messenger, may have done to a picture before it is used once more."""
