"""What a card says: the claims of the token (RFC 8392) and the identity in claim 169 (MOSIP 169 QR Code, version 1.2).

1. The token has exactly issuer (1), expiry (4), issue (6), identity (169) and status (65535): nothing more, nothing
   missing. Times are whole seconds; issue comes before expiry; no card is valid longer than `MAX_VALIDITY`.
2. The identity has card number (1) and profile version (2), and that is all in a light code. A full code adds the name
   (4) and, of the others, only what the table `_TESTS` allows.
3. Portrait (16) and its format (17, WebP) come together, as do the name in another script (19) and its language (20).
4. Gender, nationality, marital status, guardian, legal status and biometrics have no place in the table, so that no
   city can write them and no reader shows them.

A date of birth is `YYYYMMDD`, or `YYYY` where only the year is known. The specification has no way to say that; ours
is a documented deviation, chosen over inventing a first of January.
"""

import re
from datetime import date
from typing import Any, NamedTuple

from citycard.core.cose import SignedClaims
from citycard.core.errors import CitycardError
from citycard.core.number import is_number
from citycard.core.text import TextRefused, check_text

ISS, EXP, IAT, IDENTITY, STATUS = 1, 4, 6, 169, 65535
"""Claim numbers: RFC 8392 §4 for the first three, IANA's CWT registry for the others."""

_CLAIMS = frozenset({ISS, EXP, IAT, IDENTITY, STATUS})
_ENTRY = frozenset({"idx", "uri"})

VERSION_KEY, VERSION = 2, "1"
"""The profile version inside claim 169, always written."""

WEBP = 4
"""Format number of WebP in claim 169's key 17."""

MAX_VALIDITY = 15 * 366 * 86400
"""Fifteen years in seconds: longer than any programme's card (five to ten years), short of a card for life."""

MAX_TIME = 253402300799
"""The last second of the year 9999: what Python, browsers and databases all still call a date."""

MAX_NAME = 100
"""Longest name in characters. Longer ones exist on paper and get a form "as it should stand on the card"."""

MAX_ADDRESS = 200
"""Longest address in characters, in at most 5 lines: what fits the back of the card."""

MAX_PORTRAIT = 1100
"""Largest portrait in bytes. A code of version 28-M holds 1,154 bytes in all, so no card that fits has a larger one;
whether a whole card fits is for `issue.check_writable` to say."""

MAX_URL = 200
"""Longest issuer or status URL. Theirs are about 40; every character is paid on each card."""


class ClaimsRefused(CitycardError):
    """The claims break the closed schema; `code` names the rule."""

    code = "claims"


class Identity(NamedTuple):
    """What a code says of its holder. A light code has the number alone; texts are NFC, see `text.check_text`.

    Its `repr` is silent, and so is that of the classes that hold one: a traceback must not print a name.
    """

    number: str
    full_name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: str | None = None
    """`YYYYMMDD` or `YYYY`."""
    portrait: bytes | None = None
    """WebP."""
    location: str | None = None
    """Official code of the commune inside the issuing authority."""
    language: str | None = None
    """ISO 639-3."""
    own_script_name: str | None = None
    own_script_language: str | None = None
    """ISO 639-3."""
    address: str | None = None
    """Lines separated by a line feed."""
    country: str | None = None
    """ISO 3166-1 country of issuance, two letters."""

    def __repr__(self) -> str:
        return "<Identity>"

    @property
    def full(self) -> bool:
        """Whether this is what a full code holds, instead of a light one."""
        return self.full_name is not None

    def light(self) -> "Identity":
        """Return what the light code of the same card says: the number."""
        return Identity(self.number)


class CardClaims(NamedTuple):
    """All that one code says. Times are seconds since 1970 UTC."""

    issuer: str
    issued_at: int
    expires_at: int
    identity: Identity
    status_index: int
    status_uri: str

    def __repr__(self) -> str:
        return "<CardClaims>"


def write_claims(card: CardClaims) -> dict[Any, Any]:
    """Return `card` as a claims map with its keys in order, read back through the schema that every reader applies."""
    said = card.identity
    identity: dict[int, Any] = {1: said.number, VERSION_KEY: VERSION}
    for key, place in _OPTIONAL:
        if (value := said[place]) is not None:
            identity[key] = value
            if key == 16:
                identity[17] = WEBP
    claims = {
        ISS: card.issuer,
        EXP: card.expires_at,
        IAT: card.issued_at,
        IDENTITY: identity,
        STATUS: {"status_list": {"idx": card.status_index, "uri": card.status_uri}},
    }
    if _read(claims) != card:
        raise ClaimsRefused("The card would not read back as it was written.")
    return claims


def read_claims(claims: SignedClaims) -> CardClaims:
    """Return what signed `claims` say; raise `ClaimsRefused` if they break the closed schema (rules 1 to 4)."""
    return _read(claims)


def broken_rule(claims: dict[Any, Any]) -> str | None:
    """Return the code of the first rule that `claims`, signed or not, break; None says nothing of their truth."""
    try:
        _read(claims)
    except ClaimsRefused as refused:
        return refused.code
    return None


def broken_field(key: Any, value: Any) -> str | None:
    """Return the code of the rule that one field of claim 169 breaks by itself, or None."""
    if type(key) is not int or key not in _KNOWN_KEYS:
        return "identity-set"
    if key == VERSION_KEY:
        return None if type(value) is str and value == VERSION else "identity-form"
    if key == 17:
        return None if _is_webp_format(value) else "identity-portrait"
    _, good, code = _FIELDS[key]
    return None if good(value) else code


