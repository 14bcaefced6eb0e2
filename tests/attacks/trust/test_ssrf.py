"""SSRF: making our server ask for a file where only our server can reach: the town hall's own network.

The attacker proposes a source (as an official who was talked into it), holds a partner's server and redirects, or holds
a partner's keys and names addresses in a statement. Where nothing may be asked, a resolver and a listening server of
the test see that nothing is.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from citycard.core.errors import CitycardError
from citycard.core.verdicts import Verdict
from citycard.operations import recognise
from citycard.settings import Office
from tests.attacks.trust.conftest import SAID, Mirror, Scene, answering, sign_chain
from tests.partners.conftest import TODAY
from tests.web.conftest import open_office

OK = (Verdict.OK, Verdict.OK_STALE)

INSIDE = [
    # This machine.
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0177.0.0.1", "0177.1", "017700000001", "0x7f.0.0.1", "0x7f.1",
    "0x7F000001", "0x7f.0x0.0x0.0x1", "2130706433", "127.0.0.1.", "127.0.0.1..", "0000127.0.0.1", "127.000.000.001",
    "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "localhost.localdomain.", "printer", "0", "0.0.0.0", "00",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "[::1%lo]", "[fe80::1%25eth0]",
    # The same in other alphabets, which some libraries turn into ASCII.
    "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "ⓛocalhost", "localhoſt", "ｌocalhost",
    "١٢٧.٠.٠.١", "local\u00adhost.example", "local\u200bhost.example", "%6c%6f%63alhost", "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1", "[v1.x]",
    # Private networks, link-local, and where clouds keep their secrets.
    "10.0.0.1", "10.1", "0xa.1", "167772161", "172.16.0.1", "192.168.1.1", "192.168.257", "3232235777", "0300.0250.1.1",
    "169.254.169.254", "169.254.43518", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16", "192.0.0.192", "metadata", "[fe80::1]", "[fc00::1]",
    "[ff02::1]",
    "224.0.0.251", "255.255.255.255", "100.64.0.1",
    # Numbers of the public Internet too: a city has a name.
    "1.1.1.1", "16843009", "[2606:4700::1111]",
]  # fmt: skip

HERE = {"127.0.0.1", "127.255.255.254", "localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]"}
"""What a demonstration may ask: spellings of this machine that mean it and nothing else."""

DISGUISED = [
    "https://rivemont.fr@127.0.0.1", "https://rivemont.fr:443@127.0.0.1", "https://rivemont.fr%40127.0.0.1",
    "https://127.0.0.1#@rivemont.fr", "https://127.0.0.1?@rivemont.fr", "https://rivemont.fr\\@127.0.0.1",
    "https://127.0.0.1\\.rivemont.fr", "https://127.0.0.1\t.rivemont.fr", "https://rivemont.fr\n@127.0.0.1",
    "https://rivemont.fr\r\nHost: 127.0.0.1", "https://127.0.0.1\x00.rivemont.fr", "https:\\\\127.0.0.1", "https:///127.0.0.1",
    "https:////127.0.0.1", "https://[127.0.0.1]", "https://[rivemont.fr]", "https://rivemont.fr:22", "https://rivemont.fr:0443",
    "https://rivemont.fr:443", "https://rivemont.fr:", "https://rivemont.fr:8080", "https://rivemont.fr:80@10.0.0.1",
    "http://rivemont.fr", "HTTPS://rivemont.fr", "https://RIVEMONT.fr", "https://rivemont.fr.", "https://rivemont..fr",
    "https://rivemont.fr/../../etc", "https://rivemont.fr/%2e%2e/", "https://rivemont.fr/.well-known", "https://rivemont.fr/a//b",
    "https://rivemont.fr?x=1", "https://rivemont.fr#x", "https://rivemont.fr;x", "https://rivemont.fr,127.0.0.1",
    "https://rivemont.fr 127.0.0.1", "https://-rivemont.fr", "https://rivemont_x.fr", "https://rivemont.1", "https://1.1.1.0x1",
    "file:///etc/passwd", "file://localhost/etc/passwd", "gopher://127.0.0.1:25/_HELO", "dict://127.0.0.1:11211/stats",
    "ftp://127.0.0.1", "ldap://10.0.0.1", "unix:///run/docker.sock", "jar:https://rivemont.fr!/", "javascript://rivemont.fr",
    "data://text/plain,x", "https+unix://%2frun%2fx.sock", "://127.0.0.1", "https://",
]  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office where people are real. Whoever asks for a name's address or opens a connection, fails the test."""

    def nobody(*arguments: Any, **_options: Any) -> Any:
        pytest.fail(f"the network was asked: {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    monkeypatch.setattr(socket, "create_connection", nobody)
    return open_office(tmp_path / "office", "https://cartes.port-sable.fr")


@pytest.mark.parametrize("source", [f"https://{host}" for host in INSIDE] + DISGUISED, ids=ascii)
def test_ssrf_by_a_proposed_address(office: Office, source: str) -> None:
    """Holds the trust of one official, who types an address. It is refused before a name is looked up."""
    with pytest.raises(CitycardError) as refused:
        recognise.open_source(source, office)

    assert refused.value.code in ("host-not-allowed", "not-https", "path-not-allowed", "source")
    assert refused.value.code in SAID
    assert source not in str(refused.value)


@pytest.mark.parametrize("host", INSIDE, ids=ascii)
def test_ssrf_by_a_proposed_address_over_http_and_on_another_port(office: Office, host: str) -> None:
    """The same without encryption, where a printer or a cloud's metadata would answer."""
    for source in (f"http://{host}", f"http://{host}:8080/latest", f"https://{host}:8443"):
        with pytest.raises(CitycardError) as refused:
            recognise.open_source(source, office)
        assert refused.value.code in SAID


def test_ssrf_a_name_is_a_name(office: Office) -> None:
    """Or the tests above could not fail."""
    for source in ("https://rivemont.fr", "https://cartes.rivemont.fr/mairie", "https://xn--rivemont-n4a.fr"):
        recognise.open_source(source, office)


@pytest.mark.parametrize("host", INSIDE, ids=ascii)
def test_ssrf_from_a_demonstration_reaches_no_further_than_this_machine(ceremony: Scene, host: str) -> None:
    """A demonstration may ask this machine, by its plain name and as 127.x and ::1, and nothing else."""
    source, office = f"http://{host}:8101", ceremony.port_sable.office
    if host in HERE:
        recognise.open_source(source, office)
        return
    with pytest.raises(CitycardError) as refused:
        recognise.open_source(source, office)
    assert refused.value.code in SAID


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Mirror]:
    """A machine of the inner network, which nobody outside may make us ask."""
    inner = Mirror(tmp_path)
    inner.answers["*"] = answering(200, b"secret of the inner network")
    yield inner
    inner.close()


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
@pytest.mark.parametrize("where", ["/metadata/timestamp.json", "/metadata/2.root.json", "/status/1"])
def test_ssrf_by_redirect(scene: Scene, canary: Mirror, status: int, where: str) -> None:
    """Holds the partner's server, and points inside, by every status there is for it. Nobody goes there."""
    for target in (
        f"{canary.base}/metadata/timestamp.json",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/x",
        "/",
    ):
        scene.mirror.answers[where] = answering(status, b"", Location=target)
        scene.nothing_believed("redirected")

    assert canary.asked == []


