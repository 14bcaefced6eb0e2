"""Cut the project's typefaces out of Debian's Noto packages.

Run by hand when Noto or the list below changes, on a Debian machine with `fonts-noto-core`, and with the development
requirements installed (`fonttools`, `brotli`):

    python scripts/subset_fonts.py /usr/share/fonts/truetype/noto

1. For print: one TrueType file for each script and weight, without hinting (a card printer's dots do not need it), kept
   whole in its letters, marks and shaping rules, into `static/fonts/print/`.
2. For pages: four WOFF2 files, into `static/fonts/`.
3. A table of every character that the print files can draw, `static/fonts/print/coverage.json`. Printing reads it, so
   that a running office needs no font library to know that it cannot print a name.
4. The list of SHA-256 sums between the two marks of `static/fonts/README.md`.

Left out, because they would weigh more than everything else together: Chinese, Japanese and Korean.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"

Blocks = tuple[tuple[int, int], ...]

COMMON: Blocks = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x02B0, 0x036F),  # modifier letters, combining marks
    (0x1AB0, 0x1ABE),
    (0x1DC0, 0x1DFF),
    (0x2000, 0x206F),  # punctuation and format characters
    (0x2070, 0x209C),
    (0x20A0, 0x20BF),  # currency
    (0x2116, 0x2122),  # numero, trade mark
    (0x25CC, 0x25CC),  # dotted circle: what a lone mark stands on
)
LATIN_GREEK_CYRILLIC: Blocks = (
    *COMMON,
    (0x0250, 0x02AF),  # letters that African alphabets share with phonetics
    (0x0370, 0x052F),
    (0x1C80, 0x1C88),
    (0x1E00, 0x1FFF),
    (0x2C60, 0x2C7F),
    (0x2DE0, 0x2DFF),
    (0xA640, 0xA69F),
    (0xA720, 0xA7FF),
    (0xAB30, 0xAB67),
    (0xFB00, 0xFB06),
    (0xFE20, 0xFE2F),
    (0xFFFD, 0xFFFD),
)
ARABIC: Blocks = (
    (0x0020, 0x007E),
    (0x00A0, 0x00A0),
    (0x00AB, 0x00AB),
    (0x00BB, 0x00BB),
    (0x0600, 0x06FF),
    (0x0750, 0x077F),
    (0x08A0, 0x08FF),
    (0x200B, 0x200F),
    (0x2010, 0x2026),
    (0x25CC, 0x25CC),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
)
EVERYTHING: Blocks = ((0x0020, 0x10FFFF),)

PRINTED: tuple[tuple[str, tuple[str, ...], Blocks], ...] = (
    ("NotoSans", ("Regular", "Bold"), LATIN_GREEK_CYRILLIC),
    ("NotoSansArabic", ("Regular", "Bold"), ARABIC),
    ("NotoSansAdlam", ("Regular",), EVERYTHING),
    ("NotoSansArmenian", ("Regular", "Bold"), EVERYTHING),
    ("NotoSansBengali", ("Regular",), EVERYTHING),
    ("NotoSansDevanagari", ("Regular",), EVERYTHING),
    ("NotoSansEthiopic", ("Regular",), EVERYTHING),
    ("NotoSansGeorgian", ("Regular", "Bold"), EVERYTHING),
    ("NotoSansGujarati", ("Regular",), EVERYTHING),
    ("NotoSansGurmukhi", ("Regular",), EVERYTHING),
    ("NotoSansHebrew", ("Regular", "Bold"), EVERYTHING),
    ("NotoSansKannada", ("Regular",), EVERYTHING),
    ("NotoSansKhmer", ("Regular",), EVERYTHING),
    ("NotoSansLao", ("Regular",), EVERYTHING),
    ("NotoSansMalayalam", ("Regular",), EVERYTHING),
    ("NotoSansMyanmar", ("Regular",), EVERYTHING),
    ("NotoSansNKo", ("Regular",), EVERYTHING),
    ("NotoSansOriya", ("Regular",), EVERYTHING),
    ("NotoSansSinhala", ("Regular",), EVERYTHING),
    ("NotoSansSyriac", ("Regular",), EVERYTHING),
    ("NotoSansTamil", ("Regular",), EVERYTHING),
    ("NotoSansTelugu", ("Regular",), EVERYTHING),
    ("NotoSansThaana", ("Regular",), EVERYTHING),
    ("NotoSansThai", ("Regular", "Bold"), EVERYTHING),
    ("NotoSansTifinagh", ("Regular",), EVERYTHING),
)
ON_PAGES: tuple[tuple[str, tuple[str, ...], Blocks], ...] = (
    # Every page of the desk is kept for offline use and counts in kilobytes: what the four languages and the names of
    # most residents need; the reader's own system draws the rest.
    ("NotoSans", ("Regular", "Bold"), (*COMMON, (0x0370, 0x045F), (0x1E00, 0x1EFF))),
    ("NotoSansArabic", ("Regular", "Bold"), ((0x0020, 0x007E), (0x0600, 0x06FF), (0x200B, 0x200F), (0x2010, 0x2026))),
)


def cut(source: Path, blocks: Blocks, target: Path, *, flavor: str | None) -> set[int]:
    """Write the part of `source` inside `blocks` to `target` and return the characters it can draw."""
    options = Options()
    options.hinting = False
    options.flavor = flavor
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    kept = {c for c in font.getBestCmap() if any(first <= c <= last for first, last in blocks)}
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=kept)
    subsetter.subset(font)
    font.flavor = flavor
    font.save(target)
    return set(TTFont(target).getBestCmap())


def as_ranges(characters: set[int]) -> list[list[int]]:
    """Turn {65, 66, 67, 70} into [[65, 67], [70, 70]]."""
    ranges: list[list[int]] = []
    for c in sorted(characters):
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    return ranges


def main(noto: Path) -> None:
    covered: set[int] = set()
    families: list[str] = []
    (FONTS / "print").mkdir(parents=True, exist_ok=True)
    # (1)
    for name, weights, blocks in PRINTED:
        for weight in weights:
            target = FONTS / "print" / f"{name}-{weight}.ttf"
            characters = cut(noto / f"{name}-{weight}.ttf", blocks, target, flavor=None)
            if weight == "Regular":
                covered |= characters
                families.append(str(TTFont(target)["name"].getBestFamilyName()))
    # (2)
    for name, weights, blocks in ON_PAGES:
        for weight in weights:
            cut(noto / f"{name}-{weight}.ttf", blocks, FONTS / f"{name}-{weight}.woff2", flavor="woff2")
    # (3)
    table = {"families": families, "characters": as_ranges(covered)}
    text = json.dumps(table, separators=(",", ":"))
    (FONTS / "print" / "coverage.json").write_text(text + "\n", encoding="ascii")
    # (4)
    files = sorted([*FONTS.glob("*.woff2"), *(FONTS / "print").glob("*.ttf"), FONTS / "print" / "coverage.json"])
    sums = "\n".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.relative_to(FONTS)}" for f in files)
    readme = FONTS / "README.md"
    before = readme.read_text(encoding="utf-8")
    block = f"<!-- sums -->\n```text\n{sums}\n```\n<!-- end of sums -->"
    readme.write_text(re.sub(r"<!-- sums -->.*<!-- end of sums -->", block, before, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