def _read(claims: dict[Any, Any]) -> CardClaims:
    # (1)
    if claims.keys() != _CLAIMS:
        raise _refused("claims-set")
    issued_at, expires_at = claims[IAT], claims[EXP]
    if type(issued_at) is not int or type(expires_at) is not int:
        raise _refused("claims-time")
    if not (0 <= issued_at <= MAX_TIME and 0 <= expires_at <= MAX_TIME):
        raise _refused("claims-time")
    if issued_at >= expires_at:
        raise _refused("claims-order")
    if expires_at - issued_at > MAX_VALIDITY:
        raise _refused("claims-validity")
    status = claims[STATUS]
    entry = status.get("status_list") if type(status) is dict and len(status) == 1 else None
    if type(entry) is not dict or entry.keys() != _ENTRY:
        raise _refused("claims-status")
    index, uri = entry["idx"], entry["uri"]
    if type(index) is not int or not 0 <= index < 2**32:
        raise _refused("claims-status")
    if not is_url(uri) or not is_url(claims[ISS]):
        raise _refused("claims-url")
    return CardClaims(claims[ISS], issued_at, expires_at, _read_identity(claims[IDENTITY]), index, uri)


def _read_identity(identity: Any) -> Identity:
    # (2)
    if type(identity) is not dict or identity.get(VERSION_KEY) != VERSION:
        raise _refused("identity-form")
    if not identity.keys() <= _KNOWN_KEYS or 1 not in identity:
        raise _refused("identity-set")
    if len(identity) > 2 and 4 not in identity:
        raise _refused("identity-name")
    # (3)
    if (16 in identity) != (17 in identity) or (17 in identity and not _is_webp_format(identity[17])):
        raise _refused("identity-portrait")
    if (19 in identity) != (20 in identity):
        raise _refused("identity-script")
    values: dict[str, Any] = {}
    for key, value in identity.items():
        if key in _FIELDS:
            name, good, code = _FIELDS[key]
            if not good(value):
                raise _refused(code)
            values[name] = value
    return Identity(**values)


def _refused(code: str) -> ClaimsRefused:
    return ClaimsRefused("The content of the code breaks the card profile.", code=code)


_URL = re.compile(f"https://[!-~]{{1,{MAX_URL - len('https://')}}}")
_DATE = re.compile(r"[0-9]{4}([0-9]{4})?")


def is_url(value: Any) -> bool:
    """Whether `value` is a text that can be an issuer or a status list: https, printable ASCII, not too long."""
    return type(value) is str and _URL.fullmatch(value) is not None


def _is_name(value: Any) -> bool:
    return type(value) is str and _is_text(value, MAX_NAME)


def _is_text(value: str, at_most: int) -> bool:
    try:
        check_text(value, at_most=at_most)
    except TextRefused:
        return False
    return True


def is_date_of_birth(value: Any) -> bool:
    """Whether `value` is `YYYYMMDD` of a real day or `YYYY`, from 1850 on (ASCII digits only)."""
    if type(value) is not str or _DATE.fullmatch(value) is None or value < "1850":
        return False
    if len(value) == 8:
        try:
            date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            return False
    return True


def _is_address(value: Any) -> bool:
    if type(value) is not str or len(value) > MAX_ADDRESS:
        return False
    lines = value.split("\n")
    return len(lines) <= 5 and all(_is_text(line, MAX_ADDRESS) for line in lines)


def _is_webp(value: Any) -> bool:
    # The two marks of the container (RFC 9649 §2.5). What is inside is decoded by whoever shows it, in a sandbox.
    return type(value) is bytes and 12 < len(value) <= MAX_PORTRAIT and value[:4] == b"RIFF" and value[8:12] == b"WEBP"


def _is_webp_format(value: Any) -> bool:
    return type(value) is int and value == WEBP


def _matches(pattern: str) -> Any:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.fullmatch(value) is not None


def _is_card_number(value: Any) -> bool:
    return type(value) is str and is_number(value)


_LANGUAGE = _matches("[a-z]{3}")

_TESTS: dict[int, tuple[str, Any]] = {
    1: ("number", _is_card_number),
    3: ("language", _LANGUAGE),
    4: ("full_name", _is_name),
    5: ("given_name", _is_name),
    7: ("family_name", _is_name),
    8: ("date_of_birth", is_date_of_birth),
    10: ("address", _is_address),
    16: ("portrait", _is_webp),
    19: ("own_script_name", _is_name),
    20: ("own_script_language", _LANGUAGE),
    21: ("location", _matches("[0-9A-Za-z-]{1,16}")),
    23: ("country", _matches("[A-Z]{2}")),
}
"""Key in claim 169, our name for it, and the test its value must pass; in the order of the keys."""

_FIELDS = {key: (name, good, f"identity-{name.replace('_', '-')}") for key, (name, good) in _TESTS.items()}
"""The same, with the code of its refusal."""

_OPTIONAL = tuple((key, Identity._fields.index(name)) for key, (name, _, _) in _FIELDS.items() if key != 1)
"""Every other key and its place in `Identity`, in the order of the keys, as CBOR wants a map."""

_KNOWN_KEYS = frozenset(_FIELDS) | {VERSION_KEY, 17}

assert {name for name, _, _ in _FIELDS.values()} == set(Identity._fields)  # noqa: S101
