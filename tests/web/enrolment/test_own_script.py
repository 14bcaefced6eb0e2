"""The turned screen on which the holder types their name: what it keeps, what it shows, where it leads."""

from __future__ import annotations

import io

from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock
from tests.web.enrolment.conftest import Counter, approves, picture, sentences

NAME = "نعيمة"

HALF = {
    "full_name": "Naïma Kassar",
    "day": "12",
    "month": "",
    "year": "1987",
    "language": "ar",
    "gender_words": "امرأة",
}
"""What Amel had typed when she turned the screen: not all of it, and not all of it good."""


def turn(amel: Counter, **typed: str) -> None:
    """Press "turn the screen" on the identity screen."""
    page = amel.browser.page(amel.at("identity"))
    sent = {**amel.answers, **HALF, **typed, "csrf_token": page.token(), "do": "turn"}
    assert amel.browser.post(amel.at("own-script"), data=sent).location == amel.at("own-script")


def done(amel: Counter, name: str, **more: str) -> str:
    """Type a name and press "done"; where that leads."""
    return amel.browser.send(amel.at("own-script"), {"own_script_name": name, **more}).location


def test_what_the_holder_types_arrives_beside_what_the_clerk_had_typed(amel: Counter) -> None:
    amel.opens()
    turn(amel)

    assert done(amel, f"  {NAME} ") == amel.at("identity") + "#own_script_name"

    page = amel.browser.page(amel.at("identity"))
    for field, value in ({**HALF, "own_script_name": NAME}).items():
        if field != "language":
            assert page.one("input", name=field).attributes.get("value", "") == value
    chosen = [option.attributes["value"] for option in page.all("option") if "selected" in option.attributes]
    assert {"ar", "ara"} <= set(chosen)
    assert "before the screen locked" not in page.text
    assert amel.file().own_script_name == "", "nothing is saved before the clerk goes on"


def test_after_going_on_the_name_is_on_the_card(amel: Counter) -> None:
    amel.opens()
    turn(amel)
    done(amel, NAME)

    amel.types(portrait=picture(), own_script_name=NAME, own_script_language="ara")

    page = amel.browser.page(amel.at("evidence"))
    own = [line for line in page.all("bdi") if line.attributes.get("lang") == "ar"]
    assert [line.text for line in own if line.inside("figure")] == [NAME]


def test_a_picture_that_was_chosen_before_turning_is_not_lost(amel: Counter) -> None:
    amel.opens()
    page = amel.browser.page(amel.at("identity"))
    sent = {
        **amel.answers,
        **HALF,
        "csrf_token": page.token(),
        "do": "turn",
        "picture": (io.BytesIO(picture()), "face.jpg"),
    }

    amel.browser.post(amel.at("own-script"), data=sent)
    done(amel, NAME)

    assert any(
        "portrait/kept" in image.attributes["src"] for image in amel.browser.page(amel.at("identity")).all("img")
    )


def test_changing_nothing_changes_nothing(amel: Counter) -> None:
    amel.opens()
    turn(amel, own_script_name="Наима", own_script_language="rus")

    assert done(amel, NAME, do="leave") == amel.at("identity") + "#own_script_name"

    page = amel.browser.page(amel.at("identity"))
    assert page.one("input", name="own_script_name").attributes["value"] == "Наима"


def test_the_script_is_chosen_first_and_can_be_changed_without_losing_the_name(amel: Counter) -> None:
    amel.opens()
    turn(amel, language="fr")

    choice = amel.browser.page(amel.at("own-script"))
    assert not choice.all("input", name="own_script_name"), "one thing at a time"
    assert "አማርኛ" in choice.text

    amel.browser.send(amel.at("own-script"), {"script": "tir"})
    amel.browser.send(amel.at("own-script"), {"own_script_name": "ሰላም", "script": ""})
    assert "አማርኛ" in amel.browser.page(amel.at("own-script")).text
    amel.browser.send(amel.at("own-script"), {"script": "amh"})
    field = amel.browser.page(amel.at("own-script")).one("input", name="own_script_name")
    assert (field.attributes["value"], field.attributes["lang"], field.attributes["dir"]) == ("ሰላም", "am", "ltr")

    done(amel, "ሰላም")
    page = amel.browser.page(amel.at("identity"))
    assert "amh" in [option.attributes["value"] for option in page.all("option", selected="")]


