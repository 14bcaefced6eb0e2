"""One card, one voice: a consultation while it lasts, the marks of the cards that took part, and then a number.

A mark is a keyed hash of a card's number. It stands here without a time, a desk, a clerk or a sequence: the table is
stored by the mark itself (`operations.voice_nights` sees to the same on PostgreSQL), so the order of its rows says
nothing. No ballot, no answer and no name of anybody is in this database. When a consultation closes, its key and its
marks are deleted and how many they were remains.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class Consultation(Base):
    """Something on which each card has one voice."""

    __tablename__ = "consultations"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Random; part of what is hashed."""
    name: Mapped[str] = mapped_column(String(80))
    record_day: Mapped[date]
    """Cards issued after this day go to the table."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    several: Mapped[bool]
    """Several devices with the marks here; or one, which makes its own key and keeps its marks to itself."""
    other_cities: Mapped[bool]
    """Whether cards of cities that we recognise take part, too."""
    device_id: Mapped[int | None] = mapped_column(ForeignKey("desk_devices.id"))
    """The one device that began it, where there is one alone; nobody else can begin it again."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The key of the marks, sealed by the vault; none on one device, and none after the close."""
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    wrapped_by: Mapped[str | None] = mapped_column(String(32), index=True)
    taken_back: Mapped[int] = mapped_column(default=0)
    """How many marks were taken back at once, because the card did not take part after all."""
    took_part: Mapped[int | None]
    """How many cards took part; known after the close, and on one device when that device has said it."""
    closed: Mapped[bool] = mapped_column(default=False)


class ConsultationDevice(Base):
    """That a supervisor chose a device for a consultation; no other may ask anything about it."""

    __tablename__ = "consultation_devices"

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("desk_devices.id"), primary_key=True)
    begun: Mapped[bool] = mapped_column(default=False)
    """Whether somebody set the device to it; only then are marks taken from it."""


class Mark(Base):
    """That a card took part in a consultation; which card, only the key can tell, and the key dies at the close."""

    __tablename__ = "marks"
    # SQLite would number the rows in the order of coming beside the key.
    __table_args__ = {"sqlite_with_rowid": False}

    consultation_id: Mapped[str] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(32))
    """Random bytes of the device that asked, which forgets them with its screen: who holds them can ask again after a
    broken line, or take the mark back. They come from nothing and lead to nothing."""
