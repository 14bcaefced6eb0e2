"""From an empty draft to a card in somebody's hand, and every short cut that the office refuses."""

from __future__ import annotations

import pytest

from citycard.core.verdicts import Verdict
from citycard.operations import enrol
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.refusals import Incomplete, NotFound, OperationRefused
from citycard.store.cards import CardState
from citycard.store.enrolments import EnrolmentState
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall, chance_from, complete_file


def test_a_resident_leaves_with_a_card_and_the_office_keeps_a_number(hall: TownHall) -> None:
    ticket = hall.enrol()
    hall.submit(ticket)
    hall.approve(ticket)
    card = hall.issue(ticket)
    hall.print(ticket)
    hall.hand_over(ticket)

    with pytest.raises(NotFound):
        hall.row(ticket)
    assert hall.cards() == {card.number: CardState.ACTIVE}
    full, light = hall.check(card.full_code), hall.check(card.light_code)
    assert (full.verdict, light.verdict) == (Verdict.OK, Verdict.OK)
    assert full.card is not None
    assert full.card.identity.full_name == "Léonie Marchevert"
    assert light.card is not None
    assert light.card.identity.full_name is None
    assert light.card.identity.number == card.number


def test_it_does_not_let_the_enroller_approve(hall: TownHall) -> None:
    with hall.session() as session:
        hall.staff(session, "Amel").roles = "clerk,supervisor"
    ticket = hall.enrol(by="Amel")
    hall.submit(ticket, by="Amel")

    with pytest.raises(OperationRefused) as refusal:
        hall.approve(ticket, by="Amel")

    assert refusal.value.code == "approve-own"
    assert hall.state(ticket) is EnrolmentState.AWAITING_APPROVAL


def test_who_finishes_a_colleagues_draft_is_its_enroller(hall: TownHall) -> None:
    """Or one person could write a card alone: into a draft that somebody else left open."""
    with hall.session() as session:
        hall.staff(session, "Bruno").roles = "clerk,supervisor"
    ticket = hall.open(by="Amel")
    hall.type(ticket, **complete_file())
    hall.submit(ticket, by="Bruno")

    with pytest.raises(OperationRefused) as refusal:
        hall.approve(ticket, by="Bruno")

    assert refusal.value.code == "approve-own"


@pytest.mark.parametrize("name", ["Anouk", "Chloe", "Dario", "Esra"])
def test_only_a_supervisor_approves(small_hall: TownHall, name: str) -> None:
    ticket = small_hall.enrol()
    small_hall.submit(ticket)

    with pytest.raises(OperationRefused) as refusal:
        small_hall.approve(ticket, by=name)

    assert refusal.value.code == "approve-role"


def test_a_town_of_two_officials_may_do_without_a_second_person(open_hall: OpenHall) -> None:
    hall = open_hall(approval="never")
    ticket = hall.enrol()
    hall.submit(ticket)
    hall.approve(ticket, by="Amel")

    card = hall.issue(ticket)

    assert hall.check(card.full_code).verdict is Verdict.OK


def test_when_the_policy_becomes_stricter_an_own_approval_is_worth_nothing(open_hall: OpenHall) -> None:
    hall = open_hall(approval="never")
    ticket = hall.enrol()
    hall.submit(ticket)
    hall.approve(ticket, by="Amel")
    settings = hall.office.folder / "settings.toml"
    settings.write_text(settings.read_text("utf-8").replace('approval = "never"', 'approval = "always"'), "utf-8")
    from citycard.settings import load_office

    hall.office = load_office(hall.office.folder)

    with pytest.raises(OperationRefused) as refusal:
        hall.issue(ticket)

    assert refusal.value.code == "approve-own"


EDITS = {
    "language": "es",
    "full_name": "Léonie Marchevent",
    "own_script_name": "ليوني",
    "own_script_language": "ara",
    "birth_known": "year",
    "date_of_birth": "19910424",
    "gender_words": "femme",
    "address": "2 rue du Phare",
    "location": "17999",
    "portrait": b"\xff\xd8 another face",
    "portrait_small": b"RIFF another face",
    "identity_checked": False,
    "residence_checked": False,
    "rule_set": "port-sable-2",
    "birth_date_seen": False,
    "vouched": True,
    "second_look": "yes",
    "address_as": "none",
    "portrait_in_code": "no",
    "own_script_in_code": True,
    "language_in_code": True,
    "address_in_code": True,
    "address_kind": "full",
    "name_on_card": "Léonie M.",
    "companion": "guardian",
    "emergency_name": "Marguerite Lund",
    "emergency_phone": "00 00 00 00 01",
    "replaces": "7KQ2M9X4TB3HD8WZ",
}
"""One edit for each member of the file that an approval is for."""

NOT_APPROVED = {
    "handle",
    "typed",
    "portrait_whole",
    "portrait_cut",
    "old_portrait",
    "worn_card",
    "moved",
    "kept_portrait",
    "kept_portrait_small",
    "full_code",
    "light_code",
    "recovery_code",
    "slip_printed",
    "interpreter",
}
"""Members that reach neither the card nor its code, or are made of what was approved."""


