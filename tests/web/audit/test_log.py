"""The auditor reads what the office did, and can tell whether the log is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale

from citycard.operations.audit import Act
from citycard.store.audit import AuditEntry
from citycard.web.audit.views import ACTS
from tests.support.reading import CheckingClient, read
from tests.support.town_hall import TownHall
from tests.web.real_office import HOLDER

SignedIn = Callable[[str], CheckingClient]


def test_the_log_says_acts_and_days_and_no_holder(signed_in: SignedIn, hall: TownHall) -> None:
    card = hall.card()
    text = signed_in("Esra").page("/audit/").text

    for word in ("card issued", "enrolment approved", "Bruno", "Nov 23, 2026"):
        assert word in text
    assert HOLDER not in text
    assert card.number not in text


def test_a_whole_log_is_said_to_be_whole(signed_in: SignedIn, hall: TownHall) -> None:
    hall.card()

    assert "The log is whole" in read(signed_in("Esra").send("/audit/")).text


@pytest.mark.parametrize("change", ["another actor", "an entry gone"])
def test_a_log_that_was_changed_is_said_to_be(signed_in: SignedIn, hall: TownHall, change: str) -> None:
    hall.card()
    with hall.session() as session:
        entry = session.get(AuditEntry, 3)
        assert entry is not None
        if change == "another actor":
            entry.actor = "Somebody"
        else:
            session.delete(entry)

    assert "The log was changed" in read(signed_in("Esra").send("/audit/")).text


def test_a_long_log_is_read_page_by_page(signed_in: SignedIn, hall: TownHall) -> None:
    for _ in range(60):
        hall.open()
    esra = signed_in("Esra")
    first = esra.page("/audit/")
    [older] = [link.attributes["href"] for link in first.all("a") if link.text == "Older"]
    second = esra.page(older)

    assert len(first.all("th", scope="row")) == 50
    assert [head.text for head in second.all("th", scope="row")] == [str(number) for number in range(10, 0, -1)]


def test_every_act_has_its_words(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert {act for act in Act if str(ACTS[act])} == set(Act)


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Chloe", "Dario", "Library"])
def test_the_log_is_the_auditors(signed_in: SignedIn, name: str) -> None:
    assert signed_in(name).get("/audit/").status_code == 403
