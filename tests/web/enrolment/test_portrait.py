"""The portrait without a script: a file, a cut in the middle, and buttons that move, size and turn it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from citycard.operations import picture_process
from citycard.operations.picture_limits import PRINT_SIZE
from citycard.operations.portrait import CODE_SIZE
from citycard.operations.portrait_cut import ACTS, Cut
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD
from tests.web.enrolment.conftest import Counter, approves, picture, sentences

RED, GREEN, BLUE = (179, 32, 44), (40, 140, 60), (31, 79, 156)


def striped() -> bytes:
    """A wide picture: red, green and blue from left to right, dark above."""
    drawn = Image.new("RGB", (1200, 800), GREEN)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, 399, 800), fill=RED)
    pen.rectangle((800, 0, 1200, 800), fill=BLUE)
    pen.rectangle((0, 0, 1200, 100), fill=(20, 20, 20))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def colours(counter: Counter) -> tuple[str, str]:
    """The colours at the left and right edge of the portrait, half way down."""
    printed = Image.open(io.BytesIO(counter.file().portrait)).convert("RGB")
    return named(printed, 8), named(printed, printed.width - 9)


def named(printed: Image.Image, x: int) -> str:
    seen = printed.getpixel((x, printed.height // 2))
    assert isinstance(seen, tuple)
    return min(
        ("red", "green", "blue", "dark"),
        key=lambda name: sum(
            abs(a - b)
            for a, b in zip(seen, {"red": RED, "green": GREEN, "blue": BLUE, "dark": (20, 20, 20)}[name], strict=True)
        ),
    )


def presses(counter: Counter, *acts: str) -> None:
    """Press buttons beside the picture, each on the page that the last one led to."""
    for act in acts:
        assert counter.types(do=f"picture-{act}").location == counter.at("identity") + "#portrait"


def test_a_file_is_cut_in_the_middle(amel: Counter) -> None:
    amel.opens()

    answer = amel.types(portrait=striped(), do="picture", full_name="half a na")

    assert answer.location == amel.at("identity") + "#portrait", "back to where the picture is"
    file = amel.file()
    assert Image.open(io.BytesIO(file.portrait)).size == PRINT_SIZE
    assert Image.open(io.BytesIO(file.portrait_small)).size == CODE_SIZE
    assert colours(amel) == ("red", "blue")
    assert file.portrait_cut == Cut.of((1200, 800)).to_text()


def test_the_buttons_move_and_size_it(amel: Counter) -> None:
    amel.opens().types(portrait=striped(), frame_left="0.35", frame_top="0.3", frame_width="0.25")
    assert colours(amel) == ("green", "green")

    presses(amel, "left", "left", "left", "left")
    assert colours(amel) == ("green", "blue")
    presses(amel, *["right"] * 8, "larger")
    assert colours(amel) == ("red", "green")
    presses(amel, "up", "smaller")
    assert Cut.from_text(amel.file().portrait_cut).frame.width == pytest.approx(0.25, abs=0.001)
    presses(amel, "middle")
    assert colours(amel) == ("red", "blue")


def test_the_buttons_turn_it(amel: Counter) -> None:
    amel.opens().types(portrait=striped(), do="picture")

    presses(amel, "turn-left")
    assert Cut.from_text(amel.file().portrait_cut).quarter_turns == 3
    assert colours(amel)[0] == "dark", "what was above is on the left now"
    presses(amel, "turn-right", "turn-right")
    assert colours(amel)[1] == "dark"


def test_a_button_pressed_with_a_new_file_is_for_that_file(amel: Counter) -> None:
    amel.opens().types(portrait=picture(), do="picture")

    amel.types(portrait=striped(), do="picture-turn-right")

    assert amel.file().portrait_cut == Cut.of((1200, 800), quarter_turns=1).to_text()


def test_what_was_typed_stays_through_all_of_it(amel: Counter) -> None:
    amel.opens().types(portrait=striped(), do="picture", full_name="half a na", day="31", month="2")

    amel.types(do="picture-larger", full_name="half a name", day="31", month="2")

    page = amel.browser.page(amel.at("identity"))
    assert page.one("input", name="full_name").attributes["value"] == "half a name"
    assert amel.file().full_name == ""


def test_the_page_has_a_button_for_everything_that_can_be_done(amel: Counter) -> None:
    amel.opens()
    before = amel.browser.page(amel.at("identity"))
    amel.types(portrait=picture(), do="picture")
    page = amel.browser.page(amel.at("identity"))

    buttons = {button.attributes["value"]: button for button in page.all("button", name="do")}
    assert {f"picture-{act}" for act in ACTS} <= set(buttons)
    assert all(buttons[f"picture-{act}"].text for act in ACTS), "each says what it does"
    pads = [here.one("div", **{"class": "pad"}) for here in (before, page)]
    assert ["hidden" in pad.attributes for pad in pads] == [True, False], "shown when there is something to move"


@pytest.mark.parametrize("act", ["picture-", "picture-explode", "picture-left-right"])
def test_a_button_that_we_have_not_got_does_nothing(amel: Counter, act: str) -> None:
    amel.opens().types(portrait=striped(), do="picture")
    before = amel.file()

    assert amel.types(do=act).location == amel.at("identity") + "#portrait"

    assert amel.file().changed(typed=before.typed) == before


def test_a_button_without_any_picture_does_nothing(amel: Counter) -> None:
    amel.opens()

    assert amel.types(do="picture-left").status_code == 303

    assert amel.file().portrait == b""


def test_a_frame_without_a_file_cuts_the_saved_picture_again(amel: Counter) -> None:
    """What the page's script sends when somebody cuts a portrait again that was saved before."""
    amel.opens().types(portrait=striped())
    before = amel.file()

    amel.types(frame_left="0.7", frame_top="0.2", frame_width="0.25", quarter_turns="0")

    assert colours(amel) == ("blue", "blue")
    assert amel.file().portrait_whole == before.portrait_whole


