"""What is chosen when two cities agree: our services, the days, and how old a list may be."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from citycard.core.errors import CitycardError
from citycard.operations.agreements import MOST_HOURS, Terms, least_hours
from citycard.services.service import Service
from citycard.web import errors, workplace
from citycard.web.enrolment.dates import DateRefused, day_in
from citycard.web.errors import sentence_for
from citycard.web.pages import PageForm
from citycard.web.services.words import name_of

FIELD_OF = {
    "agreement-order": "until_day",
    "agreement-past": "until_day",
    "agreement-hours": "list_hours",
    "agreement-hours-few": "list_hours",
}
"""Where a refusal of the operation is said; at the services, if not here."""

errors.say(
    "agreement-recognised",
    _l("Only a city that is recognised now has agreements."),
    _l("Resume the recognition first."),
    status=409,
)
errors.say("agreement-none", _l("This service is not agreed on with the city any more."), status=409)
errors.say("agreement-services", _l("Choose at least one service."), status=422)
errors.say("agreement-service", _l("This service takes no visitors by agreement any more."), status=422)
errors.say("agreement-order", _l("The last day comes before the first. Look at both."), status=422)
errors.say("agreement-past", _l("This last day has passed. Nothing would open."), status=422)
errors.say("agreement-hours", _l("A list may be at most 504 hours old, which is 21 days."), status=422)
errors.say(
    "agreement-hours-few",
    _l(
        "These are too few hours. The city signs its list anew every hour, and then it takes a while until the list is "
        "on our tablets. Every hour they would refuse all visitors for minutes."
    ),
    status=422,
)


class AgreementForm(PageForm):
    """Which services, from when to when, by how old a list."""

    services = SelectMultipleField(
        _l("Which of our services its cards open"),
        description=_l("Those that take visitors by agreement. The others are open to every visitor, or to none."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    from_day = StringField(_l("Day"))
    from_month = StringField(_l("Month"))
    from_year = StringField(_l("Year"))
    until_day = StringField(_l("Day"))
    until_month = StringField(_l("Month"))
    until_year = StringField(_l("Year"))
    list_hours = StringField(_l("How many hours old its list of ended cards may be"))

    def offer(self, services: list[Service]) -> None:
        """Say what there is to choose from."""
        self.services.choices = [(service.id, name_of(service)) for service in services]
        self.list_hours.description = _(
            "Leave it empty for 21 days, as for every card. Or write whole hours, %(least)s or more: then a card that "
            "ended is noticed sooner.",
            least=least_hours(workplace.settings()),
        )

    def fill(self, chosen: list[str], terms: Terms) -> None:
        """Put what is agreed already into the fields."""
        self.services.data = chosen
        for which, day in (("from", terms.first_day), ("until", terms.last_day)):
            if day is not None:
                for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
                    self[f"{which}_{part}"].data = str(value)
        self.list_hours.data = "" if terms.list_hours is None else str(terms.list_hours)

    def read(self, services: list[Service]) -> tuple[list[Service], Terms]:
        """Return what was chosen; mistakes are put beside the fields."""
        chosen = [service for service in services if service.id in (self.services.data or [])]
        return chosen, Terms(
            first_day=day_in(self, "from", say=_title) or date.min,
            last_day=day_in(self, "until", say=_title, optional=True),
            list_hours=self._hours(),
        )

    def say(self, error: CitycardError) -> None:
        """Put a refusal of the operation beside its field."""
        self.refuse(FIELD_OF.get(error.code, "services"), sentence_for(error).title)

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Everything that was typed, as name and value, for a page that asks once more."""
        chosen = [("services", one) for one in self.services.data or []]
        # By its type, because the token of the form is a kind of text field, too.
        typed = [field for field in self if field.type == "StringField" and field.data]
        return chosen + [(field.name, str(field.data)) for field in typed]

    def _hours(self) -> int | None:
        typed = (self.list_hours.data or "").strip()
        if not typed:
            return None
        if not typed.isdecimal():
            self.refuse("list_hours", _("Write whole hours, such as 6."))
            return None
        return int(typed) if len(typed) <= len(str(MOST_HOURS)) else MOST_HOURS + 1


def _title(refused: DateRefused) -> Any:
    return sentence_for(refused).title
