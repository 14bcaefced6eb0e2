"""Signing in: one answer for every refusal, and a wait that grows and ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from citycard.operations import sign_in as office
from citycard.store.staff import Staff, StaffSession
from citycard.web.database import db
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock, new_browser, sign_in

SignedIn = Callable[[str], CheckingClient]


def test_it_lets_amel_in_and_shows_her_work(client: CheckingClient) -> None:
    assert sign_in(client, "Amel") == 303
    assert client.page("/staff/").h1 == "Your work"


def test_it_says_the_same_for_a_wrong_password_an_unknown_name_and_a_wait(client: CheckingClient) -> None:
    def said(name: str, password: str) -> str:
        answer = client.send("/staff/sign-in", {"name": name, "password": password})
        assert answer.status_code == 403
        return read(answer).one("main").text

    wrong = said("Amel", "wrong")
    for _ in range(5):
        said("Amel", "wrong")

    assert said("Amel", PASSWORD) == wrong  # right, but she has to wait
    assert said("Nobody", PASSWORD) == wrong


def test_it_keeps_the_name_that_was_typed_and_never_sends_a_password_back(client: CheckingClient) -> None:
    page = read(client.send("/staff/sign-in", {"name": "Amel", "password": "wrong one"}))

    assert page.one("input", name="name").attributes["value"] == "Amel"
    assert "wrong one" not in str(page.elements)


def test_it_lets_her_in_again_when_the_wait_is_over(client: CheckingClient, clock: Clock) -> None:
    for _ in range(4):
        sign_in(client, "Amel", "wrong")
    assert sign_in(client, "Amel") == 403

    clock.pass_by(seconds=3)

    assert sign_in(client, "Amel") == 303


def attack(app: Flask, clock: Clock, *, hours: float) -> None:
    """Somebody who knows Amel's name types wrong passwords for hours, every 18 seconds, below every rate.

    The tries whose password would be looked at are the ones that count; the others only end in the same refusal, and
    are left out here: each hashes for nothing.
    """
    end = clock.now + timedelta(hours=hours)
    while clock.now < end:
        with app.app_context():
            amel = db.session.query(Staff).filter_by(name="Amel").one()
            if amel.blocked_until is None or amel.blocked_until <= clock.now:
                with pytest.raises(office.SignInRefused):
                    office.sign_in(db.session(), name="Amel", password="guess", now=clock.now, chance=os.urandom)
        clock.pass_by(seconds=18)


def test_whoever_knows_a_name_cannot_keep_its_owner_out(app: Flask, signed_in: SignedIn, clock: Clock) -> None:
    hers = signed_in("Amel")
    hers.send("/staff/sign-out", form="/staff/")

    attack(app, clock, hours=5)

    assert sign_in(new_browser(app), "Amel") == 403  # from elsewhere she has to wait: the attack is held up as before
    assert sign_in(hers, "Amel") == 303
    with app.app_context():
        amel = db.session.query(Staff).filter_by(name="Amel").one()
        assert amel.failures > office.FREE_FAILURES, "her coming and going gives the attacker no new tries"


def test_whoever_knows_a_name_cannot_keep_its_owners_screen_locked(
    app: Flask, signed_in: SignedIn, clock: Clock
) -> None:
    hers = signed_in("Amel")

    attack(app, clock, hours=0.5)

    assert hers.get("/staff/").location == "/staff/locked"
    assert hers.send("/staff/locked", {"password": PASSWORD}).status_code == 303
    assert hers.send("/staff/confirm", {"password": PASSWORD}).status_code == 303


def test_wrong_passwords_at_a_screen_are_counted_on_that_screen_alone(
    app: Flask, signed_in: SignedIn, clock: Clock
) -> None:
    hers, other = signed_in("Amel"), signed_in("Amel")
    hers.send("/staff/lock", form="/staff/")

    for _ in range(5):
        assert hers.send("/staff/locked", {"password": "wrong"}).status_code == 403

    assert hers.send("/staff/locked", {"password": PASSWORD}).status_code == 403, "she has to wait"
    assert other.send("/staff/confirm", {"password": PASSWORD}).status_code == 303
    with app.app_context():
        amel = db.session.query(Staff).filter_by(name="Amel").one()
        assert (amel.failures, amel.blocked_until) == (0, None)
    clock.pass_by(seconds=3)
    assert hers.send("/staff/locked", {"password": PASSWORD}).status_code == 303


def test_a_known_browser_is_slowed_down_by_itself(app: Flask, signed_in: SignedIn) -> None:
    hers = signed_in("Amel")
    hers.send("/staff/sign-out", form="/staff/")

    for _ in range(10):
        assert sign_in(hers, "Amel", "wrong") == 403

    with app.app_context():
        assert db.session.query(Staff).filter_by(name="Amel").one().failures == 0
    for _ in range(4):
        assert sign_in(hers, "Amel", "wrong") == 403
    assert sign_in(hers, "Amel") == 403, "by now it is a stranger's browser, and waits as one"


def test_a_known_browser_is_known_for_those_who_signed_in_there(app: Flask, signed_in: SignedIn) -> None:
    hers = signed_in("Amel")
    hers.send("/staff/sign-out", form="/staff/")

    for _ in range(4):
        assert sign_in(hers, "Bruno", "wrong") == 403

    assert sign_in(hers, "Bruno") == 403
    assert sign_in(hers, "Amel") == 303
    hers.send("/staff/sign-out", form="/staff/")
    assert sign_in(hers, "Bruno") == 403


def test_the_cookie_of_a_known_browser_opens_nothing_and_cannot_be_made_up(
    app: Flask, signed_in: SignedIn, clock: Clock
) -> None:
    hers = signed_in("Amel")
    cookie = hers.get_cookie("citycard-known-port-sable")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    stranger = new_browser(app)
    stranger.set_cookie("citycard-known-port-sable", cookie.value)
    assert stranger.get("/staff/").location == "/staff/sign-in"

    forger = new_browser(app)
    forger.set_cookie("citycard-known-port-sable", cookie.value[:-6] + "AAAAAA")
    attack(app, clock, hours=0.2)

    assert sign_in(forger, "Amel") == 403


def test_tries_during_the_wait_do_not_lengthen_it(app: Flask, client: CheckingClient, clock: Clock) -> None:
    for _ in range(10):
        sign_in(client, "Amel", "wrong")

    with app.app_context():
        amel = db.session.query(Staff).filter_by(name="Amel").one()
        assert amel.failures == 4
        assert amel.blocked_until == clock.now + timedelta(seconds=2)


def test_the_wait_doubles_and_never_exceeds_a_quarter_of_an_hour() -> None:
    waits = [office.wait_after(failures) for failures in (1, 3, 4, 5, 6, 1000)]

    assert waits == [timedelta(seconds=s) for s in (0, 0, 2, 4, 8, 900)]


def test_a_closed_account_cannot_sign_in(app: Flask, client: CheckingClient) -> None:
    with app.app_context():
        db.session.query(Staff).filter_by(name="Amel").one().active = False
        db.session.commit()

    assert sign_in(client, "Amel") == 403


def test_attempts_at_the_same_instant_do_not_all_count_as_the_first(app: Flask, clock: Clock) -> None:
    # Another process reads "no failures yet" before ours has written its failure down.
    with app.app_context(), db.engine.connect() as other:
        amel = db.session.query(Staff).filter_by(name="Amel").one()
        db.session.commit()
        assert amel.failures == 0
        db.session.rollback()
        other.execute(Staff.__table__.update().where(Staff.name == "Amel").values(failures=1))  # type: ignore[attr-defined]
        other.commit()

        with pytest.raises(office.SignInRefused):
            office.sign_in(db.session(), name="Amel", password="wrong", now=clock.now, chance=os.urandom)  # type: ignore[arg-type]
        assert db.session.get(Staff, amel.id).failures == 2  # type: ignore[union-attr]


def test_the_register_holds_a_digest_of_the_token_and_not_the_token(app: Flask, signed_in: SignedIn) -> None:
    browser = signed_in("Amel")
    cookie = browser.get_cookie("citycard-staff-port-sable")

    with app.app_context():
        row = db.session.query(StaffSession).one()
        assert cookie is not None
        assert cookie.value not in row.token_hash
        assert len(row.token_hash) == 64


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_it_refuses_to_set_a_password_that_is_too_short_or_too_long(password: str) -> None:
    with pytest.raises(office.WeakPassword):
        office.hash_password(password)


def test_a_password_of_ten_thousand_letters_is_refused_like_any_other(client: CheckingClient) -> None:
    assert sign_in(client, "Amel", "x" * 10_000) == 403


def test_one_address_that_keeps_guessing_is_slowed_down(app: Flask) -> None:
    answers = {sign_in(new_browser(app), f"guess-{number}", "wrong password") for number in range(22)}

    assert answers == {403, 429}


def test_it_goes_on_to_where_the_person_was_going(client: CheckingClient) -> None:
    assert client.get("/staff/confirm").status_code == 303

    answer = client.send("/staff/sign-in", {"name": "Amel", "password": PASSWORD})

    assert answer.location == "/staff/confirm"


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example/", "/\\evil.example", "/nowhere", "javascript:alert(1)"]
)
def test_it_never_goes_on_to_somebody_else(client: CheckingClient, place: str) -> None:
    with client.session_transaction() as cookie:
        cookie["go_on_to"] = place

    answer = client.send(f"/staff/sign-in?next={place}", {"name": "Amel", "password": PASSWORD}, form="/staff/sign-in")

    assert answer.location == "/staff/"
