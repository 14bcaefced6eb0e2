"""What the numbers in a code are called, and how a value is shown: masked, or escaped for a terminal.

Names are those of RFC 9052, RFC 8392 and the IANA registries for COSE and CWT, and of the MOSIP 169 QR Code
specification 1.2 for claim 169.
"""

from datetime import UTC, datetime
from typing import Any

from citycard.core.claims import MAX_TIME
from citycard.core.loose_cbor import Pairs, Simple, Tagged

TAGS = {
    16: "COSE_Encrypt0",
    17: "COSE_Mac0",
    18: "COSE_Sign1",
    61: "CWT",
    96: "COSE_Encrypt",
    97: "COSE_Mac",
    98: "COSE_Sign",
    55799: "self-described CBOR",
}
ALGORITHMS = {
    -7: "ES256",
    -8: "EdDSA",
    -9: "ESP256",
    -19: "Ed25519",
    -35: "ES384",
    -36: "ES512",
    -37: "PS256",
    -47: "ES256K",
    -53: "Ed448",
    -257: "RS256",
    5: "HMAC 256/256",
}
HEADERS = {
    1: "algorithm",
    2: "critical headers",
    3: "content type",
    4: "key id",
    5: "IV",
    15: "CWT claims",
    16: "type",
    32: "x5bag",
    33: "x5chain",
    34: "x5t",
    35: "x5u",
}
CLAIMS = {
    1: "issuer",
    2: "subject",
    3: "audience",
    4: "expiry",
    5: "not before",
    6: "issued",
    7: "token id",
    8: "confirmation",
    -260: "health certificate",
    169: "identity",
    65533: "status list",
    65534: "seconds to keep",
    65535: "status",
}
FIELDS = {
    1: "number",
    2: "profile version",
    3: "language",
    4: "full name",
    5: "given name",
    6: "middle name",
    7: "family name",
    8: "date of birth",
    9: "gender",
    10: "address",
    11: "e-mail",
    12: "telephone",
    13: "nationality",
    14: "marital status",
    15: "guardian",
    16: "portrait",
    17: "portrait format",
    18: "best fingers",
    19: "name in its own script",
    20: "language of that name",
    21: "location code",
    22: "legal status",
    23: "country of issuance",
}
BIOMETRICS = range(50, 66)

PUBLIC_FIELDS = frozenset({2, 17, 23})
"""Fields of claim 169 that say nothing of a person. All others are masked, unknown ones too."""

_IMAGES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG", "PNG"), (b"RIFF", "WebP"), (b"\0\0\0\x0cjP", "JPEG 2000"))

LONGEST_SHOWN = 300
"""Characters of a value that are shown; an address has 200."""


def field_name(key: Any) -> str:
    """Return what a key of claim 169 is called."""
    if type(key) is int and key in BIOMETRICS:
        return "biometrics"
    return FIELDS.get(key, "unknown") if type(key) is int else "unknown"


def label(key: Any, names: dict[int, str]) -> str:
    """Return "4 (key id)", or the key alone where it has no name here."""
    name = names.get(key) if type(key) is int else None
    return f"{key} ({name})" if name else printable(key)


def printable(value: Any) -> str:
    """Return `value` as one line that a terminal shows as it stands: no control, no bidirectional mark."""
    if type(value) is bytes:
        return f"h'{value[:32].hex()}{'…' if len(value) > 32 else ''}' ({masked(value)})"
    if type(value) is str:
        text = value[:LONGEST_SHOWN] + ("…" if len(value) > LONGEST_SHOWN else "")
        return '"' + "".join(each if each.isprintable() else f"\\u{{{ord(each):x}}}" for each in text) + '"'
    if isinstance(value, Pairs):
        return masked(value)
    if type(value) is list:
        return f"[{', '.join(printable(each) for each in value[:8])}{', …' if len(value) > 8 else ''}]"[:LONGEST_SHOWN]
    if isinstance(value, Tagged):
        return f"{value.tag}({printable(value.item)})"[:LONGEST_SHOWN]
    if isinstance(value, Simple):
        return f"simple value {value.number}"
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def masked(value: Any) -> str:
    """Return the type and size of `value`, and nothing else of it."""
    if type(value) is bytes:
        image = next((f", {name}" for start, name in _IMAGES if value.startswith(start)), "")
        return f"{len(value)} bytes{image}"
    if type(value) is str:
        return f"text, {len(value)} characters"
    if isinstance(value, Pairs):
        return f"map of {len(value)}"
    if type(value) is list:
        return f"list of {len(value)}"
    if isinstance(value, Tagged):
        return f"tag {value.tag} on {masked(value.item)}"
    return {int: "number", float: "float", bool: "true or false"}.get(type(value), "null or undefined")


def when(value: Any) -> str:
    """Return a NumericDate as a day, with the time where it is not the day's start; whatever is none as it stands."""
    if type(value) not in (int, float) or not 0 <= value <= MAX_TIME:
        return f"{printable(value)}: no time"
    moment = datetime.fromtimestamp(int(value), UTC)
    return moment.strftime("%Y-%m-%d, start of the UTC day" if value % 86400 == 0 else "%Y-%m-%d %H:%M:%S UTC")
