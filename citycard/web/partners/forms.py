"""What a partner officer types: where a city is found, and what was heard over the telephone."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation

from citycard.operations.refusals import OperationRefused
from citycard.partners.pasted import looks_like_a_private_key, may_be_shown_again
from citycard.web.errors import sentence_for
from citycard.web.pages import PageForm

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "ltr"}


def no_private_key(_form: Form, field: Any) -> None:
    """Refuse a private key, and do not show it again: it would stand on the screen, and in the browser's history."""
    if looks_like_a_private_key(field.data or ""):
        field.data = ""
        said = sentence_for(OperationRefused("", code="key-pasted"))
        raise StopValidation(f"{said.title} {said.advice}")
    if not may_be_shown_again(field.data or ""):
        field.data = ""
        raise StopValidation(
            _(
                "This is not what belongs here, and is not shown again. If it was a private key, it is burnt: "
                "whoever it belongs to marks it as compromised now and makes another."
            )
        )


class SourceForm(PageForm):
    """Where the other city's files are."""

    source = StringField(
        _l("Address of the other city, or a folder on this machine"),
        description=_l("For example https://cards.rivemont.fr, or the folder of a stick that they gave you."),
        # The register keeps 400 characters.
        validators=[
            InputRequired(_l("Type the address or the folder.")),
            no_private_key,
            Length(max=400, message=_l("This is too long.")),
        ],
        render_kw=_PLAIN,
    )


class HeardForm(PageForm):
    """What the other city's official read out."""

    heard = TextAreaField(
        _l("What you heard"),
        description=_l("The eight groups of digits, or the twelve words. Spaces and capital letters do not matter."),
        validators=[InputRequired(_l("Type what the other city read to you.")), no_private_key],
        render_kw={**_PLAIN, "rows": "3"},
    )


class ActForm(PageForm):
    """A button after an explanation."""
