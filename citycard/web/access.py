"""Who may open what.

Every view says whom it is open to; one that does not stops the start of the application. Before a view is called:

1. An address that leads nowhere is left to the 404 page. Static files and machines (the API, which has tokens of its
   own and no cookies) go straight on.
2. The staff session of the browser is looked up, if there is one.
3. Whatever is not only reading must come from a form of ours: CSRF token, and no `Sec-Fetch-Site: cross-site`.
4. A language button was pressed: the choice is kept.
5. Pages open to anyone go on (10).
6. Nobody is signed in: to the sign-in page, and from there to where they were going.
7. The screen is locked, by hand, by the lock button of this very form, or by time: what was typed is kept by the page's
   own `keep_typed`, and the screen opens there again.
8. The roles do not fit: 403.
9. The view wants the password to have been typed lately (`confirmed`): to the page that asks for it, and back.
10. A form sent by a language button reaches only views that say that they draw it again (`redraws`) and act on nothing.
    From any other view the answer leads back to its page.

The view gets the person as its first argument, so that it cannot forget to ask who acts.
Places to go back to are kept in the session row, or before signing in in the signed cookie, never in an address: a link
cannot bring one in. They are checked to be pages of ours when they are written and when they are used.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException

from citycard.operations import sign_in
from citycard.store.staff import Role
from citycard.web import database, languages, sessions
from citycard.web.database import db

View = TypeVar("View", bound=Callable[..., Any])
Keep = Callable[..., str | None]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

GO_ON_TO = "go_on_to"
"""Where the place to go on to after signing in stands in the signed cookie."""

LONGEST_PLACE = 200
"""Our longest address has some 80 characters; the column that keeps it has 200."""

KEEP_TYPED = "citycard.keep_typed"
"""`app.extensions[KEEP_TYPED]`: by endpoint, what keeps the typed fields of a page when the screen locks."""


class Anyone(Enum):
    """The one value that stands for everybody, signed in or not."""

    ANYONE = "anyone"


ANYONE: Final = Anyone.ANYONE

EVERY_ROLE = frozenset(Role)

csrf = CSRFProtect()


class UnstatedAccess(RuntimeError):
    """A view does not say whom it is open to, or cannot be returned to."""


def open_to(
    *who: Role | Anyone,
    machine: bool = False,
    while_locked: bool = False,
    keep_typed: Keep | None = None,
    redraws: bool = False,
) -> Callable[[View], View]:
    """State whom a view is open to: `ANYONE`, or roles (then the view's first argument is the `Staff` who acts).

    `machine`: an endpoint of the API; errors in JSON, no cookies, no CSRF. `while_locked`: also on a locked screen.
    `keep_typed(by, **view_arguments) -> address | None`: called when a form is sent from a screen that has locked
    meanwhile; it stores what was typed (from `request.form`) and returns where the screen is to open again.
    `redraws`: a form that a language button sent (`languages.only_the_language`) is drawn again by this view, which
    does nothing else with it. A view that acts whatever the form says must not say so.
    """
    if not who or (ANYONE in who and len(who) > 1) or (machine and ANYONE not in who):
        raise UnstatedAccess("either ANYONE alone, or at least one role")
    allowed: frozenset[Role] | Anyone = (
        ANYONE if ANYONE in who else frozenset(role for role in who if isinstance(role, Role))
    )

    def mark(view: View) -> View:
        @wraps(view)
        def call(*arguments: Any, **named: Any) -> Any:
            if allowed is ANYONE:
                return view(*arguments, **named)
            if not g.get("admitted"):  # belt and braces: only the steps above set it
                abort(403)
            return view(g.found.staff, *arguments, **named)

        call.open_to = allowed  # type: ignore[attr-defined]
        call.machine = machine  # type: ignore[attr-defined]
        call.while_locked = while_locked  # type: ignore[attr-defined]
        call.keep_typed = keep_typed  # type: ignore[attr-defined]
        call.redraws = redraws  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return mark


def confirmed(view: View | None = None, *, back: str | None = None, when: Callable[..., bool] | None = None) -> Any:
    """Let a view be called only within 15 minutes of a typed password.

    `when(**view_arguments)` says for which requests, where not for all of them.

    When a POST is interrupted for it, the person comes back to `back` (an endpoint that takes the same arguments), or
    else to the page of the same address, and is told to press the button again.
    """

    def mark(marked: View) -> View:
        marked.confirmed = True  # type: ignore[attr-defined]
        marked.back = back  # type: ignore[attr-defined]
        marked.confirmed_when = when  # type: ignore[attr-defined]
        return marked

    return mark if view is None else mark(view)


def init_app(app: Flask) -> None:
    """Close every door that is not stated to be open. Call before the blueprints are registered."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # step 3 calls it, after the session is known
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form may stand open all day; the token goes with the cookie
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, which we tell nobody; Sec-Fetch-Site instead
    csrf.init_app(app)
    app.extensions[KEEP_TYPED] = {}
    app.before_request(_admit)


def check_every_route(app: Flask) -> None:
    """Raise `UnstatedAccess` for the first view that does not say whom it is open to. Call last."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            view.open_to = ANYONE
        if getattr(view, "open_to", None) is None:
            raise UnstatedAccess(f"{rule.rule} ({rule.endpoint}) does not say whom it is open to; add @open_to(...)")
        if getattr(view, "back", None) and view.back not in app.view_functions:
            raise UnstatedAccess(f"{rule.endpoint} wants to come back to a page that does not exist")
        if getattr(view, "keep_typed", None):
            app.extensions[KEEP_TYPED][rule.endpoint] = view.keep_typed


def may_open(endpoint: str, roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles may open a page; False for a page that does not exist."""
    view = current_app.view_functions.get(endpoint)
    allowed = getattr(view, "open_to", None)
    return allowed is ANYONE or (isinstance(allowed, frozenset) and not allowed.isdisjoint(roles))


def go_on(default: str) -> ResponseReturnValue:
    """Send the person to the place that was kept before they signed in, or to `default`."""
    place = session.pop(GO_ON_TO, None)
    return redirect(place if is_ours(place) else default, 303)


def is_ours(place: str | None) -> bool:
    """Whether a place is the address of a page of this application that can be opened with GET."""
    if not place or len(place) > LONGEST_PLACE or not place.startswith("/") or "\\" in place:
        return False
    parts = urlsplit(place)
    if parts.scheme or parts.netloc or place.startswith("//"):
        return False
    try:
        current_app.url_map.bind(request.host).match(parts.path, method="GET")
    except HTTPException:
        return False
    return True


def _admit() -> ResponseReturnValue | None:
    # (1)
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.routing_exception is not None or request.endpoint == "static":
        return None
    if getattr(view, "machine", False):
        return None
    allowed: frozenset[Role] | Anyone = getattr(view, "open_to", frozenset())
    # (2)
    found = sessions.find()
    # (3)
    if request.method not in SAFE and (found is not None or allowed is ANYONE):
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            abort(403)
        csrf.protect()
    # (4)
    if languages.only_the_language():
        languages.remember(request.form["lang"])
    # (5)
    if allowed is ANYONE:
        return _only_the_language(view)
    # (6)
    if found is None:
        return _to_sign_in()
    fits = not allowed.isdisjoint(found.staff.role_set)
    # (7)
    pressed = request.method == "POST" and "lock" in request.form
    if (found.locked or pressed) and not getattr(view, "while_locked", False):
        return _to_locked(found, keep=fits)
    # (8)
    if not fits:
        abort(403)
    # (9)
    if not found.confirmed and _wants_confirmation(view):
        return _to_confirm()
    # (10)
    if away := _only_the_language(view):
        return away
    g.admitted = True
    return None


def _wants_confirmation(view: Any) -> bool:
    when = getattr(view, "confirmed_when", None)
    return getattr(view, "confirmed", False) and (when is None or when(**(request.view_args or {})))


def _only_the_language(view: Any) -> ResponseReturnValue | None:
    """Back to the page, where a language button sent something to a view that would act on it."""
    if not languages.only_the_language() or getattr(view, "redraws", False):
        return None
    return redirect(_way_back() or url_for("staff.home"), 303)


def _to_sign_in() -> ResponseReturnValue:
    if not _is_page():
        abort(403)
    place = _way_back()
    if is_ours(place):
        session[GO_ON_TO] = place
    return redirect(url_for("staff.sign_in"), 303)


def _to_locked(found: sign_in.Found, *, keep: bool) -> ResponseReturnValue:
    if not _is_page():
        abort(403)
    place: str | None = None
    keeper = current_app.extensions[KEEP_TYPED].get(request.endpoint)
    if keep and request.method == "POST" and keeper is not None:
        place = keeper(found.staff, **(request.view_args or {}))
    _keep_place(place or _way_back(), lock=True)
    return redirect(url_for("staff.locked"), 303)


def _to_confirm() -> ResponseReturnValue:
    if not _is_page():
        abort(403)
    _keep_place(_way_back(), lock=False)
    if request.method not in SAFE:
        flash(_("Nothing was done yet. After your password you come back here: then press the button again."), "wait")
    return redirect(url_for("staff.confirm"), 303)


def _keep_place(place: str | None, *, lock: bool) -> None:
    kept = place if is_ours(place) else None
    if database.reading_only():
        db.session.rollback()
        with database.apart() as own, own.begin():
            sign_in.keep_place(own, g.token, kept, lock=lock)
    else:
        sign_in.keep_place(database.session(), g.token, kept, lock=lock)


def _way_back() -> str | None:
    """The page to come back to: this one when it was being read, else the one that its form stood on."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    if is_ours(request.path):
        return request.path
    back = getattr(current_app.view_functions.get(request.endpoint or ""), "back", None)
    return url_for(back, **(request.view_args or {})) if back else url_for("staff.home")


def _is_page() -> bool:
    # A picture, a script or a fetch that finds the screen locked must not become the place to come back to.
    return request.headers.get("Sec-Fetch-Dest", "document") == "document"
