"""kill -9 among twenty clerks, at moments chosen by chance: numbers are burnt, and nothing is given twice.

A short run of what `make crash` does for longer, and whether its judge would notice.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from citycard.store.cards import CardState
from tests.crash.attempts import RESERVING, SIGNING, Signed
from tests.crash.crowd import WRITERS
from tests.crash.judging import Row, problems
from tests.crash.run import run

KILLS = 24
"""On each kind of database. `make crash` makes a thousand."""


@pytest.mark.slow
def test_twenty_clerks_who_are_killed_give_nothing_twice_and_lose_nothing(tmp_path: Path, database_url: str) -> None:
    url = None if database_url.startswith("sqlite") else database_url

    judged = run(tmp_path, url, kills=KILLS, seed="a short run", progress=lambda _: None)

    assert judged.problems == ()
    assert judged.told.kills >= KILLS
    assert judged.told.at_once == WRITERS == 20
    # They were hit where it matters: while a number was being taken, and after it was.
    assert judged.told.killed_at[RESERVING] >= 1
    assert judged.told.killed_at[SIGNING] >= 1
    assert judged.burnt >= 1


HERE, THERE = ("https://port-sable.example/status/1", 5), ("https://port-sable.example/status/1", 6)

ONE, TWO = Signed("000001", "AAAA", HERE), Signed("000002", "BBBB", THERE)

GOOD: list[Row] = [("AAAA", HERE, CardState.ACTIVE), ("BBBB", THERE, CardState.VOID)]


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    """The two codes of a card are two signatures for one number; a number may be burnt before it is signed for."""
    burnt: Row = ("CCCC", ("https://port-sable.example/status/2", 5), CardState.VOID)

    assert problems([ONE, ONE, TWO], [*GOOD, burnt], 1) == []


@pytest.mark.parametrize(
    ("signed", "rows", "said"),
    [
        ([ONE, TWO, replace(ONE, attempt="000003")], GOOD, "number AAAA was given in 2 attempts"),
        ([ONE, TWO, replace(ONE, place=THERE)], GOOD, "number AAAA was given 2 places"),
        ([ONE, TWO, replace(ONE, number="CCCC")], GOOD, "was given to 2 numbers"),
        ([ONE, TWO], [*GOOD, ("CCCC", HERE, CardState.VOID)], "is in the register 2 times"),
        ([ONE, TWO], GOOD[:1], "number BBBB was signed for and is lost"),
        ([ONE, TWO], [GOOD[0], ("BBBB", (HERE[0], 7), CardState.VOID)], "BBBB was signed for at another place"),
        ([ONE, TWO], [GOOD[0], ("BBBB", THERE, CardState.RESERVED)], "neither active nor void"),
        ([ONE, TWO], [GOOD[0], ("BBBB", THERE, CardState.ACTIVE)], "1 enrolments have 2 cards"),
        ([TWO], GOOD, "number AAAA is active and was never signed for"),
    ],
)
def test_the_judge_finds_what_is_wrong(signed: list[Signed], rows: list[Row], said: str) -> None:
    assert any(said in problem for problem in problems(signed, rows, 1))
