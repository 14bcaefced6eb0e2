"""Cards before a real browser's camera, in a picture file, and from a scanner whose keys really are pressed."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.desk_app.lens import Lens
from tests.desk_scanning.conftest import LIGHT, PORT_SABLE
from tests.desk_scanning.films import backs, blurred, held, tilted, worn
from tests.desk_scanning.keyboards import AMERICAN, ARABIC, AZERTY, QWERTZ, Keyboard, presses
from tests.support.browser import (
    NewPage,
    assert_accessible,
    assert_only_own_origin,
    assert_quiet,
    launch,
    pages_of,
    requests_of,
)
from tests.support.cities import PORTRAIT
from tests.support.paper import read_codes
from tests.support.pictures import as_jpeg

pytestmark = pytest.mark.browser

SIXTY_A_SECOND = 1 / 60

PEOPLE = ("Léonie Marchevert", "Ana Sol", "Noé Kassar", "Amel Diallo", "Ingrid Castellane")

FULL = [PORT_SABLE.card(portrait=PORTRAIT, full_name=name) for name in PEOPLE]


@pytest.fixture(scope="module")
def scenes() -> list[Image.Image]:
    """Five cards: well held, too near, tilted, worn, and one that follows at once."""
    good, near, leaning, old, next_one = backs(FULL)
    return [held(good), blurred(held(near)), tilted(leaning), held(worn(old)), held(next_one, height=560)]


@pytest.fixture(scope="module")
def lens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lens]:
    """What the camera sees."""
    path = tmp_path_factory.mktemp("film") / "cards.y4m"
    yield Lens(path, frames=2)
    path.unlink()


@pytest.fixture(scope="module")
def camera(browser: Browser, lens: Lens) -> Iterator[Browser]:
    """A Chromium with that camera."""
    chromium = launch(browser.browser_type, *lens.arguments)
    yield chromium
    chromium.close()


@pytest.fixture
def at_the_camera(camera: Browser, lens: Lens, scenes: list[Image.Image]) -> Iterator[NewPage]:
    """Pages of that Chromium; the first card lies before the camera."""
    lens.sees(scenes[0])
    with pages_of(camera) as open_page:
        yield open_page


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("import('/answer.js').then(() => null)")


@pytest.fixture
def desk(page: Page, desk_page: str) -> Page:
    """A desk without a camera."""
    opened(page, desk_page)
    return page


def test_cards_of_every_kind_are_read_once_and_in_order(
    at_the_camera: NewPage, desk_page: str, lens: Lens, scenes: list[Image.Image]
) -> None:
    """One after the other without a pause, each for as long as it takes; the first two come back and are told again."""
    page = at_the_camera("en", permissions=["camera"])
    opened(page, desk_page)
    assert page.evaluate("desk.start()") is True
    order = [0, 1, 2, 3, 4, 0, 1]
    for count, place in enumerate(order, start=1):
        lens.sees(scenes[place])
        page.evaluate("(count) => desk.heard(count)", count)
    page.evaluate("desk.camera.stop()")

    assert page.evaluate("desk.told") == [FULL[place] for place in order]
    assert page.evaluate("[desk.troubles, desk.camera.cameras.length, desk.camera.running]") == [[], 1, False]
    assert_only_own_origin(page)
    assert_quiet(page)
    (decoder,) = [address for address in requests_of(page) if address.endswith(".wasm")]
    assert decoder == f"{desk_page}vendor/zxing/reader/zxing_reader.wasm"


def test_nobody_is_looked_at_while_the_page_is_hidden(at_the_camera: NewPage, desk_page: str) -> None:
    page = at_the_camera("en", permissions=["camera"])
    opened(page, desk_page)
    page.evaluate("desk.start()")
    states = [page.evaluate("desk.hide(true)"), page.evaluate("desk.hide(false)")]
    assert states == [False, True]
    page.evaluate("desk.heard(1)")
    page.evaluate("desk.camera.stop()")
    assert page.evaluate("desk.hide(false)") is False, "what was stopped does not come back by itself"


def test_a_page_says_why_its_camera_cannot_be_used(at_the_camera: NewPage, new_page: NewPage, desk_page: str) -> None:
    refused = at_the_camera("en", permissions=[])
    none = new_page("en", permissions=["camera"])
    for page in (refused, none):
        opened(page, desk_page)
        assert page.evaluate("desk.start()") is False
    assert refused.evaluate("desk.troubles") == ["refused"]
    assert none.evaluate("desk.troubles") == ["none"]

    unable = at_the_camera("en", permissions=["camera"])
    unable.route("**/*.wasm", lambda route: route.abort())
    opened(unable, desk_page)
    assert unable.evaluate("desk.start()") is False
    assert unable.evaluate("desk.troubles") == ["reader"]


def test_a_picture_file_is_read(desk: Page, scenes: list[Image.Image]) -> None:
    upside_down = scenes[0].rotate(180)
    phone = scenes[4].resize((4032, 2268))
    for picture, text in ((upside_down, FULL[0]), (phone, FULL[4])):
        assert desk.evaluate("(file) => desk.picture(file)", base64.b64encode(as_jpeg(picture)).decode()) == [text]
    assert desk.evaluate("desk.picture(btoa('no picture'))") == []


class Keys:
    """Keys that are really pressed: Chromium believes that a keyboard sent them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._debugger: Any = page.context.new_cdp_session(page)

    def scan(self, text: str, *, computer: Keyboard, focus: str) -> None:
        """What a scanner set to an American keyboard does: sixty characters a second, by the keys' own clock."""
        self._page.locator(focus).focus()
        moment: float = self._page.evaluate("performance.timeOrigin / 1000 + performance.now() / 1000")
        for press in [*presses(text, scanner=AMERICAN, computer=computer), None]:
            key, code = (press["key"], press["code"]) if press else ("Enter", "Enter")
            shift = 8 if press and press["shift"] else 0
            written = "\r" if key == "Enter" else "" if key == "Dead" else key
            said = {"key": key, "code": code, "modifiers": shift, "timestamp": moment}
            if key == "Enter":
                said |= {"windowsVirtualKeyCode": 13}
            if key == " ":
                said |= {"windowsVirtualKeyCode": 32}
            self._debugger.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": written, **said})
            self._debugger.send("Input.dispatchKeyEvent", {"type": "keyUp", **said})
            moment += SIXTY_A_SECOND


