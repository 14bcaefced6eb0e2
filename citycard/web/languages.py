"""Which language a page speaks.

The first of these that we speak:

1. the one just asked for or chosen before (`?lang=`, the language buttons, kept in the browser session);
2. the one in the staff member's file;
3. the one that the browser asks for;
4. the city's own.

The buttons keep what was typed: on a page with a form they are submit buttons *of that form*, and a form that is sent
with `lang` is drawn again in the new language instead of being acted upon (`citycard.web.pages.PageForm`). A chosen
portrait is the one thing lost by this: no browser lets a page put a file back.

Messages are English in the code. A catalogue of another language that is missing stops the start of the application:
a page half in English would be found by a holder, not by us.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request, session
from flask.typing import ResponseReturnValue
from flask_babel import Babel, Domain, get_locale, refresh
from werkzeug.datastructures import MultiDict
from werkzeug.utils import redirect

from citycard import settings

LANGUAGES = settings.LANGUAGES
"""Every one of these has a catalogue, and every page test runs in each."""

SOURCE = "en"
"""The language of the messages in the code; it needs no catalogue."""

NAMES = {code: str(Locale.parse(code).get_display_name(code)).capitalize() for code in LANGUAGES}
"""What each language calls itself; a list of languages in a language you cannot read is of no use."""

CHOICE = "language"
"""Where the choice stands in the browser session."""


class MissingCatalogue(Exception):
    """The messages of a language that we say we speak are not there."""


class Catalogues(Domain):
    """Messages by language, compiled or, in a checkout, straight from the translators' files."""

    def __init__(self, folder: Path) -> None:
        super().__init__([str(folder)])
        self._catalogues = {code: _open(folder, code) for code in LANGUAGES}

    def get_translations(self) -> NullTranslations:
        """The messages of the language that is being spoken now."""
        return self._catalogues[spoken()]


def init_app(app: Flask, *, folder: Path) -> None:
    """Choose a language for each request; refuse to start when one is missing."""
    zone = app.config["OFFICE"].settings.time_zone
    babel = Babel(app, locale_selector=_choose, timezone_selector=lambda: str(zone))
    # Flask-Babel asks the instance; set on the extension beside it, ours would be opened and never read.
    babel.domain_instance = Catalogues(folder)
    app.before_request(_take_choice)


def spoken() -> str:
    """The code of the language that is being spoken now."""
    locale = get_locale()
    return SOURCE if locale is None else str(locale.language)


def direction(code: str | None = None) -> str:
    """Which way a language runs: ltr or rtl."""
    return Locale.parse(code or spoken()).text_direction


def remember(code: str) -> bool:
    """Keep a choice of language in the browser session; False when we do not speak it."""
    if code not in LANGUAGES:
        return False
    session[CHOICE] = code
    refresh()
    return True


def only_the_language() -> bool:
    """Whether a form was sent by one of the language buttons: draw it again, act on nothing."""
    return has_request_context() and request.method == "POST" and request.form.get("lang") in LANGUAGES


def _choose() -> str:
    # (1)
    chosen = None if _is_machine() else session.get(CHOICE)
    if chosen in LANGUAGES:
        return str(chosen)
    # (2)
    who = g.get("who")
    if who is not None and who.language in LANGUAGES:
        return str(who.language)
    # (3) in the reader's order; `ar-MA` is Arabic to us. (Werkzeug's best_match would rather take a later exact one.)
    for asked in request.accept_languages.values():
        code = asked.replace("_", "-").split("-")[0].lower()
        if code in LANGUAGES:
            return code
    # (4)
    return str(g.get("city_language", SOURCE))


def _take_choice() -> ResponseReturnValue | None:
    """Read `?lang=` and send the reader on to the same page without it: nobody hands the choice on in a link."""
    g.city_language = current_app.config["OFFICE"].settings.default_language
    # Files and machines choose no language, and get no cookie for asking.
    if request.endpoint == "static" or _is_machine():
        return None
    if request.method == "GET" and "lang" in request.args:
        remember(request.args["lang"])
        rest: MultiDict[str, str] = MultiDict((k, v) for k, v in request.args.items(multi=True) if k != "lang")
        return redirect(_here(rest), 303)
    return None


def _is_machine() -> bool:
    """Whether this is asked of the API: it reads no cookie, so only what the caller asks for counts."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "machine", False) is True


def _here(arguments: MultiDict[str, str]) -> str:
    # One slash in front, whatever was asked for: `//elsewhere` would be another site.
    path = "/" + quote(request.path.lstrip("/"))
    return path + ("?" + urlencode(list(arguments.items(multi=True))) if arguments else "")


@cache
def _open(folder: Path, code: str) -> NullTranslations:
    # Read once in a process: an application that is made again (in tests, by the thousand) finds it here.
    source = folder / code / "LC_MESSAGES" / "messages.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and not (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime):
        with compiled.open("rb") as file:
            return Translations(file)
    if source.exists():
        with source.open("rb") as text:
            catalogue = read_po(text, locale=code)
        binary = BytesIO()
        write_mo(binary, catalogue)
        binary.seek(0)
        return Translations(cast(Any, binary))
    if code == SOURCE:
        return NullTranslations()
    raise MissingCatalogue(
        f"no messages for {code!r}: expected {source.name} or {compiled.name} under {code}/LC_MESSAGES"
    )
