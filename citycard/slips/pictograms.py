"""Pictograms: drawn by us, with one line, so that a sheet can be understood where a word is not.

They stand beside words, never alone. They are SVG in the colour of the text around them (`currentColor`).
"""

from enum import StrEnum
from functools import cache
from importlib.resources import files


class Pictogram(StrEnum):
    """All there are; each is a file in the folder `drawings`."""

    ANOTHER_CLERK = "another-clerk"
    CALENDAR = "calendar"
    CARD = "card"
    CHILD = "child"
    CLERK = "clerk"
    CLOCK = "clock"
    CODE = "code"
    EYE = "eye"
    FORGOTTEN = "forgotten"
    HOME = "home"
    IDENTITY = "identity"
    INTERPRETER = "interpreter"
    KEY = "key"
    LOST = "lost"
    NO_COPY = "no-copy"
    NOTHING_KEPT = "nothing-kept"
    ORIGINALS = "originals"
    PAPERS = "papers"
    PHONE = "phone"
    PHOTO = "photo"
    RESIDENCE = "residence"
    TOGETHER = "together"
    TOWN_HALL = "town-hall"


@cache
def drawing(pictogram: Pictogram) -> str:
    """Return the pictogram as SVG."""
    return (files("citycard.slips") / "drawings" / f"{pictogram}.svg").read_text(encoding="utf-8").strip()
