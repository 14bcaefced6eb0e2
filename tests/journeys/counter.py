"""One visit at the counter of Port-Sable, in Chromium, before a real server; and what is left of it afterwards.

    visit = Visit(town, new_page, "ar")
    visit.opens()
    visit.says_who(full_name="…", year="1958", birth_known="year")
    visit.lays_down("official-photo", "energy-bill")
    visit.chooses()
    card = visit.gets_the_card()
    visit.goes_home(forgotten=["…"])

1. The office is founded and served once for all visits; everybody signs in once, and the same session is opened in the
   language of each visit.
2. A card is what comes out of the printer: its words are read from the print, its code is found in the picture of the
   print and verified as any desk would.
3. `looks_good` examines the page as it stands; a visit does so where it meets a page that the others do not.
4. Who goes home is looked for in everything the office wrote: register, secrets, log, temporary files. Who was looked
   for is remembered in `Town.gone`: what a database server wrote is large, and is searched once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard import paths
from citycard.core.verdicts import Verdict
from citycard.core.verify import VerifiedCard
from citycard.operations import organisations, retention
from citycard.operations.sign_in import hash_password
from citycard.printing.words import from_catalogues
from citycard.settings import load_office
from citycard.store.audit import AuditEntry
from citycard.store.engine import open_engine
from citycard.store.organisations import Attests
from citycard.store.staff import Role, Staff
from tests.journeys import people
from tests.journeys.people import PASSWORD, Screen, sign_in
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, complaints_of
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.servers import RunningOffice, citycard
from tests.support.town_hall import CAST, TownHall, drawn_face
from tests.support.traces import traces_of

WELCOME, HOSTEL = "Maison des Quais", "Foyer des Alizés"
"""An association that takes in post, and an institution that has young people in its care."""

FRESH = timedelta(minutes=10)
"""How long a session is taken up again: after a quarter of an hour the office asks for the password once more."""


SHORTEST = 7
"""Bytes of a text that is looked for."""


@dataclass
class Town:
    """The office that all visits of a module go to (1)."""

    running: RunningOffice
    hall: TownHall
    face: Path
    sessions: dict[str, tuple[datetime, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Every text that was looked for, and must be nowhere."""
    database: Path | None = None
    """The folder of the database server, where there is one."""

    @property
    def kept(self) -> list[Path]:
        """Everything that the office writes: register, secrets, log, temporary files."""
        return [self.running.folder.parent]

    @property
    def everything(self) -> list[Path]:
        """What the office writes, and what the database server does."""
        return [*self.kept, *([self.database] if self.database else [])]

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return self.hall.office.settings.today(datetime.now(UTC))

    def screen(self, new_page: NewPage, language: str, name: str) -> Screen:
        """Somebody's browser, signed in, in a language."""
        opened_at, held = self.sessions.get(name, (datetime.min.replace(tzinfo=UTC), None))
        if datetime.now(UTC) - opened_at < FRESH:
            return Screen(new_page(language, storage_state=held), self.running.url)
        screen = sign_in(new_page(language), self.running.url, name)
        self.sessions[name] = (datetime.now(UTC), screen.page.context.storage_state())
        return screen

    def acts(self, since: int = 0) -> list[tuple[str, str]]:
        """Who did what, by the audit log, after the entry `since`; the server's own clock is nobody."""
        with Session(self.hall.engine) as session:
            rows = session.scalars(select(AuditEntry).where(AuditEntry.seq > since).order_by(AuditEntry.seq))
            return [(row.actor, row.act) for row in rows if row.actor != retention.CLERK]

    def last_act(self) -> int:
        """The number of the log's last entry."""
        with Session(self.hall.engine) as session:
            return session.scalar(select(func.max(AuditEntry.seq))) or 0

    @property
    def at_work(self) -> TownHall:
        """The hall, with this moment on its clock: the server forgets what was left alone for half an hour."""
        self.hall.clock.now = datetime.now(UTC)
        return self.hall

    def lists_are_published(self) -> None:
        """What the server's clock does every few seconds: who ended a card need not wait for it here."""
        self.at_work.publish_lists()

    def checks(self, code: str) -> Any:
        """What a desk is told about a code now."""
        return self.at_work.check(code)


