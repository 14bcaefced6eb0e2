"""The register follows the office's file: mended texts count at once, and a mistake opens nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from citycard.services.announced import remarks
from citycard.services.register import FILE, Register
from citycard.services.service import Visitors, in_language
from tests.services.conftest import MEETING, MONDAY, POOL, service


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """The register of an office without a file."""
    return Register(tmp_path, language="fr")


def test_an_office_without_a_file_has_an_empty_register(register: Register) -> None:
    assert register.services() == ()


def test_a_changed_file_counts_at_once_and_one_taken_away_is_gone(register: Register, tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(POOL, "utf-8")
    assert [one.id for one in register.services()] == ["north-pool"]

    file.write_text(POOL + MEETING, "utf-8")
    assert [one.id for one in register.services()] == ["north-pool", "meeting"]

    file.unlink()
    assert register.services() == ()


def test_a_file_with_a_mistake_opens_nothing_and_the_log_says_which(
    register: Register, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_text(POOL, "utf-8")
    register.services()
    (tmp_path / FILE).write_text(POOL.replace('"discount"', '"discont"'), "utf-8")

    with caplog.at_level(logging.WARNING):
        assert register.services() == ()
        assert register.services() == ()

    assert caplog.text.count('service "north-pool", level') == 1, "once for each change of the file"


def test_what_is_over_stays_in_the_file_and_is_shown_nowhere(register: Register, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text((POOL + MEETING).replace("until = 2026-12-31", "until = 2026-11-22"), "utf-8")

    assert len(register.services()) == 2
    assert [one.id for one in register.now(MONDAY)] == ["meeting"]
    assert register.now(MONDAY.replace(month=12, day=6)) == ()


def test_a_text_comes_in_the_readers_language_or_in_the_citys_own() -> None:
    names = {"en": "Pool", "fr": "Piscine"}

    assert in_language(names, "en", "fr") == ("Pool", "en")
    assert in_language(names, "ar", "fr") == ("Piscine", "fr")
    assert in_language({"es": "Piscina"}, "ar", "fr") == ("Piscina", "es")


def test_what_partner_cities_are_told_is_compared_with_the_register() -> None:
    library, sauna = service(), service(id="sauna", visitors=Visitors.NO)

    assert remarks(["library"], [library, sauna]) == ()
    assert 'did you mean "library"?' in remarks(["libary", "library"], [library])[0].lower()
    assert "no service of this category takes visitors" in remarks(["library"], [sauna])[0]
    assert "is not announced to partner cities" in remarks([], [library])[0]
