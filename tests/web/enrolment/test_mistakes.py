"""What is typed wrong comes back with a sentence beside it, and with everything else that was typed."""

from __future__ import annotations

import struct
import zlib

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.operations.picture_limits import MAX_BYTES
from citycard.printing.errors import CannotPrint
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.reading import read
from tests.web.enrolment.conftest import Counter, picture, sentences


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"full_name": "   "}, "full_name", "Type the name."),
        ({"full_name": "x" * 10_000}, "full_name", "too long for the card"),
        ({"full_name": "x" * 301}, "full_name", "too long for the card"),
        ({"full_name": "x" * 101}, "name_on_card", "longer than the card"),
        ({"full_name": "x" * 101, "name_on_card": "y" * 101}, "name_on_card", "too long for the card"),
        ({"full_name": "x" * 101, "name_on_card": "王小明"}, "name_on_card", "no letter"),
        ({"full_name": "Noémie \u202egnuL"}, "full_name", "cannot be seen"),
        ({"full_name": "Noémie \u200b Lund"}, "full_name", "cannot be seen"),
        ({"full_name": "Zal\u0301\u0301\u0301\u0301\u0301go"}, "full_name", "too many marks"),
        ({"full_name": "王小明"}, "full_name", "no letter"),
        ({"day": "31", "month": "2"}, "day", "not in the calendar"),
        ({"day": "0", "month": "3"}, "day", "not in the calendar"),
        ({"year": "1700"}, "year", "too long ago"),
        ({"year": "2099"}, "year", "still to come"),
        ({"day": "24", "month": "11", "year": "2026"}, "year", "still to come"),
        ({"year": "87"}, "year", "four digits"),
        ({"year": "nine"}, "year", "four digits"),
        ({"day": "", "month": "3"}, "day", "the day, the month and the year"),
        ({"day": "", "month": "", "year": "", "birth_known": ""}, "day", "choose what is known"),
        ({"birth_known": "year", "year": ""}, "year", "four digits"),
        ({"own_script_name": "نعيمة"}, "own_script_language", "language of this script"),
        ({"own_script_name": "نعيمة", "own_script_language": "xxx"}, "own_script_language", "language of this script"),
        ({"language": "de"}, "language", "Choose a language"),
        ({"gender_words": "x" * 41}, "gender_words", "too long for the card"),
        ({"interpreter": "xx"}, "interpreter", "Choose a language"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_it_says_what_to_mend_and_loses_nothing(
    amel: Counter, changes: dict[str, str], field: str, sentence: str
) -> None:
    amel.opens()

    answer = amel.types(portrait=picture(), **changes)

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href=f"#{field}"), "the summary leads to the field"
    assert page.one("select", name="language")
    if "full_name" not in changes:
        assert page.one("input", name="full_name").attributes["value"] == amel.answers["full_name"]
    elif changes["full_name"].strip():
        assert page.one("input", name="full_name").attributes["value"] == changes["full_name"]


def test_digits_of_another_keyboard_are_digits(amel: Counter) -> None:
    amel.opens()

    assert amel.types(portrait=picture(), day="١٢", month="٣", year="١٩٨٧").status_code == 303

    assert amel.file().date_of_birth == "19870312"


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"birth_known": ""}, ("full", "19870312")),
        ({"birth_known": "year"}, ("year", "1987")),
        ({"birth_known": "unknown"}, ("unknown", "")),
    ],
)
def test_a_date_of_birth_is_as_exact_as_its_holder_wants(
    amel: Counter, changes: dict[str, str], held: tuple[str, str]
) -> None:
    amel.opens().types(portrait=picture(), **changes)

    file = amel.file()
    assert (file.birth_known, file.date_of_birth) == held


def test_a_name_is_kept_as_its_holder_writes_it(amel: Counter) -> None:
    amel.opens().types(portrait=picture(), full_name="  O'Brien  y   Nguyễn-de la Cruz ")

    assert amel.file().full_name == "O'Brien y Nguyễn-de la Cruz"


