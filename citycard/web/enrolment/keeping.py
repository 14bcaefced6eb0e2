"""Nothing typed is lost: when a screen locks, when a picture is sent ahead, when the clerk has to go.

What was typed goes as it is, unread, into the sealed file of the enrolment (`EnrolmentFile.typed`), under the name of
its screen, and into nothing else. It is shown again when the screen is opened again, and dropped when the screen is
saved. It is bound by no approval, because it is not yet anything.

A locked screen writes nothing else: no portrait, no state, no approval, no clock; and nothing at all into what is
already submitted. A picture that comes with it waits beside what was typed (`kept_portrait`) until the clerk, whose
password was typed, goes on with it. So does one that was chosen when somebody asked for another language.

The ticks of the evidence are not kept: whoever was interrupted looks at the papers again.
"""

from dataclasses import replace

from flask import request, url_for

from citycard.core.errors import CitycardError
from citycard.operations import enrol
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.portrait import PortraitRefused
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Staff
from citycard.web import database
from citycard.web.enrolment.card_form import CardForm
from citycard.web.enrolment.case import Case, open_case
from citycard.web.enrolment.pictures import sent_picture

MAX_KEPT = 20_000
"""Characters of one field: a whole page pasted by mistake comes back to be looked at, a megabyte does not."""

WHY = "kept because"
"""A member of what is kept that no field can be called: whether the screen locked meanwhile."""

WORKED_ON = (EnrolmentState.DRAFT, EnrolmentState.ON_HOLD)
"""Where a locked screen may leave something: what somebody is still typing."""

FIELDS: dict[str, tuple[str, ...]] = {
    "identity": (
        "full_name",
        "day",
        "month",
        "year",
        "birth_known",
        "language",
        "location",
        "own_script_name",
        "own_script_language",
        "gender_words",
        "name_on_card",
        "interpreter",
        "seen",
    ),
    "companion": ("who", "seen"),
    # Not the date of a letter, which is looked at and kept nowhere.
    "card": (*CardForm.HOLDS, "organisation", "seen"),
}
"""By screen, the fields that are kept; `seen` among them, so that what changed meanwhile is noticed."""


def typed_now(screen: str, *, why: str = "") -> dict[str, str]:
    """What this request has typed on a screen."""
    held = {name: request.form[name][:MAX_KEPT] for name in FIELDS[screen] if name in request.form}
    return {**held, WHY: why}


def keep(case: Case, screen: str, *, why: str = "") -> Case:
    """Put what was typed into the file."""
    if screen not in FIELDS or not case.editable:
        return case
    return case.saved(typed={**case.file.typed, screen: typed_now(screen, why=why)})


def without(case: Case, screen: str) -> dict[str, dict[str, str]]:
    """What is still kept once this screen is saved."""
    return {name: typed for name, typed in case.file.typed.items() if name != screen}


def keeper(screen: str) -> "Keeper":
    """What `open_to(keep_typed=…)` calls when a form arrives from a screen that has locked."""
    return Keeper(screen)


class Keeper:
    """Keeps what was typed on one screen, and says where it opens again."""

    def __init__(self, screen: str) -> None:
        self._screen = screen

    def __call__(self, by: Staff, ticket: str) -> str | None:
        """Keep it. An enrolment that is gone, or that moved on, keeps nothing and stops nobody from unlocking."""
        try:
            case = open_case(ticket)
            if case.state in WORKED_ON and self._screen in FIELDS:
                _lay_beside(case, self._screen)
        except CitycardError:
            return url_for("enrolment.day")
        return url_for(f"enrolment.{self._screen}", ticket=case.ticket)


def keep_picture(case: Case) -> Case:
    """Lay a picture that came with another button beside the file: no browser can put it back into its field."""
    if case.state not in WORKED_ON:
        return case
    file = _with_picture(case.file)
    if file is case.file:
        return case
    enrol.store(database.session(), case.desk, case.enrolment, file)
    return replace(case, file=file)


def _lay_beside(case: Case, screen: str) -> None:
    file = _with_picture(case.file).changed(typed={**case.file.typed, screen: typed_now(screen, why="locked")})
    # Not `save`, which renews the clock of a draft: that somebody found the screen locked is no work on it.
    enrol.store(database.session(), case.desk, case.enrolment, file)


def _with_picture(file: EnrolmentFile) -> EnrolmentFile:
    try:
        made = sent_picture(file)
    except PortraitRefused:
        made = None  # nobody is there to read why; the field will be empty, and the face is still in the room
    return file.changed(kept_portrait=made.to_print, kept_portrait_small=made.for_code) if made else file
