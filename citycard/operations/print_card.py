"""Printing: from the sealed file and the card's row to the PDF that goes to the card printer, and the holder's slip.

1. `rehearse`, before anything is submitted: the card is drawn once with codes that say SPECIMEN, and thrown away. What
   does not fit, or cannot be drawn, is found while it can still be changed, not when a number has been used up.
2. `print_card`: the card is drawn first and marked as printed afterwards, so that a card that cannot be drawn is not
   called printed. The caller commits before it sends the bytes; they are made in memory and sent once.
3. `print_slip`: the holder's slip with the home sheet, as often as needed until hand-over: paper jams, too. The slip
   bears the recovery code from the sealed file; the home sheet bears the card's code, and not the recovery code, so
   that nobody who has one of the two sheets can end the card.
4. With no card printer, the same card goes on A4 paper, to cut and fold: the same number, the same two codes, good
   everywhere. It is exchanged later by scanning it (`renew`).

Everything that the full code says is printed (see `printing.faces`); the reverse is not so.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from citycard.core.number import new_number
from citycard.operations import enrol, validity
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.hand_over import mark_printed, mark_slip
from citycard.printing.arms import arms_in
from citycard.printing.card import render_card, render_paper_card, render_slip
from citycard.printing.faces import CardFace
from citycard.printing.words import Translate
from citycard.settings import Office
from citycard.slips.catalogue import Catalogue
from citycard.slips.letter import home_sheet, letter
from citycard.slips.saying import Speaker
from citycard.store.cards import Card
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Staff

SPECIMEN_FULL = "SPECIMEN" * 160
SPECIMEN_LIGHT = "SPECIMEN" * 36
"""About as long as real codes, and nothing that any reader takes for a card."""


def rehearse(enrolment: Enrolment, file: EnrolmentFile, desk: Desk, *, translate: Translate) -> None:
    """Return if the card can be drawn; raise `CannotPrint`, with the field, if not (1)."""
    settings = desk.office.settings
    today = settings.today(desk.now)
    face = card_face(
        file.changed(full_code=SPECIMEN_FULL, light_code=SPECIMEN_LIGHT),
        desk.office,
        number=new_number(desk.chance),
        issued_on=today,
        expires_on=validity.last_day_of(enrolment, file, settings, issued_on=today),
    )
    render_card(face, translate=translate)


def print_card(
    session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff, translate: Translate, on_paper: bool = False
) -> bytes:
    """Return the card as a PDF, once (2): two pages for the card printer, or one of A4 to cut and fold (4)."""
    if enrolment.state == EnrolmentState.PRINTED:
        mark_printed(session, desk, enrolment, by=by)  # refuses, and says what to do instead
    enrol.demand(enrolment, EnrolmentState.ISSUED)
    face = _face_of(session, desk, enrolment)
    pdf = render_paper_card(face, translate=translate) if on_paper else render_card(face, translate=translate)
    mark_printed(session, desk, enrolment, by=by)
    session.flush()
    return pdf


def print_slip(
    session: Session, desk: Desk, enrolment: Enrolment, *, catalogue: Catalogue, language: str = ""
) -> bytes:
    """Return the holder's slip and home sheet as a PDF, in the holder's language or any other with slips (3)."""
    enrol.demand(enrolment, EnrolmentState.ISSUED, EnrolmentState.PRINTED)
    file = enrol.read(enrolment, desk)
    face = _only_in_code(_face_of(session, desk, enrolment), file)
    spoken = Speaker(catalogue, catalogue.best(language or face.language))
    slip = letter(desk.office, spoken, face, recovery_code=file.recovery_code)
    pdf = render_slip(face, slip, home_sheet(spoken))
    mark_slip(session, desk, enrolment)
    return pdf


def card_face(file: EnrolmentFile, office: Office, *, number: str, issued_on: date, expires_on: date) -> CardFace:
    """Return what stands on the card."""
    settings = office.settings
    place = settings.location_codes.get(file.location)
    in_code = file.identity(number, country=settings.country)
    return CardFace(
        city_names=settings.names,
        city_language=settings.default_language,
        colour=settings.colour,
        issuer=settings.issuer,
        report_loss=settings.contact or settings.issuer.removeprefix("https://"),
        number=number,
        issued_on=issued_on,
        expires_on=expires_on,
        name=file.card_name,
        language=file.language,
        full_code=file.full_code,
        light_code=file.light_code,
        arms=arms_in(office.folder),
        portrait=file.portrait or None,
        portrait_in_code=in_code.portrait is not None,
        own_script_name=file.own_script_name or None,
        # Printed where the code says it, and nowhere else: the language may suggest where a person comes from.
        own_script_language=in_code.own_script_language,
        date_of_birth=file.date_of_birth or None,
        gender_words=file.gender_words or None,
        emergency_name=file.emergency_name or None,
        emergency_phone=file.emergency_phone or None,
        address_lines=tuple(file.address.splitlines()) if file.prints_address else (),
        language_in_code=in_code.language,
        location_name=f"{place} ({file.location})" if place else None,
        country=settings.country,
        demo=settings.demo,
    )


def _only_in_code(face: CardFace, file: EnrolmentFile) -> CardFace:
    """Return the face without what is printed on the card and not in its code: the home sheet lists the code alone."""
    said = file.identity(face.number, country=face.country or "")
    return replace(
        face,
        own_script_name=said.own_script_name,
        address_lines=face.address_lines if said.address else (),
    )


def _face_of(session: Session, desk: Desk, enrolment: Enrolment) -> CardFace:
    card = session.get_one(Card, enrolment.card_number)
    return card_face(
        enrol.read(enrolment, desk),
        desk.office,
        number=card.number,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
    )
