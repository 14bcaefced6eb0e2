"""How files of a partner are fetched, from servers that behave badly in every way a server can."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from citycard.partners.fetcher import HttpFetcher, Limits, ask_the_system
from citycard.partners.sources import FetchRefused, NotModified, NotThere, Response
from tests.partners.conftest import NOW, Serve

PATIENT = Limits(seconds_per_file=60)
"""Longer than a busy machine takes to answer."""

HASTY = Limits(seconds_per_file=0.3)
"""Short enough not to wait for."""


def refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(FetchRefused) as refused:
        call()
    return refused.value.code


class Answer(BaseHTTPRequestHandler):
    """A server that answers what its path says."""

    protocol_version = "HTTP/1.1"
    seen: list[dict[str, str]] = []
    wait = Event()

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.seen.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
        getattr(self, self.path.strip("/").partition("/")[0].replace("-", "_"))()

    def say(self, status: int, body: bytes = b"hello", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def plain(self) -> None:
        if self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
        else:
            self.say(200, ETag='"1"')

    def chunked(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")

    def redirect(self) -> None:
        self.say(302, Location="/plain")

    def redirect_inside(self) -> None:
        self.say(307, Location="http://169.254.169.254/latest/meta-data/")

    def missing(self) -> None:
        self.say(404, b"secret of the inner network")

    def forbidden(self) -> None:
        self.say(403)

    def broken(self) -> None:
        self.say(500, b"secret of the inner network")

    def gzip(self) -> None:
        self.say(200, b"\x1f\x8b", Content_Encoding="gzip")

    def large(self) -> None:
        self.say(200, b"", Content_Length=str(1 << 40))

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"half")

    def drip(self) -> None:
        """A byte now and then: each comes in time, the file never does."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.drop_by_drop(b"x")

    def drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.drop_by_drop(b"X-A: b\r\n")

    def silent(self) -> None:
        self.wait.wait(5)

    def nonsense(self) -> None:
        self.wfile.write(b"220 smtp.port-sable.example ESMTP\r\n")

    def many_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 500 + b"\r\n")

    def drop_by_drop(self, drop: bytes) -> None:
        try:
            while not self.wait.wait(0.02):
                self.wfile.write(drop)
        except OSError:
            pass


@pytest.fixture
def base(serve: Serve) -> Iterator[str]:
    # A class of its own for each test: what another one asked and did not wait for may be heard only now.
    own = type("Own", (Answer,), {"seen": [], "wait": Event()})
    Answer.seen = own.seen
    yield serve(own)
    own.wait.set()


@pytest.fixture
def fetcher(base: str) -> HttpFetcher:
    return HttpFetcher(base, allow_demo=True, limits=PATIENT)


def test_it_fetches_a_file_whole(fetcher: HttpFetcher, base: str) -> None:
    assert fetcher.get("/plain", cap=5) == Response(b"hello", '"1"')
    assert fetcher.get("/chunked", cap=5) == Response(b"hello", None)
    assert fetcher.download_bytes(f"{base}/plain", 5) == b"hello"


def test_it_asks_whether_a_file_is_still_the_same(fetcher: HttpFetcher) -> None:
    assert fetcher.get("/plain", etag='"1"', cap=5) == NotModified()
    assert fetcher.get("/plain", etag='"0"', cap=5) == Response(b"hello", '"1"')


def test_an_etag_cannot_add_a_line_to_the_request(fetcher: HttpFetcher) -> None:
    fetcher.get("/plain", etag='"1"\r\nX-Evil: 1', cap=5)

    assert "x-evil" not in Answer.seen[-1]
    assert "if-none-match" not in Answer.seen[-1]


