"""Base45 (RFC 9285): bytes as the 45 characters that a QR code's alphanumeric mode stores in 5.5 bits each.

1. Two bytes, read as a big-endian number n, become three characters, least significant first: n = c + 45 d + 2025 e.
2. A last single byte becomes two characters: n = c + 45 d.
3. Reading refuses every text that step 1 and 2 cannot have written: other characters, a length of 1 modulo 3, a
   triple above 65535, a pair above 255.

Written here because the published packages accept a trailing newline or lower case, and because decoding character by
character was most of the time of a whole check. All groups are reckoned at once: each stands in a lane of one big
integer, and one addition or multiplication does it for all. No lane overflows into its neighbour: writing adds three
digits of 45 in 8 bits (90 at most), reading reaches 91124 in 24.
"""

from functools import partial

from citycard.core.errors import CitycardError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""RFC 9285, table 1: the position of a character is its value."""

_BAD = 255
_VALUES = bytes(ALPHABET.find(chr(code)) if chr(code) in ALPHABET else _BAD for code in range(256))

_HIGH_C, _HIGH_D, _HIGH_E = (bytes(256 * high // unit % 45 for high in range(256)) for unit in (1, 45, 2025))
_LOW_C, _LOW_D = (bytes(low // unit % 45 for low in range(256)) for unit in (1, 45))
"""What the first and the second byte of a group give to each of its characters (step 1)."""

_CARRY = bytes(total // 45 for total in range(256))
_CHARACTERS = bytes(ord(ALPHABET[total % 45]) for total in range(256))
"""A sum of such digits: what goes over to the next character, and the character itself."""

_FIRST = int.from_bytes(b"\xff\0\0" * 600, "little")
"""Masks the first of three characters, in 1,800 of them. A longer text, of which no card has one, makes its own."""


_lanes = partial(int.from_bytes, byteorder="little")
"""One integer with a byte in each lane."""


class Base45Error(CitycardError):
    """The text is not base45."""

    code = "base45"


def encode(data: bytes) -> str:
    """Return `data` as base45 text of 3 characters per 2 bytes."""
    # (1)
    count = len(data) // 2
    highs, lows = data[: 2 * count : 2], data[1::2]
    firsts = (_lanes(highs.translate(_HIGH_C)) + _lanes(lows.translate(_LOW_C))).to_bytes(count, "little")
    sums = _lanes(highs.translate(_HIGH_D)) + _lanes(lows.translate(_LOW_D)) + _lanes(firsts.translate(_CARRY))
    seconds = sums.to_bytes(count, "little")
    thirds = (_lanes(highs.translate(_HIGH_E)) + _lanes(seconds.translate(_CARRY))).to_bytes(count, "little")
    digits = bytearray(3 * count)
    digits[::3], digits[1::3], digits[2::3] = firsts, seconds, thirds
    # (2)
    if len(data) & 1:
        digits += bytes(divmod(data[-1], 45)[::-1])
    return digits.translate(_CHARACTERS).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of base45 `text`; raise `Base45Error` for a text that `encode` cannot have written."""
    # (3) Latin-1 covers every byte value; any other character fails here and is no base45 either.
    try:
        values = text.encode("latin-1").translate(_VALUES)
    except UnicodeEncodeError:
        raise Base45Error("The text has characters that no card code has.", code="base45-alphabet") from None
    if _BAD in values:
        raise Base45Error("The text has characters that no card code has.", code="base45-alphabet")
    count, rest = divmod(len(values), 3)
    if rest == 1:
        raise Base45Error("The text has a length that no card code has.", code="base45-length")
    # A group of three characters is a lane of three bytes already: c, d << 8, e << 16.
    groups = int.from_bytes(values[: 3 * count], "little")
    first = _FIRST if count <= 600 else int.from_bytes(b"\xff\0\0" * count, "little")
    sums = (groups & first) + 45 * (groups >> 8 & first) + 2025 * (groups >> 16 & first)
    numbers = sums.to_bytes(3 * count, "little")
    if numbers[2::3].strip(b"\0"):
        raise Base45Error("The text holds a group that no bytes give.", code="base45-overflow")
    data = bytearray(2 * count)
    data[::2] = numbers[1::3]
    data[1::2] = numbers[::3]
    if rest == 2:
        last = values[-2] + 45 * values[-1]
        if last > 255:
            raise Base45Error("The text ends in a pair that no byte gives.", code="base45-overflow")
        data.append(last)
    return bytes(data)
