"""What every page has at hand, and the form that every form is made from.

Templates get: the office's name in the reader's language, the languages and which way they run, the navigation that the
person may open, dates in the reader's way, ages in words, static addresses that change with the content.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from babel.lists import format_list
from flask import Flask, current_app, g
from flask_babel import format_date, format_datetime, format_timedelta, get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import RadioField, SelectMultipleField

from citycard.web import access, languages, workplace
from citycard.web.telephones import telephones

DESKS = (
    "enrolment",
    "cards",
    "desk",
    "desk_app",
    "attendants",
    "devices",
    "guidance",
    "partners",
    "organisations",
    "voice",
    "statistics",
    "audit",
    "staff",
    "public",
    "authority",
    "holders",
    "services",
    "slips",
    "transit",
    "trust",
    "api",
)
"""The packages of pages, in the order of the navigation."""

TRAINING = "practice"
"""The package that only an office to practise in has, first in its navigation."""


@dataclass(frozen=True)
class Entry:
    """A line of the staff navigation. Packages of pages list theirs as `NAVIGATION` beside `bp`."""

    endpoint: str
    label: Any
    hint: Any = ""
    """One sentence for the first page after signing in: what is done there."""
    act: str = ""
    """The endpoint of what only some of the readers do there, if `hint` speaks of it."""
    to_read: Any = ""
    """Then the sentence for the others."""


OF_A_CODE = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "autocorrect": "off",
    "spellcheck": "false",
    "dir": "ltr",
}
"""Attributes of a field that takes a card's code: no browser offers, mends or turns what a scanner typed."""


class PageForm(FlaskForm):
    """A form of a page.

    1. A form sent by a language button is drawn again with what was typed, and neither checked nor acted upon.
    2. Errors are put beside their fields and, linked, at the top (`error_summary`).
    """

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the form was sent to be acted upon, and is good."""
        # (1)
        if languages.only_the_language():
            return False
        return bool(super().validate_on_submit(extra_validators))

    def refuse(self, field: str, sentence: Any) -> None:
        """Put an error of the operation beside a field."""
        errors = list(self[field].errors)
        self[field].errors = [*errors, sentence]

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """Each error as (id of the field, sentence), in the order of the page."""
        # Of several buttons or boxes the first takes the focus; the group around them cannot.
        places = {field.id: f"{field.id}-0" for field in self if isinstance(field, RadioField | SelectMultipleField)}
        return [(places.get(field.id, field.id), str(error)) for field in self for error in field.errors if error]


def init_app(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.extensions["citycard.static_digests"] = {}
    app.context_processor(_common)
    app.template_filter("day")(day)
    app.template_filter("moment")(moment)
    app.template_filter("listed")(listed)
    app.template_filter("age")(age)
    app.template_filter("telephones")(telephones)
    app.url_defaults(_add_digest)


def status_for(form: PageForm) -> int:
    """The status of a page that shows a form: 422 when it shows mistakes (and nothing is committed), else 200."""
    return 422 if form.errors else 200


def city_name(code: str | None = None) -> str:
    """What the city calls itself in a language."""
    return str(current_app.config["OFFICE"].settings.name(code or languages.spoken()))


def day(value: date | datetime | None, style: str = "long") -> str:
    """A day in the reader's way; nothing for nothing."""
    return "" if value is None else str(format_date(value, style, rebase=False))


def moment(value: datetime | None) -> str:
    """A day and time in the reader's way, in the time zone of the city."""
    if value is None:
        return ""
    time = format_datetime(value, "HH:mm")
    return str(_("%(day)s, %(time)s", day=format_datetime(value, "d MMMM y"), time=time))


def listed(texts: Iterable[Any]) -> Markup:
    """One after the other, with the comma and the "and" of the language, each its own way."""
    said = [str(Markup("<bdi>{}</bdi>").format(text)) for text in texts]
    return Markup(format_list(said, locale=get_locale()))  # noqa: S704 - each text was escaped above


def age(value: datetime | timedelta | None) -> str:
    """How long ago, in words: "12 minutes ago". People compare ages more easily than clocks."""
    if value is None:
        return str(_("never"))
    past = value if isinstance(value, timedelta) else workplace.now() - value
    if abs(past) < timedelta(minutes=1):
        return str(_("less than a minute ago"))
    return str(format_timedelta(-past, granularity="minute", threshold=1.5, add_direction=True))


def navigation() -> list[Entry]:
    """The pages that the person who is signed in may open, in the order of the desks."""
    who = g.get("who")
    entries: list[Entry] = current_app.extensions.get("citycard.navigation", [])
    if who is None:
        return []
    opened = [entry for entry in entries if access.may_open(entry.endpoint, who.roles)]
    return [
        replace(entry, hint=entry.to_read) if entry.act and not access.may_open(entry.act, who.roles) else entry
        for entry in opened
    ]


def _common() -> dict[str, Any]:
    office = current_app.config["OFFICE"]
    spoken = languages.spoken()
    return {
        "city": city_name(),
        "city_name": city_name,
        "settings": office.settings,
        "lang": spoken,
        "dir": languages.direction(spoken),
        "direction": languages.direction,
        "locale": get_locale(),
        "lang_names": languages.NAMES,
        "who": g.get("who"),
        "navigation": navigation,
    }


def _add_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" or "v" in values or "filename" not in values:
        return
    digest = _digest_of(str(values["filename"]))
    if digest:
        values["v"] = digest


def _digest_of(filename: str) -> str:
    known: dict[str, tuple[float, str]] = current_app.extensions["citycard.static_digests"]
    path = Path(current_app.static_folder or "") / filename
    try:
        changed = path.stat().st_mtime
    except OSError:
        return ""
    if filename not in known or known[filename][0] != changed:
        known[filename] = (changed, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
    return known[filename][1]