def test_a_scanner_is_heard_wherever_the_focus_is_and_presses_nothing(desk: Page) -> None:
    keys = Keys(desk)
    # A scanner that is silent for half a second has ended. This one is never silent: its machine may have other work.
    desk.evaluate("() => { const real = setTimeout; globalThis.setTimeout = (act, wait) => real(act, 1000 * wait); }")
    desk.locator("#field").fill("half a wo")
    for computer, focus in ((AZERTY, "#field"), (QWERTZ, "#button"), (ARABIC, "#form button")):
        keys.scan(LIGHT, computer=computer, focus=focus)
    assert desk.evaluate("desk.told") == [LIGHT, LIGHT, LIGHT]
    assert desk.evaluate("desk.pressed") == []
    assert desk.locator("#field").input_value() == "half a wo"

    desk.locator("#button").focus()
    desk.keyboard.press("Space")
    desk.locator("#field").focus()
    desk.keyboard.type("rd", delay=80)
    desk.keyboard.press("Enter")
    assert desk.evaluate("desk.pressed") == ["button", "form"]
    assert desk.locator("#field").input_value() == "half a word"


def test_a_clerk_sets_a_scanner_up(desk: Page, codes: dict[str, Any]) -> None:
    """The scanner believes in a French keyboard, the computer in a German one."""

    def scan(text: str, every: float = 1000 * SIXTY_A_SECOND) -> None:
        typed = list(presses(text, scanner=AZERTY, computer=QWERTZ))
        desk.evaluate("([typed, every]) => desk.scan(typed, every)", [typed, every])

    def on_the_screen() -> str:
        picture = Image.open(io.BytesIO(desk.locator(".scanner-code").screenshot()))
        (text,) = read_codes(picture)
        return text

    said = desk.get_by_role("status")
    desk.get_by_role("button", name="Set up a scanner").click()
    assert on_the_screen() == codes["SMALL"]["text"]
    scan(LIGHT)
    assert "another code" in said.inner_text()
    scan(codes["SMALL"]["text"])
    assert "turns everything back" in said.inner_text()
    assert desk.evaluate("desk.kept.by") == "place"
    assert_accessible(desk)

    desk.get_by_role("button", name="Next: a large code").click()
    assert on_the_screen() == codes["LARGE"]["text"]
    scan(codes["LARGE"]["text"])
    assert "it took 21 s" in said.inner_text()
    scan(codes["LARGE"]["text"], every=4)
    assert "in 5 s. This scanner is ready." in said.inner_text()
    scan(codes["LARGE"]["text"][:1200])
    assert "lost on the way: 64" in said.inner_text()
    assert desk.evaluate("desk.told") == [], "what is scanned for the set-up is no card"

    desk.get_by_role("button", name="Close the set-up").click()
    scan(FULL[0])
    assert desk.evaluate("desk.told") == [FULL[0]]
    assert_quiet(desk)

    desk.get_by_role("button", name="Forget the scanner").click()
    assert desk.evaluate("desk.kept") is None


def test_a_scanner_that_no_mapping_helps_is_told_how_to_be_set(desk: Page, codes: dict[str, Any]) -> None:
    """Characters come ready made, and the German keyboard's dead key swallowed the plus."""
    ready = [{**press, "code": ""} for press in presses(codes["SMALL"]["text"], scanner=AMERICAN, computer=QWERTZ)]
    desk.get_by_role("button", name="Set up a scanner").click()
    desk.evaluate("(typed) => desk.scan(typed, 10)", ready)
    assert "These are swallowed and change the next one: +" in desk.get_by_role("status").inner_text()
    assert desk.get_by_text("ALT mode").is_visible()
    assert desk.evaluate("desk.kept") is None
