"""kill -9 while issuing, at moments chosen by chance: numbers are burnt, and nothing is issued twice."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import cbor2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.store.cards import Card, CardState
from tests.support.town_hall import TownHall

ROOT = Path(__file__).resolve().parents[2]
ENROLMENTS = 6
"""With three kills each about twenty chances to be hit in the act, on each kind of database."""


@pytest.mark.slow
def test_killed_clerks_issue_nothing_twice(hall: TownHall, tmp_path: Path) -> None:
    tickets = [hall.approved() for _ in range(ENROLMENTS)]
    hall.close()  # a connection must not be carried into another process
    signed = tmp_path / "signed"

    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.killed_clerks", hall.office.folder, hall.url, signed, *tickets],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    states = Counter(hall.cards().values())
    assert states[CardState.VOID] >= 1, f"of {done.stdout.strip()} killed, nobody had begun"
    assert states[CardState.ACTIVE] == ENROLMENTS
    assert set(states) <= {CardState.ACTIVE, CardState.VOID}
    with Session(hall.engine) as session:
        places = [(row.list_no, row.list_index) for row in session.scalars(select(Card))]
    assert len(set(places)) == len(places)
    # A number was signed by one process only, and what is active now was signed.
    signers: defaultdict[str, set[str]] = defaultdict(set)
    for line in signed.read_text("ascii").splitlines():
        process, message = line.split()
        payload = cbor2.loads(cbor2.loads(bytes.fromhex(message))[3])
        signers[payload[169][1]].add(process)
    assert all(len(processes) == 1 for processes in signers.values())
    active = {number for number, state in hall.cards().items() if state is CardState.ACTIVE}
    assert active <= set(signers)
    hall.publish_lists()
    for ticket in tickets:
        file = hall.file(ticket)
        assert hall.check(file.full_code).verdict is Verdict.OK
        assert hall.check(file.light_code).verdict is Verdict.OK
