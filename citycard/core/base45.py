"""Base45 (RFC 9285): bytes as the 45 characters that a QR code's alphanumeric mode stores in 5.5 bits each.

1. Two bytes, read as a big-endian number n, become three characters, least significant first: n = c + 45 d + 2025 e.
2. A last single byte becomes two characters: n = c + 45 d.
3. Reading refuses every text that step 1 and 2 cannot have written: other characters, a length of 1 modulo 3, a
   triple above 65535, a pair above 255.

Written here because the published packages accept a trailing newline or lower case, and because decoding character by
character was most of the time of a whole check. All groups are reckoned at once: each stands in a lane of one big
integer, and one multiplication multiplies them all. No lane overflows into its neighbour: the largest number in one is
65535 * 46604 in 32 bits when writing, and 91124 in 24 bits when reading.
"""

from citycard.core.errors import CitycardError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""RFC 9285, table 1: the position of a character is its value."""

_LANE = 4
"""Bytes of a lane when writing; little-endian, so that its low byte comes first."""

_BAD = 255
_VALUES = bytes(ALPHABET.find(chr(code)) if chr(code) in ALPHABET else _BAD for code in range(256))
_CHARACTERS = ALPHABET.encode().ljust(256, b"?")


class Base45Error(CitycardError):
    """The text is not base45."""

    code = "base45"


def encode(data: bytes) -> str:
    """Return `data` as base45 text of 3 characters per 2 bytes."""
    # (1)
    count = len(data) // 2
    numbers = _lanes(data[1 : 2 * count : 2], count) + (_lanes(data[: 2 * count : 2], count) << 8)
    # Dividing every lane by 45: n * 46604 >> 21 is n // 45 for all n below 65536, n * 1457 >> 16 for all below 1457
    # (tried for each in the tests); what the shift moves in from the neighbour is masked away.
    tops = numbers * 46604 >> 21 & _mask(0x7FF, count)
    highs = tops * 1457 >> 16 & _mask(0x3F, count)
    values = bytearray(3 * count)
    values[::3] = _low_bytes(numbers - 45 * tops, count)
    values[1::3] = _low_bytes(tops - 45 * highs, count)
    values[2::3] = _low_bytes(highs, count)
    # (2)
    if len(data) & 1:
        values += bytes((data[-1] % 45, data[-1] // 45))
    return values.translate(_CHARACTERS).decode("ascii")


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
    one = int.from_bytes(b"\xff\0\0" * count, "little")
    sums = (groups & one) + 45 * (groups >> 8 & one) + 2025 * (groups >> 16 & one)
    numbers = sums.to_bytes(3 * count, "little")
    if numbers[2::3] != bytes(count):
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


def _lanes(values: bytes, count: int) -> int:
    """Return one integer with each of the `count` bytes in a lane of its own."""
    spread = bytearray(_LANE * count)
    spread[::_LANE] = values
    return int.from_bytes(spread, "little")


def _low_bytes(lanes: int, count: int) -> bytes:
    """Return the low byte of each lane."""
    return lanes.to_bytes(_LANE * count, "little")[::_LANE]


def _mask(bits: int, count: int) -> int:
    """Return an integer with `bits` in each lane."""
    return int.from_bytes(bits.to_bytes(_LANE, "little") * count, "little")
