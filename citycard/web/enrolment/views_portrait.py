"""The portrait: what a form brought of it, and the addresses under which it is shown.

1. A picture that came is made into a portrait and kept if it is good, whatever else is on the screen. So is one that
   came when the screen was locked, and that the page showed.
2. What it was cut from stays beside it, so that the clerk can cut it another way, until the enrolment is submitted.
3. What could be better about light and sharpness is said, and stops nobody.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request
from flask_babel import lazy_gettext as _l

from citycard.operations.picture_limits import MAX_BYTES, MAX_PIXELS, MIN_SIDE
from citycard.operations.portrait import Portrait, PortraitRefused, refusal
from citycard.operations.portrait_hints import Hint, hints_for
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web.access import open_to
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, open_case
from citycard.web.enrolment.forms import IdentityForm
from citycard.web.enrolment.pictures import sent_picture
from citycard.web.enrolment.sentences import sentence

DECIDED_ON = (EnrolmentState.AWAITING_APPROVAL, EnrolmentState.APPROVED)
"""Where a supervisor has something to look at."""

NONE_KEPT = {"kept_portrait": b"", "kept_portrait_small": b""}

HINTS = {
    Hint.DARK: _l("The picture is too dark. Switch on a light, or sit nearer to a window."),
    Hint.BEHIND: _l("The light comes from behind. Turn round, so that it falls on the face."),
    Hint.BRIGHT: _l("The light is too strong. Move away from the lamp or the window."),
    Hint.BLURRED: _l("The picture is blurred. Hold still, and wipe the lens."),
}
"""What to do, never what somebody looks like."""


@bp.get("/<ticket>/portrait/<any(card, code, kept, whole, old):which>")
@open_to(Role.CLERK, Role.SUPERVISOR)
def portrait(by: Staff, ticket: str, which: str) -> Response:
    """The portrait: printed, in the code, kept when the screen locked, the whole it was cut from, or on the old card.

    Never stored by the browser (`no-store`). A draft's is its clerk's: others see it while they have to decide on it.
    """
    case = open_case(ticket)
    picture = {
        "card": case.file.portrait,
        "code": case.file.portrait_small,
        "kept": case.file.kept_portrait,
        "whole": case.file.portrait_whole,
        "old": case.file.old_portrait,
    }[which]
    clerk = Role.CLERK in by.role_set
    if not picture or not (clerk or (which in ("card", "code") and case.state in DECIDED_ON)):
        abort(404)
    return Response(picture, content_type="image/webp" if which in ("code", "old") else "image/jpeg")


@dataclass(frozen=True)
class Taken:
    """The case after the picture was looked at."""

    case: Case
    new: bool
    """Whether something was saved that must stand although the rest of the screen is refused."""


def take_picture(case: Case, form: IdentityForm) -> Taken:
    """Save the picture that came with the form (1); why not is put beside its field."""
    try:
        made = sent_picture(case.file) or _kept_picture(case)
        if made is None and request.form.get("do") == "picture":
            raise refusal("portrait-missing")
    except PortraitRefused as error:
        form.refuse("picture", sentence(error))
        return Taken(case, new=False)
    return Taken(case, new=False) if made is None else Taken(_saved(case, made), new=True)


def shown(case: Case) -> dict[str, Any]:
    """What the page needs to show the portrait."""
    file = case.file
    kept = bool(file.kept_portrait)
    return {
        "kept_picture": kept,
        # (2)
        "cut": "" if kept else file.portrait_cut,
        # (3)
        "hints": hints_for(file.kept_portrait or file.portrait),
        "hint_sentences": HINTS,
        "most_bytes": MAX_BYTES,
        "most_pixels": MAX_PIXELS,
        "least_side": MIN_SIDE,
    }


def _saved(case: Case, made: Portrait) -> Case:
    return case.saved(
        portrait=made.to_print,
        portrait_small=made.for_code,
        portrait_whole=made.whole,
        portrait_cut=made.cut.to_text() if made.cut else "",
        **NONE_KEPT,
    )


def _kept_picture(case: Case) -> Portrait | None:
    """What was kept when the screen locked, if the form was drawn with it."""
    if not case.file.kept_portrait or request.form.get("kept_picture") != "yes":
        return None
    return Portrait(case.file.kept_portrait, case.file.kept_portrait_small)
