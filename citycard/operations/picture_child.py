"""The child that opens a picture: one process for one file, which ends with it and takes its memory along.

Run as `python -I -m citycard.operations.picture_child`; it reads a job and the file on its standard input, and writes
bare pixels, or a reason, on its standard output. The parent is `picture_process`; what comes of the pixels is in
`portrait` and `picture_code`.

1. Everything that any of the three formats needs is loaded, then the door is shut (`confined`).
2. The size in pixels is read from the header, the number of scans counted, and both capped before anything is decoded:
   a bomb stays a header.
3. Turned as the camera meant it (EXIF orientation). Transparent becomes white, 16 bits become 8.
4. What leaves are bare pixels of the asked-for sizes: no EXIF, place, comment, colour profile or second picture.

Nothing here is believed by the parent but the pixels, and of those only their number.
"""

import io
import os
import struct
import warnings
from typing import NoReturn

# (1) Pillow loads these when it meets a file that needs them, which is too late behind a shut door.
from PIL import (  # noqa: F401
    Image,
    ImageOps,
    ImagePalette,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from citycard.operations.confined import lock_in
from citycard.operations.picture_limits import (
    FORMATS,
    MAX_BYTES,
    MAX_CODE_SIDE,
    MAX_PIXELS,
    MAX_SCANS,
    MAX_WHOLE,
    MIN_SIDE,
    PRINT_SIZE,
)
from citycard.operations.portrait_cut import Cut, Frame

JOB = struct.Struct(">BB?ddd")
"""What to do, quarter turns, whether a frame follows, the frame; then the file."""

PORTRAIT, CODES = 1, 2
"""What can be asked: two pictures in colour for a portrait (as cut, and the whole), or one in grey to find codes in."""

PICTURE = struct.Struct(">BHH")
"""Before each picture of an answer: bytes of a pixel, width, height."""

LOCKED, LIMITED, REFUSED = b"+", b"~", b"-"
"""First byte of an answer: pixels from behind the whole door, from behind the limits alone, or a reason."""

REASONS = ("portrait-unreadable", "portrait-pixels", "portrait-small")

_JPEG = b"\xff\xd8"
_SCAN = b"\xff\xda"
"""The marker that begins a scan (ITU-T T.81, B.1.1.3); within the data of a scan they do not stand together."""


class Unfit(Exception):
    """The file cannot be used; the argument is one of `REASONS`."""


def decode(upload: bytes) -> Image.Image:
    """Return the picture in `upload`, upright and as bare pixels (2, 3); raise `Unfit`."""
    try:
        return _on_white(_upright(upload)).convert("RGB")
    except Unfit:
        raise
    except Image.DecompressionBombError:
        # So many that Pillow stops before we can count them.
        raise Unfit("portrait-pixels") from None
    except Exception:
        # Decoders raise what they like (OSError, SyntaxError, struct.error …): for the clerk all of it is one thing.
        raise Unfit("portrait-unreadable") from None


def _upright(upload: bytes) -> Image.Image:
    # (2) In the other formats the two bytes of the marker stand together by chance, once in 65,536.
    if upload.startswith(_JPEG) and upload.count(_SCAN) > MAX_SCANS:
        raise Unfit("portrait-unreadable")
    with Image.open(io.BytesIO(upload), formats=FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise Unfit("portrait-pixels")
        if min(opened.size) < MIN_SIDE:
            raise Unfit("portrait-small")
        # (3)
        return ImageOps.exif_transpose(opened)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # 16-bit grey, from scanners: Pillow would cut at 255 instead of scaling, and leave a white sheet.
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        # Transparent becomes white, as on paper; dropped, it would become whatever colour lay beneath.
        layer = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture


def for_portrait(picture: Image.Image, *, frame: Frame | None, quarter_turns: int) -> list[Image.Image]:
    """Return the picture as it will be printed, and the whole, upright and unturned, for another cut."""
    cut = Cut.of(picture.size, frame=frame, quarter_turns=quarter_turns)
    turned = picture.rotate(-90 * cut.quarter_turns, expand=True) if cut.quarter_turns else picture
    printed = turned.crop(cut.box()).resize(PRINT_SIZE, Image.Resampling.LANCZOS)
    picture.thumbnail((MAX_WHOLE, MAX_WHOLE), Image.Resampling.LANCZOS)
    return [printed, picture]


def for_codes(picture: Image.Image) -> list[Image.Image]:
    """Return the picture in grey, as large as codes are looked for."""
    grey = picture.convert("L")
    grey.thumbnail((MAX_CODE_SIDE, MAX_CODE_SIDE))
    return [grey]


def answer(job: bytes) -> bytes:
    """Do what `job` asks."""
    what, turns, framed, left, top, width = JOB.unpack(job[: JOB.size])
    picture = decode(job[JOB.size :])
    frame = Frame(left, top, width) if framed else None
    pictures = for_codes(picture) if what == CODES else for_portrait(picture, frame=frame, quarter_turns=turns)
    # (4)
    return b"".join(PICTURE.pack(len(each.getbands()), *each.size) + each.tobytes() for each in pictures)


def main() -> NoReturn:
    """Serve one job, and end without tidying up: there is nothing that outlives the process."""
    warnings.simplefilter("ignore")  # a warning would look for the line of code to quote, and files are out of reach
    whole = lock_in()
    try:
        said = (LOCKED if whole else LIMITED) + answer(_read(JOB.size + MAX_BYTES))
    except Unfit as unfit:
        said = REFUSED + str(unfit).encode()
    except BaseException:
        said = REFUSED + b"portrait-unreadable"  # out of memory, most likely
    while said:
        said = said[os.write(1, said) :]
    os._exit(0)


def _read(most: int) -> bytes:
    parts, left = [], most
    while left and (part := os.read(0, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    main()
