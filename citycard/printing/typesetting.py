"""The one place that calls typst: templates and data in, PDF out, nothing on disk.

1. Templates are text files of this package. A document's data is JSON, and every text in it stays a text: typst shows
   a string value as it is, so a name like `#import` or `*x*` is printed, not obeyed.
2. Pictures travel as SVG, because the typesetter takes from memory only texts: a photograph is wrapped in an SVG as
   base64, which it decodes itself and embeds without re-drawing.
3. Fonts are ours alone. The system's fonts and the typesetter's own would be silent substitutes and make the same card
   look different in two offices.
4. Nothing in the PDF says when it was made, so that the same card gives the same bytes.
5. The typesetter remembers its work for the next ten documents, names and all. It is made to forget at once, with a
   dozen empty documents that take a few milliseconds together; it keeps memory flat in long batches, too.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import typst

from citycard.printing.coverage import families, fonts_folder
from citycard.printing.errors import CannotPrint

_DOES_NOT_FIT = re.compile(r"does-not-fit:(card|name|back)\.")
"""What our templates say when they stop, and where."""

_KINDS = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"))


def typeset(main: str, data: object, pictures: Mapping[str, str], *, tagged: bool) -> bytes:
    """Typeset the template `main` with `data` and return the PDF. `tagged` makes it readable aloud, at a price."""
    return cast(bytes, _compile(main, data, pictures, format="pdf", pdf_tags=tagged))


def _compile(main: str, data: object, pictures: Mapping[str, str], **options: Any) -> object:
    # (1) (2)
    inputs = {**pictures, "data": json.dumps({"fonts": families(), **cast("dict[str, object]", data)})}
    documents = {**_templates(), "main.typ": _templates()[main]}
    # (3)
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    try:
        # The stubs know one file only; the library takes a dictionary of them.
        # (4)
        return compiler.compile(cast(bytes, documents), timestamp=0, **options)
    except typst.TypstError as error:
        if spot := _DOES_NOT_FIT.search(str(error)):
            # `from None`: the typesetter's own message may quote what it was given.
            raise CannotPrint(
                "A text is too long for its place on the card.", code="does-not-fit", field=spot[1]
            ) from None
        raise CannotPrint("The typesetter refused the document.", code="cannot-print", field="card") from None
    finally:
        # (5)
        _forget()


def photograph(content: bytes) -> str:
    """Wrap a portrait (JPEG, PNG or WebP, 3:4) so that the typesetter can take it from memory."""
    return _wrap(content, width=3, fit="slice", field="portrait")


def emblem(content: bytes) -> str:
    """The city's arms: a drawing (SVG) as it is, or a picture set into a square."""
    if not content.lstrip().startswith(b"<"):
        return _wrap(content, width=4, fit="meet", field="arms")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotPrint("The arms are not an SVG in UTF-8.", code="picture", field="arms") from None


def _wrap(content: bytes, *, width: int, fit: str, field: str) -> str:
    # (2)
    kind = next((kind for start, kind in _KINDS if content.startswith(start)), None)
    if kind is None and content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "webp"
    if kind is None:
        raise CannotPrint(f"The field {field!r} is not a JPEG, PNG or WebP picture.", code="picture", field=field)
    inside = base64.b64encode(content).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 4" width="{width}" height="4">'
        f'<image width="{width}" height="4" preserveAspectRatio="xMidYMid {fit}" '
        f'href="data:image/{kind};base64,{inside}"/></svg>'
    )


def font_families() -> list[str]:
    """What the typesetter has to draw with."""
    return _fonts().families()


def _forget() -> None:
    empty = _empty_compiler()
    for _ in range(12):
        empty.compile(b"")


@cache
def _empty_compiler() -> typst.Compiler:
    return typst.Compiler(
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False), ignore_system_fonts=True
    )


@cache
def _templates() -> dict[str, bytes]:
    folder = files("citycard.printing") / "templates"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".typ")}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts_folder())])