def found_town(folder: Path, *, database_url: str = "") -> Path:
    """Found Port-Sable in `folder`, with its people and two organisations; return its office folder."""
    office = folder / "office"
    env = {"DATABASE_URL": database_url} if database_url else {}
    here = ("--language", "fr", "--country", "FR", "--time-zone", "Europe/Paris")
    citycard(
        "init", office, "--issuer", "https://port-sable.demo.invalid", "--name", "Port-Sable", *here, "--demo", env=env
    )
    loaded = load_office(office)
    engine = open_engine(database_url or loaded.database_url)
    password = hash_password(PASSWORD)
    with Session(engine) as session:
        for name, roles in {**CAST, "Library": (Role.DESK,)}.items():
            session.add(Staff(name=name, password_hash=password, roles=",".join(roles)))
        today = loaded.settings.today(datetime.now(UTC))
        for name, kind in ((WELCOME, Attests.CARE_OF), (HOSTEL, Attests.MINORS)):
            organisations.add(
                session,
                name=name,
                attests=[kind],
                letter_days=organisations.USUAL_DAYS,
                first_day=today - timedelta(days=1),
                last_day=None,
                by="Chloe",
                day=today,
                chance=lambda count: bytes(count),
            )
        session.commit()
    engine.dispose()
    (folder / "face.jpg").write_bytes(drawn_face())
    (folder / "tmp").mkdir()
    return office


@dataclass(frozen=True)
class Printed:
    """A card as it came out of the printer (2)."""

    front: str
    back: str
    light: str
    full: str
    told: VerifiedCard

    @property
    def words(self) -> str:
        """All that is printed."""
        return f"{self.front}\n{self.back}"

    @property
    def in_code(self) -> dict[str, Any]:
        """What the full code says of its holder; what it does not say is left out."""
        return {name: value for name, value in self.told.identity._asdict().items() if value is not None}