def test_every_member_of_the_file_has_its_edit() -> None:
    """A new member of the file is approved with the rest, or is named here as one that need not be."""
    assert set(EDITS) | NOT_APPROVED == set(EnrolmentFile.__dataclass_fields__)


@pytest.mark.parametrize("state", ["submitted", "approved"])
@pytest.mark.parametrize("field", EDITS)
def test_an_edit_takes_the_enrolment_back_to_its_clerk(small_hall: TownHall, field: str, state: str) -> None:
    ticket = small_hall.enrol()
    small_hall.submit(ticket)
    if state == "approved":
        small_hall.approve(ticket)

    small_hall.type(ticket, **{field: EDITS[field]})

    row = small_hall.row(ticket)
    assert row.state == EnrolmentState.DRAFT
    assert row.approved_by is None
    assert row.approval_digest is None
    with pytest.raises(OperationRefused) as refusal:
        small_hall.issue(ticket)
    assert refusal.value.code == "moved-on"


@pytest.mark.parametrize("field", EDITS)
def test_an_approval_holds_for_the_exact_content(small_hall: TownHall, field: str) -> None:
    """Even when somebody changes the sealed file behind the operations' back."""
    ticket = small_hall.approved()
    with small_hall.session() as session:
        row = enrol.find(session, ticket)
        file = enrol.read(row, small_hall.desk()).changed(**{field: EDITS[field]})
        enrol.store(session, small_hall.desk(), row, file)

    with pytest.raises(OperationRefused) as refusal:
        small_hall.issue(ticket)

    assert refusal.value.code == "approval-void"
    assert small_hall.cards() == {}


def test_what_was_only_typed_does_not_void_an_approval(small_hall: TownHall) -> None:
    ticket = small_hall.approved()

    small_hall.type(ticket, typed={"identity": {"full_name": "Léonie"}})

    assert small_hall.state(ticket) is EnrolmentState.APPROVED


def test_the_validity_is_part_of_what_is_approved(open_hall: OpenHall) -> None:
    hall = open_hall()
    ticket = hall.approved()
    file = hall.file(ticket)

    assert file.approved_content(validity_years=5) != file.approved_content(validity_years=10)


def test_a_supervisor_approves_what_she_saw(hall: TownHall) -> None:
    ticket = hall.enrol()
    hall.submit(ticket)
    row = hall.row(ticket)
    seen = enrol.content_digest(row, hall.file(ticket), hall.desk())
    hall.type(ticket, full_name="Somebody Else")
    hall.submit(ticket)

    with pytest.raises(OperationRefused) as refusal:
        hall.approve(ticket, seen=seen)

    assert refusal.value.code == "content-changed"


def test_the_digest_of_the_same_content_differs_between_enrolments(small_hall: TownHall) -> None:
    """It is keyed: a list of names cannot be tried against it."""
    digests = set()
    for _ in range(2):
        ticket = small_hall.approved()
        digests.add(small_hall.row(ticket).approval_digest)

    assert len(digests) == 2


def test_pressing_twice_does_things_once(hall: TownHall) -> None:
    ticket = hall.enrol()
    hall.submit(ticket)
    hall.submit(ticket)
    hall.approve(ticket)
    hall.approve(ticket)
    first = hall.issue(ticket)
    second = hall.issue(ticket)

    assert first == second
    assert hall.cards() == {first.number: CardState.ACTIVE}


def test_one_page_opens_one_enrolment(hall: TownHall) -> None:
    with hall.session() as session:
        amel = hall.staff(session, "Amel")
        once = enrol.open_enrolment(session, hall.desk(), by=amel, request_token="0" * 32).ticket
    with hall.session() as session:
        amel = hall.staff(session, "Amel")
        again = enrol.open_enrolment(session, hall.desk(), by=amel, request_token="0" * 32).ticket

    assert once == again


@pytest.mark.parametrize("upto", ["draft", "on-hold", "submitted", "sent-back"])
def test_nothing_is_signed_without_an_approval(small_hall: TownHall, upto: str) -> None:
    ticket = small_hall.enrol()
    if upto == "on-hold":
        with small_hall.session() as session:
            enrol.hold(session, small_hall.desk(), enrol.find(session, ticket))
    if upto in ("submitted", "sent-back"):
        small_hall.submit(ticket)
    if upto == "sent-back":
        small_hall.approve(ticket)
        small_hall.send_back(ticket)

    with pytest.raises(OperationRefused) as refusal:
        small_hall.issue(ticket)

    assert refusal.value.code == "moved-on"
    assert small_hall.cards() == {}


def test_a_state_written_by_hand_is_no_approval(hall: TownHall) -> None:
    """Who can write to the register cannot make a card: the approval is keyed with the file's own key."""
    ticket = hall.enrol()
    with hall.session() as session:
        row = enrol.find(session, ticket)
        row.state = EnrolmentState.APPROVED
        row.approved_by = hall.staff(session, "Bruno").id
        row.approval_digest = b"\0" * 32

    with pytest.raises(OperationRefused) as refusal:
        hall.issue(ticket)

    assert refusal.value.code == "approval-void"


