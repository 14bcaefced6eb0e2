"""What do I need to bring? The clerk's count for everybody, at home, before coming.

1. `/what-to-bring` counts in the browser. There is no form on it, so that nothing can be sent; it asks for the rules
   when it is opened, and for nothing afterwards.
2. `/what-to-bring/plain` is for browsers without scripts: question by question, the ticks travel in the request and
   come back in the answer. They are in no address, and requests to public pages are not logged (`citycard.web.logs`).
   Only this one sets a cookie, for the token that says that the form is ours.
3. `/what-to-bring/rules.json` is the rules, with every word in every language, for the scripts and for other cities.
"""

import hashlib
import json

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from citycard.evidence.tally import Reason, Tally
from citycard.settings import LANGUAGES
from citycard.web import languages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.evidence.saying import in_words
from citycard.web.evidence.sheet import bands, sheet
from citycard.web.evidence.ticks import Ticks, read_ticks
from citycard.web.headers import AN_HOUR, cacheable
from citycard.web.languages import only_the_language
from citycard.web.limits import limiter
from citycard.web.public.blueprint import bp

STEPS = ("age", "identity", "residence", "result")
"""One question a page."""

SHOWN_WAYS = 3

RULES = "citycard.evidence.scripts"
"""`app.extensions[RULES]`: the rules for the scripts, written once by each worker."""

SUMS = "60/minute"
"""Counts for one address. A count takes a tenth of a second; a class at school sits behind one address."""


@bp.get("/what-to-bring")
@open_to(ANYONE)
def what_to_bring() -> ResponseReturnValue:
    """What do I need to bring? Answered on the reader's own device."""
    rules = workplace.rules()
    nothing = Ticks()
    return render_template(
        "public/what_to_bring.html",
        rules=rules,
        groups=sheet(rules, in_words(rules, languages.spoken()), nothing),
        bands=bands(rules, nothing),
        steps=[step for step in STEPS if step != "age" or rules.ages],
    )


@bp.route("/what-to-bring/plain", methods=["GET", "POST"])
@limiter.limit(SUMS, methods=["POST"])
@open_to(ANYONE, redraws=True)
def plain() -> ResponseReturnValue:
    """The same, question by question, for browsers without scripts."""
    rules = workplace.rules()
    steps = [step for step in STEPS if step != "age" or rules.ages]
    ticks = read_ticks(request.form, rules)
    step = _step(steps)
    words = in_words(rules, languages.spoken())
    language = request.form.get("slip_language", "")
    counted = ticks.tally(rules)
    return render_template(
        "public/what_to_bring_plain.html",
        rules=rules,
        ticks=ticks,
        step=step,
        number=steps.index(step) + 1,
        steps=steps,
        groups=sheet(rules, words, ticks),
        bands=bands(rules, ticks),
        counted=counted,
        ways=ticks.ways(rules)[:SHOWN_WAYS] if step == "result" else (),
        have=_worth_bringing(ticks, counted),
        slip_words=in_words(rules, language) if language in LANGUAGES else words,
    )


@bp.get("/what-to-bring/rules.json")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)
def rules_json() -> ResponseReturnValue:
    """Which papers count, and every word about them, in every language."""
    return Response(_for_scripts()[0], content_type="application/json; charset=utf-8")


@bp.app_template_global("evidence_rules_digest")
def rules_digest() -> str:
    """What changes with the rules, for the address that the scripts fetch them from."""
    return _for_scripts()[1]


def _for_scripts() -> tuple[bytes, str]:
    if RULES not in current_app.extensions:
        rules = workplace.rules()
        said = {language: in_words(rules, language).to_json() for language in LANGUAGES}
        body = json.dumps({"set": rules.to_json(), "languages": said}, ensure_ascii=False).encode()
        current_app.extensions[RULES] = (body, hashlib.sha256(body).hexdigest()[:12])
    made: tuple[bytes, str] = current_app.extensions[RULES]
    return made


def _step(steps: list[str]) -> str:
    """The question to ask now: the one after, before, or the same in another language."""
    now = request.form.get("step", "")
    if now not in steps:
        return steps[0]
    if only_the_language():
        return now
    place = steps.index(now) + {"next": 1, "back": -1}.get(request.form.get("do", "next"), 0)  # Enter presses no button
    return steps[min(max(place, 0), len(steps) - 1)]


def _worth_bringing(ticks: Ticks, counted: Tally) -> list[str]:
    """The ticked papers without those that are of no use for people of this age."""
    useless = {name for name, why in counted.not_counted if why is Reason.AGE}
    return [name for name in ticks.marks if name not in useless]
