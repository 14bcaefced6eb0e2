"""What is written down about requests: next to nothing.

For pages of staff: method, the *pattern* of the path (`/enrolment/<ticket>/print`), status, milliseconds. Never the
path itself, a query string, an address, a name. For public pages and the API nothing at all: when somebody without a
card reads "what to do when I lost it", that is theirs alone.
"""

import logging
import time

from flask import Flask, Response, current_app, g, request

log = logging.getLogger("citycard.requests")


def init_app(app: Flask) -> None:
    """Write one line for each request to a staff page."""
    app.before_request(_start)
    app.after_request(_write)


def _start() -> None:
    g.started = time.monotonic()


def _write(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if isinstance(getattr(view, "open_to", None), frozenset) and request.url_rule is not None:
        spent = (time.monotonic() - g.get("started", time.monotonic())) * 1000
        log.info("%s %s %d %d ms", request.method, request.url_rule.rule, response.status_code, spent)
    return response
