"""Ten people who differ come to the counter of Port-Sable, each in two languages of its pages.

Every one of them is invented, and so are the names. What each story is about, its test asserts: what stands on the
card that came out of the printer, what its code says to a desk, what is nowhere, and what the pages said meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from babel import Locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.operations.organisations import care_of
from citycard.settings import load_office
from citycard.store.cards import Card
from citycard.store.counters import Counter as Counted
from citycard.store.enrolments import Enrolment
from citycard.store.organisations import Organisation
from tests.journeys import people
from tests.journeys.counter import HOSTEL, WELCOME, Town, Visit, found_town, in_words, plain, shown
from tests.support.browser import NewPage
from tests.support.paper import words_on
from tests.support.servers import running_office
from tests.support.town_hall import TownHall
from tests.support.traces import traces_of
from tests.web.enrolment.test_keyboard import AT_MOST, Hands

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Comes = Callable[..., Visit]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Port-Sable, open all day."""
    folder = tmp_path_factory.mktemp("port-sable")
    office = found_town(folder)
    log, temporary = folder / "server.log", {"TMPDIR": str(folder / "tmp")}
    with running_office(office, log=log, env=temporary) as running:
        hall = TownHall(load_office(office), now=datetime.now(UTC))
        yield Town(running, hall, folder / "face.jpg")
        hall.close()


