"""Two tablets of the city, each with its token, and a supervisor who opens consultations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from citycard.operations import devices
from citycard.store.devices import DeskDevice
from citycard.store.voice import Consultation
from citycard.web.database import db
from tests.support.reading import CheckingClient

SignedIn = Callable[[str], CheckingClient]

BUDGET = {
    "name": "Budget of the quays",
    "devices": "several",
    "cities": "own",
    "record_day": "15",
    "record_month": "11",
    "record_year": "2026",
    "opens_day": "23",
    "opens_month": "11",
    "opens_year": "2026",
    "opens_time": "9:00",
    "closes_day": "23",
    "closes_month": "11",
    "closes_year": "2026",
    "closes_time": "20:00",
}


@dataclass(frozen=True)
class Tablet:
    """A device that asks with its token, and no cookie."""

    app: Flask
    token: str

    def gets(self) -> TestResponse:
        """Ask what there is."""
        answer: TestResponse = self._client().get("/desk-app/voice", headers=self._headers)
        return answer

    def posts(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Send something."""
        sent = {"json": {} if body is None else body, **options}
        answer: TestResponse = self._client().post(f"/desk-app/voice/{path}", headers=self._headers, **sent)
        return answer

    def _client(self) -> Any:
        return self.app.test_client(use_cookies=False)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def tablets(app: Flask) -> tuple[Tablet, Tablet]:
    """Enrolled, as by their own tests."""
    tokens = [letter * 40 for letter in "ab"]
    with app.app_context():
        for number, token in enumerate(tokens, 1):
            db.session.add(DeskDevice(name=f"Quay, table {number}", token_hash=devices.token_hash(token), active=True))
        db.session.commit()
    return Tablet(app, tokens[0]), Tablet(app, tokens[1])


@pytest.fixture
def bruno(signed_in: SignedIn) -> CheckingClient:
    """Bruno, who supervises."""
    return signed_in("Bruno")


def opens(browser: CheckingClient, **changes: object) -> TestResponse:
    """Fill in the page."""
    return browser.send("/voice/new", {**BUDGET, **changes})


def opened(browser: CheckingClient, **changes: object) -> str:
    """Open one for the tablets that there are; its id."""
    there = [box.attributes["value"] for box in browser.page("/voice/new").all("input", name="chosen")]
    answer = opens(browser, **{"chosen": there, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]


def rows(app: Flask) -> list[Consultation]:
    """All of them."""
    with app.app_context():
        found = list(db.session.scalars(select(Consultation)))
        db.session.expunge_all()
        return found
