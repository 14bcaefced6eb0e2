"""The evidence screen: ticks count, and are gone with the answer."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from citycard.core import cbor
from citycard.operations import enrol
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.web import workplace
from citycard.web.database import db
from citycard.web.enrolment.case import open_case
from tests.support.reading import CheckingClient, Page, read
from tests.support.traces import traces_of
from tests.web.conftest import PASSWORD, Clock
from tests.web.enrolment.conftest import PAPERS, Counter, on_both, picture

TELLING = ["protected-letter", "health-card", "association-letter"]
"""Papers whose names must be nowhere afterwards."""


def ticks(amel: Counter, *papers: str, **others: Any) -> TestResponse:
    """Tick papers and press a button (`do`), or "Save"."""
    return amel.types("evidence", paper=list(papers), **others)


def ticked(page: Page) -> set[str]:
    """The ids of the boxes that are ticked."""
    return {box.attributes["id"] for box in page.all("input", type="checkbox") if "checked" in box.attributes}


def tally_of(page: Page) -> str:
    """What the tally says, without what is hidden."""
    hidden = {id(element) for element in page.elements if "hidden" in element.attributes}
    lines = [
        element.text
        for element in page.elements
        if element.tag == "li" and any(parent.attributes.get("data-tally") is not None for parent in element.parents)
        if id(element) not in hidden and not any(id(parent) in hidden for parent in element.parents)
    ]
    return " | ".join(lines)


# --- what is saved ----------------------------------------------------------------------------------------------


@on_both
def test_a_passport_and_a_bill_are_checked_and_only_that_is_kept(amel: Counter) -> None:
    amel.opens().types(portrait=picture())
    before = amel.file()

    assert ticks(amel, "official-photo", "energy-bill").location == amel.at("card")

    file = amel.file()
    changed = {name for name, value in asdict(file).items() if getattr(before, name) != value}
    assert changed == {"identity_checked", "residence_checked", "rule_set", "birth_date_seen", "address_as"}
    assert (file.rule_set, file.birth_date_seen, file.address_as) == ("fr-2026.1", True, "full")


@pytest.mark.parametrize(
    ("papers", "chosen", "held"),
    [
        (["energy-bill"], "", "full"),
        (["domiciliation"], "", "care_of"),
        (["outreach-letter"], "", "none"),
        (["protected-letter"], "", "protected"),
        (["energy-bill", "protected-letter"], "", "protected"),
        (["energy-bill", "protected-letter"], "full", "full"),
        (["energy-bill", "protected-letter", "domiciliation"], "full", "protected"),
        (["energy-bill"], "care_of", "full"),
        (["domiciliation"], "full", "care_of"),
    ],
)
def test_the_address_stands_only_as_the_papers_allow(amel: Counter, papers: list[str], chosen: str, held: str) -> None:
    """Of several ways the most protective is meant, unless somebody chose another of those that are offered."""
    amel.opens().types(portrait=picture())

    ticks(amel, "official-photo", *papers, address_as=chosen, offered="protected full")

    assert amel.file().address_as == held


def test_a_protected_address_reaches_neither_card_nor_code(amel: Counter) -> None:
    amel.opens()
    file = EnrolmentFile(handle="x", address="14 rue des Tilleuls", address_kind="full", address_in_code=True)

    for rendering in ("protected", "none"):
        assert not file.looked_at(rendering).prints_address
        assert file.looked_at(rendering).identity("", country="FR").address is None


def test_a_card_shows_no_date_of_birth_that_no_paper_showed(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    answer = ticks(amel, "health-card", "association-letter", "energy-bill")

    assert answer.status_code == 422
    assert "No paper shows the date of birth. It can also be left off the card." in read(answer).text


def test_a_date_of_birth_that_is_typed_afterwards_asks_for_a_paper(amel: Counter) -> None:
    amel.answers |= {"birth_known": "unknown"}
    amel.opens().types(portrait=picture())
    assert ticks(amel, "health-card", "association-letter", "energy-bill").location == amel.at("card")
    assert not amel.file().birth_date_seen
    amel.types("card", portrait_in_code="no")
    amel.answers |= {"birth_known": "full"}
    amel.types()

    page = read(amel.types("check"))

    assert "No paper showed the date of birth" in page.text
    assert page.all("a", href=amel.at("evidence") + "#identity_checked")
    assert amel.browser.page(amel.at("evidence")).one("fieldset", id="identity_checked")


def test_a_child_with_a_parent_needs_no_photo_on_any_paper(amel: Counter) -> None:
    amel.answers |= {"year": "2016"}
    amel.opens().types(portrait=picture())
    page = amel.browser.page(amel.at("evidence"))

    assert "checked" in page.one("input", id="age-17").attributes
    assert ticks(amel, "family-link", "guardian-identity", "energy-bill").location == amel.at("card")


def test_nobody_s_age_is_argued_about(amel: Counter) -> None:
    """What was typed chooses what is shown first, and the clerk may choose otherwise."""
    amel.answers |= {"birth_known": "unknown"}
    amel.opens().types(portrait=picture())
    page = amel.browser.page(amel.at("evidence"))

    assert "checked" in page.one("input", id="age-grown").attributes
    assert ticks(amel, "institution-letter", age="20").location == amel.at("card")


# --- what is not complete ---------------------------------------------------------------------------------------


def test_what_is_not_complete_cannot_be_saved_and_says_what_is_missing(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    answer = ticks(amel, "official-photo")

    page = read(answer)
    assert answer.status_code == 422
    assert "Not enough shows that this person lives here." in page.one("div", id="mistakes").text
    assert page.all("a", href="#paper-energy-bill"), "the mistake leads to the commonest paper that mends it"
    assert ticked(page) == {"paper-official-photo"}
    assert "Energy or water bill" in tally_of(page)
    assert not amel.file().identity_checked


def test_nothing_ticked_is_nothing_seen(amel: Counter) -> None:
    amel.opens()

    answer = ticks(amel)

    assert answer.status_code == 422
    assert "Tick what lies on the desk." in read(answer).one("div", id="mistakes").text


def test_a_bill_that_is_too_old_is_named_with_its_reason(amel: Counter) -> None:
    amel.opens()

    page = read(ticks(amel, "official-photo", "energy-bill", old=["energy-bill"], do="count"))

    assert "Energy or water bill · too old: a newer one counts" in tally_of(page)
    assert ticked(page) == {"paper-official-photo", "paper-energy-bill", "old-energy-bill"}


def test_two_letters_count_as_two(amel: Counter) -> None:
    amel.opens()
    two = {"count.association-letter": "2"}

    page = read(ticks(amel, "association-letter", do="count", **two))

    assert "Who it is 2 of 3" in tally_of(page)
    (chosen,) = [option for option in page.all("option") if "selected" in option.attributes]
    assert chosen.text == "2"


@pytest.mark.parametrize("settings", [{"evidence": "idnyc-2018"}], indirect=True)
def test_another_city_counts_by_other_rules(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    assert ticks(amel, "state-id-here").location == amel.at("card")
    assert amel.file().rule_set == "idnyc-2018.1"


def test_the_slip_to_take_home_speaks_the_holder_s_language_and_names_nothing_of_the_desk(amel: Counter) -> None:
    amel.answers |= {"language": "ar"}
    amel.opens().types(portrait=picture())

    page = read(ticks(amel, *TELLING, do="count"))

    slip = page.one("article", class_="slip")
    rules = workplace_rules(amel)
    assert (slip.attributes["lang"], slip.attributes["dir"]) == ("ar", "rtl")
    for name in ("health-card", "protected-letter"):
        assert rules.by_id[name].names["ar"] not in slip.text
    assert rules.by_id["official-photo"].names["ar"] in slip.text


def workplace_rules(amel: Counter) -> Any:
    """The rules of the office."""
    with amel.app.app_context():
        return workplace.rules()


def test_a_referee_is_named_as_a_way_where_the_city_has_one(amel: Counter) -> None:
    amel.opens()

    assert amel.browser.page(amel.at("evidence")).all("a", href=amel.at("vouch"))


def test_what_is_not_enough_leads_to_a_slip_that_says_what_is_missing(amel: Counter) -> None:
    """The ticks stay in the request, and the refusal counts them as coarsely as `missing_kinds` does."""
    amel.opens().types(portrait=picture())
    page = read(ticks(amel, "official-photo", do="count"))
    (button,) = page.all("button", value="refuse")
    assert button.attributes["form"] == "evidence"

    sent = {"csrf_token": page.token(), "paper": ["official-photo"], "do": "refuse"}
    slip = read(amel.browser.post(button.attributes["formaction"], data=sent))

    ticked_there = [box for box in slip.all("input", name="missing") if "checked" in box.attributes]
    assert [box.attributes["value"] for box in ticked_there] == ["residence"]


# --- nothing of the ticks is kept --------------------------------------------------------------------------------


def test_count_gives_the_ticks_back_and_keeps_none(amel: Counter) -> None:
    amel.opens()
    before = amel.row_now(), amel.file()

    page = read(ticks(amel, *TELLING, expired=["health-card"], do="count"))

    assert ticked(page) == {*(f"paper-{name}" for name in TELLING), "expired-health-card"}
    assert (amel.row_now(), amel.file()) == before
    assert ticked(amel.browser.page(amel.at("evidence"))) == set()


@pytest.mark.parametrize(
    "sent", [{"do": "hold"}, {"do": "abandon"}, {"do": "extend"}, {"do": "count"}, {"lock": "now"}, {"lang": "ar"}, {}]
)
def test_whatever_button_is_pressed_nothing_of_the_ticks_is_in_the_file(amel: Counter, sent: dict[str, str]) -> None:
    amel.opens().types(portrait=picture())

    ticks(amel, *TELLING, **sent)

    content = cbor.encode(asdict(amel.file()))
    assert not any(name.encode() in content for name in TELLING)
    assert amel.file().typed == {}


def test_more_time_gives_the_ticks_back(amel: Counter, clock: Clock) -> None:
    amel.opens()
    clock.pass_by(minutes=9)

    page = read(ticks(amel, "official-photo", do="extend"))

    assert ticked(page) == {"paper-official-photo"}
    assert ((amel.row_now() or {})["deadline"] - clock.now).total_seconds() == 1800


def test_another_language_gives_the_ticks_back(amel: Counter) -> None:
    amel.opens()

    page = read(ticks(amel, "official-photo", lang="ar"))

    assert page.one("html").attributes["lang"] == "ar"
    assert ticked(page) == {"paper-official-photo"}


def test_a_locked_screen_gives_none_back(amel: Counter) -> None:
    amel.opens()
    ticks(amel, *TELLING, lock="now")
    amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert ticked(amel.browser.page(amel.at("evidence"))) == set()


@on_both
def test_no_file_no_log_and_no_address_has_ever_heard_of_a_paper(
    amel: Counter, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    addresses: list[str] = []
    app.before_request_funcs.setdefault(None, []).append(lambda: addresses.append(request.url))  # type: ignore[func-returns-value]
    with caplog.at_level(logging.DEBUG):
        amel.opens().types(portrait=picture())
        for act in ("count", "extend"):
            ticks(amel, *TELLING, do=act)
        ticks(amel, *TELLING)
        ticks(amel, *TELLING, "official-photo")
    office = app.config["OFFICE"]

    assert amel.file().identity_checked
    assert traces_of(TELLING, in_folders=[office.folder]) == []
    assert not any(name in text for name in TELLING for text in (caplog.text, *addresses))
    with app.app_context():
        held = enrol.read(amel.row(), workplace.desk()).to_bytes()
        assert not any(name.encode() in held for name in TELLING)


def test_an_error_of_ours_names_no_paper(app: Flask, amel: Counter, caplog: pytest.LogCaptureFixture) -> None:
    amel.opens()
    with app.app_context():
        rules = workplace.rules()
    app.extensions["citycard.workplace"]["rules"] = None  # whatever goes wrong in the middle
    app.testing = False

    with caplog.at_level(logging.INFO):
        answer = amel.browser.post(
            amel.at("evidence"),
            data={"csrf_token": amel.browser.page("/enrolments/").token(), "paper": TELLING},
        )

    app.extensions["citycard.workplace"]["rules"] = rules
    assert answer.status_code == 500
    assert not any(name in caplog.text + answer.text for name in TELLING)


# --- coming back ---------------------------------------------------------------------------------------------------


def test_what_was_checked_stays_checked_without_ticking_again(amel: Counter) -> None:
    amel.enrols()
    before = amel.file()
    page = amel.browser.page(amel.at("evidence"))

    assert "Identity and residence are confirmed" in page.text
    assert ticked(page) == set()
    assert ticks(amel).location == amel.at("card")
    assert amel.file() == before


def test_papers_that_are_looked_at_again_are_counted_again(amel: Counter) -> None:
    amel.enrols()

    assert ticks(amel, "official-photo").status_code == 422
    assert ticks(amel, "official-photo", "domiciliation").location == amel.at("card")
    assert amel.file().address_as == "care_of"


def test_a_colleague_on_the_same_screen_is_noticed(amel: Counter, signed_in: Any) -> None:
    amel.opens()
    seen = amel.browser.page(amel.at("evidence")).one("input", name="seen").attributes["value"]
    colleague = Counter(amel.app, signed_in("Amel"), amel.ticket)
    colleague.types("evidence", **PAPERS)

    answer = ticks(amel, "official-photo", "domiciliation", seen=seen)

    assert answer.status_code == 409
    assert ticked(read(answer)) == {"paper-official-photo", "paper-domiciliation"}
    assert amel.file().address_as == "full"


def test_whose_old_card_was_compared_shows_only_where_they_live(amel: Counter, app: Flask) -> None:
    amel.opens().types(portrait=picture())
    with app.app_context():
        case = open_case(amel.ticket)
        enrol.store(
            db.session(),
            case.desk,
            case.enrolment,
            case.file.changed(identity_checked=True, birth_date_seen=True),
        )
        db.session.commit()

    page = amel.browser.page(amel.at("evidence"))
    assert "The old card was compared with the face" in page.text
    assert "Who it is 0 of 0" in tally_of(page)
    assert ticks(amel, "energy-bill").location == amel.at("card")
    assert amel.file().residence_checked


@pytest.mark.parametrize("name", ["Bruno", "Library", "Chloe"])
def test_the_screen_is_the_clerk_s_alone(amel: Counter, signed_in: Any, name: str) -> None:
    amel.opens()
    browser: CheckingClient = signed_in(name)

    assert browser.get(amel.at("evidence")).status_code == 403
