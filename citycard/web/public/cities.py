"""Our card in other cities, for whoever holds one; its address stands on every holder's slip.

Recognition goes one way, and we know our own half of it: the page lists the cities whose cards count here, and says
that which cities recognise ours is told by them. Somebody may travel on what it says. A slip is read for years: this
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
    """Whom to ask where our card is recognised, and whose cards count here."""
    names = names_of_recognised(database.session(), workplace.desk().office, languages.spoken())
    return render_template("public/cities.html", names=names)
