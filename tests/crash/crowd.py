"""Twenty clerks who issue at the same time and are killed with SIGKILL while they do.

1. Each attempt is a process of its own, forked from this one, which holds no connection. `WRITERS` of them run at any
   time, each under a clerk's name of its own.
2. Chance chooses for each attempt where it is to die: anywhere, while it holds the register and takes a number and a
   place, or after that, while it signs. When it says that it is there, a moment of death is drawn within the time that
   this takes. One that is done before, or spared, has made a card, and its enrolment is over; the enrolment of one that
   was killed is tried again. Where nobody died in the first half of the kills, everybody is to die from then on.
3. After enough kills, and one in each of these places, everybody is left alone until no enrolment is open.
4. A kill counts when the attempt had begun and had not said that it was done.

The lists are so small that clerks take the same places all the time: about two of four are tried in vain.
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select as rows
from sqlalchemy.orm import Session

from citycard.operations.status_lists import ANNOUNCED
from citycard.store.cards import StatusListRow
from citycard.store.staff import Role, Staff
from tests.crash.attempts import BEGUN, DONE, RESERVING, SIGNING, Say, Scene, attempt, enrol, in_child
from tests.support.town_hall import NO_PASSWORD, TownHall

WRITERS = 20

WHERE = (BEGUN, RESERVING, SIGNING)
"""Where an attempt may be to die, from there until it says the next thing."""

ORDER = (*WHERE, DONE)
AIMS = (*WHERE, b"")
"""Every fourth is spared."""

FIRST_GUESS = 0.1
"""Seconds from one word of an attempt to the next, until some were seen."""

BATCH = 40
"""Enrolments prepared at a time."""

MOST = 3
"""How many times as many may die until one was hit in each place."""


class Failed(AssertionError):
    """An attempt that was left alone did not end well."""


@dataclass
class Running:
    """An attempt that runs."""

    name: str
    ticket: str
    clerk: str
    pipe: int
    aim: bytes
    heard: dict[bytes, float] = field(default_factory=dict)
    dies: float | None = None
    struck: bool = False

    @property
    def done(self) -> bool:
        """Whether its card is in the register, and it said so."""
        return DONE in self.heard


@dataclass
class Told:
    """What came of it."""

    tickets: list[str] = field(default_factory=list)
    attempts: int = 0
    kills: int = 0
    killed_at: Counter[bytes] = field(default_factory=Counter)
    """The last thing that each said before it was killed."""
    at_once: int = 0
    """Most processes that were at it at one moment."""


@dataclass
class Crowd:
    """The clerks of one office."""

    scene: Scene
    kills: int
    chance: random.Random
    writers: int = WRITERS
    progress: Callable[[int], None] = lambda _: None
    told: Told = field(default_factory=Told)
    _open: deque[str] = field(default_factory=deque)
    _running: dict[int, Running] = field(default_factory=dict)
    _takes: dict[bytes, float] = field(default_factory=lambda: dict.fromkeys(WHERE, FIRST_GUESS))

    def work(self) -> Told:
        """Let them work until the kills are made and every enrolment has its card."""
        try:
            while self._running or self._open or not self._enough:
                self._start()
                self._listen()
                self._strike()
                self._bury()
        finally:
            for child in self._running:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        return self.told

    def _start(self) -> None:
        clerks = {f"Clerk {no}" for no in range(self.writers)} - {each.clerk for each in self._running.values()}
        for clerk in sorted(clerks):
            if not self._open and self._enough:
                return
            if not self._open:
                self._prepare()
            ticket, name = self._open.popleft(), f"{self.told.attempts:06}"
            self.told.attempts += 1

            def do(say: Say, name: str = name, ticket: str = ticket, clerk: str = clerk) -> None:
                attempt(self.scene, name, ticket, clerk, say)

            child, pipe = in_child(do)
            self._running[child] = Running(name, ticket, clerk, pipe, self.chance.choice(self._aims))

    @property
    def _spared(self) -> list[bytes]:
        """Where nobody died yet."""
        return [place for place in WHERE if not self.told.killed_at[place]]

    @property
    def _enough(self) -> bool:
        return self.told.kills >= self.kills and (not self._spared or self.told.kills >= MOST * self.kills)

    @property
    def _aims(self) -> Sequence[bytes]:
        return AIMS if 2 * self.told.kills < self.kills else self._spared or AIMS

    def _prepare(self) -> None:
        """Have enrolments made, by somebody who is not killed."""
        child, pipe = in_child(lambda say: enrol(self.scene, BATCH, say))
        said = b""
        while select.select([pipe], [], [])[0]:
            if not (more := os.read(pipe, 65536)):
                break
            said += more
        os.close(pipe)
        if os.waitpid(child, 0)[1]:
            raise Failed("enrolments could not be made")
        made = said.decode().split()
        self.told.tickets += made
        self._open.extend(made)

    def _listen(self) -> None:
        pipes = {each.pipe: each for each in self._running.values()}
        soonest = min((each.dies for each in self._running.values() if each.dies is not None), default=None)
        wait = 0.05 if soonest is None else min(0.05, max(0.0, soonest - time.monotonic()))
        for pipe in select.select(list(pipes), [], [], wait)[0]:
            self._hear(pipes[pipe])
        self.told.at_once = max(self.told.at_once, sum(not each.done for each in self._running.values()))

    def _hear(self, each: Running) -> None:
        try:
            words = os.read(each.pipe, 16)
        except BlockingIOError:
            return
        now = time.monotonic()
        for no in range(len(words)):
            word = words[no : no + 1]
            if each.heard:
                before = max(each.heard, key=ORDER.index)
                self._takes[before] += (now - each.heard[before] - self._takes[before]) / 10
            each.heard[word] = now
            # (2) A little longer than it takes, so that some come through.
            if word == each.aim and not self._enough:
                each.dies = now + self.chance.uniform(0, 1.2 * self._takes[word])
        if each.done:
            each.dies = None

    def _strike(self) -> None:
        now = time.monotonic()
        for child, each in self._running.items():
            if each.dies is not None and each.dies <= now:
                os.kill(child, signal.SIGKILL)
                each.dies, each.struck = None, True

    def _bury(self) -> None:
        for child in list(self._running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended:
                continue
            each = self._running.pop(child)
            self._hear(each)
            os.close(each.pipe)
            if os.WIFSIGNALED(status) and each.struck:
                # (4) One that was done, and died while it tidied up, made its card.
                if not each.done:
                    self._open.append(each.ticket)
                    self.told.kills += 1
                    self.told.killed_at[max(each.heard, key=ORDER.index)] += 1
                    self.progress(self.told.kills)
            elif status:
                raise Failed(f"attempt {each.name} ended with status {status}")


def prepare(hall: TownHall, places: int, writers: int = WRITERS) -> None:
    """Hire the clerks, and make the lists so small that together they have twice as many `places`."""
    size = 1
    while ANNOUNCED * size < 2 * places:
        size *= 2
    with Session(hall.engine) as session:
        for listed in session.scalars(rows(StatusListRow)):
            listed.size = size
        for no in range(writers):
            session.add(Staff(name=f"Clerk {no}", password_hash=NO_PASSWORD, roles=Role.CLERK.value))
        session.commit()
