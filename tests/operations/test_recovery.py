"""The recovery code: whose card it finds, what the register holds of it, and what becomes of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from citycard.core.number import ALPHABET
from citycard.operations import cards, enrol, recovery
from citycard.settings import SettingsRefused
from citycard.store.cards import Card, CardState
from tests.support.town_hall import TownHall, chance_from


def given(hall: TownHall) -> tuple[str, str]:
    """Naïma's card is issued: the ticket, and the code that will be on her slip."""
    ticket = hall.approved()
    hall.issue(ticket)
    return ticket, hall.file(ticket).recovery_code


def found(hall: TownHall, text: str) -> str:
    """The number of the card that a code finds."""
    with hall.session() as session:
        return recovery.find(session, text, office=hall.office).number


def refusal(hall: TownHall, text: str) -> str:
    """By which rule a code finds nothing."""
    with pytest.raises(recovery.RecoveryRefused) as refused:
        found(hall, text)
    assert len(text) < 4 or text not in str(refused.value)
    return refused.value.code


def test_the_code_of_the_slip_finds_the_card_of_the_slip(hall: TownHall) -> None:
    ticket, code = given(hall)
    other, other_code = given(hall)

    with hall.session() as session:
        numbers = [enrol.find(session, each).card_number for each in (ticket, other)]
    assert [found(hall, code), found(hall, other_code)] == numbers
    assert code != other_code


def test_it_is_printed_in_groups_and_read_as_people_type_it(small_hall: TownHall) -> None:
    _, code = given(small_hall)

    assert [len(group) for group in code.split("-")] == [4] * 5
    assert set(code) <= {*ALPHABET, "-"}
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert found(small_hall, typed) == found(small_hall, code)
    assert found(small_hall, code.replace("0", "O").replace("1", "l")) == found(small_hall, code)


def test_a_slip_of_the_pen_is_no_guess(small_hall: TownHall) -> None:
    """Of all codes with one wrong character nearly all are called mistyped; none finds a card."""
    # One in 1,024 is not, so one code in half a million has too many neighbours that are not.
    small_hall.chance = chance_from(1)
    _, code = given(small_hall)
    plain = code.replace("-", "")
    said = [
        refusal(small_hall, plain[:at] + other + plain[at + 1 :])
        for at in range(len(plain))
        for other in ALPHABET
        if other != plain[at]
    ]

    assert said.count("recovery-typed") > 0.99 * len(said)
    for text in ("", "x", code[:-1], code + "0", code * 9, "٠" * 20, "é" * 20):
        assert refusal(small_hall, text) == "recovery-typed"


def test_a_right_selector_with_a_wrong_secret_is_as_unknown_as_any(small_hall: TownHall) -> None:
    _, code = given(small_hall)
    plain = code.replace("-", "")
    guess = plain[: recovery.SELECTOR] + "0" * recovery.SECRET
    stranger = "ZZZZZZ" + "0" * recovery.SECRET

    assert refusal(small_hall, guess + recovery._check(guess)) == "recovery-unknown"
    assert refusal(small_hall, stranger + recovery._check(stranger)) == "recovery-unknown"


def test_the_register_holds_marks_that_are_nothing_without_the_key(small_hall: TownHall) -> None:
    _, code = given(small_hall)
    with small_hall.session() as session:
        card = session.scalars(select(Card)).one()
        assert card.recovery_tag is not None
        assert len(card.recovery_tag) == recovery.TAG
        assert card.recovery_selector is not None
        assert set(card.recovery_selector) <= set(ALPHABET)
        assert len(card.recovery_selector) == recovery.SELECTOR
        assert card.recovery_selector != code.replace("-", "")[: recovery.SELECTOR], "no character stands in clear"

    (small_hall.office.secrets / recovery.KEY_NAME).write_bytes(b"another key")

    assert refusal(small_hall, code) == "recovery-unknown"


def test_without_the_key_the_office_says_which_file_is_missing(small_hall: TownHall) -> None:
    ticket = small_hall.approved()
    (small_hall.office.secrets / recovery.KEY_NAME).unlink()

    with pytest.raises(SettingsRefused) as refused:
        small_hall.issue(ticket)
    assert refused.value.code == "recovery-key"
    assert recovery.KEY_NAME in str(refused.value)


@pytest.mark.parametrize("to", [CardState.ENDED, CardState.VOID])
def test_when_the_card_is_over_its_code_is_forgotten(hall: TownHall, to: CardState) -> None:
    _, code = given(hall)
    desk = hall.desk()
    with hall.session() as session:
        card = recovery.find(session, code, office=hall.office)
        cards.move(session, card, to, by="Amel", now=desk.now, settings=desk.office.settings, chance=desk.chance)
        session.commit()
        assert (card.recovery_selector, card.recovery_tag) == (None, None)

    assert refusal(hall, code) == "recovery-unknown"


def test_a_card_made_anew_has_another_code(small_hall: TownHall) -> None:
    ticket, code = given(small_hall)
    small_hall.print(ticket)
    small_hall.print_failed(ticket)
    assert small_hall.file(ticket).recovery_code == ""

    assert refusal(small_hall, code) == "recovery-unknown"
