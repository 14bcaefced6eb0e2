"""What a partner officer types: where a city is found, and what was heard over the telephone."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from citycard.web.pages import PageForm

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "ltr"}


class SourceForm(PageForm):
    """Where the other city's files are."""

    source = StringField(
        _l("Address of the other city, or a folder on this machine"),
        description=_l("For example https://cards.rivemont.fr, or the folder of a stick that they gave you."),
        # The register keeps 400 characters.
        validators=[
            InputRequired(_l("Type the address or the folder.")),
            Length(max=400, message=_l("This is too long.")),
        ],
        render_kw=_PLAIN,
    )


class HeardForm(PageForm):
    """What the other city's official read out."""

    heard = TextAreaField(
        _l("What you heard"),
        description=_l("The eight groups of digits, or the twelve words. Spaces and capital letters do not matter."),
        validators=[InputRequired(_l("Type what the other city read to you."))],
        render_kw={**_PLAIN, "rows": "3"},
    )


class ActForm(PageForm):
    """A button after an explanation."""
