"""The screens' forms: what can be typed, and what of it may stand on a card.

A form is filled from one of three places: from the request; from what was kept when a screen locked; from the file. It
gives back `values()`, ready to be saved, only when it is good.

`seen` is a digest of what the screen showed of the file. When the file says something else by the time the form
arrives, somebody else was at work on the same screen, and nothing is overwritten unseen.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FileField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from citycard.core import cbor
from citycard.core.claims import MAX_NAME
from citycard.core.errors import CitycardError
from citycard.core.text import tidy
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.printing.coverage import check_drawable
from citycard.web.enrolment import interpreters, scripts
from citycard.web.enrolment.dates import DateRefused, read_birth, what_is_known
from citycard.web.enrolment.sentences import sentence
from citycard.web.languages import NAMES
from citycard.web.pages import PageForm

LONGEST_NAME = 300
"""Letters of a name that somebody uses. Names of twelve parts exist; a card takes `MAX_NAME` of them."""

MAX_WORDS = 40
"""Words for gender: one line of the card's front."""


def offer(choices: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices of a field, from values and labels."""
    return [SelectChoice(value, label) for value, label in choices]


OFF = {"autocomplete": "off", "spellcheck": "false"}
"""The browser of a counter must not offer the last person's name to the next."""


class ScreenForm(PageForm):
    """A screen of an enrolment."""

    HOLDS: tuple[str, ...] = ()
    """The members of the file that this screen fills in."""

    seen = HiddenField()

    def values(self) -> dict[str, Any]:
        """What is to be saved; only of a form that is good."""
        raise NotImplementedError

    def overtaken_by(self, file: EnrolmentFile) -> bool:
        """Whether the file says something else than when this form was drawn."""
        return bool(self.seen.data) and self.seen.data != self.mark(file)

    @classmethod
    def mark(cls, file: EnrolmentFile) -> str:
        """A digest of what this screen shows of `file`; it needs no key, since the page shows the same in full."""
        return hashlib.sha256(cbor.encode([getattr(file, name) for name in cls.HOLDS])).hexdigest()[:32]

    def neat(self, field: Any, *, at_most: int) -> str:
        """The text of a field as it may stand on a card; an error is put beside the field."""
        try:
            text = tidy(field.data or "", at_most=at_most)
            return check_drawable(text, field=field.name) if text else ""
        except CitycardError as error:
            self.refuse(field.name, sentence(error))
            return ""


class IdentityForm(ScreenForm):
    """Who the card is for, in the holder's own way."""

    HOLDS = (
        "full_name",
        "own_script_name",
        "own_script_language",
        "birth_known",
        "date_of_birth",
        "gender_words",
        "language",
        "location",
        "name_on_card",
        "interpreter",
    )

    full_name = StringField(
        _l("Name"),
        description=_l("The name this person uses, in the order the holder uses. One name alone is a whole name."),
        render_kw=OFF,
    )
    name_on_card = StringField(
        _l("How should it stand on the card?"),
        description=_l("The card takes 100 letters. The holder says which part of the name, and in which form."),
        render_kw=OFF,
    )
    day = StringField(_l("Day"))
    month = StringField(_l("Month"))
    year = StringField(_l("Year"))
    birth_known = RadioField(
        _l("What of it goes on the card?"),
        choices=offer(
            [
                ("full", _l("The whole date")),
                ("year", _l("Only the year")),
                ("unknown", _l("Nothing of it")),
            ]
        ),
        validate_choice=False,
    )
    language = SelectField(
        _l("Holder's language"), description=_l("For the slip to take home."), choices=offer(NAMES.items())
    )
    location = SelectField(_l("Commune"), choices=[])
    picture = FileField(_l("Picture"), description=_l("JPEG, PNG or WebP, at most 10 megabytes."))
    quarter_turns = HiddenField()
    frame_left = HiddenField()
    frame_top = HiddenField()
    frame_width = HiddenField()
    own_script_name = StringField(
        _l("Name in its own script"), description=_l("Printed below the name."), render_kw=OFF
    )
    own_script_language = SelectField(_l("Language of that script"))
    gender_words = StringField(
        _l("Gender, in the holder's own words"),
        description=_l(
            "Printed only if the holder wants it; it is in no code. Nobody asks for a proof, "
            "and nothing tells that it was another before."
        ),
        render_kw=OFF,
    )
    interpreter = SelectField(
        _l("Interpreter at the pick-up"),
        description=_l("Colleagues see it beside the ticket. It is forgotten with the rest."),
    )

    places: Collection[str] = ()
    """Codes of the communes that can be chosen."""

    def values(self) -> dict[str, Any]:
        """What the file shall say."""
        return dict(self._values)

    def read(self, *, today: date) -> bool:
        """Read every field; whether all are good. Mistakes are put beside the fields."""
        values: dict[str, Any] = {"full_name": self.neat(self.full_name, at_most=LONGEST_NAME)}
        if not values["full_name"] and not self.full_name.errors:
            self.refuse("full_name", _l("Type the name."))
        values["name_on_card"] = ""
        if self.asks_how_it_stands:
            values["name_on_card"] = self.neat(self.name_on_card, at_most=MAX_NAME)
            if not values["name_on_card"] and not self.name_on_card.errors:
                self.refuse("name_on_card", _l("The name is longer than the card. How should it stand there?"))
        written = (self.day.data or "", self.month.data or "", self.year.data or "")
        values["birth_known"] = what_is_known(*written, self.birth_known.data or "")
        values["date_of_birth"] = ""
        if not values["birth_known"]:
            self.refuse("day", _l("Write the date of birth, or choose what is known of it."))
        try:
            values["date_of_birth"] = read_birth(*written, known=values["birth_known"], today=today)
        except DateRefused as error:
            self.refuse(error.part, sentence(error))
        values["language"] = self.language.data
        if values["language"] not in NAMES:
            self.refuse("language", _l("Choose a language."))
        values["own_script_name"] = self.neat(self.own_script_name, at_most=MAX_NAME)
        values["own_script_language"] = (self.own_script_language.data or "") if values["own_script_name"] else ""
        if values["own_script_name"] and values["own_script_language"] not in scripts.LANGUAGES:
            self.refuse("own_script_language", _l("Choose the language of this script."))
        values["gender_words"] = self.neat(self.gender_words, at_most=MAX_WORDS)
        values["interpreter"] = self.interpreter.data or ""
        if values["interpreter"] and values["interpreter"] not in interpreters.LANGUAGES:
            self.refuse("interpreter", _l("Choose a language."))
        if "location" in self:
            values["location"] = self.location.data
            if values["location"] not in self.places:
                self.refuse("location", _l("Choose the commune."))
        self._values = values
        return not self.mistakes

    @property
    def asks_how_it_stands(self) -> bool:
        """Whether the name as it was typed is longer than a card takes."""
        plain = " ".join(unicodedata.normalize("NFC", (self.full_name.data or "")[: 4 * LONGEST_NAME]).split())
        return len(plain) > MAX_NAME


def kept_as_form(typed: Mapping[str, str]) -> MultiDict[str, str]:
    """What was kept when a screen locked, as if it had just been typed."""
    return MultiDict(typed)
