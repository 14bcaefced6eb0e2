"""The file of a person while a card is being made: what was typed, the portrait, the choices. Sealed, or not at all.

`EnrolmentFile` is plain data. It is written as CBOR, so that the portrait stays bytes, and never as JSON, repr or log
line: the class refuses to print itself.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from citycard.core import cbor
from citycard.core.claims import Identity

Typed = dict[str, dict[str, str]]
"""Screen name to field name to what was typed: kept when a screen locks or an entry is refused, so nothing is lost."""


@dataclass(frozen=True, repr=False)
class EnrolmentFile:
    """All that the city knows of a person, until it forgets."""

    handle: str
    """Random; stands for this file in the audit log and is forgotten with it."""
    language: str = "fr"
    """The holder's language for the slip: fr, en, es or ar."""
    full_name: str = ""
    """The name the holder uses, in their own order."""
    name_on_card: str = ""
    """How a name longer than a card takes should stand on it; empty for `full_name` itself."""
    own_script_name: str = ""
    own_script_language: str = ""
    """ISO 639-3."""
    birth_known: str = ""
    """full, year, unknown, or empty while not asked."""
    date_of_birth: str = ""
    """YYYYMMDD, YYYY or empty."""
    gender_words: str = ""
    """The holder's own words, printed only; empty for nothing."""
    address: str = ""
    """Lines of the address, or "c/o" and the organisation; empty where none is printed or asked for."""
    address_kind: str = ""
    """What the holder wants of the ways that `address_as` leaves: full, care_of, none, protected; empty for none."""
    emergency_name: str = ""
    emergency_phone: str = ""
    """Whom to call, as they were typed; printed on the back and in no code."""
    companion: str = ""
    """Who came along with a young person: guardian, institution, or empty. Never who it was."""
    interpreter: str = ""
    """The language to interpret at the pick-up, a code of `web.enrolment.interpreters`; empty for nobody needed."""
    location: str = ""
    portrait: bytes = b""
    """For printing: JPEG, 480 x 640."""
    portrait_small: bytes = b""
    """For the code: WebP, 72 x 96."""
    portrait_whole: bytes = b""
    """What the portrait was cut from, so that it can be cut another way; gone when the enrolment is submitted."""
    portrait_cut: str = ""
    """Where in it the portrait is (`portrait_cut.Cut`)."""
    identity_checked: bool = False
    residence_checked: bool = False
    rule_set: str = ""
    """Version of the evidence rules that were applied."""
    birth_date_seen: bool = False
    """Whether a paper showed the date of birth, or the rules ask for none: without it the card shows no date."""
    replaces: str = ""
    """The number of the card that this one takes the place of; that one ends when this one is issued."""
    worn_card: str = ""
    """The number of a card of which the light code alone could be read. Once its printed face was compared, `replaces`
    holds it too, and the card is one paper among others."""
    moved: str = ""
    """good, over (its last day is past) or faceless (no face in its code) where it begins from a card of a city that we
    recognise; never which city."""
    old_portrait: bytes = b""
    """The face in that card's code, to compare with; gone when the enrolment is submitted."""
    vouched: bool = False
    """Whether, instead of papers, a referee whom the city trusts says who this is, to two of the staff."""
    second_look: str = ""
    """yes, no, or empty while not drawn: whether a colleague decides on this card where not every card has one."""
    address_as: str = ""
    """How the address may stand on the card: full, care_of, none or protected; empty while nobody has looked."""
    portrait_in_code: str = ""
    """yes, no, or empty while not chosen."""
    own_script_in_code: bool = False
    language_in_code: bool = False
    address_in_code: bool = False
    full_code: str = ""
    light_code: str = ""
    recovery_code: str = ""
    """As it is printed on the slip; of the card that is issued, and with it made anew (`recovery`)."""
    slip_printed: bool = False
    """Whether the holder's slip and home sheet were opened for printing; until then nothing is handed over."""
    typed: Typed = field(default_factory=dict)
    kept_portrait: bytes = b""
    """A portrait that came from a screen that had locked: like `typed`, it is nothing until somebody saves it."""
    kept_portrait_small: bytes = b""

    def __repr__(self) -> str:
        return "<EnrolmentFile>"

    def changed(self, **values: Any) -> "EnrolmentFile":
        """Return the file with other values."""
        return replace(self, **values)

    def to_bytes(self) -> bytes:
        """Return the file for sealing."""
        return cbor.encode({item.name: getattr(self, item.name) for item in fields(self)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "EnrolmentFile":
        """Return the file that `to_bytes` wrote; members of an older version get their defaults."""
        values = cbor.decode(content)
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})

    @property
    def card_name(self) -> str:
        """The name as it stands on the card and in its code."""
        return self.name_on_card or self.full_name

    @property
    def prints_address(self) -> bool:
        """Whether the card shows an address: the holder wants it, in the very way that the papers allow."""
        return bool(self.address) and self.address_kind in ("full", "care_of") and self.address_kind == self.address_as

    @property
    def from_worn_card(self) -> bool:
        """Whether a worn card lies on the desk whose printed face was compared: it counts as a paper."""
        return bool(self.worn_card) and self.worn_card == self.replaces

    @property
    def own_word_for_birth(self) -> bool:
        """Whether the holder's own word is enough for the date of birth: of somebody young whom no family can prove."""
        return self.companion == "institution"

    def looked_at(self, address_as: str) -> "EnrolmentFile":
        """Return the file once the papers said how the address may stand; what was typed for another way is dropped.

        An organisation is dropped in any case: its letter is one of the papers, and is looked at with them.
        """
        if address_as == self.address_as and address_as != "care_of":
            return self
        return self.changed(address_as=address_as, address="", address_kind="", address_in_code=False)

    def identity(self, number: str, *, country: str) -> Identity:
        """Return what the full code will say: only what is printed on the card and the holder agreed to."""
        own_script = self.own_script_in_code and self.own_script_name
        return Identity(
            number=number,
            full_name=self.card_name,
            date_of_birth=self.date_of_birth or None,
            portrait=self.portrait_small if self.portrait_in_code == "yes" else None,
            location=self.location or None,
            language=_ISO_639_3[self.language] if self.language_in_code else None,
            own_script_name=self.own_script_name if own_script else None,
            own_script_language=self.own_script_language if own_script else None,
            address=self.address if self.address_in_code and self.prints_address else None,
            country=country,
        )

    def approved_content(self, *, validity_years: int) -> bytes:
        """Return what an approval binds: every value that reaches the card or its code, and for how long."""
        left_out = {
            "handle",
            "typed",
            "portrait_whole",
            "portrait_cut",
            "old_portrait",
            "worn_card",
            "moved",
            "kept_portrait",
            "kept_portrait_small",
            "full_code",
            "light_code",
            "recovery_code",
            "slip_printed",
            "interpreter",
        }
        content = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in left_out}
        return cbor.encode({**content, "validity_years": validity_years})


_ISO_639_3 = {"fr": "fra", "en": "eng", "es": "spa", "ar": "ara"}


def language_of(iso_639_3: str | None) -> str:
    """Return the language of slips and pages that a code's language is, or nothing for any other."""
    return next((ours for ours, theirs in _ISO_639_3.items() if theirs == iso_639_3), "")


def last_day(issued_on: date, *, years: int) -> date:
    """Return the last day of a card: the day before the same day `years` later (29 February counts as 28)."""
    try:
        same_day = issued_on.replace(year=issued_on.year + years)
    except ValueError:
        same_day = issued_on.replace(year=issued_on.year + years, day=28)
    return date.fromordinal(same_day.toordinal() - 1)
