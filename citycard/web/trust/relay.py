"""Signed files of the cities that we recognise, given out again: what `operations.relay` holds.

The same bytes for everybody, without cookies, with an ETag. What is not held is not there, and the answer does not tell
whether the city is unknown here or the file is.
"""

from flask import current_app
from flask.typing import ResponseReturnValue

from citycard.operations import relay
from citycard.settings import Office
from citycard.web import database
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import cacheable
from citycard.web.trust.views import A_MINUTE, bp, not_there, public


@bp.get(f"/{relay.PATH}/<name>/<path:path>")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)
def relayed(name: str, path: str) -> ResponseReturnValue:
    """A file of another city."""
    office: Office = current_app.config["OFFICE"]
    content = relay.held_file(database.session(), office, name, path)
    if content is None:
        return not_there()
    return public(content, "application/json" if path.endswith(".json") else "application/statuslist+cwt")
