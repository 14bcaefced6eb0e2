"""`make crash`: twenty clerks issue at once and are killed a thousand times; no number and no place is given twice.

Half of the kills happen on SQLite, half on PostgreSQL. What must be true afterwards stands in `judging`. The exit code
is 0 when it is, 1 when it is not, 2 when a database is not installed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.run import run
from tests.support.postgres import running_server

DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """The address of an empty database, or nothing for a file in the office's folder."""
    if kind == "sqlite":
        yield None
        return
    with running_server() as server:
        yield server.url(server.new_database())


def showing(kind: str, kills: int) -> Callable[[int], None]:
    """Say how far it is: on one line of a terminal, every tenth part of the way elsewhere."""

    def show(done: int) -> None:
        line = f"{kind:<11}{done:>6,} of {kills:,}"
        if sys.stdout.isatty():
            print(f"\r{line}", end="\r", flush=True)
        elif done % max(kills // 10, 1) == 0:
            print(line, flush=True)

    return show


def main() -> int:
    """Run on each database, say what came of it, and return the exit code."""
    ask = argparse.ArgumentParser(prog="python -m tests.crash", description="Clerks that are killed while they issue.")
    ask.add_argument("--kills", type=int, default=1000, help="how many in all (default 1,000)")
    ask.add_argument("--database", choices=DATABASES, help="on this one alone")
    ask.add_argument("--seed", default="2026", help="which moments chance chooses; the machine has its own part in it")
    asked = ask.parse_args()
    kinds = [asked.database] if asked.database else list(DATABASES)
    killed, wrong = 0, 0
    for kind in kinds:
        kills = -(-asked.kills // len(kinds))
        try:
            with tempfile.TemporaryDirectory(prefix="citycard-crash-") as folder, database(kind) as url:
                judged = run(Path(folder), url, kills=kills, seed=f"{asked.seed} {kind}", progress=showing(kind, kills))
        except (pytest.skip.Exception, pytest.fail.Exception) as missing:
            print(f"{kind}: {missing}", file=sys.stderr)
            return 2
        print(f"{kind:<11}{judged}")
        for problem in judged.problems:
            print(f"{kind}: {problem}", file=sys.stderr)
        killed, wrong = killed + judged.told.kills, wrong + len(judged.problems)
    print(f"{killed:,} kills, {wrong} numbers or places given twice or lost")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
