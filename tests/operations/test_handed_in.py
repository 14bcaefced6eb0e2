"""Found cards: filed, given back to the face that is on them, ended after two months, shredded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import check_signed
from citycard.operations import audit, cards, handed_in, status_lists
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState, HandedIn
from citycard.store.staff import Staff
from tests.support.town_hall import Issued, TownHall

Act = Callable[[Session, Card, Staff], object]


def does(hall: TownHall, number: str, act: Act, *, by: str = "Amel") -> None:
    """One act on the card with this number."""
    with hall.session() as session:
        act(session, session.get_one(Card, number), hall.staff(session, by))


def files(hall: TownHall, card: Issued) -> None:
    """Somebody found it and brought it."""
    does(hall, card.number, lambda session, row, by: handed_in.file_card(session, hall.desk(), row, by=by))


def shreds(hall: TownHall, card: Issued) -> None:
    """It was taken out and shredded."""
    does(hall, card.number, lambda session, row, by: handed_in.shred(session, hall.desk(), row, by=by))


def suspends(hall: TownHall, card: Issued) -> None:
    """Its holder missed it."""

    def act(session: Session, row: Card, by: Staff) -> None:
        desk = hall.desk()
        to = CardState.SUSPENDED
        cards.move(session, row, to, by=by.name, now=desk.now, settings=desk.office.settings, chance=desk.chance)

    does(hall, card.number, act)


def ends(hall: TownHall, card: Issued) -> None:
    """A clerk ended it by its number."""

    def act(session: Session, row: Card, by: Staff) -> None:
        desk = hall.desk()
        cards.end(session, row, by=by, now=desk.now, settings=desk.office.settings, chance=desk.chance)

    does(hall, card.number, act)


def read(hall: TownHall, code: str) -> CardClaims:
    """What a code says, once its signature is checked."""
    with hall.session() as session:
        return check_signed(code, trust=TrustStore([hall.ring.issuer(status_lists.uris(session))]))


def gives_back(hall: TownHall, card: Issued, *, code: str = "", same_person: bool = True) -> None:
    """The holder came for it."""
    shown = read(hall, code or card.full_code)
    does(
        hall,
        card.number,
        lambda session, row, by: handed_in.give_back(
            session, hall.desk(), row, shown=shown, same_person=same_person, by=by
        ),
    )


def drawer(hall: TownHall) -> handed_in.Drawer:
    with hall.session() as session:
        return handed_in.drawer(session)


def acts(hall: TownHall) -> list[tuple[str, str]]:
    with hall.session() as session:
        return [(row.actor, row.act) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def test_a_found_card_lies_here_and_stays_what_it_is(hall: TownHall) -> None:
    card = hall.card()

    files(hall, card)
    files(hall, card)

    assert drawer(hall) == handed_in.Drawer(1, ())
    assert hall.cards()[card.number] is CardState.ACTIVE
    assert acts(hall).count(("Amel", audit.Act.CARD_HANDED_IN)) == 1


def test_a_record_has_a_number_and_a_day_and_nothing_else(small_hall: TownHall) -> None:
    card = small_hall.card()
    files(small_hall, card)

    with small_hall.session() as session:
        row = session.scalars(select(HandedIn)).one()
        assert set(HandedIn.__table__.columns.keys()) == {"number", "filed_on"}
        assert (row.number, str(row.filed_on)) == (card.number, "2026-11-23")


def test_given_back_it_is_good_again_and_no_record_is_left(hall: TownHall) -> None:
    card = hall.card()
    suspends(hall, card)
    files(hall, card)

    gives_back(hall, card)
    hall.publish_lists()

    assert drawer(hall).lying == 0
    assert hall.check(card.full_code).verdict is Verdict.OK
    assert acts(hall)[-2:] == [("Amel", audit.Act.CARD_RESUMED), ("Amel", audit.Act.CARD_GIVEN_BACK)]


def test_a_small_code_wakes_no_suspended_card_by_way_of_the_drawer(hall: TownHall) -> None:
    """Whoever photographed the small code could print a card around it, have it handed in, and come for it."""
    card, good = hall.card(), hall.card()
    suspends(hall, card)
    files(hall, card)
    files(hall, good)

    with pytest.raises(OperationRefused) as refusal:
        gives_back(hall, card, code=card.light_code)

    assert refusal.value.code == "card-large"
    assert hall.cards()[card.number] is CardState.SUSPENDED
    assert drawer(hall).lying == 2

    gives_back(hall, good, code=good.light_code)
    assert drawer(hall).lying == 1, "a card that was never suspended is only given back"


@pytest.mark.parametrize(
    ("same_person", "whose", "code"), [(False, "own", "card-face"), (True, "another", "card-other")]
)
def test_it_is_given_to_nobody_else(hall: TownHall, *, same_person: bool, whose: str, code: str) -> None:
    card, other = hall.card(), hall.card()
    suspends(hall, card)
    files(hall, card)

    with pytest.raises(OperationRefused) as refusal:
        gives_back(hall, card, code=(card if whose == "own" else other).full_code, same_person=same_person)

    assert refusal.value.code == code
    assert drawer(hall).lying == 1
    assert hall.cards()[card.number] is CardState.SUSPENDED


def test_a_card_that_nobody_filed_cannot_be_given_back(small_hall: TownHall) -> None:
    with pytest.raises(NotFound) as refusal:
        gives_back(small_hall, small_hall.card())
    assert refusal.value.code == "not-handed-in"


def test_after_sixty_days_the_clock_ends_it_and_it_is_to_be_shredded(hall: TownHall) -> None:
    card, other = hall.card(), hall.card()
    suspends(hall, card)
    files(hall, card)
    hall.clock.pass_by(days=59)
    files(hall, other)
    assert hall.sweep().ended == 0
    assert drawer(hall) == handed_in.Drawer(2, ())

    hall.clock.pass_by(days=1)
    assert hall.sweep().ended == 1
    hall.publish_lists()

    assert hall.check(card.full_code).verdict is Verdict.REVOKED
    assert hall.check(other.full_code).verdict is Verdict.OK
    assert drawer(hall) == handed_in.Drawer(2, (card.number,))
    assert acts(hall)[-1] == ("retention", audit.Act.CARD_ENDED)
    assert hall.sweep().ended == 0, "it waits for somebody to shred it, and nothing more happens"

    shreds(hall, card)
    shreds(hall, card)
    assert drawer(hall) == handed_in.Drawer(1, ())
    assert acts(hall)[-1] == ("Amel", audit.Act.CARD_SHREDDED)


def test_the_time_is_not_shorter_than_the_longest_pick_up() -> None:
    assert timedelta(days=60) == handed_in.KEPT


def test_a_filed_card_that_ended_otherwise_is_to_be_shredded_at_once(hall: TownHall) -> None:
    card = hall.card()
    files(hall, card)
    assert drawer(hall).to_shred == ()

    ends(hall, card)

    assert drawer(hall).to_shred == (card.number,)
    with pytest.raises(OperationRefused) as refusal:
        gives_back(hall, card)
    assert refusal.value.code == "card-ended"
    assert drawer(hall).lying == 1, "who tried to give it back has not lost it"


def test_a_card_that_is_over_is_not_filed_and_a_good_one_not_shredded(small_hall: TownHall) -> None:
    good, over = small_hall.card(), small_hall.card()
    files(small_hall, good)
    ends(small_hall, over)

    for act, card, code in ((files, over, "handed-in-over"), (shreds, good, "handed-in-good")):
        with pytest.raises(OperationRefused) as refusal:
            act(small_hall, card)
        assert refusal.value.code == code
    assert drawer(small_hall) == handed_in.Drawer(1, ())


def test_of_two_who_file_and_shred_at_once_one_does(hall: TownHall) -> None:
    card = hall.card()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: files(hall, card), range(4)))
    assert drawer(hall).lying == 1
    ends(hall, card)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: shreds(hall, card), range(4)))

    assert [act for _, act in acts(hall)].count(audit.Act.CARD_HANDED_IN) == 1
    assert [act for _, act in acts(hall)].count(audit.Act.CARD_SHREDDED) == 1


@pytest.mark.parametrize("name", ["Chloe", "Dario", "Esra"])
def test_only_the_counter_keeps_found_cards(small_hall: TownHall, name: str) -> None:
    card = small_hall.card()

    with pytest.raises(OperationRefused) as refusal:
        does(
            small_hall,
            card.number,
            lambda session, row, by: handed_in.file_card(session, small_hall.desk(), row, by=by),
            by=name,
        )

    assert refusal.value.code == "card-role"
