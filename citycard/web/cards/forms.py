"""How a card is named: by its code or its number, never by its holder."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from citycard.web.pages import OF_A_CODE, PageForm


class FindForm(PageForm):
    """A scanned code or a typed number, in one field: the clerk need not say which."""

    card = StringField(
        _l("Code or number of the card"),
        description=_l("Scan either code of the card or of its home sheet, or type the number with its 16 characters."),
        validators=[InputRequired(_l("Scan the card or type its number."))],
        render_kw=OF_A_CODE,
    )


class HeldForm(PageForm):
    """A card that was found, carried from page to page in the body of the request: it stands in no address."""

    card = HiddenField()
