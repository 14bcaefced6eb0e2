"""From a scanner's text to a signed token and back: base45, zlib, CBOR of one form, COSE_Sign1."""

import zlib
from typing import Any, NamedTuple

import cbor2

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MAX_TEXT = 1732
MAX_STREAM = 65_536
MAX_DEPTH = 8
COSE_SIGN1 = 18


class NotOfThisForm(Exception):
    """The bytes are no card, list or token of the profile."""


class Token(NamedTuple):
    """A COSE_Sign1 whose signature nobody has looked at yet."""

    header: dict[Any, Any]
    unprotected: dict[Any, Any]
    claims: dict[Any, Any]
    signature: bytes
    signed: bytes


def text_to_stream(text: str) -> bytes:
    """Undo base45."""
    if not 1 <= len(text) <= MAX_TEXT or any(letter not in ALPHABET for letter in text):
        raise NotOfThisForm
    values = [ALPHABET.index(letter) for letter in text]
    out = b""
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if not size or number >= 256**size:
            raise NotOfThisForm
        out += number.to_bytes(size, "big")
    return out


def stream_to_text(data: bytes) -> str:
    """Write base45."""
    letters = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, value = divmod(number, 45)
            letters.append(ALPHABET[value])
    return "".join(letters)


def inflate(data: bytes, *, at_most: int = MAX_STREAM) -> bytes:
    """Undo zlib: one whole stream, nothing after it, never more than `at_most` bytes in memory."""
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, at_most + 1)
    except zlib.error:
        raise NotOfThisForm from None
    if len(out) > at_most or not stream.eof or stream.unused_data:
        raise NotOfThisForm
    return out


def read_item(data: bytes) -> Any:
    """Read CBOR that has one form; the same value encoded again must give the same bytes."""
    try:
        item = cbor2.loads(data, allow_indefinite=False, allow_duplicate_keys=False, max_depth=MAX_DEPTH + 2)
        if not _is_plain(item, MAX_DEPTH) or write_item(item) != data:
            raise NotOfThisForm
    except NotOfThisForm:
        raise
    except Exception as error:  # whatever a stranger's bytes do to the library
        raise NotOfThisForm from error
    return item


def write_item(item: Any) -> bytes:
    """Write CBOR in its one form: keys of maps in the order of their encodings."""
    if isinstance(item, dict):
        pairs = sorted((write_item(key), write_item(value)) for key, value in item.items())
        return _head(5, len(pairs)) + b"".join(key + value for key, value in pairs)
    if isinstance(item, list):
        return _head(4, len(item)) + b"".join(map(write_item, item))
    return cbor2.dumps(item)


def read_token(data: bytes) -> Token:
    """Take a COSE_Sign1 apart, believing nothing."""
    if data[:2] != b"\xd2\x84":
        raise NotOfThisForm
    items = read_item(data[1:])
    if list(map(type, items)) != [bytes, dict, bytes, bytes]:
        raise NotOfThisForm
    header, claims = read_item(items[0]), read_item(items[2])
    if type(header) is not dict or type(claims) is not dict:
        raise NotOfThisForm
    return Token(header, items[1], claims, items[3], to_be_signed(items[0], items[2]))


def to_be_signed(header: bytes, claims: bytes) -> bytes:
    """The bytes that a signature covers."""
    return write_item(["Signature1", header, b"", claims])


def write_token(header: dict[Any, Any], claims: dict[Any, Any], sign: Any) -> bytes:
    """Make a COSE_Sign1; `sign` gives 64 bytes for the bytes to be signed."""
    first, second = write_item(header), write_item(claims)
    return _head(6, COSE_SIGN1) + write_item([first, {}, second, sign(to_be_signed(first, second))])


def _head(major: int, number: int) -> bytes:
    # A head is written like the integer of the same number, with another major type.
    plain = cbor2.dumps(number)
    return bytes([plain[0] | major << 5]) + plain[1:]


def _is_plain(item: Any, depth: int) -> bool:
    if type(item) is int:
        return -(2**64) <= item < 2**64
    if item is None or type(item) in (str, bytes, bool):
        return True
    if not depth:
        return False
    if type(item) is list:
        return all(_is_plain(each, depth - 1) for each in item)
    return type(item) is dict and all(
        type(key) in (int, str) and _is_plain(key, depth) and _is_plain(value, depth - 1) for key, value in item.items()
    )
