"""What every answer tells the browser.

1. Nothing may run, load or be sent anywhere but to and from this very site (Content-Security-Policy).
2. No address of ours is told to anybody, not even to ourselves (Referrer-Policy).
3. Nobody may frame us, open us as a child window, or guess a type we did not state.
4. Nothing is kept in the browser, unless the view says that it may be (`cacheable`) or it is a static file.
5. Over https, only https from now on.

A dozen lines of our own, because the libraries that do this either stand still or hide which header is set.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # data: and blob: for a portrait that has not left the counter yet
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""No 'unsafe-inline', no nonce, no other host: a page that needs one of these is written differently instead."""

DEVICES = {
    **POLICY,
    "script-src": "'self' 'wasm-unsafe-eval'",  # the decoder of pictures is WebAssembly; no text becomes a script
    "worker-src": "'self'",
    "manifest-src": "'self'",
}
"""Of the desk page for devices and of its worker, and of nothing else."""

FEATURES = (
    "camera=(self), accelerometer=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), publickey-credentials-get=(self), serial=(), usb=()"
)

A_YEAR = 365 * 24 * 3600
"""For static files whose address carries a digest of their content: another content has another address."""

AN_HOUR = 3600
"""For the same files asked for without the digest (fonts named by the style sheets, for one)."""


def cacheable(seconds: int) -> Callable[[View], View]:
    """Say that the answer of a view is the same for everybody and may be kept for `seconds`."""

    def mark(view: View) -> View:
        view.cacheable = seconds  # type: ignore[attr-defined]
        return view

    return mark


def for_devices(view: View) -> View:
    """Say that a view belongs to the desk page for devices, which has a policy of its own (`DEVICES`)."""
    view.for_devices = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Put the headers on every answer, errors included."""
    app.after_request(_add)


def policy(rules: Mapping[str, str] = POLICY) -> str:
    """The Content-Security-Policy as one line."""
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _add(response: Response) -> Response:
    # (1)
    response.headers["Content-Security-Policy"] = policy(DEVICES if _is_for_devices() else POLICY)
    # (2)
    response.headers["Referrer-Policy"] = "no-referrer"
    # (3)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = FEATURES
    # (4)
    response.headers["Cache-Control"] = _how_long(response)
    # (5)
    if not current_app.config["OFFICE"].settings.demo:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return response


def _is_for_devices() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "for_devices", False) is True


def _how_long(response: Response) -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    seconds: int | None = getattr(view, "cacheable", None)
    if request.endpoint == "static":
        seconds = A_YEAR if "v" in request.args else AN_HOUR
    if seconds is None or response.status_code not in (200, 304):
        return "no-store"
    return f"public, max-age={seconds}" + (", immutable" if seconds == A_YEAR else "")
