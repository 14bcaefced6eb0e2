"""What partner cities are told, against what the register says.

The setting `services` holds the categories that the published statement announces to other cities; the register says
which service takes visitors. They are two places on purpose: what a city publishes, signed, for others to build an
agreement on, does not change because somebody mends an opening text. So the two are compared, and a difference is said.
"""

from collections.abc import Iterable, Sequence

from citycard.core.handwritten import near
from citycard.services.categories import CATEGORIES
from citycard.services.service import Service, Visitors


def remarks(announced: Sequence[str], services: Iterable[Service]) -> tuple[str, ...]:
    """Return a sentence for each category on which the two disagree."""
    for_visitors = dict.fromkeys(one.category.code for one in services if one.visitors is not Visitors.NO)
    said = []
    for code in announced:
        if code not in CATEGORIES:
            said.append(f'settings.toml, services: "{code}" is no common category.{near(code, CATEGORIES)}')
        elif code not in for_visitors:
            said.append(
                f'settings.toml, services: "{code}" is announced to partner cities, and no service of this category '
                "takes visitors."
            )
    for code in for_visitors:
        if code not in announced:
            said.append(
                f'settings.toml, services: "{code}" takes visitors here and is not announced to partner cities.'
            )
    return tuple(said)