@pytest.mark.parametrize("header", ["Location", "Refresh", "Content_Location", "Link", "Alt_Svc"])
def test_ssrf_by_a_header_beside_a_good_answer(scene: Scene, canary: Mirror, header: str) -> None:
    """Holds the partner's server. What an answer says of other places is not read."""
    body = (scene.town.folder / "metadata" / "timestamp.json").read_bytes()
    value = f"0; url={canary.base}/" if header == "Refresh" else f"{canary.base}/"
    scene.mirror.answers["/metadata/timestamp.json"] = answering(200, body, **{header: value})

    assert scene.fetch() is None
    assert canary.asked == []


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:{port}/status/1",
        "https://127.0.0.1/status/1",
        "https://169.254.169.254/latest",
        "https://rivemont.example@127.0.0.1/status/1",
        "https://rivemont.example.127.0.0.1/status/1",
        "https://rivemont.example:{port}/status/1",
        "https://rivemont.example/../127.0.0.1/status/1",
        "https://rivemont.example//127.0.0.1/status/1",
        "https://rivemont.example/status/%2e%2e/1",
        "https://rivemont.example/status/1?at=http://127.0.0.1",
        "https://rivemont.example/status\\..\\1",
        "file:///status/1",
    ],
)
def test_ssrf_by_a_list_that_a_statement_names(scene: Scene, canary: Mirror, uri: str) -> None:
    """Holds every key but the root's: a statement that names a list inside is not believed, and nobody goes there."""
    document: Any = json.loads(scene.town.statement.to_json())
    document["status_lists"].append(uri.format(port=canary.base.rpartition(":")[2]))
    sign_chain(scene.town, 2, scene.town.signers, statement=json.dumps(document).encode())

    scene.nothing_believed("list-elsewhere")
    assert canary.asked == []


def test_ssrf_by_a_card(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds Rivemont's card key: the card names a list inside. No request is ever made for a card."""
    scene.cards["a thief"] = scene.city.card(
        status_uri="https://printer.inner.example/status/1", issued_on=TODAY, expires_on=TODAY + timedelta(days=9)
    )
    for way_out in ("getaddrinfo", "create_connection", "socket"):
        monkeypatch.setattr(socket, way_out, lambda *_arguments, **_options: pytest.fail("the network was asked"))

    assert scene.verdict("a thief") not in OK


def test_ssrf_tells_nothing_of_what_answered(scene: Scene, canary: Mirror) -> None:
    """Holds the trust of one official of a demonstration: even there the answer's words come back nowhere."""
    with pytest.raises(CitycardError) as refused:
        scene.propose(canary.base)

    assert "secret" not in f"{refused.value!r}{refused.value.__cause__!r}{refused.value.args}"
