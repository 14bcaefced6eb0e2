"""Checking at a desk of the office: whom it trusts just now, and that it notices when that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import cards
from citycard.partners.statement import read_statement
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.partners import Partner
from tests.support.town_hall import TownHall
from tests.web.real_office import city_named
from tests.web.real_office import recognise as write_partner


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
        token = row.token or b""
        row.token = token[:-1] + bytes((token[-1] ^ 1,))
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


@pytest.mark.parametrize("shared", ["a key", "a list", "our key"])
def test_two_cities_that_share_stop_nobodys_checks_but_their_own(small_hall: TownHall, shared: str) -> None:
    """Such a pair is refused before it is stored; if a race or a mended register brought one in, desks go on."""
    rivemont, other, valdune = (city_named(name) for name in ("Rivemont", "Bois-Clair", "Valdune"))
    if shared == "a key":
        other = replace(other, status_pin=rivemont.status_pin)
    elif shared == "a list":
        other = replace(other, url=f"{rivemont.url}/bois")  # what stands below it stands below both
    else:
        ours = small_hall.ring[Purpose.STATUS][0].pinned
        rivemont = replace(rivemont, status_pin=ours)
    with small_hall.session() as session:
        for city in (rivemont, other, valdune):
            write_partner(session, city)
        if shared == "a list":
            partner = session.scalars(select(Partner).where(Partner.issuer == rivemont.url)).one()
            said = read_statement(partner.statement, allow_demo=True)
            lists = (*said.status_lists, other.status_uri)
            partner.statement = replace(said, status_lists=lists).to_json()

    verdicts = [small_hall.check(text).verdict for text in (small_hall.card().full_code, valdune.card())]
    assert verdicts == [Verdict.OK, Verdict.OK]
    assert small_hall.check(rivemont.card()).verdict is Verdict.UNKNOWN_ISSUER
