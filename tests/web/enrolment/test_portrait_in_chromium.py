"""The portrait in a real browser: a camera, a frame, hints, with mouse, fingers and keys; and without any script."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Page, expect

from citycard.operations.enrol import find, read
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.picture_limits import PRINT_SIZE
from citycard.operations.portrait import CODE_SIZE, SMALL_BYTES, cut_again
from citycard.operations.portrait_cut import Cut
from citycard.web import workplace
from citycard.web.database import db
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.camera import OpenCamera
from tests.support.pictures import as_jpeg, in_light, portraits
from tests.web.enrolment.test_in_chromium import counter, open_one, sit_down
from tests.web.enrolment.test_keyboard import AT_MOST, Hands

__all__ = ["counter"]

pytestmark = pytest.mark.browser

TRACKS = "() => window.tracks.map(track => track.readyState)"
"""Whether each camera that the page was ever given still runs."""

REMEMBER = """() => {
    window.tracks = [];
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await real(wanted);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
}"""

BY_HAND = """() => {
    const [set, clear] = [window.setTimeout, window.clearTimeout];
    const seconds = new Map();
    let last = 1e9;
    window.setTimeout = (run, after, ...more) => {
        if (after !== 1000) return set(run, after, ...more);
        seconds.set(last += 1, () => run(...more));
        return last;
    };
    window.clearTimeout = (id) => seconds.delete(id) || clear(id);
    window.passASecond = () => {
        const due = [...seconds.values()];
        seconds.clear();
        due.forEach((run) => run());
    };
}"""
"""Whatever waits for a second waits for the test: on a busy machine a real one is over before we have looked."""

SHOWS_THE_SECOND = """async () => {
    const shows = () => window.tracks.length === 2 && document.querySelector("video").srcObject?.active;
    while (!shows()) await new Promise(requestAnimationFrame);
}"""


class Seat:
    """A clerk's page with an open enrolment, and a look behind it for tests alone."""

    def __init__(self, app: Flask, page: Page, counter: str) -> None:
        self.app, self.page = app, page
        sit_down(page, counter)
        self.ticket = open_one(page)

    def camera_on(self) -> None:
        """Press "use the camera" and wait until it shows something."""
        self.page.click("[data-camera-start]")
        self.page.wait_for_selector("[data-camera-take]:not([hidden])")

    def takes(self) -> None:
        """Take the picture."""
        self.camera_on()
        self.page.keyboard.press("Enter")  # the button to take it has the focus
        self.page.wait_for_selector("[data-crop]:not([hidden])")

    def chooses(self, path: Path) -> None:
        """Choose a file."""
        self.page.set_input_files("#picture", path)
        self.page.wait_for_selector("[data-crop]:not([hidden])")

    def saves(self) -> EnrolmentFile:
        """Fill in the rest of the screen and go on; what the office has then."""
        self.page.fill("#full_name", "Salma Ben Youssef")
        self.page.check("[value=unknown]")
        with self.page.expect_navigation():
            self.page.click(".onward button")
        assert self.page.url.endswith("/evidence"), self.page.locator("main").inner_text()
        return self.file()

    def file(self) -> EnrolmentFile:
        """What the office has."""
        with self.app.app_context():
            return read(find(db.session, self.ticket), workplace.desk())  # type: ignore[arg-type]

    def seen(self) -> Image.Image:
        """What the frame shows."""
        address = self.page.evaluate("document.querySelector('[data-crop-canvas]').toDataURL('image/png')")
        return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")

    def cut(self) -> Cut:
        """The cut that will be sent."""
        values = [
            self.page.input_value(f"[name={name}]")
            for name in ("quarter_turns", "frame_left", "frame_top", "frame_width")
        ]
        return Cut.from_text(" ".join(["640 480", *values]))

    def hints(self) -> set[str]:
        """The hints that are shown."""
        shown: list[str] = self.page.eval_on_selector_all(
            "[data-hint]:not([hidden])", "all => all.map(each => each.dataset.hint)"
        )
        return set(shown)

    def wrong(self) -> str:
        """What is said about a camera or file that cannot be used."""
        return self.page.locator("[data-wrong]").inner_text()


