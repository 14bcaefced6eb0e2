"""Twelve cities, each with its own server, every one recognising every other: what happens on a bad day.

1. All founded, served by `citycard run` on the loopback, introduced; each issues some cards.
2. Desks check: nine cards of their own city, then one of another, and so on. All must be good.
3. Four cities replace their keys. Everybody synchronises; old cards and new ones are good.
4. Three servers stop, and one begins to answer with bytes that never end. What the others ask of the rest takes as
   long as before; what desks say of any city's cards stays as it was.
5. Two cities end a card each. Measured is until the list is published, until a partner that asks then has it, and what
   its desk says: REVOKED. In between a partner waits for its turn, a quarter of an hour at most times 1.2, which is
   added and not waited for.
6. One city's key is stolen: until its own desk refuses, until a partner's does.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from benchmarks.federation import village
from benchmarks.federation.in_memory import Figures, synced
from benchmarks.federation.village import Member
from citycard.core import base45, cose
from citycard.core.compression import inflate
from citycard.core.verify import MAX_TOKEN
from citycard.operations import cards, sync
from tests.support.processes import stop
from tests.support.servers import RunningOffice, citycard, running_office

CARDS = 10
"""Issued by each city."""

DOWN, HOSTILE = 3, 1

PATIENCE = 120.0
"""Seconds until something that should have come is said not to have come; a list is published within 60."""


def measure(folder: Path, count: int) -> dict[str, Figures]:
    """Return what was measured, by occasion."""
    members = [village.found(folder, number) for number in range(1, count + 1)]
    found: dict[str, Figures] = {}
    with ExitStack() as stack:
        running = [stack.enter_context(serving(member, folder)) for member in members]
        # (1)
        for member in members:
            village.recognise_all(member, [other for other in members if other is not member])
            member.cards = [member.at_this_moment().card(full_name="Léonie Marchevert").full_code for _ in range(CARDS)]
        found["first"] = synced(members)
        found["unchanged"] = synced(members)
        # (2)
        found["checks"] = checked(members)
        # (3)
        for member in members[:4]:
            citycard("--office", member.hall.office.folder, "keys", "rotate", "--within", "1000")
            member.cards.append(member.at_this_moment().card(full_name="Tomás Olivares").full_code)
        found["keys replaced"] = synced(members)
        checked(members)
        # (4)
        for office in running[-DOWN - HOSTILE :]:
            stop(office.process)
        stack.enter_context(endless(running[-1].port))
        well = members[: -DOWN - HOSTILE]
        found["three down, one hostile"] = synced(well, may_fail=DOWN + HOSTILE)
        checked(well, of=members)
        # (5)
        found["revoked"] = revoked(well[4], well[5])
        # (6)
        found["key stolen"] = stolen(well[6], well[7])
    for member in members:
        member.hall.close()
    return found


@contextmanager
def serving(member: Member, folder: Path) -> Iterator[RunningOffice]:
    """Run its server; one that was stopped on purpose is no failure."""
    office = member.hall.office.folder
    with running_office(office, log=folder / f"{office.name}.log") as running:
        member.address = running.url
        yield running


@contextmanager
def endless(port: int) -> Iterator[None]:
    """Answer everything with bytes that never end, as long as somebody reads them."""
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while not over.is_set():
                    self.wfile.write(b"{" * 65536)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True).start()
    try:
        yield
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def checked(members: Sequence[Member], *, of: Sequence[Member] = ()) -> Figures:
    """Check at every city's desk, one card in ten of another city; all must be good. Microseconds each, the middle."""
    own: list[float] = []
    foreign: list[float] = []
    everybody = of or members
    for at, member in enumerate(members):
        hall = member.at_this_moment()
        others = [card for other in everybody if other is not member for card in other.cards]
        hall.check(member.cards[0])  # loads what is trusted
        for turn in range(200):
            visits = turn % 10 == 9
            card = others[(at + turn) % len(others)] if visits else member.cards[turn % len(member.cards)]
            started = time.perf_counter()
            outcome = hall.check(card)
            (foreign if visits else own).append(time.perf_counter() - started)
            assert outcome.card is not None, (outcome.verdict, outcome.reason)
    return {"own": 1e6 * statistics.median(own), "foreign": 1e6 * statistics.median(foreign)}


def revoked(home: Member, away: Member) -> Figures:
    """End a card, and follow it to another city's desk."""
    hall, card = home.at_this_moment(), home.cards[0]
    seen = hall.check(card).card
    assert seen is not None
    started = time.perf_counter()
    with hall.session() as session:
        cards.end(
            session,
            cards.find_card(session, seen.identity.number),
            by=hall.staff(session, "Amel"),
            now=hall.now,
            settings=hall.office.settings,
            chance=hall.chance,
        )
    at_home = until(lambda: home.at_this_moment().check(card).verdict.value == "REVOKED", started)
    return {"at home": at_home, "asked": follow(away, card, "REVOKED")}


def stolen(home: Member, away: Member) -> Figures:
    """Mark the key of a city as compromised, and follow that to another city's desk."""
    card = home.cards[0]
    kid = cose.parse(inflate(base45.decode(card), cap=MAX_TOKEN)).kid.hex()
    started = time.perf_counter()
    citycard("--office", home.hall.office.folder, "keys", "compromise", kid, "--yes")
    at_home = until(lambda: home.at_this_moment().check(card).verdict.value == "KEY_REVOKED", started)
    return {"at home": at_home, "asked": follow(away, card, "KEY_REVOKED")}


def follow(away: Member, card: str, verdict: str) -> float:
    """Let a partner ask now; return the seconds until its desk has this verdict."""
    there = away.at_this_moment()
    asked = time.perf_counter()
    sync.run(there.engine, there.desk(), everyone=True)
    assert away.at_this_moment().check(card).verdict.value == verdict
    return time.perf_counter() - asked


def until(true: Callable[[], bool], started: float) -> float:
    """Return the seconds since `started` until it was true; fail after `PATIENCE`."""
    while not true():
        assert time.perf_counter() - started < PATIENCE, "it did not come"
        time.sleep(0.2)
    return time.perf_counter() - started
