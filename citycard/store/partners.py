"""Cities we recognise and those somebody proposed: public keys and lists, who confirmed, what their cards open here."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citycard.store.base import Base


class PartnerState(StrEnum):
    """Proposed until two people confirmed the fingerprint; suspended and ended refuse the city's cards at once."""

    PROPOSED = "proposed"
    RECOGNISED = "recognised"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Partner(Base):
    """A partner city. `source` is where its files are fetched: its own address, or a folder or stick."""

    __tablename__ = "partners"

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(200), unique=True)
    source: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(12))
    root_fingerprint: Mapped[str] = mapped_column(String(64))
    trusted_root: Mapped[bytes] = mapped_column(LargeBinary)
    """The root.json whose fingerprint was compared, as offered."""
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What leads from the compared root to `statement` (`partners.chain`): for the bundles of our desks."""
    believed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The last statement that was believed. It outlives an end and a new proposal, or a thief who offers the city anew
    could call its stolen keys good again."""
    compromised: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Keys that the city marked as compromised, by thumbprint, 32 bytes each. Like `believed` they outlive an end."""
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    second_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    last_success: Mapped[datetime | None]
    next_attempt: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(60))
    """The code of the last failure, never the other server's words."""
    relayed: Mapped[bool] = mapped_column(default=False)
    """Whether the last answer came from another partner, who serves this city's signed files again."""

    lists: Mapped[list["PartnerList"]] = relationship(back_populates="partner", cascade="all, delete-orphan")


class PartnerList(Base):
    """A partner's status list as fetched and verified, still signed by that city."""

    __tablename__ = "partner_lists"

    uri: Mapped[str] = mapped_column(String(200), primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id", ondelete="CASCADE"))
    token: Mapped[bytes] = mapped_column(LargeBinary)
    etag: Mapped[str | None] = mapped_column(String(200))
    fetched_at: Mapped[datetime]

    partner: Mapped[Partner] = relationship(back_populates="lists")


class Agreement(Base):
    """A service of our register that cards of a partner city open, for as long as both cities want."""

    __tablename__ = "agreements"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id", ondelete="CASCADE"), primary_key=True)
    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The id that the service has in our register."""
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    """The last day of the agreement; None where none was set."""
    list_hours: Mapped[int | None]
    """How old the city's list of ended cards may be for this service; None: as old as for any card."""
    suspended: Mapped[bool] = mapped_column(default=False)
    """Whether it opens nothing for now, whatever its days say."""
