"""DNS rebinding: a name that leads to a public server when it is checked, and into our network when it is used.

The attacker holds the name: the resolver of these tests is theirs, and answers what they like, each time anew. The
system's own resolver is watched, so that a second look-up behind our back would be seen.
"""

from __future__ import annotations

import socket
from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest

from citycard.operations import recognise
from citycard.partners.fetcher import HttpFetcher
from citycard.partners.sources import FetchRefused
from citycard.store.partners import Partner
from tests.attacks.trust.conftest import Scene

PUBLIC = "193.0.6.139"
INSIDE = [
    "127.0.0.1", "10.0.0.7", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "168.63.129.16",
    "0.0.0.0", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "2002:a00:1::", "2001:0:7f00:1::", "fe80::1", "fe80::1%1", "fd00:ec2::254", "ff02::1",
    "2a00:1450::1%eth0", "127.1", "0x7f.0.0.1", "2130706433", "", "localhost", "127.0.0.1 ", "１２７.0.0.1",
]  # fmt: skip
"""What a resolver may say, spellings included that no resolver of ours would."""


class Resolver:
    """The attacker's: gives one answer after the other, then the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections were opened to; none is."""
    opened: list[str] = []

    def refuse(address: tuple[str, int], *_arguments: Any, **_options: Any) -> Any:
        opened.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    return opened


def test_dns_rebinding_between_check_and_connection(connections: list[str]) -> None:
    """The first answer is public, every later one is this machine: the connection goes where the check looked."""
    resolver = Resolver([PUBLIC], ["127.0.0.1"])
    source = HttpFetcher("https://rivemont.fr", resolve=resolver)

    for _ in range(5):  # as many files of one synchronisation
        with pytest.raises(FetchRefused):
            source.get("/metadata/timestamp.json", cap=9)

    assert resolver.asked == ["rivemont.fr"]
    assert connections == [PUBLIC] * 5


@pytest.mark.parametrize("address", INSIDE, ids=ascii)
@pytest.mark.parametrize("beside", [[], [PUBLIC]], ids=["alone", "after a public one"])
def test_dns_rebinding_to_an_address_inside(connections: list[str], address: str, beside: list[str]) -> None:
    """The name leads inside, in whatever spelling, alone or behind a public address. Nothing is connected to."""
    source = HttpFetcher("https://rivemont.fr", resolve=Resolver([*beside, address]))

    with pytest.raises(FetchRefused) as refused:
        source.get("/metadata/timestamp.json", cap=9)

    assert refused.value.code == "address-not-allowed"
    assert connections == []


def test_dns_rebinding_by_a_thousand_addresses(connections: list[str]) -> None:
    """One of very many leads inside; and of those that do not, only a few are tried."""
    public = [f"193.0.{number // 256}.{number % 256}" for number in range(1000)]
    for answer, code in (([*public, "10.0.0.1"], "address-not-allowed"), (public, "unreachable")):
        with pytest.raises(FetchRefused) as refused:
            HttpFetcher("https://rivemont.fr", resolve=Resolver(answer)).get("/a", cap=9)
        assert refused.value.code == code

    assert connections == public[:4]


def test_dns_rebinding_behind_our_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing below us looks the name up again: the system's resolver is only ever shown addresses.

    A real synchronisation with a real server, whose name the attacker's resolver gives.
    """
    shown: list[str] = []
    real = socket.getaddrinfo

    def watched(host: Any, *arguments: Any, **options: Any) -> Any:
        shown.append(host)
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    resolver = Resolver(["127.0.0.1"])
    monkeypatch.setattr(recognise, "HttpFetcher", partial(HttpFetcher, resolve=resolver))
    move_to_a_name(scene)

    assert scene.fetch() is None
    assert set(resolver.asked) == {"localhost"}
    assert shown
    assert all(ip_address(host) for host in shown)


def test_dns_rebinding_between_two_synchronisations(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Yesterday the name was good; today it leads to another machine. Each synchronisation asks and checks anew."""
    resolver = Resolver(["127.0.0.1"], ["127.0.0.1"], ["10.0.0.7"])
    monkeypatch.setattr(recognise, "HttpFetcher", partial(HttpFetcher, resolve=resolver))
    move_to_a_name(scene)
    assert scene.fetch() is None

    scene.nothing_believed("address-not-allowed")


def test_dns_rebinding_between_statement_and_lists(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lists have a fetcher of their own, which looks the name up for itself: and checks for itself."""
    resolver = Resolver(["127.0.0.1"], ["192.168.1.1"])
    monkeypatch.setattr(recognise, "HttpFetcher", partial(HttpFetcher, resolve=resolver))
    move_to_a_name(scene)

    scene.nothing_believed("address-not-allowed")
    assert len(resolver.asked) == 2


def test_dns_rebinding_by_a_resolver_that_fails(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer, or none at all, is no way in either."""

    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror("secret of the inner network")

    for resolve in (fails, Resolver([])):
        monkeypatch.setattr(recognise, "HttpFetcher", partial(HttpFetcher, resolve=resolve))
        move_to_a_name(scene)
        scene.nothing_believed("unreachable")


def move_to_a_name(scene: Scene) -> None:
    """Rivemont's source is a name, which a demonstration may have on this machine."""
    with scene.port_sable.session() as session:
        port = scene.mirror.base.rpartition(":")[2]
        session.get_one(Partner, 1).source = f"http://localhost:{port}"
