"""Issuing a card: the one place where the card key is used.

1. Only a clerk, and only an approved enrolment, its row held against whoever issues it in another window; the clerk's
   daily cap; a fresh look at the approval.
2. Reserve: a random number and a random free place in the status list become a card row. Whatever a killed process
   had reserved before is void: its number and place are burnt.
3. Commit. From here a crash can burn a number and cannot give one twice.
4. Hold the row again: whoever else came in between has taken the enrolment over, voided our card, and wins. Compute
   the digest of the content again and compare it with the approval's.
5. Sign: the full and the light code, with a key taken at random among the active ones. (A key per office or session
   would tell from the card where somebody was enrolled.)
6. Self-check: both codes are read again under the office's own published keys, as any other city would.
7. Record: the card is active and has its recovery code, the one whose place it takes is ended, the codes are sealed
   into the file until hand-over, the log has its line. The edge commits.

No preview, sample or test calls this: previews draw no code at all.
"""

from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import Session

from citycard.core import issue as codes
from citycard.core.claims import CardClaims, Identity
from citycard.core.number import Chance, new_number
from citycard.core.trust import TrustStore
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.operations import audit, clerk_days, counting, enrol, places, recovery, status_lists, validity
from citycard.operations.approve import second_person_decides
from citycard.operations.cards import move
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile, last_day
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.operations.renew import end_replaced
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import ClerkDay, Role, Staff


def issue(session: Session, desk: Desk, enrolment: Enrolment, *, ring: KeyRing, by: Staff) -> Card:
    """Sign the codes of an approved enrolment and return its card. Commits once, after reserving."""
    settings = desk.office.settings
    # (1)
    if Role.CLERK not in by.role_set:
        raise OperationRefused("Issuing is for clerks.", code="issue-role")
    _hold(session, enrolment)
    if enrolment.state in (EnrolmentState.ISSUED, EnrolmentState.PRINTED) and enrolment.card_number:
        return session.get_one(Card, enrolment.card_number)  # pressed twice
    enrol.demand(enrolment, EnrolmentState.APPROVED)
    file = enrol.read(enrolment, desk)
    _check_approval(enrolment, file, desk)
    _count_against_cap(session, desk, by)
    # (2) Reserving comes first: in PostgreSQL it waits for whoever is busy with a card at the same place, and that one
    # may be waiting for the log, which voiding holds until the commit.
    key = _key_at_random(ring, desk)
    years = validity.years_of(enrolment, file, settings)
    card = _reserve(session, desk, kid=key.public.kid.hex(), years=years)
    if enrolment.card_number is not None:
        burnt = session.get_one(Card, enrolment.card_number)
        move(session, burnt, CardState.VOID, by=by.name, now=desk.now, settings=settings, chance=desk.chance)
    enrolment.card_number = card.number
    # (3)
    session.commit()
    # (4) The commit let go of both rows, and reading them again would hide from the row version who was there since.
    _hold(session, enrolment)
    enrol.demand(enrolment, EnrolmentState.APPROVED)
    session.refresh(card, with_for_update=True)
    if enrolment.card_number != card.number or card.state != CardState.RESERVED:
        raise OperationRefused("The enrolment has moved on; look at it again.", code="moved-on")
    file = enrol.read(enrolment, desk)
    _check_approval(enrolment, file, desk)
    # (5)
    sign = ring.sign_with(key)
    trust = TrustStore([ring.issuer(status_lists.uris(session))])
    texts: list[str] = []
    identity = file.identity(card.number, country=settings.country)
    for said in (identity, identity.light()):
        claims = _claims(desk, card, said, session)
        text = codes.encode(claims, key=key.pinned, sign=sign)
        # (6)
        codes.self_check(text, card=claims, trust=trust)
        texts.append(text)
    # (7)
    card.state = CardState.ACTIVE
    end_replaced(session, desk, file, by=by)
    lost = recovery.give(card, office=desk.office, chance=desk.chance)
    enrol.store(
        session,
        desk,
        enrolment,
        file.changed(full_code=texts[0], light_code=texts[1], recovery_code=lost, typed={}),
    )
    enrol.enter(enrolment, EnrolmentState.ISSUED, desk)
    enrol.log(session, desk, audit.Act.CARD_ISSUED, by, file)
    counting.add(session, service="office", event="card-issued", day=settings.today(desk.now))
    return card


def _hold(session: Session, enrolment: Enrolment) -> None:
    """Read the row again and keep others from changing it until the transaction ends."""
    try:
        session.refresh(enrolment, with_for_update=True)
    except InvalidRequestError:
        raise NotFound("This enrolment was forgotten meanwhile.", code="no-enrolment") from None


def _check_approval(enrolment: Enrolment, file: EnrolmentFile, desk: Desk) -> None:
    digest = enrol.content_digest(enrolment, file, desk)
    if enrolment.approved_by is None or enrolment.approval_digest != digest:
        raise OperationRefused("The approval is not for this content.", code="approval-void")
    if second_person_decides(file, desk.office.settings) and enrolment.approved_by == enrolment.enrolled_by:
        raise OperationRefused("Who enrolled may not approve: ask a colleague.", code="approve-own")


def _count_against_cap(session: Session, desk: Desk, by: Staff) -> None:
    """Add one to the clerk's cards of the day, or refuse."""
    settings = desk.office.settings
    row = clerk_days.held(session, by, settings.today(desk.now))
    if row.count >= settings.cards_per_clerk_per_day:
        raise OperationRefused("The day's number of cards for one clerk is reached.", code="daily-cap")
    row.count += 1


def issued_today(session: Session, desk: Desk, *, by: Staff) -> int:
    """Return how many cards `by` has issued today, as the cap counts them."""
    row = session.get(ClerkDay, (by.id, desk.office.settings.today(desk.now)))
    return 0 if row is None else row.count


def _key_at_random(ring: KeyRing, desk: Desk) -> Entry:
    usable = ring.usable(Purpose.CARD, desk.now.date())
    return usable[desk.chance(1)[0] % len(usable)]


def _reserve(session: Session, desk: Desk, *, kid: str, years: int) -> Card:
    """Return a new row in state reserved, with a number and place that no row ever had (2)."""
    settings = desk.office.settings
    listed = places.list_with_room(session)
    today = settings.today(desk.now)
    for _ in range(_TRIES):
        card = Card(
            number=new_number(desk.chance),
            list_no=listed.no,
            list_index=_random_index(desk.chance, listed.size),
            kid=kid,
            issued_on=desk.now.date(),
            expires_on=last_day(today, years=years),
            state=CardState.RESERVED,
        )
        try:
            with session.begin_nested():
                session.add(card)
        except IntegrityError:
            continue
        return card
    raise OperationRefused("The status lists are full. Announce more: citycard lists add", code="list-full")


_TRIES = 200
"""In a list that is half full a try fails every second time, and 200 in a row do not happen. Where the last lists are
filled beyond that (`places`), an office of half a million cards begins to be refused at about 98 places of 100."""


def _random_index(chance: Chance, size: int) -> int:
    """Return an even random number below `size`, a power of two."""
    return int.from_bytes(chance(4), "big") % size


def _claims(desk: Desk, card: Card, identity: Identity, session: Session) -> CardClaims:
    settings = desk.office.settings
    return codes.card_claims(
        issuer=settings.issuer,
        identity=identity,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        zone=settings.zone,
        status_index=card.list_index,
        status_uri=session.get_one(StatusListRow, card.list_no).uri,
    )
