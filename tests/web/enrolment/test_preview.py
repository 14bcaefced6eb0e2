"""The card at the side says what the printer will print: no more, no less, in the card's own language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from citycard.web.enrolment import case
from tests.support.paper import words_on
from tests.support.reading import CheckingClient
from tests.web.enrolment.conftest import Counter, approves, picture

MUCH = {
    "own_script_name": "نعيمة",
    "own_script_language": "ara",
    "gender_words": "mujer",
}
ASKED = {
    "address_kind": "full",
    "address": "14 rue des Tilleuls\nAppartement 3",
    "emergency_name": "Marguerite Lund",
    "emergency_phone": "00 00 00 00 01",
    "own_script_in_code": "y",
    "language_in_code": "y",
}


def plain(text: str) -> str:
    """Letters and digits alone: the printer breaks lines where it likes."""
    return re.sub(r"[^\w]", "", text)


def said_by_preview(counter: Counter) -> list[str]:
    """Every text that the preview shows on the card."""
    with counter.app.test_request_context("/"):
        shown = case.preview(case.open_case(counter.ticket))
    lines = [line for line in (*shown.front, *shown.back) if line.shown]
    return [
        *shown.titles,
        shown.city,
        shown.name,
        *(label for line in lines for label in line.labels),
        *(part for line in lines for part in line.value.splitlines()),
        *(said.text for said in shown.not_a_document if said.shown),
        *shown.loss_labels,
        shown.loss,
        *shown.demo,
        *([shown.number] if shown.number else []),
    ]


@pytest.mark.parametrize(("more", "asked"), [({}, {}), (MUCH, ASKED), (MUCH, {})])
def test_what_the_preview_says_is_printed_and_nothing_else(
    amel: Counter, bruno: CheckingClient, more: dict[str, Any], asked: dict[str, str]
) -> None:
    amel.answers |= more
    amel.enrols(**asked)
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    said = said_by_preview(amel)

    printed = plain(" ".join(words_on(amel.presses("print").data)))

    for text in said:
        assert plain(text) in printed, text
    left = printed
    for text in sorted(map(plain, said), key=len, reverse=True):
        left = left.replace(text, "")
    # The name in its own script is drawn as joined letters, which a PDF gives back in another order.
    assert not re.search(r"[A-Za-z0-9]", left), f"printed and not shown: {left}"


def test_the_preview_speaks_the_language_of_the_card(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    page = amel.browser.page(amel.at("evidence"))

    faces = [face for face in page.all("figure") if "card-face" in face.attributes["class"]]
    assert [(face.attributes["lang"], face.attributes["dir"]) for face in faces] == [("fr", "ltr")] * 2
    assert "Carte de la ville" in page.text
    assert "12 mars 1987" in page.text


def test_the_back_shows_neither_the_name_nor_a_day(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    back = amel.browser.page(amel.at("evidence")).all("figure")[1]

    assert "Kassar" not in back.text
    assert "2026" not in back.text
    assert "port-sable.demo.invalid" in back.text


def test_the_arms_of_the_city_are_on_the_card(amel: Counter, app: Flask) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'
    (app.config["OFFICE"].folder / "arms.svg").write_text(drawing, "utf-8")
    amel.opens()

    page = amel.browser.page(amel.at("identity"))

    assert any(image.attributes["src"].startswith("data:image/svg+xml;base64,") for image in page.all("img"))


def test_after_issuing_nobody_is_told_that_the_code_is_still_to_come(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    page = amel.browser.page(amel.at("finish"))

    assert "The code comes when the card is issued" not in page.text
    assert "The code is on the printed card" in page.text
