"""A scanner and a computer that believe in different keyboards still understand each other."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.desk_scanning.conftest import FULL, LIGHT, AskModules
from tests.desk_scanning.keyboards import AMERICAN, ARABIC, AZERTY, CAN_SAY_CODES, KEYBOARDS, QWERTZ, Keyboard, presses

PAIRS = list(itertools.product(CAN_SAY_CODES, KEYBOARDS))


def arrive(text: str, scanner: Keyboard, computer: Keyboard) -> list[dict[str, Any]]:
    return list(presses(text, scanner=scanner, computer=computer))


def without_places(typed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As from a remote desktop that hands over ready characters."""
    return [{**press, "code": "", "shift": False} for press in typed]


def learnt(ask_modules: AskModules, codes: dict[str, Any], typed: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = ask_modules(("findMapping", {"presses": typed, "text": codes["SMALL"]["text"]}))[0]
    return found


@pytest.mark.parametrize(("scanner", "computer"), PAIRS, ids=lambda one: one.name)
def test_one_scan_teaches_any_pair_of_keyboards(
    ask_modules: AskModules, codes: dict[str, Any], scanner: Keyboard, computer: Keyboard
) -> None:
    found = learnt(ask_modules, codes, arrive(codes["SMALL"]["text"], scanner, computer))
    assert found["kind"] == ("fits" if scanner is computer else "mapping")
    assert found["mapping"]["by"] == "place"

    cards = [FULL, LIGHT, codes["LARGE"]["text"]]
    questions = [("meant", {"presses": arrive(text, scanner, computer), "mapping": found["mapping"]}) for text in cards]
    assert ask_modules(*questions) == cards


@pytest.mark.parametrize("computer", KEYBOARDS, ids=lambda one: one.name)
def test_a_scanner_as_it_leaves_the_factory_needs_no_setting_up(ask_modules: AskModules, computer: Keyboard) -> None:
    address = "https://port-sable.example/desk-app/#enrol=Ab_9-z.Qq"
    texts = [FULL, LIGHT, address]
    said = ask_modules(*(("meant", {"presses": arrive(text, AMERICAN, computer), "mapping": None}) for text in texts))
    assert said == texts


def test_a_mapping_outlives_a_change_of_the_computers_language(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    found = learnt(ask_modules, codes, arrive(codes["SMALL"]["text"], AMERICAN, AZERTY))
    question = ("meant", {"presses": arrive(FULL, AMERICAN, ARABIC), "mapping": found["mapping"]})
    assert ask_modules(question) == [FULL]


def test_caps_lock_and_letters_without_shift_are_understood(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    """Some scanners see that Caps Lock is on and leave Shift away."""
    found = learnt(ask_modules, codes, arrive(codes["SMALL"]["text"], AMERICAN, AZERTY))
    typed = [
        {**press, "shift": press["shift"] and not press["code"].startswith("Key")}
        for press in arrive(FULL, AMERICAN, AZERTY)
    ]
    assert ask_modules(("meant", {"presses": typed, "mapping": found["mapping"]})) == [FULL]


@pytest.mark.parametrize(
    ("scanner", "computer"), [(AMERICAN, AZERTY), (AZERTY, AMERICAN), (QWERTZ, AZERTY), (AMERICAN, ARABIC)]
)
def test_ready_characters_are_told_back_where_nothing_is_lost(
    ask_modules: AskModules, codes: dict[str, Any], scanner: Keyboard, computer: Keyboard
) -> None:
    found = learnt(ask_modules, codes, without_places(arrive(codes["SMALL"]["text"], scanner, computer)))
    assert (found["kind"], found["mapping"]["by"]) == ("mapping", "character")

    typed = without_places(arrive(FULL, scanner, computer))
    assert ask_modules(("meant", {"presses": typed, "mapping": found["mapping"]})) == [FULL]


def test_a_character_that_a_dead_key_swallows_is_named(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    """An American scanner sends its plus where a German keyboard has its dead accents."""
    found = learnt(ask_modules, codes, without_places(arrive(codes["SMALL"]["text"], AMERICAN, QWERTZ)))
    assert (found["kind"], found["swallowed"]) == ("lost", ["+"])


def test_characters_that_arrive_as_one_are_named(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    """A connection that loses Shift cannot tell 4 from $."""
    typed = [
        {**press, "shift": False, "key": AMERICAN.keys[press["code"], False]}
        for press in arrive(codes["SMALL"]["text"], AMERICAN, AMERICAN)
    ]
    found = learnt(ask_modules, codes, typed)
    assert found["kind"] == "lost"
    assert sorted(map(sorted, found["merged"])) == [["$", "4"], ["%", "5"], ["*", "8"]]


def test_characters_that_never_arrived_are_counted(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    typed = arrive(codes["SMALL"]["text"], AMERICAN, AZERTY)
    del typed[60:64]
    assert learnt(ask_modules, codes, typed) == {"kind": "dropped", "missing": 4}


def test_another_code_teaches_nothing(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    same_length = FULL[200 : 200 + len(codes["SMALL"]["text"])]
    for text in (FULL, LIGHT, same_length):
        assert learnt(ask_modules, codes, arrive(text, AMERICAN, AZERTY)) == {"kind": "other"}


def test_characters_sent_by_number_need_no_mapping(ask_modules: AskModules, codes: dict[str, Any]) -> None:
    typed = [
        {"key": character, "code": "itself", "shift": False, "altGraph": False} for character in codes["SMALL"]["text"]
    ]
    found = learnt(ask_modules, codes, typed)
    assert found["kind"] == "fits"
    assert ask_modules(("meant", {"presses": typed, "mapping": found["mapping"]})) == [codes["SMALL"]["text"]]


OTHERS = [
    (AZERTY, AMERICAN, AMERICAN, AMERICAN),
    (QWERTZ, AMERICAN, AMERICAN, AMERICAN),
    (QWERTZ, QWERTZ, AMERICAN, QWERTZ),
    (AZERTY, AZERTY, AMERICAN, AZERTY),
    (AZERTY, AMERICAN, AMERICAN, ARABIC),
    (QWERTZ, AZERTY, AZERTY, AZERTY),
]


@pytest.mark.parametrize(("learnt_scanner", "learnt_computer", "scanner", "computer"), OTHERS)
def test_another_scanner_is_understood_where_one_was_set_up(
    ask_modules: AskModules,
    codes: dict[str, Any],
    learnt_scanner: Keyboard,
    learnt_computer: Keyboard,
    scanner: Keyboard,
    computer: Keyboard,
) -> None:
    """The one that was set up, and a plain one beside it: American, or of the computer's own keyboard."""
    found = learnt(ask_modules, codes, arrive(codes["SMALL"]["text"], learnt_scanner, learnt_computer))
    address = "https://port-sable.example/desk-app/#enrol=Ab_9-z.Qq"
    texts = [FULL, LIGHT, *([address] if scanner is AMERICAN else [])]
    typed = [arrive(text, scanner, computer) for text in texts]
    typed.append(arrive(FULL, learnt_scanner, learnt_computer))
    said = ask_modules(*(("meant", {"presses": presses, "mapping": found["mapping"]}) for presses in typed))
    assert said == [*texts, FULL]


def test_a_table_that_was_edited_writes_no_card(ask_modules: AskModules) -> None:
    """What is kept on a device may have been edited: one character of codes for each press, or it is no mapping."""
    seldom = min(set(LIGHT), key=LIGHT.count)
    forging = {character: FULL if character == seldom else "" for character in set(LIGHT)}
    for mapping in (
        {"by": "character", "table": forging},
        {"by": "character", "table": {seldom: "é"}},
        {"by": "character", "table": {seldom: None}},
        {"by": "magic", "table": {seldom: "A"}},
        {"by": "character"},
        "nonsense",
    ):
        typed = arrive(LIGHT, AMERICAN, AMERICAN)
        assert ask_modules(("meant", {"presses": typed, "mapping": mapping})) == [LIGHT], mapping
