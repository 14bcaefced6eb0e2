"""Sessions: they lock, they open where they were, they really end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, redirect, request
from sqlalchemy import select

from citycard.settings import Office
from citycard.store.staff import Role, Staff, StaffSession
from citycard.web.access import check_every_route, confirmed, open_to
from citycard.web.app import create_app
from citycard.web.database import WroteWhileReading, db
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock, new_browser, open_office, sign_in

SignedIn = Callable[[str], CheckingClient]


def test_the_screen_locks_after_ten_minutes_and_opens_where_it_was(signed_in: SignedIn, clock: Clock) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=10)

    assert amel.get("/staff/confirm").location == "/staff/locked"
    answer = amel.send("/staff/locked", {"password": PASSWORD})

    assert answer.location == "/staff/confirm"
    assert amel.get("/staff/confirm").status_code == 200


def test_the_screen_stays_open_while_somebody_works(signed_in: SignedIn, clock: Clock) -> None:
    amel = signed_in("Amel")
    for _ in range(5):
        clock.pass_by(minutes=8)
        assert amel.get("/staff/").status_code == 200


def test_a_wrong_password_leaves_the_screen_locked(signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    amel.send("/staff/lock", form="/staff/")

    assert amel.send("/staff/locked", {"password": "wrong"}).status_code == 403
    assert amel.get("/staff/").location == "/staff/locked"


def test_a_locked_screen_shows_no_work(signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    amel.send("/staff/lock", form="/staff/")

    page = amel.page("/staff/locked")

    assert page.h1 == "Screen locked"
    assert page.all("nav") == []


def test_a_picture_asked_for_by_a_locked_screen_is_not_where_it_opens_again(signed_in: SignedIn, clock: Clock) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=11)
    amel.get("/staff/confirm")

    assert amel.get("/staff/", headers={"Sec-Fetch-Dest": "image"}).status_code == 403
    assert amel.send("/staff/locked", {"password": PASSWORD}).location == "/staff/confirm"


def test_no_session_outlives_a_working_day(signed_in: SignedIn, clock: Clock) -> None:
    amel = signed_in("Amel")
    for _ in range(13 * 8):
        clock.pass_by(minutes=7)
        if amel.get("/staff/").status_code != 200:
            break

    assert amel.get("/staff/").location == "/staff/sign-in"


def test_signing_out_really_ends_the_session(app: Flask, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    stolen = amel.get_cookie("citycard-staff-port-sable")
    assert stolen is not None
    amel.send("/staff/sign-out", form="/staff/")

    thief = new_browser(app)
    thief.set_cookie("citycard-staff-port-sable", stolen.value)

    assert thief.get("/staff/").location == "/staff/sign-in"
    with app.app_context():
        assert db.session.scalars(select(StaffSession)).all() == []


def test_unlocking_gives_a_new_token_and_the_old_one_is_worth_nothing(app: Flask, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    old = amel.get_cookie("citycard-staff-port-sable")
    amel.send("/staff/lock", form="/staff/")
    amel.send("/staff/locked", {"password": PASSWORD})
    new = amel.get_cookie("citycard-staff-port-sable")

    assert old is not None
    assert new is not None
    assert old.value != new.value
    thief = new_browser(app)
    thief.set_cookie("citycard-staff-port-sable", old.value)
    assert thief.get("/staff/").location == "/staff/sign-in"


def test_a_closed_account_loses_its_sessions_at_once(app: Flask, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    with app.app_context():
        db.session.query(Staff).filter_by(name="Amel").one().active = False
        db.session.commit()

    assert amel.get("/staff/").location == "/staff/sign-in"


def test_a_token_that_somebody_put_into_the_browser_is_not_taken_over(client: CheckingClient) -> None:
    client.set_cookie("citycard-staff-port-sable", "chosen-by-somebody-else")
    sign_in(client, "Amel")
    cookie = client.get_cookie("citycard-staff-port-sable")

    assert cookie is not None
    assert cookie.value != "chosen-by-somebody-else"


def test_over_https_the_cookies_are_of_this_host_alone(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("real") / "office"
    app = create_app(open_office(folder, "https://cards.port-sable.fr"))
    app.test_client_class = CheckingClient

    answer = app.test_client().get("/staff/sign-in", base_url="https://cards.port-sable.fr")

    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-citycard-form=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def desk(app: Flask) -> dict[str, str]:
    """A page of a test: it keeps what was typed when the screen locks, and asks for the password before it acts."""
    kept: dict[str, str] = {}

    def keep(by: Staff) -> str:
        kept[by.name] = request.form["typed"]
        return "/typing?kept=yes"

    @app.route("/typing", methods=["GET", "POST"])
    @confirmed
    @open_to(Role.CLERK, keep_typed=keep)
    def typing(by: Staff) -> object:
        if request.method == "POST":
            kept["done"] = request.form["typed"]
            return redirect("/staff/", 303)
        return "typing", 200, {"Content-Type": "text/plain"}

    @app.get("/writing")
    @open_to(Role.CLERK)
    def writing(by: Staff) -> str:
        by.language = "ar"
        db.session.flush()
        return "written"

    check_every_route(app)
    return kept


def test_what_was_typed_on_a_screen_that_locked_is_kept(
    desk: dict[str, str], signed_in: SignedIn, clock: Clock
) -> None:
    amel = signed_in("Amel")
    token = amel.page("/staff/").token()
    clock.pass_by(minutes=12)

    answer = amel.post("/typing", data={"csrf_token": token, "typed": "half a name"})

    assert answer.location == "/staff/locked"
    assert desk == {"Amel": "half a name"}
    assert amel.send("/staff/locked", {"password": PASSWORD}).location == "/typing?kept=yes"


def test_the_lock_button_of_a_form_keeps_what_was_typed(desk: dict[str, str], signed_in: SignedIn) -> None:
    amel = signed_in("Amel")

    amel.send("/typing", {"typed": "half a name", "lock": "now"}, form="/staff/")

    assert desk == {"Amel": "half a name"}
    assert amel.get("/staff/").location == "/staff/locked"


def test_nothing_is_kept_for_somebody_who_may_not_open_the_page(desk: dict[str, str], signed_in: SignedIn) -> None:
    esra = signed_in("Esra")

    esra.send("/typing", {"typed": "something", "lock": "now"}, form="/staff/")

    assert desk == {}


def test_an_act_that_cannot_be_undone_asks_for_the_password_and_comes_back(
    desk: dict[str, str], signed_in: SignedIn, clock: Clock
) -> None:
    amel = signed_in("Amel")
    token = amel.page("/staff/").token()
    clock.pass_by(minutes=8)
    amel.get("/staff/")
    clock.pass_by(minutes=8)

    answer = amel.post("/typing", data={"csrf_token": token, "typed": "end the card"})

    assert answer.location == "/staff/confirm"
    assert desk == {}
    assert "press the button again" in amel.page("/staff/confirm").text
    assert amel.send("/staff/confirm", {"password": PASSWORD}).location == "/typing"
    amel.post("/typing", data={"csrf_token": token, "typed": "end the card"})
    assert desk == {"done": "end the card"}


def test_a_page_that_only_reads_cannot_write(desk: dict[str, str], signed_in: SignedIn) -> None:
    with pytest.raises(WroteWhileReading):
        signed_in("Amel").get("/writing")


def test_the_page_after_signing_out_says_so(signed_in: SignedIn) -> None:
    answer = signed_in("Amel").send("/staff/sign-out", form="/staff/", follow_redirects=True)

    assert "You are signed out." in read(answer).text
