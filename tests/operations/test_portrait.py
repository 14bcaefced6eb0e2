"""Portraits: whatever somebody brings becomes two clean pictures, or a sentence saying why not."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from citycard.core.claims import MAX_PORTRAIT
from citycard.operations.picture_limits import MAX_BYTES, MAX_PIXELS, MAX_WHOLE, PRINT_SIZE
from citycard.operations.portrait import (
    CODE_SIZE,
    SMALL_BYTES,
    Portrait,
    PortraitRefused,
    cut_again,
    make_portrait,
)
from citycard.operations.portrait_cut import Frame
from tests.support.processes import spent_by_children
from tests.support.shared import shared_portraits
from tests.support.town_hall import chance_from, drawn_face

RED, BLUE = (179, 32, 44), (31, 79, 156)
"""The shirt of the drawn face: its left half, its right half."""


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def shirt(portrait: Portrait) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The colours at the lower left and lower right of the printed picture."""
    picture = opened(portrait.to_print).convert("RGB")
    width, height = picture.size
    left, right = (picture.getpixel((x, height - 20)) for x in (20, width - 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    return left, right


def close(one: tuple[int, ...], other: tuple[int, ...], by: int = 30) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def face() -> Image.Image:
    return opened(drawn_face(kind="PNG")).convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_two_pictures_come_out(kind: str) -> None:
    made = make_portrait(drawn_face(kind=kind))

    printed, small = opened(made.to_print), opened(made.for_code)
    assert (printed.format, printed.size, printed.mode) == ("JPEG", PRINT_SIZE, "RGB")
    assert (small.format, small.size) == ("WEBP", CODE_SIZE)
    assert len(made.for_code) <= SMALL_BYTES
    left, right = shirt(made)
    assert close(left, RED)
    assert close(right, BLUE)


def test_the_four_faces_fit_their_codes() -> None:
    for path in shared_portraits():
        made = make_portrait(path.read_bytes())
        assert len(made.for_code) <= SMALL_BYTES, path.name
        assert opened(made.for_code).size == CODE_SIZE


# Each stored so that a viewer who turns it as the tag says sees the drawn face upright.
STORED: dict[int, Callable[[Image.Image], Image.Image]] = {
    1: lambda picture: picture,
    2: lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    4: lambda picture: picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda picture: picture.transpose(Image.Transpose.TRANSPOSE),
    6: lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    7: lambda picture: picture.transpose(Image.Transpose.TRANSVERSE),
    8: lambda picture: picture.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("orientation", STORED)
def test_it_is_turned_as_the_camera_meant_it(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upload = saved(STORED[orientation](face()), "JPEG", exif=exif, quality=95)

    left, right = shirt(make_portrait(upload))

    assert close(left, RED)
    assert close(right, BLUE)


@pytest.mark.parametrize("turns", [1, 2, 3, 5])
def test_the_clerk_can_turn_it(turns: int) -> None:
    lying = face().rotate(90 * turns, expand=True)

    left, right = shirt(make_portrait(saved(lying, "PNG"), quarter_turns=turns))

    assert close(left, RED)
    assert close(right, BLUE)


def test_nothing_rides_along() -> None:
    """No place, no camera, no comment, no colour profile, no thumbnail, no words in the file."""
    exif = Image.Exif()
    exif[0x010F] = "Canary Cameras"
    exif[0x9286] = "canary comment"
    exif.get_ifd(0x8825).update({1: "N", 2: (46.0, 9.0, 30.0), 3: "W", 4: (1.0, 9.0, 0.0), 29: "2026:11:23"})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "canary author")
    words.add_itxt("Place", "canary place")
    uploads = [
        saved(face(), "JPEG", exif=exif, icc_profile=profile, comment=b"canary in the comment"),
        saved(face(), "PNG", exif=exif, icc_profile=profile, pnginfo=words),
        saved(face(), "WEBP", exif=exif, icc_profile=profile, xmp=b"<x>canary</x>"),
    ]
    assert b"anary" in uploads[0]
    for upload in uploads:
        made = make_portrait(upload)
        for picture in (made.to_print, made.for_code):
            assert b"anary" not in picture
            assert dict(opened(picture).getexif()) == {}
            assert not {"exif", "icc_profile", "comment", "xmp", "Author", "Place"} & set(opened(picture).info)


KINDS: dict[str, Callable[[], bytes]] = {
    "PNG with transparency": lambda: saved(with_alpha(), "PNG"),
    "PNG with a palette": lambda: saved(face().quantize(64), "PNG"),
    "PNG with a transparent colour": lambda: saved(face().quantize(64), "PNG", transparency=0),
    "JPEG in four inks": lambda: saved(face().convert("CMYK"), "JPEG", quality=95),
    "grey JPEG": lambda: saved(face().convert("L"), "JPEG"),
    "black and white PNG": lambda: saved(face().convert("1"), "PNG"),
    "progressive JPEG": lambda: saved(face(), "JPEG", progressive=True),
    "lossless WebP": lambda: saved(with_alpha(), "WEBP", lossless=True),
    "moving WebP": lambda: saved(face(), "WEBP", save_all=True, append_images=[Image.new("RGB", face().size)]),
}


def with_alpha() -> Image.Image:
    """The face on a background of which nothing is to be seen, and beneath it green."""
    picture = face().convert("RGBA")
    green = Image.new("RGBA", (picture.width, picture.height // 8), (0, 255, 0, 0))
    picture.paste(green, (0, 0))
    return picture


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_file_is_read(kind: str) -> None:
    made = make_portrait(KINDS[kind]())

    assert opened(made.to_print).size == PRINT_SIZE
    if "grey" not in kind and "black" not in kind and "transparent" not in kind:
        left, right = shirt(made)
        assert close(left, RED, 60)
        assert close(right, BLUE, 60)


def test_what_is_transparent_becomes_white_as_on_paper() -> None:
    for upload in (saved(with_alpha(), "PNG"), saved(with_alpha(), "WEBP", lossless=True)):
        corner = opened(make_portrait(upload).to_print).convert("RGB").getpixel((5, 5))
        assert isinstance(corner, tuple)
        assert close(corner, (255, 255, 255), 12)


def test_sixteen_bits_of_grey_are_scaled_and_not_cut() -> None:
    """Scanners write them; cut at 255 the face would be a white sheet."""
    shades = Image.new("I;16", (300, 400))
    shades.putdata([x * 65535 // 299 for _ in range(400) for x in range(300)])
    printed = opened(make_portrait(saved(shades, "PNG")).to_print).convert("L")

    width, height = printed.size
    assert [round(printed.getpixel((width * part // 4, height // 2)) / 64) for part in (0, 1, 2, 3)] == [0, 1, 2, 3]  # type: ignore[operator]


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and little else."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(4234, 3000), (12_000, 12_000), (30_000, 30_000), (65_535, 65_535), (2**31 - 1, 1)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_stays_a_header(size: tuple[int, int]) -> None:
    begun = spent_by_children()
    with pytest.raises(PortraitRefused) as refusal:
        make_portrait(png_header(*size))

    assert refusal.value.code == "portrait-pixels"
    assert spent_by_children() - begun < 3, "as long as it takes to start the child"


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "portrait-missing"),
    "too many bytes": (lambda: b"\xff\xd8" + bytes(MAX_BYTES), "portrait-large"),
    "too small": (lambda: drawn_face(149, 400), "portrait-small"),
    "half a JPEG": (lambda: drawn_face()[: len(drawn_face()) // 2], "portrait-unreadable"),
    "half a PNG": (lambda: drawn_face(kind="PNG")[:400], "portrait-unreadable"),
    "half a WebP": (lambda: drawn_face(kind="WEBP")[:300], "portrait-unreadable"),
    "a broken PNG": (
        lambda: drawn_face(kind="PNG")[:200] + b"\0\0\0\0" + drawn_face(kind="PNG")[204:],
        "portrait-unreadable",
    ),
    "noise": (lambda: chance_from(4)(5000), "portrait-unreadable"),
    "text": (lambda: "Léonie".encode() * 100, "portrait-unreadable"),
    "SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>', "portrait-unreadable"),
    "PDF": (lambda: saved(face(), "PDF"), "portrait-unreadable"),
    "GIF": (lambda: drawn_face(kind="GIF"), "portrait-unreadable"),
    "BMP": (lambda: drawn_face(kind="BMP"), "portrait-unreadable"),
    "TIFF": (lambda: drawn_face(kind="TIFF"), "portrait-unreadable"),
    "ICO": (lambda: drawn_face(200, 200, "ICO"), "portrait-unreadable"),
    "PPM": (lambda: drawn_face(kind="PPM"), "portrait-unreadable"),
    "EPS": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\n%%EndComments\n", "portrait-unreadable"),
    "a bomb in a comment": (lambda: png_with_text(64 << 20), "portrait-unreadable"),
}


def png_with_text(size: int) -> bytes:
    """A PNG whose words inflate to `size` bytes."""
    plain = drawn_face(kind="PNG")
    data = b"Comment\0\0" + zlib.compress(bytes(size), 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_a_portrait_is_refused_with_what_to_do(what: str) -> None:
    make, code = REFUSED[what]
    upload = make()

    with pytest.raises(PortraitRefused) as refusal:
        make_portrait(upload)

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_of_a_file_that_is_two_things_only_the_picture_is_left() -> None:
    """A picture with a page, a script and an archive behind it."""
    tail = b"<html><script>alert('canary')</script></html>PK\x03\x04canary.exe"
    for upload in (drawn_face() + tail, drawn_face(kind="PNG") + tail):
        made = make_portrait(upload)
        assert b"canary" not in made.to_print + made.for_code
        assert b"script" not in made.to_print + made.for_code


@pytest.mark.parametrize("size", [(150, 150), (150, 3000), (3000, 150), (4000, 3000), (151, 399)])
def test_every_shape_is_cut_to_three_by_four(size: tuple[int, int]) -> None:
    assert opened(make_portrait(drawn_face(*size)).to_print).size == PRINT_SIZE


@pytest.mark.parametrize(
    "frame",
    [
        Frame(0, 0, 1),
        Frame(0.25, 0.25, 0.5),
        Frame(0.9, 0.9, 1),
        Frame(-5, -5, 20),
        Frame(0, 0, 0),
        Frame(1e9, 1e9, 1e9),
    ],
)
def test_the_clerks_frame_never_leaves_the_picture(frame: Frame) -> None:
    assert opened(make_portrait(drawn_face(), frame=frame).to_print).size == PRINT_SIZE


def test_the_frame_says_what_is_kept() -> None:
    """The lower right quarter is the blue half of the shirt."""
    made = make_portrait(drawn_face(800, 1600), frame=Frame(0.6, 0.78, 0.2))

    left, right = shirt(made)

    assert close(left, BLUE)
    assert close(right, BLUE)


def test_a_busy_picture_still_fits_a_card_or_is_refused() -> None:
    noise = Image.frombytes("RGB", (300, 400), chance_from(9)(360_000))
    try:
        fits, code = len(make_portrait(saved(noise, "PNG")).for_code) <= MAX_PORTRAIT, ""
    except PortraitRefused as refusal:
        fits, code = False, refusal.code

    assert fits or code == "portrait-busy"


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make_portrait(drawn_face())

    assert list(tmp_path.iterdir()) == []


def test_a_portrait_does_not_print_itself() -> None:
    assert "RIFF" not in repr(make_portrait(drawn_face()))


def test_a_picture_of_a_thousand_scans_is_not_decoded() -> None:
    """Each scan of a progressive JPEG costs a pass over the whole picture; a small file can ask for hours."""
    out = io.BytesIO()
    Image.new("RGB", (480, 640), "white").save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    hostile = whole[:last] + whole[last:-2] * 1000 + whole[-2:]

    with pytest.raises(PortraitRefused) as refused:
        make_portrait(hostile)

    assert refused.value.code == "portrait-unreadable"
    make_portrait(whole)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_stands_in_other_files_by_chance_is_no_scan(kind: str) -> None:
    """The two bytes that begin a scan of a JPEG come once in 65,536, so a hundred times in a large file of noise."""
    noise = Image.frombytes("RGB", (1600, 1200), chance_from(5)(1600 * 1200 * 3))
    upload = saved(noise, kind, **({"lossless": True, "method": 0} if kind == "WEBP" else {"compress_level": 1}))
    assert upload.count(b"\xff\xda") > 60

    try:
        code = make_portrait(upload) and ""
    except PortraitRefused as refusal:
        code = refusal.code

    assert code in ("", "portrait-busy"), "read, whatever is to be said of such a background"


def test_the_largest_picture_fits_behind_the_door() -> None:
    """Twelve megapixels with transparency, lying on its side: what costs most memory."""
    exif = Image.Exif()
    exif[0x0112] = 6
    grey = Image.linear_gradient("L").resize((4096, 3072))
    large = Image.merge("RGBA", [grey, grey, grey, Image.new("L", grey.size, 200)])
    assert large.width * large.height <= MAX_PIXELS

    for kind, options in (("WEBP", {"quality": 20, "method": 0}), ("PNG", {"compress_level": 1})):
        made = make_portrait(saved(large, kind, exif=exif, **options))
        assert opened(made.to_print).size == PRINT_SIZE


def test_the_whole_picture_comes_along_upright_and_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = face().resize((1800, 2400)).transpose(Image.Transpose.ROTATE_90)

    made = make_portrait(saved(lying, "JPEG", exif=exif), quarter_turns=1)

    whole = opened(made.whole)
    assert (whole.format, whole.size) == ("JPEG", (MAX_WHOLE * 3 // 4, MAX_WHOLE))
    assert not {"exif", "icc_profile", "comment"} & set(whole.info)
    assert made.cut is not None
    assert made.cut.size == whole.size
    assert made.cut.quarter_turns == 1, "the whole is as the camera meant it; the clerk's turns are in the cut"


def test_it_can_be_cut_again_from_the_whole() -> None:
    """The right half of the shirt alone, then all of it as before; and the whole does not fade with each cut."""
    made = make_portrait(drawn_face(900, 1600))
    assert made.cut is not None
    right = made.cut
    for act in ("larger",) * 12 + ("left",) * 40 + ("up",) * 40:
        right = right.after(act)

    again = cut_again(made.whole, right)
    back = cut_again(again.whole, made.cut)

    assert all(close(side, BLUE) for side in shirt(again))
    assert close(shirt(back)[0], RED)
    assert close(shirt(back)[1], BLUE)
    assert back.whole == again.whole == made.whole
