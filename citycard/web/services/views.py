"""What the card opens here, for everybody: holders, whoever thinks of becoming one, and visitors.

1. The register is read as it is now; a city that mends a text sees it at once.
2. Nobody is asked anything, and no request of the public is logged: what somebody wants to use is nobody's business.
3. The leaflet comes in the language of the page that leads to it, or of `?language=`. The last few are kept in memory,
   because drawing one takes a tenth of a second.
"""

from functools import lru_cache

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from markupsafe import Markup

from citycard.printing.leaflet import Leaflet, render_leaflet
from citycard.services.register import Register
from citycard.settings import Office
from citycard.web import papers, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import cacheable
from citycard.web.services.leaflet import leaflet_of
from citycard.web.services.words import Section, Told, sections

bp = Blueprint("services", __name__, url_prefix="/services")

AN_HOUR = 3600
"""A leaflet on somebody's telephone may be so old."""

KEPT = 8
"""Leaflets in memory: four languages, today's and yesterday's, some 60 kB each."""

REGISTER = "citycard.services"


@bp.app_template_global("service_picture")
def picture(told: Told) -> Markup:
    """The picture of a service's category; it stands beside words."""
    # Our own drawings, from a closed list.
    svg = told.picture.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(f'<span class="pictogram">{svg}</span>')  # noqa: S704


@bp.get("")
@open_to(ANYONE)
def page() -> ResponseReturnValue:
    """What the card opens."""
    return render_template("services/page.html", sections=_sections())


@bp.get("/leaflet.pdf")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)  # no cookie is looked at, set or taken away: caches may keep this answer
def leaflet() -> Response:
    """The same as a PDF, on a sheet to print on both sides and fold."""
    office: Office = current_app.config["OFFICE"]
    language = papers.language_asked_for()
    with force_locale(language):
        made = leaflet_of(office, _sections(), workplace.today())
    return papers.pdf(_drawn(made), f"what-the-card-opens-{language}.pdf")


def register() -> Register:
    """The register of this office; a change of its file counts at once (1)."""
    if REGISTER not in current_app.extensions:
        office: Office = current_app.config["OFFICE"]
        current_app.extensions[REGISTER] = Register(office.folder, language=office.settings.default_language)
    held: Register = current_app.extensions[REGISTER]
    return held


def _sections() -> tuple[Section, ...]:
    today = workplace.today()
    return sections(register().now(today), today, own=workplace.settings().default_language)


@lru_cache(KEPT)
def _drawn(made: Leaflet) -> bytes:
    return render_leaflet(made)
