"""Ten holders of a card of Port-Sable, from the day they have it to its end; on both kinds of database.

Every one of them is invented, and so are the names. The town hall keeps no file of any of them: what they hold in their
hands (card, home sheet, recovery code) is all that these stories have to go on.

1. Each story is told once at a register in SQLite and once at one in PostgreSQL, in two languages of the pages.
2. Pages are opened in Chromium, before a real server; axe looks at those that a story meets first.
3. Each story ends with a search for its holder in everything that the office wrote, and the last test searches for all
   ten, their names and their codes, in all that the database server wrote as well. That server is of these stories
   alone, and keeps its log of what was written until then.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import qrcode
from babel.dates import format_date
from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.number import printed_number
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import handed_in, recovery
from citycard.settings import load_office
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import Enrolment
from tests.journeys import people
from tests.journeys.counter import WELCOME, Town, Visit, found_town, in_words, plain, shown
from tests.support.browser import NewPage
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.postgres import running_server
from tests.support.servers import running_office
from tests.support.town_hall import TownHall
from tests.support.traces import traces_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEN = {
    "sheet": "Ondine Prasanna-Keel",
    "nothing": "Thibault Okonjo-Brèche",
    "empty": "Maryvonne Tadić-Solal",
    "expired": "Ezequiel Nordahl-Vives",
    "worn": "Pulchérie Amankwah-Roz",
    "found": "Isandro Belhadj-Quint",
    "moved": "Svetlana Mirambeau-Oduya",
    "back": "Cosimo Hadjadj-Wren",
    "guessed": "Radegonde Yilmazer-Pons",
    "asks": "Fanantenana Castelnau",
}
"""The holders, by what becomes of their cards."""

LANGUAGES = {"sqlite": ("fr", "en"), "postgresql": ("ar", "es")}
"""Which languages the pages are in; the stories take turns."""


@dataclass(frozen=True)
class Holder:
    """Somebody, and all that they have in their hands."""

    name: str
    number: str
    full: str
    light: str
    recovery: str


@dataclass
class Place:
    """Port-Sable with its register in one kind of database."""

    kind: str
    town: Town
    expired: Holder
    new_page: NewPage
    language: str

    def gives(self, who: str, **typed: Any) -> Holder:
        """Somebody went home with a card, just now."""
        return given(self.town.hall, who, now=datetime.now(UTC), **typed)

    def visit(self, holder: Holder | None = None) -> Visit:
        """Somebody comes to Amel's counter; what they hold is looked for at the end."""
        visit = Visit(self.town, self.new_page, self.language)
        if holder:
            visit.codes += [holder.full, holder.light, holder.recovery, holder.recovery.replace("-", "")]
        return visit

    def opens(self, path: str) -> Page:
        """Anybody's browser, at a public page."""
        page = self.new_page(self.language)
        answer = page.goto(self.town.running.url + path)
        assert answer is not None
        assert answer.status == 200
        return page

    def reports_lost(self, recovery: str) -> Page:
        """Type a recovery code on the public page."""
        page = self.opens("/card/lost")
        page.fill("[name=recovery]", recovery)
        with page.expect_navigation():
            page.press("[name=recovery]", "Enter")
        return page

    def verdict(self, code: str) -> Verdict:
        """What a desk with the lists of this moment says to a code; nobody signs them for the test."""
        verdict: Verdict = self.town.checks(code).verdict
        return verdict

    def state(self, holder: Holder) -> CardState:
        """What the register says of a card."""
        return self.town.hall.cards()[holder.number]


