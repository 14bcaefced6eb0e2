"""TUF: malicious mirrors preventing updates. A mirror refuses, so that we never hear of a theft or an end.

The attacker holds the mirror. What is held stays in use and grows old in plain view; a stick is as good as a mirror.
"""

from __future__ import annotations

import shutil
import socket
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import update

from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from citycard.store.partners import Partner
from tests.attacks.trust.conftest import Answer, Scene, answering
from tests.partners.conftest import NOW
from tests.support.cities import INDEX


def hang_up(to: BaseHTTPRequestHandler) -> None:
    """Say nothing and close."""


def half_of_it(to: BaseHTTPRequestHandler) -> None:
    """Promise more than comes."""
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")


REFUSING: dict[str, tuple[Answer, str]] = {
    "not for you": (answering(403), "not-found"),
    "no such file": (answering(404), "not-found"),
    "gone": (answering(410), "not-found"),
    "sign in": (answering(401), "bad-answer"),
    "too many questions": (answering(429), "bad-answer"),
    "broken": (answering(500, b"secret of the inner network"), "bad-answer"),
    "you have it already": (answering(304), "redirected"),
    "nothing": (answering(204), "bad-answer"),
    "a part": (answering(206, b"{}"), "bad-answer"),
    "a page for people": (answering(200, b"<!doctype html><title>Portal</title>"), "unreadable"),
    "an empty file": (answering(200), "unreadable"),
    "hangs up": (hang_up, "unreachable"),
    "half of it": (half_of_it, "cut-short"),
    "another protocol": (lambda to: to.wfile.write(b"220 mail.rivemont.example ESMTP\r\n"), "bad-answer"),
}


@pytest.mark.parametrize("how", REFUSING)
def test_a_mirror_refusing_everything(scene: Scene, how: str) -> None:
    """Each way of saying no has its code, and none costs a resident of Rivemont anything today."""
    scene.mirror.answers["/metadata/timestamp.json"], code = REFUSING[how]

    scene.nothing_believed(code)
    scene.all_is_well()


def test_a_mirror_refusing_the_list_alone(scene: Scene) -> None:
    """The statement is up to date, the list never is: the failure is said, not covered by the success."""
    scene.mirror.answers["/status/1"] = answering(404)

    scene.nothing_believed("not-found")


def test_a_mirror_refusing_the_statement_alone(scene: Scene) -> None:
    """The list is fetched all the same, with the keys that are held."""
    scene.mirror.answers["/metadata/timestamp.json"] = answering(500)
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)

    scene.nothing_believed("bad-answer", verdict=Verdict.REVOKED, lists=False)


def test_a_mirror_that_is_not_there(scene: Scene) -> None:
    """Nobody answers: at the address that it had nobody listens any more."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # kept, or another test's server might be given it
        with scene.port_sable.session() as session:
            session.execute(update(Partner).values(source=f"http://127.0.0.1:{nobody.getsockname()[1]}"))

        scene.nothing_believed("unreachable")


def test_a_mirror_refusing_is_passed_by_with_a_stick(scene: Scene) -> None:
    """The same signed files in a folder are as good: nothing in our trust hangs on where they come from."""
    scene.mirror.answers["*"] = answering(503)
    assert scene.fetch() == "bad-answer"
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    stick = shutil.copytree(scene.town.folder, scene.town.folder.with_name("stick"))
    with scene.port_sable.session() as session:
        session.execute(update(Partner).values(source=str(stick)))

    assert scene.fetch() is None
    assert scene.verdict() is Verdict.REVOKED


@pytest.mark.parametrize(
    "etag", ['"' + "x" * 60_000 + '"', '"a\tb"', '"\x00"', '"é"'], ids=["long", "tab", "zero", "é"]
)
def test_a_mirror_whose_name_for_a_file_cannot_be_kept(scene: Scene, etag: str) -> None:
    """An ETag is the mirror's to choose. One that no register keeps is left out, and the list is kept all the same."""
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    signed = (scene.town.folder / "status" / "1").read_bytes()
    scene.mirror.answers["/status/1"] = lambda to: to.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: %s\r\n\r\n" % (len(signed), etag.encode("latin-1")) + signed
    )

    assert scene.fetch() is None
    assert scene.verdict() is Verdict.REVOKED
    with scene.port_sable.session() as session:
        assert [row.etag for row in session.get_one(Partner, 1).lists] == [None]
