"""Port-Sable with a counter that has an address, and Léonie, who has a card and its sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from citycard.operations import cards, handed_in, recovery
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from tests.support.office import make_office
from tests.support.town_hall import Issued, TownHall
from tests.web.enrolment.conftest import register  # noqa: F401
from tests.web.real_office import hall  # noqa: F401

COUNTER = ("Hôtel de ville, 1 place du Sable", "01 00 00 00 00")
HOURS = "1-5: 9-12, 14-17"


@pytest.fixture
def office(tmp_path: Path, register: str | None) -> Office:  # noqa: F811
    """Port-Sable, with where and when people may come."""
    return make_office(tmp_path, database_url=register, counter_address=list(COUNTER), opening_hours=HOURS)


@dataclass(frozen=True)
class Held:
    """What somebody goes home with: the card, and the sheet with its recovery code."""

    hall: TownHall
    card: Issued
    code: str

    @property
    def state(self) -> str:
        """What the card is now."""
        return str(self.hall.cards()[self.card.number])

    @property
    def guess(self) -> str:
        """A well-formed code with this card's selector that is not its code."""
        return well_formed(self.code.replace("-", "")[: recovery.SELECTOR])

    def becomes(self, state: CardState) -> None:
        """At the counter."""
        desk = self.hall.desk()
        with self.hall.session() as session:
            card = session.get_one(Card, self.card.number)
            cards.move(session, card, state, by="Amel", now=desk.now, settings=desk.office.settings, chance=desk.chance)

    def brought_in(self) -> None:
        """Somebody brings the card to the town hall."""
        with self.hall.session() as session:
            card = session.get_one(Card, self.card.number)
            handed_in.file_card(session, self.hall.desk(), card, by=self.hall.staff(session, "Amel"))


def well_formed(selector: str, secret: str = "0" * recovery.SECRET) -> str:
    """A code whose check characters are right, of nobody's card."""
    return recovery.printed(selector + secret + recovery._check(selector + secret))


@pytest.fixture
def hand_over(hall: TownHall) -> Callable[..., Held]:  # noqa: F811
    """`hand_over()`: another card for somebody."""

    def make(**typed: Any) -> Held:
        ticket = hall.approved(**typed)
        issued = hall.issue(ticket)
        code = hall.file(ticket).recovery_code
        hall.print(ticket)
        hall.hand_over(ticket)
        hall.publish_lists()
        return Held(hall, issued, code)

    return make


@pytest.fixture
def held(hand_over: Callable[..., Held]) -> Held:
    """Léonie's card and sheet."""
    return hand_over()
