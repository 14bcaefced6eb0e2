"""Gzip bomb: a kilobyte that becomes a gigabyte where somebody unpacks it. We ask for no compression and unpack none.

The attacker holds the server; for the list of ended cards, whose format is compressed, also the city's status key.
"""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from citycard.core.status import MAX_LIST
from tests.attacks.trust.conftest import Answer, Scene, answering
from tests.partners.conftest import NOW

BOMB = gzip.compress(bytes(64 << 20), 9)
"""64 kB that become 64 MB."""

BOMBS: dict[str, tuple[Answer, str]] = {
    **{
        f"said to be {name}": (answering(200, BOMB, Content_Encoding=name), "compressed")
        for name in ("gzip", "x-gzip", "GZIP", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip")
    },
    "not said at all": (answering(200, BOMB[:16000]), "unreadable"),
    "as a transfer coding": (
        lambda to: to.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + BOMB[:16000]),
        "unreadable",
    ),
    "said in a second header": (
        lambda to: to.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\n\r\n" + BOMB[:16000]
        ),
        "unreadable",
    ),
}


@pytest.mark.parametrize("how", BOMBS)
def test_gzip_bomb_in_place_of_a_signed_file(scene: Scene, how: str) -> None:
    """Holds the server. What is packed is refused, or read as the bytes it is."""
    scene.mirror.answers["/metadata/timestamp.json"], code = BOMBS[how]

    scene.nothing_believed(code)


def test_gzip_bomb_inside_a_list_that_the_city_signed(scene: Scene) -> None:
    """Holds the status key, and packs 128 MB of nothing. Unpacking ends at the cap."""
    scene.publish_list(size=4 * (128 << 20), issued_at=NOW)
    assert (scene.town.folder / "status" / "1").stat().st_size < 1 << 18

    tracemalloc.start()
    try:
        scene.nothing_believed("list-zlib")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MAX_LIST


def test_gzip_bomb_is_really_one() -> None:
    """Or the tests above could not fail."""
    assert len(BOMB) < 1 << 17
    assert len(zlib.decompress(BOMB, 31)) == 64 << 20
