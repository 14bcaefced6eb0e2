"""What people and machines are told when something does not work.

1. Whatever citycard raises on purpose carries a code; the sentence for it is looked up here, in the reader's language.
   Packages add theirs with `say(...)`; a code without a sentence gets the sentence of its family.
2. Pages answer with a page, the API with `{"error": {"code", "sentence"}}`.
3. A form that came without a good CSRF token is explained, and the way back that keeps what was typed is offered.
4. Anything else is our fault: a page that cannot fail (no template, no database, no translation), and a log line that
   names the kind of error and the places in the code, and never a value: a value may be somebody's name.
5. So also where no view is to blame: a commit that fails, a page of an error that fails, the tidying up afterwards.
   Flask would write down path, message and traceback of these (`QuietFlask`).
6. Where it is the database that does not answer, the page says so, and what still works without it: it asks for
   nothing but the signed cookie, and if even that fails the bare page goes out.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from citycard.core.errors import CitycardError
from citycard.web import access, database

log = logging.getLogger("citycard.errors")


class Sentence(NamedTuple):
    """What is said for a code: a title, what to do, and the HTTP status."""

    title: Any
    advice: Any
    status: int = 409


_sentences: dict[str, Sentence] = {
    "citycard": Sentence(
        _l("This was not possible"), _l("Nothing was changed. Go back and look at the page again."), 409
    ),
    "cannot-write": Sentence(
        _l("A card cannot be written with these details"), _l("Go back and mend them. Nothing was issued."), 422
    ),
    "key-refused": Sentence(_l("This key cannot be used"), _l("Nothing was stored."), 422),
    "list-refused": Sentence(_l("This status list was refused"), _l("The one held before stays in use."), 422),
    "trust-refused": Sentence(_l("This city cannot be recognised like this"), _l("Nothing was stored."), 422),
    "sign-in-refused": Sentence(
        _l("Name and password do not go together"),
        _l("Look at capital letters and keyboard language. After several wrong tries you have to wait a little."),
        403,
    ),
}

_pages: dict[int, Sentence] = {
    400: Sentence(_l("This request could not be read"), _l("Go back and try once more."), 400),
    403: Sentence(
        _l("This page is not part of your work"),
        _l("Your account does not open it. The administrator of your office gives out roles."),
        403,
    ),
    404: Sentence(
        _l("There is no such page"),
        _l("The address may be mistyped, or what stood here was forgotten as promised."),
        404,
    ),
    405: Sentence(_l("This page cannot be opened like this"), _l("Start again from the first page."), 405),
    413: Sentence(
        _l("That was too large"),
        _l(
            "A picture may have at most 10 megabytes. Nothing was saved: "
            "what you typed on that page may have to be typed once more."
        ),
        413,
    ),
    429: Sentence(_l("Too many tries in a short time"), _l("Wait a minute, then try again."), 429),
}

NO_REGISTER = Sentence(
    _l("The register does not answer at the moment"),
    _l("Nothing of the last step was saved, and nothing is broken by it. Wait a minute, then try again."),
    503,
)
"""Said with what still works (templates/errors/no_register.html)."""

MACHINES = ("/api/", "/desk-app/bundle", "/desk-app/counts", "/desk-app/device", "/desk-app/enrol", "/desk-app/voice")
"""Beginnings of addresses that only machines ask."""

RETRY_AFTER = 30
"""Seconds: a database that was restarted is back within."""

FAILSAFE = (
    '<!doctype html>\n<html lang="en" dir="ltr">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Not working</title></head>\n'
    "<body><main><h1>This is not working at the moment</h1>\n"
    "<p>The fault is ours, and nothing you did. Go back and try again; then tell the office.</p>\n"
    '<p lang="fr">Un problème est survenu chez nous. Revenez en arrière et réessayez ; sinon, prévenez la mairie.</p>\n'
    '<p lang="es">Ha ocurrido un fallo nuestro. Vuelva atrás e inténtelo de nuevo; si sigue, avise a la oficina.</p>\n'
    '<p lang="ar" dir="rtl">حدث خلل من جهتنا. ارجع وحاول مرة أخرى، ثم أخبر المكتب.</p>\n'
    "</main></body>\n</html>\n"
)
"""In all four languages, because choosing one is already something that can fail."""


def say(code: str, title: Any, advice: Any = "", *, status: int = 409) -> None:
    """Give the sentence for a code; use lazily translated texts."""
    _sentences[code] = Sentence(title, advice, status)


def sentence_for(error: CitycardError) -> Sentence:
    """The sentence for an error: that of its code, else that of the nearest family that has one."""
    for code in (error.code, *(getattr(kind, "code", "") for kind in type(error).__mro__)):
        if isinstance(code, str) and code in _sentences:
            return _sentences[code]
    return _sentences["citycard"]


def init_app(app: Flask) -> None:
    """Answer every failure of an application."""
    handlers: list[tuple[type[Exception], Callable[[Any], ResponseReturnValue]]] = [
        (CitycardError, _refused),
        (CSRFError, _no_token),
        (SecurityError, _wrong_host),
        (HTTPException, _http),
        (Exception, _ours),
    ]
    for kind, answer in handlers:
        app.register_error_handler(kind, answer)


def wants_json() -> bool:
    """Whether the caller is a machine."""
    return request.path.startswith(MACHINES)


def answer(code: str, sentence: Sentence, *, page: str = "errors/error.html", back: str = "") -> Response:
    """A page, or JSON for the API, that says one sentence; `back` is the address of the page to open again."""
    g.failed = True  # the transaction is not kept (citycard.web.database)
    if wants_json():
        body = jsonify(error={"code": code, "sentence": str(sentence.title)})
        body.status_code = sentence.status
        return body
    html = render_template(
        page, code=code, title=sentence.title, advice=sentence.advice, status=sentence.status, back=back
    )
    return make_response(html, sentence.status)


def _refused(error: CitycardError) -> ResponseReturnValue:
    return answer(error.code, sentence_for(error))


def _no_token(error: CSRFError) -> ResponseReturnValue:
    page = Sentence(
        _l("This page had been open for too long"),
        _l("Nothing was sent. Go back: what you typed is still there. Note it, load that page again, and send it."),
        400,
    )
    return answer("csrf", page, page="errors/csrf.html")


def _wrong_host(error: SecurityError) -> ResponseReturnValue:
    # No template: without a host we believe in, no address of ours can be written.
    return Response("This address is not one of this office.\n", 400, content_type="text/plain; charset=utf-8")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status >= 500:
        return _ours(error)
    if error.response is not None or status < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        status = 413
    # What was too large was refused unread, and the browser forgets a form that it has sent: its page is opened anew.
    back = request.path if status == 413 and access.is_ours(request.path) else ""
    made = answer(f"http-{status}", _pages.get(status, _pages[400]._replace(status=status)), back=back)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            made.headers[name] = value
    return made


def _ours(error: Exception) -> ResponseReturnValue:
    # (4)
    if current_app.testing and not isinstance(error, HTTPException):
        raise error
    g.failed = True
    if getattr(error, "original_exception", None) is None:  # else `QuietFlask.log_exception` wrote it down
        log.error("%s", describe(error))
    # (6)
    if database.is_unreachable(getattr(error, "original_exception", None) or error):
        return _no_register()
    if wants_json():
        body = jsonify(error={"code": "internal", "sentence": "This is not working at the moment."})
        body.status_code = 500
        return body
    return _failsafe()


def _no_register() -> Response:
    try:
        made = answer("no-register", NO_REGISTER, page="errors/no_register.html")
    except Exception as error:
        log.error("the page of an error: %s", describe(error))
        made = _failsafe()
        made.status_code = 503
    made.headers["Retry-After"] = str(RETRY_AFTER)
    return made


def _failsafe() -> Response:
    return Response(FAILSAFE, 500, content_type="text/html; charset=utf-8")


class QuietFlask(Flask):
    """Flask that writes of an error what `describe` says, and nothing else (5)."""

    def log_exception(self, exc_info: Any) -> None:
        """An error outside of any view: in most cases the commit at the edge."""
        log.error("%s", describe(exc_info[1]))

    def finalize_request(self, rv: Any, from_error_handler: bool = False) -> Response:
        """Headers, cookies, commit. When even that fails for the page of an error, the bare page goes out."""
        try:
            return super().finalize_request(rv)
        except Exception as error:
            if not from_error_handler:
                raise
            log.error("the page of an error: %s", describe(error))
            return _failsafe()

    def do_teardown_request(self, *arguments: Any) -> None:
        """The answer is made: what fails now is written down and changes nothing."""
        self._tidy_up(super().do_teardown_request, *arguments)

    def do_teardown_appcontext(self, *arguments: Any) -> None:
        """As above; the database's session is closed here."""
        self._tidy_up(super().do_teardown_appcontext, *arguments)

    def _tidy_up(self, step: Callable[..., None], *arguments: Any) -> None:
        try:
            step(*arguments)
        except Exception as error:
            if self.testing:
                raise
            log.error("tidying up: %s", describe(error))


def describe(error: BaseException) -> str:
    """The kind of an error and where it came from; neither its message nor any value."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 5:
        places = " < ".join(
            f"{frame.name} ({_short(frame.filename)}:{frame.lineno})"
            for frame in reversed(traceback.extract_tb(seen.__traceback__, limit=-8))
        )
        chain.append(f"{type(seen).__module__}.{type(seen).__qualname__} at {places or 'nowhere'}")
        seen = seen.__cause__ or seen.__context__
    return "; from ".join(chain)


def _short(filename: str) -> str:
    return "/".join(filename.replace("\\", "/").split("/")[-3:])