def test_an_approval_cannot_be_moved_to_another_enrolment(small_hall: TownHall) -> None:
    good, other = small_hall.approved(), small_hall.enrol()
    with small_hall.session() as session:
        one, two = enrol.find(session, good), enrol.find(session, other)
        two.state, two.approved_by, two.approval_digest = one.state, one.approved_by, one.approval_digest

    with pytest.raises(OperationRefused) as refusal:
        small_hall.issue(other)

    assert refusal.value.code == "approval-void"


MISSING = {
    "full_name": ({"full_name": ""}, {}),
    "birth_known": ({"birth_known": "", "date_of_birth": ""}, {}),
    "date_of_birth": ({"date_of_birth": ""}, {}),
    "portrait": ({"portrait": b"", "portrait_small": b""}, {}),
    "identity_checked": ({"identity_checked": False}, {}),
    "residence_checked": ({"residence_checked": False}, {}),
    "birth_date_seen": ({"birth_date_seen": False}, {}),
    "portrait_in_code": ({"portrait_in_code": ""}, {}),
    "own_script_language": ({"own_script_name": "ليوني"}, {}),
    "location": ({}, {"location_codes": {"17998": "Le Bourg", "17999": "La Plage"}}),
}


@pytest.mark.parametrize("field", MISSING)
def test_nothing_is_submitted_that_is_not_complete(open_hall: OpenHall, field: str) -> None:
    typed, settings = MISSING[field]
    hall = open_hall(**settings)
    ticket = hall.enrol(**typed)

    with pytest.raises(Incomplete) as refusal:
        hall.submit(ticket)

    assert refusal.value.missing == (field,)
    assert hall.state(ticket) is EnrolmentState.DRAFT


UNWRITABLE = {
    "a name that turns the reading direction": {"full_name": "Léonie \u202eMarchevert"},
    "a day that does not exist": {"date_of_birth": "19910231"},
    "a name in a made-up language": {
        "own_script_name": "ليوني",
        "own_script_language": "xx",
        "own_script_in_code": True,
    },
    "more than a code holds": {"portrait_small": b"RIFF\0\0\0\0WEBP" + chance_from(1)(1080)},
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_nothing_is_submitted_that_fits_no_card(small_hall: TownHall, case: str) -> None:
    ticket = small_hall.enrol(**UNWRITABLE[case])

    with pytest.raises(OperationRefused) as refusal:
        small_hall.submit(ticket)

    assert str(refusal.value) == "What was typed does not fit a card's code."
    assert small_hall.state(ticket) is EnrolmentState.DRAFT


def test_only_what_is_printed_and_agreed_to_reaches_the_code(small_hall: TownHall) -> None:
    card = small_hall.card(
        own_script_name="ليوني مارشفير",
        own_script_language="ara",
        address="2 rue du Phare",
        address_in_code=True,  # not on the card, so not in the code either
        gender_words="femme",
        portrait_in_code="no",
    )

    read = small_hall.check(card.full_code).card

    assert read is not None
    said = {name: value for name, value in read.identity._asdict().items() if value is not None}
    assert said == {
        "number": card.number,
        "full_name": "Léonie Marchevert",
        "date_of_birth": "19910423",
        "country": "FR",
    }


def test_a_card_says_the_day_and_never_the_hour(small_hall: TownHall) -> None:
    card = small_hall.card()
    read = small_hall.check(card.full_code).card

    assert read is not None
    assert str(read.issued_on) == "2026-11-23"
    assert read.expires_at.astimezone(small_hall.office.settings.zone).isoformat() == "2031-11-23T00:00:00+01:00"


def test_once_it_is_signed_nothing_changes_any_more(small_hall: TownHall) -> None:
    ticket = small_hall.approved()
    small_hall.issue(ticket)

    with pytest.raises(OperationRefused) as refusal:
        small_hall.type(ticket, full_name="Somebody Else")

    assert refusal.value.code == "already-issued"


def test_tickets_are_read_as_people_call_them_out(small_hall: TownHall) -> None:
    ticket = small_hall.open()

    spelt = ticket.lower().replace("0", "o").replace("1", "l")

    assert small_hall.row(spelt).ticket == ticket


def test_two_windows_do_not_overwrite_each_other_unseen(hall: TownHall) -> None:
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.exc import StaleDataError

    ticket = hall.enrol()
    with Session(hall.engine) as one:
        mine = enrol.find(one, ticket)
        held = enrol.read(mine, hall.desk())
        one.expunge(mine)
    hall.type(ticket, full_name="Typed in the other window")

    with hall.session() as session:
        session.add(mine)
        with pytest.raises(StaleDataError):
            enrol.save(session, hall.desk(), mine, held.changed(full_name="Typed in this one"))
        session.rollback()

    assert hall.file(ticket).full_name == "Typed in the other window"
