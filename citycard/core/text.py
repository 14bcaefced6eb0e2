"""Which texts may stand on a card: names in every script, and nothing that pretends to be another name.

1. The length is checked first, because normalising is quadratic in the worst case.
2. No controls, no line ends (an address may have them), no bidirectional controls (they make "123" read as "321"), no
   character that shows nothing (soft hyphen, Hangul fillers, blank Braille, variation selectors, tags), nothing for
   private use or outside Unicode's characters, nothing from the blocks in `_YOUNG`. The joiners U+200C and U+200D
   stay: Persian and Indic names need them.
3. No more than four combining marks of the general blocks on one letter: more is a way to black out the line above.
   Vietnamese and Yoruba need two, IPA three.
4. The text is in NFC, not empty, and without spaces at its ends or doubled.

The rules name code points and blocks instead of Unicode categories, because Python, browsers and databases know
different versions of Unicode and must refuse the same names.
"""

import re
import unicodedata

from citycard.core.errors import CitycardError

_YOUNG = (
    "\u0897\u1acf-\u1aff\U000105c0-\U000105ff\U00010d40-\U00010d8f\U00010ec0-\U00010eff\U00011380-\U000113ff"
    "\U00011f00-\U00011f5f\U00016100-\U0001613f\U00016d40-\U00016d7f\U0001e08f\U0001e4d0-\U0001e4ff"
    "\U0001e5d0-\U0001e5ff\U0001e6c0-\U0001e6ff"
)
"""Where Unicode 15 to 17 put letters that compose and marks that change places. Python 3.11 knows Unicode 14 and sees
none of that, a browser does: rule 4 would call one text composed here and not there. It costs names written in Garay,
Gurung Khema, Kirat Rai, Nag Mundari, Ol Onal and Tai Yo, which no font of ours prints, until Python 3.14 is the oldest
that we run on."""

_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    f"{_YOUNG}]"
)
_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_MARKS = re.compile(_MARK.pattern + "{5}")


_PLAIN = re.compile("[{0}]+(?: [{0}]+)*".format("!-~\u00a1-\u00ac\u00ae-\u024f"))
"""Most European names: letters and signs that are their own composed form, single spaces between them. A text of this
form keeps rules 2 to 4 (a test compares), and seeing it so takes half the time of asking for each."""


class TextRefused(CitycardError):
    """The text may not stand on a card; `code` says by which rule."""

    code = "text"


def check_text(text: str, *, at_most: int) -> None:
    """Return if `text` may stand on a card in at most `at_most` characters; raise `TextRefused` if not."""
    # (1)
    if len(text) > at_most:
        raise TextRefused(f"This is longer than {at_most} characters.", code="text-long")
    if _PLAIN.fullmatch(text):
        return
    # (2)
    if _FORBIDDEN.search(text):
        raise TextRefused("This holds an invisible or forbidden character.", code="text-forbidden")
    # (3) One composed letter holds three marks at most, so without a mark that stands by itself there are no five.
    if _MARK.search(text) and _MARKS.search(unicodedata.normalize("NFD", text)):
        raise TextRefused("This piles too many marks on one letter.", code="text-marks")
    # (4)
    spare_spaces = text != text.strip() or "  " in text
    if not text or spare_spaces or not unicodedata.is_normalized("NFC", text):
        raise TextRefused("This is empty, has spare spaces, or is not in Unicode's composed form.", code="text-form")


def plain_digits(text: str) -> str:
    """Return `text` with the digits of every script as ASCII ones: somebody with an Arabic keyboard types ١٩٨٧."""
    return "".join(
        character if (digit := unicodedata.decimal(character, None)) is None else str(digit) for character in text
    )


def tidy(text: str, *, at_most: int) -> str:
    """Return what somebody typed in the form that `check_text` accepts: composed, single spaces, none at the ends.

    Only what cannot be seen is changed; a character that must not stand on a card still raises `TextRefused`.
    """
    if len(text) > 4 * at_most:
        # Composing shortens a text to a quarter at most, so a longer one cannot fit, and normalising it would be slow.
        raise TextRefused(f"This is longer than {at_most} characters.", code="text-long")
    neat = " ".join(unicodedata.normalize("NFC", text).split())
    if neat:
        check_text(neat, at_most=at_most)
    return neat
