"""A card is lost, found again, given back: found by the card, changed after a word of warning, published at once."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from citycard.core.number import printed_number
from citycard.core.verdicts import Verdict
from citycard.operations import audit
from citycard.printing.codes import single_code
from citycard.store.audit import AuditEntry
from citycard.store.cards import CardState
from citycard.store.staff import StaffSession
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.conftest import PASSWORD, Clock
from tests.web.real_office import HOLDER, city_named, recognise

SignedIn = Callable[[str], CheckingClient]

NEED_THE_HOLDER = ("resume", "give-back")


@pytest.fixture
def card(hall: TownHall) -> Issued:
    """Léonie's card, handed over."""
    return hall.card()


def find(browser: CheckingClient, typed: str) -> Page:
    """Scan or type a card."""
    return read(browser.send("/cards/", {"card": typed}))


def act(browser: CheckingClient, act: str, card: Issued, **answers: str) -> Page:
    """Press the button on the page that says what will happen, and return where that leads."""
    held = {"card": card.full_code, "face": "yes"} if act in NEED_THE_HOLDER else {"card": card.number}
    answer = browser.send(f"/cards/{act}", held | answers, form="/cards/")
    assert (answer.status_code, answer.location) == (303, "/cards/"), read(answer).text
    return browser.page("/cards/")


def asks(browser: CheckingClient, act: str, held: str, **more: str) -> TestResponse:
    """Press the button of an act on the page of a card."""
    return browser.send(f"/cards/{act}/ask", {"card": held, **more}, form="/cards/")


def test_a_card_is_found_by_either_code_or_by_its_number(signed_in: SignedIn, card: Issued) -> None:
    amel = signed_in("Amel")
    group = printed_number(card.number)[-4:]
    for typed in (
        card.full_code,
        card.light_code,
        card.number,
        printed_number(card.number).lower(),
        card.full_code + "\n",
    ):
        page = find(amel, typed)

        assert page.h1 == f"Card ending in {group}"
        assert "valid" in page.text
        assert "its place in the published list and which key signed it" in page.text, "what is kept, all of it"
        assert HOLDER not in page.text
        assert card.number not in page.text
        assert printed_number(card.number) not in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Scan the card or type its number"),
        ("0000-0000-0000-0001", "This is not a card number"),
        ("0000000000000000", "This is not a card of this city"),
        ("Léonie Marchevert", "This is not a card number"),
        ("A" * 400, "This is not the code of a card"),
    ],
)
def test_what_is_no_card_of_ours_has_its_sentence(
    signed_in: SignedIn, hall: TownHall, typed: str, sentence: str
) -> None:
    answer = signed_in("Amel").send("/cards/", {"card": typed})

    assert answer.status_code == 422
    assert sentence in read(answer).one("div", id="mistakes").text


def test_a_card_of_a_partner_is_not_ours(signed_in: SignedIn, hall: TownHall) -> None:
    rivemont = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, rivemont)

    assert "not a card of this city" in find(signed_in("Amel"), rivemont.card()).text