@pytest.mark.parametrize(
    "frame", [("nan", "0", "1"), ("-1", "0", "1"), ("0", "0", "0"), ("0", "0", "1e9"), ("a", "", "")]
)
def test_a_frame_that_makes_no_sense_is_none(amel: Counter, frame: tuple[str, str, str]) -> None:
    amel.opens()

    left, top, width = frame
    amel.types(portrait=striped(), frame_left=left, frame_top=top, frame_width=width, quarter_turns="nine")

    assert amel.file().portrait_cut == Cut.of((1200, 800)).to_text()


def test_as_many_tries_as_it_takes(amel: Counter) -> None:
    amel.opens()
    for side in (400, 500, 600):
        amel.types(portrait=picture(side, side), do="picture")
        assert Cut.from_text(amel.file().portrait_cut).size == (side, side)

    assert amel.file().portrait


def test_the_whole_picture_is_gone_when_the_enrolment_is_submitted(amel: Counter, bruno: CheckingClient) -> None:
    """The wall behind a face, and whoever stood there, have no business in what waits for a colleague."""
    amel.enrols()
    assert amel.browser.get(amel.at("portrait/whole")).status_code == 200
    assert amel.file().portrait_whole

    amel.submits()

    file = amel.file()
    assert (file.portrait_whole, file.portrait_cut) == (b"", "")
    assert file.portrait
    assert amel.browser.get(amel.at("portrait/whole")).status_code == 404
    assert approves(bruno, amel).status_code == 303, "and the approval is for what was submitted"
    assert "hidden" in amel.browser.page(amel.at("identity")).one("div", **{"class": "pad"}).attributes


def test_the_whole_picture_is_its_clerks(amel: Counter, bruno: CheckingClient) -> None:
    amel.opens().types(portrait=picture())

    assert amel.browser.get(amel.at("portrait/whole")).headers["Cache-Control"] == "no-store"
    assert bruno.get(amel.at("portrait/whole")).status_code == 404


def test_a_cut_that_was_not_sent_yet_survives_the_lock(amel: Counter) -> None:
    amel.opens().types(portrait=striped())

    amel.types(lock="now", frame_left="0.7", frame_top="0.2", frame_width="0.25")
    amel.browser.send("/staff/locked", {"password": PASSWORD})
    amel.types(kept_picture="yes")

    assert colours(amel) == ("blue", "blue")


def test_a_picture_that_was_chosen_survives_another_language(amel: Counter) -> None:
    amel.opens()

    page = read(amel.types(portrait=picture(), lang="ar", full_name="half a na"))

    assert [image.attributes["src"] for image in page.all("img", width="150")] == [amel.at("portrait/kept")]
    assert page.one("input", name="full_name").attributes["value"] == "half a na"
    assert not amel.file().portrait, "laid beside, not saved"
    assert amel.types(kept_picture="yes").location == amel.at("evidence")
    assert amel.file().portrait


def test_after_another_language_the_next_picture_is_cut_by_its_own_frame(amel: Counter) -> None:
    """The fields of the frame are drawn empty: what they held belonged to a file that the page no longer has."""
    amel.opens().types(portrait=picture())
    before = amel.file()

    page = read(amel.types(lang="es", frame_left="0.4", frame_top="0.1", frame_width="0.3"))

    assert [page.one("input", name=f"frame_{name}").attributes["value"] for name in ("left", "top", "width")] == [
        ""
    ] * 3
    assert amel.file().portrait == before.portrait


def shown_hints(page: object) -> set[str]:
    """The hints that a page shows."""
    lines = page.all("li")  # type: ignore[attr-defined]
    return {
        line.attributes["data-hint"]
        for line in lines
        if "data-hint" in line.attributes and "hidden" not in line.attributes
    }


def test_the_page_says_what_could_be_better_and_goes_on_all_the_same(amel: Counter) -> None:
    amel.opens()
    assert shown_hints(amel.browser.page(amel.at("identity"))) == set()
    night = Image.open(io.BytesIO(picture())).point([value // 6 for value in range(256)] * 3)
    out = io.BytesIO()
    night.save(out, "JPEG")

    amel.types(portrait=out.getvalue(), do="picture")

    page = amel.browser.page(amel.at("identity"))
    assert {"dark", "only"} <= shown_hints(page)
    assert "Switch on a light" in page.text
    assert amel.types().location == amel.at("evidence")


def test_a_good_picture_is_called_good(amel: Counter) -> None:
    amel.opens().types(portrait=picture(), do="picture")

    assert shown_hints(amel.browser.page(amel.at("identity"))) == {"good"}


def test_when_too_many_come_at_once_it_can_be_sent_again(amel: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """No child can be started: the machine is full. What was typed is still there, and so is the sentence."""
    amel.opens()
    monkeypatch.setattr(
        picture_process.pictures_of,
        "__kwdefaults__",
        {**picture_process.pictures_of.__kwdefaults__, "child": ("no-such-programme",)},
    )

    answer = amel.types(portrait=picture())

    assert answer.status_code == 422
    assert "Send this one again" in sentences(answer)
    assert read(answer).one("input", name="full_name").attributes["value"] == amel.answers["full_name"]
