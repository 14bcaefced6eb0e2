"""Port-Sable's slips, and an association that brings a language of its own."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from citycard.evidence.filling import ways
from citycard.evidence.rules import RuleSet
from citycard.evidence.shipped import shipped as shipped_rules
from citycard.evidence.tally import Ticked
from citycard.settings import Office, Settings
from citycard.slips.catalogue import Catalogue
from citycard.slips.reading import shipped_pattern
from citycard.slips.refusal import Refusal

MONDAY = datetime.date(2026, 11, 23)
IN_A_MONTH = datetime.date(2026, 12, 23)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The card office of Port-Sable, as far as its slips go."""
    folder = tmp_path / "port-sable"
    folder.mkdir()
    settings = Settings(
        issuer="https://port-sable.demo.invalid",
        names={"fr": "Port-Sable", "en": "Port-Sable", "ar": "بور سابل"},
        country="FR",
        time_zone="Europe/Paris",
        contact="1 place du Sable, 01 00 00 00 00",
        opening_hours="1-5: 9-12",
        ask_also=("Maison du Phare, 4 rue du Phare",),
    )
    return Office(folder, settings)


@pytest.fixture
def catalogue(office: Office) -> Catalogue:
    """The catalogue of the office."""
    return Catalogue(office)


@pytest.fixture
def rules() -> RuleSet:
    """The rules of the office."""
    return shipped_rules("fr-2026")


@pytest.fixture
def refusal(rules: RuleSet) -> Refusal:
    """Somebody showed a passport and nothing about where they live."""
    lists = ways(rules, [Ticked("official-photo")], birth_date_shown=True)
    return Refusal(
        day=MONDAY, until=IN_A_MONTH, missing=frozenset({"residence"}), ways=lists, code="7KQ2-M9X4-TB3H-D8WZ-A1B2"
    )


Drop = Callable[..., Path]


@pytest.fixture
def drop(office: Office) -> Drop:
    """`drop("ti.toml", content)`: the association drops a file into the office's folder."""

    def put(name: str, content: str) -> Path:
        folder = office.folder / "slips"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(content, encoding="utf-8")
        return path

    return put


def made_up(
    *, language: str = "qav", name: str = "Avolin", direction: str = "ltr", letter: str = "a", leave_out: str = ""
) -> str:
    """A whole file in a language that nobody speaks: every letter of the English sentences is the same one."""
    lines = ["format = 1", f'language = "{language}"', f'name = "{name}"', f'direction = "{direction}"']
    tables: dict[str, list[str]] = {}
    for key, sentence in shipped_pattern().items():
        table, _, member = key.partition(".")
        if key == leave_out:
            continue
        parts = re.split(r"(\{[a-z_]+\})", sentence)
        said = "".join(part if part.startswith("{") else re.sub(r"[A-Za-z]", letter, part) for part in parts)
        tables.setdefault(table, []).append(f'{member} = "{said}"')
    for table, members in tables.items():
        lines += ["", f"[{table}]", *members]
    return "\n".join(lines) + "\n"
