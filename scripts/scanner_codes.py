"""Draw the two codes with which a handheld scanner is set up, into `static/js/desk/scanner_codes.js`.

Run by hand when their texts change:

    python scripts/scanner_codes.py

1. The small code has every character of a card's code three times, each time with other neighbours: what a character
   turns into may depend on the one before (dead keys).
2. The large one is as long as the code of a card with a portrait, for what only long codes show: lost characters, and
   how long it takes.
3. Their lengths are 1 modulo 3, which no base45 has: every reader refuses them before it looks at anything else.
4. The page draws them itself, without a network; they are kept as rows of bits, in hexadecimal.
"""

from pathlib import Path

from citycard.core.base45 import ALPHABET
from citycard.printing.codes import Matrix, batch_code

TARGET = Path(__file__).resolve().parent.parent / "static" / "js" / "desk" / "scanner_codes.js"

STEPS = (1, 7, 19)
LARGE = 1264

HEAD = """/* The two codes of the scanner's set-up; written by scripts/scanner_codes.py.

   No reader takes them for a card: their lengths are 1 modulo 3, which no base45 has. */
"""


def small_text() -> str:
    """Return the text of the small code."""
    # (1), (3)
    size = len(ALPHABET)
    return "".join(ALPHABET[place * step % size] for step in STEPS for place in range(size)) + ALPHABET[0]


def large_text() -> str:
    """Return the text of the large one: a sequence without a pattern, the same each time."""
    # (2), (3)
    text, value = "", 1
    while len(text) < LARGE:
        value = value * 171 % 30269
        text += ALPHABET[value % len(ALPHABET)]
    return text


def rows(matrix: Matrix) -> list[str]:
    """Return each row of modules as a hexadecimal number, the leftmost module first, filled up with light ones."""
    # (4)
    digits = -(-matrix.size // 4)
    lines = (matrix.modules[row * matrix.size : (row + 1) * matrix.size] for row in range(matrix.size))
    padded = ("".join(map(str, line)).ljust(4 * digits, "0") for line in lines)
    return [f"{int(line, 2):0{digits}x}" for line in padded]


def javascript(name: str, text: str) -> str:
    """Return the code as a constant of a module."""
    matrix = batch_code(text)
    lines = "\n".join(f'    "{row}",' for row in rows(matrix))
    return f'\nexport const {name} = {{\n  text: "{text}",\n  size: {matrix.size},\n  rows: [\n{lines}\n  ],\n}};\n'


def main() -> None:
    """Write the module."""
    TARGET.write_text(HEAD + javascript("SMALL", small_text()) + javascript("LARGE", large_text()), "utf-8")


if __name__ == "__main__":
    main()
