"""Names and addresses that look like another city's. The two officials see it before they confirm: a warning, never a
refusal.

1. A word that mixes alphabets ("Pοrt" with a Greek o) is how an imitation is made; honest names do not.
2. A name in another alphabet than its language is written in ("Порт" as the French name).
3. A name that looks the same as a name of another city, after folding case, accents, letters of other alphabets that
   look Latin, letters of Persian and Urdu that look Arabic, and the stroke that only makes an Arabic word longer.
   Whether that other city is ours is said apart.
4. A part of the address between two dots that looks the same as a part of another city's address, and is spelled in
   another way: the same comparison, with what nobody tells apart in the narrow type of an address bar (1, l and i; 0
   and o; rn and m; vv and w), and an `xn--` read as the letters that a browser may show for it.

Left out: pairs of letters and digits for letters in names. The tables below are ours and short; Unicode's list of
confusables has thousands of pairs, nearly all of alphabets no partner here uses.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

_LATIN_LANGUAGES = frozenset({"ca", "de", "en", "es", "eu", "fr", "it", "nl", "oc", "pt", "ro", "sq", "sw", "tr", "vi"})
_EXPECTED = {"ar": "ARABIC", "el": "GREEK", "fa": "ARABIC", "ru": "CYRILLIC", "uk": "CYRILLIC"}

_LOOKS_LATIN = str.maketrans(
    "авеѕіјкмнорстухһԁԛԝ" + "αβεικνορτυχ" + "ıɑɡ", "abesijkmhopctyxhdqw" + "abeikvoptux" + "iag"
)
"""Cyrillic, Greek and Latin variants that look like a plain Latin letter, in lower case."""

_LOOKS_ARABIC = str.maketrans("\u06cc\u0649\u06a9\u06c1\u06be\u06d5", "\u064a\u064a\u0643\u0647\u0647\u0647", "\u0640")
"""Yeh, kaf and heh as Persian and Urdu have them, and alef maqsura, which inside a word looks like yeh; no tatweel."""


_IN_ADDRESSES = str.maketrans("01i", "oll")
_PAIRS = (("rn", "m"), ("vv", "w"))

_SHORTEST = 3
"""Letters; parts of two look alike by accident."""


def name_warnings(names: Mapping[str, str], others: Iterable[str], *, ours: Iterable[str] = ()) -> tuple[str, ...]:
    """Return codes of what is odd about `names`: mixed-script, unexpected-script, looks-like-another-city or
    looks-like-our-city."""
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
    seen = {skeleton(name) for name in names.values()}
    if seen & {skeleton(name) for name in others}:
        warnings.add("looks-like-another-city")
    if seen & {skeleton(name) for name in ours}:
        warnings.add("looks-like-our-city")
    return tuple(sorted(warnings))


def address_warnings(url: str, others: Iterable[str], *, ours: str) -> tuple[str, ...]:
    """Return codes of what is odd about an address: address-like-another-city, address-like-our-city (4)."""
    parts = _parts(url)
    known = {"address-like-another-city": others, "address-like-our-city": (ours,)}
    return tuple(code for code, urls in known.items() if any(_imitates(parts, _parts(other)) for other in urls))


def skeleton(name: str) -> str:
    """Return what is left of `name` for an eye in a hurry: letters without case, accents, spaces or hyphens."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in decomposed if letter.isalnum())
    return letters.translate(_LOOKS_LATIN).translate(_LOOKS_ARABIC)


def _imitates(parts: Mapping[str, str], others: Mapping[str, str]) -> bool:
    return any(seen in others and others[seen] != part for seen, part in parts.items())


def _parts(url: str) -> Mapping[str, str]:
    """Return the parts of an address's host, without the last, by what an eye makes of them."""
    parts = (urlsplit(url).hostname or "").split(".")[:-1]
    return {seen: part for part in parts if len(seen := _seen(part)) >= _SHORTEST}


def _seen(part: str) -> str:
    seen = skeleton(_decoded(part)).translate(_IN_ADDRESSES)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen


def _decoded(part: str) -> str:
    if not part.startswith("xn--"):
        return part
    try:
        return part.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:  # no browser shows it as anything else, either
        return part


def _scripts(word: str) -> frozenset[str]:
    """Return the alphabets in `word`; Python does not know scripts, but a letter's Unicode name begins with its own."""
    return frozenset(unicodedata.name(letter, "UNKNOWN").split()[0] for letter in word if letter.isalpha())
