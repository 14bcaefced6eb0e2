"""The guide as a PDF, and what belongs to the training at desks.

1. Open to anyone: nothing in it is about anybody, and a device at a desk has no staff session. Staff are led to it from
   the page of devices, the desk page from its settings. It needs the network; print it.
2. It comes in `?language=`, else in the city's own. The last few are kept in memory, because drawing one takes a while.
3. So does a sheet of cards to practise with, and what a device takes when its training begins: the bundle of a town
   that does not exist, with the services of this office. Neither is worth anything to anybody else.
"""

import base64
from functools import lru_cache

from flask import Blueprint, Response, current_app, jsonify
from flask_babel import force_locale

from citycard.attendants.guide import Guide, render_guide
from citycard.attendants.sheet import Sheet, render_sheet
from citycard.demo import training_town
from citycard.operations.desk_bundle import gather
from citycard.settings import Office
from citycard.web import database, papers, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.attendants.practice import sheet_of
from citycard.web.attendants.words import guide_of
from citycard.web.headers import cacheable
from citycard.web.services.views import register

bp = Blueprint("attendants", __name__)

AN_HOUR = 3600
SLOT = 15 * 60
"""Seconds for which the bundle of the training is made once, however many ask for it."""

TRAINING = "citycard.attendants.training"
"""`app.extensions[TRAINING]`: the bundle of the training, with the slot that it was made in."""

KEPT = 8
"""Guides in memory: four languages, before and after a change of the settings."""


@bp.get("/desk-guide.pdf")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)  # no cookie is looked at, set or taken away: caches may keep this answer
def guide() -> Response:
    """The guide (1)."""
    office: Office = current_app.config["OFFICE"]
    # (2)
    language = papers.language_asked_for()
    with force_locale(language):
        made = guide_of(office, language)
    return papers.pdf(_drawn(made), f"checking-a-card-{language}.pdf")


@bp.get("/desk-training-cards.pdf")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)
def training_cards() -> Response:
    """Cards to practise with, and their answers (3)."""
    office: Office = current_app.config["OFFICE"]
    language = papers.language_asked_for()
    with force_locale(language):
        made = sheet_of(office, language, workplace.today())
    return papers.pdf(_printed(made), f"cards-to-practise-{language}.pdf")


@bp.get("/desk-training.json")
@open_to(ANYONE, machine=True)
def training() -> Response:
    """The bundle of the training town, and the fingerprint that it is read under (3)."""
    now = workplace.now()
    slot = int(now.timestamp()) // SLOT
    held = current_app.extensions.get(TRAINING)
    if held is None or held[0] != slot:
        content = gather(database.session(), workplace.ring(), services=register().now(workplace.today()))
        made = training_town.bundle(content, now=now)
        held = slot, made.fingerprint.hex(), base64.b64encode(made.data).decode("ascii")
        current_app.extensions[TRAINING] = held
    return jsonify(fingerprint=held[1], bundle=held[2])


@lru_cache(KEPT)
def _printed(made: Sheet) -> bytes:
    return render_sheet(made)


@lru_cache(KEPT)
def _drawn(made: Guide) -> bytes:
    return render_guide(made)
