"""What a synchronisation sends and receives, counted where it leaves our fetcher: HTTP's own lines included."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from citycard.operations import recognise
from citycard.partners.fetcher import HttpFetcher


@dataclass
class Traffic:
    """Counted since it was made."""

    requests: int = 0
    sent: int = 0
    received: int = 0

    @property
    def bytes(self) -> int:
        """Both ways."""
        return self.sent + self.received


class _Counted:
    """A socket that counts, and is otherwise the one it wraps."""

    def __init__(self, inner: socket.socket, traffic: Traffic) -> None:
        self._inner, self._traffic = inner, traffic

    def sendall(self, data: bytes) -> None:
        self._traffic.sent += len(data)
        self._inner.sendall(data)

    def recv_into(self, buffer: Any) -> int:
        count = self._inner.recv_into(buffer)
        self._traffic.received += count
        return count

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@contextmanager
def counted() -> Iterator[Traffic]:
    """Count what this process's synchronisations ask for until the `with` ends."""
    traffic = Traffic()

    class Counting(HttpFetcher):
        def _connect(self, ends: float) -> Any:
            traffic.requests += 1
            return _Counted(super()._connect(ends), traffic)

    with patch.object(recognise, "HttpFetcher", Counting):
        yield traffic
