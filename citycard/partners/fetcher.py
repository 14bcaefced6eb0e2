"""Fetching a partner's files over the network.

1. From the pinned base alone: https on port 443, a host name. Only a demonstration may use http, any port and this
   machine itself.
2. The name is resolved once for a fetcher, and every address of the answer is checked (`addresses`); one that is not
   public refuses the answer as a whole, because an honest partner has none.
3. The connection goes to an address that was checked. Name and certificate are still checked for the host's name.
4. No proxy, no cookie, no credentials, no redirect, no compressed answer (we ask for none, and refuse what comes).
5. One clock for each file, from connecting to the last byte, and one for all files of a fetcher: a server that drips a
   byte a second is cut off. A cap in bytes, checked before reading (Content-Length) and while reading.

Errors name what happened and never repeat the answer. A fetcher is made for one synchronisation and thrown away. It
does not retry: the timer does, with jitter.

Left out: the resolver's own time is the operating system's to limit; two connections a second apart are not reused.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from tuf.ngclient.fetcher import FetcherInterface

from citycard.partners.addresses import is_loopback, is_public_address, is_public_name, read_address
from citycard.partners.sources import FetchRefused, NotModified, NotThere, Response, check_path, path_below

MAX_ETAG = 200
"""Characters; the register keeps so many. What a longer one would be good for is nobody's business but its server's."""

Resolve = Callable[[str, int], list[str]]
"""Gives the addresses of a host, as text."""


@dataclass(frozen=True)
class Limits:
    """How much time and how many bytes a partner gets."""

    seconds_per_file: float = 20.0
    """A status list of a million cards, 32 kB, over the slowest line we know of takes three."""
    seconds_in_all: float = 120.0
    """A synchronisation is five files; with a dozen rotated roots and a few lists it is twenty."""
    bytes_per_file: int = 1 << 20
    """1 MiB: no file of ours is larger. Each caller asks for less where it can."""
    addresses: int = 4
    """How many of the host's addresses are tried in turn."""


