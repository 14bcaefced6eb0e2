"""The sheet of papers that a page shows, kind by kind, with what is ticked of it in this very request."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from citycard.evidence.rules import BirthDate, Document, RuleSet, in_language
from citycard.evidence.tally import Missing, Tally
from citycard.web.evidence.saying import InWords
from citycard.web.evidence.ticks import Mark, Ticks


@dataclass(frozen=True, repr=False)
class Paper:
    """A document to be ticked."""

    id: str
    number: int
    """By which a clerk can call it; its place in the rule set."""
    name: str
    lang: str
    examples: str
    examples_lang: str
    note: str
    note_lang: str
    conditions: tuple[str, ...]
    can_expire: bool
    """Whether an expired one may count, so that it is worth saying."""
    can_be_old: bool
    most: int
    identity: bool
    residence: bool
    up_to_age: int | None
    fits: bool
    """Whether it counts for people of this age."""
    mark: Mark | None

    @property
    def found_by(self) -> str:
        """What a clerk may type to find it."""
        return f"{self.name} {self.examples}".casefold()


@dataclass(frozen=True, repr=False)
class Group:
    """The papers of one kind."""

    id: str
    name: str
    lang: str
    papers: tuple[Paper, ...]

    @property
    def identity(self) -> bool:
        """Whether they are about who somebody is; else about where they live."""
        return any(paper.identity for paper in self.papers)

    @property
    def fits(self) -> bool:
        """Whether any of them counts for people of this age."""
        return any(paper.fits for paper in self.papers)


@dataclass(frozen=True)
class Band:
    """People to whom the same applies."""

    value: str
    label: str
    chosen: bool


def sheet(rules: RuleSet, words: InWords, ticks: Ticks) -> tuple[Group, ...]:
    """Return the groups, in the order of the rule set."""
    numbers = {document.id: place for place, document in enumerate(rules.documents, start=1)}
    groups = []
    for kind in rules.kinds:
        of_kind = [document for document in rules.documents if document.kind == kind.id]
        papers = tuple(_paper(document, words, ticks, numbers[document.id]) for document in of_kind)
        if papers:
            groups.append(Group(kind.id, *in_language(kind.names, words.language), papers))
    return tuple(groups)


def bands(rules: RuleSet, ticks: Ticks) -> tuple[Band, ...]:
    """Return the ages that make a difference, the grown people first; none where no age does."""
    if not rules.ages:
        return ()
    grown = _("%(age)d or older", age=rules.ages[-1] + 1)
    found = [Band("", grown, chosen=ticks.age is None)]
    least = 0
    for bound in rules.ages:
        label = _("%(first)d to %(last)d", first=least, last=bound) if least else _("%(age)d or younger", age=bound)
        found.append(Band(str(bound), label, chosen=ticks.age == bound))
        least = bound + 1
    return (found[0], *reversed(found[1:]))


def missing_sentences(rules: RuleSet) -> dict[Missing, str]:
    """Return what is said of each thing that can be missing, at the counter."""
    birth = _("No paper shows the date of birth.")
    if rules.needed.birth_date is BirthDate.IF_SHOWN:
        birth = _("No paper shows the date of birth. It can also be left off the card.")
    return {
        Missing.IDENTITY: _("Not enough shows who this person is."),
        Missing.RESIDENCE: _("Not enough shows that this person lives here."),
        Missing.TOTAL: _("One more paper is needed, of either kind."),
        Missing.PHOTO: _("No paper shows the face."),
        Missing.BIRTH_DATE: birth,
    }


def first_that_helps(what: Missing, groups: Iterable[Group], counted: Tally) -> str:
    """Return the id of the first box that could mend what is missing: where a mistake leads to."""
    rules_out = {name for name, _reason in counted.not_counted}
    for group in groups:
        for paper in group.papers:
            helps = paper.residence if what is Missing.RESIDENCE else paper.identity
            if helps and paper.fits and paper.mark is None and paper.id not in rules_out:
                return f"paper-{paper.id}"
    return "papers"


def _paper(document: Document, words: InWords, ticks: Ticks, number: int) -> Paper:
    examples, examples_lang = in_language(document.examples, words.language)
    note, note_lang = in_language(document.notes, words.language)
    named = words.papers[document.id]
    fits = document.up_to_age is None or (ticks.age is not None and ticks.age <= document.up_to_age)
    return Paper(
        id=document.id,
        number=number,
        name=named.name,
        lang=named.lang,
        examples=examples,
        examples_lang=examples_lang,
        note=note,
        note_lang=note_lang,
        conditions=named.conditions,
        can_expire=bool(document.expiry_grace_days),
        can_be_old=document.max_age_days is not None,
        most=document.at_most,
        identity=bool(document.identity),
        residence=bool(document.residence),
        up_to_age=document.up_to_age,
        fits=fits,
        mark=ticks.marks.get(document.id),
    )
