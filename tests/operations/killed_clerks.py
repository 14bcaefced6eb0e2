"""Clerks that are killed while they issue. Run as a programme of its own, see `test_killed.py`.

    python -m tests.operations.killed_clerks OFFICE DATABASE_URL SIGNED TICKET…

For each ticket one child process after the other tries to issue it. Each says when it begins and is killed with SIGKILL
after a moment of chance; then one is left alone. The first ticket's is left alone at once, to see how long it takes.
What the key signs is noted in SIGNED before it is signed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from citycard.core.cose import SignBytes
from citycard.keystore.ring import Entry, KeyRing
from citycard.settings import load_office
from tests.support.town_hall import TownHall

KILLS = 3
"""Attempts at each ticket but the first that end by a kill, or by being done."""


class NotingRing(KeyRing):
    """Notes each use of the key: process, and the message in hex."""

    def __init__(self, ring: KeyRing, notes: Path) -> None:
        super().__init__(ring.office, ring.entries)
        self._notes = notes

    def sign_with(self, entry: Entry) -> SignBytes:
        sign = super().sign_with(entry)

        def noted(message: bytes) -> bytes:
            with self._notes.open("ab", buffering=0) as file:
                file.write(f"{os.getpid()} {message.hex()}\n".encode())
            return sign(message)

        return noted


def issue_in_child(office: str, url: str, notes: Path, ticket: str) -> int:
    """Start a child that issues `ticket`; return its process id when it is about to."""
    begins, says = os.pipe()
    child = os.fork()
    if child:
        os.close(says)
        os.read(begins, 1)
        os.close(begins)
        return child
    try:
        hall = TownHall(load_office(Path(office)), database_url=url)
        ring = NotingRing(hall.ring, notes)
        os.write(says, b"!")
        hall.issue(ticket, ring=ring)
        os._exit(0)
    except BaseException as error:
        print(type(error).__name__, error, file=sys.stderr, flush=True)
        os._exit(1)


def main(office: str, url: str, signed: str, *tickets: str) -> None:
    """Kill and kill again; print how many were killed."""
    chance = random.Random(os.environ.get("SEED", "2026"))
    notes = Path(signed)
    notes.touch()
    killed = 0
    takes = 0.0
    for ticket in tickets:
        for _ in range(KILLS if takes else 0):
            child = issue_in_child(office, url, notes, ticket)
            time.sleep(chance.uniform(0, takes))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
        child = issue_in_child(office, url, notes, ticket)
        begun = time.monotonic()
        _, status = os.waitpid(child, 0)
        takes = takes or time.monotonic() - begun
        if status:
            sys.exit(f"left alone, a clerk failed with status {status}")
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
