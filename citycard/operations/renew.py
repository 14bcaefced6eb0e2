"""A new card from an old one: renewing, exchanging a paper card, replacing a worn one, or a lost one from its sheet.

1. `read_old`: what is scanned is a code of this city, of a card or of its home sheet (`core.renewal`), whose last day
   is not over for more than a year.
2. The register is asked about the card: it must be valid, by its state if not by its date. A suspended one is as good
   when its full code is read: whoever stopped a lost card has nothing but the home sheet, and the face decides. Of a
   stopped card the light code begins nothing: whoever photographed it could print a card around it. Ended ones are
   over.
3. `open_renewal`: an enrolment whose file holds what the full code says, and the number that the new card takes the
   place of. It is sealed like any other and forgotten like any other: no row ties the old card to the new one.
4. `same_person`: the clerk has compared the face. Only that makes the old card evidence of who this is; of where she
   lives it is evidence until its last day, because so long the city stands by it.
5. A worn card: where the light code alone can be read it says nothing of its holder, and nothing is filled in.
   `same_printed_face`: the clerk has compared the printed portrait; only then is the new card to take the place of the
   old one. What is printed is not signed, and whoever photographed a light code can print a card around it: so it
   proves nothing, it is one paper among others (`evidence.rules.WORN_CARD`). `not_the_same`: it is none, and stays as
   it is.
6. `issue` ends the old card in the transaction that makes the new one valid (`end_replaced`), so that there are never
   two and, but for a card that was already over, never none. This end is not counted among those that a clerk may do in
   a day (`cards.end`): it has the cap of issuing, and the approval.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims, Identity
from citycard.core.errors import CardRefused
from citycard.core.renewal import read_for_renewal
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import KeyRing
from citycard.operations import cards, enrol, status_lists
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
        """What its code says of the holder; of a light code, nothing but the number."""
        return self.said.identity

    @property
    def worn(self) -> bool:
        """Whether the light code alone was read."""
        return not self.identity.full


def read_old(session: Session, desk: Desk, text: str, *, ring: KeyRing) -> OldCard:
    """Return the card of ours in the code `text`; raise `OperationRefused` with why it is no beginning."""
    # (1)
    try:
        own = ring.issuer(status_lists.uris(session))
        said = read_for_renewal(text, trust=TrustStore([own]), now=desk.now)
    except CardRefused as refusal:
        raise _refused(refusal) from None
    # (2)
    card = cards.find_card(session, said.identity.number)
    if card.state == CardState.SUSPENDED and not said.identity.full:
        raise OperationRefused("The light code of a suspended card begins nothing.", code="renew-suspended")
    if card.state not in (CardState.ACTIVE, CardState.SUSPENDED):
        raise OperationRefused("An ended card is no beginning of a new one.", code="renew-ended")
    return OldCard(card, said)


def open_renewal(session: Session, desk: Desk, old: OldCard, *, by: Staff, request_token: str) -> Enrolment:
    """Return a draft that holds what `old` says (3) (5)."""
    enrolment = enrol.open_enrolment(session, desk, by=by, request_token=request_token)
    file = enrol.read(enrolment, desk)
    if file.replaces or file.worn_card:
        return enrolment  # pressed twice
    if old.worn:
        file = file.changed(worn_card=old.card.number)
    else:
        file = address_from_code(from_code(file, old.identity, desk), old.identity, desk)
        file = file.changed(replaces=old.identity.number)
    enrol.store(session, desk, enrolment, file)
    return enrolment


def same_person(session: Session, desk: Desk, enrolment: Enrolment, *, rules: str) -> None:
    """Take down that the clerk compared the face, by the rules called `rules` (4)."""
    file = enrol.read(enrolment, desk)
    if not file.replaces or file.worn_card:
        raise OperationRefused("This enrolment is not from a code that proves anything.", code="moved-on")
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


def is_stopped(session: Session, file: EnrolmentFile) -> bool:
    """Whether the card that the new one takes the place of is suspended: somebody reported it lost (2)."""
    old = session.get(Card, file.replaces) if file.replaces else None
    return old is not None and old.state == CardState.SUSPENDED


def same_printed_face(session: Session, desk: Desk, enrolment: Enrolment) -> None:
    """Take down that the clerk compared the portrait printed on a worn card (5)."""
    file = _of_worn_card(enrolment, desk)
    enrol.save(session, desk, enrolment, file.changed(replaces=file.worn_card))


def not_the_same(session: Session, desk: Desk, enrolment: Enrolment) -> None:
    """Go on without a worn card whose face the clerk was not certain of; it is not ended by the new one (5)."""
    file = _of_worn_card(enrolment, desk)
    if file.replaces:
        # Said otherwise before: the papers were counted with the card among them.
        file = file.changed(identity_checked=False, birth_date_seen=False)
    enrol.save(session, desk, enrolment, file.changed(replaces="", worn_card=""))


def _of_worn_card(enrolment: Enrolment, desk: Desk) -> EnrolmentFile:
    file = enrol.read(enrolment, desk)
    if not file.worn_card:
        raise OperationRefused("This enrolment is not from a worn card.", code="moved-on")
    return file


def end_replaced(session: Session, desk: Desk, file: EnrolmentFile, *, by: Staff) -> None:
    """End the card whose place the new one takes (6); if it ended meanwhile, all is well."""
    old = session.get(Card, file.replaces) if file.replaces else None
    if old is None or old.state not in (CardState.ACTIVE, CardState.SUSPENDED):
        return
    settings = desk.office.settings
    # Counted apart from cards that end without a new one. Which kind of card the new one is: `given`, at hand-over.
    cards.move(
        session,
        old,
        CardState.ENDED,
        by=by.name,
        now=desk.now,
        settings=settings,
        chance=desk.chance,
        counted_as="card-superseded",
    )


def from_code(file: EnrolmentFile, said: Identity, desk: Desk) -> EnrolmentFile:
    """Return `file` with what a full code says of its holder, but for where she lives."""
    born = said.date_of_birth or ""
    return file.changed(
        full_name=said.full_name or "",
        birth_known="" if not born else "full" if len(born) == 8 else "year",
        date_of_birth=born,
        own_script_name=said.own_script_name or "",
        own_script_language=said.own_script_language or "",
        own_script_in_code=said.own_script_name is not None,
        language=language_of(said.language) or desk.office.settings.default_language,
        language_in_code=said.language is not None,
        old_portrait=said.portrait or b"",
    )


def address_from_code(file: EnrolmentFile, said: Identity, desk: Desk) -> EnrolmentFile:
    """Return `file` with where our own code says that she lives."""
    return file.changed(
        location=said.location if said.location in desk.office.settings.location_codes else file.location,
        address=said.address or "",
        address_kind=_kind_of(said.address or ""),
        address_in_code=said.address is not None,
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
