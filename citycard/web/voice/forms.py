"""What a supervisor types about a consultation.

1. Times of day are as people write them: 9, 9:00, 9.30, 17h30; digits of every script.
2. Days and times are those of the city. The record day is a day as cards say it.
3. Devices are ticked by name. None at all is allowed: they can be chosen until the consultation closes.
"""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import CheckboxInput, ListWidget

from citycard.core.errors import CitycardError
from citycard.core.text import plain_digits
from citycard.operations.voice import LONGEST_NAME
from citycard.store.devices import DeskDevice
from citycard.web import workplace
from citycard.web.enrolment.dates import DateRefused, day_in
from citycard.web.errors import sentence_for
from citycard.web.pages import PageForm

FIELD_OF = {
    "voice-order": "closes_day",
    "voice-past": "closes_day",
    "voice-long": "closes_day",
    "voice-record": "record_day",
    "voice-device": "chosen",
    "voice-begun": "chosen",
    "voice-closed": "chosen",
}
"""Where a refusal of the operation is said; at the name, if not here."""

CLOSES = 20
"""The hour at which a consultation closes, if nobody says another one."""

LATE = CLOSES - 2
"""The hour from which nobody opens one for the same day: it would close as soon as it is announced."""

_TIME = re.compile(r"([0-9]{1,2})(?:[:.h ]{1,3}([0-9]{2})?)?", re.ASCII | re.IGNORECASE)


class ChoiceForm(PageForm):
    """Which devices may serve a consultation (3)."""

    chosen = SelectMultipleField(
        _l("Devices that may serve it"),
        description=_l(
            "No other device learns of it. Choose those that stand at its entrance, and no more: a device that serves "
            "a consultation can ask whether the card of a given number took part. You can change this until it closes."
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        coerce=int,
    )

    def offer(self, devices: Collection[DeskDevice], *, chosen: Collection[int] = ()) -> None:
        """Show these devices, those that were withdrawn only where they are chosen."""
        self.chosen.choices = [(row.id, row.name) for row in devices if row.active or row.id in chosen]

    def say(self, error: CitycardError) -> None:
        """Put a refusal of the operation beside its field."""
        self.refuse(FIELD_OF.get(error.code, "name"), sentence_for(error).title)


class ConsultationForm(ChoiceForm):
    """A consultation to be opened."""

    name = StringField(_l("What it is called"), description=_l("As people know it: “Budget of the quays 2027”."))
    devices = RadioField(
        _l("Where cards are shown"),
        choices=[
            SelectChoice(
                "one", _l("on one device: it works without the network, and nothing leaves it but how many they were")
            ),
            SelectChoice(
                "several", _l("on several devices: each card needs the network, and the marks are here until the close")
            ),
        ],
    )
    cities = RadioField(
        _l("Whose cards take part"),
        choices=[
            SelectChoice("own", _l("cards of this city")),
            SelectChoice("all", _l("cards of this city and of every city that we recognise")),
        ],
        default="own",
    )
    record_day = StringField(_l("Day"))
    record_month = StringField(_l("Month"))
    record_year = StringField(_l("Year"))
    opens_day = StringField(_l("Day"))
    opens_month = StringField(_l("Month"))
    opens_year = StringField(_l("Year"))
    opens_time = StringField(_l("It opens at"))
    closes_day = StringField(_l("Day"))
    closes_month = StringField(_l("Month"))
    closes_year = StringField(_l("Year"))
    closes_time = StringField(
        _l("It closes at"),
        description=_l("Leave an hour for whoever still stands in the queue, and for counting again."),
    )

    def propose(self, now: datetime) -> None:
        """Fill in what is likely now: cards until yesterday, open today, or in the evening tomorrow."""
        today = now.date()
        held = today if now.hour < LATE else today + timedelta(days=1)
        for which, day in (("record", today - timedelta(days=1)), ("opens", held), ("closes", held)):
            for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
                self[f"{which}_{part}"].data = str(value)
        self.opens_time.data, self.closes_time.data = "9:00", f"{CLOSES}:00"

    def read(self) -> dict[str, Any]:
        """Return what `voice.open_consultation` takes; mistakes are put beside the fields."""
        name = (self.name.data or "").strip()
        if not name:
            self.refuse("name", sentence_for(CitycardError("", code="voice-name")).title)
        return {
            "name": name[: 5 * LONGEST_NAME],
            "several": self.devices.data == "several",
            "other_cities": self.cities.data == "all",
            "chosen": self.chosen.data or [],
            "record_day": day_in(self, "record", say=_title) or date.min,
            "opens_at": self._moment("opens"),
            "closes_at": self._moment("closes"),
        }

    def _moment(self, which: str) -> datetime:
        day = day_in(self, which, say=_title) or date.min
        hour = read_time(str(self[f"{which}_time"].data or ""))
        if hour is None:
            self.refuse(f"{which}_time", sentence_for(CitycardError("", code="voice-time")).title)
            hour = time.min
        # Of the days of the years 1 and 9999 there is no moment in every zone.
        if not 2000 <= day.year <= 9000:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.combine(day, hour, workplace.settings().zone)


def read_time(text: str) -> time | None:
    """Return the time of day that somebody typed; None when it is none (1)."""
    found = _TIME.fullmatch(plain_digits(text.strip()[:12]))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _title(refused: DateRefused) -> Any:
    return sentence_for(refused).title
