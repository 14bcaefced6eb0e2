"""Printing: the typefaces are there, and a specimen card of this city can be drawn.

The specimen bears nobody's name, and its codes say SPECIMEN, which no reader takes for a card. It is thrown away.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from citycard.core.number import ALPHABET
from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.print_card import SPECIMEN_FULL, SPECIMEN_LIGHT, card_face
from citycard.printing import coverage, typesetting
from citycard.printing.card import render_card
from citycard.printing.errors import CannotPrint
from citycard.printing.faces import CardFace
from citycard.settings import Office


def findings(office: Office, *, now: datetime) -> Iterator[Finding]:
    """Yield what keeps cards from being drawn."""
    missing = sorted(set(coverage.families()) - set(typesetting.font_families()))
    if missing:
        yield Finding(
            "typefaces-missing",
            Level.NOW,
            f"Typefaces are missing from this installation: {', '.join(missing)}.",
            "Names in some scripts would come out as boxes.",
            "Install citycard again.",
        )
        return
    try:
        render_card(_specimen(office, now), translate=lambda sentence, _language: sentence)
    except CannotPrint as refused:
        yield Finding(
            "cannot-print",
            Level.NOW,
            f"A specimen card cannot be drawn: {refused}",
            "No card can be drawn either.",
            "Look at the city's names, contact and arms in the office folder; shorten what does not fit.",
            about=refused.code,
        )
        return
    yield fine("printing", "A specimen card was drawn.")


def _specimen(office: Office, now: datetime) -> CardFace:
    today = office.settings.today(now)
    file = EnrolmentFile(
        handle="",
        language=office.settings.default_language,
        full_name="SPECIMEN",
        own_script_name="نموذج",
        own_script_language="ara",
        own_script_in_code=True,
        full_code=SPECIMEN_FULL,
        light_code=SPECIMEN_LIGHT,
    )
    face = card_face(file, office, number=ALPHABET[0] * 16, issued_on=today, expires_on=today)
    return replace(face, demo=True)