@pytest.fixture
def comes(town: Town, new_page: NewPage) -> Comes:
    """Somebody comes to the counter: `comes("ar")`."""
    return lambda language, **who: Visit(town, new_page, language, **who)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_somebody_who_sleeps_in_a_van_gets_a_card_without_a_street(comes: Comes, language: str) -> None:
    """Ilario Marcassin-Dorval and his dog live in a van by the old docks; the street team knows them both.

    With the street team's letter alone his card would show no address, which is a good card. Then the certificate
    turns up in the glove compartment: his post goes to the Maison des Quais, and he would like the card to say so.
    """
    visit = comes(language)
    visit.opens()
    visit.says_who(full_name="Ilario Marcassin-Dorval", day="4", month="7", year="1979")
    visit.lays_down("official-photo", "outreach-letter")
    assert visit.says("This card shows no address.")
    assert visit.page.locator("[name=address], [name=organisation]").count() == 0
    visit.looks_good()

    visit.to("evidence")
    visit.lays_down("official-photo", "domiciliation")
    page = visit.page
    assert page.locator("[name=address]").count() == 0, "there is no street to ask for"
    page.check("[name=address_kind][value=care_of]")
    page.select_option("[name=organisation]", label=WELCOME)
    yesterday = visit.town.today - timedelta(days=1)
    for part in ("day", "month", "year"):
        page.fill(f"[name=letter_{part}]", str(getattr(yesterday, part)))
    visit.looks_good()
    visit.chooses()
    card = visit.gets_the_card()

    assert care_of(Organisation(name=WELCOME)) in card.back
    assert WELCOME not in card.front
    assert "address" not in card.in_code, "who reads the code does not learn where he is to be found"
    visit.goes_home(forgotten=["Ilario Marcassin", "Marcassin", "19790704"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_year_of_birth_alone_is_a_whole_answer(comes: Comes, language: str) -> None:
    """Dorlha Tsewang-Piren was born in the year of the great snow, which her mother counted as 1958.

    Other offices gave her the first of January, together with half of her village. This one writes the year down and
    lets the day be.
    """
    visit = comes(language)
    visit.opens()
    visit.says_who(full_name="Dorlha Tsewang-Piren", year="1958", birth_known="year")
    visit.looks_good()
    visit.lays_down("civil-status", "photo-card", "rent-receipt")
    visit.chooses()
    assert visit.says("the year of birth")
    assert not visit.says("the date of birth")
    visit.looks_good()
    card = visit.gets_the_card()

    assert card.in_code["date_of_birth"] == "1958"
    assert re.findall(r"[^.\n]{0,12}1958", card.front), "the year stands on the card"
    # The days of the card itself may be in January.
    assert not re.search(r"(?:janvier|January|enero|يناير) 1958|01[./-]01[./-]1958|1er", card.words)
    visit.goes_home(forgotten=["Dorlha Tsewang", "Tsewang-Piren"])


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_name_is_typed_in_arabic_by_the_one_who_bears_it(comes: Comes, language: str) -> None:
    """Rihab Zaytouni-Nil has seen her name spelt in five ways on five papers, and never once by herself.

    The clerk turns the screen. The page now runs from right to left; she finds her letters one by one, laughs at the
    last, and there it stands, as on the card.
    """
    own, visit = "رحاب زيتوني", comes(language)
    visit.opens()
    page = visit.page
    page.fill("[name=full_name]", "Rihab Zaytouni-Nil")
    page.select_option("[name=language]", "ar")
    visit.opens_rare()
    with page.expect_navigation():
        page.click("[name=do][value=turn]")
    page.locator("[data-keyboard]:not([hidden])").wait_for()
    visit.looks_good(language="ar")
    assert "Rihab Zaytouni-Nil" in shown(page)
    assert visit.ticket not in shown(page), "the turned screen shows her name and nothing else of the office's work"
    for letter in own:
        page.click("[data-space]" if letter == " " else f"[data-key='{letter}']")
    assert page.inner_text("[data-as-on-card]") == own
    with page.expect_navigation():
        page.click(".sheet > .buttons .strong")

    assert page.input_value("[name=own_script_name]") == own
    visit.says_who(day="16", month="9", year="1993")
    visit.lays_down("official-photo", "phone-bill")
    visit.chooses(own_script_in_code=True)
    visit.to("read")
    visit.looks_good(language="ar")
    assert own in shown(page)
    visit.to("check")
    card = visit.gets_the_card()

    assert (card.in_code["full_name"], card.in_code["own_script_name"]) == ("Rihab Zaytouni-Nil", own)
    assert card.in_code["own_script_language"] == "ara"
    assert "language" not in card.in_code, "which language she speaks was not asked for, so no desk learns it"
    visit.goes_home(forgotten=["Rihab Zaytouni", "Zaytouni", own, "زيتوني", "19930916"])


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_new_name_is_on_the_new_card_and_the_old_one_is_nowhere(
    town: Town, comes: Comes, new_page: NewPage, language: str
) -> None:
    """Yanniel Fauvette-Aubrac brings the card of a person whom everybody took Yanniel for.

    The face on it is the same, and that is all the office has to know. Nobody asks for a judgment or a letter, and a
    week later nobody could say that there was ever another name.
    """
    old = town.at_work.card(full_name="Inelda Fauvette-Aubrac", gender_words="féminin")
    visit = comes(language)
    visit.codes += [old.full_code, old.light_code]
    page = visit.clerk.open("/enrolments/from-a-card")
    visit.looks_good()
    page.fill("[name=card]", old.full_code)
    with page.expect_navigation():
        page.press("[name=card]", "Enter")
    visit.found_ticket()
    assert visit.at("compare"), shown(page)
    assert page.locator("img[src$='/portrait/old']").evaluate("face => face.naturalWidth") > 0
    visit.looks_good()
    page.check("[name=face][value=same]")
    visit.clerk.go_on()

    assert page.input_value("[name=full_name]") == "Inelda Fauvette-Aubrac"
    assert page.input_value("[name=gender_words]") == "", "no code holds it, so the office cannot know"
    visit.says_who(full_name="Yanniel Fauvette-Aubrac", gender_words="ni l’un ni l’autre")
    assert visit.says("Identity and residence are confirmed")
    visit.lays_down()
    visit.chooses()
    assert "Inelda" not in shown(visit.page)
    assert town.checks(old.full_code).verdict is Verdict.OK, "until the new card is there the old one is good"
    card = visit.gets_the_card()

    assert card.in_code["full_name"] == "Yanniel Fauvette-Aubrac"
    assert "ni l’un ni l’autre" in card.front
    assert not [value for value in card.in_code.values() if "autre" in str(value)]
    assert "Inelda" not in card.words
    assert "féminin" not in card.words
    town.lists_are_published()
    desk = town.screen(new_page, language, "Library")
    for code in (old.full_code, old.light_code):
        seen = people.check_text(desk, code)
        assert desk.page.locator("[data-verdict]").first.get_attribute("data-verdict") == "REVOKED"
        assert "Inelda" not in seen
    visit.goes_home(forgotten=["Inelda Fauvette", "Yanniel", "Fauvette", "féminin", "ni l’un ni"])


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_young_person_without_family_is_believed(comes: Comes, language: str) -> None:
    """Tewolde Kifle-Maray is sixteen, plays left wing, and has nobody here but the people of the Foyer des Alizés.

    Somebody from there came along. His own word is enough for his birthday; nobody looks at his wrist or his teeth,
    and there is no place where anybody could write that they doubt it.
    """
    visit = comes(language)
    born = visit.town.today - timedelta(days=16 * 366)
    visit.opens()
    visit.says_who(
        full_name="Tewolde Kifle-Maray", day=str(born.day), month=str(born.month), year=str(born.year), language="en"
    )
    assert visit.at("companion"), shown(visit.page)
    visit.looks_good()
    visit.page.check("[name=who][value=institution]")
    visit.page.select_option("[name=institution]", label=HOSTEL)
    visit.clerk.go_on()
    visit.lays_down("institution-letter")
    visit.page.check("[name=address_kind][value=none]")
    visit.page.fill("[name=emergency_name]", "Coach Odalys")
    visit.page.fill("[name=emergency_phone]", "01 99 00 47 11")
    visit.looks_good()
    visit.chooses(portrait="no")
    assert visit.says("because of the age")
    visit.looks_good()
    card = visit.gets_the_card()

    assert card.in_code["date_of_birth"] == born.strftime("%Y%m%d")
    issued = card.told.issued_on
    assert card.told.expires_at.date() - issued < timedelta(days=3 * 366 + 1), "three years: a face still changes"
    assert "01 99 00 47 11" in card.back
    assert "Coach Odalys" in card.back
    assert "01 99 00 47 11" not in card.front
    assert not [value for value in card.in_code.values() if "Odalys" in str(value) or "47 11" in str(value)]
    assert HOSTEL not in card.words
    parts = ["Tewolde", "Kifle-Maray", "Coach Odalys", "01 99 00 47 11", born.strftime("%Y%m%d")]
    visit.goes_home(forgotten=parts)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_somebody_who_was_born_here_is_done_before_the_coffee(comes: Comes, language: str) -> None:
    """Huguette Delorme-Vasseur was born two streets away, has all her papers in one envelope, and is in no hurry.

    The clerk is: there are eleven more. She never lets go of the keyboard.
    """
    visit = comes(language)
    page = visit.clerk.open("/enrolments/")
    page.locator("button:focus").wait_for()
    hands = Hands(page)
    hands.press_and_go()  # "New enrolment" has the focus
    visit.found_ticket()
    hands.type("Huguette Delorme-Vasseur")
    for place, text in (("#day", "30"), ("#month", "1"), ("#year", "1951")):
        hands.tab_to(place)
        hands.type(text)
    hands.tab_to("#picture")
    hands.choose(visit.town.face)
    page.locator("[data-crop]:not([hidden])").wait_for()
    hands.tab_to(".onward button")
    hands.press_and_go()
    page.locator("[data-tally][data-ready]").wait_for()
    for paper in ("official-photo", "energy-bill"):
        hands.type(page.get_attribute(f"[data-paper={paper}]", "data-number") or "")
        hands.press("Enter")
    visit.looks_good()
    hands.press_and_go()
    hands.press("Space")  # with portrait, the first of the two
    hands.press_and_go()
    assert visit.at("check"), shown(page)
    visit.looks_good()
    assert hands.count < AT_MOST, f"{hands.count} interactions, and the last one is still to come"
    card = visit.gets_the_card()

    assert card.in_code["full_name"] == "Huguette Delorme-Vasseur"
    assert card.in_code["date_of_birth"] == "19510130"
    assert set(card.in_code) == {"number", "full_name", "date_of_birth", "portrait", "country"}
    visit.goes_home(forgotten=["Huguette", "Delorme", "Vasseur", "19510130"])


@pytest.mark.parametrize("language", ["en", "ar"])
def test_one_name_is_a_whole_name(comes: Comes, language: str) -> None:
    """Suhartiningsih has one name. It was long enough for everybody who ever called her.

    Forms made her "Suhartiningsih Suhartiningsih", and once "Mrs Unknown". Here there is one field, and one name in it.
    """
    name, visit = "Suhartiningsih", comes(language)
    visit.opens()
    assert visit.says("The name this person uses, in the order the holder uses. One name alone is a whole name.")
    visit.says_who(full_name=name, day="8", month="3", year="1969")
    assert visit.at("evidence"), "nothing asks for a second name"
    visit.lays_down("official-photo", "tax-notice")
    visit.chooses()
    visit.looks_good()
    card = visit.gets_the_card()

    assert card.in_code["full_name"] == name
    assert not {"given_name", "family_name"} & set(card.in_code)
    assert card.front.count(name) == 1
    assert not re.search(r"\b(XXX|FNU|LNU|SNU)\b|inconnu", card.words, re.IGNORECASE)
    visit.goes_home(forgotten=[name, name.lower(), "19690308"])


@pytest.mark.parametrize("language", ["ar", "es"])
def test_who_interprets_is_known_until_the_pick_up_and_not_after(
    town: Town, comes: Comes, new_page: NewPage, language: str
) -> None:
    """Merhawit Ghide-Selamawi speaks Tigrinya, a little Arabic, and with her hands, very well.

    Her cousin interprets today and works tomorrow. So the day view tells the colleagues beside the ticket which
    language will be needed; it stands on nothing that she carries.
    """
    visit = comes(language)
    tigrinya = str(Locale.parse(language).languages["ti"]).strip().capitalize()
    line = in_words(language, "Interpreter: %(language)s", language=tigrinya)
    visit.opens()
    visit.says_who(full_name="Merhawit Ghide-Selamawi", birth_known="unknown", interpreter="ti", speaks="ar")
    visit.looks_good()
    visit.to("say/evidence")
    visit.looks_good(language="ar")
    visit.to("evidence")
    visit.lays_down("health-card", "association-letter", "collective-home")
    visit.chooses()
    assert line in shown(visit.page)
    card = visit.gets_the_card()

    anouk = town.screen(new_page, language, "Anouk")
    day = anouk.open("/enrolments/")
    # Its own line: four letters of a ticket may stand in any word of the page, too.
    beside = plain(day.locator(f"li:has(.line-ticket:text-is('{visit.ticket}'))").inner_text())
    assert line in beside
    assert "Merhawit" not in shown(day)
    visit.looks_good(day)
    visit.to("read-out")
    visit.looks_good(language="ar")
    assert "date_of_birth" not in card.in_code
    assert not {"ti", "tir"} & set(map(str, card.in_code.values()))
    visit.goes_home(forgotten=["Merhawit", "Ghide-Selamawi", "Selamawi"])
    anouk.open("/enrolments/")
    assert tigrinya not in shown(day)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_slip_opens_the_door_at_another_clerk(town: Town, comes: Comes, language: str) -> None:
    """Odalric Pervenche-Lam was sent home with a slip and came back with a letter, and with a stubborn smile.

    Anouk had no other answer: nothing said that he lives here. The slip said what would. He wanted it to say, too,
    what was enough; so Amel knows after twenty letters and digits what she need not ask again. Who he is, neither of
    them could have looked up.
    """
    refused = comes(language, clerk="Anouk")
    refused.opens()
    refused.says_who(full_name="Odalric Pervenche-Lam", day="11", month="11", year="1984")
    refused.page.locator("[data-tally][data-ready]").wait_for()
    refused.page.check("#paper-official-photo")
    with refused.page.expect_navigation():
        refused.page.click("button[value=refuse]")
    page = refused.page
    assert page.is_checked("[name=missing][value=residence]")
    assert not page.is_checked("[name=missing][value=identity]")
    page.check("#for_second_clerk")
    refused.looks_good()
    slip = the_slip(refused)
    assert "Odalric" not in slip
    found = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", slip)
    assert found, slip
    code = found[0]

    refused.to("slip-given")
    assert refused.says("The slip is in the other tab, and nowhere else")
    refused.looks_good()
    refused.is_forgotten(["Odalric", "Pervenche", "19841111", code, code.replace("-", "")])
    assert what_it_says(refused, code, "You wrote this slip yourself")

    visit = comes(language)
    assert what_it_says(visit, code, "This slip is from this town hall")
    answers = [plain(each.inner_text()) for each in visit.page.locator("dl.earlier dd").all()]
    assert in_words(language, "Who this person is") in answers[0]
    assert in_words(language, "That this person lives here") in answers[1]
    visit.looks_good()
    visit.opens()
    visit.says_who(full_name="Odalric Pervenche-Lam", day="11", month="11", year="1984")
    visit.lays_down("official-photo", "collective-home")
    visit.chooses()
    card = visit.gets_the_card()

    assert card.in_code["full_name"] == "Odalric Pervenche-Lam"
    with Session(town.hall.engine) as session:
        kept = {row.event for row in session.scalars(select(Counted).where(Counted.service == "refused"))}
    assert kept == {"residence"}, "of a refusal the kind of paper is counted, and nothing else"
    visit.goes_home(forgotten=["Odalric", "Pervenche", "19841111", code, code.replace("-", "")])


def the_slip(visit: Visit) -> str:
    """Press "give the slip", as the page's own form would be sent, and read the sheet."""
    fields = visit.page.evaluate("[...new FormData(document.querySelector('#refuse'))]")
    answer = visit.page.request.post(
        f"{visit.clerk.url}/enrolments/{visit.ticket}/refuse",
        data=urlencode([*map(tuple, fields), ("do", "give")]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 200, answer.status
    assert answer.headers["content-type"] == "application/pdf"
    return plain(" ".join(words_on(answer.body())))


def what_it_says(visit: Visit, code: str, sentence: str) -> bool:
    """Type the code of a slip, and whether the page answers with a sentence."""
    page = visit.clerk.open("/enrolments/earlier-slip")
    page.fill("[name=slip_code]", code)
    with page.expect_navigation():
        page.press("[name=slip_code]", "Enter")
    return visit.says(sentence)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_somebody_without_any_paper_gets_a_card_that_nobody_can_tell_from_another(
    town: Town, comes: Comes, new_page: NewPage, language: str
) -> None:
    """Bastet Liorne-Okapi lost everything in a fire but a spoon; the librarian has known her for three winters.

    The librarian answers for her, to Amel and then to Bruno, who does not approve before he has spoken with both. What
    is left of it is what is left of everybody: a number, two days, six lines in a log.
    """
    ordinary = town.at_work.enrol(full_name="Quirin Alouette")
    town.hall.submit(ordinary)
    before = town.last_act()
    visit = comes(language)
    visit.opens()
    visit.says_who(full_name="Bastet Liorne-Okapi", year="1990", birth_known="year")
    with visit.page.expect_navigation():
        visit.page.locator("a[href$='/vouch']").first.click()
    visit.looks_good()
    visit.clerk.go_on()
    assert visit.says("A referee can only answer for somebody with all three of these.")
    for name in ("present", "known", "lives_here"):
        visit.page.check(f"[name={name}]")
    visit.clerk.go_on()
    visit.chooses()
    visit.clerk.go_on()

    bruno = town.screen(new_page, language, "Bruno")
    bruno.open(f"/enrolments/{visit.ticket}/approve")
    visit.looks_good(bruno.page)
    bruno.go_on()
    assert in_words(language, "Speak with both first, then tick this.") in shown(bruno.page)
    visit.looks_good(bruno.page)
    assert filled(town, visit.ticket) == filled(town, ordinary), "waiting for Bruno, the two rows hold the same"
    assert town.hall.state(visit.ticket) == "awaiting_approval"
    visit.to("check")
    card = visit.is_waited_for(spoken=True)
    assert card.in_code["full_name"] == "Bastet Liorne-Okapi"
    assert card.in_code["date_of_birth"] == "1990"
    visit.goes_home(forgotten=["Bastet Liorne", "Liorne-Okapi"])

    hers = town.acts(before)
    before = town.last_act()
    other = town.hall.card(full_name="Quirin Alouette")
    assert hers == town.acts(before), "the log says the same of her as of anybody"
    assert columns(town, card.in_code["number"]) == columns(town, other.number)
    assert traces_of(["vouched", "referee"], in_folders=[town.running.folder]) == []
    town.hall.abandon(ordinary)


def filled(town: Town, ticket: str) -> set[str]:
    """Which columns of an enrolment's row hold something."""
    row = town.hall.row(ticket)
    return {each.name for each in Enrolment.__table__.columns if getattr(row, each.name) is not None}


def columns(town: Town, number: str) -> dict[str, object]:
    """What the register says of a card, but for its number, its place in the list and the mark of its recovery code."""
    with Session(town.hall.engine) as session:
        card = session.get(Card, number)
        assert card is not None
        random = {"number", "list_no", "list_index", "recovery_selector", "recovery_tag"}
        names = {each.name for each in Card.__table__.columns} - random
        return {name: getattr(card, name) for name in sorted(names)}