def test_who_speaks_arabic_is_not_asked_for_the_script(amel: Counter) -> None:
    amel.opens()
    turn(amel)

    page = amel.browser.page(amel.at("own-script"))

    assert page.one("html").attributes["lang"] == "ar"
    assert page.one("input", name="own_script_name").attributes["dir"] == "rtl"


def test_an_empty_field_takes_the_name_off_the_card(amel: Counter) -> None:
    amel.opens()
    turn(amel, own_script_name=NAME, own_script_language="ara")

    done(amel, "")

    page = amel.browser.page(amel.at("identity"))
    assert page.one("input", name="own_script_name").attributes.get("value", "") == ""


def test_what_cannot_be_printed_is_said_in_the_holders_language_and_kept(amel: Counter) -> None:
    amel.opens()
    turn(amel, language="es", own_script_language="rus")

    answer = amel.browser.send(amel.at("own-script"), {"own_script_name": "山田"})

    assert answer.status_code == 422
    page = read(answer)
    assert page.one("html").attributes["lang"] == "es"
    assert page.one("input", name="own_script_name").attributes["value"] == "山田"
    assert page.one("input", name="own_script_name").attributes["aria-invalid"] == "true"
    assert page.all("div", id="mistakes")


def test_the_turned_page_shows_the_name_and_leads_nowhere(amel: Counter) -> None:
    amel.enrols()
    turn(amel, own_script_name=NAME, own_script_language="ara", full_name="Naïma Kassar")

    page = amel.browser.page(amel.at("own-script"))

    assert "Naïma Kassar" in page.text
    for hidden in ("1987", "امرأة", "Amel"):
        assert hidden not in page.text
    assert not page.all("nav", "img")
    assert {link.attributes["href"] for link in page.all("a")} == {"#main"}
    assert [form.attributes["id"] for form in page.all("form")] == ["own-script"]


def test_nothing_is_lost_when_the_screen_locks_while_it_is_turned(amel: Counter, clock: Clock) -> None:
    amel.opens()
    turn(amel)
    page = amel.browser.page(amel.at("own-script"))
    clock.pass_by(minutes=11)

    sent = {"csrf_token": page.token(), "own_script_name": NAME}
    assert amel.browser.post(amel.at("own-script"), data=sent).location == "/staff/locked"
    back = amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert back.location == amel.at("own-script")
    field = amel.browser.page(amel.at("own-script")).one("input", name="own_script_name")
    assert field.attributes["value"] == NAME


def test_nothing_is_lost_when_the_screen_was_locked_before_it_was_turned(amel: Counter, clock: Clock) -> None:
    amel.opens()
    page = amel.browser.page(amel.at("identity"))
    clock.pass_by(minutes=11)

    sent = {**amel.answers, **HALF, "csrf_token": page.token(), "do": "turn"}
    assert amel.browser.post(amel.at("own-script"), data=sent).location == "/staff/locked"
    back = amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert back.location == amel.at("identity")
    assert amel.browser.page(amel.at("identity")).one("input", name="full_name").attributes["value"] == "Naïma Kassar"


def test_where_nothing_was_typed_the_name_is_saved(amel: Counter) -> None:
    amel.enrols()
    amel.browser.send(amel.at("own-script"), {"script": "ara"})

    done(amel, NAME)

    assert (amel.file().own_script_name, amel.file().own_script_language) == (NAME, "ara")
    assert amel.file().typed == {}


def test_an_issued_card_gets_no_other_name(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    token = amel.browser.page("/enrolments/").token()
    answer = amel.browser.post(amel.at("own-script"), data={"csrf_token": token, "own_script_name": NAME})

    assert answer.location == f"/enrolments/{amel.ticket}/"
    assert amel.file().own_script_name == ""
    assert NAME not in sentences(amel.browser.get(amel.at("finish")))
