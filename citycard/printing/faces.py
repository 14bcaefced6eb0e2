"""What stands on a card and on its home sheet, in full and in the order of importance.

Nothing is in a code that its holder cannot read on the card: every field of the full code has a field here, and every
field here is printed. The reverse is not so: `gender_words` and the emergency contact are printed and in no code.

The classes have no `repr`: a name that reaches a log by way of an error report would never be forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from citycard.printing.paper import Phrase


@dataclass(frozen=True, kw_only=True, repr=False)
class CardFace:
    """One card, ready to be drawn. Texts are in NFC and free of control characters; `core.text` saw to that."""

    city_names: Mapping[str, str]
    """The city's name by language; the card is headed by the one in `city_language`."""
    city_language: str
    """The language of the card itself (its labels); English stands beside it, small."""
    colour: str
    """The city's colour, "#rrggbb". Darkened where white letters on it would be hard to read."""
    issuer: str
    """The address that names the city in every code."""
    report_loss: str
    """Where a loss is reported: an address or a telephone number, printed on the back."""
    number: str
    """16 characters, printed in groups of four."""
    issued_on: date
    expires_on: date
    name: str
    """The name the holder uses, as it should stand on the card."""
    language: str
    """The holder's language, one of the office's: for the slip, and with `language_in_code` for a line of the back."""
    full_code: str
    light_code: str
    arms: bytes | None = None
    """The city's arms, SVG or PNG."""
    portrait: bytes | None = None
    """For the eye: JPEG, PNG or WebP in 3:4, best 480 x 640. Not the small one inside the code."""
    portrait_in_code: bool = False
    """Whether the full code holds the small picture; the slip says so."""
    own_script_name: str | None = None
    own_script_language: str | None = None
    date_of_birth: str | None = None
    """"YYYYMMDD", or "YYYY" when only the year is known."""
    gender_words: str | None = None
    """The holder's own words; printed only if they ask for it, and in no code."""
    address_lines: tuple[str, ...] = ()
    language_in_code: str | None = None
    """The holder's language as the full code says it, if they wanted it there."""
    location_name: str | None = None
    """The commune, where the authority serves several (with its official code if the full code holds it)."""
    country: str | None = None
    """Country of issuance as the full code says it, ISO 3166."""
    emergency_name: str | None = None
    emergency_phone: str | None = None
    """Whom to call, as the holder or their guardian said it."""
    demo: bool = False
    """A card from a demonstration office says so on both sides."""


@dataclass(frozen=True, kw_only=True, repr=False)
class HomeSheet:
    """What stands around the large code on the sheet that the holder keeps at home, in the holder's language."""

    language: str
    rtl: bool
    title: Phrase
    keep: Phrase
    """Keep it at home, apart from the card."""
    sentences: tuple[Phrase, ...]
    """What it is for, and who can read it."""
    in_this_code: Phrase
    """The heading over what the code says."""
    picture_of_you: Phrase
    label: Callable[[str], Phrase]
    """A label of the card (`words.BORN`), in the language of the sheet."""
    pictogram: str = ""
    """SVG, beside `keep`."""