def test_nothing_is_changed_before_it_was_said_what_will_happen(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    page = read(amel.send("/cards/end/ask", {"card": card.number}, form="/cards/"))

    assert page.h1 == "End this card for ever?"
    for word in ("What happens", "From when", "Can it be undone? No."):
        assert word in page.text
    assert hall.cards()[card.number] is CardState.ACTIVE


def test_a_caller_s_card_is_suspended_and_never_ended(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    bruno = signed_in("Bruno")
    by_number = read(bruno.send("/cards/end/ask", {"card": card.number}, form="/cards/")).text
    assert "By telephone: suspend, never end" in by_number
    for act, held in (("suspend", card.number), ("end", card.full_code)):
        assert "By telephone" not in read(bruno.send(f"/cards/{act}/ask", {"card": held}, form="/cards/")).text


def test_an_ended_card_is_refused_at_the_next_scan(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel, library = signed_in("Amel"), signed_in("Library")
    before = library.send("/desk/", {"code": card.full_code})
    done = act(amel, "end", card)
    after = library.send("/desk/", {"code": card.full_code})

    assert read(before).one("section", data_verdict=Verdict.OK)
    assert "The card has ended." in done.text
    assert "It is published." in done.text
    assert read(after).one("section", data_verdict=Verdict.REVOKED)
    assert HOLDER not in after.text


def test_a_suspended_card_is_good_again_when_it_is_resumed(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    bruno, library = signed_in("Bruno"), signed_in("Library")
    for step, verdict in (("suspend", Verdict.SUSPENDED), ("resume", Verdict.OK), ("end", Verdict.REVOKED)):
        act(bruno, step, card)

        assert read(library.send("/desk/", {"code": card.light_code})).one("section", data_verdict=verdict)


def test_an_ended_card_stays_ended(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    act(amel, "end", card)

    assert "Nothing can be changed any more" in find(amel, card.number).text
    answer = amel.send("/cards/resume", {"card": card.full_code, "face": "yes"}, form="/cards/")
    assert answer.status_code == 409
    assert hall.cards()[card.number] is CardState.ENDED


# --- the card and the face --------------------------------------------------------------------------------------


def test_resuming_shows_the_face_that_is_in_the_code(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    act(amel, "suspend", card)
    assert "resume/ask" in amel.send("/cards/", {"card": card.full_code}).get_data(as_text=True)

    answer = asks(amel, "resume", card.full_code)

    page = read(answer)
    assert page.h1 == "Resume this card?"
    face = page.one("img")
    assert face.attributes["src"].startswith("data:image/png;base64,"), "it has no address"
    assert face.attributes["alt"] == "The face in the code of the card"
    assert HOLDER not in page.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert [each.attributes["value"] for each in page.all("input", name="face")] == ["yes", "no"]
    assert not page.all("input", name="face", checked="")
    assert not page.all("input", name="second_name")


def test_where_the_code_holds_no_face_the_printed_one_is_compared_and_something_else_looked_at(
    signed_in: SignedIn, hall: TownHall
) -> None:
    card = hall.card(portrait_in_code="no")
    amel = signed_in("Amel")
    act(amel, "suspend", card)

    page = read(asks(amel, "resume", card.full_code))

    assert "Compare the portrait printed on the card" in page.text
    assert "What is printed can be forged" in page.text
    assert not page.all("img")


@pytest.mark.parametrize("name", NEED_THE_HOLDER)
@pytest.mark.parametrize("way", ["on the page that asks for it", "by a form of somebody's own"])
def test_a_small_code_resumes_nothing(signed_in: SignedIn, hall: TownHall, card: Issued, way: str, name: str) -> None:
    """Whoever photographed it could bring a card with another face printed around it; the drawer is no way round."""
    amel = signed_in("Amel")
    act(amel, "suspend", card)
    if name == "give-back":
        act(amel, "hand-in", card)

    if way == "on the page that asks for it":
        answer = asks(amel, name, card.light_code)
        assert answer.status_code == 422
    else:
        form = asks(amel, name, card.full_code)
        fields = {"csrf_token": read(form).token(), "card": card.light_code, "face": "yes"}
        answer = amel.post(f"/cards/{name}", data=fields)
        assert answer.status_code >= 400

    assert "The small one has no name and no face" in read(answer).text
    assert hall.cards()[card.number] is CardState.SUSPENDED


def test_without_a_scanner_a_picture_of_the_code_finds_the_card_and_resumes_it(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    """A keyboard types no large code: without this a counter that has no scanner could resume nothing."""
    amel = signed_in("Amel")

    def shows(path: str, code: str, **more: str) -> TestResponse:
        picture = (io.BytesIO(single_code(code).png()), "card.png")
        return amel.send(path, {"card": "", "picture": picture, **more}, form="/cards/")

    assert read(shows("/cards/", card.light_code)).h1 == f"Card ending in {printed_number(card.number)[-4:]}"

    act(amel, "suspend", card)
    small = shows("/cards/resume/ask", card.light_code, scanning="yes")
    assert small.status_code == 422
    assert "The small one has no name and no face" in read(small).one("p", id="picture-mistake").text
    page = read(shows("/cards/resume/ask", card.full_code, scanning="yes"))
    assert page.one("img")
    held = page.one("input", name="card").attributes["value"]
    amel.send("/cards/resume", {"card": held, "face": "yes"}, form="/cards/")
    assert hall.cards()[card.number] is CardState.ACTIVE


def test_a_picture_without_a_code_is_said_at_the_picture(signed_in: SignedIn, hall: TownHall) -> None:
    no_code = (io.BytesIO(b"no picture at all"), "card.png")
    answer = signed_in("Amel").send("/cards/", {"card": "", "picture": no_code})

    assert answer.status_code == 422
    assert read(answer).one("p", id="picture-mistake").text


@pytest.mark.parametrize("way", ["on the page of the card", "by a form of somebody's own"])
def test_a_typed_number_resumes_nothing(signed_in: SignedIn, hall: TownHall, card: Issued, way: str) -> None:
    amel = signed_in("Amel")
    act(amel, "suspend", card)

    if way == "on the page of the card":
        page = read(asks(amel, "resume", card.number))
        assert "the card itself is scanned" in page.text
        assert not page.all("div", id="mistakes"), "she did nothing wrong: the number was good for the page before"
        assert card.number not in page.text
        answer = asks(amel, "resume", printed_number(card.number), scanning="yes")
    else:
        answer = amel.send("/cards/resume", {"card": card.number, "face": "yes"}, form="/cards/")

    assert answer.status_code == 422
    assert "A number is not enough here" in read(answer).one("div", id="mistakes").text
    assert hall.cards()[card.number] is CardState.SUSPENDED


@pytest.mark.parametrize(("face", "status"), [("no", 303), ("", 422), ("perhaps", 422)])
def test_only_yes_resumes(signed_in: SignedIn, hall: TownHall, card: Issued, face: str, status: int) -> None:
    amel = signed_in("Amel")
    act(amel, "suspend", card)

    answer = amel.send("/cards/resume", {"card": card.full_code, "face": face}, form="/cards/")

    assert answer.status_code == status
    assert hall.cards()[card.number] is CardState.SUSPENDED
    if status == 422:
        page = read(answer)
        assert "Say whether this is the person before you" in page.one("div", id="mistakes").text
        assert page.one("img"), "the face is still there to be compared"
    else:
        assert "the card stays suspended" in amel.page("/cards/").text


def test_on_the_scanning_page_what_is_no_card_has_its_sentence(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    for typed, sentence in (("", "Scan the card."), ("A" * 400, "This is not the code of a card")):
        answer = asks(amel, "resume", typed, scanning="yes")
        assert answer.status_code == 422
        assert sentence in read(answer).one("div", id="mistakes").text


def test_scanning_a_card_that_is_good_shows_what_it_is(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    assert "State valid" in read(asks(signed_in("Amel"), "resume", card.full_code, scanning="yes")).text


def test_another_language_keeps_the_face_and_does_nothing(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    act(amel, "suspend", card)

    answer = amel.send("/cards/resume", {"card": card.full_code, "face": "yes", "lang": "ar"}, form="/cards/")

    page = read(answer)
    assert page.one("html").attributes["dir"] == "rtl"
    assert page.one("img")
    assert hall.cards()[card.number] is CardState.SUSPENDED
    scanning = asks(amel, "resume", card.full_code, scanning="yes", lang="es")
    assert read(scanning).one("input", name="card").attributes["value"] == card.full_code


# --- the colleague ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("office", [{"endings_per_clerk_per_day": 0}], indirect=True)
def test_over_the_limit_a_colleague_types_name_and_password(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    page = read(asks(amel, "end", card.number))
    assert "A colleague confirms this one" in page.text
    assert page.one("input", name="second_password").attributes["type"] == "password"

    for name, password, sentence in (
        ("", "", "A colleague confirms this one"),
        ("Bruno", "", "A colleague confirms this one"),
        ("Bruno", "eight boats at noon", "Name and password do not go together"),
        ("Nobody", PASSWORD, "Name and password do not go together"),
        ("Amel", PASSWORD, "That is you."),
        ("Chloe", PASSWORD, "This colleague does not work at the counter."),
    ):
        answer = amel.send(
            "/cards/end", {"card": card.number, "second_name": name, "second_password": password}, form="/cards/"
        )
        assert answer.status_code == 422, name
        assert sentence in read(answer).one("div", id="mistakes").text
        assert hall.cards()[card.number] is CardState.ACTIVE
        field = read(answer).one("input", name="second_password").attributes
        assert not field.get("value"), "a password is never sent back"
        assert read(answer).one("input", name="second_name").attributes.get("value", "") == name

    assert "The card has ended." in act(amel, "end", card, second_name="Bruno", second_password=PASSWORD).text
    assert hall.cards()[card.number] is CardState.ENDED
    with hall.session() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2).all()
        assert {(each.actor, each.act) for each in last} == {
            ("Amel", audit.Act.CARD_ENDED),
            ("Bruno", audit.Act.CARD_END_CONFIRMED),
        }
        assert session.query(StaffSession).count() == 1, "Bruno is not signed in anywhere"


def test_below_the_limit_nobody_else_is_asked(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    assert not read(asks(amel, "end", card.number)).all("input", name="second_name")
    act(amel, "end", card)


# --- published --------------------------------------------------------------------------------------------------


def test_when_the_key_is_not_at_hand_the_card_ends_all_the_same(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    for key in (hall.office.secrets / "keys").glob("status-*.pem"):
        key.rename(key.with_suffix(".away"))

    done = act(amel, "end", card)

    assert "within a minute" in done.text
    assert hall.cards()[card.number] is CardState.ENDED
    for key in (hall.office.secrets / "keys").glob("status-*.away"):
        key.rename(key.with_suffix(".pem"))
    assert hall.publish_lists() == 1
    assert hall.check(card.full_code).verdict is Verdict.REVOKED


def test_the_password_is_asked_again_and_nothing_is_done_meanwhile(
    signed_in: SignedIn, hall: TownHall, card: Issued, clock: Clock
) -> None:
    amel = signed_in("Amel")
    for _ in range(2):
        clock.pass_by(minutes=9)
        amel.get("/cards/")

    answer = amel.send("/cards/end", {"card": card.number}, form="/cards/")
    assert (answer.status_code, answer.location) == (303, "/staff/confirm")
    assert "cannot be undone" not in amel.page("/staff/confirm").text, "handing in comes this way, too"
    assert hall.cards()[card.number] is CardState.ACTIVE

    back = amel.send("/staff/confirm", {"password": PASSWORD})
    assert back.location == "/cards/end/back"
    assert amel.get(back.location).location == "/cards/"


def test_neither_number_nor_code_is_in_an_address_a_cookie_or_a_log(
    signed_in: SignedIn, hall: TownHall, card: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    amel = signed_in("Amel")
    secrets = (card.number, printed_number(card.number), card.full_code, card.light_code)
    with caplog.at_level(logging.DEBUG):
        for address, fields in (
            ("/cards/", {"card": card.full_code}),
            ("/cards/suspend/ask", {"card": card.number}),
            ("/cards/suspend", {"card": card.number}),
            ("/cards/resume/ask", {"card": card.full_code}),
            ("/cards/resume", {"card": card.full_code, "face": "no"}),
            ("/cards/hand-in/ask", {"card": card.full_code}),
            ("/cards/hand-in", {"card": card.full_code}),
            ("/cards/give-back", {"card": card.full_code, "face": "yes"}),
        ):
            answer = amel.send(address, fields, form="/cards/")

            assert not any(secret in value for _, value in answer.headers for secret in secrets)
            assert not any(secret in answer.request.path for secret in secrets)
    assert not any(secret in caplog.text for secret in secrets)


def test_the_log_of_the_office_says_that_a_card_ended_and_not_which(
    app: Flask, signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    act(signed_in("Amel"), "end", card)
    with hall.session() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert last is not None
        assert (last.actor, last.act) == ("Amel", audit.Act.CARD_ENDED)
        assert card.number not in last.handle


@pytest.mark.parametrize(
    ("name", "status"), [("Amel", 200), ("Bruno", 200), ("Library", 403), ("Chloe", 403), ("Dario", 403), ("Esra", 403)]
)
def test_who_may_look_at_cards(signed_in: SignedIn, name: str, status: int) -> None:
    assert signed_in(name).get("/cards/").status_code == status
