"""What a phone's camera would read off a screen: QR codes, dark on light, among whatever else is on it."""

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Page


def codes(page: Page) -> list[str]:
    """The texts of the codes on what is seen of a page."""
    return read(page.screenshot())


def read(png: bytes) -> list[str]:
    """The texts of the codes in a picture."""
    # Not every phone reads a code that is light on dark.
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"), try_invert=False)
    return [each.text for each in found]
