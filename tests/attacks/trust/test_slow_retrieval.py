"""TUF: slow retrieval attack. A server answers so slowly that we never finish, and never notice.

The attacker holds the server, or the way to it. One clock runs for a file, from the connection to the last byte, and
one for all files of a synchronisation. The times are short here, and passed in (`hasty`).
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest

from citycard.core.errors import CitycardError
from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from tests.attacks.trust.conftest import Answer, Scene
from tests.partners.conftest import NOW
from tests.support.cities import INDEX

pytestmark = pytest.mark.usefixtures("hasty")

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "says nothing": (b"", b""),
    "the first line": (b"HTTP", b"/"),
    "headers": (OK, b"X-More: more\r\n"),
    "the body": (OK + b"Content-Length: 9999\r\n\r\n", b" "),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
    "what follows the last chunk": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-More: more\r\n"),
    "always: go on": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


def slowly(scene: Scene, how: str) -> Answer:
    """An answer of which each byte comes in time, and the whole never."""
    before, drop = SLOW[how]

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(before)
        for _ in range(100):  # long after anybody's patience, and not for ever: a test that cannot end cannot fail
            if scene.mirror.over.wait(0.02):
                return
            to.wfile.write(drop)

    return answer


@pytest.mark.parametrize("how", SLOW)
def test_slow_retrieval_of_a_signed_file(scene: Scene, how: str) -> None:
    """Each byte comes in time, the file never does."""
    scene.mirror.answers["/metadata/timestamp.json"] = slowly(scene, how)

    scene.nothing_believed("too-slow")
    scene.all_is_well()


def test_slow_retrieval_of_one_file_does_not_cost_the_others(scene: Scene) -> None:
    """The signed files never come; the list of ended cards does, and Ousmane's card is ended in it."""
    scene.mirror.answers["/metadata/timestamp.json"] = slowly(scene, "the body")
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)

    scene.nothing_believed("too-slow", verdict=Verdict.REVOKED, lists=False)


def test_slow_retrieval_of_a_list(scene: Scene) -> None:
    """The list never comes. The one held speaks on, and its age with it."""
    scene.mirror.answers["/status/1"] = slowly(scene, "the body")

    scene.nothing_believed("too-slow")


def test_slow_retrieval_at_the_ceremony(scene: Scene) -> None:
    """The first root never comes. Who proposed the city is told, and nothing is stored."""
    scene.mirror.answers["/metadata/1.root.json"] = slowly(scene, "the body")

    with pytest.raises(CitycardError) as refused:
        scene.propose()

    assert refused.value.code == "too-slow"
    assert scene.partner.statement == scene.held
