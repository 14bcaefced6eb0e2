"""The cities in which our card is recognised, for whoever holds one; its address stands on every holder's slip.

Recognition is agreed upon by two cities, so it is the list of those that we recognise. A slip is read for years: this
address must not change (`slips.letter.CITIES`).
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from citycard.operations.recognise import names_of_recognised
from citycard.slips.letter import CITIES
from citycard.web import database, languages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.public.blueprint import bp


@bp.get(f"/{CITIES}")
@open_to(ANYONE)
def cities() -> ResponseReturnValue:
    """Where the card is recognised, besides here."""
    names = names_of_recognised(database.session(), workplace.desk().office, languages.spoken())
    return render_template("public/cities.html", names=names)
