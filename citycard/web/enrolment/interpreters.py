"""Languages into which somebody may have to interpret: for the day of the pick-up, forgotten with the file.

A list and not a line to write in, because a line to write in would soon hold remarks. It holds what town halls ask
interpreters for; whoever misses one takes "another language", and the clerk remembers. Signed languages are one entry:
which of them it is, the interpreter hears from the town hall.
"""

from flask_babel import get_locale
from flask_babel import gettext as _

SIGNED, ANOTHER = "signed", "another"

_CODES = (
    "am ar az bg bm bn bo ckb cs de dyu ee el en es fa ff fil fon fr gu ha hi hr hu hy ig it ja ka kab kk km "
    "ko ku ky ln lo lua man mg ml mn mt my ne nl om pa pl ps pt rn ro rom ru rw sg shi si sk snk so sq sr sus "
    "sw ta te tg th ti tr ug uk ur uz vi wo yo yue zh"
)

LANGUAGES = frozenset({SIGNED, ANOTHER, *_CODES.split()})
"""What a file may say: two words of ours, and tags of CLDR, which has their names in every language of the pages."""


def name_of(code: str) -> str:
    """The language in the reader's words; nothing for nothing."""
    if code == SIGNED:
        return str(_("A signed language"))
    if code == ANOTHER:
        return str(_("Another language"))
    locale = get_locale()
    return str((locale.languages if locale else {}).get(code) or code).strip().capitalize()


def choices() -> list[tuple[str, str]]:
    """Code and name, our two first, the others in the reader's alphabetical order as far as code points give it."""
    others = sorted(((code, name_of(code)) for code in _CODES.split()), key=lambda item: item[1].casefold())
    return [(code, name_of(code)) for code in (SIGNED, ANOTHER)] + others
