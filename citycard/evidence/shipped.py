"""Where rule sets come from: those that travel with citycard, and a city's own file beside its settings.

1. `evidence` in settings.toml names one: the id of a shipped set, or a file of the office folder, ending in ".json".
2. Without it, the set of the city's country; where there is none of it, the plain one that fits everywhere.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from citycard.evidence.reading import MAX_BYTES, RuleSetRefused, read_rule_set
from citycard.evidence.rules import RuleSet

BY_COUNTRY = {"FR": "fr-2026"}
"""Sets that are right for a whole country. New York's rules are one city's, and nobody's default."""

ANYWHERE = "basic-2026"


def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the sets that travel with citycard."""
    return tuple(sorted(file.name.removesuffix(".json") for file in _folder().iterdir() if file.name.endswith(".json")))


def shipped(name: str) -> RuleSet:
    """Return the set of this id."""
    if name not in shipped_ids():
        raise RuleSetRefused(
            [f'there is no set "{name}". Shipped are: {", ".join(shipped_ids())}. A file of your own ends in .json.']
        )
    return read_rule_set((_folder() / f"{name}.json").read_bytes())


def from_file(path: Path) -> RuleSet:
    """Return the set in a file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        raise RuleSetRefused([f"the file {path.name} cannot be opened."]) from None
    return read_rule_set(content)


def of_office(setting: str, *, folder: Path, country: str) -> RuleSet:
    """Return the set of an office in `folder` whose settings name `setting`, or nothing."""
    # (1)
    if setting.endswith(".json"):
        return from_file(folder / setting)
    # (2)
    return shipped(setting or BY_COUNTRY.get(country, ANYWHERE))


def _folder() -> Traversable:
    return files("citycard.evidence") / "sets"
