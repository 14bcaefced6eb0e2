"""A tablet's first day, in a real Chromium with a profile on the disk: enrolled, at work, without a network, withdrawn.

What the page says of every card is asked in `tests/desk` and `test_screens.py`; here it is that the parts work together
and what is left behind.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qrcode
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from citycard.web.desk_app.views import PREPARED
from tests.desk_app.conftest import clear, enrolment_code, kept, open_page, show, type_as_a_scanner
from tests.desk_app.profile import everything_in, forms_of, found_in
from tests.support.browser import LONGEST_STEP, with_profile
from tests.support.reading import CheckingClient
from tests.support.town_hall import MONDAY, TownHall, drawn_portrait

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], CheckingClient]

HOLDER = "Zéphyrine Quatrebarbes"
DESK = "Lighthouse library, counter 2"
SCANS = 100


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the browser of the tablet keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def tablet(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """The browser of the tablet."""
    with with_profile(browser.browser_type, profile, locale="en") as context:
        yield context


def test_a_tablets_day_leaves_nothing_of_anybody(
    tablet: BrowserContext, profile: Path, site: str, signed_in: SignedIn, hall: TownHall
) -> None:
    card = hall.card(full_name=HOLDER, date_of_birth="19740912")
    asked: list[str] = []
    said: list[str] = []
    tablet.on("request", lambda request: asked.append(request.url))
    tablet.on("console", lambda message: said.append(message.text))
    tablet.on("weberror", lambda error: said.append(str(error.error)))
    bruno = signed_in("Bruno")
    code = enrolment_code(bruno, DESK)

    # Enrolled by the address in the clerk's code, which is gone from the address at once.
    page = tablet.new_page()
    page.clock.install(time=MONDAY)
    open_page(page, site, code.partition("/desk-app/")[2])
    expect(page.locator("#part-check")).to_be_visible()
    expect(page.locator("#desk-name")).to_have_text(DESK)
    assert page.evaluate("location.hash") == ""
    until(page, "navigator.serviceWorker.controller")

    # A handheld scanner types, and the face is there; nobody was asked anything.
    quiet_since = len(asked)
    type_as_a_scanner(page, card.full_code)
    expect(page.locator("[data-verdict=OK] .face")).to_be_visible()
    expect(page.locator("#answer")).to_contain_text(HOLDER)
    assert page.evaluate("document.querySelector('.face').naturalWidth") > 0
    clear(page)

    for number in range(SCANS):
        show(page, (card.full_code, card.light_code)[number % 2], "OK")
    page.evaluate("dispatchEvent(new Event('blur'))")
    expect(page.locator("#answer")).to_be_hidden()
    assert HOLDER not in page.content()
    assert [url for url in asked[quiet_since:] if not url.startswith("blob:")] == []

    # In the basement: the page is opened anew, and works.
    page.close()
    tablet.set_offline(True)
    page = tablet.new_page()
    page.clock.install(time=MONDAY)
    open_page(page, site)
    show(page, card.full_code, "OK")
    expect(page.locator("#answer")).to_contain_text(HOLDER)
    clear(page)
    # The worker and its WebAssembly are on the tablet, too.
    page.set_input_files("#picture", {"name": "code.png", "mimeType": "image/png", "buffer": drawn(card.full_code)})
    expect(page.locator("[data-verdict=OK]")).to_be_visible()
    clear(page)

    # Handed in: numbers by week and verdict. With a network the page does it by itself before long.
    page.click("[data-open=settings]")
    expect(page.locator("#counted")).to_contain_text(str(SCANS + 3))
    tablet.set_offline(False)
    page.click("[data-do=fetch]")
    expect(page.locator("#counted")).to_contain_text("\u20680\u2069")

    # Lost: withdrawn in the office, it forgets everything when it next asks.
    assert {"device", "fingerprint", "bundle", "seen"} <= kept(page)
    bruno.send("/devices/1/withdraw", {})
    page.click("[data-do=fetch]")
    expect(page.locator("#part-withdrawn")).to_be_visible()
    expect(page.locator("#enrol-text")).to_be_visible()
    expect(page.locator("h1:visible")).to_have_count(1)
    assert kept(page) == set()
    # The console is the browser's own: it says that one request was answered with 401, as it was meant to be.
    assert [line for line in said if "401" not in line] == []
    page.close()
    tablet.close()

    needles = set().union(*(forms_of(each) for each in _of_the_holder(card.full_code, card.light_code)))
    assert found_in(profile, forms_of(DESK)), "the search finds what was kept on purpose"
    assert sum(1 for place, _ in everything_in(profile) if "CacheStorage" in place) > 50
    assert found_in(profile, needles) == set()


def until(page: Page, expression: str) -> None:
    """Wait in the page itself: its policy forbids what Playwright would wait with."""
    page.evaluate(
        f"""async (longest) => {{
          for (const end = performance.now() + longest; !({expression}); ) {{
            if (performance.now() > end) throw new Error("waited in vain");
            await new Promise((next) => setTimeout(next, 50));
          }}
        }}""",
        LONGEST_STEP,
    )


def drawn(code: str) -> bytes:
    """A picture of a code."""
    out = io.BytesIO()
    qrcode.make(code).save(out)
    return out.getvalue()


def test_a_newer_page_waits_until_no_card_is_on_the_screen(
    tablet: BrowserContext, site: str, app: Flask, signed_in: SignedIn, hall: TownHall
) -> None:
    card = hall.card()
    page = tablet.new_page()
    page.clock.install(time=MONDAY)
    open_page(page, site, enrolment_code(signed_in("Bruno"), DESK).partition("/desk-app/")[2])
    until(page, "navigator.serviceWorker.controller")
    page.evaluate("globalThis.before = true")
    app.extensions[PREPARED] = _a_newer_page(app)
    show(page, card.full_code, "OK")
    page.click("[data-hold]")
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    until(page, "(await navigator.serviceWorker.ready).waiting")

    page.clock.run_for(11_000)
    assert page.evaluate("globalThis.before") is True
    expect(page.locator("#answer")).to_contain_text("Marchevert")
    clear(page)
    with page.expect_navigation():
        page.clock.run_for(6_000)

    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("globalThis.before") is None
    assert page.evaluate("document.lastChild.nodeValue") == " newer "


def _a_newer_page(app: Flask) -> tuple[str, dict[str, bytes]]:
    stamp, made = app.extensions[PREPARED]
    return stamp, {**made, "/desk-app/": made["/desk-app/"] + b"<!-- newer -->"}


def _of_the_holder(*codes: str) -> list[str | bytes]:
    face = drawn_portrait().for_code
    return [HOLDER, "Quatrebarbes", "19740912", face[60:90], *(code[at : at + 40] for code in codes for at in (0, 60))]
