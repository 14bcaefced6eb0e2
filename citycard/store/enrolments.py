"""Open enrolments: rows that nobody can read without the key of the day, and that live minutes or days.

`sealed` is the file of the person, encrypted under a key of its own; `wrapped_key` is that key, wrapped by the key of
the day named in `wrapped_by`, which lies outside this database and its backups. A row is deleted at hand-over, at
abandonment, on request: one path, `operations.forget`.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class EnrolmentState(StrEnum):
    """Where an enrolment stands. Each state has its clock, see `operations.clocks`."""

    DRAFT = "draft"
    ON_HOLD = "on_hold"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    ISSUED = "issued"
    PRINTED = "printed"


class Enrolment(Base):
    """One open enrolment. Staff know it by its ticket, a short code; nothing here names the person."""

    __tablename__ = "enrolments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Random, bound into the sealing, so that one row's file cannot be moved into another."""
    ticket: Mapped[str] = mapped_column(String(8), unique=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_by: Mapped[str] = mapped_column(String(32), index=True)
    version: Mapped[int] = mapped_column()
    opened_on: Mapped[date]
    """The day from which no state can keep the file for ever, see `operations.clocks`."""
    deadline: Mapped[datetime] = mapped_column(index=True)
    """When the clock of the state runs out and the row is forgotten."""
    enrolled_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approval_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    card_number: Mapped[str | None] = mapped_column(String(16), unique=True)
    request_token: Mapped[str] = mapped_column(String(32), unique=True)
    """Given to the page that opens an enrolment, so that pressing twice opens one."""

    __mapper_args__ = {"version_id_col": version}
