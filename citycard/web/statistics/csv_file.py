"""The figures as a file for spreadsheets and programmes: the same numbers and the same gaps as on the page.

1. UTF-8, a line of heads, one number in each line. No language: whoever reads it with a programme wants the same words
   every time, and the page is there for people. docs/figures.md says what they mean.
2. What is held back says so in words, so that no programme takes it for nought.
3. A cell that a spreadsheet would take for a formula gets an apostrophe in front (`csv` does not do that). None of ours
   begins like one today; it is done here so that the next one does not either.
"""

import csv
from collections.abc import Iterator
from io import StringIO

from citycard.operations.statistics import Figures

HEADS = ("figure", "year", "quarter", "value")

FEWER = "fewer than 10"
LEFT_OUT = "left out"
WHOLE_YEAR = "all"

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula, or for the beginning of one."""


def text(figures: Figures) -> str:
    """Return the file."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADS)
    writer.writerows([safe(str(cell)) for cell in line] for line in lines(figures))
    return out.getvalue()


def lines(figures: Figures) -> Iterator[tuple[str, int, int | str, int | str]]:
    """Return each line, without the heads."""
    for name, cells in figures.cells.items():
        for quarter, count in cells.items():
            yield name, quarter.year, quarter.number, FEWER if count is None else count
        for year, total in figures.totals[name].items():
            yield name, year, WHOLE_YEAR, LEFT_OUT if total is None else total
    for quarter, parts in figures.waiting.items():
        for name, part in (parts or {}).items():
            yield f"waited-{name}", quarter.year, quarter.number, part.value


def safe(cell: str) -> str:
    """Return the cell so that no spreadsheet reckons with it (3)."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
