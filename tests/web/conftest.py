"""An office in Port-Sable with its staff, and a browser that reads what it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from citycard.operations.sign_in import hash_password
from citycard.settings import Office, Settings
from citycard.store.staff import Role, Staff
from citycard.web.app import create_app
from citycard.web.database import db
from tests.support.office import make_office
from tests.support.reading import CheckingClient

PASSWORD = "seven boats at noon"

CAST = {
    "Amel": Role.CLERK,
    "Bruno": Role.SUPERVISOR,
    "Library": Role.DESK,
    "Chloe": Role.ADMINISTRATOR,
    "Dario": Role.KEY_CUSTODIAN,
    "Esra": Role.AUDITOR,
}


class Clock:
    """The clock of the office, moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def open_office(folder: Path, issuer: str) -> Office:
    """An office that is no demonstration: a folder with nothing in it but what the base pages need."""
    settings = Settings(
        issuer=issuer,
        names={"fr": "Port-Sable", "en": "Port-Sable", "es": "Port-Sable", "ar": "بور سابل"},
        country="FR",
        time_zone="Europe/Paris",
        contact="1 place du Sable",
    )
    folder.mkdir(parents=True)
    office = Office(folder, settings)
    office.secrets.mkdir()
    (office.secrets / "session.key").write_bytes(b"k" * 64)
    (office.secrets / "recovery.key").write_bytes(b"r" * 64)
    return office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The card office of Port-Sable."""
    return make_office(tmp_path)


@pytest.fixture
def clock() -> Clock:
    """Monday morning."""
    return Clock()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Everybody's password, hashed once."""
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """The pages' templates, compiled once for all applications of the run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(office: Office, clock: Clock, password_hash: str, compiled_templates: BytecodeCache) -> Iterator[Flask]:
    """The application of the office, with the whole cast on its staff."""
    made = create_app(office)
    made.jinja_env.bytecode_cache = compiled_templates
    made.testing = True
    made.test_client_class = CheckingClient
    made.config["CLOCK"] = clock
    with made.app_context():
        db.create_all()
        for name, role in CAST.items():
            db.session.add(Staff(name=name, password_hash=password_hash, roles=role.value, language=None))
        db.session.commit()
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A browser in which nobody is signed in. It prefers English."""
    return new_browser(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], CheckingClient]:
    """`signed_in("Amel")`: a browser in which Amel is signed in."""

    def sign(name: str) -> CheckingClient:
        browser = new_browser(app)
        answer = sign_in(browser, name)
        assert answer == 303
        return browser

    return sign


def new_browser(app: Flask) -> CheckingClient:
    """A browser that prefers English."""
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def sign_in(browser: CheckingClient, name: str, password: str = PASSWORD) -> int:
    """Type name and password; the status of the answer."""
    return browser.send("/staff/sign-in", {"name": name, "password": password}).status_code
