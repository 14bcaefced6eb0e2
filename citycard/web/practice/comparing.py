"""What a practice card says, beside what its story says: line by line, so that a slip is found and nobody is graded.

Only what stands in the code can be compared. What is printed beside it (gender, an address) the trainee compares on the
card herself; that it is in no code is one of the lines.
"""

from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from flask_babel import gettext as _

from citycard.core.claims import Identity
from citycard.demo.practice import Person
from citycard.web.enrolment.preview import birth_in_words


@dataclass(frozen=True)
class Compared:
    """One line."""

    label: str
    story: str
    card: str

    @property
    def same(self) -> bool:
        """Whether the card says what the story says."""
        return normalize("NFC", self.story) == normalize("NFC", self.card)


def compare(person: Person, said: Identity, *, today: date) -> list[Compared]:
    """Return the lines for a card whose full code was read."""
    lines = [
        Compared(_("Name"), person.name, said.full_name or _nothing()),
        Compared(_("Date of birth"), _born(person.date_of_birth(today)), _born(said.date_of_birth)),
        Compared(_("Portrait in the code"), _yes(person.portrait_in_code), _yes(said.portrait is not None)),
        Compared(_("Address in the code"), _yes(False), _yes(said.address is not None)),
    ]
    if person.own_script or said.own_script_name:
        wanted = person.own_script if person.own_script_in_code else ""
        label = _("Name in its own script, in the code")
        lines.append(Compared(label, wanted or _nothing(), said.own_script_name or _nothing()))
    return lines


def _born(text: str | None) -> str:
    return birth_in_words(text) if text else _nothing()


def _yes(is_there: bool) -> str:
    return str(_("yes")) if is_there else str(_("no"))


def _nothing() -> str:
    return str(_("not in the code"))