def ask_the_system(host: str, port: int) -> list[str]:
    """Return the addresses that the operating system's resolver knows for `host`."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class HttpFetcher(FetcherInterface):
    """Fetches below one base URL, as TUF's fetcher and as a `Source`."""

    def __init__(
        self,
        base: str,
        *,
        allow_demo: bool = False,
        limits: Limits = Limits(),
        resolve: Resolve = ask_the_system,
        clock: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Refuse a `base` that is not rule 1's. `tls` is for tests with a certificate authority of their own."""
        # (1)
        self.base = base
        self._limits, self._resolve, self._clock = limits, resolve, clock
        try:
            parts = urlsplit(base)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise FetchRefused("This is not an address.", code="host-not-allowed") from None
        netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
        if base != f"{parts.scheme}://{netloc}{parts.path}" or not base.isascii():
            raise FetchRefused("An address has a scheme, a host and a path, and no more.", code="host-not-allowed")
        if parts.path:
            check_path(parts.path)
        here = allow_demo and (host == "localhost" or is_loopback(host))
        if not here and not is_public_name(host):
            raise FetchRefused("A partner's server has a public name.", code="host-not-allowed")
        if not here and (parts.scheme != "https" or port is not None):
            raise FetchRefused("Partners are reached over https, on its own port.", code="not-https")
        if parts.scheme not in ("http", "https"):
            raise FetchRefused("Partners are reached over https.", code="not-https")
        self._here = here
        self._host, self._netloc, self._path = host, netloc, parts.path
        self._port = port if port is not None else (443 if parts.scheme == "https" else 80)
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._addresses: tuple[str, ...] = ()
        self._ends: float | None = None

    def get(self, path: str, *, etag: str | None = None, cap: int, accept: str = "*/*") -> Response | NotModified:
        """Return the file at `path` below the base, or `NotModified` if it still has this `etag`."""
        answer = self._ask(path, etag=etag, cap=min(cap, self._limits.bytes_per_file), accept=accept)
        if answer is None:
            return NotModified()
        response, chunks = answer
        return Response(b"".join(chunks), _etag(response))

    def _fetch(self, url: str) -> Iterator[bytes]:
        """TUF's way in: it knows the caps of its own files and counts for itself, below ours."""
        answer = self._ask(path_below(self.base, url), etag=None, cap=self._limits.bytes_per_file)
        assert answer is not None  # noqa: S101 - only a conditional request is answered by "not modified"
        return answer[1]

    def _ask(
        self, path: str, *, etag: str | None, cap: int, accept: str = "*/*"
    ) -> tuple[http.client.HTTPResponse, Iterator[bytes]] | None:
        check_path(path)
        # (5)
        now = self._clock()
        if self._ends is None:
            self._ends = now + self._limits.seconds_in_all
        ends = min(now + self._limits.seconds_per_file, self._ends)
        connection = self._connect(ends)
        try:
            response = self._talk(connection, self._path + path, etag, accept, ends)
            if response.status == 304 and etag is not None:
                connection.close()
                return None
            _check_answer(response, cap)
        except BaseException:
            connection.close()
            raise
        return response, _body(response, connection, cap)

    def _connect(self, ends: float) -> socket.socket:
        # (2)
        if not self._addresses:
            self._addresses = self._checked_addresses()
        failure: FetchRefused = FetchRefused("The partner's server cannot be reached.", code="unreachable")
        for address in self._addresses[: self._limits.addresses]:
            plain = None
            try:
                # (3) Not by name: a second look-up could give another answer.
                plain = socket.create_connection((address, self._port), timeout=self._left(ends))
                if self._tls is None:
                    return plain
                plain.settimeout(self._left(ends))
                return self._tls.wrap_socket(plain, server_hostname=self._host)
            except ssl.SSLError:
                failure = FetchRefused("The partner's certificate is not good.", code="certificate")
            except TimeoutError:
                failure = FetchRefused("The partner's server is too slow.", code="too-slow")
            except OSError:
                pass
            if plain is not None:
                plain.close()
        raise failure

    def _checked_addresses(self) -> tuple[str, ...]:
        literal = self._here and read_address(self._host) is not None
        try:
            addresses = [self._host] if literal else self._resolve(self._host, self._port)
        except OSError:
            addresses = []
        if not addresses:
            raise FetchRefused("The partner's name has no address.", code="unreachable")
        allowed = is_loopback if self._here else is_public_address
        if not all(map(allowed, addresses)):
            raise FetchRefused("The partner's name leads to an address that is not public.", code="address-not-allowed")
        return tuple(addresses)

    def _talk(
        self, connection: socket.socket, path: str, etag: str | None, accept: str, ends: float
    ) -> http.client.HTTPResponse:
        # (4) The request is written by hand: five fixed lines, and nothing that a library would add for us.
        lines = [f"GET {path} HTTP/1.1", f"Host: {self._netloc}", "User-Agent: citycard", f"Accept: {accept}"]
        lines.append("Connection: close")
        if etag is not None and _fits(etag):
            lines.append(f"If-None-Match: {etag}")
        try:
            connection.settimeout(self._left(ends))
            connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
            reader = _Deadlined(connection, lambda: self._left(ends))
            response = http.client.HTTPResponse(cast("socket.socket", reader), method="GET")
            response.begin()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _named(error) from None
        return response

    def _left(self, ends: float) -> float:
        left = ends - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Deadlined(io.RawIOBase):
    """A socket as a file whose every read gets the time that is left, so that dripping bytes gain nothing."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._connection, self._left = connection, left

    def makefile(self, *_arguments: Any) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(self))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(self._left())
        return self._connection.recv_into(buffer)


def _etag(response: http.client.HTTPResponse) -> str | None:
    """Return the answer's ETag if it is one that can be kept and shown again; else there is none."""
    etag = response.headers.get("ETag")
    return etag if etag is not None and _fits(etag) else None


def _fits(etag: str) -> bool:
    return len(etag) <= MAX_ETAG and etag.isprintable() and etag.isascii()


def _check_answer(response: http.client.HTTPResponse, cap: int) -> None:
    status = response.status
    # (4)
    if status in (403, 404, 410):
        raise NotThere(404)
    if 300 <= status < 400:
        raise FetchRefused("The partner's server points elsewhere.", code="redirected")
    if status != 200:
        raise FetchRefused("The partner's server answers with an error.", code="bad-answer")
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FetchRefused("The partner's server compresses what must be plain.", code="compressed")
    # (5)
    if response.length is not None and response.length > cap:
        raise FetchRefused("The file is larger than it can be.", code="too-large")


def _body(response: http.client.HTTPResponse, connection: socket.socket, cap: int) -> Iterator[bytes]:
    promised, received = response.length, 0
    with connection:
        try:
            while chunk := response.read1(16384):
                received += len(chunk)
                # (5)
                if received > cap:
                    raise FetchRefused("The file is larger than it can be.", code="too-large")
                yield chunk
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _named(error) from None
    if promised is not None and received != promised:
        raise FetchRefused("The file was cut short.", code="cut-short")


def _named(error: Exception) -> FetchRefused:
    if isinstance(error, TimeoutError):
        return FetchRefused("The partner's server is too slow.", code="too-slow")
    if isinstance(error, OSError):
        return FetchRefused("The connection to the partner broke.", code="unreachable")
    return FetchRefused("The partner's server does not speak HTTP.", code="bad-answer")
