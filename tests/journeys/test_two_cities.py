"""A card from the counter of Port-Sable to a desk of Rivemont and back, on real servers, in a real browser.

Awa Diombélé enrols in Port-Sable. Her card is printed, scanned from the print, checked in Rivemont, ended in
Port-Sable and refused in Rivemont; and nothing that either server keeps says that she exists.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.keystore.vault import Forgotten, Vault
from citycard.operations import enrol, retention
from citycard.operations.enrol import Desk
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import current_root
from citycard.settings import load_office
from citycard.store.engine import open_engine
from citycard.store.enrolments import Enrolment
from tests.journeys import people
from tests.journeys.people import PASSWORD, Answers, Screen, sign_in
from tests.support.browser import NewPage, assert_only_own_origin, assert_quiet
from tests.support.paper import rasterised, read_codes
from tests.support.servers import RunningOffice, StartOffice, citycard
from tests.support.shared import shared_portraits
from tests.support.traces import traces_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME, OWN_NAME = "Awa Diombélé-Tournesol", "آوا ديومبيلي"
PARTS = ("Diombélé", "Tournesol", OWN_NAME, "آوا", "19840229", "29 février 1984")
"""Parts of her that no other word of the offices contains."""

CAST = {
    "amel": "clerk",
    "bruno": "supervisor",
    "library": "desk",
    "chloe": "administrator",
    "dario": "key_custodian",
}


@pytest.fixture
def port_sable(tmp_path: Path, start_office: StartOffice) -> RunningOffice:
    """The city that issues."""
    return _city(tmp_path, start_office, "port-sable", "Port-Sable")


@pytest.fixture
def rivemont(tmp_path: Path, start_office: StartOffice) -> RunningOffice:
    """The city that checks."""
    return _city(tmp_path, start_office, "rivemont", "Rivemont")


def _city(tmp_path: Path, start_office: StartOffice, slug: str, name: str) -> RunningOffice:
    folder = tmp_path / slug / "office"
    here = ("--language", "fr", "--country", "FR", "--time-zone", "Europe/Paris")
    citycard("init", folder, "--issuer", f"https://{slug}.demo.invalid", "--name", name, *here, "--demo")
    for person, role in CAST.items():
        citycard("--office", folder, "staff", "add", person, "--role", role, "--password", PASSWORD)
    temporary = tmp_path / slug / "tmp"
    temporary.mkdir()
    return start_office(folder, log=tmp_path / slug / "server.log", env={"TMPDIR": str(temporary)})


def test_a_card_from_one_citys_counter_to_another_citys_desk(
    port_sable: RunningOffice, rivemont: RunningOffice, new_page: NewPage, tmp_path: Path
) -> None:
    rivemont_recognises(port_sable, rivemont, new_page)
    clerk = sign_in(new_page("fr"), port_sable.url, "amel")
    supervisor = sign_in(new_page("ar"), port_sable.url, "bruno")
    library = sign_in(new_page("en"), rivemont.url, "library")

    # Enrolled by one, approved by another, issued, printed.
    portrait = shared_portraits()[0]
    assert portrait.name == "sample_id_1.png"
    ticket = people.enrol(
        clerk,
        Answers(
            full_name=NAME,
            own_script_name=OWN_NAME,
            own_script_language="ara",
            day="29",
            month="2",
            year="1984",
            portrait=portrait,
        ),
    )
    people.approve(supervisor, ticket)
    people.issue(clerk, ticket)
    card = people.print_card(clerk, ticket)
    slip = people.print_slip(clerk, ticket)
    backup = back_up(port_sable, tmp_path)

    # The print, rasterised as a camera sees it, holds the two codes; the home sheet holds the full one again.
    pages = [*rasterised(card), *rasterised(slip)]
    codes = {code for page in pages for code in read_codes(page)}
    assert len(codes) == 2
    light, full = sorted(codes, key=len)
    assert read_codes(pages[0]) == [light]
    assert read_codes(pages[1]) == [full]
    assert full in read_codes(pages[-1])

    # Checked in the other city: the full code shows her, the light code says what it does not cover.
    back = tmp_path / "back.png"
    pages[1].save(back)
    seen = people.check_picture(library, back)
    assert verdict(library) == "OK", seen
    assert NAME in seen
    assert OWN_NAME in seen
    assert library.page.locator("main [data-verdict] img").count() == 1
    seen = people.check_text(library, light)
    assert verdict(library) == "OK", seen
    assert NAME not in seen
    assert library.page.locator("main [data-verdict] img").count() == 0

    # Handed over; the file is forgotten and the card goes on working.
    people.hand_over(clerk, ticket)
    people.check_text(library, full)
    assert verdict(library) == "OK"

    # Ended at home, and refused next door as soon as its desks have the new list.
    people.end_card(clerk, full)
    at_home = sign_in(new_page("es"), port_sable.url, "library")
    people.check_text(at_home, light)
    assert verdict(at_home) == "REVOKED"
    citycard("--office", rivemont.folder, "partners", "sync")
    seen = people.check_text(library, full)
    assert verdict(library) == "REVOKED", seen
    assert NAME not in seen
    assert OWN_NAME not in seen

    for screen in (clerk, supervisor, library):
        assert_only_own_origin(screen.page)
        assert_quiet(screen.page)
    nothing_is_left(port_sable, rivemont, tmp_path, backup, [full, light], ticket)


def rivemont_recognises(port_sable: RunningOffice, rivemont: RunningOffice, new_page: NewPage) -> None:
    """Two officials of Rivemont hear the fingerprint of Port-Sable over the telephone, and confirm it one by one."""
    read_out = Fingerprint.of(current_root(load_office(port_sable.folder).published))
    dario = sign_in(new_page("en"), rivemont.url, "dario")
    page = dario.open("/partners/add")
    page.fill("[name=source]", port_sable.url)
    dario.go_on()
    compare = page.locator('a[href*="/compare"]').first.get_attribute("href")
    assert compare is not None
    _confirm(dario, compare, " ".join(read_out.digits))
    chloe = sign_in(new_page("fr"), rivemont.url, "chloe")
    _confirm(chloe, compare, " ".join(read_out.words))
    citycard("--office", rivemont.folder, "partners", "sync")


def _confirm(official: Screen, address: str, heard: str) -> None:
    page = official.open(address)
    page.fill("[name=heard]", heard)
    official.go_on()
    assert not page.url.endswith("/compare"), page.locator("main").inner_text()


def verdict(screen: Screen) -> str | None:
    """The verdict that the screen shows, by its code."""
    return screen.page.locator("[data-verdict]").first.get_attribute("data-verdict")


def back_up(office: RunningOffice, tmp_path: Path) -> Path:
    """A backup of the register, as a town hall makes it every night: the database, and no secrets."""
    folder = tmp_path / "backup"
    folder.mkdir()
    for path in office.folder.glob("register.sqlite3*"):
        shutil.copy(path, folder / path.name)
    return folder


def nothing_is_left(
    port_sable: RunningOffice,
    rivemont: RunningOffice,
    tmp_path: Path,
    backup: Path,
    codes: list[str],
    ticket: str,
) -> None:
    """Search what the servers wrote (registers, logs, temporary files, secrets), now and after the night, for her."""
    places = [tmp_path / "port-sable", tmp_path / "rivemont", backup]
    assert traces_of([*PARTS, *codes], in_folders=places) == []

    # The night: the scheduler's own function, a day later.
    office = load_office(port_sable.folder)
    vault = Vault(office.secrets / "day-keys", chance=os.urandom)
    # An hour more than a day: in the first minutes after midnight the keys of the day that is over are still kept.
    over_night = timedelta(days=1, hours=1)
    tomorrow = Desk(office=office, vault=vault, now=datetime.now(UTC) + over_night, chance=os.urandom)
    engine = open_engine(office.database_url)
    assert retention.run(engine, tomorrow).keys_destroyed == 1
    engine.dispose()

    # Somebody restores yesterday's backup, in which she was still waiting for her card.
    restored = open_engine(f"sqlite:///{backup / 'register.sqlite3'}")
    with Session(restored) as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.ticket == ticket)).one()
        with pytest.raises(Forgotten):
            enrol.read(enrolment, tomorrow)
    restored.dispose()
    assert traces_of([*PARTS, *codes], in_folders=places) == []


def test_the_search_would_have_found_her(tmp_path: Path) -> None:
    """A search that finds nothing proves something only if it finds what is there."""
    (tmp_path / "log").write_bytes(b"...\0" + NAME.encode("utf-16-le") + b"\0...")

    assert traces_of(PARTS, in_folders=[tmp_path]) != []
