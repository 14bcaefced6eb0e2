"""Which part of a picture becomes the portrait.

1. A cut is always 3:4 and inside the picture. Where it lies is said in shares of the picture as turned, so that it is
   the same cut in the camera's picture, in the smaller one that is kept, and on the clerk's screen
   (`static/js/portrait/cut.js` reckons as this does).
2. Without a word from the clerk it is the widest that fits, in the middle and a little above, where a face is.
3. The clerk moves the picture behind a frame that stands still: "left" moves the face to the left.

It imports nothing but the standard library: the child that opens pictures needs it.
"""

from dataclasses import dataclass, replace

SMALLEST = 0.2
"""Of the widest cut: beyond five times, a face from a telephone's picture is no longer one."""

STEP = 0.1
"""Of the cut's own size, for one press of a button: five presses bring a face from the edge to the middle."""

ZOOM = 1.12
"""For one press; six presses double."""

ACTS = ("left", "right", "up", "down", "larger", "smaller", "turn-left", "turn-right", "middle")
"""What the clerk can do to a picture, by buttons or keys."""


@dataclass(frozen=True)
class Frame:
    """Where somebody wants to cut, in shares of the turned picture: left and top edge and width, each from 0 to 1."""

    left: float
    top: float
    width: float


@dataclass(frozen=True)
class Cut:
    """A cut that fits its picture."""

    size: tuple[int, int]
    """Width and height of the upright picture in pixels, before it is turned."""
    quarter_turns: int
    """Clockwise."""
    frame: Frame

    @classmethod
    def of(cls, size: tuple[int, int], *, frame: Frame | None = None, quarter_turns: int = 0) -> "Cut":
        """The cut that comes nearest to `frame`; without one, the middle (2)."""
        turns = quarter_turns % 4
        width, height = size if turns % 2 == 0 else size[::-1]
        widest = min(1.0, height * 3 / 4 / width)
        if frame is None:
            tall = widest * width * 4 / 3 / height
            return cls(size, turns, Frame((1 - widest) / 2, (1 - tall) / 3, widest))
        # (1)
        cut = _between(SMALLEST * widest, frame.width, widest)
        tall = cut * width * 4 / 3 / height
        return cls(size, turns, Frame(_between(0.0, frame.left, 1 - cut), _between(0.0, frame.top, 1 - tall), cut))

    @property
    def turned(self) -> tuple[int, int]:
        """Width and height of the picture as turned."""
        return self.size if self.quarter_turns % 2 == 0 else self.size[::-1]

    @property
    def tall(self) -> float:
        """Height of the cut, as a share of the turned picture."""
        width, height = self.turned
        return self.frame.width * width * 4 / 3 / height

    def box(self) -> tuple[int, int, int, int]:
        """The pixels of the turned picture to cut out."""
        width, height = self.turned
        wide = max(3, round(width * self.frame.width))
        high = min(height, wide * 4 // 3)
        left = min(round(width * self.frame.left), width - wide)
        top = min(round(height * self.frame.top), height - high)
        return left, top, left + wide, top + high

    def after(self, act: str) -> "Cut":
        """The cut after one of `ACTS` (3)."""
        if act == "middle":
            return Cut.of(self.size)
        if act in ("turn-left", "turn-right"):
            # What lay in the frame lies elsewhere in a turned picture: it starts from the middle again.
            return Cut.of(self.size, quarter_turns=self.quarter_turns + (1 if act == "turn-right" else -1))
        frame = self.frame
        if act in ("larger", "smaller"):
            width = frame.width / ZOOM if act == "larger" else frame.width * ZOOM
            grown = Cut.of(self.size, frame=replace(frame, width=width), quarter_turns=self.quarter_turns)
            # Around the middle of what is seen.
            frame = Frame(
                frame.left + (frame.width - grown.frame.width) / 2,
                frame.top + (self.tall - grown.tall) / 2,
                grown.frame.width,
            )
        x, y = {"left": (1, 0), "right": (-1, 0), "up": (0, 1), "down": (0, -1)}.get(act, (0, 0))
        frame = replace(frame, left=frame.left + x * STEP * frame.width, top=frame.top + y * STEP * self.tall)
        return Cut.of(self.size, frame=frame, quarter_turns=self.quarter_turns)

    def to_text(self) -> str:
        """The cut as it is kept in an enrolment's file, which has no fractions."""
        width, height = self.size
        frame = self.frame
        return f"{width} {height} {self.quarter_turns} {frame.left:.4f} {frame.top:.4f} {frame.width:.4f}"

    @classmethod
    def from_text(cls, text: str) -> "Cut":
        """What `to_text` wrote."""
        width, height, turns, left, top, wide = text.split()
        frame = Frame(float(left), float(top), float(wide))
        return cls.of((int(width), int(height)), frame=frame, quarter_turns=int(turns))


def _between(least: float, value: float, most: float) -> float:
    return max(least, min(value, most))
