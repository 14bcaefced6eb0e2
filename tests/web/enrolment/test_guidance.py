"""What to say stands beside every step: for the clerk in hers, for the holder in theirs, in the city's own words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from citycard.guidance.shipped import own_file, shipped_file
from citycard.settings import Office
from tests.support.office import make_office
from tests.support.reading import CheckingClient, Page
from tests.web.enrolment.conftest import Counter, approves

SignedIn = Callable[[str], CheckingClient]

KEEP_IT_ON = {
    "en": "You may keep on what you wear on your head.",
    "fr": "Vous pouvez garder ce que vous portez sur la tête.",
    "es": "Puede dejarse puesto lo que lleva en la cabeza.",
    "ar": "يمكنك إبقاء غطاء رأسك.",
}


def panel(page: Page) -> str:
    """What the panel at the side says."""
    return page.one("details", class_="guidance").text


def test_the_first_screen_says_what_to_say_and_what_never_to_ask(amel: Counter) -> None:
    amel.opens()

    said = panel(amel.browser.page(amel.at("identity")))

    assert KEEP_IT_ON["en"] in said
    assert "Never ask" in said
    assert "Nationality or country of origin." in said


@pytest.mark.parametrize("language", KEEP_IT_ON)
def test_the_clerk_reads_it_in_her_language(amel: Counter, language: str) -> None:
    amel.opens()
    amel.browser.get(f"{amel.at('identity')}?lang={language}")

    assert KEEP_IT_ON[language] in panel(amel.browser.page(amel.at("identity")))


@pytest.mark.parametrize("language", KEEP_IT_ON)
def test_the_holder_reads_it_in_theirs(amel: Counter, language: str) -> None:
    amel.opens()
    amel.types(language=language, do="extend")  # chosen and not saved yet

    page = amel.browser.page(amel.at("say/portrait"))

    assert page.one("html").attributes["lang"] == language
    assert KEEP_IT_ON[language] in page.text
    assert not page.all("nav")
    panel_page = amel.browser.page(amel.at("identity"))
    assert panel_page.one("dialog").attributes["data-language"] == language
    words = {turned.attributes["data-words"]: turned for turned in panel_page.all("div", class_="turned-sentences")}
    assert KEEP_IT_ON[language] in words[f"portrait {language}"].text
    assert words[f"portrait {language}"].attributes["lang"] == language


def test_every_step_has_its_words(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    said = {screen: panel(amel.browser.page(amel.at(screen))) for screen in ("identity", "evidence", "card", "check")}
    said["refuse"] = panel(amel.browser.page(amel.at("refuse")))
    amel.submits()
    said["approve"] = panel(bruno.page(amel.at("approve")))
    approves(bruno, amel)
    said["finish"] = panel(amel.browser.page(amel.at("finish")))

    assert len(set(said.values())) == 7
    assert "I copy nothing" in said["evidence"]
    assert "Name both choices in the same tone of voice" in said["card"]
    assert "Nothing is final yet" in said["check"]
    assert "You need none of them to decide" in said["approve"]
    assert "Turn the screen" not in said["approve"], "nobody is there to read it"
    assert "Keep them apart" in said["finish"]
    assert "You did nothing wrong" in said["refuse"]


def test_words_that_nobody_has_reviewed_say_so(amel: Counter) -> None:
    amel.opens()

    assert "Not yet reviewed with residents." in panel(amel.browser.page(amel.at("identity")))


class TestACityWithItsOwnWords:
    """Port-Sable read the English words with residents and says some of them differently."""

    @pytest.fixture
    def office(self, tmp_path: Path, settings: dict[str, Any]) -> Office:
        """An office with one file of its own."""
        office = make_office(tmp_path, **settings)
        path = own_file(office.folder, "en")
        path.parent.mkdir()
        mine = shipped_file("en").decode().replace("Hello.", "Good <b>day</b>, and welcome to Port-Sable.")
        mine = mine.replace("format = 1", 'format = 1\nreviewed_on = 2026-03-05\nreviewed_with = "Quay House"')
        path.write_text(mine, "utf-8")
        return office

    def test_its_words_are_shown_and_when_they_were_reviewed(self, amel: Counter) -> None:
        amel.opens()

        said = panel(amel.browser.page(amel.at("identity")))

        assert "Good <b>day</b>, and welcome to Port-Sable" in said, "what is written is shown, markup and all"
        assert "Written with residents, reviewed on March 5, 2026. Quay House" in said

    def test_the_other_languages_are_still_ours(self, amel: Counter) -> None:
        amel.opens()
        amel.browser.get(f"{amel.at('identity')}?lang=fr")

        assert "Bonjour. Nous allons faire" in panel(amel.browser.page(amel.at("identity")))

    def test_the_page_of_all_words_says_whose_they_are(self, signed_in: SignedIn) -> None:
        page = signed_in("Chloe").page("/guidance/")

        rows = [row.text for row in page.all("tr")]
        assert any("English" in row and "This city's own" in row and "March 5, 2026" in row for row in rows)
        assert any("Français" in row and "Shipped" in row and "Not yet reviewed" in row for row in rows)
        assert "When the card cannot be made today" in page.text
