"""The web application of one office.

`create_app(office)` puts it together in the order in which a request meets it, and refuses to start when a page does
not say whom it is open to, a language is missing, or the session key is.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from citycard import paths
from citycard.settings import Office, SettingsRefused
from citycard.web import (
    access,
    database,
    errors,
    headers,
    known_browsers,
    languages,
    limits,
    logs,
    pages,
    sessions,
    workplace,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SESSION_KEY_BYTES = 32
"""256 bits: as strong as the HMAC-SHA256 it could ever be used with."""

LOOPBACK = ["localhost", "127.0.0.1"]
"""Always answered to: probes and a first look on the machine itself use these names. A forged one gains nothing: no
address that we send is built from the name we were asked by; links and redirects are paths. Werkzeug's list cannot hold
"[::1]"; over IPv6 the name is localhost."""

HEALTH = "/health"


def create_app(office: Office) -> Flask:
    """Return the application of `office`."""
    app = errors.QuietFlask(
        "citycard", template_folder=str(paths.templates_folder()), static_folder=str(paths.static_folder())
    )
    settings = office.settings
    app.config["OFFICE"] = office
    app.config["SECRET_KEY"] = session_key(office)
    app.config["TRUSTED_HOSTS"] = trusted_hosts(office)
    app.config["PREFERRED_URL_SCHEME"] = "http" if settings.demo else "https"
    app.wsgi_app = _health_by_any_name(app.wsgi_app)  # type: ignore[method-assign, assignment]
    if settings.behind_proxy:
        # One proxy, ours, which sets these itself. Without it the headers are what anybody cares to write.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_port=0, x_prefix=0)  # type: ignore[method-assign]

    workplace.init_app(app)
    headers.init_app(app)
    logs.init_app(app)
    errors.init_app(app)
    sessions.init_app(app)
    known_browsers.init_app(app)
    database.init_app(app)
    languages.init_app(app, folder=paths.PACKAGE / "translations")
    access.init_app(app)
    limits.init_app(app)
    pages.init_app(app)
    _open_desks(app)
    access.check_every_route(app)
    return app


def trusted_hosts(office: Office) -> list[str]:
    """The names under which this office may be asked for; a request for another is refused before it is read."""
    settings = office.settings
    issuer = urlsplit(settings.issuer).hostname
    return [*([issuer] if issuer else []), *LOOPBACK, *settings.hosts]


def _health_by_any_name(application: "WSGIApplication") -> "WSGIApplication":
    """Let a load balancer ask for /health at whatever address it knows us by; that page says nothing but "ok"."""

    def ask(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") == HEALTH:
            environ["HTTP_HOST"] = LOOPBACK[0]
        return application(environ, start_response)

    return ask


def session_key(office: Office) -> bytes:
    """The key that signs the cookie of the browser session; it opens no staff session, which have rows of their own."""
    try:
        key = (office.secrets / "session.key").read_bytes().strip()
    except OSError:
        raise SettingsRefused("The file session.key is missing from the secrets folder.", code="session-key") from None
    if len(key) < SESSION_KEY_BYTES:
        raise SettingsRefused("The file session.key is too short to be a key.", code="session-key")
    return key


def _open_desks(app: Flask) -> None:
    navigation: list[pages.Entry] = []
    office: Office = app.config["OFFICE"]
    for name in (pages.TRAINING, *pages.DESKS) if office.settings.training else pages.DESKS:
        package = import_module(f"citycard.web.{name}") if find_spec(f"citycard.web.{name}") else None
        bp = getattr(package, "bp", None)
        if bp is None:
            continue
        app.register_blueprint(bp)
        navigation.extend(getattr(package, "NAVIGATION", ()))
    app.extensions["citycard.navigation"] = navigation
