"""A new card from an old one: renewing, exchanging a paper card, replacing a lost one from the home sheet.

1. `read_old`: what is scanned is a full code of this city, of a card or of its home sheet (`core.renewal`). A light
   code says nothing of its holder, so there is nothing to begin from.
2. The register is asked about the card: it must be valid, by its state if not by its date. Suspended ones are resumed
   first, by the way for that; ended ones are over.
3. `open_renewal`: an enrolment whose file holds what the code says, and the number that the new card takes the place
   of. It is sealed like any other and forgotten like any other: no row ties the old card to the new one.
4. `same_person`: the clerk has compared the face. Only that makes the old card evidence of who this is; of where she
   lives it is evidence until its last day, because so long the city stands by it.
5. `issue` ends the old card in the transaction that makes the new one valid (`end_replaced`), so that there are never
   two and, but for a card that was already over, never none.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims, Identity
from citycard.core.errors import CardRefused
from citycard.core.renewal import read_for_renewal
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import KeyRing
from citycard.operations import cards, counting, enrol, status_lists
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile, language_of
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import Enrolment
from citycard.store.staff import Staff


@dataclass(frozen=True, repr=False)
class OldCard:
    """What was scanned, as far as it can be built on."""

    card: Card
    said: CardClaims

    @property
    def identity(self) -> Identity:
        """What its code says of the holder."""
        return self.said.identity


def read_old(session: Session, desk: Desk, text: str, *, ring: KeyRing) -> OldCard:
    """Return the card of ours in the code `text`; raise `OperationRefused` with why it is no beginning."""
    # (1)
    try:
        own = ring.issuer(status_lists.uris(session))
        said = read_for_renewal(text, trust=TrustStore([own]), now=desk.now)
    except CardRefused as refusal:
        raise _refused(refusal) from None
    if not said.identity.full:
        raise OperationRefused("The light code says nothing of its holder.", code="renew-light")
    # (2)
    card = cards.find_card(session, said.identity.number)
    if card.state == CardState.SUSPENDED:
        raise OperationRefused("A suspended card is resumed before it is renewed.", code="renew-suspended")
    if card.state != CardState.ACTIVE:
        raise OperationRefused("An ended card is no beginning of a new one.", code="renew-ended")
    return OldCard(card, said)


def open_renewal(session: Session, desk: Desk, old: OldCard, *, by: Staff, request_token: str) -> Enrolment:
    """Return a draft that holds what `old` says (3)."""
    enrolment = enrol.open_enrolment(session, desk, by=by, request_token=request_token)
    file = enrol.read(enrolment, desk)
    if file.replaces:
        return enrolment  # pressed twice
    enrol.store(session, desk, enrolment, _from_code(file, old.identity, desk))
    return enrolment


def same_person(session: Session, desk: Desk, enrolment: Enrolment, *, rules: str) -> None:
    """Take down that the clerk compared the face, by the rules called `rules` (4)."""
    file = enrol.read(enrolment, desk)
    if not file.replaces:
        raise OperationRefused("This enrolment is not from an old card.", code="moved-on")
    today = desk.office.settings.today(desk.now)
    still_good = today <= cards.find_card(session, file.replaces).expires_on
    enrol.save(
        session,
        desk,
        enrolment,
        file.changed(
            identity_checked=True,
            residence_checked=file.residence_checked or still_good,
            birth_date_seen=True,
            rule_set=rules,
            address_as=file.address_kind,
        ),
    )


def end_replaced(session: Session, desk: Desk, file: EnrolmentFile, *, by: Staff) -> None:
    """End the card whose place the new one takes (5); if it ended meanwhile, all is well."""
    old = session.get(Card, file.replaces) if file.replaces else None
    if old is None or old.state not in (CardState.ACTIVE, CardState.SUSPENDED):
        return
    settings = desk.office.settings
    cards.end(session, old, by=by, now=desk.now, settings=settings, chance=desk.chance)
    today = settings.today(desk.now)
    event = "card-replaced" if today <= old.expires_on else "card-renewed"
    counting.add(session, service="office", event=event, day=today)


def _from_code(file: EnrolmentFile, said: Identity, desk: Desk) -> EnrolmentFile:
    settings = desk.office.settings
    born = said.date_of_birth or ""
    return file.changed(
        replaces=said.number,
        full_name=said.full_name or "",
        birth_known="" if not born else "full" if len(born) == 8 else "year",
        date_of_birth=born,
        own_script_name=said.own_script_name or "",
        own_script_language=said.own_script_language or "",
        own_script_in_code=said.own_script_name is not None,
        language=language_of(said.language) or settings.default_language,
        language_in_code=said.language is not None,
        location=said.location if said.location in settings.location_codes else file.location,
        address=said.address or "",
        address_kind=_kind_of(said.address or ""),
        address_in_code=said.address is not None,
        old_portrait=said.portrait or b"",
    )


def _kind_of(address: str) -> str:
    return "" if not address else "care_of" if address.startswith("c/o ") else "full"


def _refused(refusal: CardRefused) -> OperationRefused:
    match refusal.verdict:
        case Verdict.UNKNOWN_ISSUER:
            return NotFound("This is not a card of this city.", code="renew-elsewhere")
        case Verdict.KEY_REVOKED:
            return OperationRefused("The key of this card is compromised.", code="renew-key")
        case Verdict.EXPIRED:
            return OperationRefused("The card is over for more than a year.", code="renew-late")
        case _:
            return OperationRefused("This is not the code of a card.", code="renew-not-read")