PortSable = tuple[str, Town, Holder]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def port_sable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortSable]:
    """Port-Sable, open all day, with each kind of register; and Ezequiel, whose card is over.

    He got it before the service was there, which each minute forgets whoever was left alone since last year.
    """
    kind: str = request.param
    folder, url, server = tmp_path_factory.mktemp(f"life-{kind}"), "", None
    with ExitStack() as running:
        if kind == "postgresql":
            server = running.enter_context(running_server(wal_keep_size="4GB"))
            url = server.url(server.new_database())
        office = found_town(folder, database_url=url)
        env = {"TMPDIR": str(folder / "tmp"), **({"DATABASE_URL": url} if url else {})}
        hall = TownHall(load_office(office), database_url=url or None, now=datetime.now(UTC))
        expired = long_ago(hall, "expired")
        served = running.enter_context(running_office(office, log=folder / "server.log", env=env))
        yield kind, Town(served, hall, folder / "face.jpg", database=server.folder if server else None), expired
        hall.close()


@pytest.fixture
def at(port_sable: PortSable, new_page: NewPage) -> Callable[[int], Place]:
    """`at(0)` or `at(1)`: the town, with its pages in the first or the second of its languages."""
    kind, town, expired = port_sable
    return lambda turn: Place(kind, town, expired, new_page, LANGUAGES[kind][turn])


def test_a_lost_card_is_stopped_at_night_and_replaced_from_the_home_sheet(at: Callable[[int], Place]) -> None:
    """Ondine Prasanna-Keel leaves her card on the last tram, and stops it from her kitchen at one in the morning.

    She never had to remember anything: the code stands on one sheet, the other sheet is as good as the card, and the
    face on it is hers.
    """
    place = at(0)
    name = TEN["sheet"]
    visit = place.visit()
    visit.opens()
    visit.says_who(full_name=name, day="17", month="5", year="1966")
    visit.lays_down("official-photo", "energy-bill")
    visit.chooses()
    card = visit.gets_the_card()
    recovery, sheet = the_slip(visit)
    visit.codes += [recovery, recovery.replace("-", "")]
    assert sheet == card.full, "the home sheet carries the same large code"
    visit.goes_home(forgotten=[name, "Prasanna", "19660517"])

    page = place.opens("/card/")
    visit.looks_good(page)
    page = place.reports_lost(recovery.lower().replace("-", " "))
    assert says(place, page, "Your card is stopped")
    visit.looks_good(page)
    assert place.verdict(card.full) is place.verdict(card.light) is Verdict.SUSPENDED, "at once, and nobody had to wait"

    again = place.visit()
    again.codes += visit.codes
    scan_old(again, sheet)
    assert again.at("compare"), shown(again.page)
    again.looks_good()
    again.page.check("[name=face][value=same]")
    again.clerk.go_on()
    assert again.page.input_value("[name=full_name]") == name
    again.says_who()
    assert again.says("Identity and residence are confirmed"), "no paper is asked for"
    again.lays_down()
    again.chooses()
    new = again.gets_the_card()
    assert new.in_code["full_name"] == name
    assert place.verdict(card.full) is Verdict.REVOKED, "the same request that signed the new card signed the list"
    assert place.verdict(new.full) is Verdict.OK
    again.goes_home(forgotten=[name, "Prasanna", "19660517"])
    assert says(place, place.reports_lost(recovery), "With this code no card can be stopped.")


def test_without_card_and_sheet_it_is_a_new_card_and_nobody_finds_the_old_one(at: Callable[[int], Place]) -> None:
    """Thibault Okonjo-Brèche lost a rucksack with everything in it, and expects to be told off.

    Nobody here could look him up, and nobody tells him off: it is a new card, and the one in the rucksack runs to its
    last day.
    """
    place = at(1)
    holder = place.gives("nothing")
    visit = place.visit(holder)
    page = visit.clerk.open("/enrolments/from-a-card")
    with page.expect_navigation():
        page.click("a[href$='/without-a-card']")
    visit.looks_good()
    assert visit.says(
        "That is nobody’s fault, and a new card can be made today. It is a new enrolment, with papers, as the first "
        "time."
    )
    visit.clerk.press("/enrolments/")
    visit.found_ticket()
    assert page.input_value("[name=full_name]") == ""
    visit.says_who(full_name=holder.name, day="2", month="2", year="1988")
    visit.lays_down("civil-status", "photo-card", "rent-receipt")
    visit.chooses()
    new = visit.gets_the_card()

    assert new.told.identity.number != holder.number
    assert place.verdict(holder.full) is Verdict.OK
    assert place.verdict(new.full) is Verdict.OK
    visit.goes_home(forgotten=[holder.name, "Okonjo-Brèche", "19880202"])


