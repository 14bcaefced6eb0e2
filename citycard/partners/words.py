"""The words of a fingerprint: 2,048 invented ones, the same for every language.

A list in one language would make officials of the other spell strange words over the telephone, and four lists would
give one fingerprint four readings. So the words mean nothing anywhere, and are made of sounds that French, English,
Spanish and Arabic all have and write alike:

1. Three syllables, each a consonant of `CONSONANTS` and a vowel of `VOWELS`. No p (Arabic hears b), no v, g, j, z, h,
   c, q (read differently, or not at all, in one of the four); no e and u, which Arabic does not tell from i and o.
2. The six letters, weighted, add up to 0 modulo 11, a prime. So any single letter misheard, and any two consonants
   swapped, give no word of the list: the listener notices on the spot.
3. No syllable twice in a row ("tatari" and "tari" sound alike), and none of the pieces in `_UNWELCOME`: insults and
   sore points in one of the four languages.
4. The first 2,048 in a fixed, spread-out order, then sorted: 11 bits a word.

`words.txt` is this list, for programs in other languages; a test makes it again from these rules. The order is part of
the fingerprint: no word is ever added, removed or moved.
"""

import re
from importlib.resources import files
from itertools import product

CONSONANTS = "bdfklmnrsty"
VOWELS = "aio"
COUNT = 2048
BITS = 11

_CONSONANT_WEIGHTS = (1, 2, 3)
_VOWEL_WEIGHTS = (4, 5, 6)
_MODULUS = 11
_UNWELCOME = re.compile(
    "abid|babo|bamb|bit|bobo|dik|dilo|fak|fato|fik|fok|kaf[ai]|kak|kilo|kol|kon|kos|lok|marik|mono|moro|nabi|nasi"
    "|nik|rabi|salo|sida|sik|sod|tarad|tit|tonto"
)


def make_words() -> tuple[str, ...]:
    """Return the list, made by rules 1 to 4."""
    syllables = [consonant + vowel for consonant, vowel in product(CONSONANTS, VOWELS)]
    # (1) (2) (3)
    words = [
        "".join(three)
        for three in product(syllables, repeat=3)
        if _adds_up(three) and three[0] != three[1] != three[2] and not _UNWELCOME.search("".join(three))
    ]
    # (4) A stride that has no factor in common with the length visits every word once.
    stride = 1009
    spread = [words[place * stride % len(words)] for place in range(len(words))]
    return tuple(sorted(spread[:COUNT]))


def _adds_up(three: tuple[str, ...]) -> bool:
    total = 0
    for syllable, consonant_weight, vowel_weight in zip(three, _CONSONANT_WEIGHTS, _VOWEL_WEIGHTS, strict=True):
        total += consonant_weight * CONSONANTS.index(syllable[0]) + vowel_weight * VOWELS.index(syllable[1])
    return total % _MODULUS == 0


WORDS: tuple[str, ...] = tuple(files("citycard.partners").joinpath("words.txt").read_text("ascii").split())
"""The list as it stands in the file."""
