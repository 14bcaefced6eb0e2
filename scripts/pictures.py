"""Makes the pictures of the README from a running demonstration: `.venv/bin/python scripts/pictures.py`.

1. A demonstration is made in a temporary folder and served.
2. `card.png`: the PDF of a resident's card, drawn by PDFium, both sides on a table.
3. `verdict.png`: that card's code, uploaded at the desk of the other city, in Chromium.
4. `portraits.png`: the drawn residents, all on one wall.

Needs what `make test` installs.
"""

import io
import shutil
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import sync_playwright

from citycard.demo import both, offices, prepare
from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import RESIDENTS

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SHOWN = "port-sable-nasrin"
DOTS_PER_INCH = 190
TABLE = "#eef1f2"


def main() -> None:
    """Make all of them."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    offices.without_our_surroundings()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "demo-offices"
        # (1)
        cities = prepare.prepare(folder)
        cards = prepare.cards_folder(folder)
        _card(cards / f"{SHOWN}-card.pdf", PICTURES / "card.png")
        with both.running(cities, both.free_ports(8301, 2), logs=folder / "logs") as servers:
            _verdict(servers[1].url, cards / f"{SHOWN}-full-code.png", PICTURES / "verdict.png")
    _portraits(PICTURES / "portraits.png")


def _card(pdf: Path, target: Path) -> None:
    # (2)
    pages = [page.render(scale=DOTS_PER_INCH / 72).to_pil() for page in pypdfium2.PdfDocument(str(pdf))]
    width, height = pages[0].size
    edge, corner = 34, round(3.18 / 25.4 * DOTS_PER_INCH)
    table = Image.new("RGB", (2 * width + 3 * edge, height + 2 * edge), TABLE)
    shape = Image.new("L", (width, height), 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, width - 1, height - 1), corner, fill=255)
    for place, page in enumerate(pages):
        at = (edge + place * (width + edge), edge)
        shadow = Image.new("L", table.size, 0)
        shadow.paste(shape, (at[0], at[1] + 6))
        table.paste("#9aa5a8", (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)).point(lambda value: value // 2))
        table.paste(page, at, shape)
    table.save(target, optimize=True)


def _verdict(url: str, code: Path, target: Path) -> None:
    # (3)
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1120, "height": 800}, locale="en")
        page.goto(f"{url}/staff/sign-in")
        page.fill("input[name=name]", "desk")
        page.fill("input[name=password]", offices.PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state()
        page.goto(f"{url}/desk/")
        page.set_input_files("input[type=file]", str(code))
        page.wait_for_selector("[data-verdict=OK] img.face")  # choosing the picture sends it
        picture = page.screenshot()
        browser.close()
    Image.open(io.BytesIO(picture)).convert("RGB").save(target, optimize=True)


def _portraits(target: Path) -> None:
    # (4)
    columns, width, height = 7, 150, 200
    rows = -(-len(RESIDENTS) // columns)
    wall = Image.new("RGB", (columns * (width + 10) + 10, rows * (height + 10) + 10), "white")
    for place, resident in enumerate(RESIDENTS):
        face = Image.open(io.BytesIO(draw_portrait(resident.look))).resize((width, height), Image.Resampling.LANCZOS)
        wall.paste(face, (10 + place % columns * (width + 10), 10 + place // columns * (height + 10)))
    wall.save(target, optimize=True)


if __name__ == "__main__":
    main()
