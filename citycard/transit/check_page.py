"""The check page: one file of HTML with which anybody checks a code, without a network and without asking us.

1. Everything is in it: our reader (`bundle`), the city's public keys, the addresses of its lists and, unless somebody
   wants it without, the lists as last signed; the day it was made, and the fingerprint. It loads and sends nothing.
2. Its own policy forbids both: a browser that keeps to it runs this one script, known by its hash, and no other, and
   opens no connection. What the page knows stands in blocks of data that no browser runs.
3. Every sentence stands there in six languages, each marked as what it is; the script shows one of them. Without a
   script all six can be read, and say that a script is needed.
4. The same input gives the same bytes.

What it shows of a card is decided in `static/js/check/page.js`: the verdict, and what a good code holds.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from citycard.partners.fingerprint import Fingerprint
from citycard.paths import static_folder
from citycard.printing.colours import ink
from citycard.settings import Settings
from citycard.transit.bundle import bundle
from citycard.transit.published import Published
from citycard.transit.sentences import Texts, in_all, name_in, texts

SCRIPT = "check/page.js"
STYLE = "css/check.css"

VERSION = 1
"""Of the block of data, for whoever takes a page apart."""


@dataclass(frozen=True, kw_only=True)
class CheckPage:
    """What one page is made from."""

    cities: Sequence[Mapping[str, Any]]
    """Whose cards it knows, as test vectors write it: issuer, names, keys and status_lists."""
    names: Mapping[str, str]
    default_language: str
    fingerprint: Fingerprint
    made_on: date
    lists: Mapping[str, bytes] = field(default_factory=dict)
    colour: str = "#1f4e79"
    demo: bool = False


def of_office(found: Published, settings: Settings, *, made_on: date, with_lists: bool = True) -> CheckPage:
    """Return the page of a city from what it publishes."""
    issuer = found.issuer
    return CheckPage(
        cities=[
            {
                "issuer": issuer.url,
                "names": dict(issuer.names),
                "keys": [key.to_json() for key in issuer.keys],
                "status_lists": list(issuer.status_lists),
            }
        ],
        names=dict(issuer.names),
        default_language=settings.default_language,
        fingerprint=found.fingerprint,
        made_on=made_on,
        lists=found.lists if with_lists else {},
        colour=settings.colour,
        demo=settings.demo,
    )


def write_check_page(page: CheckPage) -> bytes:
    """Return the file."""
    style = f":root {{ --city: {ink(page.colour)}; }}\n{_style()}"
    script = _script()
    head = (
        '<meta charset="utf-8">',
        # (2) First of all: what stands before it would not be bound by it.
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="robots" content="noindex">',
        '<meta name="color-scheme" content="light">',
        f"<title>{escape(_title(page))}</title>",
        '<link rel="icon" href="data:,">',
        f"<style>{style}</style>",
    )
    language = page.default_language
    lines = (
        "<!doctype html>",
        f'<html lang="{language}" dir="{texts(language).direction}">',
        "<head>",
        *head,
        "</head>",
        "<body>",
        *_body(page),
        _data("city", _city(page)),
        _data("texts", _texts()),
        f'<script type="module">{script}</script>',
        "</body>",
        "</html>",
    )
    return "\n".join([*lines, ""]).encode("utf-8")


def policy(script: str, style: str) -> str:
    """Return the page's own policy: this script, this style, pictures that it made itself, and nothing else (2)."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'sha256-{_hash(script)}'",
            f"style-src 'sha256-{_hash(style)}'",
            "img-src blob: data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )


