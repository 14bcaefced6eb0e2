"""People who work here, by a sign-in name of their choice, and what they are signed in with."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citycard.store.base import Base


class Role(StrEnum):
    """What a member of staff may do. The matrix of role and page is in docs/roles.md and walked by a test."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    DESK = "desk"
    ADMINISTRATOR = "administrator"
    KEY_CUSTODIAN = "key_custodian"
    AUDITOR = "auditor"


class Staff(Base):
    """A member of staff. `name` is what they type to sign in: a pseudonym is welcome."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(2))
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as a set."""
        return frozenset(Role(name) for name in self.roles.split(",") if name)


class StaffSession(Base):
    """A sign-in that the server can end. The cookie holds the token; the table holds its hash."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    locked: Mapped[bool] = mapped_column(default=False)
    return_to: Mapped[str | None] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong passwords at this very screen; those of strangers at the sign-in page are counted on the account."""
    blocked_until: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship(lazy="joined")


class ClerkDay(Base):
    """How many cards a clerk issued, and ended, on a day, for the daily caps. Swept when the day is over."""

    __tablename__ = "clerk_days"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    endings: Mapped[int] = mapped_column(default=0)


class DeskToken(Base):
    """A desk that asks the API with a token: it is answered with the fields its service needs."""

    __tablename__ = "desk_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    fields: Mapped[str] = mapped_column(String(120))
    service: Mapped[str | None] = mapped_column(String(40))
    """The service of our register for which it asks; None: whether the card is good, and no more."""
    active: Mapped[bool] = mapped_column(default=True)
