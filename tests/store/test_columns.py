"""What the register can hold at all: a list of columns, closed."""

from __future__ import annotations

import re

from sqlalchemy import DateTime, Float, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from citycard.store.base import UtcDateTime
from citycard.store.tables import Base

HELD = {
    "agreements": {"partner_id", "service", "first_day", "last_day", "list_hours", "suspended"},
    "audit": {"seq", "day", "actor", "act", "handle", "previous", "hash"},
    "cards": {
        "number",
        "list_no",
        "list_index",
        "kid",
        "issued_on",
        "expires_on",
        "state",
        "recovery_selector",
        "recovery_tag",
    },
    "clerk_days": {"staff_id", "day", "count", "endings"},
    # Which devices a supervisor chose for a consultation, and whether they were set to it: places, and no card.
    "consultation_devices": {"consultation_id", "device_id", "begun"},
    # What a consultation is, and how many cards took part. Its key is sealed, wrapped by the key of the day, and gone
    # after the close.
    "consultations": {
        "id",
        "name",
        "record_day",
        "opens_at",
        "closes_at",
        "several",
        "other_cities",
        "device_id",
        "sealed",
        "wrapped_key",
        "wrapped_by",
        "taken_back",
        "took_part",
        "closed",
    },
    "counters": {"service", "week", "event", "count"},
    # Where a tablet stands and what it checks for; the last day on which it fetched its bundle, and no hour.
    "desk_devices": {
        "id",
        "name",
        "service",
        "enrolment_hash",
        "enrolment_ends",
        "token_hash",
        "active",
        "seen_on",
    },
    "desk_tokens": {"id", "name", "token_hash", "fields", "service", "active"},
    "enrolments": {
        "id",
        "ticket",
        "state",
        "sealed",
        "wrapped_key",
        "wrapped_by",
        "version",
        "opened_on",
        "deadline",
        "enrolled_by",
        "approved_by",
        "approval_digest",
        "card_number",
        "request_token",
    },
    "handed_in": {"number", "filed_on"},
    "leases": {"name", "holder", "until"},
    # That some card took part, while the consultation lasts: a keyed hash, and random bytes of the device's screen. No
    # time, no desk, no order; whoever seizes the key too can ask of a number whether it took part, until the close.
    "marks": {"consultation_id", "mark", "receipt"},
    "organisations": {"id", "name", "attests", "letter_days", "first_day", "last_day", "active"},
    "partner_lists": {"uri", "partner_id", "token", "etag", "fetched_at"},
    "partners": {
        "id",
        "issuer",
        "source",
        "state",
        "root_fingerprint",
        "trusted_root",
        "statement",
        # What leads from the compared root to the statement, as the city published it: for the bundles of our desks.
        "chain",
        "believed",
        "compromised",
        "proposed_by",
        "first_confirmed_by",
        "second_confirmed_by",
        "last_success",
        "next_attempt",
        "failures",
        "last_error",
        "relayed",
    },
    "staff": {"id", "name", "password_hash", "roles", "language", "active", "failures", "blocked_until"},
    "staff_sessions": {
        "token_hash",
        "staff_id",
        "opened_at",
        "seen_at",
        "confirmed_at",
        "locked",
        "return_to",
        "failures",
        "blocked_until",
    },
    "status_lists": {"no", "uri", "bits", "size", "token", "etag", "jwt", "jwt_etag", "signed_at", "dirty"},
}
"""Every column there is. What stands here is what a seizure finds."""

ABOUT_CARDS = ("cards", "handed_in", "enrolments", "audit", "counters", "status_lists", "clerk_days", "marks")
"""Tables whose rows come from residents' cards."""


def test_no_column_is_added_without_deciding_so() -> None:
    """The register must hold nothing that could be turned against a holder: no name, no birth date, no portrait, no
    address, no kind of document, no country, no visit, no reason, no free text, no time of day of an act on a card.

    Adding a column is a decision about people who are not in the room. Before you add its name above, answer: what
    does it tell whoever seizes the database about a person? Could it be sealed in the enrolment's file, which dies at
    hand-over? Could it be a counter? If it has to be here, say in the commit what it tells, and put it in the table of
    docs/privacy.md too.
    """
    held = {table.name: {column.name for column in table.columns} for table in Base.metadata.sorted_tables}

    assert held == HELD


def test_no_column_sounds_like_a_person() -> None:
    """The names themselves, should somebody add one to the list above without reading it."""
    about_a_person = re.compile(
        r"full_?name|given|family|birth|born|gender|sex|portrait|photo|face|address|street|phone|mail|nationality|"
        r"document|passport|residence|reason|note|comment|remark|free_?text|visit|scan|location|country"
    )
    sounding = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if about_a_person.search(column.name)
    ]

    assert sounding == []


def test_texts_about_cards_are_too_short_for_a_story() -> None:
    """Handles, codes and hashes have a known length; where a sentence fits, one will be written some day."""
    long = {
        f"{table.name}.{column.name}": column.type.length
        for table in Base.metadata.sorted_tables
        if table.name in ABOUT_CARDS
        for column in table.columns
        if isinstance(column.type, String) and (column.type.length is None or column.type.length > 64)
    }

    assert long == {"status_lists.uri": 200}


def test_the_only_bytes_about_a_person_are_sealed() -> None:
    """`sealed` and `wrapped_key` come from the vault, digest and tag are keyed, the token is what all may fetch."""
    held = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }

    assert held == {
        "consultations.sealed",
        "consultations.wrapped_key",
        "enrolments.sealed",
        "enrolments.wrapped_key",
        "enrolments.approval_digest",
        "cards.recovery_tag",
        "status_lists.token",
        "status_lists.jwt",
        "partners.trusted_root",
        "partners.statement",
        "partners.chain",
        "partners.believed",
        "partners.compromised",
        "partner_lists.token",
    }


def test_an_act_on_a_card_has_a_day_and_no_hour() -> None:
    """Only what is gone when the card is handed over (the enrolment's deadline) knows the time of day."""
    precise = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        if table.name in ABOUT_CARDS
        for column in table.columns
        if isinstance(column.type, DateTime | UtcDateTime | Float)
    }

    assert precise == {"enrolments.deadline", "status_lists.signed_at"}


def test_every_time_is_kept_with_its_zone() -> None:
    plain = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime) and not isinstance(column.type, TypeDecorator)
    ]

    assert plain == []


def test_every_constraint_has_a_name() -> None:
    """A migration can only drop what has a name."""
    nameless = [
        (table.name, type(constraint).__name__)
        for table in Base.metadata.sorted_tables
        for constraint in (*table.constraints, *table.indexes)
        if constraint.name is None
    ]

    assert nameless == []


def test_nothing_leads_from_a_card_to_its_enrolment() -> None:
    """The arrow goes the other way, and dies with the enrolment."""
    leading = [key.target_fullname for key in Base.metadata.tables["cards"].foreign_keys]

    assert leading == ["status_lists.no"]
