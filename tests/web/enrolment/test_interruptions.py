"""The screen locks, a colleague is faster, somebody wants more than she may: nothing is lost, nothing slips through."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from citycard.operations import enrol
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock
from tests.web.enrolment.conftest import PAPERS, Counter, approves, on_both, picture, sentences

SignedIn = Callable[[str], CheckingClient]


@on_both
def test_what_was_typed_on_a_locked_screen_is_there_after_unlocking(amel: Counter, clock: Clock) -> None:
    amel.opens()
    page = amel.browser.page(amel.at("identity"))
    clock.pass_by(minutes=11)
    typed = {**amel.answers, "csrf_token": page.token(), "gender_words": "mujer", "day": "31", "month": "2"}

    assert amel.browser.post(amel.at("identity"), data=typed).location == "/staff/locked"
    back = amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert back.location == amel.at("identity")
    shown = amel.browser.page(amel.at("identity"))
    assert "before the screen locked" in shown.text
    assert shown.one("input", name="full_name").attributes["value"] == amel.answers["full_name"]
    assert shown.one("input", name="day").attributes["value"] == "31"
    assert shown.one("input", name="gender_words").attributes["value"] == "mujer"
    assert amel.file().full_name == "", "it is kept, not saved"


def test_the_lock_button_keeps_what_was_typed_on_the_card_screen(amel: Counter) -> None:
    amel.opens()

    assert amel.types("card", portrait_in_code="no", lock="now").location == "/staff/locked"
    amel.browser.send("/staff/locked", {"password": PASSWORD})

    chosen = amel.browser.page(amel.at("card")).one("input", name="portrait_in_code", value="no")
    assert "checked" in chosen.attributes


def test_a_picture_that_was_chosen_but_not_sent_survives_the_lock(amel: Counter) -> None:
    amel.opens()

    amel.types(portrait=picture(), lock="now")
    amel.browser.send("/staff/locked", {"password": PASSWORD})

    shown = amel.browser.page(amel.at("identity"))
    assert [image.attributes["src"] for image in shown.all("img", width="150")] == [amel.at("portrait/kept")]
    assert amel.browser.get(amel.at("portrait/kept")).mimetype == "image/jpeg"
    assert amel.types(kept_picture="yes").location == amel.at("evidence")
    assert amel.file().portrait
    assert not amel.file().kept_portrait


def test_a_locked_screen_changes_nothing_but_what_is_kept_beside(amel: Counter, clock: Clock, app: Flask) -> None:
    amel.enrols()
    before, row = amel.file(), amel.row_now()
    page = amel.browser.page(amel.at("identity"))
    clock.pass_by(minutes=11)
    another = {**amel.answers, "csrf_token": page.token(), "full_name": "Somebody Else", "do": "picture"}
    sent = {**another, "picture": (io.BytesIO(picture(600, 800)), "portrait.jpg")}

    assert amel.browser.post(amel.at("identity"), data=sent).location == "/staff/locked"

    after = amel.file()
    assert amel.row_now() == row
    assert after.kept_portrait
    assert after.typed["identity"]["full_name"] == "Somebody Else"
    assert after.changed(typed=before.typed, kept_portrait=b"", kept_portrait_small=b"") == before


@pytest.mark.parametrize("steps", [("submit",), ("submit", "approve"), ("submit", "approve", "issue", "print")])
def test_a_locked_screen_writes_nothing_into_what_is_submitted(
    amel: Counter, bruno: CheckingClient, clock: Clock, steps: tuple[str, ...]
) -> None:
    amel.enrols()
    token = amel.browser.page("/enrolments/").token()
    for step in steps:
        if step == "submit":
            amel.submits()
        elif step == "approve":
            approves(bruno, amel)
        else:
            amel.presses(step)
    before, row = amel.file(), amel.row_now()
    clock.pass_by(minutes=11)

    for screen in ("identity", "evidence", "card"):
        sent = {**amel.answers, "csrf_token": token, "picture": (io.BytesIO(picture(600, 800)), "portrait.jpg")}
        assert amel.browser.post(amel.at(screen), data=sent).location == "/staff/locked"

    assert amel.row_now() == row
    assert amel.file() == before


@pytest.mark.parametrize("act", ["print-failed", "abandon"])
def test_ending_an_issued_card_asks_for_the_password_again(
    amel: Counter, bruno: CheckingClient, clock: Clock, act: str
) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    work_on(amel, clock)

    assert amel.presses(act).location == "/staff/confirm"
    assert amel.row_state() == "issued"
    back = amel.browser.send("/staff/confirm", {"password": PASSWORD})
    assert back.location == amel.at(act)
    assert amel.presses(act).location != "/staff/confirm"
    assert "issued" not in [line for line in (amel.row_now() or {}).values() if line]


def test_a_draft_is_abandoned_without_the_password(amel: Counter, clock: Clock) -> None:
    amel.opens()
    work_on(amel, clock)

    assert amel.browser.send(amel.at("abandon")).location == "/enrolments/"


def test_approving_asks_for_the_password_again_and_sending_back_does_not(
    amel: Counter, bruno: CheckingClient, clock: Clock
) -> None:
    amel.enrols()
    amel.submits()
    for _ in range(2):
        clock.pass_by(minutes=8)
        bruno.page("/enrolments/")

    assert approves(bruno, amel).location == "/staff/confirm"
    assert amel.row_state() == "awaiting_approval"
    assert bruno.send(amel.at("approve"), {"do": "back"}).location == "/enrolments/"


def test_a_supervisor_sees_a_portrait_only_while_there_is_something_to_decide(
    amel: Counter, bruno: CheckingClient
) -> None:
    def seen() -> set[int]:
        return {bruno.get(amel.at(f"portrait/{which}")).status_code for which in ("card", "code")}

    amel.enrols()
    assert seen() == {404}
    amel.submits()
    assert seen() == {200}
    approves(bruno, amel)
    assert seen() == {200}
    amel.presses("issue")
    assert seen() == {404}
    assert amel.browser.get(amel.at("portrait/card")).status_code == 200


def test_the_ticks_of_the_evidence_are_made_again_after_a_lock(amel: Counter) -> None:
    amel.opens()
    amel.types("evidence", **PAPERS, lock="now")
    amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert amel.file().typed == {}
    boxes = amel.browser.page(amel.at("evidence")).all("input", type="checkbox")
    assert not any("checked" in box.attributes for box in boxes)


def test_what_was_kept_goes_when_the_screen_is_saved(amel: Counter) -> None:
    amel.opens()
    amel.types(lock="now")
    amel.browser.send("/staff/locked", {"password": PASSWORD})

    amel.types(portrait=picture())

    assert amel.file().typed == {}


def test_putting_on_hold_keeps_what_was_typed(amel: Counter) -> None:
    amel.opens()

    assert amel.types(do="hold", full_name="half a na").location == "/enrolments/"
    assert "On hold" in amel.browser.page("/enrolments/").text
    amel.browser.send(f"/enrolments/{amel.ticket}/resume", form="/enrolments/")

    assert amel.browser.page(amel.at("identity")).one("input", name="full_name").attributes["value"] == "half a na"


def test_sending_the_picture_ahead_keeps_what_was_typed(amel: Counter) -> None:
    amel.opens()

    assert amel.types(portrait=picture(), do="picture", full_name="half a na").location == amel.at("identity#portrait")

    page = amel.browser.page(amel.at("identity"))
    assert page.one("input", name="full_name").attributes["value"] == "half a na"
    assert amel.file().portrait


def test_another_language_keeps_what_was_typed(amel: Counter) -> None:
    amel.opens()

    page = read(amel.types(lang="ar", full_name="half a na"))

    assert page.one("html").attributes["dir"] == "rtl"
    assert page.one("input", name="full_name").attributes["value"] == "half a na"


@on_both
def test_a_colleague_on_the_same_screen_is_not_overwritten_unseen(amel: Counter, signed_in: SignedIn) -> None:
    amel.enrols()
    colleague = Counter(amel.app, signed_in("Amel"), amel.ticket)
    page = amel.browser.page(amel.at("identity"))
    seen = page.one("input", name="seen").attributes["value"]
    colleague.types(full_name="Noémie Lund")

    mine = amel.types(full_name="Noémie Kassar", seen=seen)

    assert mine.status_code == 409
    assert "Somebody else changed this screen" in sentences(mine)
    assert amel.file().full_name == "Noémie Lund"
    assert read(mine).one("input", name="full_name").attributes["value"] == "Noémie Kassar"


@pytest.mark.postgres
@pytest.mark.parametrize("register", ["postgres"], indirect=True)
def test_two_saves_at_the_same_instant_are_one(amel: Counter, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    amel.opens()
    real = enrol.store

    def overtaken(session: object, desk: object, enrolment: Enrolment, file: object) -> None:
        with db.engine.begin() as other:
            other.execute(update(Enrolment).values(version=Enrolment.version + 1))
        real(session, desk, enrolment, file)  # type: ignore[arg-type]

    monkeypatch.setattr(enrol, "store", overtaken)

    answer = amel.types("evidence", **PAPERS)

    assert answer.status_code == 409
    assert "at the same moment" in sentences(answer)


def test_whoever_enrolled_is_not_asked_to_approve_and_may_not(amel: Counter, both_roles: None) -> None:
    amel.enrols()
    amel.submits()

    page = amel.browser.page(amel.at("approve"))
    assert "a colleague approves" in page.text
    assert [button.text for button in page.all("button")].count("Approve") == 0
    answer = approves(amel.browser, amel)

    assert answer.status_code == 403
    assert "a colleague approves" in sentences(answer)
    assert amel.row_state() == "awaiting_approval"


def test_an_approval_is_for_what_the_page_showed(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    page = bruno.page(amel.at("approve"))
    shown = page.one("input", name="seen").attributes["value"]
    amel.types(full_name="Somebody Else")
    amel.submits()

    answer = bruno.post(amel.at("approve"), data={"csrf_token": page.token(), "seen": shown})

    assert answer.status_code == 409
    assert "changed while you were reading" in sentences(answer)


def test_a_change_after_the_approval_voids_it(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)

    amel.types(full_name="Noémie Lund")

    assert amel.row_state() == "draft"
    assert amel.browser.send(amel.at("issue"), form="/enrolments/").status_code == 409


def test_a_supervisor_sends_back(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()

    assert bruno.send(amel.at("approve"), {"do": "back"}).location == "/enrolments/"

    assert amel.row_state() == "draft"
    assert "Kassar" not in bruno.page(amel.at("approve")).text, "a draft is its clerk's"


def test_issuing_asks_for_the_password_again(amel: Counter, bruno: CheckingClient, clock: Clock) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    for _ in range(2):
        clock.pass_by(minutes=8)
        amel.browser.page("/enrolments/")

    assert amel.presses("issue").location == "/staff/confirm"
    assert amel.browser.send("/staff/confirm", {"password": PASSWORD}).location == amel.at("finish")
    assert amel.presses("issue").location == amel.at("finish")
    assert amel.row_state() == "issued"


def test_an_issued_card_cannot_be_changed(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    for screen in ("identity", "evidence", "card"):
        assert amel.browser.get(amel.at(screen)).status_code == 303
        assert amel.browser.post(amel.at(screen), data=csrf(amel)).location == f"/enrolments/{amel.ticket}/"


@pytest.mark.parametrize("name", ["Library", "Chloe", "Dario", "Esra"])
def test_nobody_else_opens_an_enrolment(amel: Counter, signed_in: SignedIn, name: str) -> None:
    amel.enrols()
    browser = signed_in(name)

    for page in ("identity", "check", "approve", "finish", "portrait/card", "abandon", "read"):
        assert browser.get(amel.at(page)).status_code == 403
    assert browser.get("/enrolments/").status_code == 403


def work_on(counter: Counter, clock: Clock) -> None:
    """Let a quarter of an hour pass in which the screen does not lock."""
    for _ in range(2):
        clock.pass_by(minutes=8)
        counter.browser.page("/enrolments/")


def csrf(counter: Counter) -> dict[str, str]:
    """The token of one of our pages."""
    return {"csrf_token": counter.browser.page("/enrolments/").token()}
