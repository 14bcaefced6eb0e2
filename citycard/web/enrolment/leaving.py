"""Leaving a screen in the middle, with a button of its own form, so that nothing typed is lost."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from citycard.operations import enrol
from citycard.store.enrolments import EnrolmentState
from citycard.web import database
from citycard.web.enrolment import keeping
from citycard.web.enrolment.case import Case, address


def leave(case: Case, screen: str) -> ResponseReturnValue | None:
    """Do what the button says, or return None when the form was sent to be read.

    picture, picture-…: only the picture was sent ahead, or cut another way (`views_portrait`) · extend: more time ·
    hold: until the end of the day · abandon: ask first.
    """
    act = request.form.get("do", "")
    picture = act.partition("-")[0] == "picture"
    if not picture and act not in ("extend", "hold", "abandon"):
        return None
    case = keeping.keep(case, screen)
    if act == "hold":
        if case.state is EnrolmentState.DRAFT:
            enrol.hold(database.session(), case.desk, case.enrolment)
        return redirect(url_for("enrolment.day"), 303)
    # Without the page's script a picture is sent, looked at and cut in turns: each time the page opens where it is.
    place = f"{address(screen, case)}#portrait" if picture else address("abandon" if act == "abandon" else screen, case)
    return redirect(place, 303)
