"""The blueprint of the counter, and what every refusal on its pages has in common: a sentence and the way back."""

from datetime import datetime

from flask import Blueprint, Flask, g, render_template, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError

from citycard.keystore.vault import Forgotten
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.printing.errors import CannotPrint
from citycard.web.database import db
from citycard.web.enrolment.uploads import MemoryRequest
from citycard.web.errors import Sentence, sentence_for

bp = Blueprint("enrolment", __name__, url_prefix="/enrolments")


@bp.record_once
def _keep_pictures_off_the_disk(setup: BlueprintSetupState) -> None:
    assert isinstance(setup.app, Flask)  # noqa: S101 -- a blueprint can be registered on nothing else here
    setup.app.request_class = MemoryRequest


@bp.app_template_filter("clock_time")
def _clock_time(value: datetime) -> str:
    """The time of day in the city."""
    return str(format_time(value, "short"))


@bp.errorhandler(OperationRefused)
@bp.errorhandler(CannotPrint)
def _refused(error: OperationRefused | CannotPrint) -> ResponseReturnValue:
    return _say(sentence_for(error), error.code, gone=isinstance(error, NotFound))


@bp.errorhandler(Forgotten)
def _forgotten(error: Forgotten) -> ResponseReturnValue:
    return _say(sentence_for(error), error.code, gone=True)


@bp.errorhandler(StaleDataError)
def _overtaken(_error: StaleDataError) -> ResponseReturnValue:
    return _say(
        Sentence(
            _l("Somebody else changed this enrolment at the same moment"),
            _l("Nothing of yours was saved over theirs. Look at it again, then do what is still to be done."),
        ),
        "overtaken",
        gone=False,
    )


def _say(sentence: Sentence, code: str, *, gone: bool) -> ResponseReturnValue:
    g.failed = True  # nothing of a refused act is kept (citycard.web.database)
    db.session.rollback()
    back = "" if gone else (request.view_args or {}).get("ticket", "")
    return render_template("enrolment/refused.html", said=sentence, code=code, back=back), sentence.status
