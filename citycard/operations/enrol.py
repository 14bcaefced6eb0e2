"""Enrolling: from an empty sealed file to one that awaits approval.

1. `open_enrolment`: a row is made whose file is sealed from its first moment. The page that asks carries a token, so
   that pressing twice opens one.
2. `read`: the file, for the screens.
3. `save`: other content under the same key. Saving renews the clock of a draft. Changing anything that was approved
   or submitted takes the enrolment back to draft: an approval is for exact content.
4. `hold` and `resume`: until closing time.
5. `submit`: nothing may be missing; then a second person decides (`approve`), on each card or on those that the
   city's policy names and a few drawn by chance. Whoever submits answers for the content and counts as its enroller:
   finishing a colleague's draft does not make somebody its second person. A draw is made once and kept: sending the
   same file again draws no other lot.

Every write is checked against the row's version, so that two windows cannot overwrite each other unseen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.core import cbor
from citycard.core.claims import MAX_NAME
from citycard.core.errors import CitycardError
from citycard.core.issue import card_claims, check_writable
from citycard.core.number import ALPHABET, Chance, new_number
from citycard.keystore.vault import SealedRecord, Vault
from citycard.operations import audit, validity
from citycard.operations.clocks import deadline
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.refusals import Incomplete, NotFound, OperationRefused
from citycard.settings import Office
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Staff

TICKET_LENGTH = 4
"""Four of 32 characters: a million tickets for a few dozen open enrolments, and easy to call out."""

EDITABLE = frozenset(
    {
        EnrolmentState.DRAFT,
        EnrolmentState.ON_HOLD,
        EnrolmentState.AWAITING_APPROVAL,
        EnrolmentState.APPROVED,
    }
)
"""Once a code is signed nothing changes any more: void it and start from the draft."""


ONE_IN = 4
"""Of the ordinary cards, how many have a second person where the policy is `exceptions`: enough that a card with two
people behind it is far more often an ordinary one, and a quarter of the work of looking at all. It divides 256."""


@dataclass(frozen=True)
class Desk:
    """Where the office works: its folder and settings, its vault, the time, and chance. Passed to every operation."""

    office: Office
    vault: Vault
    now: datetime
    chance: Chance


def open_enrolment(session: Session, desk: Desk, *, by: Staff, request_token: str) -> Enrolment:
    """Return a new draft with an empty sealed file, or the one that `request_token` already opened (1)."""
    already = session.scalars(select(Enrolment).where(Enrolment.request_token == request_token)).first()
    if already is not None:
        return already
    settings = desk.office.settings
    file = EnrolmentFile(handle=desk.chance(8).hex(), language=settings.default_language)
    if len(settings.location_codes) == 1:
        file = file.changed(location=next(iter(settings.location_codes)))
    record_id = desk.chance(16).hex()
    sealed = desk.vault.seal(file.to_bytes(), record_id=record_id, today=settings.today(desk.now))
    enrolment = Enrolment(
        id=record_id,
        ticket=_new_ticket(session, desk.chance),
        state=EnrolmentState.DRAFT,
        sealed=sealed.sealed,
        wrapped_key=sealed.wrapped_key,
        wrapped_by=sealed.wrapped_by,
        opened_on=settings.today(desk.now),
        deadline=deadline(EnrolmentState.DRAFT, now=desk.now, settings=settings, opened_on=settings.today(desk.now)),
        enrolled_by=by.id,
        request_token=request_token,
    )
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:
        # Two requests with one token at the same moment: the other won.
        winner = session.scalars(select(Enrolment).where(Enrolment.request_token == request_token)).first()
        if winner is None:
            raise OperationRefused("Please open the enrolment once more.", code="try-again") from None
        return winner
    log(session, desk, audit.Act.ENROLMENT_OPENED, by, file)
    return enrolment


def find(session: Session, ticket: str) -> Enrolment:
    """Return the open enrolment with `ticket`, as typed; raise `NotFound` (forgotten ones are not found)."""
    wanted = ticket[:16].upper().replace("O", "0").replace("I", "1").replace("L", "1")
    enrolment = session.scalars(select(Enrolment).where(Enrolment.ticket == wanted)).first()
    if enrolment is None:
        raise NotFound("There is no open enrolment with this ticket. It may have been forgotten.", code="no-enrolment")
    return enrolment


def open_enrolments(session: Session) -> list[Enrolment]:
    """Return every open enrolment, those whose clock runs out first in front."""
    return list(session.scalars(select(Enrolment).order_by(Enrolment.deadline)))


def read(enrolment: Enrolment, desk: Desk) -> EnrolmentFile:
    """Return the file of `enrolment`; raise `Forgotten` when its key is gone (2)."""
    return EnrolmentFile.from_bytes(desk.vault.open(sealed_record(enrolment), record_id=enrolment.id))


def save(session: Session, desk: Desk, enrolment: Enrolment, file: EnrolmentFile) -> None:
    """Put `file` in the place of the one held (3)."""
    state = EnrolmentState(enrolment.state)
    if state not in EDITABLE:
        raise OperationRefused("The card is already issued: void it to change something.", code="already-issued")
    before = read(enrolment, desk)
    settings = desk.office.settings
    was, will_be = (
        content.approved_content(validity_years=validity.years_of(enrolment, content, settings))
        for content in (before, file)
    )
    if was != will_be:
        enter(enrolment, EnrolmentState.DRAFT, desk)
    elif state is EnrolmentState.DRAFT:
        enter(enrolment, state, desk)
    store(session, desk, enrolment, file)


def store(session: Session, desk: Desk, enrolment: Enrolment, file: EnrolmentFile) -> None:
    """Seal `file` into the row without touching its state; for operations that know what they do."""
    sealed = desk.vault.reseal(sealed_record(enrolment), file.to_bytes(), record_id=enrolment.id)
    enrolment.sealed = sealed.sealed
    session.flush()


def hold(session: Session, desk: Desk, enrolment: Enrolment) -> None:
    """Keep a draft until closing time (4)."""
    demand(enrolment, EnrolmentState.DRAFT)
    enter(enrolment, EnrolmentState.ON_HOLD, desk)
    session.flush()


def resume(session: Session, desk: Desk, enrolment: Enrolment) -> None:
    """Take a draft that was on hold up again (4)."""
    demand(enrolment, EnrolmentState.ON_HOLD)
    enter(enrolment, EnrolmentState.DRAFT, desk)
    session.flush()


def submit(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff) -> None:
    """Hand the enrolment to a second person (5)."""
    if enrolment.state == EnrolmentState.AWAITING_APPROVAL:
        return  # pressed twice
    demand(enrolment, EnrolmentState.DRAFT)
    file = read(enrolment, desk)
    if missing := what_is_missing(enrolment, file, desk.office):
        raise Incomplete(missing)
    check_content(enrolment, file, desk)
    if file.vouched and desk.office.settings.approval == "never":
        raise OperationRefused("Vouching for somebody takes two of the staff.", code="vouching-needs-two")
    if desk.office.settings.approval == "exceptions" and not file.second_look:
        file = file.changed(second_look="yes" if desk.chance(1)[0] % ONE_IN == 0 else "no")
    # The wall behind the face, and whoever stood there, were of use while the picture could still be cut.
    store(session, desk, enrolment, file.changed(portrait_whole=b"", portrait_cut="", old_portrait=b""))
    enrolment.enrolled_by = by.id
    enter(enrolment, EnrolmentState.AWAITING_APPROVAL, desk)
    log(session, desk, audit.Act.ENROLMENT_SUBMITTED, by, file)


def what_is_missing(enrolment: Enrolment, file: EnrolmentFile, office: Office) -> tuple[str, ...]:
    """Return the names of the fields that still need an answer before a card can be made."""
    missing = [name for name in ("full_name", "birth_known", "portrait") if not getattr(file, name)]
    if file.birth_known in ("full", "year") and not file.date_of_birth:
        missing.append("date_of_birth")
    if len(file.card_name) > MAX_NAME:
        missing.append("name_on_card")
    if not file.companion and validity.needs_company(enrolment, file, office.settings):
        missing.append("companion")
    missing += [name for name in ("identity_checked", "residence_checked") if not getattr(file, name)]
    if file.date_of_birth and file.identity_checked and not (file.birth_date_seen or file.own_word_for_birth):
        missing.append("birth_date_seen")
    if office.settings.portrait_in_code == "choice" and not file.portrait_in_code:
        missing.append("portrait_in_code")
    if file.own_script_name and not file.own_script_language:
        missing.append("own_script_language")
    if len(office.settings.location_codes) > 1 and not file.location:
        missing.append("location")
    return tuple(missing)


def check_content(enrolment: Enrolment, file: EnrolmentFile, desk: Desk) -> None:
    """Return if the file can become a card's code; raise `OperationRefused` if not. No key is used, no number taken."""
    settings = desk.office.settings
    today = settings.today(desk.now)
    specimen = card_claims(
        issuer=settings.issuer,
        identity=file.identity(new_number(desk.chance), country=settings.country),
        issued_on=today,
        expires_on=validity.last_day_of(enrolment, file, settings, issued_on=today),
        zone=settings.zone,
        status_index=0,
        status_uri=f"{settings.issuer}/status/1",
    )
    try:
        check_writable(specimen)
    except CitycardError as error:
        raise OperationRefused("What was typed does not fit a card's code.", code=error.code) from None