def test_it_says_nothing_of_us(fetcher: HttpFetcher, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    fetcher.get("/plain", cap=5)

    assert Answer.seen[-1] == {
        "path": "/plain",
        "host": base.removeprefix("http://"),
        "user-agent": "citycard",
        "accept": "*/*",
        "connection": "close",
    }


def test_a_base_may_have_a_path(base: str) -> None:
    fetcher = HttpFetcher(f"{base}/plain", allow_demo=True)

    fetcher.get("/cards/1", cap=5)

    assert Answer.seen[-1]["path"] == "/plain/cards/1"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/redirect", "redirected"),
        ("/redirect-inside", "redirected"),
        ("/missing", "not-found"),
        ("/forbidden", "not-found"),
        ("/broken", "bad-answer"),
        ("/gzip", "compressed"),
        ("/large", "too-large"),
        ("/endless", "too-large"),
        ("/short", "cut-short"),
        ("/nonsense", "bad-answer"),
        ("/many-headers", "bad-answer"),
    ],
)
def test_it_refuses_an_answer(fetcher: HttpFetcher, base: str, path: str, code: str) -> None:
    assert refusal(lambda: fetcher.get(path, cap=100_000)) == code
    assert refusal(lambda: fetcher.download_bytes(f"{base}{path}", 10_000_000)) == code
    assert {request["path"] for request in Answer.seen} == {path}


@pytest.mark.parametrize("path", ["/drip", "/drip-headers", "/silent"])
def test_one_clock_runs_for_the_whole_file(base: str, path: str) -> None:
    fetcher = HttpFetcher(base, allow_demo=True, limits=HASTY)

    assert refusal(lambda: fetcher.get(path, cap=1 << 20)) == "too-slow"


def test_one_clock_runs_for_all_files(base: str) -> None:
    ticks = iter(range(0, 1000, 50))
    fetcher = HttpFetcher(base, allow_demo=True, clock=lambda: next(ticks), limits=Limits(1000, 200))

    assert refusal(lambda: [fetcher.get("/plain", cap=5) for _ in range(10)]) == "too-slow"


def test_a_refusal_repeats_nothing_of_the_answer(fetcher: HttpFetcher) -> None:
    for path in ("/missing", "/broken", "/nonsense"):
        with pytest.raises(FetchRefused) as refused:
            fetcher.get(path, cap=1000)
        assert "secret" not in str(refused.value)
        assert "smtp" not in str(refused.value)
        assert refused.value.__cause__ is None


def test_a_missing_file_is_what_tuf_expects_of_one(fetcher: HttpFetcher) -> None:
    with pytest.raises(NotThere) as missing:
        fetcher.get("/missing", cap=1000)

    assert missing.value.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["", "plain", "//evil.example/plain", "/../etc", "/a/./b", "/a/..", "/%2e%2e/", "/a?b", "/a#b", "/a b", "/a\r\nb",
     "/a\\b", "/.hidden", "/a//b", "/" + "x" * 200, "/é"],
)  # fmt: skip
def test_it_asks_for_plain_paths_only(fetcher: HttpFetcher, base: str, path: str) -> None:
    assert refusal(lambda: fetcher.get(path, cap=5)) == "path-not-allowed"
    assert refusal(lambda: fetcher.download_bytes(base + path, 5)) in ("path-not-allowed", "elsewhere")
    assert not Answer.seen


def test_it_asks_nobody_else(fetcher: HttpFetcher) -> None:
    assert refusal(lambda: fetcher.download_bytes("http://rivemont.example/plain", 5)) == "elsewhere"


