"""A test client that reads every page it opens, the way a careful reviewer would.

Whatever a test is about, a page it meets on the way must:

1. have one h1, a title, a language and a direction that fit each other;
2. use every id once, and refer (`for`, `aria-describedby`, `aria-labelledby`, `form`, `#link`) only to ids that exist;
3. give every field a label, and no field a placeholder;
4. give every picture an alternative text, every button a name, every table head a scope;
5. hold no style and no script of its own, no `on…` attribute, and no address of anybody else's;
6. say, in every form that is sent, that the form is ours (CSRF).

A page that breaks one of these fails the test with a sentence that names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

RIGHT_TO_LEFT = ("ar",)

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])

UNSEEN = ("hidden", "submit", "button")
"""Kinds of input that need no label."""


@dataclass
class Element:
    """An element of a page, with the text inside it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[Element, ...]
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is written in it, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def inside(self, tag: str) -> Element | None:
        """The nearest element of this kind around it."""
        return next((parent for parent in reversed(self.parents) if parent.tag == tag), None)


class Page(HTMLParser):
    """A page, taken apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element of a drawing that closes itself."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        while self._open:
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data: str) -> None:
        """Words."""
        for element in self._open:
            element.words.append(data)

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """The elements of these kinds with these attributes (`class_` for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if (not tags or element.tag in tags)
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *tags: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(*tags, **attributes)
        assert len(found) == 1, f"expected one {tags} {attributes}, found {len(found)}"
        return found[0]

    @property
    def h1(self) -> str:
        """The title on the page."""
        return self.one("h1").text

    @property
    def text(self) -> str:
        """Everything that is written on the page."""
        return self.one("body").text

    def token(self) -> str:
        """The CSRF token of the first form that has one."""
        return next(item.attributes["value"] for item in self.all("input", name="csrf_token"))


class CheckingClient(FlaskClient):
    """Opens pages and reads them. Address `base_url` at the office's own host when it is no demonstration."""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        """Open a page and check what comes."""
        response = super().open(*arguments, **named)
        if (
            response.mimetype == "text/html"
            and response.get_data(as_text=True)
            and not 300 <= response.status_code < 400
            and not response.headers.get("Content-Disposition", "").startswith("attachment")  # a file, no page of ours
        ):
            check(response)
        return response

    def page(self, address: str, **named: Any) -> Page:
        """Open a page with GET and return it taken apart."""
        return read(self.get(address, **named))

    def send(
        self, address: str, fields: dict[str, Any] | None = None, *, form: str | None = None, **named: Any
    ) -> TestResponse:
        """Fill in the form that stands at `form` (default: at `address`) and send it to `address`."""
        token = self.page(form or address).token()
        return self.post(address, data={"csrf_token": token, **(fields or {})}, **named)


def read(response: TestResponse) -> Page:
    """A response, taken apart, once for whoever asks."""
    if response not in _read:
        _read[response] = Page(response.get_data(as_text=True))
    return _read[response]


_read: WeakKeyDictionary[TestResponse, Page] = WeakKeyDictionary()


def check(response: TestResponse) -> None:
    """Fail with a sentence when the page of `response` breaks a rule."""
    mistakes = list(mistakes_of(read(response)))
    where = f"{response.request.method} {response.request.path} ({response.status_code})"
    assert not mistakes, where + ":\n" + "\n".join(mistakes)


def mistakes_of(page: Page) -> Iterator[str]:
    """Every rule that the page breaks."""
    yield from _frame(page)
    yield from _references(page)
    yield from _fields(page)
    yield from _names(page)
    yield from _foreign(page)
    yield from _forms(page)


def _frame(page: Page) -> Iterator[str]:
    # (1)
    html = page.one("html").attributes
    language = html.get("lang", "")
    if not language:
        yield "the page does not say its language"
    if html.get("dir") != ("rtl" if language in RIGHT_TO_LEFT else "ltr"):
        yield f"the direction {html.get('dir')!r} does not fit the language {language!r}"
    # The parts of a page of which one is shown at a time have one each.
    headings = [each for each in page.all("h1") if not any("hidden" in parent.attributes for parent in each.parents)]
    if len(headings) != 1 or not headings[0].text:
        yield f"a page has one h1, this has {len(headings)}"
    titles = [element for element in page.all("title") if element.inside("svg") is None]
    if len(titles) != 1 or not titles[0].text.strip(" –"):
        yield "a page has one title"
    if len(page.all("main")) != 1:
        yield "a page has one main"


def _references(page: Page) -> Iterator[str]:
    # (2)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    for double in {name for name in ids if ids.count(name) > 1}:
        yield f"the id {double!r} is used more than once"
    for element in page.elements:
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form"):
            for name in element.attributes.get(attribute, "").split():
                if name not in ids:
                    yield f"<{element.tag} {attribute}={name!r}> points to nothing"
        target = element.attributes.get("href", "")
        if element.tag == "a" and target.startswith("#") and target[1:] and target[1:] not in ids:
            yield f"the link {target!r} points to nothing"


def _fields(page: Page) -> Iterator[str]:
    # (3)
    labelled = {label.attributes.get("for") for label in page.all("label") if label.text}
    for element in page.all("input", "select", "textarea"):
        name = element.attributes.get("name", "?")
        if "placeholder" in element.attributes:
            yield f"the field {name!r} has a placeholder: use a hint"
        if element.tag == "input" and element.attributes.get("type") in UNSEEN:
            continue
        named = element.attributes.get("aria-label") or element.attributes.get("aria-labelledby")
        if element.attributes.get("id") not in labelled and not named:
            yield f"the field {name!r} has no label"
        if element.attributes.get("aria-invalid") and not _described(element):
            yield f"the mistake in {name!r} is not tied to it"
    for group in page.all("fieldset"):
        if not any(legend.inside("fieldset") is group and legend.text for legend in page.all("legend")):
            yield "a fieldset has no legend"


def _described(element: Element) -> bool:
    around = (element, *(parent for parent in element.parents if parent.tag == "fieldset"))
    return any("aria-describedby" in one.attributes for one in around)


def _names(page: Page) -> Iterator[str]:
    # (4)
    for picture in page.all("img"):
        if "alt" not in picture.attributes:
            yield f"the picture {picture.attributes.get('src', '')[:60]!r} has no alternative text"
    for element in page.all("button", "a"):
        unseen = element.attributes.get("aria-hidden") == "true"
        pictures = [one for one in page.all("img") if element in one.parents and one.attributes.get("alt")]
        if not unseen and not element.text and not element.attributes.get("aria-label") and not pictures:
            yield f"a <{element.tag}> has no name"
    for head in page.all("th"):
        if "scope" not in head.attributes:
            yield f"the table head {head.text!r} has no scope"


def _foreign(page: Page) -> Iterator[str]:
    # (5)
    for element in page.elements:
        if element.tag == "style" or "style" in element.attributes:
            yield f"<{element.tag}> brings a style of its own"
        if element.tag == "script" and "src" not in element.attributes:
            yield "a script stands in the page"
        for name, value in element.attributes.items():
            if name.startswith("on"):
                yield f"<{element.tag} {name}> is a script in an attribute"
            if name in ("src", "href", "action", "formaction", "poster", "srcset"):
                parts = urlsplit(value)
                if parts.netloc or parts.scheme not in ("", "data", "mailto", "tel"):
                    yield f"<{element.tag} {name}={value[:80]!r}> leads to somebody else"


def _forms(page: Page) -> Iterator[str]:
    # (6)
    for form in page.all("form"):
        if form.attributes.get("method", "").lower() != "post":
            continue
        tokens = [item for item in page.all("input", name="csrf_token") if form in item.parents]
        if len(tokens) != 1:
            yield f"a form has {len(tokens)} CSRF tokens"
