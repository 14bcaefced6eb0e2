"""What the office does by the clock, inside the service, without a second server.

Each worker has one thread. Every `TICK` it looks at the tasks below; a task that is due is done by the worker that
holds its lease, so that of several workers one does it, and another takes over when that one dies: half a minute
later, or a minute after the next turn at most. Workers live minutes, so a lease that lasted much longer than its turn
would make two days of each.

1. Status lists that changed, or are an hour old, are signed and published.
2. Enrolments whose clock ran out are forgotten, keys of past days destroyed.
3. Partners whose turn has come are asked for statements and lists.
4. The timestamp of our own statement is signed anew, once a day.
5. When more status lists should be announced, the log says so, once a day.
6. So it does when a key or a signed document comes to its end: a line for each, from 30 days on as a warning.
7. Where a mail server is configured, the administrator hears of that by e-mail; one that was not sent is tried again an
   hour later.
8. Counts of checks are written; each worker its own.

A task that fails is logged by the kind of its error, never with its text, and tried again at the next turn.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.orm import Session

from citycard.operations import leases, places, publish, retention, status_lists, sync
from citycard.operations.doctor import endings
from citycard.settings import Office
from citycard.web import notices, workplace
from citycard.web.database import db

log = logging.getLogger(__name__)

TICK = 5.0
"""Seconds. A revocation is published within a minute; most are published by the request itself."""


@dataclass(frozen=True)
class Task:
    """Something to do each `every`; `shared` tasks are done by one worker of all."""

    name: str
    every: timedelta
    do: Callable[[], object]
    shared: bool = True


def _sign_lists() -> None:
    with Session(db.engine) as session:
        status_lists.sign_due(session, workplace.ring(), now=workplace.now())
        session.commit()


def _flush_counters() -> None:
    with Session(db.engine) as session:
        workplace.counters().flush(session)


def _look_for_room() -> None:
    with Session(db.engine) as session:
        if places.scarce(places.usage(session)):
            log.warning("the lists of ended cards are nearly half full; announce more: citycard lists add")


def _look_for_endings() -> None:
    office: Office = current_app.config["OFFICE"]
    for ending in endings.to_tell(office, now=workplace.now()):
        level = logging.WARNING if ending.pressing else logging.INFO
        if ending.last_day is None:
            log.log(level, "there is no %s: citycard doctor", ending.name.removeprefix("the "))
        else:
            log.log(level, "%s ends on %s, in %d days: citycard doctor", ending.name, ending.last_day, ending.days_left)


TASKS = (
    Task("status-lists", timedelta(seconds=10), _sign_lists),  # (1)
    Task("retention", timedelta(minutes=1), lambda: retention.run(db.engine, workplace.desk())),  # (2)
    Task("partners", timedelta(seconds=20), lambda: sync.run(db.engine, workplace.desk())),  # (3)
    Task("statement", timedelta(hours=1), lambda: publish.refresh(workplace.ring(), now=workplace.now())),  # (4)
    Task("room", timedelta(days=1), _look_for_room),  # (5)
    Task("endings", timedelta(days=1), _look_for_endings),  # (6)
    Task("notices", timedelta(hours=1), notices.send_due),  # (7)
    Task("counters", timedelta(minutes=1), _flush_counters, shared=False),  # (8)
)

_LEASE = timedelta(seconds=30)
"""Short enough that the lists of a worker that was killed are signed by another within the minute promised."""

_SPARE = timedelta(minutes=1)
"""How much longer than its turn a task may take before another worker begins it, too."""


class Scheduler:
    """The thread of one worker."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stopped = threading.Event()
        self._holder = os.urandom(16).hex()
        self._last: dict[str, datetime] = {}
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, and write what was counted."""
        self._stopped.set()
        self._thread.join(timeout=10)
        with self._app.app_context():
            self._try(TASKS[-1], at=workplace.now())

    def _run(self) -> None:
        while not self._stopped.wait(TICK):
            with self._app.app_context():
                self.turn()

    def turn(self) -> None:
        """Do what is due. In an application context."""
        now = workplace.now()
        for task in TASKS:
            last = self._last.get(task.name)
            # A last time in the future is of a clock that was wrong: it must not keep anything from being done.
            if last is not None and timedelta(0) <= now - last < task.every:
                continue
            # Asking for the lease can fail like the task (a register that is locked or away); neither ends the thread.
            self._try(task, at=now)

    def _has_lease(self, task: Task) -> bool:
        with Session(db.engine) as session:
            won = leases.take(
                session,
                task.name,
                holder=self._holder,
                now=workplace.now(),
                length=max(_LEASE, task.every + min(task.every, _SPARE)),
            )
            session.commit()
            return won

    def _try(self, task: Task, *, at: datetime) -> None:
        try:
            if task.shared and not self._has_lease(task):
                return
            self._last[task.name] = at
            task.do()
        except Exception as error:
            log.error("task %s failed: %s", task.name, getattr(error, "code", type(error).__name__))


def start(app: Flask) -> Scheduler:
    """Start the scheduler of this worker and return it, so that the server can stop it."""
    scheduler = Scheduler(app)
    scheduler.start()
    return scheduler
