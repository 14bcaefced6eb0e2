"""Where bars and squares of a chart stand, in units of its own view box. `templates/statistics/charts.html` draws them.

1. The newest `LATEST` quarters; older ones are in the table beside.
2. In languages that run from right to left time does too.
3. A number that is held back is a hollow bar as high as ten: it is never seen how much less it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citycard.operations.statistics import LEAST, Cells, Part, Quarter

LATEST = 8
"""Two years: a season can be compared with the same one a year before, and numbers still fit above their bars."""

WIDTH = 320
SLOT = WIDTH / LATEST
BAR = 22
PLOT = 96
"""The height of the highest bar."""
ROOM = 18
"""Above the highest bar, for its number."""
BASE = ROOM + PLOT
HEIGHT = BASE + 36

LABELS = 112
"""In the chart of waiting, the width of the words beside it."""
STEP = 26
SIDES = {Part.FEW: 5, Part.SOME: 11, Part.MOST: 17, Part.NEARLY_ALL: 23}
"""The side of a square."""


@dataclass(frozen=True)
class Bar:
    """One quarter in a chart."""

    quarter: Quarter
    count: int | None
    middle: float
    top: float
    height: float

    @property
    def left(self) -> float:
        """Where the bar begins."""
        return self.middle - BAR / 2


@dataclass(frozen=True)
class Square:
    """One class of one quarter in the chart of waiting."""

    middle: float
    row: float
    side: int


@dataclass(frozen=True)
class Waiting:
    """The chart of waiting: squares, the middle of each quarter's column, the height of each row's words."""

    squares: Sequence[Square]
    columns: Sequence[tuple[Quarter, float]]
    rows: Sequence[tuple[str, float]]
    height: float


def bars(cells: Cells, *, right_to_left: bool) -> list[Bar]:
    """Return the bars of a figure."""
    newest = _newest(list(cells))
    highest = max([LEAST * 2, *(cells[quarter] or 0 for quarter in newest)])
    made = []
    for place, quarter in enumerate(newest):
        # (3)
        count = cells[quarter]
        height = round((LEAST if count is None else count) * PLOT / highest, 1)
        made.append(Bar(quarter, count, _turned(place * SLOT + SLOT / 2, right_to_left), BASE - height, height))
    return made


def waiting(
    parts: Mapping[Quarter, Mapping[str, Part] | None], classes: Sequence[str], *, right_to_left: bool
) -> Waiting:
    """Return the chart of how long people waited."""
    newest = _newest([quarter for quarter in parts if parts[quarter] is not None])
    rows = [(name, STEP * (place + 0.5)) for place, name in enumerate(classes)]
    columns = [(quarter, _turned(LABELS + STEP * (place + 0.5), right_to_left)) for place, quarter in enumerate(newest)]
    squares = [
        Square(middle, height, SIDES[words[name]])
        for quarter, middle in columns
        if (words := parts[quarter]) is not None
        for name, height in rows
    ]
    return Waiting(squares, columns, rows, STEP * len(rows))


def _newest(quarters: Sequence[Quarter]) -> Sequence[Quarter]:
    # (1)
    return sorted(quarters)[-LATEST:]


def _turned(place: float, right_to_left: bool) -> float:
    # (2)
    return WIDTH - place if right_to_left else place
