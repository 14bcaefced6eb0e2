"""The practice office: made anew each time, and none of its cards is good anywhere else."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.trust import TrustStore, check_issuer_url
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.demo.offices import PASSWORD
from citycard.demo.practice import stories
from citycard.demo.training import CAST, CITY, ORGANISATIONS
from citycard.operations import publish
from citycard.operations.check import Checker
from citycard.operations.counting import ScanCounters
from citycard.partners.offline import read_folder
from citycard.printing.card import render_card, render_paper_card
from citycard.settings import SettingsRefused, load_office, read_settings
from citycard.store.engine import open_engine
from tests.printing.conftest import as_it_is
from tests.support.paper import words_on
from tests.support.practice import taken_down
from tests.support.processes import LONGEST_STOP, free_port, wait_until
from tests.support.servers import CITYCARD, answers, citycard
from tests.support.town_hall import TownHall


@pytest.fixture(scope="module")
def training_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `citycard demo --training --prepare-only` made. Read only: it is everybody's."""
    folder = tmp_path_factory.mktemp("training") / "training-office"
    citycard("demo", "--training", "--prepare-only", "--folder", folder)
    return folder


@pytest.fixture(scope="module")
def played(training_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """A copy of it in which all ten stories are played."""
    copy = tmp_path_factory.mktemp("played") / "training-office"
    shutil.copytree(training_folder, copy)
    hall = TownHall(load_office(copy / CITY), now=datetime.now(UTC))
    yield hall
    hall.close()


@pytest.fixture(scope="module")
def codes(played: TownHall) -> dict[str, tuple[str, str]]:
    """By story, the two codes of the card that came of it."""
    today = played.office.settings.today(played.now)
    made = {story.key: played.card(**taken_down(story, today=today)) for story in stories()}
    return {key: (card.full_code, card.light_code) for key, card in made.items()}


def ask(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """What the register answers to a question in SQL."""
    with closing(sqlite3.connect(folder / CITY / "register.sqlite3")) as register, register:
        return register.execute(question).fetchall()


def test_it_is_an_office_to_practise_in_under_a_reserved_name(training_folder: Path) -> None:
    settings = load_office(training_folder / CITY).settings

    assert settings.training
    assert settings.issuer.endswith(".invalid")
    assert set(settings.names) == {"fr", "en", "es", "ar"}


def test_whoever_is_needed_works_there(training_folder: Path) -> None:
    staff = dict(ask(training_folder, "select name, roles from staff"))

    assert staff == {name: role.value for name, role in CAST.items()}
    assert sorted(staff.values()).count("clerk") == 2, "a second clerk looks again"


def test_the_organisations_of_the_stories_are_in_its_register(training_folder: Path) -> None:
    known = {name for (name,) in ask(training_folder, "select name from organisations")}
    named = {
        story.person.address.removeprefix("c/o ") for story in stories() if story.person.address.startswith("c/o ")
    }

    assert known == set(ORGANISATIONS)
    assert named <= known


def test_nobody_is_there_yet(training_folder: Path) -> None:
    assert ask(training_folder, "select count(*) from enrolments") == [(0,)]
    assert ask(training_folder, "select count(*) from cards") == [(0,)]


def test_all_ten_cards_are_good_in_the_practice_office(played: TownHall, codes: dict[str, tuple[str, str]]) -> None:
    for full, light in codes.values():
        assert played.check(full).verdict is Verdict.OK
        assert played.check(light).verdict is Verdict.OK


def test_no_desk_of_a_real_city_accepts_one(tmp_path: Path, codes: dict[str, tuple[str, str]]) -> None:
    answers_of_a_city = {
        "--issuer": "https://cards.port-sable.fr",
        "--language": "fr",
        "--name": "Port-Sable",
        "--country": "FR",
        "--time-zone": "Europe/Paris",
    }
    citycard("init", tmp_path / "port-sable", *(part for pair in answers_of_a_city.items() for part in pair))
    office = load_office(tmp_path / "port-sable")
    checker, engine = Checker(office, ScanCounters()), open_engine(office.database_url)
    now = datetime.now(UTC)

    with Session(engine) as session:
        for text in (text for both in codes.values() for text in both):
            outcome = checker.check(session, text, service="library", now=now)
            assert outcome.verdict is Verdict.UNKNOWN_ISSUER
            assert outcome.card is None
    engine.dispose()


def test_no_reader_can_be_told_to_trust_the_practice_office(
    tmp_path: Path, played: TownHall, codes: dict[str, tuple[str, str]]
) -> None:
    """A city cannot do it by mistake: its statement is refused before anybody compares a fingerprint."""
    stick = tmp_path / "stick"
    with played.session() as session:
        publish.export(session, played.office, stick)
    fingerprint = " ".join(json.loads(_fingerprint(played.office.folder))["digits"])

    with pytest.raises(CitycardError) as refusal:
        check_issuer_url(played.office.settings.issuer, allow_demo=False)
    assert refusal.value.code == "issuer-demo"
    with pytest.raises(CitycardError) as refusal:
        read_folder(stick, fingerprint=fingerprint, now=played.now)
    assert refusal.value.code == "issuer-demo"
    card = tmp_path / "card.txt"
    card.write_text(codes["born-here"][0])
    told = ("verify", card, "--trust", stick, "--fingerprint", fingerprint)
    assert citycard(*told, check=False).returncode == 2
    assert citycard(*told, "--demo").returncode == 0, "it is the demonstration that is refused, and nothing else"


def _fingerprint(folder: Path) -> str:
    return citycard("--office", folder, "keys", "fingerprint", "--json").stdout


def test_an_empty_trust_store_knows_none(codes: dict[str, tuple[str, str]]) -> None:
    for full, _ in codes.values():
        with pytest.raises(CitycardError) as refusal:
            verify(full, trust=TrustStore(()), lists={}, now=datetime.now(UTC))
        assert refusal.value.verdict is Verdict.UNKNOWN_ISSUER  # type: ignore[attr-defined]


def test_every_printed_card_says_on_both_sides_that_it_is_none(
    played: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    from citycard.operations.print_card import SPECIMEN_FULL, SPECIMEN_LIGHT, card_face

    today = played.office.settings.today(played.now)
    for story in stories():
        ticket = played.enrol(**taken_down(story, today=today))
        file = played.file(ticket).changed(full_code=SPECIMEN_FULL, light_code=SPECIMEN_LIGHT)
        face = card_face(file, played.office, number="7KQ2M9X4TB3HD8WZ", issued_on=today, expires_on=today)
        for page in words_on(render_card(face, translate=as_it_is)):
            assert "Demonstration, not a valid card" in " ".join(page.split())
        # A sheet that runs from right to left gives its words back in another order.
        (sheet,) = words_on(render_paper_card(face, translate=as_it_is))
        assert sheet.count("Demonstration") >= 3


def test_a_real_city_cannot_be_set_to_training() -> None:
    with pytest.raises(SettingsRefused, match="training"):
        read_settings(
            {
                "issuer": "https://cards.port-sable.fr",
                "country": "FR",
                "time_zone": "Europe/Paris",
                "names": {"fr": "Port-Sable"},
                "training": True,
            }
        )


def test_it_touches_nothing_in_a_folder_that_is_not_its_own(demo_copy: Path) -> None:
    done = citycard("demo", "--training", "--prepare-only", "--folder", demo_copy, check=False)

    assert done.returncode == 1
    assert (demo_copy / "port-sable" / "settings.toml").exists()


UP = "Ctrl-C ends it."


@pytest.mark.slow
@pytest.mark.browser
def test_one_person_plays_two_in_two_windows_and_every_start_is_a_fresh_day(tmp_path: Path, page: Page) -> None:
    folder, log = tmp_path / "training-office", tmp_path / "screen.txt"
    for day in ("first", "second"):
        with log.open("wb") as screen:
            process = subprocess.Popen(
                [*CITYCARD, "demo", "--training", "--folder", str(folder), "--port", str(free_port())],
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
            )
        try:
            # It founds an office first: ten keys whose passphrase is meant to be slow to try, and five passwords.
            wait_until(lambda: UP in log.read_text("utf-8"), process, what="the training", log=log, longest=600)
            said = log.read_text("utf-8")
            assert "TRAINING" in said
            addresses = re.findall(r"http://(?:127\.0\.0\.1|localhost):\d+", said)
            assert len(addresses) == 2

            assert ask(folder, "select count(*) from enrolments") == [(0,)], f"on the {day} day"
            if day == "first":
                _in_two_windows(page, *addresses)
                assert ask(folder, "select count(*) from enrolments") == [(1,)]
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=LONGEST_STOP) == 0
            assert not answers(int(addresses[0].rpartition(":")[2]))
        finally:
            process.kill()
            process.wait()


def _in_two_windows(clerk: Page, here: str, there: str) -> None:
    supervisor = clerk.context.new_page()
    for window, address, name in ((clerk, here, "amel"), (supervisor, there, "bruno")):
        window.goto(f"{address}/staff/sign-in")
        window.fill("#name", name)
        window.fill("#password", PASSWORD)
        with window.expect_navigation():
            window.keyboard.press("Enter")
    clerk.goto(f"{here}/practice/born-here")
    with clerk.context.expect_page() as opened:
        clerk.click("text=New enrolment")
    opened.value.wait_for_url("**/identity")
    supervisor.goto(f"{there}/practice/")
    assert supervisor.locator(".person .name").inner_text().strip() == "bruno"
    clerk.reload()
    assert clerk.locator(".person .name").inner_text().strip() == "amel", "neither signed the other out"