@pytest.fixture
def face() -> Image.Image:
    """Somebody with dark skin, in good light."""
    return next(iter(portraits().values()))


@pytest.fixture
def seat(app: Flask, open_camera: OpenCamera, counter: str, face: Image.Image) -> Seat:
    """A counter with a camera before which somebody sits."""
    return Seat(app, open_camera(face)("en"), counter)


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture))


def apart(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures differ, in levels of 255."""
    small = (90, 120)
    difference = ImageChops.difference(one.convert("RGB").resize(small), other.convert("RGB").resize(small))
    return sum(ImageStat.Stat(difference).mean) / 3


# --- with the camera ----------------------------------------------------------------------------------


def test_a_picture_is_taken_and_kept(seat: Seat, face: Image.Image) -> None:
    seat.takes()
    shown = seat.seen()

    file = seat.saves()

    printed, small = opened(file.portrait), opened(file.portrait_small)
    assert (printed.format, printed.size) == ("JPEG", PRINT_SIZE)
    assert (small.format, small.size) == ("WEBP", CODE_SIZE)
    assert len(file.portrait_small) <= SMALL_BYTES
    assert apart(printed, shown) < 4, "what the clerk saw is what is kept"
    assert apart(printed, face) < 8
    assert apart(small, printed) < 12
    assert_quiet(seat.page)
    assert_only_own_origin(seat.page)


def test_the_picture_is_not_mirrored_though_the_preview_is(seat: Seat) -> None:
    """The film is red on its left and blue on its right; somebody before it sees it as in a mirror."""
    seat.camera_on()
    assert "matrix(-1" in seat.page.eval_on_selector("video", "video => getComputedStyle(video).transform")
    seat.page.uncheck("#mirror")
    assert seat.page.eval_on_selector("video", "video => getComputedStyle(video).transform") == "none"
    seat.page.check("#mirror")
    seat.page.click("[data-camera-take]")
    seat.page.wait_for_selector("[data-crop]:not([hidden])")

    whole = opened(seat.saves().portrait_whole).convert("RGB")

    left, right = whole.getpixel((10, 240)), whole.getpixel((whole.width - 10, 240))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > left[2] + 60, "red stays on the left"
    assert right[2] > right[0] + 60


def test_it_can_be_taken_again_and_again(seat: Seat) -> None:
    seat.takes()
    for _ in range(2):
        assert seat.page.locator("[data-camera-start]").inner_text() == "Take another picture"
        seat.takes()
    seat.page.keyboard.press("+")

    assert seat.saves().portrait_cut.split()[:2] == ["640", "480"]


def test_the_camera_is_off_as_soon_as_nobody_looks_at_it(seat: Seat) -> None:
    page = seat.page
    page.evaluate(REMEMBER)
    ways = {
        "taken": lambda: page.click("[data-camera-take]"),
        "switched off": lambda: page.click("[data-camera-stop]"),
        "a file instead": lambda: page.set_input_files(
            "#picture",
            files=[{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": as_jpeg(Image.new("RGB", (300, 400)))}],
        ),
        "another page in front": lambda: page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange')); delete document.hidden"
        ),
        "sent": lambda: page.evaluate(
            "document.querySelector('#identity').addEventListener('submit', e => e.preventDefault());"
            "document.querySelector('#identity').requestSubmit()"
        ),
        "left": lambda: page.evaluate("dispatchEvent(new Event('pagehide'))"),
    }
    for way, go in ways.items():
        seat.camera_on()
        assert page.evaluate(TRACKS)[-1] == "live"
        go()
        page.wait_for_selector("[data-camera-start]:not([hidden])")
        assert set(page.evaluate(TRACKS)) == {"ended"}, way


def test_locking_the_screen_switches_it_off_and_keeps_the_picture(seat: Seat) -> None:
    seat.takes()
    with seat.page.expect_navigation():
        seat.page.click("[data-lock]")

    assert seat.page.url.endswith("/staff/locked")
    assert opened(seat.file().kept_portrait).size == PRINT_SIZE


def test_a_camera_that_is_unplugged_is_said(seat: Seat) -> None:
    seat.page.evaluate(REMEMBER)
    seat.camera_on()

    seat.page.evaluate("window.tracks.at(-1).dispatchEvent(new Event('ended'))")

    assert "unplugged" in seat.wrong()
    assert seat.page.is_visible("[data-camera-start]")


def test_three_seconds_are_counted_and_can_be_stopped(seat: Seat) -> None:
    page = seat.page
    page.evaluate(BY_HAND)
    seat.camera_on()
    page.click("[data-camera-soon]")
    assert page.inner_text("[data-count]") == "3"
    page.click("[data-camera-soon]")
    assert not page.is_visible("[data-count]")
    page.evaluate("passASecond()")
    assert not page.is_visible("[data-count]")
    assert page.is_visible("[data-live]"), "nothing was taken"

    page.click("[data-camera-soon]")
    for left in ("3", "2", "1"):
        assert page.inner_text("[data-count]") == left
        page.evaluate("passASecond()")
    page.wait_for_selector("[data-crop]:not([hidden])")

    assert not page.is_visible("[data-live]")


def test_of_two_cameras_one_is_chosen(app: Flask, open_camera: OpenCamera, counter: str) -> None:
    seat = Seat(app, open_camera(devices=2)("en"), counter)
    seat.page.evaluate(REMEMBER)
    seat.camera_on()
    choice = seat.page.locator("#which-camera")
    names = choice.locator("option").all_inner_texts()
    assert len(names) == 2
    assert len(set(names)) == 2

    choice.select_option(names[1])
    seat.page.evaluate(SHOWS_THE_SECOND)

    states = seat.page.evaluate(TRACKS)
    label = seat.page.evaluate("document.querySelector('video').srcObject.getVideoTracks()[0].label")
    assert (states, label) == (["ended", "live"], names[1])
    seat.page.click("[data-camera-take]")
    seat.page.wait_for_selector("[data-crop]:not([hidden])")
    seat.camera_on()
    assert choice.locator("option:checked").inner_text() == names[1], "until the page is left"
    assert seat.page.evaluate("localStorage.length + sessionStorage.length") == 0, "and stored nowhere"


def test_a_camera_that_may_not_be_used(app: Flask, open_camera: OpenCamera, counter: str, face: Image.Image) -> None:
    seat = Seat(app, open_camera(face)("en", permissions=[]), counter)
    seat.page.click("[data-camera-start]")
    seat.page.wait_for_selector("[data-why=denied]:not([hidden])")

    assert "Allow it beside the page's address, or choose a file" in seat.wrong()
    assert seat.page.is_visible("#picture")
    assert_accessible(seat.page)


def test_no_camera_at_all(app: Flask, new_page: NewPage, counter: str, tmp_path: Path, face: Image.Image) -> None:
    seat = Seat(app, new_page("en", permissions=["camera"]), counter)
    seat.page.click("[data-camera-start]")
    seat.page.wait_for_selector("[data-why=none]:not([hidden])")
    assert "Plug one in, or choose a file" in seat.wrong()

    path = tmp_path / "face.jpg"
    path.write_bytes(as_jpeg(face))
    seat.chooses(path)

    assert seat.wrong() == ""
    assert apart(opened(seat.saves().portrait), face) < 4


# --- behind the frame ---------------------------------------------------------------------------------


def test_it_is_cut_by_keys(seat: Seat) -> None:
    seat.takes()
    page = seat.page
    assert page.evaluate("document.activeElement.matches('[data-crop]')"), "the keys work at once"
    first = seat.cut()

    for key in ("+", "+", "+", "Shift+ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    cut = seat.cut()
    assert cut.frame.width == pytest.approx(first.frame.width / 1.12**3, abs=0.001)
    assert cut.frame.left > first.frame.left
    expect(page.locator("[data-says]")).to_contain_text("of the width")
    shown = seat.seen()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.closest('.onward') !== null"), "Enter leads on"
    file = seat.saves()
    assert Cut.from_text(file.portrait_cut).box() == pytest.approx(cut.box(), abs=1)
    assert apart(opened(file.portrait), shown) < 4


def test_it_is_cut_and_turned_by_buttons(seat: Seat) -> None:
    seat.takes()
    for name in ("Larger", "Move up", "Move to the right", "Turn to the right"):
        seat.page.get_by_role("button", name=name, exact=True).click()
    shown = seat.seen()

    assert seat.page.url.endswith("/identity"), "nothing was sent"
    file = seat.saves()
    assert Cut.from_text(file.portrait_cut).quarter_turns == 1
    assert apart(opened(file.portrait), shown) < 4


def test_it_is_dragged_with_the_mouse(seat: Seat) -> None:
    seat.takes()
    first = seat.cut()
    stage = seat.page.locator("[data-crop]").bounding_box()
    assert stage is not None
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    seat.page.mouse.move(x, y)
    seat.page.mouse.down()
    seat.page.mouse.move(x + stage["width"] / 4, y, steps=5)
    seat.page.mouse.up()

    moved = first.frame.left - seat.cut().frame.left
    assert moved == pytest.approx(first.frame.width / 4, abs=0.01), "the picture stays under the pointer"


def test_two_fingers_make_it_larger(seat: Seat) -> None:
    seat.takes()
    first = seat.cut()
    stage = seat.page.locator("[data-crop]").bounding_box()
    assert stage is not None
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    fingers = seat.page.context.new_cdp_session(seat.page)

    def touch(kind: str, spread: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x - spread, "y": y, "id": 1}, {"x": x + spread, "y": y, "id": 2}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for spread in (25, 30, 35, 40):
        touch("touchMove", spread)
    touch("touchEnd", 0)

    cut = seat.cut()
    assert cut.frame.width == pytest.approx(first.frame.width / 2, rel=0.1)
    middle = first.frame.left + first.frame.width / 2
    assert cut.frame.left + cut.frame.width / 2 == pytest.approx(middle, abs=0.02)


def test_a_saved_portrait_is_cut_again_without_choosing_it_again(seat: Seat) -> None:
    seat.takes()
    before = seat.saves()
    seat.page.goto(seat.page.url.replace("evidence", "identity"))

    seat.page.get_by_role("button", name="Larger", exact=True).click()
    seat.page.wait_for_selector("[data-crop]:not([hidden])")
    shown = seat.seen()
    after = seat.saves()

    assert after.portrait_whole == before.portrait_whole
    assert Cut.from_text(after.portrait_cut) == Cut.from_text(
        Cut.from_text(before.portrait_cut).after("larger").to_text()
    )
    assert apart(opened(after.portrait), shown) < 4


# --- hints --------------------------------------------------------------------------------------------


def test_a_good_picture_is_called_good_and_said_aloud(seat: Seat) -> None:
    seat.takes()

    seat.page.wait_for_selector("[data-hint=good]:not([hidden])")
    assert seat.hints() == {"good"}
    expect(seat.page.locator("[data-says]")).to_contain_text("sharpness are good")


def test_too_little_light_is_said_before_the_picture_is_taken(
    app: Flask, open_camera: OpenCamera, counter: str, face: Image.Image
) -> None:
    seat = Seat(app, open_camera(in_light(face, 1 / 30).filter(ImageFilter.GaussianBlur(1)))("en"), counter)
    seat.camera_on()

    seat.page.wait_for_selector("[data-hint=dark]:not([hidden])")
    seat.page.click("[data-camera-take]")
    seat.page.wait_for_selector("[data-hint=only]:not([hidden])")
    assert "dark" in seat.hints()
    assert seat.saves().portrait, "a hint stops nobody"


def test_a_blurred_file_is_called_blurred(
    app: Flask, new_page: NewPage, counter: str, tmp_path: Path, face: Image.Image
) -> None:
    seat = Seat(app, new_page("en"), counter)
    path = tmp_path / "face.jpg"
    path.write_bytes(as_jpeg(face.filter(ImageFilter.GaussianBlur(6))))
    seat.chooses(path)

    seat.page.wait_for_selector("[data-hint=blurred]:not([hidden])")
    assert seat.hints() == {"blurred", "only"}


# --- everybody ----------------------------------------------------------------------------------------


def test_a_card_with_the_camera_takes_few_keys(seat: Seat) -> None:
    """The same count as in `test_keyboard`, on the first screen; what follows it is counted there."""
    seat.page.goto(seat.page.url.rpartition(seat.ticket)[0])
    hands = Hands(seat.page)
    seat.page.locator("button:has-text('New enrolment')").first.focus()
    hands.press_and_go()
    hands.type("Noémie Kassar-Lund")
    for field, text in (("#day", "12"), ("#month", "3"), ("#year", "1987")):
        hands.tab_to(field)
        hands.type(text)
    hands.tab_to("[data-camera-start]")
    hands.press("Enter")
    seat.page.wait_for_selector("[data-camera-take]:not([hidden])")
    hands.press("Enter")
    seat.page.wait_for_selector("[data-crop]:not([hidden])")
    hands.press("Enter")  # it is right
    hands.press_and_go()

    assert seat.page.url.endswith("/evidence")
    assert hands.count <= AT_MOST - 7, f"{hands.count}; evidence, card and check take seven more"


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_every_state_can_be_used_by_everybody(
    app: Flask, open_camera: OpenCamera, counter: str, face: Image.Image, locale: str, width: int
) -> None:
    seat = Seat(app, open_camera(face)(locale, viewport={"width": width, "height": 700}), counter)
    page = seat.page

    def look() -> None:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.eval_on_selector_all(
            "[data-portrait] button, [data-portrait] .option, [data-crop]",
            """all => all.map(each => [each.outerHTML, each.getBoundingClientRect()])
                .filter(([, box]) => box.width && Math.min(box.width, box.height) < 43.9)""",
        )
        assert small == [], "a finger needs 44 pixels"

    look()
    seat.camera_on()
    look()
    page.click("[data-camera-take]")
    page.wait_for_selector("[data-crop]:not([hidden])")
    page.wait_for_selector("[data-hint=good]:not([hidden])")
    look()
    seat.saves()
    page.goto(page.url.replace("evidence", "identity"))
    look()
    assert_quiet(page)


def test_in_arabic_left_is_still_left(app: Flask, open_camera: OpenCamera, counter: str, face: Image.Image) -> None:
    seat = Seat(app, open_camera(face)("ar"), counter)
    seat.takes()
    seat.page.keyboard.press("+")
    first = seat.cut()
    where = [seat.page.locator(f"[data-act={act}]").bounding_box() for act in ("left", "middle", "right")]
    assert all(where)
    assert [round(box["x"]) for box in where if box] == sorted(round(box["x"]) for box in where if box)

    seat.page.keyboard.press("ArrowLeft")

    assert seat.cut().frame.left > first.frame.left


def test_without_a_script_there_are_buttons(
    app: Flask, new_page: NewPage, counter: str, tmp_path: Path, face: Image.Image
) -> None:
    seat = Seat(app, new_page("en", java_script_enabled=False), counter)
    page = seat.page
    assert not page.is_visible("[data-camera-start]")
    assert not page.is_visible("[data-pad]")
    path = tmp_path / "face.jpg"
    path.write_bytes(as_jpeg(face.resize((600, 800)).rotate(90, expand=True)))
    page.fill("#full_name", "half a na")
    page.set_input_files("#picture", path)

    for name in ("Use this picture", "Turn to the right", "Larger", "Move to the left"):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()
        assert page.url.endswith("/identity#portrait")

    assert page.input_value("#full_name") == "half a na"
    file = seat.saves()
    expected = Cut.of((800, 600), quarter_turns=1).after("larger").after("left")
    assert file.portrait_cut == expected.to_text()
    assert file.portrait == cut_again(file.portrait_whole, expected).to_print
