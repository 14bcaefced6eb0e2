"""The form of the evidence screen: ticks that live as long as one request, and the little that is saved of them.

Saved is that identity and residence were checked, by which rules, whether a date of birth was seen, and how the address
may stand on the card, because the card is made from these. Which papers it were is in no field of this form.
"""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from citycard.evidence.rules import WORN_CARD, BirthDate, Rendering, RuleSet
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.web import languages
from citycard.web.enrolment.forms import ScreenForm, offer
from citycard.web.evidence.saying import in_words
from citycard.web.evidence.sheet import bands, first_that_helps, missing_sentences, sheet
from citycard.web.evidence.ticks import Mark, Ticks, read_ticks

SHOWN_WAYS = 3
"""Lists that are said. Whoever wants a fourth asks for the whole sheet."""

ADDRESS = ("address_as", "address", "address_kind", "address_in_code")
"""What of the file depends on how the address may stand on the card."""


class EvidenceForm(ScreenForm):
    """What lies on the desk."""

    HOLDS = ("identity_checked", "residence_checked", "birth_date_seen", "address_as", "rule_set")

    address_as = RadioField(
        _l("The address on the card"),
        choices=offer(
            [
                (Rendering.PROTECTED, _l("Protected: no address, and nobody asks for it")),
                (Rendering.NONE, _l("No address")),
                (Rendering.CARE_OF, _l("Care of the organisation")),
                (Rendering.FULL, _l("The address itself")),
            ]
        ),
        validate_choice=False,
    )

    def __init__(self, file: EnrolmentFile, rules: RuleSet, *, today: date) -> None:
        super().__init__(data={})
        # Of an old card the face was compared: only where she lives is to be looked at (operations.renew, move_here).
        dated = file.birth_date_seen or not needs_birth_date(file)
        self.known = file.identity_checked and dated and not file.residence_checked
        rules = rules.once_known() if self.known else rules
        self.rules, self.file = rules, file
        sent = request.method == "POST"
        self.ticks = read_ticks(request.form, rules, age=age_of(file, today)) if sent else self._first_ticks(today)
        shown = self.birth_date_shown = needs_birth_date(file)
        self.counted = self.ticks.tally(rules, birth_date_shown=shown)
        self.ways = self.ticks.ways(rules, birth_date_shown=shown)[:SHOWN_WAYS]
        self.words = in_words(rules, languages.spoken())
        self.slip_words = in_words(rules, file.language)
        self.groups = sheet(rules, self.words, self.ticks)
        self.bands = bands(rules, self.ticks)
        # A choice is one only of what was offered: another paper begins it anew, with the most protective.
        offered = request.form.get("offered") == " ".join(self.counted.addresses)
        if not offered or self.address_as.data not in self.counted.addresses:
            self.address_as.data = next(iter(self.counted.addresses), "")
        self.missing = missing_sentences(rules)
        self._said: list[tuple[str, str]] = []

    def _first_ticks(self, today: date) -> Ticks:
        """What is ticked when the page opens: nothing, but for a worn card that was compared with the face."""
        lies_here = self.file.from_worn_card and not self.file.identity_checked and WORN_CARD in self.rules.by_id
        return Ticks({WORN_CARD: Mark()} if lies_here else {}, age=self._band(today))

    @property
    def worn_card(self) -> str:
        """Of a worn card that is to be counted: "ticked", "unticked", or "unknown" to these rules; else nothing."""
        if not self.file.from_worn_card or self.file.identity_checked:
            return ""
        if WORN_CARD not in self.rules.by_id:
            return "unknown"
        return "ticked" if WORN_CARD in self.ticks.marks else "unticked"

    def _band(self, today: date) -> int | None:
        return self.rules.band_of(age_of(self.file, today))

    @property
    def checked_before(self) -> bool:
        """Whether both were checked already, and nothing new is on the desk."""
        dated = self.file.birth_date_seen or not needs_birth_date(self.file)
        return self.file.identity_checked and self.file.residence_checked and dated and not self.ticks

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """What is missing, each with the first box that could mend it; only once `refuse_incomplete` was called."""
        return self._said

    def refuse_incomplete(self) -> None:
        """Say what is missing, at the top as well."""
        if not self.ticks:
            self._said.append(("papers", str(_("Tick what lies on the desk."))))
            return
        self._said += [
            (first_that_helps(what, self.groups, self.counted), self.missing[what]) for what in self.counted.missing
        ]

    def values(self) -> dict[str, Any]:
        """All that is saved."""
        looked_at = self.file.looked_at(str(self.address_as.data or ""))
        return {
            "vouched": False,  # papers speak for themselves
            "identity_checked": True,
            "residence_checked": True,
            "rule_set": self.rules.reference,
            "birth_date_seen": self.file.birth_date_seen
            if self.known
            else self.counted.birth_date or self.counted.needed.birth_date is BirthDate.NEVER,
            **{name: getattr(looked_at, name) for name in ADDRESS},
        }


def needs_birth_date(file: EnrolmentFile) -> bool:
    """Whether the card shows a date of birth that a paper must have shown."""
    return bool(file.date_of_birth) and not file.own_word_for_birth


def age_of(file: EnrolmentFile, today: date) -> int | None:
    """Return the age of the person by what was typed, None when it is not known: it chooses what is shown first."""
    born = file.date_of_birth
    if len(born) == 8:
        return today.year - int(born[:4]) - ((today.month, today.day) < (int(born[4:6]), int(born[6:])))
    return today.year - int(born) if len(born) == 4 else None