def sealed_record(enrolment: Enrolment) -> SealedRecord:
    """Return what the row holds, as the vault wants it."""
    return SealedRecord(enrolment.sealed, enrolment.wrapped_key, enrolment.wrapped_by)


def content_digest(enrolment: Enrolment, file: EnrolmentFile, desk: Desk) -> bytes:
    """Return the keyed digest of exactly what an approval is for."""
    settings = desk.office.settings
    content = cbor.encode(
        [
            settings.issuer,
            settings.country,
            settings.time_zone,
            file.approved_content(validity_years=validity.years_of(enrolment, file, settings)),
        ]
    )
    return desk.vault.digest(sealed_record(enrolment), content, record_id=enrolment.id, purpose="approval")


def enter(enrolment: Enrolment, state: EnrolmentState, desk: Desk) -> None:
    """Enter `state`; going back to draft drops any approval."""
    enrolment.state = state
    enrolment.deadline = deadline(state, now=desk.now, settings=desk.office.settings, opened_on=enrolment.opened_on)
    if state is EnrolmentState.DRAFT:
        enrolment.approved_by = enrolment.approval_digest = None


def demand(enrolment: Enrolment, *states: EnrolmentState) -> None:
    """Return if the enrolment stands in one of `states`; raise `OperationRefused` if it moved on meanwhile."""
    if enrolment.state not in states:
        raise OperationRefused("The enrolment has moved on; look at it again.", code="moved-on")


def log(session: Session, desk: Desk, act: audit.Act, by: Staff, file: EnrolmentFile) -> None:
    """Write an act on this enrolment to the audit log, under the handle that is forgotten with the file."""
    day = desk.office.settings.today(desk.now)
    audit.record(session, act, by=by.name, day=day, handle=file.handle)


def _new_ticket(session: Session, chance: Chance) -> str:
    while True:
        ticket = "".join(ALPHABET[byte & 31] for byte in chance(TICKET_LENGTH))
        if session.scalars(select(Enrolment.id).where(Enrolment.ticket == ticket)).first() is None:
            return ticket