def test_a_card_is_renewed_when_the_register_of_files_is_empty(at: Callable[[int], Place]) -> None:
    """Maryvonne Tadić-Solal renews her card on the morning after the town hall's backup turned out to be blank.

    Nobody notices: of what was lost nothing was about her.
    """
    place = at(0)
    holder = place.gives("empty", own_script_name="Маривон", own_script_language="srp", own_script_in_code=True)
    with Session(place.town.hall.engine) as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0, "there is no file of anybody"

    visit = place.visit(holder)
    renew(visit, holder.full)
    assert visit.page.input_value("[name=own_script_name]") == "Маривон"
    visit.says_who()
    visit.lays_down()
    visit.chooses(own_script_in_code=True)
    new = visit.gets_the_card()

    assert (new.in_code["full_name"], new.in_code["own_script_name"]) == (holder.name, "Маривон")
    assert place.verdict(holder.full) is Verdict.REVOKED
    visit.goes_home(forgotten=[holder.name, "Tadić-Solal", "Маривон", "19910423"])


def test_a_card_that_is_over_for_three_months_still_says_who_this_is(at: Callable[[int], Place]) -> None:
    """Ezequiel Nordahl-Vives was at sea while his card ran out.

    Desks are right to refuse it. At the counter it still says who he is; where he lives is asked again.
    """
    place = at(1)
    holder = place.expired
    assert place.verdict(holder.full) is Verdict.EXPIRED
    with Session(place.town.hall.engine) as session:
        over = place.town.today - session.get_one(Card, holder.number).expires_on
    assert timedelta(days=85) < over < timedelta(days=95)

    visit = place.visit(holder)
    renew(visit, holder.full)
    visit.says_who()
    visit.looks_good()
    visit.lays_down("rent-receipt")
    visit.chooses()
    new = visit.gets_the_card()

    assert new.in_code["full_name"] == holder.name
    assert place.state(holder) is CardState.ENDED
    visit.goes_home(forgotten=[holder.name, "Nordahl", "19910423"])


def test_a_worn_card_is_one_paper_among_others(at: Callable[[int], Place]) -> None:
    """Pulchérie Amankwah-Roz washed her card with her jeans, twice. The small code came through.

    It says that the number is good and nothing about her; so it counts, and one more paper is looked at.
    """
    place = at(0)
    holder = place.gives("worn")
    visit = place.visit(holder)
    scan_old(visit, holder.light)
    assert visit.at("compare"), shown(visit.page)
    assert visit.page.locator("img[src$='/portrait/old']").count() == 0
    visit.looks_good()
    visit.page.check("[name=face][value=same]")
    visit.clerk.go_on()
    assert visit.page.input_value("[name=full_name]") == "", "the code says nothing of her"
    visit.says_who(full_name=holder.name, day="23", month="4", year="1991")
    assert visit.at("evidence")
    visit.looks_good()
    visit.clerk.go_on()
    assert visit.at("evidence"), "the worn card alone is not enough"
    visit.lays_down("official-photo", "energy-bill")
    visit.chooses()
    new = visit.gets_the_card()

    assert new.in_code["full_name"] == holder.name
    assert place.verdict(holder.full) is Verdict.REVOKED
    visit.goes_home(forgotten=[holder.name, "Amankwah", "19910423"])


