"""A client that says nothing more does not keep the office waiting for ever."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.office import make_office
from tests.support.servers import StartOffice

pytestmark = pytest.mark.slow


def test_half_sent_requests_do_not_stop_the_service(tmp_path: Path, start_office: StartOffice) -> None:
    """As many as there are threads, each having promised a body that never comes."""
    office = start_office(make_office(tmp_path).folder)
    silent = []
    for _ in range(12):
        client = socket.create_connection(("127.0.0.1", office.port))
        client.sendall(b"POST /api/v1/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n")
        silent.append(client)

    with urlopen(f"{office.url}/health", timeout=180) as answer:
        assert answer.status == 200

    for client in silent:
        client.close()