class Visit:
    """Somebody at the counter; the clerk's pages speak `language`."""

    def __init__(self, town: Town, new_page: NewPage, language: str, *, clerk: str = "Amel") -> None:
        self.town, self.new_page, self.language = town, new_page, language
        self.clerk = town.screen(new_page, language, clerk)
        self.ticket = ""
        self.codes: list[str] = []

    @property
    def page(self) -> Page:
        """The clerk's page."""
        return self.clerk.page

    def to(self, step: str) -> Page:
        """Open a page of the visit."""
        return self.clerk.open(f"/enrolments/{self.ticket}/{step}")

    def at(self, step: str) -> bool:
        """Whether the clerk's browser shows this page of the visit."""
        return self.page.url.split("#")[0].endswith(f"/enrolments/{self.ticket}/{step}")

    def says(self, sentence: str, /, **values: object) -> bool:
        """Whether the page says a sentence, given in English, in the language of the visit."""
        return in_words(self.language, sentence, **values) in shown(self.page)

    def looks_good(self, page: Page | None = None, *, language: str = "") -> None:
        """The page is in its language and direction, and can be used by everybody (3)."""
        page, language = page or self.page, language or self.language
        root = page.locator("html")
        assert root.get_attribute("lang") == language, page.url
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert_accessible(page)

    # --- the way ----------------------------------------------------------------------------------------------------

    def opens(self) -> None:
        """Press "new enrolment"."""
        self.clerk.open("/enrolments/")
        self.clerk.press("/enrolments/")
        self.found_ticket()

    def found_ticket(self) -> None:
        """Read the ticket from the address of the page."""
        self.ticket = self.page.url.split("/enrolments/")[1].split("/")[0]

    def says_who(self, *, speaks: str = "", birth_known: str = "full", **fields: str) -> None:
        """Fill in the first page, with a picture, and go on. What is not said is left as the page has it."""
        page = self.page
        self.opens_rare()
        for name, value in fields.items():
            place = page.locator(f"[name={name}]")
            if place.evaluate("it => it.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
        page.check(f'[name=birth_known][value="{birth_known}"]')
        if speaks:
            page.select_option("[name=language]", speaks)
        self.shows_the_face()
        self.clerk.go_on()

    def shows_the_face(self) -> None:
        """Choose a picture and wait until it stands in its frame."""
        self.page.set_input_files("[name=picture]", self.town.face)
        self.page.locator("[data-crop]:not([hidden])").wait_for()

    def opens_rare(self) -> None:
        """Unfold what is rarely asked."""
        self.page.locator("details.rare").evaluate_all("all => all.forEach(each => each.open = true)")

    def lays_down(self, *papers: str) -> None:
        """Put papers on the desk, have them ticked, and go on."""
        assert self.at("evidence"), shown(self.page)
        # The search line appears with the script and moves the sheet: nobody aims at what still moves.
        self.page.locator("[data-tally][data-ready]").wait_for()
        for paper in papers:
            self.page.check(f"#paper-{paper}")
        self.clerk.go_on()

    def chooses(self, portrait: str = "yes", **ticks: bool) -> None:
        """Say what goes into the code, and go on to the check."""
        assert self.at("card"), shown(self.page)
        self.page.check(f"[name=portrait_in_code][value={portrait}]")
        for name, wanted in ticks.items():
            self.page.set_checked(f"[name={name}]", wanted)
        self.clerk.go_on()
        assert self.at("check"), shown(self.page)

    def is_approved(self, *, spoken: bool = False) -> None:
        """Bruno looks at exactly this, and says yes."""
        bruno = self.town.screen(self.new_page, self.language, "Bruno")
        bruno.open(f"/enrolments/{self.ticket}/approve")
        if spoken:
            bruno.page.check("#spoken")
        bruno.go_on()
        assert bruno.page.url.endswith("/enrolments/"), shown(bruno.page)

    def gets_the_card(self) -> Printed:
        """From the check to the print: submitted, approved by Bruno, signed, printed, read back."""
        assert self.at("check"), shown(self.page)
        self.clerk.go_on()
        return self.is_waited_for()

    def is_waited_for(self, *, spoken: bool = False) -> Printed:
        """From Bruno's desk to the print."""
        self.is_approved(spoken=spoken)
        people.issue(self.clerk, self.ticket)
        pdf = people.print_card(self.clerk, self.ticket)
        sides = words_on(pdf)
        (light,), (full,) = map(read_codes, rasterised(pdf))
        self.codes += [light, full]
        checked = self.town.checks(full)
        assert checked.verdict is Verdict.OK, checked.reason
        assert checked.card is not None
        return Printed(plain(sides[0]), plain(sides[1]), light, full, checked.card)

    def goes_home(self, *, forgotten: Iterable[str]) -> None:
        """The card changes hands; after that neither the person nor the codes are anywhere (4)."""
        people.hand_over(self.clerk, self.ticket)
        # A page that comes back with a mistake is a complaint to the browser alone.
        assert [said for said in complaints_of(self.page) if "422" not in said] == []
        assert_only_own_origin(self.page)
        self.is_forgotten(forgotten)

    def is_forgotten(self, parts: Iterable[str]) -> None:
        """Search everything that the office wrote, and remember for whom (4)."""
        texts = [*parts, *self.codes]
        # Of a short word only three letters are certain in base64, and those stand in any key by chance.
        assert all(len(text.encode()) >= SHORTEST for text in texts), texts
        self.town.gone.update(texts)
        left = traces_of(texts, in_folders=self.town.kept)
        assert left == [], left


def in_words(language: str, sentence: str, /, **values: object) -> str:
    """What a page says for an English sentence, in a language; that it has words there is `test_translations`'s."""
    said = _catalogues(sentence, language)
    return plain(said % values if values else said)


def shown(page: Page) -> str:
    """The words of a page."""
    return plain(page.locator("main").inner_text())


def plain(text: str) -> str:
    """Words in one line, without the marks that only say which way they run."""
    return " ".join(text.translate(dict.fromkeys((*range(0x2066, 0x206A), 0x200E, 0x200F, 0xAD))).split())


_catalogues = from_catalogues(paths.PACKAGE / "translations")
