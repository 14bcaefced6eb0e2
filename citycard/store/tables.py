"""Every table, imported once, so that whoever needs the whole metadata (migrations, the web) has it."""

from citycard.store.audit import AuditEntry
from citycard.store.base import Base
from citycard.store.cards import Card, CardState, HandedIn, StatusListRow
from citycard.store.counters import Counter, Lease
from citycard.store.devices import DeskDevice
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.organisations import Attests, Organisation
from citycard.store.partners import Agreement, Partner, PartnerList, PartnerState
from citycard.store.staff import ClerkDay, DeskToken, Role, Staff, StaffSession
from citycard.store.voice import Consultation, ConsultationDevice, Mark

__all__ = [
    "Agreement",
    "Attests",
    "AuditEntry",
    "Base",
    "Card",
    "CardState",
    "ClerkDay",
    "Consultation",
    "ConsultationDevice",
    "Counter",
    "DeskDevice",
    "DeskToken",
    "Enrolment",
    "EnrolmentState",
    "HandedIn",
    "Lease",
    "Mark",
    "Organisation",
    "Partner",
    "PartnerList",
    "PartnerState",
    "Role",
    "Staff",
    "StaffSession",
    "StatusListRow",
]
