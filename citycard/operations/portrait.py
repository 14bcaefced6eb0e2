"""Portraits: from whatever file somebody brings to two clean pictures, or a sentence saying why not.

1. At most `MAX_BYTES`, and JPEG, PNG or WebP by content; Pillow would open forty formats more.
2. The size in pixels is read from the header, the number of scans counted, and both capped before anything is decoded:
   a bomb stays a header.
3. Turned as the camera meant it (EXIF orientation), then cut to 3:4: the clerk's frame, or the middle, a little above,
   where a face is.
4. Rebuilt from bare pixels: no EXIF, place, comment, colour profile or second picture survives.
5. One picture to print, 480 x 640 JPEG; one for the code, 72 x 96 WebP of at most `SMALL_BYTES`, at the best quality
   that fits.

Nothing is written to disk. The file as uploaded is dropped with the request.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from citycard.core.errors import CitycardError

MAX_BYTES = 10 * 1024 * 1024
"""Telephones make files of 3 to 8 MB."""

MAX_PIXELS = 12_700_000
"""What is sold as 12 megapixels is up to 12.6 million (4096 x 3072); decoded that is 38 MB, which a small
server holds a few times over."""

MAX_SCANS = 40
"""A progressive JPEG has about ten scans, its preview a few more. Each costs a pass over the whole picture, so that a
small file with thousands of them would keep a server busy for minutes."""

_SCAN = b"\xff\xda"
"""The marker that begins a scan (ITU-T T.81, B.1.1.3); within the data of a scan they do not stand together."""

_UNREADABLE = "This file is not a picture that can be read. Use a JPEG, PNG or WebP file."

MIN_SIDE = 150
"""Below this the face on the printed card is a blur."""

PRINT_SIZE = (480, 640)
"""24 x 32 mm at 500 dpi: more than a card printer shows."""

CODE_SIZE = (72, 96)
SMALL_BYTES = 560
"""With it a typical code is version 24, 38 mm, read by every phone tried (card profile)."""

_FORMATS = ("JPEG", "PNG", "WEBP")

_TOO_MANY_PIXELS = "The picture has more than 12 megapixels. Choose a smaller one."


class PortraitRefused(CitycardError):
    """The file cannot be used as a portrait; `code` says why, and the sentence what to do."""

    code = "portrait"


@dataclass(frozen=True)
class Frame:
    """Where to cut, in shares of the turned picture: left and top edge and width, each from 0 to 1."""

    left: float
    top: float
    width: float


@dataclass(frozen=True, repr=False)
class Portrait:
    """The two pictures that are kept until hand-over."""

    to_print: bytes
    for_code: bytes


def make_portrait(upload: bytes, *, frame: Frame | None = None, quarter_turns: int = 0) -> Portrait:
    """Return the two pictures made of `upload`; raise `PortraitRefused` with what to do instead.

    `quarter_turns` turns the picture clockwise before it is cut, for scans that lie on their side.
    """
    picture = decode(upload)
    # (3)
    if quarter_turns % 4:
        picture = picture.rotate(-90 * (quarter_turns % 4), expand=True)
    picture = picture.crop(_box(picture.size, frame))
    # (4)
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture)
    # (5)
    large = io.BytesIO()
    clean.resize(PRINT_SIZE, Image.Resampling.LANCZOS).save(large, "JPEG", quality=88, optimize=True)
    return Portrait(large.getvalue(), _small(clean))


def decode(upload: bytes) -> Image.Image:
    """Return the picture in `upload`, upright and as bare pixels (1 to 4); raise `PortraitRefused`."""
    # (1)
    if not upload:
        raise PortraitRefused("No picture arrived. Choose a file and try again.", code="portrait-missing")
    if len(upload) > MAX_BYTES:
        raise PortraitRefused("The picture is larger than 10 MB. Choose a smaller one.", code="portrait-large")
    if upload.count(_SCAN) > MAX_SCANS:
        raise PortraitRefused(_UNREADABLE, code="portrait-unreadable")
    try:
        with Image.open(io.BytesIO(upload), formats=_FORMATS) as opened:
            # (2)
            if opened.width * opened.height > MAX_PIXELS:
                raise PortraitRefused(_TOO_MANY_PIXELS, code="portrait-pixels")
            if min(opened.size) < MIN_SIDE:
                raise PortraitRefused(
                    "The picture is too small to recognise a face. Take it again.", code="portrait-small"
                )
            # (3)
            turned = ImageOps.exif_transpose(opened)
            if turned.mode.startswith("I"):
                # 16-bit grey, from scanners: Pillow would cut at 255 instead of scaling, and leave a white sheet.
                turned = turned.convert("I").point(lambda value: value * (1 / 257)).convert("L")
            if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
                # Transparent becomes white, as on paper; dropped, it would become whatever colour lay beneath.
                layer = turned.convert("RGBA")
                turned = Image.new("RGB", layer.size, "white")
                turned.paste(layer, mask=layer.getchannel("A"))
            return turned.convert("RGB")
    except PortraitRefused:
        raise
    except Image.DecompressionBombError:
        # So many that Pillow stops before we can count them.
        raise PortraitRefused(_TOO_MANY_PIXELS, code="portrait-pixels") from None
    except Exception:
        # Decoders raise what they like (OSError, SyntaxError, struct.error …): for the clerk all of it is one thing.
        raise PortraitRefused(_UNREADABLE, code="portrait-unreadable") from None


def _box(size: tuple[int, int], frame: Frame | None) -> tuple[int, int, int, int]:
    """Return the pixels to cut out, always 3:4 and inside the picture."""
    width, height = size
    widest = min(width, height * 3 // 4)
    if frame is None:
        cut, left, top = widest, (width - widest) // 2, (height - widest * 4 // 3) // 3
    else:
        cut = max(MIN_SIDE // 2, min(widest, round(width * frame.width)))
        left, top = round(width * frame.left), round(height * frame.top)
    tall = cut * 4 // 3
    left = max(0, min(left, width - cut))
    top = max(0, min(top, height - tall))
    return left, top, left + cut, top + tall


def _small(picture: Image.Image) -> bytes:
    small = picture.resize(CODE_SIZE, Image.Resampling.LANCZOS)
    data = b""
    for quality in (40, 30, 25, 20, 15, 10, 5, 1):
        out = io.BytesIO()
        small.save(out, "WEBP", quality=quality, method=6)
        data = out.getvalue()
        if len(data) <= SMALL_BYTES:
            return data
    if len(data) <= 2 * SMALL_BYTES - 100:
        return data  # a very busy picture: the code grows by a few versions and still fits
    raise PortraitRefused("The background is too busy. Take the picture before a plain wall.", code="portrait-busy")
