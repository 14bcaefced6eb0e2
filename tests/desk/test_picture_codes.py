"""Several codes in one picture: which of them is the card's, and that nobody chooses between two cards.

The desk page and the check page ask the same module (static/js/reader/picture_code.js).
"""

from __future__ import annotations

from citycard.core.keys import Algorithm
from tests.desk.conftest import Desk
from tests.reader.conftest import trust_as_files_write_it
from tests.support.cities import City

PORT_SABLE, RIVEMONT = City.named("Port-Sable"), City.named("Rivemont", algorithm=Algorithm.EDDSA)
ANOTHER = "0000000000000000"
POSTER = "https://example.test/"

CITIES = trust_as_files_write_it([PORT_SABLE, RIVEMONT])


def among(desk: Desk, *pictures: list[str], without: tuple[str, ...] = ()) -> list[str | None]:
    """What is taken of the codes in each picture."""
    return desk.say("among", pictures, common={"cities": CITIES}, without=without)


def test_two_cards_are_two_whatever_their_names_are(desk: Desk) -> None:
    card, hers = PORT_SABLE.card(), PORT_SABLE.card(number=ANOTHER)
    pictures = [
        [card, hers],  # the same name, on two cards
        [card, RIVEMONT.card()],  # the same name and number, of two cities
        [PORT_SABLE.card(light=True), PORT_SABLE.card(light=True, number=ANOTHER)],  # no name at all
        [POSTER, card, hers],
    ]

    assert among(desk, *pictures) == [None] * len(pictures)


def test_of_one_card_the_code_is_taken_that_says_most(desk: Desk) -> None:
    full, light = PORT_SABLE.card(), PORT_SABLE.card(light=True)
    unknown, spoilt = City.named("Ailleurs").card(), full[:-3]

    assert among(
        desk, [full], [light, full], [POSTER, light], [POSTER, full, light], [unknown, light], [POSTER, unknown]
    ) == [full, full, light, full, light, unknown]
    assert among(desk, [POSTER, spoilt], [spoilt, unknown]) == [POSTER, unknown]


def test_a_code_that_this_browser_cannot_check_is_not_passed_over(desk: Desk) -> None:
    ours, theirs = PORT_SABLE.card(), RIVEMONT.card()

    assert among(desk, [ours, theirs], [theirs, ours], [POSTER, ours], without=("Ed25519",)) == [theirs, theirs, ours]
