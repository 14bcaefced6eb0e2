"""What is said about papers, in a language of ours: for pages, for the slip, and for the scripts, which know no word.

1. `in_words` is everything in one language. The templates use it, and `/what-to-bring/rules.json` carries it to the
   scripts, so that both say the same.
2. A text that the rule set has not in this language comes with the language that it is in.
3. `{have}` and the like are filled in by whoever says it.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from citycard.evidence.rules import Document, RuleSet, in_language
from citycard.slips.saying import span
from citycard.web import languages, pages


@dataclass(frozen=True)
class Named:
    """A document, in words."""

    name: str
    lang: str
    """The language of the name."""
    conditions: tuple[str, ...]
    """When it counts: fresh, valid, beside what."""

    def to_json(self) -> dict[str, Any]:
        """Return it for the scripts."""
        return {"name": self.name, "lang": self.lang, "conditions": list(self.conditions)}


@dataclass(frozen=True)
class InWords:
    """All that is said, in one language."""

    language: str
    dir: str
    called: str
    """The language's own name."""
    city: str
    say: dict[str, str]
    papers: dict[str, Named]

    def to_json(self) -> dict[str, Any]:
        """Return it for the scripts."""
        return {
            "dir": self.dir,
            "called": self.called,
            "city": self.city,
            "say": self.say,
            "papers": {name: paper.to_json() for name, paper in self.papers.items()},
        }


def in_words(rules: RuleSet, language: str) -> InWords:
    """Return all that is said, in `language` (1)."""
    with force_locale(language):
        return InWords(
            language=language,
            dir=languages.direction(language),
            called=languages.NAMES[language],
            city=pages.city_name(language),
            say=_sentences(),
            papers={document.id: _named(document, rules, language) for document in rules.documents},
        )


def _named(document: Document, rules: RuleSet, language: str) -> Named:
    name, lang = in_language(document.names, language)
    said = []
    if document.max_age_days:
        said.append(_("not older than %(time)s", time=span(document.max_age_days, language)))
    if document.expiry_grace_days:
        said.append(_("valid, or expired for at most %(time)s", time=span(document.expiry_grace_days, language)))
    elif document.expiry_grace_days == 0:
        said.append(_("still valid"))
    if document.needs_one_of:
        others = [
            in_language(one.names, language)[0] for one in rules.documents if one.is_one_of(document.needs_one_of)
        ]
        if len(others) == 1:
            said.append(_("together with: %(paper)s", paper=others[0]))
        else:
            said.append(_("together with another paper that shows who you are"))
    return Named(name, lang, tuple(said))


def _sentences() -> dict[str, str]:
    # (3)
    return {
        "title": _("What to bring"),
        "enough": _("These papers are enough. Bring them:"),
        "have": _("Bring these papers:"),
        "also": _("Bring also:"),
        "or_else": _("Or instead:"),
        "one_of": _("one of these:"),
        "some_of": _("{count} of these:"),
        "others": _("or another one like these"),
        "again": _("Bring once more what you brought today."),
        "no_way": _("Come and ask: we look together for what you have."),
        "originals": _(
            "Bring the papers themselves. We look at them and give them back. We copy nothing and write nothing down."
        ),
        "come_anyway": _("Not sure, or something is missing? Come all the same: we look together."),
        "no_paper": _("No paper at all? Come with somebody who knows you. There is a way for that, too."),
        "of": _("{have} of {need}"),
        "why_age": _("for younger people only"),
        "why_old": _("too old: a newer one counts"),
        "why_expired": _("expired: only a valid one counts"),
        "why_alone": _("counts only beside the paper that belongs to it"),
        "why_enough": _("enough of this kind"),
    }
