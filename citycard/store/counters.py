"""Counters and leases: how often, and whose turn. Nothing about whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from citycard.store.base import Base


class Counter(Base):
    """How often something happened at a service in a week (its Monday): verdicts of checks, acts of the office."""

    __tablename__ = "counters"

    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    """Wide: what is counted comes from many devices over years, and a counter that is full would stop the others."""


class Lease(Base):
    """Which of several workers does a timed task now. Held by a random name until a time; nobody needs to be told."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
