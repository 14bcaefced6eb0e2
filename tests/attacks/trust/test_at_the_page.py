"""What the officials of Port-Sable see of an attack: a sentence in their language, and never the attacker's words.

The tests around this one ask that each attack ends with a code for which the pages have a sentence. Here the pages
themselves are opened: one attack of each family, asked for with the button on the city's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from citycard.slips.letter import CITIES
from citycard.store.staff import Staff
from citycard.web.app import create_app
from citycard.web.database import db
from citycard.web.partners import sentences
from tests.attacks.trust.conftest import Scene, answering, sign_chain
from tests.attacks.trust.test_arbitrary import THIEFS_KEY
from tests.partners.conftest import NOW, new_signers
from tests.support.reading import CheckingClient, read
from tests.web.conftest import new_browser, password_hash, sign_in  # noqa: F401

PAGE = "/partners/1"
CATCH_ALL = "This was not possible"


@pytest.fixture
def app(scene: Scene, password_hash: str) -> Iterator[Flask]:  # noqa: F811
    """The application of the office in the scene; everybody has the same password."""
    made = create_app(scene.port_sable.office)
    made.testing = True
    made.test_client_class = CheckingClient
    made.config["CLOCK"] = lambda: scene.port_sable.now
    with scene.port_sable.session() as session:
        session.execute(update(Staff).values(password_hash=password_hash))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def dario(app: Flask) -> CheckingClient:
    """The browser of the key custodian."""
    browser = new_browser(app)
    assert sign_in(browser, "Dario") == 303
    return browser


def forged(scene: Scene) -> None:
    statement = replace(scene.town.statement, keys=(THIEFS_KEY,))
    sign_chain(scene.town, 2, new_signers(), statement=statement.to_json())


def endless(scene: Scene) -> None:
    scene.mirror.answers["/metadata/timestamp.json"] = answering(200, Content_Length="9" * 15)


def refusing(scene: Scene) -> None:
    scene.mirror.answers["*"] = answering(500, b"<h1>secret of the inner network</h1>")


def pointing_inside(scene: Scene) -> None:
    scene.mirror.answers["*"] = answering(302, Location="http://169.254.169.254/")


def dated_ahead(scene: Scene) -> None:
    scene.publish_list(issued_at=NOW + timedelta(days=730))


ATTACKS = {
    dated_ahead: "The city's list of ended cards is not good.",
    forged: "Something is not signed by the keys that were compared.",
    endless: "A file of the city is larger than it can be.",
    refusing: "The city's server answers, but not with what we asked for.",
    pointing_inside: "The city's server points to another address.",
}


def test_each_attack_is_said_in_a_sentence_and_in_nobody_elses_words(scene: Scene, dario: CheckingClient) -> None:
    """The button answers with the sentence, the page keeps it, and the attacker's server is not quoted."""
    for attack, sentence in ATTACKS.items():
        attack(scene)
        scene.port_sable.clock.pass_by(minutes=1)
        shown = dario.page(dario.send(f"{PAGE}/sync", form=PAGE).location).text

        assert sentence in shown
        assert sentence in dario.page(PAGE).text
        assert "secret" not in shown
        assert CATCH_ALL not in shown
        scene.mirror.answers.clear()
        (scene.town.folder / "status" / "1").write_bytes(scene.held_list)


def test_no_other_page_says_these_codes_in_its_own_way(app: Flask) -> None:
    """A code has one sentence: another page's "type it again by hand" would be of no help about a city's statement."""
    for codes, title, _advice in sentences._TABLE:
        for code in codes.split():
            said = sentences.sentence_of(code)
            assert said is not None
            assert said.title is title, code


def test_a_statement_full_of_markup_is_shown_as_text(scene: Scene, dario: CheckingClient) -> None:
    """Holds every key but the root's, and writes a page into every text of the statement."""
    markup = "<script src=//evil.example></script>\"'><img src=x onerror=alert(1)>"
    scene.town.publish(names={"fr": markup, "en": markup}, contact=markup, retention={"en": markup})
    assert scene.fetch() is None

    for address in (PAGE, f"{PAGE}/suspend", "/partners/", f"/{CITIES}"):
        answer = dario.get(address)
        assert answer.status_code == 200
        assert b"<script src=//evil" not in answer.data
        assert b"<img src=x" not in answer.data
        assert "evil.example" in read(answer).text


def test_a_homoglyph_name_taken_after_the_ceremony_is_pointed_out(scene: Scene, dario: CheckingClient) -> None:
    """A recognised city takes our name overnight. Nobody was asked: the page says it, for as long as it is so."""
    assert "Look carefully" not in dario.page(PAGE).text
    scene.town.publish(names={"fr": "Pοrt-Sable", "en": "Port-Sable"})

    shown = dario.page(dario.send(f"{PAGE}/sync", form=PAGE).location).text

    assert "The name looks the same as the name of our own city." in shown
    assert "mixes letters of two alphabets" in shown
