"""QR codes: error correction M, alphanumeric mode, never larger than fits a card.

1. The text is checked first: only the 45 characters of the alphanumeric mode, and no more than version 28 holds at
   level M. A code that fell back to bytes would still be read, but no longer fit its place.
2. Two writers, one content. `single_code` uses `qrcode`, the library named for the product, with everything slow in it
   decided beforehand: the mode is forced and the mask is fixed, because the payload is compressed and signed and
   therefore as good as random, so that scoring eight masks buys nothing. The characters are laid down in one piece;
   `qrcode` lays down bit after bit, twice. Version, error correction and places are its own. `batch_code` uses
   zxing-cpp's writer with the same mask: the same content, many times faster.
3. The result is a matrix of modules without the quiet zone; whoever places it on paper leaves four modules around it.
"""

import base64
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import qrcode
import zxingcpp
from qrcode.util import ALPHA_NUM, MODE_ALPHA_NUM, BitBuffer, QRData

from citycard.printing.errors import CannotPrint

MAX_TEXT = 1732
"""Alphanumeric characters in version 28 at level M: at four printer's dots a module, the largest an ID-1 card holds."""

QUIET_ZONE = 4
"""Empty modules on every side (ISO/IEC 18004)."""

_MASK = 3
"""(row + column) mod 3: no long runs on random data. The reader learns it from the code itself."""

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_DARK_RUN = re.compile(b"\x01+")


@dataclass(frozen=True)
class Matrix:
    """A square of modules, row after row, one byte each: 1 is dark."""

    size: int
    modules: bytes

    @property
    def version(self) -> int:
        """QR version 1 to 40."""
        return (self.size - 17) // 4

    def svg_path(self) -> str:
        """The dark modules as one path, one module a unit. One path, so that no renderer leaves seams between rows."""
        size, parts = self.size, []
        for row in range(size):
            line = self.modules[row * size : row * size + size]
            for run in _DARK_RUN.finditer(line):
                start, end = run.span()
                parts.append(f"M{start} {row}h{end - start}v1H{start}z")
        return "".join(parts)

    def svg(self) -> str:
        """A drawing of the bare code, black on nothing."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}" '
            f'width="{self.size}" height="{self.size}"><path d="{self.svg_path()}"/></svg>'
        )

    def png(self) -> bytes:
        """A 1-bit PNG of the bare code, four pixels a module: the dots of a 300 dpi card printer."""
        size, rows = self.size, []
        for row in range(size):
            # Four pixels are four bits, so a module is one hexadecimal digit: f is white, 0 is black.
            digits = self.modules[row * size : row * size + size].translate(_TO_DIGITS) + b"f" * (size % 2)
            line = bytes.fromhex(digits.decode("ascii"))
            rows.append(b"\x00" + line + (b"\x02" + bytes(len(line))) * 3)  # filter 2: as the row above
        header = struct.pack(">IIBBBBB", 4 * size, 4 * size, 1, 0, 0, 0, 0)
        content = zlib.compress(b"".join(rows), 3)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")

    def svg_of_dots(self) -> str:
        """The PNG in an SVG: no lines to follow, so several times faster to typeset than `svg`."""
        inside = base64.b64encode(self.png()).decode("ascii")
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1" height="1">'
            f'<image width="1" height="1" image-rendering="optimizeSpeed" href="data:image/png;base64,{inside}"/></svg>'
        )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


_TO_DIGITS = bytes.maketrans(b"\x00\x01", b"f0")
_FROM_LUMINANCE = bytes([1]) + bytes(255)


_VALUES = bytes.maketrans(ALPHA_NUM, bytes(range(len(ALPHA_NUM))))


class _Characters(QRData):  # type: ignore[misc]  # published without types
    """The text in alphanumeric mode: eleven bits for two characters, six for one that is left over."""

    def __init__(self, text: str) -> None:
        super().__init__(text.encode("ascii"), mode=MODE_ALPHA_NUM, check_data=False)
        values = self.data.translate(_VALUES)
        pairs = [f"{45 * first + second:011b}" for first, second in zip(values[::2], values[1::2], strict=False)]
        self._bits = "".join(pairs) + (f"{values[-1]:06b}" if len(values) % 2 else "")

    def write(self, buffer: BitBuffer) -> None:
        """Lay the bits down behind those that say the mode and the length, which do not end with a byte."""
        bits = "".join([f"{byte:08b}" for byte in buffer.buffer])[: buffer.length] + self._bits
        empty = -len(bits) % 8
        buffer.buffer[:] = (int(bits, 2) << empty).to_bytes((len(bits) + empty) // 8, "big")
        buffer.length = len(bits)


def single_code(text: str) -> Matrix:
    """Draw `text` with `qrcode`."""
    # (1)
    _check(text)
    # (2)
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=_MASK)
    code.add_data(_Characters(text), optimize=0)
    code.make(fit=True)
    # (3)
    return Matrix(code.modules_count, bytes(chain.from_iterable(code.modules)))


def batch_code(text: str) -> Matrix:
    """Draw `text` with zxing-cpp: the same content, many times faster."""
    # (1)
    _check(text)
    # (2)
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK)
    # The stubs do not say that a picture is a buffer.
    picture = barcode.to_image(scale=1, add_quiet_zones=False)
    # (3)
    return Matrix(picture.shape[0], bytes(cast(Any, picture)).translate(_FROM_LUMINANCE))


@dataclass(frozen=True)
class Pen:
    """A way to get a code onto paper: who lays out its modules, and how they are drawn."""

    write: Callable[[str], Matrix]
    draw: Callable[[Matrix], str]


FINE = Pen(single_code, Matrix.svg)
"""For single cards and slips: outlines, sharp at every size."""

FAST = Pen(batch_code, Matrix.svg_of_dots)
"""For batches: the printer's own dots."""


def _check(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise CannotPrint("The code is too long for a card.", code="code-too-large", field="code")
    if not _ALPHANUMERIC.fullmatch(text):
        raise CannotPrint("The code holds a character outside base45.", code="code-alphabet", field="code")
