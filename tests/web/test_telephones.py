"""Telephone numbers in a city's own words become links; nothing else does."""

from __future__ import annotations

import pytest

from citycard.web.telephones import telephones


@pytest.mark.parametrize(
    ("said", "dialled"),
    [
        ("1 place du Sable, 01 00 00 00 00", "0100000000"),
        ("+33 1 00 00 00 00", "+33100000000"),
        ("(01) 00.00.00.00", "0100000000"),
        ("Rathaus, 0043-1-4000-00", "00431400000"),
    ],
)
def test_a_number_is_dialled(said: str, dialled: str) -> None:
    html = telephones(said)
    assert f'href="tel:{dialled}"' in html
    assert html.striptags() == said


@pytest.mark.parametrize(
    "said", ["12 rue des Voiles, 29000 Port-Sable", "Mo-Fr 08:30-12:00", "from 2026-01-01", "counter 3", ""]
)
def test_what_is_no_number_stays_text(said: str) -> None:
    assert "<a" not in telephones(said)


def test_markup_is_text() -> None:
    html = telephones('<b onclick="x">01 00 00 00 00</b>')
    assert "<b" not in html
    assert "&lt;b" in html
    assert html.count("<a ") == 1
