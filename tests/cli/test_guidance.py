"""`citycard guidance`: a city begins with our words, makes them its own, and is told what does not work."""

from __future__ import annotations

import json

import pytest

from citycard.settings import Office
from citycard.web.app import create_app
from tests.cli.conftest import Typed


def test_an_office_begins_with_the_words_that_are_shipped(citycard: Typed, office: Office) -> None:
    said = citycard("guidance", "check")

    assert said.count("words that are shipped, not yet read with residents") == 4


def test_a_city_makes_the_words_its_own(citycard: Typed, office: Office) -> None:
    citycard("guidance", "copy", "fr")
    path = office.folder / "guidance" / "fr.toml"
    path.write_text(path.read_text("utf-8").replace("format = 1", "format = 1\nreviewed_on = 2026-03-01"), "utf-8")

    rows = json.loads(citycard("guidance", "check", "--json"))

    assert [row["language"] for row in rows if row["own"]] == ["fr"]
    assert rows[0]["reviewed_on"] == "2026-03-01"
    assert "fr    your own words, read with residents on 2026-03-01" in citycard("guidance", "check")


def test_words_that_are_there_are_not_written_over(citycard: Typed, office: Office) -> None:
    citycard("guidance", "copy", "fr")
    path = office.folder / "guidance" / "fr.toml"
    path.write_text("# ours", "utf-8")

    assert "nothing was changed" in citycard("guidance", "copy", "fr", code=1)
    assert path.read_text("utf-8") == "# ours"


def test_words_that_cannot_be_used_are_named_before_they_stop_the_start(citycard: Typed, office: Office) -> None:
    citycard("guidance", "copy", "fr")
    path = office.folder / "guidance" / "fr.toml"
    path.write_text(path.read_text("utf-8").replace("[refuse]", "[refuze]"), "utf-8")
    (office.folder / "guidance" / "de.toml").write_text("", "utf-8")

    said = citycard("guidance", "check", code=1)

    assert "! refuze: there is no such step." in said
    assert "! [refuse] is missing." in said
    assert "! the counter speaks fr, en, es, ar." in said
    with pytest.raises(Exception, match="guidance"):
        create_app(office)
