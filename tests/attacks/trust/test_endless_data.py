"""TUF: endless data attack. A server goes on and on, to fill a disk or a memory or to hold us for ever.

The attacker holds nothing but the way to us. Every file has its cap, whatever the answer says of its length, and
headers, chunks and roots are counted too.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest
from tuf.api.metadata import Metadata, Root

from citycard.core.status import MAX_LIST, MAX_TOKEN
from citycard.core.verdicts import Verdict
from citycard.partners.client import MAX_ONLINE, MAX_ROOTS, MAX_TARGETS
from citycard.partners.lists import MAX_OF_A_CITY
from citycard.partners.repository import RepositorySigners, rotate_keys
from citycard.partners.roots import MAX_ROOT
from citycard.partners.statement import MAX_LISTS
from citycard.store.partners import Partner
from tests.attacks.trust.conftest import Answer, Scene, answering, sign_chain
from tests.partners.conftest import NOW

ROLES = [
    ("/metadata/timestamp.json", MAX_ONLINE),
    ("/metadata/2.snapshot.json", MAX_ONLINE),
    ("/metadata/2.targets.json", MAX_TARGETS),
    ("/metadata/2.root.json", MAX_ROOT),
    ("/status/1", MAX_TOKEN),
]


def for_ever(before: bytes, again: bytes) -> Answer:
    """An answer without an end, or with one that nobody should wait for: `before`, then 32 MiB of `again`."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(before)
        for _ in range((32 << 20) // len(again)):
            to.wfile.write(again)

    return answer


OK = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "a body without a length": (for_ever(OK + b"\r\n", b" " * 65536), "endless-data"),
    "chunks": (
        for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b" " * 4096 + b"\r\n"),
        "endless-data",
    ),
    "one long chunk": (for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", b" " * 65536), "endless-data"),
    "the name of a chunk": (for_ever(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536), "bad-answer"),
    "headers": (for_ever(OK, b"X-More: more\r\n" * 999), "bad-answer"),
    "one header": (for_ever(OK + b"X-More: ", b"x" * 65536), "bad-answer"),
    "the first line": (for_ever(b"HTTP/1.1 200 ", b"x" * 65536), "bad-answer"),
    "a promise of a terabyte": (answering(200, b"", Content_Length=str(1 << 40)), "endless-data"),
    "a length beyond numbers": (answering(200, b" " * 99, Content_Length="9" * 4000), "endless-data"),
}


@pytest.mark.parametrize("how", ENDLESS)
def test_endless_data_from_a_server(scene: Scene, how: str) -> None:
    """Holds the server, and answers so when asked for the timestamp."""
    scene.mirror.answers["/metadata/timestamp.json"], code = ENDLESS[how]

    scene.nothing_believed(code)
    scene.all_is_well()


@pytest.mark.parametrize(("path", "cap"), ROLES)
def test_endless_data_ends_at_the_cap_of_each_file(scene: Scene, path: str, cap: int) -> None:
    """Holds the server. Each kind of file has a cap of its own, and one byte more is too much."""
    sent: list[int] = []

    def endless(to: BaseHTTPRequestHandler) -> None:
        to.wfile.write(OK + b"\r\n")
        for _ in range(1 << 15):
            sent.append(to.wfile.write(b" " * 4096))

    sign_chain(scene.town, 2, scene.town.signers, statement=scene.town.statement.to_json())
    scene.mirror.answers[path] = answering(200, b" " * (cap + 1))
    code = "too-large" if path == "/status/1" else "endless-data"
    scene.nothing_believed(code)
    scene.mirror.answers[path] = endless
    scene.nothing_believed(code)

    in_the_wires = 16 << 20  # what two sockets and a busy machine may hold between the server's writing and our closing
    assert sum(sent) < cap + in_the_wires


def test_endless_roots(scene: Scene) -> None:
    """Holds two root keys and makes a new root for every question: the walk ends, and the rest is asked for."""
    town = scene.town
    root = Metadata[Root].from_bytes(town.root)

    def next_root(version: int) -> Answer:
        root.signed.version = version
        root.signatures.clear()
        for signer in town.signers.root[:2]:
            root.sign(signer, append=True)
        return answering(200, root.to_bytes())

    for version in range(2, MAX_ROOTS + 9):
        scene.mirror.answers[f"/metadata/{version}.root.json"] = next_root(version)

    assert scene.fetch() is None
    asked = [path for path in scene.mirror.asked if path.endswith(".root.json")]
    assert f"/metadata/{MAX_ROOTS + 1}.root.json" in asked
    assert f"/metadata/{MAX_ROOTS + 2}.root.json" not in asked


def test_endless_data_in_what_two_root_keys_signed(scene: Scene) -> None:
    """Holds the safe: a root that is truly signed and larger than any root may be."""
    rotate_keys(scene.town.folder, signers=scene.town.signers, incoming=RepositorySigners(), now=NOW)
    scene.town.rewrite(
        "2.root.json",
        lambda signed: signed.unrecognized_fields.update({"x-fill": "x" * MAX_ROOT}),
        *scene.town.signers.root,
    )

    scene.nothing_believed("endless-data")


def test_endless_data_in_the_lists_of_one_city(scene: Scene) -> None:
    """The attacker is the city itself: many lists of nothing, small to fetch, that would fill the memory of our desks.

    All of a city's lists together have a cap too, however they come: first the last ones, then the others.
    """
    uris = tuple(f"{scene.city.url}/status/{number}" for number in range(1, 7))
    scene.town.publish(status_lists=uris)
    packed = {uri: scene.city.status_list(uri=uri, size=4 * MAX_LIST, issued_at=NOW) for uri in uris[1:]}
    assert sum(map(len, packed.values())) < 1 << 17
    served = []
    for some in (uris[4:], uris[1:4]):
        for uri in uris[1:]:
            path = f"/status/{uri.rpartition('/')[2]}"
            scene.mirror.answers[path] = answering(200, packed[uri]) if uri in some else answering(404)
        served.append(scene.fetch())
    assert served == ["not-found", "list-large"]

    assert scene.verdict() is Verdict.OK
    with scene.port_sable.session() as session:
        lists = scene.port_sable.checker.trusted(session, now=scene.port_sable.now).lists
    assert sum(len(each.statuses) for each in lists.values() if each.issuer == scene.city.url) <= MAX_OF_A_CITY


def test_endless_data_in_lists_that_come_and_go(scene: Scene) -> None:
    """The attacker is the city itself: names other lists at every turn. What is named no more is not kept for ever."""
    first = scene.town.statement.status_lists
    for turn in range(3):
        uris = tuple(f"{scene.city.url}/turn/{turn}/{number}" for number in range(MAX_LISTS - 1))
        for uri in uris:
            token = scene.city.status_list(uri=uri, size=8, issued_at=NOW)
            scene.mirror.answers[uri.removeprefix(scene.city.url)] = answering(200, token)
        scene.town.publish(status_lists=(*first, *uris))
        assert scene.fetch() is None

    with scene.port_sable.session() as session:
        held = {row.uri for row in session.get_one(Partner, 1).lists}
    assert held >= set(scene.town.statement.status_lists)
    assert len(held) <= 2 * MAX_LISTS
    assert scene.verdict() is Verdict.OK
