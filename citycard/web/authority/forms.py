"""The one question about a request: how it was answered. Who asked, and for what, has no field."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are behind
from wtforms.validators import InputRequired

from citycard.operations.authority import ANSWERED, REFUSED
from citycard.web.pages import PageForm

KINDS = (
    (ANSWERED, _l("Answered with what everybody may know")),
    (REFUSED, _l("Refused, or sent to the legal officer")),
)


class CountForm(PageForm):
    """How the request was answered."""

    kind = RadioField(
        _l("How was it answered?"),
        choices=[SelectChoice(kind, label) for kind, label in KINDS],
        description=_l(
            "Counted by the week: not who asked, nor for what. The log says that you counted a request today."
        ),
        validators=[InputRequired(_l("Choose one of the two."))],
    )
