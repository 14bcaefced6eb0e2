"""How a card is named: by its code or its number, never by its holder. And what is asked before an act.

Not every counter has a scanner that reads the large code: a picture of it does as well, as at a desk (`desk.scanned`).
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are behind

from citycard.web.desk.forms import ShownForm, picture_field
from citycard.web.pages import OF_A_CODE, PageForm

YES, NO = "yes", "no"

_OF_A_COLLEAGUE: dict[str, Any] = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
"""The browser would offer the name and the password of whoever sits here."""


class FindForm(ShownForm):
    """A scanned code or a typed number, in one field: the clerk need not say which. Or a picture of the code."""

    NOTHING = _l("Scan the card or type its number.")

    card = StringField(
        _l("Code or number of the card"),
        description=_l("Scan either code of the card or of its home sheet, or type the number with its 16 characters."),
        render_kw=OF_A_CODE,
    )
    picture = picture_field()


class ScanForm(ShownForm):
    """A code, where a number is not enough."""

    NOTHING = _l("Scan the card.")

    card = StringField(
        _l("Code of the card"),
        description=_l(
            "The large code, on the back of the card or on its home sheet. For a card that is not suspended the small "
            "one will do."
        ),
        render_kw=OF_A_CODE,
    )
    picture = picture_field()


class HeldForm(PageForm):
    """A card that was found, carried from page to page in the body of the request: it stands in no address."""

    card = HiddenField()


class ActForm(HeldForm):
    """What is asked before an act: of some the face, of some a colleague."""

    face = RadioField(
        _l("Is this the person before you?"),
        choices=[SelectChoice(YES, _l("Yes, it is the holder")), SelectChoice(NO, _l("No, or not certain"))],
        validate_choice=False,
    )
    second_name = StringField(_l("Sign-in name of a colleague"), render_kw=_OF_A_COLLEAGUE)
    second_password = PasswordField(_l("The colleague’s password"), render_kw=_OF_A_COLLEAGUE)
