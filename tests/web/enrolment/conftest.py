"""The counter of Port-Sable, with keys that sign and a register that forgets."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from citycard.operations.enrol import Desk, find, read
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.hand_over import mark_slip
from citycard.settings import Office
from citycard.store.enrolments import Enrolment
from citycard.store.organisations import Attests, Organisation
from citycard.store.staff import Staff
from citycard.web import workplace
from citycard.web.database import db
from tests.support.office import make_office
from tests.support.reading import CheckingClient, Page
from tests.support.reading import read as taken_apart

SETTINGS: dict[str, Any] = {}
"""What the office decided, unless a test says otherwise: `parametrize("settings", [{…}], indirect=True)`."""


def picture(width: int = 480, height: int = 640, kind: str = "JPEG") -> bytes:
    """A drawn face before a plain wall."""
    drawn = Image.new("RGB", (width, height), "#c9d6df")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.6), fill="#8d5b3f")
    out = io.BytesIO()
    drawn.save(out, kind)
    return out.getvalue()


NOEMIE = {
    "full_name": "Noémie Kassar-Lund",
    "day": "12",
    "month": "3",
    "year": "1987",
    "birth_known": "full",
    "language": "es",
    "own_script_name": "",
    "own_script_language": "",
    "name_on_card": "",
    "gender_words": "",
    "interpreter": "",
}
"""An invented resident of Port-Sable."""

TILLEULS = "14 rue des Tilleuls"
"""Where she lives."""

PAPERS: dict[str, Any] = {"paper": ["official-photo", "energy-bill"]}
"""What she puts on the desk: a passport or the like, and a bill."""


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings of the office that differ from the usual."""
    return dict(getattr(request, "param", SETTINGS))


@pytest.fixture(params=["sqlite"])
def register(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Where the register is; `@on_both` runs a test on PostgreSQL as well."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    monkeypatch.setenv("DATABASE_URL", url)
    return url


on_both = pytest.mark.parametrize(
    "register", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def office(tmp_path: Path, settings: dict[str, Any], register: str | None) -> Office:
    """The card office of Port-Sable, founded for real."""
    return make_office(tmp_path, database_url=register, **settings)


@dataclass
class Counter:
    """Amel's counter: what she does, in her words."""

    app: Flask
    browser: CheckingClient
    ticket: str = ""
    answers: dict[str, str] = field(default_factory=lambda: dict(NOEMIE))

    def at(self, step: str) -> str:
        """The address of a page of the open enrolment."""
        return f"/enrolments/{self.ticket}/{step}"

    def opens(self) -> Counter:
        """Press "new enrolment"."""
        page = self.browser.page("/enrolments/")
        token = page.one("input", name="request_token").attributes["value"]
        answer = self.browser.post("/enrolments/", data={"csrf_token": page.token(), "request_token": token})
        assert answer.status_code == 303
        found = re.search(r"/enrolments/(\w+)/identity$", answer.location)
        assert found is not None
        self.ticket = found[1]
        return self

    def types(self, step: str = "identity", *, portrait: bytes | None = None, **changes: Any) -> TestResponse:
        """Fill in a screen, as the page gives it, and send it."""
        page = self.browser.page(self.at(step))
        fields: dict[str, Any] = {"csrf_token": page.token(), "seen": _seen(page)}
        if step == "identity":
            fields |= self.answers
        if portrait is not None:
            fields["picture"] = (io.BytesIO(portrait), "portrait.jpg")
        return self.browser.post(self.at(step), data={**fields, **changes})

    def enrols(self, **choices: str) -> Counter:
        """Take a whole person down, up to the check."""
        if not self.ticket:
            self.opens()
        assert self.types(portrait=picture()).location == self.at("evidence")
        assert self.types("evidence", **PAPERS).location == self.at("card")
        answer = self.types("card", **({"portrait_in_code": "yes"} | choices))
        assert answer.location == self.at("check"), answer.get_data(as_text=True)
        return self

    def submits(self) -> TestResponse:
        """Send it to a colleague."""
        return self.types("check")

    def presses(self, act: str, **fields: str) -> TestResponse:
        """Press a button of the finish page; the slip is printed before the hand-over."""
        if act == "hand-over":
            with self.app.app_context():
                mark_slip(db.session(), self.desk(), self.row())
                db.session.commit()
        return self.browser.send(self.at(act), fields, form=self.at("finish"))

    def file(self) -> EnrolmentFile:
        """What the office knows; a look behind the counter, for tests alone."""
        with self.app.app_context():
            return read(self.row(), self.desk())

    def row(self) -> Enrolment:
        """The register's row."""
        return find(db.session, self.ticket)  # type: ignore[arg-type]

    def row_state(self) -> str:
        """Where it stands."""
        with self.app.app_context():
            return self.row().state

    def row_now(self) -> dict[str, Any] | None:
        """All of its row but what is sealed and how often that was; None when it is forgotten."""
        with self.app.app_context():
            row = db.session.query(Enrolment).filter_by(ticket=self.ticket).one_or_none()
            names = Enrolment.__table__.columns.keys()
            kept = [name for name in names if name not in ("sealed", "version")]
            return None if row is None else {name: getattr(row, name) for name in kept}

    def desk(self) -> Desk:
        """What operations work with, at the office's time."""
        with self.app.app_context():
            return workplace.desk()


@pytest.fixture
def amel(app: Flask, signed_in: Callable[[str], CheckingClient]) -> Counter:
    """Amel at her counter."""
    return Counter(app, signed_in("Amel"))


@pytest.fixture
def bruno(signed_in: Callable[[str], CheckingClient]) -> CheckingClient:
    """Bruno, who approves."""
    return signed_in("Bruno")


@pytest.fixture
def both_roles(app: Flask) -> None:
    """Amel may approve as well: a town of few officials."""
    with app.app_context():
        db.session.query(Staff).filter_by(name="Amel").update({"roles": "clerk,supervisor"})
        db.session.commit()


@pytest.fixture
def attesting(app: Flask) -> Callable[..., int]:
    """`attesting("Association du Port")`: put an organisation into the register; its id."""

    def add(name: str, *attests: Attests, letter_days: int = 14, **values: Any) -> int:
        with app.app_context():
            row = Organisation(
                name=name,
                attests=",".join(attests or (Attests.CARE_OF,)),
                letter_days=letter_days,
                **{"first_day": date(2026, 1, 1), "last_day": None, "active": True} | values,
            )
            db.session.add(row)
            db.session.commit()
            return row.id

    return add


def approves(browser: CheckingClient, counter: Counter) -> TestResponse:
    """Look at the open enrolment and approve what the page shows."""
    page = browser.page(counter.at("approve"))
    return browser.post(counter.at("approve"), data={"csrf_token": page.token(), "seen": _seen(page)})


def sentences(answer: TestResponse) -> str:
    """Everything that a page says."""
    return taken_apart(answer).text


def _seen(page: Page) -> str:
    fields = page.all("input", name="seen")
    return fields[0].attributes.get("value", "") if fields else ""
