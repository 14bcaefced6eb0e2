"""Organisations whose letters the city believes: associations, social services, institutions. Nothing about a person.

A row says what an organisation may attest and how old its letters may be. Which organisation wrote for whom is in no
table: it is read at the counter and, at most, printed on a card.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class Attests(StrEnum):
    """What a letter may be for."""

    CARE_OF = "care_of"
    """That somebody receives post there: the card says "c/o" and the organisation."""
    LIVES_HERE = "lives_here"
    """That somebody lives in the city, with an address, without one, or at one that must stay unknown."""
    MINORS = "minors"
    """That an unaccompanied minor is in its care."""


class Organisation(Base):
    """An attesting organisation, for as long as the city agreed with it."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    """As it stands on cards: it should not say whom the organisation helps."""
    attests: Mapped[str] = mapped_column(String(60))
    letter_days: Mapped[int] = mapped_column()
    """How many days after its date a letter counts."""
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    """The last day of the agreement; None where none was set."""
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def attests_set(self) -> frozenset[Attests]:
        """What its letters may be for, as a set."""
        return frozenset(Attests(kind) for kind in self.attests.split(",") if kind)

    def counts_on(self, day: date) -> bool:
        """Whether letters of this organisation are believed on a day."""
        return self.active and self.first_day <= day and (self.last_day is None or day <= self.last_day)
