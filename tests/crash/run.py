"""One run: an office on one kind of database, a crowd, a number of kills, and the judgement."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from citycard.store.cards import CardState
from tests.crash.attempts import BEGUN, RESERVING, SIGNING, Scene, signed_in
from tests.crash.crowd import BATCH, Crowd, Told, prepare
from tests.crash.judging import problems, problems_at_the_desk, rows_of
from tests.support.office import make_office
from tests.support.town_hall import TownHall

NO_CAP = 1_000_000
"""Cards a clerk may issue in a day; the cap has its own tests."""


@dataclass(frozen=True)
class Judged:
    """What came of a run."""

    told: Told
    cards: int
    burnt: int
    burnt_after_signing: int
    """Numbers for which the key was used, or just about to be, when the process died."""
    seconds: float
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.told.kills:,} killed in the act ({self.told.killed_at[BEGUN]:,} before they had the register, "
            f"{self.told.killed_at[RESERVING]:,} while reserving, {self.told.killed_at[SIGNING]:,} while signing), of "
            f"{self.told.attempts:,} attempts, up to {self.told.at_once} at once; {self.cards:,} cards; "
            f"{self.burnt:,} numbers burnt, {self.burnt_after_signing:,} of them after the key was used; "
            f"{len(self.problems)} given twice or lost; {self.seconds:.0f} s"
        )


def run(folder: Path, url: str | None, *, kills: int, seed: str, progress: Callable[[int], None]) -> Judged:
    """Run in `folder`, on the database at `url` or on an SQLite file of the office's own."""
    started = time.monotonic()
    office = make_office(folder, database_url=url, cards_per_clerk_per_day=NO_CAP)
    hall = TownHall(office, database_url=url)
    prepare(hall, max(2 * kills, 3 * BATCH))
    hall.close()  # a connection must not be carried into another process
    scene = Scene(office.folder, hall.url, folder / "notes")
    scene.notes.mkdir()
    told = Crowd(scene, kills, random.Random(seed), progress=progress).work()
    signed, rows = signed_in(scene.notes), rows_of(hall)
    found = problems(signed, rows, len(told.tickets)) + problems_at_the_desk(hall, rows, told.tickets)
    hall.close()
    void = {number for number, _, state in rows if state is CardState.VOID}
    return Judged(
        told=told,
        cards=len(rows) - len(void),
        burnt=len(void),
        burnt_after_signing=len(void & {each.number for each in signed}),
        seconds=time.monotonic() - started,
        problems=tuple(found),
    )
