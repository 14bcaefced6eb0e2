"""`citycard evidence`: a city's own rules, checked and explained before anybody is turned away by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from citycard.settings import Office
from tests.cli.conftest import Typed
from tests.evidence.desks import LEAST


@pytest.fixture
def citycard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A terminal in a folder in which no office stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CITYCARD_OFFICE", raising=False)
    return Typed()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Rules that a city wrote."""
    path = tmp_path / "port-sable.json"
    path.write_text(json.dumps(LEAST), "utf-8")
    return path


def test_good_rules_are_explained(citycard: Typed, own: Path) -> None:
    said = citycard("evidence", "check", own)

    assert said.startswith("port-sable, version 3, in force from 2026-01-01\n")
    assert "Enough in pairs\n  - Pièce\n    with Facture" in said
    assert "  ! Children need the same as grown people" in said


def test_rules_that_cannot_be_used_say_every_reason(citycard: Typed, own: Path) -> None:
    own.write_text(json.dumps({**LEAST, "version": 0, "minimum": {"identity": 3, "residence": "one"}}), "utf-8")

    said = citycard("evidence", "check", own, code=1)

    assert "port-sable.json cannot be used:\n" in said
    assert "  ! minimum, residence: a whole number" in said
    assert "  ! version: a whole number" in said


def test_a_minimum_that_nobody_can_reach_is_refused(citycard: Typed, own: Path) -> None:
    own.write_text(json.dumps({**LEAST, "minimum": {"identity": 9, "residence": 1}}), "utf-8")

    assert "9 points are needed, and all documents together give 3" in citycard("evidence", "check", own, code=1)


def test_a_file_that_is_not_there_is_wrong_use(citycard: Typed) -> None:
    assert "There is no file nowhere.json." in citycard("evidence", "check", "nowhere.json", code=2)


def test_a_shipped_set_is_explained_by_its_id(citycard: Typed) -> None:
    said = citycard("evidence", "check", "fr-2026")

    assert "Up to 17 years: Minor with a parent or guardian" in said
    assert "Remarks\n    none" in said


def test_programmes_are_told_the_same(citycard: Typed, own: Path) -> None:
    good = citycard.json("evidence", "check", str(own), "--json")
    own.write_text("{}", "utf-8")
    bad = json.loads(citycard("evidence", "check", own, "--json", code=1))

    assert (good["usable"], good["mistakes"], good["pairs"]) == (True, [], [[[1, ["id"]], [1, ["bill"]]]])
    assert (bad["usable"], len(bad["mistakes"]) > 3) == (False, True)


def test_the_shipped_sets_are_listed(citycard: Typed) -> None:
    said = citycard("evidence", "list")

    assert [line.split()[0] for line in said.splitlines()] == ["basic-2026", "fr-2026", "idnyc-2018"]
    assert "in use" not in said


def test_an_office_sees_which_it_uses(open_office: Callable[[], Office]) -> None:
    office = open_office()
    rows = Typed(office).json("evidence", "list", "--json")

    assert {row["name"]: row["in_use"] for row in rows} == {"basic-2026": False, "fr-2026": True, "idnyc-2018": False}


def test_an_office_with_rules_of_its_own_sees_them_in_use(open_office: Callable[[], Office]) -> None:
    office = open_office()
    (office.folder / "ours.json").write_text(json.dumps(LEAST), "utf-8")
    settings = office.folder / "settings.toml"
    settings.write_text('evidence = "ours.json"\n' + settings.read_text("utf-8"), "utf-8")

    rows = Typed(office).json("evidence", "list", "--json")

    assert [row["name"] for row in rows if row["in_use"]] == ["ours.json"]
    assert rows[-1]["reference"] == "port-sable.3"


def test_an_office_whose_rules_are_broken_does_not_start(open_office: Callable[[], Office]) -> None:
    office = open_office()
    (office.folder / "ours.json").write_text("{}", "utf-8")
    settings = office.folder / "settings.toml"
    settings.write_text('evidence = "ours.json"\n' + settings.read_text("utf-8"), "utf-8")

    said = Typed(office)("db", "current", code=1)

    assert "The evidence rules cannot be used" in said
    assert "[evidence-rules]" in said
