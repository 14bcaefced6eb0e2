"""`make drill`: a key is marked as stolen, and three places are timed. Exit code 1 where one accepts the card."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from citycard.core.verdicts import Verdict
from tests.drill import run


def main() -> int:
    """Hold the drill once and print what came of it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        drill = run(Path(folder))
    print("A card key was marked as stolen, with the offline keys in their safe.")
    for step in drill.steps:
        turn = f"  ({step.turn})" if step.turn else ""
        print(f"  {step.place:32}{step.before} → {step.after:14}{step.seconds:6.1f} s{turn}")
    if drill.statement_waits:
        print("The statement says it when somebody has opened the safe; nobody had to wait for that.")
    return 0 if all(step.after is Verdict.KEY_REVOKED for step in drill.steps) else 1


if __name__ == "__main__":
    sys.exit(main())
