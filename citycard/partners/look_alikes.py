"""Names that look like another city's, for the two officials to see before they confirm. A warning, never a refusal.

1. A word that mixes alphabets ("Pοrt" with a Greek o) is how an imitation is made; honest names do not.
2. A name in another alphabet than its language is written in ("Порт" as the French name).
3. A name that looks the same as a name of another city, after folding case, accents, letters of other alphabets that
   look Latin, letters of Persian and Urdu that look Arabic, and the stroke that only makes an Arabic word longer.

Left out: pairs of letters (rn for m), and digits for letters. The tables below are ours and short; Unicode's list of
confusables has thousands of pairs, nearly all of alphabets no partner here uses.
"""

import unicodedata
from collections.abc import Iterable, Mapping

_LATIN_LANGUAGES = frozenset({"ca", "de", "en", "es", "eu", "fr", "it", "nl", "oc", "pt", "ro", "sq", "sw", "tr", "vi"})
_EXPECTED = {"ar": "ARABIC", "el": "GREEK", "fa": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC"}

_LOOKS_LATIN = str.maketrans(
    "авеѕіјкмнорстухһԁԛԝ" + "αβεικνορτυχ" + "ıɑɡ", "abesijkmhopctyxhdqw" + "abeikvoptux" + "iag"
)
"""Cyrillic, Greek and Latin variants that look like a plain Latin letter, in lower case."""

_LOOKS_ARABIC = str.maketrans("\u06cc\u0649\u06a9\u06c1\u06be\u06d5", "\u064a\u064a\u0643\u0647\u0647\u0647", "\u0640")
"""Yeh, kaf and heh as Persian and Urdu have them, and alef maqsura, which inside a word looks like yeh; no tatweel."""


def name_warnings(names: Mapping[str, str], others: Iterable[str]) -> tuple[str, ...]:
    """Return codes of what is odd about `names`: mixed-script, unexpected-script, looks-like-another-city."""
    warnings = set()
    for language, name in names.items():
        # (1)
        words = [scripts for word in name.split() if (scripts := _scripts(word))]
        if any(len(scripts) > 1 for scripts in words):
            warnings.add("mixed-script")
        # (2)
        expected = _EXPECTED.get(language) or ("LATIN" if language in _LATIN_LANGUAGES else None)
        if expected and any(expected not in scripts for scripts in words):
            warnings.add("unexpected-script")
    # (3)
    if {skeleton(name) for name in names.values()} & {skeleton(name) for name in others}:
        warnings.add("looks-like-another-city")
    return tuple(sorted(warnings))


def skeleton(name: str) -> str:
    """Return what is left of `name` for an eye in a hurry: letters without case, accents, spaces or hyphens."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in decomposed if letter.isalnum())
    return letters.translate(_LOOKS_LATIN).translate(_LOOKS_ARABIC)


def _scripts(word: str) -> frozenset[str]:
    """Return the alphabets in `word`; Python does not know scripts, but a letter's Unicode name begins with its own."""
    return frozenset(unicodedata.name(letter, "UNKNOWN").split()[0] for letter in word if letter.isalpha())
