"""The city's arms, if it has put them beside its settings."""

from pathlib import Path

ARMS = ("arms.svg", "arms.png")


def arms_in(folder: Path) -> bytes | None:
    """Return the arms in an office folder."""
    for name in ARMS:
        path = folder / name
        if path.is_file():
            return path.read_bytes()
    return None