def _body(page: CheckPage) -> list[str]:
    lists = [uri for city in page.cities for uri in city["status_lists"]]
    buttons = [
        f'<button type="button" lang="{said.language}" dir="{said.direction}" '
        f'data-language="{said.language}">{escape(said.name)}</button>'
        for said in in_all()
    ]
    return [
        '<header><div class="inside">',
        f'<p class="city">{_city_names(page)}</p>',
        '<div class="languages" role="group" data-labelled="page.language">',
        *buttons,
        "</div></div></header>",
        "<main>",
        *([f'<p class="demonstration">{_each("page.demonstration")}</p>'] if page.demo else []),
        f"<h1>{_each('page.title')}</h1>",
        f'<p class="lead">{_each("page.lead")}</p>',
        f"<noscript><p>{_each('page.script')}</p></noscript>",
        f'<p class="clock" id="clock" hidden>{_each("page.clock")}</p>',
        '<form id="check">',
        f'<label for="code">{_each("page.code")}</label>',
        f'<p class="hint" id="code-hint">{_each("page.code_hint")}</p>',
        '<div class="line"><input id="code" name="code" type="text" dir="ltr" autocomplete="off" '
        'autocapitalize="characters" spellcheck="false" aria-describedby="code-hint" autofocus>',
        f'<button type="submit">{_each("page.check")}</button></div>',
        '<div id="by-picture" hidden>',
        f'<label for="picture">{_each("page.picture")}</label>',
        f'<p class="hint" id="picture-hint">{_each("page.picture_hint")}</p>',
        '<input id="picture" type="file" accept="image/*" aria-describedby="picture-hint"></div>',
        f'<p class="hint" id="no-detector" hidden>{_each("page.no_detector")}</p>',
        "</form>",
        '<div id="answer" role="status"></div>',
        *_told("means", page, _each("page.means", page)),
        *_told("limits", page, _each("page.limits")),
        '<section class="others">',
        f"<h2>{_each('page.who_title')}</h2>",
        f"<p><strong>{_each('page.who')}</strong></p>",
        f"<p>{_each('page.trace')}</p>",
        "</section>",
        "<section>",
        f"<h2>{_each('page.genuine_title')}</h2>",
        '<div class="fingerprint">',
        f'<ol class="digits" dir="ltr">{"".join(f"<li>{group}</li>" for group in page.fingerprint.digits)}</ol>',
        f'<p class="words" dir="ltr" lang="en">{" ".join(page.fingerprint.words)}</p>',
        "</div>",
        f"<p>{_each('page.genuine')}</p>",
        f'<p class="hint" id="made" data-day="{page.made_on.isoformat()}">'
        f'<bdi dir="ltr">{page.made_on.isoformat()}</bdi></p>',
        "</section>",
        "<section>",
        f"<h2>{_each('page.lists_title')}</h2>",
        '<p id="list-day"></p>',
        f"<p>{_each('page.newer')}</p>",
        f'<ul class="addresses" dir="ltr">{"".join(f"<li><bdi>{escape(uri)}</bdi></li>" for uri in lists)}</ul>',
        f'<label for="list">{_each("page.newer_file")}</label>',
        '<input id="list" type="file"><p id="list-said" role="status"></p>',
        "</section>",
        "</main>",
    ]


def _told(name: str, page: CheckPage, sentence: str) -> list[str]:
    return ["<section>", f"<h2>{_each(f'page.{name}_title')}</h2>", f"<p>{sentence}</p>", "</section>"]


def _each(name: str, page: CheckPage | None = None) -> str:
    """A sentence in all six languages (3); with the city's name, where it names the city."""

    def say(said: Texts) -> str:
        values = {"city": name_in(page.names, said.language, page.default_language)} if page else {}
        return escape(said.say(name, **values))

    return "".join(
        f'<span data-in="{said.language}" lang="{said.language}" dir="{said.direction}">{say(said)}</span>'
        for said in in_all()
    )


def _city_names(page: CheckPage) -> str:
    return "".join(
        f'<bdi data-in="{said.language}">{escape(name_in(page.names, said.language, page.default_language))}</bdi>'
        for said in in_all()
    )


def _title(page: CheckPage) -> str:
    said = texts(page.default_language)
    return f"{said.sentences['page.title']} – {name_in(page.names, said.language, page.default_language)}"


def _city(page: CheckPage) -> dict[str, Any]:
    return {
        "version": VERSION,
        "cities": [dict(city) for city in page.cities],
        "language": page.default_language,
        "names": dict(page.names),
        "made_on": page.made_on.isoformat(),
        "demo": page.demo,
        "lists": {uri: _base64url(token) for uri, token in page.lists.items()},
    }


def _texts() -> dict[str, Any]:
    """The sentences that the script says itself."""
    asked = ("word.", "verdict.", "unchecked.", "label.", "page.")
    return {
        said.language: {
            "direction": said.direction,
            "says": {name: sentence for name, sentence in said.sentences.items() if name.startswith(asked)},
        }
        for said in in_all()
    }


def _data(name: str, value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # "</script>" or "<!--" in a city's name must not end the block: in JSON `<` can be written otherwise.
    harmless = written.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{harmless}</script>'


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


@cache
def _script() -> str:
    return "\n" + bundle(SCRIPT, static_folder() / "js") + "\n"


@cache
def _style() -> str:
    return (static_folder() / STYLE).read_text("utf-8")
