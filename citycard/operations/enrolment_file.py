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
    location: str = ""
    portrait: bytes = b""
    """For printing: JPEG, 480 x 640."""
    portrait_small: bytes = b""
    """For the code: WebP, 72 x 96."""
    identity_checked: bool = False
    residence_checked: bool = False
    rule_set: str = ""
    """Version of the evidence rules that were applied."""
    portrait_in_code: str = ""
    """yes, no, or empty while not chosen."""
    own_script_in_code: bool = False
    language_in_code: bool = False
    address_in_code: bool = False
    address_on_card: bool = False
    full_code: str = ""
    light_code: str = ""
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

    def identity(self, number: str, *, country: str) -> Identity:
        """Return what the full code will say: only what is printed on the card and the holder agreed to."""
        own_script = self.own_script_in_code and self.own_script_name
        return Identity(
            number=number,
            full_name=self.full_name,
            date_of_birth=self.date_of_birth or None,
            portrait=self.portrait_small if self.portrait_in_code == "yes" else None,
            location=self.location or None,
            language=_ISO_639_3[self.language] if self.language_in_code else None,
            own_script_name=self.own_script_name if own_script else None,
            own_script_language=self.own_script_language if own_script else None,
            address=self.address if self.address_in_code and self.address_on_card and self.address else None,
            country=country,
        )

    def approved_content(self, *, validity_years: int) -> bytes:
        """Return what an approval binds: every value that reaches the card or its code, and for how long."""
        left_out = {"handle", "typed", "kept_portrait", "kept_portrait_small", "full_code", "light_code"}
        content = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in left_out}
        return cbor.encode({**content, "validity_years": validity_years})


_ISO_639_3 = {"fr": "fra", "en": "eng", "es": "spa", "ar": "ara"}


def last_day(issued_on: date, *, years: int) -> date:
    """Return the last day of a card: the day before the same day `years` later (29 February counts as 28)."""
    try:
        same_day = issued_on.replace(year=issued_on.year + years)
    except ValueError:
        same_day = issued_on.replace(year=issued_on.year + years, day=28)
    return date.fromordinal(same_day.toordinal() - 1)
