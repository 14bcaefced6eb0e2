"""What the holders were handed. A real office keeps none of this; the demonstration plays the holders, who do.

For each card: the card and the slip as PDF, and both codes as pictures, to be uploaded at a check desk. One code more
is forged: a good card of Port-Sable with a bit of its signature turned.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

from citycard.core import base45
from citycard.core.compression import deflate, inflate
from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import RESIDENTS, Resident, Stage
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.printing.codes import single_code

FORGED = "port-sable-forged-code.png"
TO_ENROL = "portrait-to-try.png"
"""A face that belongs to none of the cards, for the visitor's own enrolment."""

_SAYS = {
    Stage.HELD: "valid",
    Stage.SUSPENDED: "suspended",
    Stage.ENDED: "ended",
    Stage.PRINTED: "valid, printed and not yet handed over",
}

_README = """\
These are the cards of invented residents, as their holders would have them at home.
A real office keeps none of this: after hand-over it holds a number, days and a state.

*-card.pdf         the card, front and back
*-slip.pdf         the holder's slip with the home sheet
*-full-code.png    the code on the back: upload it at a check desk
*-light-code.png   the code on the front, which holds no name
{forged}   a good card with its signature changed
{portrait}   a portrait for the person you enrol yourself

"""


class Drawer:
    """The folder where the demonstration keeps the holders' papers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """Make the folder, with a page that says what it is."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = [f"{each.city}-{each.key}  {_SAYS[each.stage]}" for each in RESIDENTS if each.stage in _SAYS]
        text = _README.format(forged=FORGED, portrait=TO_ENROL) + "\n".join(kept) + "\n"
        (self.folder / "README.txt").write_text(text, "utf-8")
        draft = next(each for each in RESIDENTS if each.stage is Stage.DRAFT)
        (self.folder / TO_ENROL).write_bytes(draw_portrait(draft.look))

    def keep(self, resident: Resident, file: EnrolmentFile, *, card: bytes, slip: bytes) -> None:
        """Keep what `resident` goes home with; `card` and `slip` are PDFs."""
        for part, content in (
            ("card.pdf", card),
            ("slip.pdf", slip),
            ("full-code.png", code_picture(file.full_code)),
            ("light-code.png", code_picture(file.light_code)),
        ):
            (self.folder / f"{resident.city}-{resident.key}-{part}").write_bytes(content)
        if not (self.folder / FORGED).exists():
            (self.folder / FORGED).write_bytes(code_picture(forged(file.full_code)))


def code_picture(text: str) -> bytes:
    """Return the code as a PNG with its quiet zone, eight pixels a module."""
    with Image.open(io.BytesIO(single_code(text).png())) as bare:
        large = bare.convert("L").resize((bare.width * 2, bare.height * 2), Image.Resampling.NEAREST)
    out = io.BytesIO()
    ImageOps.expand(large, border=32, fill=255).save(out, "PNG", optimize=True)
    return out.getvalue()


def forged(text: str) -> str:
    """Return the code with one bit of its signature turned: read by every reader, believed by none."""
    token = bytearray(inflate(base45.decode(text), cap=1 << 16))
    token[-40] ^= 1
    return base45.encode(deflate(bytes(token)))
