"""A first card here for somebody who moved, from her card of a city that we recognise.

No message passes between the cities.

1. `read_card`: the full code is checked as at any desk of ours, under that city's own key and by the list that we hold:
   good, or good by an older list. One that is over is as good for a year, as our own is for a renewal, if that list
   does not say that it ended. Whatever is suspended, ended, unknown or undecided is refused and counts for nothing.
   A city that we suspended is refused with it: our own decision comes first.
2. The light code is refused: it says nothing of its holder. A full code without a face says nothing of who brings it:
   it fills in what it says and counts for nothing. The card itself may still be ticked among the papers by whoever
   looks at it.
3. `open_move`: an enrolment that holds what the code says, but for number, address and commune, which are the other
   city's. That it begins so stands in the sealed file and nowhere else, and nowhere which city it was.
4. `same_person`: the clerk has compared the face. What that is worth the evidence rules say, of their document
   `CITY_CARD`: where its points, its photo and its date of birth are all that is asked for identity, identity is
   checked and only residence is left. Otherwise it is one paper among others.
5. The old card is the other city's, and the holder ends it herself: there, with its large code and her recovery code.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from citycard.core.claims import Identity
from citycard.core.errors import CardRefused
from citycard.core.renewal import read_for_renewal
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import RED, check_status, verify
from citycard.evidence.rules import CITY_CARD, BirthDate, RuleSet
from citycard.evidence.tally import Ticked, tally
from citycard.operations import enrol, renew
from citycard.operations.check import PARTNER_SUSPENDED, Trusted
from citycard.operations.enrol import Desk
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.enrolments import Enrolment
from citycard.store.staff import Staff


@dataclass(frozen=True, repr=False)
class CardFromElsewhere:
    """What was scanned, as far as it can be built on; which city signed it is not in here."""

    identity: Identity
    over: bool
    """Whether its last day is past."""


def read_card(text: str, *, trusted: Trusted, now: datetime) -> CardFromElsewhere:
    """Return the card in the code `text`; raise `OperationRefused` with why it counts for nothing (1) (2)."""
    over = False
    others = TrustStore(issuer for issuer in trusted.trust if issuer.url != trusted.own)
    try:
        try:
            identity = verify(text, trust=others, lists=trusted.lists, now=now, desk=trusted.rules()).identity
        except CardRefused as refusal:
            if refusal.verdict is not Verdict.EXPIRED:
                raise
            identity, over = _read_expired(text, others, trusted, now), True
    except CardRefused as refusal:
        _refuse(refusal.verdict, refusal.reason)
    # (2)
    if not identity.full:
        raise OperationRefused("The light code says nothing of its holder.", code="move-light")
    return CardFromElsewhere(identity, over)


def _read_expired(text: str, others: TrustStore, trusted: Trusted, now: datetime) -> Identity:
    card = read_for_renewal(text, trust=others, now=now)
    if card.issuer in trusted.suspended:
        _refuse(Verdict.NOT_ACCEPTED, PARTNER_SUSPENDED)
    held = trusted.lists.get(card.status_uri)
    if held is None or held.issuer != card.issuer:
        _refuse(Verdict.STALE_STATUS)
    check_status(card, held)
    if held.age(now) >= RED or now >= held.expires_at:
        _refuse(Verdict.STALE_STATUS)
    return card.identity


def open_move(session: Session, desk: Desk, card: CardFromElsewhere, *, by: Staff, request_token: str) -> Enrolment:
    """Return a draft that holds what the card says (3)."""
    enrolment = enrol.open_enrolment(session, desk, by=by, request_token=request_token)
    file = enrol.read(enrolment, desk)
    if not file.moved:  # else pressed twice
        moved = "faceless" if card.identity.portrait is None else "over" if card.over else "good"
        enrol.store(session, desk, enrolment, renew.from_code(file, card.identity, desk).changed(moved=moved))
    return enrolment


def same_person(session: Session, desk: Desk, enrolment: Enrolment, *, rules: RuleSet) -> bool:
    """Take down that the clerk compared the face; return whether that is enough for who this is (4)."""
    file = enrol.read(enrolment, desk)
    if file.moved not in ("good", "over"):
        raise OperationRefused("This enrolment is not from a card that shows whose it is.", code="moved-on")
    enough = is_enough(rules, over=file.moved == "over", birth_date=bool(file.date_of_birth))
    if enough:
        file = file.changed(identity_checked=True, birth_date_seen=bool(file.date_of_birth), rule_set=rules.reference)
        enrol.save(session, desk, enrolment, file)
    return enough


def is_enough(rules: RuleSet, *, over: bool, birth_date: bool) -> bool:
    """Whether the card of a recognised city says by itself who somebody is; `birth_date`: it shows one."""
    if CITY_CARD not in rules.by_id:
        return False
    counted = tally(rules, [Ticked(CITY_CARD, expired=over)])
    wanted = rules.needed.birth_date
    dated = (
        wanted is BirthDate.NEVER
        or (counted.birth_date and birth_date)
        or (wanted is BirthDate.IF_SHOWN and not birth_date)
    )
    return counted.identity >= rules.needed.identity and (counted.photo or not rules.needed.photo) and dated


def _refuse(verdict: Verdict, reason: str = "") -> NoReturn:
    match verdict:
        case Verdict.UNKNOWN_ISSUER:
            raise NotFound("This is no card of a city that we recognise.", code="renew-elsewhere")
        case Verdict.KEY_REVOKED:
            raise OperationRefused("The key of this card counts no more.", code="move-key")
        case Verdict.EXPIRED:
            raise OperationRefused("The card is over for more than a year.", code="renew-late")
        case Verdict.SUSPENDED:
            raise OperationRefused("Its city says that this card is suspended.", code="move-suspended")
        case Verdict.REVOKED:
            raise OperationRefused("Its city says that this card has ended.", code="move-ended")
        case Verdict.STALE_STATUS:
            raise OperationRefused("The city's list of ended cards is too old to decide.", code="move-stale")
        case Verdict.NOT_ACCEPTED if reason == PARTNER_SUSPENDED:
            raise OperationRefused("We suspended the recognition of that city.", code="move-city-suspended")
        case _:
            raise OperationRefused("This is not the code of a card.", code="renew-not-read")
