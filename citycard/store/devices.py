"""Tablets and telephones at the city's desks, which check cards without a network. Nothing about who holds one."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class DeskDevice(Base):
    """A device that an office enrolled, or is about to. Tokens are kept as hashes."""

    __tablename__ = "desk_devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    """Where it stands, such as "Library, counter 2"."""
    service: Mapped[str | None] = mapped_column(String(40))
    """The service of our register for which it checks; None: it asks whoever works with it."""
    enrolment_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the token in the code on the clerk's screen; None when it was used, or is over."""
    enrolment_ends: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the device's own token; None until it is enrolled. It stays after a withdrawal: good for being told so."""
    active: Mapped[bool] = mapped_column(default=True)
    """False for good when it was withdrawn."""
    seen_on: Mapped[date | None]
    """The day on which it last fetched its bundle, and not the hour: that would be when somebody is at the desk."""
