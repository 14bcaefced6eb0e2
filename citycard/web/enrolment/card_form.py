"""The form of the card screen: what goes on the card, what of it into the code, whom to call.

1. The ways of the address are those that the papers leave (`EnrolmentFile.address_as`), and always none at all. For a
   protected address there is nothing to type: what no field takes can be on no card, in no code and in no file.
2. "c/o" wants the name of an organisation in the register and a look at its letter: the date is typed, compared and
   forgotten with the request. Who comes back to the screen without another organisation need not type it again.
3. Whom to call is asked of young people openly, of others behind "other situation"; it is in no code.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from citycard.core.claims import MAX_ADDRESS
from citycard.core.errors import CitycardError
from citycard.core.text import tidy
from citycard.operations import organisations
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.printing.coverage import check_drawable
from citycard.store.organisations import Attests, Organisation
from citycard.web.enrolment.dates import DateRefused, read_day
from citycard.web.enrolment.forms import OFF, ScreenForm, offer
from citycard.web.enrolment.sentences import sentence
from citycard.web.organisations.sentences import sentence_of

MAX_LINES = 5
"""Lines of an address that the back of the card has room for."""

MAX_CALLED = 60
"""Letters of the name of somebody to call: two lines of the back."""

MAX_PHONE = 30
"""Signs of a telephone number: with country, area and extension one line of the back."""

WAYS = {
    "full": ("none", "full", "protected"),
    "care_of": ("none", "care_of", "protected"),
    "none": ("none",),
    "protected": ("protected",),
    "": ("none",),
}
"""What the holder may choose, by what the papers leave (1)."""

WORDS = {
    "none": _l("No address"),
    "full": _l("This address"),
    "care_of": _l("Care of an organisation (c/o)"),
    "protected": _l("Protected: nothing is typed"),
}


class CardForm(ScreenForm):
    """What goes on the card and into its code."""

    HOLDS = (
        "portrait_in_code",
        "own_script_in_code",
        "address_kind",
        "address",
        "address_in_code",
        "emergency_name",
        "emergency_phone",
        "language_in_code",
    )
    TICKS = ("own_script_in_code", "address_in_code", "language_in_code")

    portrait_in_code = RadioField(
        _l("Portrait in the code"),
        choices=offer([("yes", _l("With portrait")), ("no", _l("Without portrait"))]),
        validate_choice=False,
    )
    own_script_in_code = BooleanField(_l("The name in its own script, and its language"))
    address_kind = RadioField(_l("Address on the back"), choices=[], validate_choice=False)
    address = TextAreaField(
        _l("Address"),
        description=_l("As it should stand on the card: up to five lines."),
        render_kw={**OFF, "rows": 3},
    )
    organisation = SelectField(_l("Organisation"), choices=[], validate_choice=False)
    letter_day = StringField(_l("Day"))
    letter_month = StringField(_l("Month"))
    letter_year = StringField(_l("Year"))
    address_in_code = BooleanField(_l("Also put it into the code"))
    emergency_name = StringField(_l("Name"), description=_l("As the holder calls them."), render_kw=OFF)
    emergency_phone = StringField(
        _l("Telephone"),
        description=_l("As one dials it from here."),
        render_kw={**OFF, "inputmode": "tel", "dir": "ltr"},
    )
    language_in_code = BooleanField(_l("The holder's language"))

    file: EnrolmentFile
    attesting: Sequence[Organisation] = ()

    def suit(self, file: EnrolmentFile, attesting: Sequence[Organisation], *, choice: str) -> None:
        """Ask only what this file leaves to be asked; `choice` is the city's word on the portrait in the code."""
        self.file, self.attesting = file, attesting
        if choice != "choice":
            del self.portrait_in_code
        if not file.own_script_name:
            del self.own_script_in_code
        self.address_kind.choices = offer((way, WORDS[way]) for way in self.ways)
        if self.address_kind.data not in self.ways:
            self.address_kind.data = self.ways[0]
        if "care_of" not in self.ways:
            for name in ("organisation", "letter_day", "letter_month", "letter_year"):
                del self[name]
            if "full" not in self.ways:
                del self.address_in_code
        else:
            self.organisation.choices = offer([("", _l("Choose")), *((str(row.id), row.name) for row in attesting)])
            if self.organisation.data is None:
                self.organisation.data = next((str(row.id) for row in attesting if self._stands(row)), "")
        if "full" not in self.ways:
            del self.address

    @property
    def ways(self) -> tuple[str, ...]:
        """What can be chosen of the address (1)."""
        return WAYS.get(self.file.address_as, WAYS[""])

    def read(self, *, today: date) -> dict[str, Any]:
        """Return what the file shall say; mistakes are put beside the fields."""
        values: dict[str, Any] = {name: bool(self[name].data) for name in self.TICKS if name in self}
        if "portrait_in_code" in self:
            values["portrait_in_code"] = self.portrait_in_code.data
            if values["portrait_in_code"] not in ("yes", "no"):
                self.refuse("portrait_in_code", _l("Ask the holder, and choose one of the two."))
        kind = self.address_kind.data
        values["address_kind"] = kind
        values["address"] = self._full() if kind == "full" else self._care_of(today) if kind == "care_of" else ""
        if not values["address"]:
            values["address_in_code"] = False
        # (3)
        values["emergency_name"] = self.neat(self.emergency_name, at_most=MAX_CALLED)
        values["emergency_phone"] = self.neat(self.emergency_phone, at_most=MAX_PHONE)
        if values["emergency_name"] and not values["emergency_phone"] and not self.emergency_phone.errors:
            self.refuse("emergency_phone", _l("Write the telephone number, or leave the name out."))
        return values

    def _full(self) -> str:
        typed = self.address.data or ""
        if len(typed) > 4 * MAX_ADDRESS:
            self.refuse("address", _l("This is too long for the card. Write it the way it should stand on the card."))
            return ""
        lines: list[str] = []
        for line in typed.splitlines():
            try:
                neat = tidy(line, at_most=MAX_ADDRESS)
                lines += [check_drawable(neat, field="address")] if neat else []
            except CitycardError as error:
                self.refuse("address", sentence(error))
                return ""
        if not lines:
            self.refuse("address", _l("Write the address, or choose “No address”."))
        if len(lines) > MAX_LINES or len("\n".join(lines)) > MAX_ADDRESS:
            self.refuse("address", _l("The card has room for five lines and 200 letters of address."))
        return "\n".join(lines)

    def _care_of(self, today: date) -> str:
        """ "c/o" and the organisation that was chosen, if its letter counts (2)."""
        chosen = next((row for row in self.attesting if str(row.id) == self.organisation.data), None)
        if chosen is None:
            self.refuse("organisation", _l("Choose the organisation that wrote the letter."))
            return ""
        written = tuple(str(self[f"letter_{part}"].data or "").strip() for part in ("day", "month", "year"))
        if self._stands(chosen) and not any(written):
            return self.file.address
        try:
            organisations.check_letter(chosen, read_day(*written), kind=Attests.CARE_OF, day=today)
        except DateRefused as error:
            self.refuse(f"letter_{error.part}", sentence_of(error))
        except CitycardError as error:
            self.refuse("letter_day", sentence_of(error))
        return organisations.care_of(chosen)

    def _stands(self, row: Organisation) -> bool:
        return self.file.prints_address and self.file.address == organisations.care_of(row)
