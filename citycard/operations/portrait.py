"""Portraits: from whatever file somebody brings to two clean pictures, or a sentence saying why not.

1. At most `MAX_BYTES`, and JPEG, PNG or WebP by content.
2. The file is opened in a child process that can do nothing else (`picture_child`): capped before anything is decoded,
   turned as the camera meant it, cut to 3:4 where the clerk's frame is, or in the middle, a little above, where a face
   is. Bare pixels come back.
3. Rebuilt from those pixels: no EXIF, place, comment, colour profile or second picture survives.
4. One picture to print, 480 x 640 JPEG; one for the code, 72 x 96 WebP of at most `SMALL_BYTES`, at the best quality
   that fits; and the whole picture, smaller, so that it can still be cut another way until the enrolment is submitted.

Nothing is written to disk. The file as uploaded is dropped with the request.
"""

import io
from dataclasses import dataclass

from PIL import Image

from citycard.core.errors import CitycardError
from citycard.operations import picture_child
from citycard.operations.picture_limits import MAX_BYTES, PRINT_SIZE
from citycard.operations.picture_process import ChildFailed, pictures_of
from citycard.operations.portrait_cut import Cut, Frame

CODE_SIZE = (72, 96)
SMALL_BYTES = 560
"""With it a typical code is version 24, 38 mm, read by every phone tried (card profile)."""

_SENTENCES = {
    "portrait-missing": "No picture arrived. Choose a file and try again.",
    "portrait-large": "The picture is larger than 10 MB. Choose a smaller one.",
    "portrait-pixels": "The picture has more than 12 megapixels. Choose a smaller one.",
    "portrait-small": "The picture is too small to recognise a face. Take it again.",
    "portrait-unreadable": "This file is not a picture that can be read. Use a JPEG, PNG or WebP file.",
    "portrait-later": "Too many pictures are being read at this moment. Try again.",
}


class PortraitRefused(CitycardError):
    """The file cannot be used as a portrait; `code` says why, and the sentence what to do."""

    code = "portrait"


@dataclass(frozen=True, repr=False)
class Portrait:
    """The two pictures that are kept until hand-over, and what another cut is made from."""

    to_print: bytes
    for_code: bytes
    whole: bytes = b""
    """JPEG, upright, unturned."""
    cut: Cut | None = None
    """Where in it the portrait is."""


def make_portrait(upload: bytes, *, frame: Frame | None = None, quarter_turns: int = 0) -> Portrait:
    """Return the pictures made of `upload`; raise `PortraitRefused` with what to do instead.

    `quarter_turns` turns the picture clockwise before it is cut, for scans that lie on their side.
    """
    # (1, 2)
    printed, whole = _opened(upload, picture_child.PORTRAIT, frame=frame, quarter_turns=quarter_turns)
    if printed.size != PRINT_SIZE:
        raise refusal("portrait-unreadable")
    # (3, 4)
    return Portrait(
        _jpeg(printed, quality=88),
        _small(printed),
        whole=_jpeg(whole, quality=85),
        cut=Cut.of(whole.size, frame=frame, quarter_turns=quarter_turns),
    )


def cut_again(whole: bytes, cut: Cut) -> Portrait:
    """Return the portrait that another cut of a whole picture makes; `whole` is one that `make_portrait` returned."""
    made = make_portrait(whole, frame=cut.frame, quarter_turns=cut.quarter_turns)
    # As it was: a JPEG saved again and again would fade.
    return Portrait(made.to_print, made.for_code, whole=whole, cut=cut)


def grey_picture(upload: bytes) -> Image.Image:
    """Return the picture in `upload` in grey, as large as codes are looked for; raise `PortraitRefused`."""
    (picture,) = _opened(upload, picture_child.CODES)
    return picture


def refusal(code: str) -> PortraitRefused:
    """The refusal with this code, and its sentence."""
    return PortraitRefused(_SENTENCES[code], code=code)


def _opened(upload: bytes, what: int, *, frame: Frame | None = None, quarter_turns: int = 0) -> list[Image.Image]:
    if not upload:
        raise refusal("portrait-missing")
    if len(upload) > MAX_BYTES:
        raise refusal("portrait-large")
    try:
        pictures = pictures_of(upload, what, frame=frame, quarter_turns=quarter_turns)
    except ChildFailed as failed:
        raise refusal(failed.code) from None
    if len(pictures) != (2 if what == picture_child.PORTRAIT else 1):
        raise refusal("portrait-unreadable")
    return pictures


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


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
