"""The browser's side of a staff session: one cookie, and what it opens during one request.

The cookie holds the random token of `citycard.operations.sign_in` and nothing else. It is HttpOnly, and SameSite=Lax:
with Strict, a link to the card office in the town hall's own intranet would show a sign-in page to somebody who is
signed in, and people learn to type passwords into whatever appears. What Strict would add against forged requests is
done by the CSRF token of every form and by `Sec-Fetch-Site` (`citycard.web.access`).

Over https the name begins with `__Host-`: no other machine of the same domain can set or read it. The demo runs on
plain http on the loopback, where browsers refuse that name.
"""

from typing import Any

from flask import Flask, Response, current_app, g, request, session

from citycard.operations import sign_in
from citycard.settings import Office
from citycard.store.staff import Role
from citycard.web import database, languages, workplace
from citycard.web.database import db


class Who:
    """What the layouts show of the person who is signed in; a plain copy, good even when the database is not."""

    def __init__(self, found: sign_in.Found) -> None:
        self.name: str = found.staff.name
        self.language: str | None = found.staff.language
        self.roles: frozenset[Role] = frozenset(found.staff.role_set)
        self.locked: bool = found.locked
        self.confirmed: bool = found.confirmed


LOOKING = "X-Only-Looking"
"""A header of pages that fetch themselves anew: nobody pressed anything, and the screen must lock all the same."""


def cookie_name(app: Flask | None = None, *, kind: str = "staff") -> str:
    """The name of the cookie of a staff session, or of another cookie of ours."""
    return _named(kind, app or current_app)


def cookie_options() -> dict[str, Any]:
    """How our cookies are set: for this site and no script."""
    return {"secure": not _plain_http(current_app), "httponly": True, "samesite": "Lax", "path": "/"}


def _named(kind: str, app: Flask) -> str:
    """A cookie's name. Cookies ignore ports: two demonstrations on one machine would sign each other's clerks out."""
    if not _plain_http(app):
        return f"__Host-citycard-{kind}"
    office: Office = app.config["OFFICE"]
    return f"citycard-{kind}-{office.settings.issuer.removeprefix('https://').partition('.')[0]}"


def init_app(app: Flask) -> None:
    """Configure Flask's own (signed) cookie, which carries the CSRF token, the language and a place to go on to."""
    plain = _plain_http(app)
    app.config.update(
        SESSION_COOKIE_NAME=_named("form", app),
        SESSION_COOKIE_SECURE=not plain,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.after_request(_send_token)


def find() -> sign_in.Found | None:
    """Look up the session of this request, once, and write down that it was used."""
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    now = workplace.now()
    found = sign_in.find(database.session(), token, now=now)
    if found is None:
        g.new_token = ""  # take the dead cookie away
        return None
    g.found, g.who, g.token = found, Who(found), token
    if not found.locked and LOOKING not in request.headers and sign_in.needs_seen(found.row, now=now):
        # Apart, because most requests only read; before the view, because SQLite has one writer at a time.
        db.session.rollback()
        with database.apart() as own, own.begin():
            sign_in.seen(own, token, now=now)
        g.found = found = sign_in.find(database.session(), token, now=now)
    return found


def begin(opened: sign_in.Opened) -> None:
    """Put a new token into the browser."""
    g.new_token = opened.token


def start_afresh() -> None:
    """Forget everything in the signed cookie but the language: a new person must not inherit a CSRF token."""
    language = session.get(languages.CHOICE)
    session.clear()
    if language:
        session[languages.CHOICE] = language


def finish() -> None:
    """Sign out: the row and the cookie go."""
    token = g.get("token")
    if token:
        sign_in.end(database.session(), token)
    g.new_token = ""
    g.pop("who", None)
    start_afresh()


def _send_token(response: Response) -> Response:
    token: str | None = g.get("new_token")
    if token:
        if response.status_code < 400:  # else its row was not kept, and the browser's old token is still good
            response.set_cookie(cookie_name(), token, **cookie_options())  # no max-age: it goes with the browser
    elif token is not None:
        response.delete_cookie(cookie_name(), **cookie_options())
    return response


def _plain_http(app: Flask) -> bool:
    return bool(app.config["OFFICE"].settings.demo)
