"""Reading and writing a card, in the one order of docs/card-format.md: the first failure decides."""

import re
import unicodedata
import zlib
from collections.abc import Container, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from .codes import NotOfThisForm, Token, inflate, read_token, stream_to_text, text_to_stream, write_token
from .keys import BadSignature, Key, Sign
from .lists import StatusList

ALGORITHMS = (-7, -8, -19)
LONGEST = 15 * 366 * 86_400
LAST_SECOND = 253_402_300_799
NAMES = {
    **{1: "number", 3: "language", 4: "full_name", 5: "given_name", 7: "family_name", 8: "date_of_birth"},
    **{10: "address", 16: "portrait", 19: "own_script_name", 20: "own_script_language", 21: "location", 23: "country"},
}
FORBIDDEN = """
0000-001F 007F-009F 00AD 034F 061C 115F-1160 17B4-17B5 200B 200E-200F 2028-202E 2060-206F 2800 3164 D800-F8FF
FDD0-FDEF FE00-FE0F FEFF FFA0 FFF0-FFFF 1FFFE-1FFFF 2FFFE-2FFFF 3FFFE-3FFFF E0000-E0FFF F0000-10FFFF
0897 1ACF-1AFF 105C0-105FF 10D40-10D8F 10EC0-10EFF 11380-113FF 11F00-11F5F 16100-1613F 16D40-16D7F 1E08F
1E4D0-1E4FF 1E5D0-1E5FF 1E6C0-1E6FF
"""
MARKS = "0300-036F 1AB0-1AFF 1DC0-1DFF 20D0-20FF FE20-FE2F"
SPACES = "0020 00A0 1680 2000-200A 202F 205F 3000"
AMBER, RED = 24 * 3600, 21 * 86_400


class City(NamedTuple):
    """What a reader holds of a city."""

    issuer: str
    keys: tuple[Key, ...]
    status_lists: tuple[str, ...]

    def key(self, kid: bytes, use: str) -> Key | None:
        """Look a key up by its id."""
        return next((key for key in self.keys if key.kid == kid and key.use == use), None)


class Answer(NamedTuple):
    """A verdict; of a card that is good, also what it says."""

    verdict: str
    fields: dict[str, Any] = {}


class _Ends(Exception):
    def __init__(self, verdict: str) -> None:
        self.verdict = verdict


def read_card(
    text: str,
    cities: Mapping[str, City],
    lists: Mapping[str, StatusList],
    now: datetime,
    *,
    accepts: Container[str] | None = None,
    amber: int = AMBER,
    red: int = RED,
    red_for: Mapping[str, int] = {},
) -> Answer:
    """Say what a desk may know of this code. `accepts` names the issuers whose cards are taken, if not all."""
    seconds = int(now.timestamp())
    try:
        issuer, address, identity = _signed_card(text, cities, lists, seconds)
    except NotOfThisForm:
        return Answer("MALFORMED")
    except _Ends as end:
        return Answer(end.verdict)
    # 13
    held = lists.get(address) if address in cities[issuer].status_lists else None
    if held is None or seconds >= held.expires or seconds - held.signed >= red_for.get(issuer, red):
        return Answer("STALE_STATUS")
    # 14, 15
    if accepts is not None and issuer not in accepts:
        return Answer("NOT_ACCEPTED")
    fields = {name: identity[number] for number, name in NAMES.items() if number in identity}
    return Answer("OK_STALE" if seconds - held.signed >= amber else "OK", fields)


def _signed_card(
    text: str, cities: Mapping[str, City], lists: Mapping[str, StatusList], now: int
) -> tuple[str, str, dict[int, Any]]:
    """Steps 1 to 12."""
    # steps 1 to 3
    token = read_token(inflate(text_to_stream(text)))
    # 4, 5
    if 16 in token.header:
        raise _Ends("WRONG_TYPE")
    _must(set(token.header) == {1, 4} and not token.unprotected and len(token.signature) == 64)
    algorithm, kid = token.header[1], token.header[4]
    _must(type(algorithm) is int and algorithm in ALGORITHMS and type(kid) is bytes and len(kid) == 8)
    # 6
    issuer = token.claims.get(1)
    _must(type(issuer) is str)
    city = cities.get(issuer)
    key = city.key(kid, "card") if city else None
    if city is None or key is None:
        raise _Ends("UNKNOWN_ISSUER")
    # 7
    try:
        key.check(token.signed, token.signature, algorithm)
    except BadSignature:
        raise _Ends("BAD_SIGNATURE") from None
    # 8
    if key.state == "compromised":
        raise _Ends("KEY_REVOKED")
    _must(_is_time(token.claims.get(6)))
    issued = _day(token.claims[6])
    if not key.first <= issued <= key.last:
        raise _Ends("KEY_REVOKED")
    # 9, 10
    identity = token.claims.get(169)
    if type(identity) is dict and 2 in identity and identity[2] != "1":
        raise _Ends("UNSUPPORTED")
    index, address = _claims(token)
    _identity(identity)
    # 11
    if issued > _day(now):
        raise _Ends("NOT_YET")
    if now >= token.claims[4]:
        raise _Ends("EXPIRED")
    # 12
    held = lists.get(address) if address in city.status_lists else None
    if held is not None:
        _must(index < len(held))
        if held[index]:
            raise _Ends("SUSPENDED" if held[index] == 2 else "REVOKED")
    return issuer, address, identity


