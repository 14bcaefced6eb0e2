"""The sheets for everybody: in every language, for anybody, without a trace."""

from __future__ import annotations

import logging
import re

import pytest

from citycard.settings import Office
from tests.slips.conftest import made_up
from tests.support.paper import page_sizes, words_on
from tests.support.reading import CheckingClient


def test_the_sheets_are_there_in_every_language_that_there_are_slips(client: CheckingClient) -> None:
    page = client.page("/sheets/")

    assert [item.text for item in page.all("bdi") if item.inside("li")] == [
        "Français",
        "English",
        "Español",
        "العربية",
        "Français facile",
    ]
    arabic = next(item for item in page.all("bdi") if item.text == "العربية")
    assert (arabic.attributes["lang"], arabic.attributes["dir"]) == ("ar", "rtl")


def test_every_link_of_the_page_is_a_sheet(client: CheckingClient) -> None:
    page = client.page("/sheets/")
    links = [link.attributes["href"] for link in page.all("a") if link.attributes["href"].endswith(".pdf")]

    assert len(links) == 15
    for link in links[:3]:
        answer = client.get(link)
        assert answer.mimetype == "application/pdf"
        assert "Quoi apporter pour votre carte de la ville" in " ".join(" ".join(words_on(answer.data)).split())
        width = 148 if link.endswith("a5.pdf") else 210
        assert {round(size[0]) for size in page_sizes(answer.data)} == {width}


@pytest.mark.parametrize("address", ["/sheets/xx/a4.pdf", "/sheets/fr/a3.pdf", "/sheets/../settings.toml/a4.pdf"])
def test_what_is_not_there_is_not_found(client: CheckingClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_language_dropped_into_the_folder_has_its_sheet(client: CheckingClient, office: Office) -> None:
    (office.folder / "slips").mkdir()
    (office.folder / "slips" / "avolin.toml").write_text(made_up(name="Avolin"), encoding="utf-8")

    assert "Avolin" in client.page("/sheets/").text
    assert "aaaa aa aaaaa" in " ".join(words_on(client.get("/sheets/qav/a4.pdf").data))


def test_a_changed_file_changes_the_sheet(client: CheckingClient, office: Office) -> None:
    (office.folder / "slips").mkdir()
    file = office.folder / "slips" / "avolin.toml"
    for letter in "ab":
        file.write_text(made_up(letter=letter) + f"# {letter * 9}", encoding="utf-8")
        assert f"{letter * 4} {letter * 2} {letter * 5}" in " ".join(words_on(client.get("/sheets/qav/a4.pdf").data))


def test_whoever_fetches_a_sheet_leaves_no_line_and_gets_no_cookie(
    client: CheckingClient, caplog: pytest.LogCaptureFixture
) -> None:
    """In which language somebody reads is nobody's business."""
    with caplog.at_level(logging.INFO):
        answer = client.get("/sheets/ar/a4.pdf")

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert not re.search(r"/sheets|\bar\b", caplog.text)
