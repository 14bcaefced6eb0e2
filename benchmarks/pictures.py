"""Pictures of a code, and cards with it: ours beside `qrcode` with Pillow at its defaults, and `segno`.

1. One text for all: a signed card with portrait, 1,263 characters, version 24 at level M.
2. Every picture is read back by zxing-cpp before any is measured. Ours are the bare code, four pixels a module, and
   get their quiet zone before they are read; the others come with it, ten pixels a module.
3. All take turns, one drawing at a time, and the fastest drawing of each counts, in processor's time: the slowest take
   eighty milliseconds, and no machine with other work leaves anybody alone so long, while ours of one millisecond slip
   through between two interruptions.
4. Cards are typeset in documents of `BATCH`, each card with its own text, codes and portrait; both codes of two of
   them are read back from the pages first. The processor's time is that of all threads together.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pypdfium2
import qrcode
import zxingcpp
from PIL import Image, ImageOps

from benchmarks.faces import as_it_is, faces
from benchmarks.measuring import Others, Rates
from benchmarks.subjects import PORT_SABLE
from citycard.printing.card import BATCH, render_batch
from citycard.printing.codes import batch_code, single_code
from tests.support.cities import PORTRAIT

TEXT = PORT_SABLE.card(
    portrait=PORTRAIT,
    language="ara",
    own_script_name="ليوني مارشفير",
    own_script_language="ara",
    address="3 rue du Phare",
)

Drawing = Callable[[], bytes]


def by_qrcode() -> bytes:
    """Draw as the manual of `qrcode` says; its default level is M."""
    code = qrcode.QRCode()
    code.add_data(TEXT)
    code.make(fit=True)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue()


def drawings() -> dict[str, Drawing]:
    """Return what draws in this process, each seen to be right (1, 2)."""
    assert (len(TEXT), batch_code(TEXT).version) == (1263, 24)
    found: dict[str, Drawing] = {
        "picture-qrcode": by_qrcode,
        "picture-single": lambda: single_code(TEXT).png(),
        "picture-batch": lambda: batch_code(TEXT).png(),
    }
    for draw in found.values():
        _see(draw())
    assert single_code(TEXT) == batch_code(TEXT)
    return found


def measure(*, rounds: int) -> Rates:
    """Return the best rate of every drawing, and cards a second."""
    here = drawings()
    best: Rates = {}
    with Others("drawn_by_others.py", {"text": TEXT}) as others:
        for name in others.names:
            _see(bytes.fromhex(others.ask({"picture": name})))
        # (3)
        for _ in range(rounds):
            for name, draw in here.items():
                best[name] = max(best.get(name, 0.0), _rate(draw))
            for name in others.names:
                best[name] = max(best.get(name, 0.0), others.rate(name, 0.0))
    best["cards"] = _cards(rounds)
    return best


def _rate(draw: Drawing) -> float:
    started = time.process_time()
    draw()
    return 1 / (time.process_time() - started)


def _cards(rounds: int) -> float:
    """Return how many cards are drawn and typeset in a second of one core (4)."""
    some = faces(BATCH, seed=1)
    pages = pypdfium2.PdfDocument(render_batch([some[0], some[-1]], translate=as_it_is))
    read = [_read(page.render(scale=300 / 72).to_pil()) for page in pages]
    assert read == [some[0].light_code, some[0].full_code, some[-1].light_code, some[-1].full_code]
    best = 0.0
    for _ in range(max(3, rounds // 6)):
        started = time.process_time()
        render_batch(some, translate=as_it_is)
        best = max(best, len(some) / (time.process_time() - started))
    return best


def _see(png: bytes) -> None:
    read = _read(ImageOps.expand(Image.open(io.BytesIO(png)).convert("L"), 16, 255))
    assert read == TEXT, "a picture that does not say what it should is not measured"


def _read(picture: Image.Image) -> str:
    [found] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return str(found.text)