def bomb(side: int) -> bytes:
    """A PNG that says it has `side` x `side` pixels, in a hundred bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (b"%PDF-1.7 not a picture", "not a picture that can be read"),
        (picture()[:400], "not a picture that can be read"),
        (bomb(20_000), "more than 12 megapixels"),
        (picture(100, 120), "too small"),
        (b"\xff\xd8" + b"x" * MAX_BYTES, "larger than 10 megabytes"),
    ],
    ids=["a document", "cut off", "a bomb", "a stamp", "too many bytes"],
)
def test_a_picture_that_cannot_be_used_says_why(amel: Counter, upload: bytes, sentence: str) -> None:
    amel.opens()

    answer = amel.types(portrait=upload)

    assert answer.status_code == 422
    assert sentence in sentences(answer)
    assert read(answer).one("input", name="full_name").attributes["value"] == amel.answers["full_name"]


def test_a_good_portrait_stays_though_the_name_is_missing(amel: Counter) -> None:
    amel.opens()

    answer = amel.types(portrait=picture(), full_name="")

    assert answer.status_code == 422
    assert amel.browser.get(amel.at("portrait/card")).content_type == "image/jpeg"
    assert amel.types().status_code == 303  # without sending it again


def test_a_card_without_a_portrait_keeps_the_rest_and_asks_for_it(amel: Counter) -> None:
    amel.opens()

    answer = amel.types()

    assert answer.status_code == 422
    assert "needs a portrait" in sentences(answer)
    assert amel.file().full_name == amel.answers["full_name"]


def test_the_portrait_is_shown_to_nobody_else_and_stored_by_no_browser(amel: Counter, app: Flask) -> None:
    amel.opens().types(portrait=picture())

    shown = amel.browser.get(amel.at("portrait/code"))

    assert shown.content_type == "image/webp"
    assert shown.headers["Cache-Control"] == "no-store"
    assert app.test_client().get(amel.at("portrait/card")).status_code == 303  # to the sign-in page


def test_a_large_picture_never_touches_the_disk(amel: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", no_file)
    monkeypatch.setattr("tempfile.TemporaryFile", no_file)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", no_file)
    amel.opens()

    assert amel.types(portrait=picture() + b"\0" * 900_000).status_code == 303


def test_the_portrait_in_the_code_is_two_equal_options(amel: Counter) -> None:
    amel.opens()
    options = amel.browser.page(amel.at("card")).all("input", name="portrait_in_code")
    assert [option.attributes["value"] for option in options] == ["yes", "no"]
    assert not any("checked" in option.attributes for option in options)

    answer = amel.types("card")

    assert answer.status_code == 422
    assert "choose one of the two" in sentences(answer)


@pytest.mark.parametrize(
    ("settings", "decided"), [({"portrait_in_code": "always"}, "yes"), ({"portrait_in_code": "never"}, "no")],
    indirect=["settings"],
)  # fmt: skip
def test_where_the_city_decides_about_the_portrait_the_page_says_so(amel: Counter, decided: str) -> None:
    amel.opens()
    page = amel.browser.page(amel.at("card"))
    assert page.all("input", name="portrait_in_code") == []
    assert "This city puts the portrait" in page.text

    amel.types("card")

    assert amel.file().portrait_in_code == decided


@pytest.mark.parametrize(
    "settings", [{"location_codes": {"PS-01": "Le Vieux-Port", "PS-02": "Les Dunes"}}], indirect=True
)
def test_where_there_are_several_communes_one_is_chosen(amel: Counter) -> None:
    amel.opens()
    refused = amel.types(portrait=picture(), location="PS-99")
    assert refused.status_code == 422
    assert "Choose the commune." in sentences(refused)

    amel.types(location="PS-02")

    assert amel.file().location == "PS-02"


def test_pressing_new_twice_opens_one(amel: Counter, app: Flask) -> None:
    page = amel.browser.page("/enrolments/")
    fields = {"csrf_token": page.token(), "request_token": page.one("input", name="request_token").attributes["value"]}

    first, second = (amel.browser.post("/enrolments/", data=fields).location for _ in range(2))

    assert first == second
    with app.app_context():
        assert len(db.session.scalars(select(Enrolment)).all()) == 1


def test_nothing_is_submitted_while_something_is_missing(amel: Counter) -> None:
    amel.opens()

    page = amel.browser.page(amel.at("check"))
    assert "The name is missing." in page.one("div", id="mistakes").text
    assert page.all("a", href=f"{amel.at('identity')}#full_name")
    assert amel.types("check").status_code == 422


def test_what_the_printer_cannot_draw_is_found_before_it_is_submitted(
    amel: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_arguments: object, **_named: object) -> None:
        raise CannotPrint("The name does not fit.", code="does-not-fit", field="name")

    amel.enrols()
    monkeypatch.setattr("citycard.operations.print_card.render_card", too_long)

    answer = amel.submits()

    assert answer.status_code == 422
    assert "does not fit on the card" in sentences(answer)
    assert read(answer).all("a", href=f"{amel.at('identity')}#full_name")
    assert amel.row_state() == "draft"


def test_an_unknown_ticket_is_said_to_be_unknown(amel: Counter) -> None:
    answer = amel.browser.send("/enrolments/find", {"ticket_to_find": "zzzz"}, form="/enrolments/")

    assert answer.status_code == 404
    assert "no open enrolment with this ticket" in sentences(answer)
    assert amel.browser.get("/enrolments/ZZZZ/identity").status_code == 404


def test_a_ticket_is_found_as_it_is_called_out(amel: Counter) -> None:
    amel.opens()

    answer = amel.browser.send("/enrolments/find", {"ticket_to_find": f" {amel.ticket.lower()} "}, form="/enrolments/")

    assert answer.location == amel.at("identity")