def test_a_found_card_waits_for_whoever_lost_it(at: Callable[[int], Place]) -> None:
    """A child brings the card of Isandro Belhadj-Quint to the town hall and will not say where it lay. Nobody asks.

    Isandro, who has stopped it meanwhile, learns from the same page that it is there.
    """
    place = at(1)
    holder = place.gives("found")
    finder = place.opens("/card/found")
    assert finder.locator("main form, main input").count() == 0, "nothing is asked"
    visit = place.visit(holder)
    visit.looks_good(finder)

    before = place.town.last_act()
    find_card(visit, printed_number(holder.number))
    visit.clerk.press("/cards/hand-in/ask")
    visit.looks_good()
    today = place.town.today
    visit.clerk.press("/cards/hand-in")
    days = {today, place.town.today}  # one day, but for a midnight between the two
    assert place.town.acts(before) == [("Amel", "card-handed-in")]
    page = place.reports_lost(holder.recovery)
    until = {
        plain(format_date(day + handed_in.KEPT - timedelta(days=1), "long", locale=place.language)) for day in days
    }
    assert says(place, page, "Your card was handed in")
    assert any(day in shown(page) for day in until), (until, shown(page))
    visit.looks_good(page)
    assert place.verdict(holder.full) is Verdict.SUSPENDED

    find_card(visit, holder.full)
    visit.clerk.press("/cards/give-back/ask")
    visit.looks_good()
    visit.page.check("[name=face][value=yes]")
    visit.clerk.press("/cards/give-back")
    assert place.verdict(holder.full) is Verdict.OK
    with Session(place.town.hall.engine) as session:
        assert holder.number not in handed_in.drawer(session).to_shred
        assert handed_in.lies_here(session, session.get_one(Card, holder.number)) is None
    visit.is_forgotten([holder.name, "Belhadj"])


def test_whoever_moves_away_ends_the_card_from_the_new_town(at: Callable[[int], Place]) -> None:
    """Svetlana Mirambeau-Oduya has moved four hundred kilometres away and tidies up, which includes this.

    The photograph of the card alone ended nothing, nor did the code on the sheet; together they do.
    """
    place = at(0)
    holder, other = place.gives("moved"), place.gives("back")
    visit = place.visit(holder)
    page = place.opens("/card/end")
    visit.looks_good(page)
    page.fill("[name=code]", holder.light)
    page.fill("[name=recovery]", other.recovery)
    submit(page)
    assert says(place, page, "With these two codes no card can be ended.")
    assert page.input_value("[name=code]") == holder.light, "nothing typed is lost"
    page.fill("[name=recovery]", holder.recovery)
    submit(page)
    visit.looks_good(page)
    assert place.verdict(holder.full) is Verdict.OK, "nothing has ended yet"
    submit(page, "button.grave, button.strong")
    assert says(place, page, "Your card has ended")
    visit.looks_good(page)

    assert place.verdict(holder.full) is place.verdict(holder.light) is Verdict.REVOKED
    assert place.verdict(other.full) is Verdict.OK
    page = asks_what_is_kept(place, holder.full)
    assert says(place, page, "ended")
    visit.is_forgotten([holder.name, "Mirambeau", other.name, other.recovery])


def test_a_card_that_was_stopped_comes_back_with_its_holder(at: Callable[[int], Place]) -> None:
    """Cosimo Hadjadj-Wren stops his card on Friday and finds it under the sofa on Sunday.

    On Monday the card is not enough, and a number read out on the telephone even less: it takes his face.
    """
    place = at(1)
    holder = place.gives("back")
    assert says(place, place.reports_lost(holder.recovery), "Your card is stopped")
    visit = place.visit(holder)

    find_card(visit, printed_number(holder.number))
    visit.clerk.press("/cards/resume/ask")
    visit.looks_good()
    page = visit.page
    page.fill("main form.sheet [name=card]", printed_number(holder.number))
    visit.clerk.go_on()
    assert place.state(holder) is CardState.SUSPENDED, "a number does not bring it back"
    page.fill("main form.sheet [name=card]", holder.full)
    visit.clerk.go_on()
    visit.looks_good()
    assert page.locator("main img").first.evaluate("face => face.naturalWidth") > 0, "the face in the code"
    page.check("[name=face][value=no]")
    visit.clerk.press("/cards/resume")
    assert place.state(holder) is CardState.SUSPENDED

    find_card(visit, holder.full)
    visit.clerk.press("/cards/resume/ask")
    page.check("[name=face][value=yes]")
    visit.clerk.press("/cards/resume")
    assert place.verdict(holder.full) is place.verdict(holder.light) is Verdict.OK
    assert says(place, place.reports_lost(holder.recovery), "Your card is stopped"), "the code is still hers"
    visit.is_forgotten([holder.name, "Hadjadj"])


