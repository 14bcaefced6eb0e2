"""The locked screen knows whose it is, and may say more than the sign-in page."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock

LOCKED = "/staff/locked"


def tries(browser: CheckingClient, password: str) -> str:
    """Type a password on the locked screen; what the page says."""
    return read(browser.send(LOCKED, {"password": password})).text


def test_a_wrong_password_is_said_not_to_fit(signed_in: Callable[[str], CheckingClient], clock: Clock) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=11)

    said = tries(amel, "wrong")

    assert "This password does not fit" in said
    assert "Look at capital letters" in said
    assert "Name and password" not in said


def test_it_says_how_long_to_wait_and_that_a_password_was_not_tried(
    signed_in: Callable[[str], CheckingClient], clock: Clock
) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=11)
    for _ in range(3):
        tries(amel, "wrong")
    assert "Try again in 2 seconds." in tries(amel, "wrong")

    said = tries(amel, PASSWORD)

    assert "this one was not tried" in said
    assert "Try again in 2 seconds." in said
    clock.pass_by(seconds=2)
    assert amel.send(LOCKED, {"password": PASSWORD}).status_code == 303


def test_a_long_wait_is_said_in_minutes_and_never_too_short(
    signed_in: Callable[[str], CheckingClient], clock: Clock
) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=11)
    said = ""
    for wait in (0, 0, 0, 2, 4, 8, 16, 32, 64):
        said = tries(amel, "wrong")
        clock.pass_by(seconds=wait)

    assert "Try again in 2 minutes." in said  # 64 seconds
