"""After the hand-over nobody can be found in what is left: the canary drill."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tests.operations.conftest import OpenHall
from tests.support.postgres import ROLE, running_server
from tests.support.town_hall import TownHall, chance_from
from tests.support.traces import disguises, search, stands_in, traces_of

PERSON = {
    "full_name": "Zéphyrine Quillarnou-Vasquelle",
    "own_script_name": "زفيرين كيلارنو",
    "own_script_language": "ara",
    "own_script_in_code": True,
    "date_of_birth": "19630807",
    "gender_words": "autrement dit",
    "address": "94 impasse des Hippocampes",
    "address_as": "full",
    "address_kind": "full",
    "address_in_code": True,
    "emergency_name": "Ursuline Barquentin",
    "emergency_phone": "00 44 91 73 28",
    "interpreter": "signed",
    "typed": {"identity": {"full_name": "Zephyrine Quillarnou"}},
}

CANARIES = [
    "Quillarnou",
    "Vasquelle",
    "Zéphyrine",
    "كيلارنو",
    "19630807",
    "autrement dit",
    "Hippocampes",
    "Barquentin",
    "44 91 73 28",
]
"""Short enough to be found in parts of the texts, long enough never to be there by chance (`traces` on the date)."""


def searched(hall: TownHall) -> list[Path]:
    return [hall.office.folder, hall.office.secrets, hall.office.offline]


def test_the_search_finds_what_it_should(tmp_path: Path) -> None:
    """A drill that finds nothing proves nothing, unless it would have found something."""
    name = "Quillarnou"
    planted = {
        "plain": f"x{name}y".encode(),
        "windows": f"x{name}y".encode("utf-16-le"),
        "hex": b"00" + name.encode().hex().encode() + b"ff",
        **{f"base64-{pad}": base64.b64encode(b"a" * pad + f"{name} and more".encode()) for pad in range(3)},
        "compressed": b"before" + zlib.compress(f"a name: {name}".encode()) + b"after",
        "compressed-wide": zlib.compress(name.encode("utf-16-be"), 9),
        "loud": name.upper().encode(),
        "decomposed": "Ze\u0301phyrine".encode(),
        "date": b'{"date_of_birth":"19630807"}',
        "date-first": b"19630807abcdef",
        "date-last": b"0cafe19630807;",
        "date-small": zlib.compress(b"born on 19630807"),
    }
    by_chance = b"9be07d35f319630807c4b2a1"
    (tmp_path / "a-handle").write_bytes(by_chance + b"\n" + by_chance.upper())
    for file, content in planted.items():
        (tmp_path / file).write_bytes(content)

    found = traces_of([name, "Zéphyrine", "19630807"], in_folders=[tmp_path])

    assert {line.split(":")[0] for line in found} == set(planted)


def test_nothing_of_a_person_is_left_after_the_hand_over(small_hall: TownHall) -> None:
    """At no step anything readable, and at the end nothing at all; the photographs included."""
    hall = small_hall
    ticket = hall.enrol(**PERSON)
    row = hall.row(ticket)
    file = hall.file(ticket)
    pictures: list[str | bytes] = [file.portrait[200:240], file.portrait_small[40:80]]
    looked_for = [*CANARIES, *pictures]
    assert traces_of(looked_for, in_folders=searched(hall)) == []
    hall.submit(ticket)
    hall.approve(ticket)
    card = hall.issue(ticket)
    assert traces_of([*looked_for, card.full_code[50:90]], in_folders=searched(hall)) == []
    hall.print(ticket)
    sealed = hall.row(ticket).sealed

    hall.hand_over(ticket)

    looked_for += [card.full_code[50:90], card.light_code[50:90], row.id, row.request_token]
    assert traces_of(looked_for, in_folders=searched(hall)) == []
    # Not even the sealed bytes are left in free pages or in the log.
    assert traces_of([sealed[20:60], row.wrapped_key], in_folders=[hall.office.folder]) == []


def test_nothing_of_an_abandoned_enrolment_is_left(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(**PERSON)
    row = small_hall.row(ticket)
    small_hall.abandon(ticket)

    assert traces_of([*CANARIES, row.sealed[20:60], row.id], in_folders=[small_hall.office.folder]) == []


def test_nothing_of_a_swept_enrolment_is_left(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(**PERSON)
    row = small_hall.row(ticket)
    small_hall.clock.pass_by(minutes=31)
    small_hall.sweep()

    assert traces_of([*CANARIES, row.sealed[20:60], row.id], in_folders=[small_hall.office.folder]) == []


def test_earlier_versions_of_a_file_are_not_left_either(small_hall: TownHall) -> None:
    """Each change seals anew; what it replaces lies in the log until that is emptied."""
    ticket = small_hall.enrol(**PERSON)
    earlier = []
    for name in ("Zéphyrine A", "Zéphyrine B", "Zéphyrine C"):
        small_hall.type(ticket, full_name=name)
        earlier.append(small_hall.row(ticket).sealed[20:60])
    small_hall.abandon(ticket)

    assert traces_of(earlier, in_folders=[small_hall.office.folder]) == []


def test_no_day_key_is_left_after_the_night(open_hall: OpenHall) -> None:
    """The key itself, by its bytes: its file was overwritten before it was removed."""
    hall = open_hall()
    hall.enrol(**PERSON)
    key = (hall.office.secrets / "day-keys" / "2026-11-23.day").read_bytes()
    hall.clock.pass_by(days=2)
    hall.sweep()

    assert traces_of([key], in_folders=searched(hall)) == []


def test_the_log_and_the_cards_name_nobody(hall: TownHall) -> None:
    hall.card(**PERSON)
    dresses = {dress: name for word in CANARIES for dress, name in disguises(word)}

    with hall.engine.connect() as connection:
        for table in ("audit", "cards", "counters", "status_lists", "staff", "clerk_days"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                for value in row:
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    assert search(content, dresses) == []


def test_a_file_does_not_print_itself(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(**PERSON)
    file = small_hall.file(ticket)
    row = small_hall.row(ticket)

    said = f"{file!r} {file} {row!r} {small_hall.desk()!r}"

    assert not [word for word in CANARIES if word in said]


def test_the_outcome_of_a_check_does_not_print_itself(small_hall: TownHall) -> None:
    outcome = small_hall.check(small_hall.card(**PERSON).full_code)

    assert outcome.card is not None
    assert not [word for word in CANARIES if word in repr(outcome)]


def test_a_refused_content_is_not_repeated(small_hall: TownHall) -> None:
    from citycard.core.errors import CitycardError

    ticket = small_hall.enrol(**{**PERSON, "full_name": "Quillarnou \u202e"})
    with pytest.raises(CitycardError) as refusal:
        small_hall.submit(ticket)

    assert "Quillarnou" not in f"{refusal.value} {refusal.value!r}"


def test_two_files_of_the_same_person_look_different(open_hall: OpenHall) -> None:
    """No duplicate can be found in the register by comparing rows."""
    hall = open_hall()
    hall.chance = chance_from(1)
    one, two = (hall.row(hall.enrol(**PERSON)) for _ in range(2))

    assert one.sealed != two.sealed
    assert one.wrapped_key != two.wrapped_key


@pytest.mark.postgres
def test_a_whole_postgresql_holds_no_trace(open_hall: OpenHall) -> None:
    """Its pages, its log, its temporary files: whoever carries the disk away.

    The server is this test's own: in the log of one that served other tests would be what those left, and their
    databases would be going while we read.
    """
    with running_server() as server:
        hall = open_hall(database_url=server.url(server.new_database()))
        card = hall.card(**PERSON)
        with psycopg.connect(host=str(server.folder), user=ROLE, dbname="postgres", autocommit=True) as db:
            db.execute("CHECKPOINT")
        words = [*CANARIES, card.full_code[50:90]]
        dresses = {dress: f"{word} as {name}" for word in words for dress, name in disguises(word)}

        found = [
            f"{path.name}: {name}"
            for path in server.folder.rglob("*")
            if path.is_file()
            for content in [path.read_bytes()]
            for dress, name in dresses.items()
            if stands_in(content, dress)
        ]
        hall.close()

    assert found == []