def test_nobody_can_guess_a_holder_out_of_her_card(at: Callable[[int], Place]) -> None:
    """Somebody who knows half of the code of Radegonde Yilmazer-Pons tries the rest, until the page tells them to wait.

    The next morning she loses her card, types her code, and it works.
    """
    place = at(0)
    holder = place.gives("guessed")
    visit = place.visit(holder)
    page = place.opens("/card/lost")
    said = []
    # Ten in a minute at each of two workers; or, where pages take so long that this is never reached, sixty an hour.
    for wrong in wrong_codes(holder.recovery, count=122):
        page.fill("[name=recovery]", wrong)
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            submit(page)
        said.append(answer.value.status)
        if said[-1] == 429:
            break
    assert set(said) == {422, 429}, said
    assert said[-1] == 429, "it is slowed down"
    visit.looks_good(page)
    assert place.state(holder) is CardState.ACTIVE

    assert reports_from("127.0.0.2", place.town.running.port, holder.recovery) == 200, "she sits somewhere else"
    assert place.verdict(holder.full) is Verdict.SUSPENDED
    visit.is_forgotten([holder.name, "Yilmazer"])


def test_what_is_kept_is_shown_to_whoever_shows_the_card(at: Callable[[int], Place], tmp_path: Path) -> None:
    """Fanantenana Castelnau was once on a list, and asks every office the same question.

    Here the answer is two numbers, two days and a word. The picture of the card that went to the server is nowhere.
    """
    place = at(1)
    holder = place.gives("asks")
    picture = tmp_path / "card.png"
    qrcode.make(holder.light).save(picture)
    visit = place.visit(holder)
    page = place.opens("/card/kept")
    visit.looks_good(page)
    page.set_input_files("[name=picture]", picture)
    submit(page)
    words = shown(page)
    visit.looks_good(page)

    assert printed_number(holder.number) in words
    assert holder.name not in words
    # Four figures stand in a number or a place by chance.
    with Session(place.town.hall.engine) as session:
        card = session.get_one(Card, holder.number)
        entry = in_words(place.language, "List %(list)s, place %(place)s", list=card.list_no, place=card.list_index)
    assert entry in words
    assert "1991" not in words.replace(printed_number(holder.number), "…").replace(entry, "…")
    assert holder.recovery not in page.content()
    visit.is_forgotten([holder.name, "Castelnau"])


def test_of_the_ten_nothing_is_left(port_sable: PortSable) -> None:
    _, town, _ = port_sable
    parts = [part for name in TEN.values() for part in (name, name.split()[1], *name.split()[1].split("-"))]
    looked_for = [part for part in parts if len(part.encode()) >= 7]
    assert len(looked_for) >= 20

    assert traces_of({*looked_for, *town.gone}, in_folders=town.everything) == []
    assert traces_of([WELCOME], in_folders=town.everything[-1:]), "a text that the register does hold would be found"


def the_slip(visit: Visit) -> tuple[str, str]:
    """Print the holder's papers; return the recovery code as it is printed, and the code on the home sheet."""
    slip = people.print_slip(visit.clerk, visit.ticket)
    words = plain(" ".join(words_on(slip)))
    recovery = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b", words)
    assert len(set(recovery)) == 1, words
    codes = [code for page in rasterised(slip, dots_per_inch=200) for code in read_codes(page)]
    (sheet,) = [code for code in codes if len(code) > 200]
    return recovery[0], sheet


