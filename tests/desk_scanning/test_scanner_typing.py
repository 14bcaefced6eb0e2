"""A scanner is told from somebody who types, wherever on the page the keys arrive."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk_scanning.conftest import FULL, LIGHT, AskModules
from tests.desk_scanning.keyboards import AMERICAN, ARABIC, AZERTY, QWERTZ, Keyboard, presses

SIXTY_A_SECOND = 1000 / 60
ENTER = {"key": "Enter", "code": "Enter"}
TAB = {"key": "Tab", "code": "Tab"}

Event = dict[str, Any]


def typed(text: str, *, every: float, scanner: Keyboard = AMERICAN, computer: Keyboard = AMERICAN) -> list[Event]:
    return [
        {**press, "at": 1000 + place * every}
        for place, press in enumerate(presses(text, scanner=scanner, computer=computer))
    ]


def then(events: list[Event], *keys: Event, after: float = SIXTY_A_SECOND) -> list[Event]:
    last = events[-1]["at"]
    return events + [{**key, "at": last + (place + 1) * after} for place, key in enumerate(keys)]


def happens(ask_modules: AskModules, events: list[Event], **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ask_modules(("type", {"events": events, **more}))[0]
    return answer


@pytest.mark.parametrize("computer", [AMERICAN, AZERTY, QWERTZ, ARABIC], ids=lambda one: one.name)
@pytest.mark.parametrize("text", [FULL, LIGHT], ids=["full code", "light code"])
def test_sixty_characters_a_second_are_a_scan(ask_modules: AskModules, computer: Keyboard, text: str) -> None:
    events = then(typed(text, every=SIXTY_A_SECOND, computer=computer), ENTER)
    answer = happens(ask_modules, events)
    assert answer["texts"] == [text]
    assert answer["kept"][1:] == [True] * (len(events) - 1), "nothing but the first press may reach the page"


@pytest.mark.parametrize(
    "end", [ENTER, TAB, {"key": "m", "code": "KeyM", "ctrl": True}], ids=["Enter", "Tab", "Ctrl+M"]
)
def test_two_scans_in_a_row_never_mix(ask_modules: AskModules, end: Event) -> None:
    first = then(typed(LIGHT, every=8), end)
    moment = first[-1]["at"] - 1000 + 30
    second = [{**event, "at": event["at"] + moment} for event in then(typed(FULL, every=8), end)]
    assert happens(ask_modules, first + second)["texts"] == [LIGHT, FULL]


def test_a_scanner_without_an_end_is_heard_when_it_is_silent(ask_modules: AskModules) -> None:
    assert happens(
        ask_modules, [*typed(LIGHT, every=10), {"key": "Shift", "code": "ShiftLeft", "at": 9e5, "after_silence": True}]
    )["texts"] == [LIGHT]


def test_an_end_that_comes_late_presses_nothing(ask_modules: AskModules) -> None:
    """By Bluetooth the Enter may come half a second after the code, when the answer already stands there."""
    events = typed(LIGHT, every=10)
    late = [{**ENTER, "at": events[-1]["at"] + 700, "after_silence": True}]
    somebody = [{**ENTER, "at": events[-1]["at"] + 900}]
    answer = happens(ask_modules, events + late + somebody)
    assert (answer["texts"], answer["kept"][-2:]) == ([LIGHT], [True, False])


def test_a_stall_in_the_middle_is_forgiven(ask_modules: AskModules) -> None:
    events = typed(LIGHT, every=10)
    for event in events[100:]:
        event["at"] += 200
    assert happens(ask_modules, then(events, ENTER))["texts"] == [LIGHT]


def test_somebody_who_types_is_left_alone(ask_modules: AskModules) -> None:
    """The fastest typists in the world need 60 milliseconds for a letter, over and over."""
    events = then(typed("NCFOXN-3ABPQ THAT ANN READS ALOUD", every=60), ENTER)
    answer = happens(ask_modules, events)
    assert answer["texts"] == []
    assert not any(answer["kept"])


def test_a_few_keys_in_haste_stay_in_their_field(ask_modules: AskModules) -> None:
    answer = happens(ask_modules, then(typed("ABCDEFGH", every=20), ENTER), field=True)
    assert (answer["texts"], any(answer["kept"]), answer["value"]) == ([], False, "was hereABCDEFGH")


def test_a_scan_into_a_field_leaves_the_field_as_it_was(ask_modules: AskModules) -> None:
    answer = happens(ask_modules, then(typed(LIGHT, every=SIXTY_A_SECOND), ENTER), field=True)
    assert (answer["texts"], answer["value"]) == ([LIGHT], "was here")


def test_a_field_is_put_back_as_soon_as_it_is_sure(ask_modules: AskModules) -> None:
    """The code of a card with portrait takes twenty seconds: half a line of it does not stand there so long."""
    assert happens(ask_modules, typed(LIGHT[:30], every=SIXTY_A_SECOND), field=True)["value"] == "was here"


def test_a_field_that_wants_its_keys_for_itself_gets_them(ask_modules: AskModules) -> None:
    answer = happens(ask_modules, then(typed(LIGHT, every=SIXTY_A_SECOND), ENTER), field=True, ownKeys=True)
    assert (answer["texts"], any(answer["kept"]), answer["value"]) == ([], False, "was here" + LIGHT)


def test_a_key_that_is_held_down_is_no_scan(ask_modules: AskModules) -> None:
    """It repeats thirty times a second."""
    events = [{"key": "a", "code": "KeyA", "at": 1000 + place * 33, "repeat": place > 0} for place in range(60)]
    answer = happens(ask_modules, then(events, ENTER), field=True)
    assert (answer["texts"], any(answer["kept"])) == ([], False)


def test_a_key_that_writes_two_letters_may_come_without_a_name(ask_modules: AskModules) -> None:
    events = [
        {**event, "key": event["key"] if len(event["key"]) == 1 else ""}
        for event in typed(FULL, every=10, computer=ARABIC)
    ]
    assert "" in [event["key"] for event in events]
    assert happens(ask_modules, then(events, ENTER))["texts"] == [FULL]


def test_enter_and_arrows_alone_belong_to_the_page(ask_modules: AskModules) -> None:
    keys = [ENTER, TAB, {"key": "ArrowLeft", "code": "ArrowLeft"}, {"key": " ", "code": "Space"}, ENTER]
    events = [{**key, "at": 1000 + place * 10} for place, key in enumerate(keys)]
    assert not any(happens(ask_modules, events)["kept"])


def test_shortcuts_belong_to_the_browser(ask_modules: AskModules) -> None:
    events = [{"key": "l", "code": "KeyL", "ctrl": True, "at": 1000 + place * 10} for place in range(30)]
    assert not any(happens(ask_modules, events)["kept"])


def test_alt_mode_is_understood_without_the_computers_help(ask_modules: AskModules) -> None:
    """Each character is its number on the number pad, while Alt is held."""
    events: list[Event] = []
    at = 1000.0
    for character in LIGHT:
        keys: list[Event] = [{"key": "Alt", "code": "AltLeft", "alt": True}]
        keys += [{"key": digit, "code": f"Numpad{digit}", "alt": True} for digit in f"{ord(character):04}"]
        for key in [*keys, {"type": "keyup", "key": "Alt", "code": "AltLeft"}]:
            events.append({**key, "at": at})
            at += SIXTY_A_SECOND
    assert happens(ask_modules, then(events, ENTER))["texts"] == [LIGHT]


def test_a_code_before_the_camera_is_told_once(ask_modules: AskModules) -> None:
    frames = [[0, "A"], [100, "A"], [300], [900], [1500, "A"], [2900, "A"], [4500], [4600, "A"]]
    assert ask_modules(("told", frames)) == [["A", None, None, None, None, None, None, "A"]]


def test_two_cards_in_the_picture_do_not_take_turns(ask_modules: AskModules) -> None:
    frames = [[0, "A"], [100, "B"], [200, "A"], [300, "B"], [400, "A"], [500, "B"], [600, "B"]]
    assert ask_modules(("told", frames)) == [["A", "B", None, None, None, None, None]]


def test_what_stands_on_the_screen_is_the_card_before_the_camera(ask_modules: AskModules) -> None:
    """A, then B, then A again before A was away long enough: the answer is A's again."""
    frames = [[0, "A"], [300, "B"], [400, "B"], [600, "A"], [700, "A"], [900, "A"], [1000, "A"]]
    assert ask_modules(("told", frames)) == [["A", "B", None, None, None, "A", None]]
