"""The drawings of the guide: ours, in the colour of the text around them (`currentColor`)."""

from functools import cache
from importlib.resources import files


@cache
def drawing(name: str) -> str:
    """Return a drawing as SVG."""
    return (files("citycard.attendants") / "drawings" / f"{name}.svg").read_text(encoding="utf-8").strip()
