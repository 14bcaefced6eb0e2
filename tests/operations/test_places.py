"""Places in the status lists: one list after the other, never one twice, and more of them in good time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.status import read_status_list
from citycard.core.status_jwt import read_status_list_jwt
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.keystore.ring import Purpose
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import key_changes, places, publish, status_lists
from citycard.operations.refusals import OperationRefused
from citycard.partners import repository
from citycard.partners.folder import FolderFetcher
from citycard.partners.lists import fetch_lists
from citycard.partners.statement import read_statement, to_issuer
from citycard.store.cards import Card, CardState, StatusListRow
from tests.support.town_hall import TownHall


def shrink(hall: TownHall, size: int) -> None:
    """Give every list this many places, so that a handful of cards fills one."""
    with hall.session() as session:
        for row in session.scalars(select(StatusListRow)):
            row.size = size


def fill(hall: TownHall, cards: int) -> None:
    """Take places with rows alone, which is faster than with cards."""
    with hall.session() as session:
        for _ in range(cards):
            listed = places.list_with_room(session)
            used = set(session.scalars(select(Card.list_index).where(Card.list_no == listed.no)))
            session.add(
                Card(
                    number=hall.chance(8).hex().upper(),
                    list_no=listed.no,
                    list_index=min(set(range(listed.size)) - used),
                    kid="0" * 16,
                    issued_on=hall.now.date(),
                    expires_on=hall.now.date(),
                    state=CardState.ENDED,
                )
            )
            session.flush()


def taken(hall: TownHall) -> dict[int, int]:
    """How many places of each list are taken."""
    with Session(hall.engine) as session:
        return {each.no: each.taken for each in places.usage(session)}


def scarce(hall: TownHall) -> bool:
    with Session(hall.engine) as session:
        return places.scarce(places.usage(session))


def add(hall: TownHall, how_many: int = 4) -> tuple[str, ...]:
    with hall.session() as session:
        return places.add(session, hall.ring, how_many, now=hall.now)


def announced(hall: TownHall) -> tuple[str, ...]:
    """The lists in the statement that partners read."""
    return read_statement(repository.current_statement(hall.office.published), allow_demo=True).status_lists


def test_a_new_list_is_used_when_one_is_half_full(hall: TownHall) -> None:
    shrink(hall, 8)
    for _ in range(10):
        hall.issue(hall.approved())

    assert taken(hall) == {1: 4, 2: 4, 3: 2, 4: 0}


def test_a_burnt_place_counts_as_taken(small_hall: TownHall) -> None:
    shrink(small_hall, 2)
    fill(small_hall, 1)
    with small_hall.session() as session:
        for card in session.scalars(select(Card)):
            card.state = CardState.VOID
    fill(small_hall, 1)

    assert taken(small_hall) == {1: 1, 2: 1, 3: 0, 4: 0}


def test_when_every_list_is_half_full_the_office_goes_on_until_all_are_full(small_hall: TownHall) -> None:
    shrink(small_hall, 8)
    fill(small_hall, 16)
    assert taken(small_hall) == {1: 4, 2: 4, 3: 4, 4: 4}

    for _ in range(4):
        small_hall.issue(small_hall.approved())
    assert taken(small_hall) == {1: 5, 2: 5, 3: 5, 4: 5}, "they fill evenly: a random place is soon found"

    fill(small_hall, 12)
    with pytest.raises(OperationRefused) as refusal:
        small_hall.issue(small_hall.approved())
    assert refusal.value.code == "list-full"
    with Session(small_hall.engine) as session:
        assert Counter(session.execute(select(Card.list_no, Card.list_index)).all()).most_common(1)[0][1] == 1


def test_an_office_without_lists_says_so(small_hall: TownHall) -> None:
    with small_hall.session() as session:
        for row in session.scalars(select(StatusListRow)):
            session.delete(row)

    with Session(small_hall.engine) as session:
        assert not places.scarce(places.usage(session))
        with pytest.raises(OperationRefused) as refusal:
            places.list_with_room(session)
    assert refusal.value.code == "no-list"


def test_the_office_is_told_when_the_last_list_is_taken_into_use(small_hall: TownHall) -> None:
    shrink(small_hall, 8)
    told = []
    for _ in range(4):
        told.append(scarce(small_hall))
        fill(small_hall, 4)

    assert told == [False, False, False, True]
    assert scarce(small_hall)


def test_more_lists_are_announced_published_and_then_used(small_hall: TownHall, tmp_path: Path) -> None:
    shrink(small_hall, 8)
    fill(small_hall, 15)
    before = announced(small_hall)

    new = add(small_hall)

    assert len(new) == 4
    assert announced(small_hall) == (*before, *new)
    assert not scarce(small_hall)
    first, second = small_hall.card(), small_hall.card()  # the last place of list 4, the first of list 5
    assert taken(small_hall)[5] == 1
    assert [small_hall.check(card.full_code).verdict for card in (first, second)] == [Verdict.OK] * 2
    # Rivemont reads the stick that Port-Sable made, and knows the card of the new list.
    with small_hall.session() as session:
        publish.export(session, small_hall.office, tmp_path / "stick")
    statement = read_statement(repository.current_statement(tmp_path / "stick"), allow_demo=True)
    port_sable = to_issuer(statement)
    fetched = fetch_lists(port_sable, FolderFetcher(tmp_path / "stick"), held={}, now=small_hall.now)
    lists = {each.uri: each.status_list for each in fetched if each.status_list is not None}
    assert set(lists) == set(announced(small_hall))
    card = verify(second.full_code, trust=TrustStore([port_sable]), lists=lists, now=small_hall.now)
    assert card.verdict is Verdict.OK


def test_new_lists_are_whole_in_both_forms_at_once(small_hall: TownHall) -> None:
    new = add(small_hall, 2)

    issuer = small_hall.ring.issuer(announced(small_hall))
    with Session(small_hall.engine) as session:
        for uri in new:
            row = session.scalars(select(StatusListRow).where(StatusListRow.uri == uri)).one()
            assert row.token is not None
            assert row.jwt is not None
            known = {"issuer": issuer, "uri": uri, "now": small_hall.now}
            assert read_status_list(row.token, **known) == read_status_list_jwt(row.jwt, **known)


def test_a_list_once_announced_stays_announced(small_hall: TownHall) -> None:
    """The next statement is made for another reason, by somebody who knows nothing of lists."""
    add(small_hall)
    lists = announced(small_hall)
    kid = small_hall.ring[Purpose.CARD][1].kid

    key_changes.compromise(small_hall.ring, kid, now=small_hall.now)

    assert announced(small_hall) == lists
    assert small_hall.ring.named(kid).state is KeyState.COMPROMISED


def test_without_the_key_in_the_safe_nothing_is_announced_and_nothing_made(small_hall: TownHall) -> None:
    before = announced(small_hall)
    small_hall.office.offline.rename(small_hall.office.offline.with_name("in-the-safe"))

    with pytest.raises(KeyUnavailable):
        add(small_hall)

    assert announced(small_hall) == before
    assert len(taken(small_hall)) == status_lists.ANNOUNCED


def test_what_was_announced_and_not_made_is_made_by_the_same_command(small_hall: TownHall) -> None:
    """The power went between the statement and the register."""
    settings = small_hall.office.settings
    more = [status_lists.uri(settings, no) for no in (5, 6)]
    publish.publish_statement(small_hall.ring, now=small_hall.now, lists=more)
    fill(small_hall, 1)  # nothing looks at lists 5 and 6 meanwhile

    assert add(small_hall) == tuple(more)
    assert len(announced(small_hall)) == len(taken(small_hall)) == 6
    assert len(add(small_hall)) == 4
