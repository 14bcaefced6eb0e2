"""A real Chromium for the tests, Debian's, driven by Playwright.

1. One browser per test run; one context per page, so that no cookie outlives its test.
2. Everything a page asks for is written down, and what it complains about (errors, blocked scripts) too.
3. ``axe`` runs in the page through the debugger, to which the page's Content-Security-Policy does not apply:
   pages are examined under the policy they are served with.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.support.missing import missing_part

QUIET = (
    "--no-sandbox",  # the tests may run as root, and there Chromium's sandbox does not start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium's own errands are switched off: a test run talks to this machine and to no other."""

LONGEST_STEP = 90_000
"""Milliseconds for one step: a limit for what hangs. The slowest page takes a second, and ten on a crowded machine."""

expect.set_options(timeout=LONGEST_STEP)  # by itself it gives up after five seconds

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe checks: WCAG 2.2 AA, and what its makers advise beyond it."""

NewPage = Callable[..., Page]
Violation = dict[str, Any]


@dataclass
class Record:
    """What a page asked for and complained about since it was opened."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


_records: WeakKeyDictionary[BrowserContext, Record] = WeakKeyDictionary()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this test run."""
    # (1)
    with sync_playwright() as playwright:
        chromium = launch(playwright.chromium)
        yield chromium
        chromium.close()


def launch(kind: BrowserType, *args: str) -> Browser:
    """Start Debian's Chromium, with more arguments where a test needs them (a camera, for instance)."""
    return kind.launch(
        executable_path=program() if args else shell(), headless=True, args=[*QUIET, *args], timeout=LONGEST_STEP
    )


@contextmanager
def with_profile(kind: BrowserType, folder: Path, **options: Any) -> Iterator[BrowserContext]:
    """Start it with a profile in `folder`, which is there to be looked at afterwards."""
    context = kind.launch_persistent_context(
        folder, executable_path=program(), headless=True, args=[*QUIET], timeout=LONGEST_STEP, **options
    )
    context.set_default_timeout(LONGEST_STEP)
    yield context
    context.close()


def program() -> str:
    """Where Chromium is; without it the test cannot be run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return found or missing_part("Chromium is not installed")


def shell() -> str:
    """Where Chromium without windows is, or else Chromium: the same engine, and a page opens in a quarter of the time.

    Without a window it also makes none for each page; what needs a camera or a profile that lasts takes the whole.
    """
    return shutil.which("chromium-headless-shell") or program()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """``new_page(locale="ar", **context options) -> Page``, each in a context of its own."""
    with pages_of(browser) as open_page:
        yield open_page


@contextmanager
def pages_of(browser: Browser) -> Iterator[NewPage]:
    """Open pages of a browser; their contexts are closed at the end."""
    contexts: list[BrowserContext] = []

    def open_page(locale: str = "en", **options: Any) -> Page:
        context = browser.new_context(locale=locale, **options)
        contexts.append(context)
        context.set_default_timeout(LONGEST_STEP)
        _write_down(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of a browser that prefers English."""
    return new_page("en")


def settled(page: Page) -> None:
    """Wait until the page has given the focus to whom it wants: a moment after it has loaded, longer on a busy machine.

    A key that is pressed before goes nowhere.
    """
    page.locator(":focus, :root:not(:has([autofocus]))").first.wait_for(state="attached")


def unhurried(page: Page) -> None:
    """Let the page wait ten times as long for an answer that it gives up after a few seconds by itself."""
    page.add_init_script(
        "{ const timeout = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = (wait) => timeout(10 * wait); }"
    )


def _write_down(context: BrowserContext) -> None:
    # (2)
    record = _records[context] = Record()

    def asked(request: Request) -> None:
        record.requests.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            record.complaints.append(message.text)

    context.on("request", asked)
    context.on("console", said)
    context.on("weberror", lambda error: record.complaints.append(str(error.error)))


def requests_of(page: Page) -> list[str]:
    """The addresses that this page and its context asked for, in order."""
    return _records[page.context].requests


def complaints_of(page: Page) -> list[str]:
    """Script errors, blocked resources and policy violations of this page and its context."""
    return _records[page.context].complaints


def assert_only_own_origin(page: Page, *origins: str) -> None:
    """Fail if the page asked anybody but its own server (or the ``origins`` named) for anything.

    A font or a script from elsewhere tells somebody elsewhere who is reading a page of the town hall.
    """
    allowed = {_origin(page.url), *map(_origin, origins)}
    strangers = sorted(
        {
            url
            for url in requests_of(page)
            if urlsplit(url).scheme not in {"data", "blob", "about"} and _origin(url) not in allowed
        }
    )
    assert not strangers, f"{page.url} asks other servers: {strangers}"


def assert_quiet(page: Page) -> None:
    """Fail if the page caused a script error or asked for something its own policy forbids."""
    assert not complaints_of(page), f"{page.url} complains: {complaints_of(page)}"


def axe(page: Page, *, styles: bool = True) -> list[Violation]:
    """What axe-core finds wrong with the page as it stands; an empty list is good.

    Without `styles` it does not look at colours and style sheets, half of its time: for a page that was looked at in
    the same direction in another language.
    """
    # (3)
    debugger = page.context.new_cdp_session(page)
    try:
        _evaluate(debugger, files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8") + "; 0")
        less = "" if styles else ", preload: false, rules: {'color-contrast': {enabled: false}}"
        options = f"{{runOnly: {list(RULES)!r}, resultTypes: ['violations']{less}}}"
        found = _evaluate(debugger, f"axe.run(document, {options}).then(result => result.violations)")
    finally:
        debugger.detach()
    violations: list[Violation] = found
    return violations


def assert_accessible(page: Page, *, styles: bool = True) -> None:
    """Fail with one line for each thing that axe-core finds wrong; `styles` as for `axe`."""
    found = axe(page, styles=styles)
    lines = [
        f"- {violation['id']} ({violation['impact']}): {violation['help']} at {node['target']}"
        for violation in found
        for node in violation["nodes"]
    ]
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(lines)


def _evaluate(debugger: Any, expression: str) -> Any:
    answer = debugger.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    if "exceptionDetails" in answer:
        raise PlaywrightError(str(answer["exceptionDetails"]))
    return answer["result"].get("value")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