def scan_old(visit: Visit, code: str) -> None:
    """Scan what the holder brought, for a new card."""
    page = visit.clerk.open("/enrolments/from-a-card")
    page.fill("[name=card]", code)
    with page.expect_navigation():
        page.press("[name=card]", "Enter")
    visit.found_ticket()


def renew(visit: Visit, code: str) -> None:
    """Scan, compare, and go on to the first screen."""
    scan_old(visit, code)
    assert visit.at("compare"), shown(visit.page)
    visit.page.check("[name=face][value=same]")
    visit.clerk.go_on()
    assert visit.at("identity"), shown(visit.page)


def find_card(visit: Visit, typed: str) -> None:
    """Find a card at the counter."""
    page = visit.clerk.open("/cards/")
    page.fill("[name=card]", typed)
    with page.expect_navigation():
        page.press("[name=card]", "Enter")


def asks_what_is_kept(place: Place, code: str) -> Page:
    """Ask by the card's code."""
    page = place.opens("/card/kept")
    page.fill("[name=code]", code)
    submit(page)
    return page


def submit(page: Page, button: str = "button.strong") -> None:
    """Press the button of a public page's form."""
    with page.expect_navigation():
        page.locator("main form.sheet").locator(button).first.click()


def says(place: Place, page: Page, sentence: str) -> bool:
    """Whether a page says a sentence in its language."""
    return in_words(place.language, sentence) in shown(page)


def given(hall: TownHall, who: str, *, now: datetime, **typed: Any) -> Holder:
    """Somebody went home with a card."""
    hall.clock.now = now
    ticket = hall.approved(full_name=TEN[who], **typed)
    card = hall.issue(ticket)
    recovery = hall.file(ticket).recovery_code
    hall.print(ticket)
    hall.hand_over(ticket)
    hall.clock.now = datetime.now(UTC)
    hall.publish_lists()
    return Holder(TEN[who], card.number, card.full_code, card.light_code, recovery)


def long_ago(hall: TownHall, who: str) -> Holder:
    """A card for a year that was issued fifteen months ago, by a key of those days, which is retired by now."""
    issued_at = datetime.now(UTC) - timedelta(days=365 + 90)
    day, office = issued_at.date(), hall.office
    ring = hall.ring.with_new(
        *(Purpose.CARD,), curve="P-256", state=KeyState.ACTIVE, first_day=day, last_day=day + timedelta(days=30)
    )
    ring.save()
    hall.office = replace(office, settings=replace(office.settings, validity_years=1, validity_by_age={}))
    try:
        return given(hall, who, now=issued_at)
    finally:
        hall.office = office
        kid = ring[Purpose.CARD][-1].kid
        ring.with_state(kid, KeyState.RETIRED).save()


def wrong_codes(recovery_code: str, *, count: int) -> Iterator[str]:
    """Codes without a slip of the pen, with the selector of a real one."""
    selector = recovery_code.replace("-", "")[: recovery.SELECTOR]
    for number in range(count):
        guess = selector + f"{number:0{recovery.SECRET}d}"
        yield recovery.printed(guess + recovery._check(guess))


def reports_from(address: str, port: int, recovery_code: str) -> int:
    """Report a loss from another address of this machine, without a browser; return the status of the answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=90, source_address=(address, 0))
    try:
        line.request("GET", "/card/lost")
        page = line.getresponse()
        cookie = "; ".join(each.partition(";")[0] for each in page.headers.get_all("Set-Cookie") or ())
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())
        assert token
        body = urlencode({"csrf_token": token[1], "recovery": recovery_code})
        line.request(
            *("POST", "/card/lost", body),
            {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"},
        )
        return line.getresponse().status
    finally:
        line.close()
