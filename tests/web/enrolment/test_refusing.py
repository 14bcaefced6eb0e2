"""Not today: the page, the slip, the code on it, and what is left of all that."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from citycard.settings import Office
from citycard.store.counters import Counter as Counted
from citycard.web import workplace
from citycard.web.database import db
from tests.slips.conftest import made_up
from tests.support.paper import text_on
from tests.support.reading import CheckingClient, Page, read
from tests.support.traces import traces_of
from tests.web.enrolment.conftest import Counter, on_both, picture

CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b")


def stands_on(answer: TestResponse) -> str:
    """What stands on a slip."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/pdf"
    return text_on(answer.data)


def to_the_slip(amel: Counter, *papers: str, **marks: str) -> Page:
    """Tick papers on the evidence screen and press the button that leads to the slip."""
    page = amel.browser.page(amel.at("evidence"))
    fields = {"csrf_token": page.token(), "paper": list(papers), "age": "", "do": "refuse", **marks}
    return read(amel.browser.post(amel.at("refuse"), data=fields))


def sends(amel: Counter, page: Page, act: str = "give", **changes: str | list[str]) -> TestResponse:
    """Send the page about the slip as it was shown, with changes."""
    fields: dict[str, list[str]] = {}
    for item in page.all("input"):
        name, kind = item.attributes.get("name", ""), item.attributes.get("type", "")
        chosen = kind not in ("checkbox", "radio") or "checked" in item.attributes
        if name and kind != "submit" and chosen and item.inside("form") is page.one("form", id="refuse"):
            fields.setdefault(name, []).append(item.attributes.get("value", ""))
    given = {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
    return amel.browser.post(amel.at("refuse"), data={**fields, **given, "do": act})


def ticked(page: Page, name: str) -> list[str]:
    """The values of the boxes that are ticked."""
    return [item.attributes["value"] for item in page.all("input", name=name) if "checked" in item.attributes]


def counted(amel: Counter) -> dict[str, int]:
    """What was counted under refusals."""
    with amel.app.app_context():
        rows = db.session.scalars(select(Counted).where(Counted.service == "refused"))
        return {row.event: row.count for row in rows}


@on_both
def test_what_is_missing_comes_from_the_papers_on_the_desk(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")

    assert ticked(page, "missing") == ["residence"]
    slip = stands_on(sends(amel, page, slip_language="es"))

    assert "Lo que falta para su tarjeta" in slip
    assert "un documento que muestre que vive aquí" in slip
    assert "un documento que muestre quién es usted" not in slip
    assert "1 place du Sable" in slip
    assert amel.row_now() is None
    assert counted(amel) == {"residence": 1}


def test_an_empty_desk_lacks_all_three(amel: Counter) -> None:
    assert ticked(to_the_slip(amel.opens()), "missing") == ["identity", "residence", "photo"]


def test_what_was_ticked_is_carried_along_and_named_on_no_slip(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo", "energy-bill", old="energy-bill")
    carried = {(item.attributes["name"], item.attributes["value"]) for item in page.all("input", type="hidden")}

    assert {("paper", "official-photo"), ("paper", "energy-bill"), ("old", "energy-bill"), ("age", "")} <= carried
    slip = stands_on(sends(amel, page, slip_language="en"))
    with amel.app.app_context():
        names = workplace.rules().by_id["official-photo"].names
    assert names["en"] not in slip
    assert names["fr"] not in slip


def test_papers_that_are_enough_are_not_refused(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo", "energy-bill")

    assert "These papers are enough" in page.text
    assert page.all("form", id="refuse") == []
    assert amel.row_now() is not None


def test_only_papers_can_be_missing(amel: Counter) -> None:
    """There is no field for anything else, and what is sent as one changes nothing."""
    page = to_the_slip(amel.opens(), "official-photo")

    assert page.all("textarea") == []
    assert {item.attributes["name"] for item in page.all("input", type="text")} == set()
    answer = sends(amel, page, missing=["behaviour"])
    assert answer.status_code == 422
    assert amel.row_now() is not None


def test_without_anything_missing_the_page_says_so_and_forgets_nobody(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    answer = sends(amel, page, missing=[])

    assert answer.status_code == 422
    mended = read(answer)
    assert mended.all("a", href="#missing-0")
    assert ("paper", "official-photo") in {
        (item.attributes.get("name"), item.attributes.get("value")) for item in mended.all("input", type="hidden")
    }
    assert amel.row_now() is not None
    assert counted(amel) == {}


def test_the_slip_is_as_large_as_the_person_likes(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    answer = sends(amel, page, size="large", sheet="a5")

    assert "1 / " in stands_on(answer)
    assert b"/MediaBox [0 0 419" in answer.data or b"/MediaBox[0 0 419" in answer.data


def test_the_name_of_the_file_and_the_address_say_nothing(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    answer = sends(amel, page)

    assert answer.headers["Content-Disposition"] == 'inline; filename="slip.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_language_button_draws_the_page_again_with_everything_on_it(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo", "energy-bill", old="energy-bill")
    again = read(sends(amel, page, act="", lang="fr", missing=["photo"], slip_language="ar", for_second_clerk="y"))

    assert again.one("html").attributes["lang"] == "fr"
    assert ticked(again, "missing") == ["photo"]
    assert ticked(again, "slip_language") == ["ar"]
    assert ticked(again, "for_second_clerk") == ["y"]
    assert len(again.all("input", name="paper")) == 2
    assert amel.row_now() is not None


def test_more_time_loses_nothing(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    before = amel.row_now()
    amel.app.config["CLOCK"].pass_by(minutes=5)
    again = read(sends(amel, page, act="extend"))
    after = amel.row_now()

    assert again.all("input", name="paper", value="official-photo")
    assert before is not None
    assert after is not None
    assert after["deadline"] > before["deadline"]


def test_pressed_twice_the_second_says_that_it_is_gone(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    sends(amel, page)
    answer = sends(amel, page)

    assert answer.status_code == 404
    assert counted(amel) == {"residence": 1}


def test_afterwards_the_page_says_what_to_do_if_the_printer_fails(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")

    still_open = amel.browser.get(amel.at("slip-given"))
    assert still_open.location.endswith("/refuse")
    sends(amel, page)
    given = amel.browser.page(amel.at("slip-given"))
    assert "If the printer fails" in given.text
    assert amel.ticket not in given.text


def test_somebody_who_comes_back_today_keeps_their_place(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    sheet = stands_on(sends(amel, page, act="bring", slip_language="en"))

    assert "Bring once more what you brought today." in sheet
    assert "passport" not in sheet.lower()
    assert amel.row_state() == "on_hold"
    assert counted(amel) == {}
    assert amel.browser.get(amel.at("slip-given")).location.endswith("/enrolments/")


def test_what_was_submitted_is_not_refused(amel: Counter) -> None:
    amel.opens()
    with amel.app.app_context():
        row = amel.row()
        row.state = "awaiting_approval"
        db.session.commit()

    assert amel.browser.get(amel.at("refuse")).status_code == 303


def test_a_supervisor_alone_refuses_nobody(amel: Counter, bruno: CheckingClient) -> None:
    amel.opens()

    assert bruno.get(amel.at("refuse")).status_code == 403
    assert bruno.get("/enrolments/earlier-slip").status_code == 200


def test_a_locked_screen_refuses_nobody_and_keeps_no_tick(amel: Counter, office: Office) -> None:
    page = to_the_slip(amel.opens(), "official-photo")
    answer = sends(amel, page, act="give", lock="now")

    assert answer.location.endswith("/staff/locked")
    assert amel.row_now() is not None
    assert counted(amel) == {}
    assert traces_of(["official-photo"], in_folders=[office.folder, office.secrets]) == []


# --- the visit after that ---------------------------------------------------------------------------------


def code_of(amel: Counter) -> str:
    """Refuse somebody who wants a code, and return it."""
    page = to_the_slip(amel.opens(), "official-photo")
    found = CODE.search(stands_on(sends(amel, page, for_second_clerk="y")))
    assert found is not None
    return found[0]


def asks(browser: CheckingClient, code: str) -> Page:
    """Type the code of a slip."""
    return read(browser.send("/enrolments/earlier-slip", {"slip_code": code}))


def test_another_clerk_sees_what_was_enough_and_that_it_proves_nothing(amel: Counter, bruno: CheckingClient) -> None:
    page = asks(bruno, code_of(amel).lower())
    if "You wrote this slip yourself" in page.text:  # one time in 4,096, by design: `slip_code`
        page = asks(bruno, code_of(amel).lower())

    assert "This slip is from this town hall" in page.text
    assert "November 23, 2026" in page.text
    assert "December 23, 2026" in page.text
    listed = page.all("dd")
    assert [one.text for one in listed] == [
        "Who this person is A picture of the face",
        "That this person lives here",
        "the same as today",
    ]
    assert "proves nothing" in page.text


def test_the_clerk_who_wrote_it_is_asked_to_call_a_colleague(amel: Counter) -> None:
    page = asks(amel.browser, code_of(amel))

    assert "You wrote this slip yourself" in page.text
    assert "This slip is from this town hall" not in page.text


def test_a_mistyped_code_is_said_beside_the_field_and_kept(bruno: CheckingClient) -> None:
    answer = bruno.send("/enrolments/earlier-slip", {"slip_code": "7KQ2-M9X4"})

    assert answer.status_code == 422
    page = read(answer)
    assert "mistyped, or not from this town hall" in page.text
    assert page.one("input", id="slip_code").attributes["value"] == "7KQ2-M9X4"


def test_after_thirty_days_the_person_is_welcome_all_the_same(
    amel: Counter, signed_in: Callable[[str], CheckingClient]
) -> None:
    code = code_of(amel)
    amel.app.config["CLOCK"].pass_by(days=31)
    answer = signed_in("Bruno").send("/enrolments/earlier-slip", {"slip_code": code})

    assert answer.status_code == 422
    assert "older than 30 days. The person is welcome all the same" in read(answer).text


def test_looking_writes_nothing_down(amel: Counter, bruno: CheckingClient, office: Office) -> None:
    code = code_of(amel)

    def everything() -> dict[str, list[tuple[object, ...]]]:
        with amel.app.app_context():
            names = [name for name in db.metadata.tables if name != "staff_sessions"]
            return {name: [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {name}"))] for name in names}

    before = everything()
    asks(bruno, code)
    assert everything() == before
    assert traces_of([code, code.replace("-", "")], in_folders=[office.folder, office.secrets]) == []


def test_nothing_of_a_refused_person_is_left(amel: Counter, office: Office) -> None:
    amel.opens().types(portrait=picture())
    page = to_the_slip(amel, "official-photo")
    slip = stands_on(sends(amel, page, for_second_clerk="y"))

    assert "Kassar" not in slip
    looked_for = ["Kassar-Lund", "19870312", "official-photo"]
    assert traces_of(looked_for, in_folders=[office.folder, office.secrets]) == []


# --- languages --------------------------------------------------------------------------------------------


def test_a_language_dropped_into_the_folder_is_on_the_page_and_on_the_paper(amel: Counter, office: Office) -> None:
    """No restart, no code: the association's file lies in the folder, and the next slip can be in it."""
    amel.opens()
    (office.folder / "slips").mkdir()
    (office.folder / "slips" / "avolin.toml").write_text(made_up(letter="ቃ", name="አቮሊን"), encoding="utf-8")
    page = to_the_slip(amel, "official-photo")

    choice = page.one("input", name="slip_language", value="qav")
    label = page.one("label", for_=choice.attributes["id"])
    assert (label.text, label.attributes["lang"], label.attributes["dir"]) == ("አቮሊን", "qav", "ltr")
    assert "ቃቃቃቃ" in stands_on(sends(amel, page, slip_language="qav"))


def test_a_language_that_nobody_brought_becomes_the_citys(amel: Counter) -> None:
    page = to_the_slip(amel.opens(), "official-photo")

    assert "Ce qui manque pour votre carte" in stands_on(sends(amel, page, slip_language="xx"))


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_the_pages_are_whole_in_every_language(amel: Counter, language: str) -> None:
    """The client reads each page like a reviewer; here they are opened in four languages."""
    amel.browser.get(f"/?lang={language}")
    page = to_the_slip(amel.opens(), "official-photo")
    assert page.one("html").attributes["lang"] == language
    sends(amel, page)
    for address in (amel.at("slip-given"), "/enrolments/earlier-slip", "/sheets/"):
        assert amel.browser.page(address).one("html").attributes["lang"] == language
