"""Checking at a desk of the office: whom it trusts just now, and that it notices when that changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import cards
from citycard.store.cards import Card, CardState, StatusListRow
from tests.support.town_hall import TownHall


def test_an_own_card_is_good_at_once(hall: TownHall) -> None:
    ticket = hall.approved()
    card = hall.issue(ticket)

    assert hall.check(card.full_code).verdict is Verdict.OK


@pytest.mark.parametrize("text", ["", "HELLO", "https://port-sable.demo.invalid/", "A" * 5000, "é"])
def test_what_is_no_card_is_malformed(small_hall: TownHall, text: str) -> None:
    outcome = small_hall.check(text)

    assert (outcome.verdict, outcome.card) == (Verdict.MALFORMED, None)
    assert outcome.reason


def test_a_card_of_a_stranger_is_unknown(small_hall: TownHall, rivemont: TownHall) -> None:
    assert small_hall.check(rivemont.card().full_code).verdict is Verdict.UNKNOWN_ISSUER


def test_a_card_ends_with_its_last_day(small_hall: TownHall) -> None:
    card = small_hall.card()
    seen = []
    # The last day, 22 November 2031, is over at midnight in the city; the list is fresh each time.
    for moment in ("2031-11-22T22:59:59+00:00", "2031-11-22T23:00:00+00:00"):
        small_hall.clock.now = type(small_hall.now).fromisoformat(moment)
        seen.append(small_hall.check(card.full_code).verdict)

    assert seen == [Verdict.STALE_STATUS, Verdict.EXPIRED]


def test_an_own_list_that_nobody_signed_for_weeks_decides_nothing(small_hall: TownHall) -> None:
    card = small_hall.card()
    seen = []
    for days in (0, 1, 21, 22):
        small_hall.clock.now += timedelta(days=days)
        seen.append(small_hall.check(card.full_code).verdict)

    assert seen == [Verdict.OK, Verdict.OK_STALE, Verdict.STALE_STATUS, Verdict.STALE_STATUS]


def test_a_list_that_was_damaged_decides_nothing(small_hall: TownHall) -> None:
    card = small_hall.card()
    with small_hall.session() as session:
        row = session.get_one(StatusListRow, 1)
        row.token = (row.token or b"")[:-1] + b"\0"
        row.etag = "changed"

    assert small_hall.check(card.full_code).verdict is Verdict.STALE_STATUS


def test_what_is_trusted_is_kept_while_nothing_changes(hall: TownHall) -> None:
    with Session(hall.engine) as session:
        once = hall.checker.trusted(session, now=hall.now)
        again = hall.checker.trusted(session, now=hall.now)

    assert once is again


def test_another_worker_notices_what_this_one_published(hall: TownHall) -> None:
    card = hall.card()
    other = TownHall(hall.office, database_url=hall.url)
    assert other.check(card.full_code).verdict is Verdict.OK
    with hall.session() as session:
        row, settings = session.get_one(Card, card.number), hall.office.settings
        cards.move(session, row, CardState.ENDED, by="Bruno", now=hall.now, settings=settings, chance=hall.chance)
    hall.publish_lists()

    seen = other.check(card.full_code).verdict

    other.close()
    assert seen is Verdict.REVOKED


def test_a_key_that_was_stolen_is_noticed_at_the_next_check(small_hall: TownHall) -> None:
    card = small_hall.card()
    assert small_hall.check(card.full_code).verdict is Verdict.OK

    kid = small_hall.ring[Purpose.CARD][0].public.kid.hex()
    small_hall.ring.with_state(kid, KeyState.COMPROMISED).save()

    assert small_hall.check(card.full_code).verdict is Verdict.KEY_REVOKED


def test_a_retired_keys_cards_stay_good(small_hall: TownHall) -> None:
    card = small_hall.card()
    kid = small_hall.ring[Purpose.CARD][0].public.kid.hex()
    small_hall.ring.with_state(kid, KeyState.RETIRED).save()

    assert small_hall.check(card.full_code).verdict is Verdict.OK