def _claims(token: Token) -> tuple[int, str]:
    claims = token.claims
    _must(set(claims) == {1, 4, 6, 169, 65535} and _is_time(claims[4]) and _is_address(claims[1]))
    _must(0 < claims[4] - claims[6] <= LONGEST)
    status = claims[65535]
    _must(type(status) is dict and set(status) == {"status_list"} and type(status["status_list"]) is dict)
    _must(set(status["status_list"]) == {"idx", "uri"})
    index, address = status["status_list"]["idx"], status["status_list"]["uri"]
    _must(type(index) is int and 0 <= index < 2**32 and _is_address(address))
    return index, address


def _identity(said: Any) -> None:
    _must(type(said) is dict and {1, 2} <= set(said) and set(said) <= {2, 17, *NAMES})
    _must(set(said) == {1, 2} or 4 in said)
    _must((16 in said) == (17 in said) and (19 in said) == (20 in said))
    for number, value in said.items():
        if number == 16:
            _must(type(value) is bytes and 13 <= len(value) <= 1100 and value[:4] == b"RIFF" and value[8:12] == b"WEBP")
            continue
        if number == 17:
            _must(type(value) is int and value == 4)
            continue
        _must(type(value) is str)
        if number == 1:
            _must(_is_number(value))
        elif number in (4, 5, 7, 19):
            _must(len(value) <= 100 and _is_text(value))
        elif number == 10:
            _must(len(value) <= 200 and len(value.split("\n")) <= 5 and all(map(_is_text, value.split("\n"))))
        elif number == 8:
            _must(_is_birth(value))
        else:
            forms = {2: "1", 3: "[a-z]{3}", 20: "[a-z]{3}", 21: "[0-9A-Za-z-]{1,16}", 23: "[A-Z]{2}"}
            _must(re.fullmatch(forms[number], value) is not None)


def _is_number(text: str) -> bool:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    if len(text) != 16 or any(letter not in letters for letter in text):
        return False
    weight, total = 1, 0
    for letter in text[:15]:
        weight = _double(weight)
        total ^= _times(letters.index(letter), weight)
    return total == letters.index(text[15])


def number_from(chance: bytes) -> str:
    """A card number: fifteen letters by chance, and the one that checks them."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    first = "".join(letters[byte % 32] for byte in chance[:15])
    return next(first + last for last in letters if _is_number(first + last))


def _double(value: int) -> int:
    return value << 1 ^ 37 if value >= 16 else value << 1


def _times(one: int, other: int) -> int:
    total = 0
    while other:
        if other & 1:
            total ^= one
        one, other = _double(one), other >> 1
    return total


def _is_birth(text: str) -> bool:
    if not re.fullmatch("[0-9]{4}|[0-9]{8}", text) or int(text[:4]) < 1850:
        return False
    try:
        return len(text) == 4 or bool(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        return False


def _class(table: str) -> str:
    parts = [part.partition("-") for part in table.split()]
    return "".join(f"{_escape(low)}-{_escape(high or low)}" for low, _, high in parts)


def _escape(code: str) -> str:
    return f"\\U{int(code, 16):08X}"


_FORBIDDEN, _SPACES = re.compile(f"[{_class(FORBIDDEN)}]"), f"[{_class(SPACES)}]"
_FLOOD = re.compile(f"[{_class(MARKS)}]{{5}}")
_ENDS = re.compile(f"^{_SPACES}|{_SPACES}$|  ")


def _is_text(text: str) -> bool:
    return bool(
        text
        and not _FORBIDDEN.search(text)
        and not _FLOOD.search(unicodedata.normalize("NFD", text))
        and unicodedata.normalize("NFC", text) == text
        and not _ENDS.search(text)
    )


def _is_time(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LAST_SECOND


def _is_address(value: Any) -> bool:
    return type(value) is str and re.fullmatch("https://[!-~]{1,192}", value) is not None


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _must(holds: bool) -> None:
    if not holds:
        raise NotOfThisForm


def write_card(
    *, issuer: str, kid: bytes, sign: Sign, identity: dict[int, Any], issued: date, ends: datetime, index: int, uri: str
) -> str:
    """The text of a card's code."""
    midnight = datetime(issued.year, issued.month, issued.day, tzinfo=UTC)
    claims = {
        **{1: issuer, 4: int(ends.timestamp()), 6: int(midnight.timestamp()), 169: identity},
        65535: {"status_list": {"idx": index, "uri": uri}},
    }
    return stream_to_text(zlib.compress(write_token({1: -7, 4: kid}, claims, sign), 9))
