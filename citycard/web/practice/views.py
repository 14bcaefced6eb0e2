"""Stories to play at the counter, and a look at the card that came of them.

1. The list, and each story by itself, told in the reader's language; beside it the face, to be saved as a picture.
2. The real pages do the work: a story opens an enrolment and knows nothing of it. Nothing says who played what.
3. A practice card is checked as a desk does it: here, and by a desk of any real city, which does not know this one.
   What was scanned is compared with the story, shown, and gone with the request.
"""

import secrets
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.core.errors import CardRefused
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.demo import practice
from citycard.demo.portraits import Look, draw_portrait
from citycard.demo.practice import Ending, Story, Visit
from citycard.store.staff import Role, Staff
from citycard.web import languages, pages, workplace
from citycard.web.access import open_to
from citycard.web.desk import checking, seen
from citycard.web.desk.forms import ScanForm
from citycard.web.desk.scanned import text_of
from citycard.web.enrolment.preview import birth_in_words
from citycard.web.enrolment.scripts import html_language
from citycard.web.evidence.saying import in_words
from citycard.web.languages import only_the_language
from citycard.web.practice.comparing import compare
from citycard.web.verdicts import reason_for, said

bp = Blueprint("practice", __name__, url_prefix="/practice")

SERVICE = "practice"
"""The name under which checks of practice cards are counted."""

ENDINGS = {
    Ending.CARD: _l("Ends with a card"),
    Ending.SLIP: _l("Ends with a slip of what to bring"),
    Ending.COLLEAGUE: _l("Ends with a card; a colleague decides, too"),
}


class OnCard(NamedTuple):
    """A line of what should stand on the card."""

    label: str
    value: str
    lang: str = ""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def stories(by: Staff) -> ResponseReturnValue:
    """The ten stories (1)."""
    return render_template(
        "practice/stories.html",
        stories=practice.stories(),
        ending=lambda story: ENDINGS[story.visits[-1].ends],
        told=languages.spoken(),
    )


@bp.route("/<key>", methods=["GET", "POST"])
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
def story(by: Staff, key: str) -> ResponseReturnValue:
    """One story; with a code, what a desk would say of the card (3)."""
    told = _story(key)
    form = ScanForm()
    if request.method == "GET" or only_the_language() or not form.validate_on_submit():
        return _show(by, told, form)
    text = text_of(form)
    if text is None:
        return _show(by, told, form)
    here = checking.check(text, service=SERVICE)
    elsewhere = _elsewhere(text)
    card = here.card
    return _show(
        by,
        told,
        ScanForm(formdata=None),
        here=said(here.verdict, reason_for(text, here.verdict, here.reason)),
        elsewhere=said(elsewhere) if elsewhere is not here.verdict else None,
        card=seen.show(card) if card else None,
        compared=compare(told.person, card.identity, today=_today()) if card and card.full else [],
    )


@bp.get("/<key>/face.png")
@open_to(Role.CLERK, Role.SUPERVISOR)
def face(by: Staff, key: str) -> ResponseReturnValue:
    """The drawn face, to be used as the portrait (1)."""
    return Response(_drawn(_story(key).look), content_type="image/png")


@lru_cache(maxsize=16)
def _drawn(look: Look) -> bytes:
    return draw_portrait(look)


def _story(key: str) -> Story:
    return practice.story(key) or abort(404)


def _show(by: Staff, told: Story, form: ScanForm, **result: Any) -> ResponseReturnValue:
    all_stories = practice.stories()
    place = all_stories.index(told)
    page = render_template(
        "practice/story.html",
        story=told,
        words=told.words[languages.spoken()],
        endings=ENDINGS,
        on_card=_on_card(told),
        ticks=[_ticks(visit) for visit in told.visits],
        clerk=Role.CLERK in by.role_set,
        request_token=secrets.token_hex(16),
        next_story=all_stories[place + 1] if place + 1 < len(all_stories) else None,
        form=form,
        **result,
    )
    return page, pages.status_for(form)


def _on_card(told: Story) -> list[OnCard]:
    """What is typed or chosen, line by line; the sentence of the story says why."""
    person = told.person
    born = person.date_of_birth(_today())
    lines = [
        OnCard(_("Name"), person.name),
        OnCard(_("Date of birth"), birth_in_words(born) if born else _("not on the card")),
    ]
    if person.own_script:
        lines.append(
            OnCard(_("Name in its own script"), person.own_script, html_language(person.own_script_language) or "")
        )
    if person.gender:
        lines.append(OnCard(_("Gender, in the holder's own words"), person.gender, person.language))
    lines.append(OnCard(_("Address"), person.address or _("not on the card")))
    lines.append(OnCard(_("Portrait in the code"), _("yes") if person.portrait_in_code else _("no")))
    lines.append(OnCard(_("Holder's language"), languages.NAMES[person.language], person.language))
    return lines


class Tick(NamedTuple):
    """A box to tick."""

    name: str
    lang: str
    expired: bool


def _ticks(visit: Visit) -> list[Tick]:
    """The boxes that are right; none where the office has other rules than these stories were written for."""
    rules = workplace.rules()
    words = in_words(rules, languages.spoken())
    if any(paper.document not in rules.by_id for paper in visit.papers):
        return []
    named = [(words.papers[paper.document], paper.expired) for paper in visit.papers]
    return [Tick(document.name, document.lang, expired) for document, expired in named]


def _elsewhere(text: str) -> Verdict:
    """What a desk says that trusts no practice office; no real one can be told to (`core.trust`)."""
    try:
        return verify(text, trust=TrustStore(()), lists={}, now=workplace.now()).verdict
    except CardRefused as refusal:
        return refusal.verdict


def _today() -> Any:
    return workplace.today()
