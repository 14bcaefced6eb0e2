"""All words of the counter on one page: what is said, whose words they are, when residents last read them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from citycard.guidance.words import STEPS
from citycard.store.staff import Role, Staff
from citycard.web.access import open_to
from citycard.web.guidance.words import NAME_OF, bp, guidance
from citycard.web.languages import NAMES


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)
def words(by: Staff) -> ResponseReturnValue:
    """What we say at the counter, and when it was last read with residents."""
    held = guidance()
    steps = [(step, str(NAME_OF[step]), held.steps[step]) for step in STEPS]
    return render_template("guidance/words.html", steps=steps, held=held, all_held=[guidance(code) for code in NAMES])
