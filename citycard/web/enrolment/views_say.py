"""What is said at a step, turned round for the holder: large, in their language, nothing of the enrolment on it.

With a script the panel at the side (`static/js/guidance.js`) lays the same sentences over the screen. This page is for
a browser without: it opens in a tab of its own, so that nothing typed or ticked on the screen is lost.
"""

from flask import current_app, redirect
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from citycard.store.staff import Role, Staff
from citycard.web.access import open_to
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import address, next_step, open_case, show
from citycard.web.guidance.words import guidance, holder_speaks

SCREEN_OF = {"portrait": "identity"}
"""Where a step happens that has no screen of its name."""


@bp.get("/<ticket>/say/<any(identity, portrait, evidence, card, check, finish, refuse):screen>")
@open_to(Role.CLERK)
def say(by: Staff, ticket: str, screen: str) -> ResponseReturnValue:
    """What we say at this step, for the holder to read."""
    case = open_case(ticket)
    page = SCREEN_OF.get(screen, screen)
    back = address(page if f"enrolment.{page}" in current_app.view_functions else next_step(case, by), case)
    with force_locale(holder_speaks(case)):
        said = guidance().steps[screen].say
        return show("say", case, page, said=said, back=back) if said else redirect(back, 303)
