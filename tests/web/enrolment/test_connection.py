"""The line is cut while a clerk types: nothing is sent into the void, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import assert_accessible
from tests.web.enrolment.test_in_chromium import counter, open_one, sit_down

__all__ = ["counter"]

pytestmark = pytest.mark.browser


def test_what_was_typed_stays_until_the_line_is_back(page: Page, counter: str) -> None:
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Noémie Kassar-Lund")
    address = page.url
    page.context.set_offline(True)

    page.click(".onward button")

    expect(page.locator("[data-no-connection]")).to_be_visible()
    assert page.url == address
    assert page.input_value("#full_name") == "Noémie Kassar-Lund"
    assert_accessible(page)

    page.context.set_offline(False)
    expect(page.locator("[data-connection-back]")).to_be_visible()
    expect(page.locator("[data-no-connection]")).to_be_hidden()
    page.check("[value=unknown]")
    with page.expect_navigation():
        page.click(".onward button")
    assert page.locator("aside.side").get_by_text("Noémie Kassar-Lund").first.is_visible()


def test_a_button_pressed_twice_on_a_slow_line_sends_once(page: Page, counter: str) -> None:
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Noémie Kassar-Lund")
    page.check("[value=unknown]")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    with page.expect_navigation():
        page.evaluate("() => { const b = document.querySelector('.onward button'); b.click(); b.click(); }")

    assert [url for url in sent if url.endswith("/identity")] == [url for url in sent if "here" not in url]
    assert len([url for url in sent if url.endswith("/identity")]) == 1
