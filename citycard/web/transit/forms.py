"""What is asked before a transit sheet is printed."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from citycard.transit.sentences import in_all
from citycard.web.pages import OF_A_CODE, PageForm


class ScanForm(PageForm):
    """The card of a holder who comes later: one of its codes, because the sheet carries it."""

    code = StringField(
        _l("Code of the card"),
        description=_l(
            "Scan the small code on the front for a sheet that names nobody. "
            "Scan the large one on the back only if the holder asks for the full code."
        ),
        validators=[InputRequired(_l("Scan one of the two codes of the card."))],
        render_kw=OF_A_CODE,
    )


class WarningForm(PageForm):
    """The warning was read aloud, and the holder wants the sheet."""

    language = SelectField(_l("Read it in"), choices=[(said.language, said.name) for said in in_all()])
    read_aloud = BooleanField(
        _l("I have read this aloud, and the holder wants the sheet."),
        validators=[
            InputRequired(_l("Read the warning aloud first. Then tick this box, if the holder wants the sheet."))
        ],
    )


class ScannedForm(WarningForm):
    """The same for a card that was scanned: its code goes on in the body of the request, and stands in no address."""

    code = HiddenField()


class EnrolledForm(WarningForm):
    """The same at the end of an enrolment, where both codes are at hand."""

    which = RadioField(
        _l("Code on the sheet"),
        choices=[
            ("light", _l("The small code: a number, no name")),
            ("full", _l("The full code, because the holder asks for it")),
        ],
        default="light",
        validators=[InputRequired(_l("Choose one of the two codes."))],
    )
