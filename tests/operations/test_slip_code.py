"""The code on a slip: what it says, to whom, for how long; and what it does not."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import chain, combinations

import pytest

from citycard.core.number import ALPHABET
from citycard.operations.refusals import OperationRefused
from citycard.operations.slip_code import KINDS, LENGTH, VALID_DAYS, Earlier, read, write
from citycard.settings import SettingsRefused
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall, chance_from

MONDAY = date(2026, 11, 23)
AMEL, ANOUK = 1, 2
RULES = "fr-2026.1"


def code(hall: TownHall, *, missing: tuple[str, ...] = ("residence",), clerk: int = AMEL, day: date = MONDAY) -> str:
    """A code that Amel wrote on Monday."""
    return write(hall.office, day=day, missing=missing, rules=RULES, clerk=clerk, chance=hall.chance)


def reads(hall: TownHall, text: str, *, clerk: int = ANOUK, today: date = MONDAY, rules: str = RULES) -> Earlier:
    """What it says to Anouk."""
    return read(hall.office, text, today=today, rules=rules, clerk=clerk)


def refusal(hall: TownHall, text: str, *, today: date = MONDAY) -> str:
    """By which rule it is not believed."""
    with pytest.raises(OperationRefused) as refused:
        reads(hall, text, today=today)
    return refused.value.code


def test_it_says_the_day_and_what_was_enough(small_hall: TownHall) -> None:
    said = reads(small_hall, code(small_hall), today=MONDAY + timedelta(days=9))

    assert said.day == MONDAY
    assert said.until == date(2026, 12, 23)
    assert said.missing == {"residence"}
    assert said.found == {"identity", "photo"}
    assert said.same_rules


@pytest.mark.parametrize("kinds", list(chain.from_iterable(combinations(KINDS, n) for n in (1, 2, 3))))
def test_it_says_any_of_the_three_kinds(small_hall: TownHall, kinds: tuple[str, ...]) -> None:
    assert reads(small_hall, code(small_hall, missing=kinds)).missing == set(kinds)


def test_it_tells_the_clerk_who_wrote_it_from_every_other(small_hall: TownHall) -> None:
    """One wrong "you wrote this yourself" in 4,096: of 300 colleagues hardly one is sent to another for nothing."""
    # Key and chance are fixed: of 16,000 runs with others one would be that unlucky.
    (small_hall.office.secrets / "session.key").write_bytes(b"always the same" * 3)
    small_hall.chance = chance_from(1)
    written = code(small_hall)

    assert reads(small_hall, written, clerk=AMEL).same_clerk
    assert sum(reads(small_hall, written, clerk=other).same_clerk for other in range(2, 302)) <= 2


def test_two_codes_of_one_clerk_and_day_have_nothing_in_common(small_hall: TownHall) -> None:
    """Whoever collects slips cannot sort them by clerk: beyond day, kinds and rules everything differs."""
    codes = [code(small_hall).replace("-", "") for _ in range(40)]

    for place in range(5, LENGTH):
        assert len({one[place] for one in codes}) > 5, place


def test_it_is_good_for_thirty_days(small_hall: TownHall) -> None:
    written = code(small_hall)

    assert reads(small_hall, written, today=MONDAY + timedelta(days=VALID_DAYS)).day == MONDAY
    assert refusal(small_hall, written, today=MONDAY + timedelta(days=VALID_DAYS + 1)) == "slip-code-old"
    assert refusal(small_hall, written, today=MONDAY - timedelta(days=1)) == "slip-code-old", (
        "a clock that was set back"
    )


def test_the_day_is_right_when_the_count_of_days_begins_anew(small_hall: TownHall) -> None:
    """Twelve bits hold eleven years; a code written on the last day is read on the first of the next round."""
    last = date(2024, 1, 1) + timedelta(days=4095)

    assert reads(small_hall, code(small_hall, day=last), today=last + timedelta(days=3)).day == last


def test_it_says_when_the_rules_have_changed(small_hall: TownHall) -> None:
    assert not reads(small_hall, code(small_hall), rules="fr-2027.1").same_rules


def test_it_is_read_however_it_is_typed(small_hall: TownHall) -> None:
    written = code(small_hall)
    for typed in (written.lower(), written.replace("-", " "), written.replace("-", ""), f" {written} "):
        assert reads(small_hall, typed).day == MONDAY
    lookalike = written.replace("0", "O").replace("1", "l")
    assert reads(small_hall, lookalike).day == MONDAY


@pytest.mark.parametrize("typed", ["", "7KQ2", "A" * 10_000, "🙂" * 20, "٧KQ2-M9X4-TB3H-D8WZ-A1B2", "U" * 20])
def test_what_is_no_code_is_not_believed(small_hall: TownHall, typed: str) -> None:
    assert refusal(small_hall, typed) == "slip-code"


def test_no_single_wrong_character_is_believed(small_hall: TownHall) -> None:
    written = code(small_hall).replace("-", "")
    for place in range(LENGTH):
        for other in ALPHABET:
            if other != written[place]:
                assert refusal(small_hall, written[:place] + other + written[place + 1 :]) == "slip-code"


def test_no_guess_is_believed(small_hall: TownHall) -> None:
    chance = random.Random(4)
    for _ in range(2000):
        assert refusal(small_hall, "".join(chance.choices(ALPHABET, k=LENGTH))) == "slip-code"


def test_another_town_halls_code_is_not_believed(small_hall: TownHall, rivemont: TownHall) -> None:
    assert refusal(rivemont, code(small_hall)) == "slip-code"


def test_after_the_key_is_changed_open_codes_are_not_believed(small_hall: TownHall) -> None:
    written = code(small_hall)
    (small_hall.office.secrets / "session.key").write_bytes(b"another" * 9)

    assert refusal(small_hall, written) == "slip-code"


def test_without_the_key_there_is_a_sentence(small_hall: TownHall) -> None:
    (small_hall.office.secrets / "session.key").unlink()

    with pytest.raises(SettingsRefused) as refused:
        code(small_hall)
    assert refused.value.code == "session-key"


def test_the_same_chance_gives_the_same_code(open_hall: OpenHall) -> None:
    hall = open_hall()
    written = [
        write(hall.office, day=MONDAY, missing=["photo"], rules=RULES, clerk=AMEL, chance=chance_from(3))
        for _ in range(2)
    ]

    assert written[0] == written[1]


def test_what_it_said_does_not_print_itself(small_hall: TownHall) -> None:
    assert "residence" not in repr(reads(small_hall, code(small_hall)))
