"""The card number: random, meaningless, easy to read aloud, with a character that catches a slip.

1. 15 characters of Crockford's base32 (no I, L, O, U) from 75 random bits: never derived from the person, the order,
   the day or the desk. 75 bits make a clash among ten million cards less likely than one in a billion; the register
   refuses the clash all the same.
2. A 16th character checks them: the sum of d_i * a^i over the field of 32 elements, a = 2, is zero. Over a field this
   catches every single wrong character and every exchange of two characters, wherever they stand, because the powers
   of a differ for 31 places.
3. On paper it stands in four groups of four; read back, spaces, hyphens, lower case and the look-alikes I, L, O count
   as what they look like.
"""

from collections.abc import Callable

from citycard.core.errors import CitycardError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32."""

LENGTH = 16

Chance = Callable[[int], bytes]
"""Gives n random bytes; `os.urandom` where it matters."""

_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


class NumberRefused(CitycardError):
    """The text is no card number, or has a slip in it."""

    code = "card-number"


def new_number(chance: Chance) -> str:
    """Return a fresh card number of 16 characters."""
    # (1)
    bits = int.from_bytes(chance(10), "big") & (2**75 - 1)
    number = "".join(ALPHABET[bits >> (5 * place) & 31] for place in range(LENGTH - 1))
    # (2) The check character's power is 0, so it is the sum of the others.
    check = 0
    for weights, character in zip(_WEIGHED, number, strict=False):
        check ^= weights[character]
    return number + ALPHABET[check]


def is_number(text: str) -> bool:
    """Whether `text` is a card number exactly as codes and the register hold it."""
    if len(text) != LENGTH:
        return False
    total = 0
    try:
        for weights, character in zip(_WEIGHED, text, strict=True):
            total ^= weights[character]
    except KeyError:
        return False
    return total == 0


def printed_number(number: str) -> str:
    """Return `number` in four groups of four, as it stands on the card."""
    return "-".join(number[start : start + 4] for start in range(0, LENGTH, 4))


def read_number(text: str) -> str:
    """Return the card number that somebody typed from a card; raise `NumberRefused` for a slip."""
    # (3) The cap comes first: nobody types more than a few characters too many.
    number = text.upper().translate(_LOOKS_LIKE) if len(text) <= 64 else ""
    if not is_number(number):
        raise NumberRefused("This is not a card number: check each character.")
    return number


def _times(digit: int, power: int) -> int:
    """Return digit * a^power in the field, with a = 2 and x^5 + x^2 + 1."""
    for _ in range(power):
        digit = digit << 1 ^ (37 if digit & 16 else 0)
    return digit


_WEIGHED = tuple(
    {character: _times(digit, power) for digit, character in enumerate(ALPHABET)} for power in [*range(1, LENGTH), 0]
)
"""For each place, what each character adds to the sum."""
