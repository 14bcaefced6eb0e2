"""`citycard lists`: how full they are, and more of them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.operations import publish
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.engine import open_engine
from tests.cli.conftest import NOW, Typed


def use(office: Office, cards: int) -> None:
    """Give every list two places, and take the first place of the first lists."""
    engine = open_engine(office.database_url)
    with Session(engine) as session:
        for row in session.scalars(select(StatusListRow)):
            row.size = 2
        session.add_all(
            Card(number=f"{no:016}", list_no=no, list_index=0, kid="0" * 16, issued_on=NOW.date(),
                 expires_on=NOW.date(), state=CardState.ENDED)
            for no in range(1, cards + 1)
        )  # fmt: skip
        session.commit()
    engine.dispose()


def test_it_shows_how_full_each_list_is(citycard: Typed, office: Office) -> None:
    use(office, 2)

    said = citycard("lists", "show").splitlines()

    assert len(said) == 4
    assert said[0].split() == ["1", "of", "2", "taken", "https://port-sable.demo.invalid/status/1", "half", "full"]
    assert said[2].split() == ["0", "of", "2", "taken", "https://port-sable.demo.invalid/status/3"]
    assert citycard.json("lists", "show", "--json")[0] == {
        "no": 1,
        "uri": "https://port-sable.demo.invalid/status/1",
        "size": 2,
        "taken": 1,
    }


def test_it_says_when_more_are_needed_and_that_they_are_there(citycard: Typed, office: Office) -> None:
    use(office, 3)
    assert "citycard lists add" in citycard("lists", "show")

    said = citycard("lists", "add")

    assert [line.split() for line in said.splitlines()[:4]] == [
        ["announced", f"https://port-sable.demo.invalid/status/{no}"] for no in (5, 6, 7, 8)
    ]
    assert "citycard lists add" not in citycard("lists", "show")
    assert len(publish.announced(office)) == 8


def test_as_many_as_asked_for_and_published_with_the_rest(citycard: Typed, office: Office, tmp_path: Path) -> None:
    citycard("lists", "add", "1")
    citycard("publish", tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out" / "status").iterdir()) == [
        *("1", "1.jwt", "2", "2.jwt", "3", "3.jwt", "4", "4.jwt", "5", "5.jwt"),
        "lists.json",
    ]


def test_the_log_has_a_line(citycard: Typed, office: Office) -> None:
    citycard("lists", "add")

    engine = open_engine(office.database_url)
    with Session(engine) as session:
        assert [entry.act for entry in session.scalars(select(AuditEntry))][-1] == "statement-published"
    engine.dispose()
    assert "whole" in citycard("audit", "verify")


def test_without_the_key_in_the_safe_nothing_happens(citycard: Typed, office: Office) -> None:
    office.offline.rename(office.offline.with_name("in-the-safe"))

    said = citycard("lists", "add", code=1)

    assert "[key-absent]" in said
    assert len(publish.announced(office)) == len(citycard("lists", "show").splitlines()) == 4


def test_a_city_has_at_most_64_lists(citycard: Typed, office: Office) -> None:
    for _ in range(3):
        citycard("lists", "add", "16")
    citycard("lists", "add", "12")

    assert "[status_lists]" in citycard("lists", "add", "1", code=1)
    assert len(publish.announced(office)) == 64
