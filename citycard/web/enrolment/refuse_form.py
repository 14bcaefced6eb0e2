"""The forms around a slip: what was missing and how the person wants it; and the code on a slip of an earlier visit.

What comes from the evidence screen (ticks, age) is carried along in the request, so that the slip can say what would
do. It stands in no other place.
"""

from collections.abc import Collection, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput

from citycard.evidence.tally import missing_kinds
from citycard.operations.refuse import Lacking, Wishes
from citycard.operations.slip_code import LENGTH
from citycard.printing.paper import Sheet
from citycard.slips.catalogue import Catalogue
from citycard.slips.frame import Look
from citycard.web.enrolment.evidence_form import EvidenceForm
from citycard.web.enrolment.forms import offer
from citycard.web.evidence.ticks import Ticks
from citycard.web.pages import OF_A_CODE, PageForm

ASKED = "asked"
"""A member of the form that is there once this page was shown: what came before is the evidence screen's."""


class RefuseForm(PageForm):
    """What was missing, and the slip."""

    missing = SelectMultipleField(
        _l("What is missing?"),
        choices=offer(
            [
                ("identity", _l("A paper that shows who this person is")),
                ("residence", _l("A paper that shows that this person lives here")),
                ("photo", _l("A paper with a picture of the face")),
            ]
        ),
        option_widget=CheckboxInput(),
        description=_l("Only papers can be missing. Nobody is sent away for any other reason."),
    )
    slip_language = RadioField(_l("Language of the sheet"), validate_choice=False)
    size = RadioField(
        _l("Letters"), choices=offer([("", _l("As usual")), ("large", _l("Large"))]), default="", validate_choice=False
    )
    sheet = RadioField(_l("Paper"), choices=offer([("a4", "A4"), ("a5", "A5")]), default="a4", validate_choice=False)
    for_second_clerk = BooleanField(
        _l("The person wants the slip to say what was enough today"),
        description=_l(
            "For the colleague who looks next time: the day, the rules, which of the three kinds were enough, and a "
            "code by which we know our own slip. No name and no kind of paper. Ask, and tick only if the answer is yes."
        ),
    )

    def __init__(self, evidence: EvidenceForm, catalogue: Catalogue) -> None:
        asked = ASKED in request.form
        start = {"missing": sorted(missing_kinds(evidence.counted)), "slip_language": evidence.file.language}
        super().__init__(formdata=request.form if asked else None, data=start)
        self.evidence = evidence
        self.languages = {language.code: language for language in catalogue.languages()}
        self.slip_language.choices = offer([(code, language.name) for code, language in self.languages.items()])
        if self.slip_language.data not in self.languages:
            self.slip_language.data = catalogue.best(evidence.file.language)

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Each mistake with its place; of several boxes the first."""
        return [("missing-0" if place == "missing" else place, said) for place, said in super().mistakes]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the evidence screen sent, to be sent along."""
        return carried(self.evidence.ticks)

    @property
    def lacking(self) -> Lacking:
        """What is missing, and what would complete it if that is what the tally says, too."""
        kinds = frozenset(self.missing.data or ())
        known = kinds == missing_kinds(self.evidence.counted)
        return Lacking(kinds=kinds, ways=tuple(self.evidence.ways) if known else (), age=self.evidence.ticks.age)

    @property
    def wishes(self) -> Wishes:
        """How the person wants the slip."""
        sheet: Sheet = "a5" if self.sheet.data == "a5" else "a4"
        return Wishes(
            language=str(self.slip_language.data),
            look=Look(sheet, large=self.size.data == "large"),
            for_second_clerk=bool(self.for_second_clerk.data),
        )


class EarlierForm(PageForm):
    """The code on a slip of an earlier visit."""

    slip_code = StringField(
        _l("Code on the slip"),
        description=_l("20 letters and digits. Hyphens may be left out."),
        render_kw={**OF_A_CODE, "maxlength": str(2 * LENGTH)},
    )


def carried(ticks: Ticks) -> list[tuple[str, str]]:
    """Return the ticks as the members of a form (`web.evidence.ticks` reads them)."""
    members = [("age", "" if ticks.age is None else str(ticks.age))]
    for name, mark in ticks.marks.items():
        members.append(("paper", name))
        members += [(what, name) for what, marked in (("expired", mark.expired), ("old", mark.old)) if marked]
        if mark.count > 1:
            members.append((f"count.{name}", str(mark.count)))
    return members


def in_words(kinds: Collection[str], sentences: dict[str, Any], order: Sequence[str]) -> list[str]:
    """Return a sentence for each kind, in the order of the page."""
    return [str(sentences[kind]) for kind in order if kind in kinds]
