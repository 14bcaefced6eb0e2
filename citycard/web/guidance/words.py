"""The office's words at hand: read when it starts, found by the screen that is being shown.

1. The words are the office's files (`citycard.guidance`).
2. A screen shows the steps that happen on it, in the clerk's language.
3. What is for the holder is shown in theirs: as it was just chosen on the first screen, saved or not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, current_app, request
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from citycard.guidance.shipped import of_office
from citycard.guidance.words import STEPS, Guidance, Words
from citycard.settings import Office
from citycard.web.languages import NAMES, spoken

if TYPE_CHECKING:
    from citycard.web.enrolment.case import Case

bp = Blueprint("guidance", __name__, url_prefix="/guidance")

_KEY = "citycard.guidance"

NAME_OF = {
    "identity": _l("Identity"),
    "portrait": _l("Portrait"),
    "evidence": _l("Evidence"),
    "card": _l("Card"),
    "check": _l("Check"),
    "approve": _l("Approval"),
    "finish": _l("Finish"),
    "refuse": _l("When the card cannot be made today"),
}

ON_SCREEN = {"identity": ("identity", "portrait")}
"""Screens on which more than one thing happens; every other screen is the step of its name."""


@bp.record_once
def _read(setup: BlueprintSetupState) -> None:
    # (1)
    app = setup.app
    assert isinstance(app, Flask)  # noqa: S101 -- a blueprint can be registered on nothing else here
    office: Office = app.config["OFFICE"]
    app.extensions[_KEY] = of_office(office.folder, today=office.settings.today(datetime.now(UTC)))


@bp.app_template_global("guidance")
def guidance(language: str | None = None) -> Guidance:
    """The office's words in a language, or in the one that is being spoken."""
    held: Mapping[str, Guidance] = current_app.extensions[_KEY]
    return held[language or spoken()]


@bp.app_template_global("guidance_steps")
def steps_on(step: str, language: str | None = None) -> list[tuple[str, str, Words]]:
    """What happens on the screen that is being shown (2): steps with their names and words.

    The open page says which screen it is. A page without words of its own has those of the step it belongs to; one that
    belongs to none has nothing.
    """
    page = (request.endpoint or "").rpartition(".")[2]
    here = ON_SCREEN.get(page, (page,)) if page in STEPS else (step,)
    held = guidance(language).steps
    return [(one, str(NAME_OF[one]), held[one]) for one in here if one in held]


@bp.app_template_global("holder_speaks")
def holder_speaks(case: "Case") -> str:
    """The holder's language (3)."""
    typed = case.file.typed.get("identity", {}).get("language", "")
    return typed if typed in NAMES else case.file.language
