"""What is printed, seen with eyes that are not ours: pages drawn by PDFium, codes read by zxing-cpp."""

from __future__ import annotations

import re

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image


def rasterised(pdf: bytes, *, dots_per_inch: int = 300) -> list[Image.Image]:
    """The pages as a printer would put them on paper."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots_per_inch / 72).to_pil().convert("L") for page in document]


def qr_codes_in(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR codes in a picture, and no other kind.

    Of all kinds some stripes of a QR code look, once in a thousand, like a code of another kind that says a space:
    `test_shape` sees that no test asks for all of them.
    """
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))


def read_codes(picture: Image.Image) -> list[str]:
    """The texts of the QR codes in a picture."""
    return [found.text for found in qr_codes_in(picture)]


def words_on(pdf: bytes) -> list[str]:
    """The text of each page, as a screen reader or a search finds it."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def text_on(pdf: bytes) -> str:
    """The text of all pages on one line, without the invisible marks around what was filled in."""
    return re.sub("[\u2066-\u2069]", "", " ".join(" ".join(words_on(pdf)).split()))


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    return [(page.get_width() * 25.4 / 72, page.get_height() * 25.4 / 72) for page in document]
