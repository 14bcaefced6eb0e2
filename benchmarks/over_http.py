"""Checks a second over HTTP, ours beside a bare view: `python -m benchmarks.over_http [--rounds N] [--seconds S]`.

1. An office is founded in an empty folder, on SQLite; a card with portrait is enrolled, issued and handed over, and a
   desk gets a token that may know the name.
2. Two servers on loopback: `citycard run`, and gunicorn with `bare_view`. Both have 2 workers of 4 threads of the same
   kind, and no access log.
3. `wrk` asks each in turn, with 8 connections and one thread, for some seconds; the best of the rounds counts. Only
   verdicts of OK are answers, and an answer that is none ends the benchmark.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from citycard.operations import staff
from citycard.settings import Office
from citycard.web.server import THREADS
from tests.support.office import make_office
from tests.support.processes import free_port, stop, wait_until
from tests.support.servers import answers, running_office
from tests.support.town_hall import TownHall

CHECKOUT = Path(__file__).resolve().parents[1]
WORKERS, CONNECTIONS = 2, 8
PATH = "/api/v1/verify"

ASK = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %(token)s"
wrk.body = '%(body)s'
"""


def office_with_a_card(folder: Path) -> tuple[Office, str, str]:
    """Return an office, the text of a card of its own, and a desk's token (1)."""
    now = datetime.now(UTC)
    office = make_office(folder, now=now)
    hall = TownHall(office, now=now)
    card = hall.card()
    with hall.session() as session:
        _, token = staff.add_desk(
            session, name="library", fields=("full_name",), by="Chloe", day=now.date(), chance=hall.chance
        )
    hall.close()
    return office, card.full_code, token


@contextmanager
def bare_view(office: Office, log: Path) -> Iterator[str]:
    """Serve the bare view (2)."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    command += [
        "--threads",
        str(THREADS),
        "--worker-class",
        "gthread",
        "--log-level",
        "warning",
        "benchmarks.bare_view:app",
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**os.environ, "BENCHMARK_OFFICE": str(office.folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: answers(port), process, what="the bare view", log=log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def ask_once(url: str, text: str, token: str) -> None:
    """See that a good answer comes."""
    request = urllib.request.Request(
        url + PATH,
        data=json.dumps({"code": text}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        said = json.load(answer)
    name = said.get("full_name") or said["fields"]["full_name"]
    assert (said["verdict"], name) == ("OK", "Léonie Marchevert"), said["verdict"]


def requests_a_second(url: str, script: Path, seconds: int) -> float:
    """Let `wrk` ask for some seconds (3)."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url + PATH]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"not every answer was good:\n{said}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])


def measure(*, rounds: int, seconds: int) -> dict[str, float]:
    """Return the best rate of both."""
    best = {"http-bare": 0.0, "http": 0.0}
    with tempfile.TemporaryDirectory(prefix="citycard-benchmark-") as place:
        folder = Path(place)
        office, text, token = office_with_a_card(folder)
        script = folder / "ask.lua"
        script.write_text(ASK % {"token": token, "body": json.dumps({"code": text})}, "utf-8")
        with (
            running_office(office.folder, log=folder / "ours.log") as ours,
            bare_view(office, folder / "bare.log") as bare,
        ):
            urls = {"http-bare": bare, "http": ours.url}
            for url in urls.values():
                ask_once(url, text, token)
            for _ in range(rounds):
                for name, url in urls.items():
                    best[name] = max(best[name], requests_a_second(url, script, seconds))
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.over_http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing (Debian: apt-get install wrk)")
    best = measure(rounds=asked.rounds, seconds=asked.seconds)
    print(
        f"bare view {best['http-bare']:,.0f} requests a second, citycard {best['http']:,.0f}: "
        f"{best['http'] / best['http-bare']:.2f} of it (goal 0.8)"
    )


if __name__ == "__main__":
    main()