@pytest.mark.parametrize(
    "base",
    [
        "http://port-sable.example",
        "https://port-sable.example:8443",
        "https://port-sable.example:443",
        "ftp://port-sable.example",
        "file:///etc",
        "https://user@port-sable.example",
        "https://user:word@port-sable.example",
        "https://port-sable.example/",
        "https://port-sable.example/a/../b",
        "https://port-sable.example?x",
        "https://port-sable.example#x",
        "https://port-sable.example\\@127.0.0.1",
        "https://PORT-SABLE.example",
        "https://pörtsable.example",
        "https://port-sable.example\n",
        " https://port-sable.example",
        "https://",
        "",
        "https://localhost",
        "https://127.0.0.1",
        "https://127.1",
        "https://2130706433",
        "https://0x7f.1",
        "https://017700000001",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[::1",
        "https://169.254.169.254",
        "https://1.1.1.1",
        "https://port-sable.example:99999",
        "http://127.0.0.1:8101",
    ],
)
def test_a_partner_is_a_public_name_over_https(base: str) -> None:
    assert refusal(lambda: HttpFetcher(base)) in ("host-not-allowed", "not-https", "path-not-allowed")


@pytest.mark.parametrize(
    "base", ["http://10.0.0.1:80", "http://port-sable.example", "https://a.example:444", "ftp://127.0.0.1"]
)
def test_a_demonstration_reaches_this_machine_and_no_further(base: str) -> None:
    assert refusal(lambda: HttpFetcher(base, allow_demo=True)) in ("host-not-allowed", "not-https")


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["193.0.6.139", "192.168.1.1"],
        ["2a00:1450::1", "::1"],
        ["::ffff:193.0.6.139"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::"],
        ["fe80::1%eth0"],
    ],
)
def test_it_refuses_a_name_that_leads_inside(addresses: list[str]) -> None:
    fetcher = HttpFetcher("https://port-sable.example", resolve=lambda host, port: addresses)

    assert refusal(lambda: fetcher.get("/plain", cap=5)) == "address-not-allowed"


def test_a_demonstration_name_that_leads_elsewhere_is_refused(base: str) -> None:
    fetcher = HttpFetcher("http://localhost:8101", allow_demo=True, resolve=lambda host, port: ["193.0.6.139"])

    assert refusal(lambda: fetcher.get("/plain", cap=5)) == "address-not-allowed"


def test_a_name_without_an_address_cannot_be_reached() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name: secret.inner")

    assert refusal(lambda: HttpFetcher("https://port-sable.example", resolve=nobody).get("/a", cap=5)) == "unreachable"
    empty = HttpFetcher("https://port-sable.example", resolve=lambda host, port: [])
    assert refusal(lambda: empty.get("/a", cap=5)) == "unreachable"


def test_it_resolves_a_name_once(base: str) -> None:
    """The second answer of a rebinding name server is never asked for."""
    port = base.rpartition(":")[2]
    answers = [["127.0.0.1"]]
    fetcher = HttpFetcher(f"http://localhost:{port}", allow_demo=True, resolve=lambda host, port: answers.pop())

    fetcher.get("/plain", cap=5)
    fetcher.get("/plain", cap=5)

    assert answers == []
    assert Answer.seen[-1]["host"] == f"localhost:{port}"


def test_the_systems_own_resolver_knows_this_machine() -> None:
    assert {"127.0.0.1", "::1"} & set(ask_the_system("localhost", 80))


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port, nobody answers
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert refusal(lambda: HttpFetcher(base, allow_demo=True).get("/a", cap=5)) == "unreachable"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost, by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def tls_base(certificate: Path) -> Iterator[str]:
    """A server with that certificate, that answers one line to whoever gets through."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
            except OSError:
                plain.close()

    Thread(target=answer, daemon=True).start()
    yield f"https://localhost:{listener.getsockname()[1]}"
    listener.close()


def test_a_certificate_must_be_good_and_for_the_name(tls_base: str, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))

    def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    good = HttpFetcher(tls_base, allow_demo=True, tls=trusting, resolve=here)
    assert good.get("/a", cap=5) == Response(b"hello", None)
    unknown = HttpFetcher(tls_base, allow_demo=True, resolve=here)
    assert refusal(lambda: unknown.get("/a", cap=5)) == "certificate"
    other_name = HttpFetcher(tls_base.replace("localhost", "127.0.0.1"), allow_demo=True, tls=trusting)
    assert refusal(lambda: other_name.get("/a", cap=5)) == "certificate"
