"""A recovery code, a card's code, or both."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from citycard.web.desk.forms import ScanForm, picture_field
from citycard.web.pages import OF_A_CODE, PageForm


def recovery_field() -> Any:
    """The field for a recovery code: forgiving about capitals, hyphens, spaces and look-alikes (`recovery.find`)."""
    return StringField(
        _l("Recovery code"),
        description=_l(
            "It stands on the sheet that came with your card: five groups of four letters and figures. "
            "Capitals and hyphens do not matter."
        ),
        validators=[InputRequired(_l("Type the recovery code."))],
        render_kw={**OF_A_CODE, "enterkeyhint": "go"},
    )


def _code_field(**more: str) -> Any:
    return StringField(
        _l("Code of the card"),
        description=_l("Scan either code of the card or of its home sheet, or paste its text."),
        render_kw={**OF_A_CODE, **more},
    )


def _picture_field(**more: str) -> Any:
    return picture_field(
        _l(
            "JPEG, PNG or WebP, of at most 12 megapixels: if your telephone takes larger ones, choose a lower "
            "resolution. It is looked at and not kept."
        ),
        **more,
    )


class LostForm(PageForm):
    """The recovery code alone."""

    recovery = recovery_field()


class KeptForm(ScanForm):
    """The card's code, scanned, pasted, or as a picture that a telephone takes now."""

    code = _code_field(enterkeyhint="go")
    # The card is in somebody's hand: a telephone opens its camera at once.
    picture = _picture_field(capture="environment")


class EndForm(ScanForm):
    """Both codes. The card itself may be gone: a picture that was taken earlier, or of the home sheet, is as good."""

    code = _code_field()
    # No `capture`: with it a telephone offers its camera and hides the pictures that it has.
    picture = _picture_field()
    recovery = recovery_field()
