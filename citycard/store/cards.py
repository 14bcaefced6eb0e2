"""Cards and the status lists that publish their end: numbers, days, states, nothing that names anyone.

A card row is made before the key is used (reserved), and stays until long after the card's last day, because its place
in the list must never be given twice. The primary key is the random number, so that the order of rows says nothing.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class CardState(StrEnum):
    """What a card is. No reasons: why a card ended feeds a coarse counter and nothing else."""

    RESERVED = "reserved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    VOID = "void"


class StatusListRow(Base):
    """One published status list: the signed bytes that everybody is given, and whether they are up to date."""

    __tablename__ = "status_lists"

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uri: Mapped[str] = mapped_column(String(200), unique=True)
    bits: Mapped[int]
    size: Mapped[int]
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(64))
    jwt: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The same list for readers of JWT, signed in the same moment."""
    jwt_etag: Mapped[str | None] = mapped_column(String(64))
    signed_at: Mapped[datetime | None]
    dirty: Mapped[bool] = mapped_column(default=True)
    """A card of this list changed since `token` was signed."""


class Card(Base):
    """A card that was issued, or a number that was burnt. Days are whole days; there is no time of day."""

    __tablename__ = "cards"
    # SQLite would number the rows in the order of issuing beside the key: stored by the key alone, the table has no
    # order to join with the log's. PostgreSQL is put in the order of the key each night (`retention`).
    __table_args__ = (UniqueConstraint("list_no", "list_index"), {"sqlite_with_rowid": False})

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    list_no: Mapped[int] = mapped_column(ForeignKey("status_lists.no"))
    list_index: Mapped[int]
    kid: Mapped[str] = mapped_column(String(16))
    issued_on: Mapped[date]
    expires_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    recovery_selector: Mapped[str | None] = mapped_column(String(6), unique=True)
    """A keyed hash of the beginning of the code on the holder's slip, which finds the row (`operations.recovery`); gone
    when the card is over."""
    recovery_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A keyed hash of that whole code."""


class HandedIn(Base):
    """A card that somebody found and brought: which, and since when. Not who brought it, nor where it lay."""

    __tablename__ = "handed_in"

    number: Mapped[str] = mapped_column(ForeignKey("cards.number"), primary_key=True)
    filed_on: Mapped[date]
