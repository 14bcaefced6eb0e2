"""The guide as it is printed: two pages, in the words and grounds of the screen, with where people find help."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import force_locale

from citycard.attendants import guide as paper
from citycard.attendants.guide import Guide, render_guide
from citycard.attendants.reading import guide_texts, holes
from citycard.core.verdicts import Verdict
from citycard.paths import static_folder
from citycard.printing.errors import CannotPrint
from citycard.settings import LANGUAGES, Office
from citycard.web.attendants.words import NUMBERS, REFUSED, guide_of
from citycard.web.desk_app import sentences
from tests.support.paper import page_sizes, words_on
from tests.support.reading import CheckingClient

A4 = (210, 297)


def made(app: Flask, office: Office, language: str) -> Guide:
    with app.test_request_context(), force_locale(language):
        return guide_of(office, language)


def on_the_screen(app: Flask, language: str) -> dict[str, str]:
    """What the desk page for devices says in a language."""
    with app.test_request_context():
        says: dict[str, str] = sentences.in_every_language()[language]["says"]
        return says


def said_on(pdf: bytes) -> list[str]:
    return [" ".join(page.split()) for page in words_on(pdf)]


def squeezed(text: str) -> str:
    """Without spaces: a line that ends within a phrase is no difference."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_two_pages_of_a4_with_tags(app: Flask, office: Office, language: str) -> None:
    pdf = render_guide(made(app, office, language))

    assert [(round(wide), round(high)) for wide, high in page_sizes(pdf)] == [A4, A4]
    assert b"/StructTreeRoot" in pdf or b"/MarkInfo" in pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_said_as_on_the_screen(app: Flask, office: Office, language: str) -> None:
    guide, screen = made(app, office, language), on_the_screen(app, language)
    names = [f"{verdict}" for verdict in Verdict if verdict is not Verdict.OK] + ["other"]

    told = {(one.word, one.holder, one.next) for one in guide.refused}

    assert told == {(screen[f"word.{name}"], screen[f"holder.{name}"], screen[f"next.{name}"]) for name in names}
    assert guide.first[0].word == screen["word.OK"]
    assert [one.kind for one in guide.first] == ["go", "hand", "stop"]
    assert guide.give_back == screen["next.REVOKED"]


def test_what_stands_on_paper_is_what_was_taken_from_the_screen(app: Flask, office: Office) -> None:
    screen = on_the_screen(app, "en")

    first, second = map(squeezed, said_on(render_guide(made(app, office, "en"))))

    for name in ("check.start", "answer.question", "answer.yes", "answer.no", "answer.hold", "answer.clear"):
        assert squeezed(screen[name]) in first
    for name in ("word.EXPIRED", "holder.KEY_REVOKED", "next.MALFORMED", "next.REVOKED", "training.begin"):
        assert squeezed(screen[name]) in second
    assert "15seconds" in first
    assert "21days" in second


def test_no_answer_was_forgotten() -> None:
    assert set(REFUSED) == set(Verdict) - {Verdict.OK}
    assert len(set(REFUSED)) == len(REFUSED)


def test_whatever_a_sentence_is_filled_in_with_is_said_by_the_screen(app: Flask) -> None:
    with app.test_request_context():
        known = sentences.by_name().keys() | NUMBERS.keys()

    assert {hole for each in guide_texts("en").sentences.values() for hole in holes(each)} <= known


def test_numbers_and_grounds_are_those_of_the_screen() -> None:
    script = (static_folder() / "js" / "desk" / "screen.js").read_text("utf-8")
    tokens = (static_folder() / "css" / "tokens.css").read_text("utf-8")
    sheet = (static_folder() / "css" / "desk.css").read_text("utf-8")

    assert f"export const SECONDS = {NUMBERS['seconds']};" in script
    assert f"export const HELD = {60 * int(NUMBERS['minutes'])};" in script
    assert f"--good: {paper.GROUNDS['go']};" in tokens
    assert f"--bad: {paper.GROUNDS['stop']};" in tokens
    assert f"--ink: {paper.LETTERS['hand']};" in tokens
    assert f".outcome.hand {{ --signal: {paper.GROUNDS['hand']}; --on-signal: var(--ink); }}" in sheet


def test_where_people_find_help_comes_from_the_settings(app: Flask, office: Office) -> None:
    there = replace(
        office,
        settings=replace(
            office.settings, counter_address=("3 quai des Voiles", "01 99 00 12 34"), opening_hours="9:00 – 16:30"
        ),
    )

    _first, second = said_on(render_guide(made(app, there, "fr")))

    assert "3 quai des Voiles" in second
    assert "01 99 00 12 34" in second
    assert "9:00 – 16:30" in second


def test_a_town_hall_of_many_lines_has_room_and_one_of_too_many_is_refused(app: Flask, office: Office) -> None:
    guide = made(app, office, "fr")

    assert len(said_on(render_guide(replace(guide, lines=tuple(f"Porte {number}" for number in range(8)))))) == 2
    with pytest.raises(CannotPrint):
        render_guide(replace(guide, lines=tuple(f"Porte {number}" for number in range(80))))


def test_anyone_may_have_it_in_a_language_of_the_pages(client: CheckingClient) -> None:
    answer = client.get("/desk-guide.pdf?language=es")

    assert answer.mimetype == "application/pdf"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Comprobar una tarjeta" in said_on(answer.data)[0]
    assert "Vérifier une carte" in said_on(client.get("/desk-guide.pdf").data)[0], "the city's own"
    assert client.get("/desk-guide.pdf?language=xx").status_code == 404


def test_an_office_that_practises_says_so_on_both_pages(app: Flask, office: Office) -> None:
    guide = made(app, office, "en")

    assert all("Not for a real desk" in page for page in said_on(render_guide(replace(guide, demo=True))))
    assert not any("Not for a real desk" in page for page in said_on(render_guide(replace(guide, demo=False))))


def test_the_page_of_devices_leads_to_both_papers_in_its_language(
    signed_in: Callable[[str], CheckingClient],
) -> None:
    links = [link.attributes["href"] for link in signed_in("Bruno").page("/devices/").all("a")]

    assert "/desk-guide.pdf?language=en" in links
    assert "/desk-training-cards.pdf?language=en" in links
