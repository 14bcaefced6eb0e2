"""Publishing which cards have ended: at once, every hour, never backwards, and telling nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from citycard.core.errors import ListRefused
from citycard.core.status import DEFAULT_SIZE, StatusList, read_status_list
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import cards, publish, status_lists
from citycard.partners.statement import read_statement
from citycard.store.cards import Card, CardState, StatusListRow
from tests.operations.conftest import OpenHall
from tests.support.town_hall import Issued, TownHall


def move(hall: TownHall, card: Issued, to: CardState) -> None:
    with hall.session() as session:
        row = session.get_one(Card, card.number)
        cards.move(session, row, to, by="Bruno", now=hall.now, settings=hall.office.settings, chance=hall.chance)


def read(hall: TownHall, no: int = 1) -> StatusList:
    """The list as a partner reads it."""
    uris = publish.announced(hall.office)
    with Session(hall.engine) as session:
        token = session.get_one(StatusListRow, no).token
    assert token is not None
    return read_status_list(token, issuer=hall.ring.issuer(uris), uri=uris[no - 1], now=hall.now)


def place(hall: TownHall, card: Issued) -> int:
    with Session(hall.engine) as session:
        return session.get_one(Card, card.number).list_index


def test_what_becomes_of_a_card_is_published(hall: TownHall) -> None:
    card = hall.card()
    index = place(hall, card)
    seen = []
    for state in (CardState.SUSPENDED, CardState.ACTIVE, CardState.SUSPENDED, CardState.ENDED):
        hall.clock.pass_by(seconds=20)
        move(hall, card, state)
        assert hall.publish_lists() == 1
        seen.append((read(hall)[index], hall.check(card.full_code).verdict, hall.check(card.light_code).verdict))

    assert seen == [
        (2, Verdict.SUSPENDED, Verdict.SUSPENDED),
        (0, Verdict.OK, Verdict.OK),
        (2, Verdict.SUSPENDED, Verdict.SUSPENDED),
        (1, Verdict.REVOKED, Verdict.REVOKED),
    ]


def test_revoked_is_for_ever(hall: TownHall) -> None:
    """Each list may follow the one before, by the rule that partners apply."""
    card = hall.card()
    move(hall, card, CardState.ENDED)
    hall.publish_lists()
    before = read(hall)
    for _ in range(3):
        hall.clock.pass_by(hours=1)
        hall.card()
        hall.publish_lists()
        after = read(hall)
        after.succeeds(before)
        before = after

    assert before[place(hall, card)] == 1


def test_a_reserved_place_looks_like_a_free_one(small_hall: TownHall) -> None:
    """The list tells nobody how many cards there are."""
    for _ in range(5):
        small_hall.issue(small_hall.approved())
    small_hall.clock.pass_by(hours=1)
    small_hall.publish_lists()

    held = read(small_hall)

    assert held.statuses == bytes(len(held.statuses))


def test_the_list_has_the_same_size_whatever_is_in_it(small_hall: TownHall) -> None:
    card = small_hall.card()
    move(small_hall, card, CardState.ENDED)
    small_hall.publish_lists()

    assert {read(small_hall, no).size for no in range(1, status_lists.ANNOUNCED + 1)} == {DEFAULT_SIZE}


def test_every_announced_list_is_published_from_the_first_day(hall: TownHall) -> None:
    statement = read_statement(publish.make_statement(hall.ring, now=hall.now), allow_demo=True)
    with Session(hall.engine) as session:
        rows = session.scalars(select(StatusListRow).order_by(StatusListRow.no)).all()

    assert tuple(row.uri for row in rows) == statement.status_lists
    assert len(rows) == status_lists.ANNOUNCED
    assert all(row.token is not None for row in rows)


def test_a_list_is_signed_anew_every_hour_and_not_in_between(hall: TownHall) -> None:
    hall.publish_lists()  # they were signed when the office was founded, three hours ago
    first = read(hall).issued_at
    hall.clock.pass_by(minutes=59)
    assert hall.publish_lists() == 0
    hall.clock.pass_by(minutes=1)

    assert hall.publish_lists() == status_lists.ANNOUNCED
    assert read(hall).issued_at == first + timedelta(hours=1)


def test_only_the_list_that_changed_is_signed(small_hall: TownHall) -> None:
    card = small_hall.card()
    move(small_hall, card, CardState.ENDED)

    assert small_hall.publish_lists() == 1
    assert small_hall.publish_lists() == 0


def test_a_clock_that_was_set_back_never_makes_an_older_list(hall: TownHall) -> None:
    card = hall.card()
    hall.publish_lists()
    before = read(hall)
    hall.clock.pass_by(hours=-2)
    move(hall, card, CardState.ENDED)

    assert hall.publish_lists() == 1  # the end of a card does not wait for the clock
    after = read(hall)
    after.succeeds(before)
    assert after.issued_at == before.issued_at
    assert after[place(hall, card)] == 1


def test_a_clock_that_was_a_year_ahead_does_not_stop_the_lists(hall: TownHall) -> None:
    """No reader accepted the lists of that year, so the present is newer than all that they hold."""
    card = hall.card()
    hall.clock.pass_by(days=300)
    hall.publish_lists()
    hall.clock.pass_by(days=-300)
    move(hall, card, CardState.ENDED)

    assert hall.publish_lists() == 1
    assert read(hall).issued_at == hall.now


def test_times_of_a_list_are_those_of_the_profile(small_hall: TownHall) -> None:
    small_hall.clock.pass_by(hours=1)
    small_hall.publish_lists()
    held = read(small_hall)

    assert held.issued_at == small_hall.now
    assert held.ttl == timedelta(minutes=15)
    assert held.expires_at == small_hall.now + timedelta(days=21)


def test_a_list_is_signed_with_a_status_key_and_no_other(small_hall: TownHall, rivemont: TownHall) -> None:
    uris = publish.announced(small_hall.office)
    with Session(small_hall.engine) as session:
        token = session.get_one(StatusListRow, 1).token
    issuer = small_hall.ring.issuer(uris)
    cards_only = type(issuer)(
        issuer.url, issuer.names, tuple(key for key in issuer.keys if key.use != Purpose.STATUS.use), uris
    )

    assert token is not None
    with pytest.raises(ListRefused) as refusal:
        read_status_list(token, issuer=cards_only, uri=uris[0], now=small_hall.now)
    assert refusal.value.code == "list-key"


@pytest.mark.postgres
def test_a_card_that_ends_while_the_list_is_being_signed_is_published_by_the_next(
    open_hall: OpenHall, postgres_url: str
) -> None:
    """The mark "out of date" must not be wiped by a signature that did not see the change."""
    hall = open_hall(database_url=postgres_url)
    one, two = hall.card(), hall.card()
    move(hall, one, CardState.ENDED)  # so the list is out of date already

    with Session(hall.engine) as late:
        row = late.get_one(Card, two.number)
        seen = late.get_one(StatusListRow, 1)
        assert seen.dirty
        hall.publish_lists()
        settings = hall.office.settings
        cards.move(late, row, CardState.ENDED, by="Bruno", now=hall.now, settings=settings, chance=hall.chance)
        late.commit()

    assert hall.publish_lists() == 1
    assert hall.check(two.full_code).verdict is Verdict.REVOKED


def test_who_changes_a_card_and_the_clock_of_the_office_do_not_wait_for_each_other(
    open_hall: OpenHall, postgres_url: str
) -> None:
    """A clerk holds list 2 and signs in the same transaction, while the clock signs all: neither may want both."""
    hall = open_hall(database_url=postgres_url)
    card = hall.card()
    hall.clock.pass_by(hours=2)  # every list is due
    with Session(hall.engine) as clerk:
        clerk.get_one(Card, card.number)
        clerk.scalars(select(StatusListRow).where(StatusListRow.no == 2).with_for_update(key_share=True)).one()

        with Session(hall.engine) as clock:
            clock.execute(text("SET LOCAL lock_timeout = '60s'"))
            assert status_lists.sign_due(clock, hall.ring, now=hall.now) == status_lists.ANNOUNCED - 1
            clerk.execute(text("SET LOCAL lock_timeout = '60s'"))
            assert status_lists.sign_due(clerk, hall.ring, now=hall.now) == 1, "the one that the clerk holds"
            clock.commit()
        clerk.commit()

    assert hall.publish_lists() == 0
