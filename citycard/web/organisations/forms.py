"""What an administrator types about an organisation."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from citycard.core.errors import CitycardError
from citycard.operations.organisations import LONGEST_NAME, MOST_DAYS, USUAL_DAYS
from citycard.store.organisations import Attests
from citycard.web.enrolment.dates import day_in
from citycard.web.organisations.sentences import ATTESTS, sentence_of
from citycard.web.pages import PageForm

FIELD_OF = {
    "organisation-attests": "attests-0",
    "organisation-days": "letter_days",
    "organisation-order": "until_day",
}
"""Where a refusal of the operation is said; at the name, if not here."""


class OrganisationForm(PageForm):
    """An organisation whose letters shall count."""

    name = StringField(
        _l("Name, as it stands on cards"),
        description=_l("For example “c/o Association du Port”. It should not tell whom the organisation helps."),
    )
    attests = SelectMultipleField(
        _l("What its letters count for"),
        choices=[SelectChoice(kind.value, words) for kind, words in ATTESTS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    letter_days = StringField(
        _l("How many days a letter counts"),
        description=_l("From the date that it bears. New York takes 14."),
        default=str(USUAL_DAYS),
    )
    from_day = StringField(_l("Day"))
    from_month = StringField(_l("Month"))
    from_year = StringField(_l("Year"))
    until_day = StringField(_l("Day"))
    until_month = StringField(_l("Month"))
    until_year = StringField(_l("Year"))

    def read(self) -> dict[str, Any]:
        """Return what `organisations.add` takes; mistakes are put beside the fields."""
        days = (self.letter_days.data or "").strip()
        if not (days.isdecimal() and len(days) <= 3 and 1 <= int(days) <= MOST_DAYS):
            self.refuse("letter_days", _l("Letters count between 1 and 365 days."))
            days = "1"
        chosen, name = self.attests.data or [], (self.name.data or "").strip()
        if not name:
            self.refuse("name", _l("Type the name of the organisation, as it should stand on a card."))
        if not chosen:
            self.refuse("attests", _l("Say at least one thing that its letters count for."))
        return {
            "name": name[: 5 * LONGEST_NAME],
            "attests": [kind for kind in Attests if kind.value in chosen],
            "letter_days": int(days),
            "first_day": day_in(self, "from", say=sentence_of) or date.min,
            "last_day": day_in(self, "until", say=sentence_of, optional=True),
        }

    def say(self, error: CitycardError) -> None:
        """Put a refusal of the operation beside its field."""
        self.refuse(FIELD_OF.get(error.code, "name").removesuffix("-0"), sentence_of(error))
