"""From a signed code to a card in somebody's hand: printed once, void when it failed, forgotten at the end."""

from __future__ import annotations

import pytest

from citycard.core.verdicts import Verdict
from citycard.operations import cards, hand_over, print_card
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.slips.catalogue import Catalogue
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import EnrolmentState
from tests.support.town_hall import TownHall


def test_a_card_is_printed_once(hall: TownHall) -> None:
    ticket = hall.approved()
    hall.issue(ticket)
    hall.print(ticket)

    with pytest.raises(OperationRefused) as refusal:
        hall.print(ticket)

    assert refusal.value.code == "already-printed"


@pytest.mark.parametrize("printed", [True, False])
def test_a_failed_print_voids_the_card_and_needs_a_new_approval(hall: TownHall, printed: bool) -> None:
    ticket = hall.approved()
    first = hall.issue(ticket)
    if printed:
        hall.print(ticket)
    hall.print_failed(ticket)
    hall.publish_lists()

    assert hall.check(first.full_code).verdict is Verdict.REVOKED
    assert hall.state(ticket) is EnrolmentState.DRAFT
    file = hall.file(ticket)
    assert (file.full_name, file.full_code, file.light_code) == ("Léonie Marchevert", "", "")
    with pytest.raises(OperationRefused):
        hall.issue(ticket)

    hall.submit(ticket)
    hall.approve(ticket)
    second = hall.issue(ticket)
    hall.publish_lists()

    assert second.number != first.number
    assert hall.check(second.full_code).verdict is Verdict.OK
    assert hall.check(first.full_code).verdict is Verdict.REVOKED


def test_without_the_slip_nothing_is_handed_over(hall: TownHall) -> None:
    """The holder could never stop the card, nor have a lost one made anew: both codes are forgotten with the file."""
    ticket = hall.approved()
    hall.issue(ticket)
    with hall.case(ticket, "Amel") as (session, enrolment, amel):
        hand_over.mark_printed(session, hall.desk(), enrolment, by=amel)

    with pytest.raises(OperationRefused) as refusal:
        hall.hand_over(ticket)
    assert refusal.value.code == "slip-first"

    with hall.case(ticket, "Amel") as (session, enrolment, _):
        assert print_card.print_slip(session, hall.desk(), enrolment, catalogue=Catalogue(hall.office))
    hall.hand_over(ticket)


@pytest.mark.parametrize("upto", ["draft", "submitted", "approved", "issued"])
def test_only_a_printed_card_is_handed_over(small_hall: TownHall, upto: str) -> None:
    ticket = small_hall.enrol()
    for step, act in (("submitted", "submit"), ("approved", "approve"), ("issued", "issue")):
        if upto in (step, "approved", "issued") and not (step == "issued" and upto == "approved"):
            getattr(small_hall, act)(ticket)
        if upto == step:
            break

    with pytest.raises(OperationRefused) as refusal:
        small_hall.hand_over(ticket)

    assert refusal.value.code == "moved-on"


def test_a_card_is_handed_over_once(small_hall: TownHall) -> None:
    ticket = small_hall.approved()
    small_hall.issue(ticket)
    small_hall.print(ticket)
    small_hall.hand_over(ticket)

    with pytest.raises(NotFound):
        small_hall.hand_over(ticket)


@pytest.mark.parametrize("upto", ["draft", "submitted", "approved"])
def test_who_changes_their_mind_is_forgotten_at_once(hall: TownHall, upto: str) -> None:
    ticket = hall.enrol()
    if upto != "draft":
        hall.submit(ticket)
    if upto == "approved":
        hall.approve(ticket)

    hall.abandon(ticket)

    with pytest.raises(NotFound):
        hall.row(ticket)
    assert hall.cards() == {}


def test_who_changes_their_mind_late_leaves_a_void_card(hall: TownHall) -> None:
    ticket = hall.approved()
    card = hall.issue(ticket)
    hall.print(ticket)

    hall.abandon(ticket)
    hall.publish_lists()

    assert hall.check(card.full_code).verdict is Verdict.REVOKED


def test_a_card_that_was_ended_while_it_waited_can_still_be_forgotten(hall: TownHall) -> None:
    """Ended is for ever, so it cannot become void; that must not keep the file alive."""
    ticket = hall.approved()
    card = hall.issue(ticket)
    hall.print(ticket)
    with hall.session() as session:
        cards.end(
            session,
            session.get_one(Card, card.number),
            by=hall.staff(session, "Bruno"),
            now=hall.now,
            settings=hall.office.settings,
            chance=hall.chance,
        )

    hall.abandon(ticket)

    assert hall.cards() == {card.number: CardState.ENDED}
    with pytest.raises(NotFound):
        hall.row(ticket)
