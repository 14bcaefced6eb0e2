"""The sheets for everybody: which papers it takes for a card, in every language of the catalogue.

1. An association prints them for its waiting room; somebody who reads none of the pages' languages finds their own
   here.
2. A sheet is the same for everybody and names nobody, so whoever fetches one tells nothing but that it was fetched, and
   no request of the public is logged. The last few are kept in memory, because drawing one takes a tenth of a second.
3. Templates of every package get `pictogram(name)` and `slip_languages()`.
"""

from functools import lru_cache

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from citycard.printing.paper import Paper, render_paper
from citycard.slips.bring import for_everybody
from citycard.slips.catalogue import Language
from citycard.slips.frame import Look
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.saying import Speaker
from citycard.web import papers, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import cacheable

bp = Blueprint("slips", __name__, url_prefix="/sheets")

LOOKS = {"a4": Look(), "large": Look(large=True), "a5": Look("a5")}
"""By the name in the address."""

AN_HOUR = 3600
"""A city that changes its rules can wait so long for the sheets on telephones to follow."""

KEPT = 32
"""Sheets in memory: a dozen languages in two or three forms, some 40 kB each."""


@bp.app_template_global()
def pictogram(name: str) -> Markup:
    """A pictogram, in the colour of the text around it; it stands beside words."""
    # Our own drawings, by a name from a closed list.
    svg = drawing(Pictogram(name)).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(f'<span class="pictogram">{svg}</span>')  # noqa: S704


@bp.app_template_global()
def slip_languages() -> tuple[Language, ...]:
    """Every language in which this office has slips."""
    return workplace.slips().languages()


@bp.get("/")
@open_to(ANYONE)
def sheets() -> ResponseReturnValue:
    """What to bring, as sheets to print, in every language of the catalogue."""
    return render_template("slips/sheets.html", catalogue=slip_languages())


@bp.get("/<language>/<any(a4, large, a5):form>.pdf")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)  # no cookie is looked at, set or taken away: caches may keep this answer
def sheet(language: str, form: str) -> Response:
    """One of them, as a PDF."""
    catalogue, rules = workplace.slips(), workplace.rules()
    if language not in {known.code for known in catalogue.languages()}:
        abort(404)
    office = current_app.config["OFFICE"]
    paper = for_everybody(office, Speaker(catalogue, language), LOOKS[form], rules=rules)
    return papers.pdf(_drawn(paper), f"what-to-bring-{language}.pdf")


@lru_cache(KEPT)
def _drawn(paper: Paper) -> bytes:
    return render_paper(paper)
