"""docs/card-format.md: its parts, and the two blocks of it that a programme writes.

The blocks are the worked example, and how many vectors there are.

    python -m tests.vectors.document                               prints them
    python -m tests.vectors.document --write docs/card-format.md   writes them between their marks

`make vectors` writes them, too, and a test compares.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

from tests.vectors.example import worked
from tests.vectors.vector import FOLDER, KINDS, Vector, read

DOCUMENT = FOLDER.parents[1] / "docs" / "card-format.md"


@cache
def vectors() -> list[Vector]:
    """Return every vector, as its file holds it."""
    return [read(path) for path in sorted(FOLDER.glob("*/*.json"))]


def counted() -> str:
    """Return how many vectors there are, by kind and by verdict, as Markdown."""
    kinds = Counter(vector.kind for vector in vectors())
    verdicts = Counter(vector.expected["verdict"] for vector in vectors())
    return (
        f"{len(vectors())} files: "
        + ", ".join(f"{kinds[kind]} in `{kind}/`" for kind in KINDS)
        + ". Verdicts: "
        + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
        + "."
    )


BLOCKS = {"example": worked, "count": counted}
"""What makes each block, by the name in its marks."""


def written(page: str) -> str:
    """Return `page` with what stands between each pair of marks made anew."""
    for name, make in BLOCKS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, first, rest = page.partition(begin)
        _, last, after = rest.partition(end)
        if not first or not last:
            raise ValueError(f"the page has no marks {begin} … {end}")
        page = f"{before}{begin}\n{make()}\n{end}{after}"
    return page


# --- reading the page, for the tests that hold it to the code ------------------------------------


def section(title: str) -> str:
    """Return what stands on the page under a heading, up to the next one of any level."""
    found = re.search(
        rf"^##+ {re.escape(title)}\n(.*?)(?=^##|\Z)", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    if found is None:
        raise ValueError(f"the page has no heading {title}")
    return found[1]


def fenced(language: str) -> str:
    """Return the one block of the page in this language."""
    (block,) = re.findall(rf"^ *```{language}\n(.*?)^ *```$", DOCUMENT.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(block)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table in `text`, without the heads."""
    lines = re.findall(r"^(?!\|---)\|(.*)\|$(?!\n\|---)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


# --- writing it ----------------------------------------------------------------------------------


def main() -> None:
    """Print the blocks, or write them."""
    parser = argparse.ArgumentParser(prog="python -m tests.vectors.document", description=__doc__)
    parser.add_argument("--write", type=Path, help="a page whose blocks are replaced")
    asked = parser.parse_args()
    if not asked.write:
        print(*(make() for make in BLOCKS.values()), sep="\n\n")
        return
    try:
        asked.write.write_text(written(asked.write.read_text("utf-8")), "utf-8")
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
