"""The drill of `make drill`, without looking at the clock: before, the card is good at three places; after, at none."""

from __future__ import annotations

from pathlib import Path

from citycard.core.verdicts import Verdict
from tests.drill import run


def test_a_stolen_key_opens_nothing_anywhere_though_the_safe_stays_shut(tmp_path: Path) -> None:
    drill = run(tmp_path)

    assert [(step.place, step.before, step.after) for step in drill.steps] == [
        ("own counter", Verdict.OK, Verdict.KEY_REVOKED),
        ("partner's counter", Verdict.OK, Verdict.KEY_REVOKED),
        ("partner's desk without network", Verdict.OK, Verdict.KEY_REVOKED),
    ]
    assert drill.statement_waits
    seconds = [step.seconds for step in drill.steps]
    assert seconds == sorted(seconds)
