"""One attempt of one clerk to issue one card, in a process of its own that may be killed at any moment.

What the key is used for is written down before it is used: a line for each message, in a file of the attempt's own. So
whatever a killed process signed, or was about to sign, is known afterwards.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cbor2

from citycard.core.cose import SignBytes
from citycard.keystore.ring import Entry, KeyRing
from citycard.settings import load_office
from citycard.store import engine
from tests.support.town_hall import TownHall

BEGUN, RESERVING, SIGNING, DONE = b"b", b"r", b"s", b"d"
"""What an attempt says to whoever started it: it is about to issue; it holds the register and takes a number and a
place; they are committed and it takes the key; the card is in the register."""


PATIENCE = 900
"""Seconds that a clerk waits for the register, instead of half a minute. SQLite serves nobody in order: of twenty at
once somebody waits longer than that on a machine with other work."""


@dataclass(frozen=True)
class Scene:
    """Where the attempts happen: an office, its register, and the folder of their notes."""

    office: Path
    url: str
    notes: Path

    def open(self) -> TownHall:
        """Open the office, in this process, which is a child."""
        engine.BUSY_SECONDS = PATIENCE
        return TownHall(load_office(self.office), database_url=self.url)


Say = Callable[[bytes], None]


class NotingRing(KeyRing):
    """Writes down each message, in hex, before it is signed."""

    def __init__(self, ring: KeyRing, notes: Path, say: Say) -> None:
        super().__init__(ring.office, ring.entries)
        self._notes, self._say = notes, say

    def sign_with(self, entry: Entry) -> SignBytes:
        self._say(SIGNING)
        sign = super().sign_with(entry)

        def noted(message: bytes) -> bytes:
            with self._notes.open("ab", buffering=0) as file:
                file.write(message.hex().encode() + b"\n")
            return sign(message)

        return noted


@dataclass(frozen=True)
class Signed:
    """A number and its place, for which the key was used or about to be used in an attempt."""

    attempt: str
    number: str
    place: tuple[str, int]


def signed_in(notes: Path) -> list[Signed]:
    """Return what every attempt noted."""
    found = []
    for file in sorted(notes.iterdir()):
        # A line without an end was being written when the process died, so nothing was signed after it.
        for line in file.read_bytes().split(b"\n")[:-1]:
            claims = cbor2.loads(cbor2.loads(bytes.fromhex(line.decode()))[3])
            reference = claims[65535]["status_list"]
            found.append(Signed(file.name, claims[169][1], (reference["uri"], reference["idx"])))
    return found


def in_child(do: Callable[[Say], None]) -> tuple[int, int]:
    """Start a child that does `do(say)`; return its process id and the pipe on which one hears what it says."""
    hears, says = os.pipe()
    child = os.fork()
    if child:
        os.close(says)
        os.set_blocking(hears, False)
        return child, hears
    try:
        os.close(hears)
        os.nice(5)  # whoever kills must not wait for twenty who are to be killed
        do(lambda word: _say(says, word))
        os._exit(0)
    except BaseException as error:
        print(type(error).__name__, error, file=sys.stderr, flush=True)
        os._exit(1)


def _say(pipe: int, word: bytes) -> None:
    os.write(pipe, word)


def attempt(scene: Scene, name: str, ticket: str, clerk: str, say: Say) -> None:
    """Issue the enrolment of `ticket`. Runs in a child."""
    hall = scene.open()
    ring = NotingRing(hall.ring, scene.notes / name, say)
    draw, drawn = hall.chance, 0

    def chance(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        if drawn == 1:  # for the key, and after it for number and place
            say(RESERVING)
        return draw(count)

    hall.chance = chance
    say(BEGUN)
    hall.issue(ticket, by=clerk, ring=ring)
    say(DONE)


def enrol(scene: Scene, count: int, say: Say) -> None:
    """Bring `count` enrolments as far as their approval and say their tickets, a line each. Runs in a child."""
    hall = scene.open()
    for _ in range(count):
        say(hall.approved().encode() + b"\n")
