"""Both cities at once: started, answering, stopped with Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from citycard.demo.both import free_ports
from citycard.demo.offices import DemoRefused
from tests.support.processes import LONGEST_STOP, free_port, wait_until
from tests.support.servers import CITYCARD, answers, citycard


def test_it_passes_over_a_port_that_is_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = taken.getsockname()[1]

        found = free_ports(first, 2)

    assert first not in found
    assert len(set(found)) == 2


def test_it_says_so_when_no_port_is_free() -> None:
    with pytest.raises(DemoRefused, match="--port"):
        free_ports(65530, 20)


@pytest.mark.slow
def test_both_answer_until_somebody_presses_ctrl_c(demo_copy: Path, tmp_path: Path) -> None:
    log = tmp_path / "screen.txt"
    with log.open("wb") as screen:
        process = subprocess.Popen(
            [*CITYCARD, "demo", "--folder", str(demo_copy), "--port", str(free_port())],
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=subprocess.STDOUT,
        )
    try:
        up = "Ctrl-C ends both."
        wait_until(lambda: up in log.read_text("utf-8"), process, what="the demonstration", log=log, longest=600)
        said = log.read_text("utf-8")
        ports = [int(port) for port in re.findall(r"http://(?:127\.0\.0\.1|localhost):(\d+)", said)]
        assert len(ports) == 2
        assert all(answers(port) for port in ports)
        assert "only for the demo" in said

        again = citycard("demo", "--folder", demo_copy, check=False)
        assert again.returncode == 1
        assert "another terminal" in again.stderr

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONGEST_STOP) == 0
        assert not any(answers(port) for port in ports)
    finally:
        process.kill()
        process.wait()
