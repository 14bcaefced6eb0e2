"""What two officials read to each other over the telephone before their cities trust each other.

1. The fingerprint is the SHA-256 of the root.json as offered, byte for byte.
2. As digits (the normative form): the number that the hash is, modulo 10^40, in 8 groups of 5.
3. As words: the hash's first 132 bits, as 12 words of one list that is the same in every language.

Why this long: to pass for a city, somebody must find a second root whose reading is the same as the true one's, 2^132
attempts whichever form is read. 100 bits would do for decades; 40 digits are dictated in under a minute, while all 78
digits of the hash would tempt people to compare the two ends only. Digits and words come from different ends of the
hash, so that comparing both compares all of it.
"""

import hashlib
from dataclasses import dataclass

from citycard.core.text import plain_digits
from citycard.partners.words import BITS, WORDS

GROUPS, GROUP = 8, 5
WORD_COUNT = 12
HASH_BITS = 256

_SPACES = " \t\r\n-.\u00a0\u202f"
"""What people and forms put between groups, the narrow space of French typography included."""


@dataclass(frozen=True)
class Fingerprint:
    """The fingerprint of one root.json."""

    sha256: bytes

    @classmethod
    def of(cls, root: bytes) -> "Fingerprint":
        """Return the fingerprint of the bytes of a root.json (1)."""
        return cls(hashlib.sha256(root).digest())

    @property
    def hex(self) -> str:
        """The whole hash, for the register and the audit log."""
        return self.sha256.hex()

    @property
    def digits(self) -> tuple[str, ...]:
        """Eight groups of five digits (2)."""
        number = f"{int.from_bytes(self.sha256, 'big') % 10 ** (GROUPS * GROUP):0{GROUPS * GROUP}d}"
        return tuple(number[start : start + GROUP] for start in range(0, len(number), GROUP))

    @property
    def words(self) -> tuple[str, ...]:
        """Twelve words (3)."""
        number = int.from_bytes(self.sha256, "big") >> (HASH_BITS - WORD_COUNT * BITS)
        places = [number >> (BITS * place) & (2**BITS - 1) for place in reversed(range(WORD_COUNT))]
        return tuple(WORDS[place] for place in places)

    def agrees_with(self, typed: str) -> bool:
        """Whether `typed` is this fingerprint in full, as digits (of any script) or as words.

        For a form where somebody types what they hear instead of ticking "it is the same".
        """
        if len(typed) > 400:
            return False
        text = typed.casefold()
        if text.split() == list(self.words):
            return True
        compact = "".join(character for character in text if character not in _SPACES)
        return plain_digits(compact) == "".join(self.digits)
