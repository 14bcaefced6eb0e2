"""Who may work here, as what, and which desks may ask."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from argon2 import Type
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.operations import sign_in, staff
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.operations.sign_in import SignInRefused, WeakPassword
from citycard.store.audit import AuditEntry
from citycard.store.staff import DeskToken, Role, Staff
from tests.support.passwords import AS_SHIPPED
from tests.support.town_hall import CAST, TownHall

PASSWORD = "seven boats at noon"

APART = {
    frozenset({Role.ADMINISTRATOR, Role.CLERK}),
    frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}),
    frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
}
"""Who makes accounts does not use them on cards, and is not who looks at the log."""


def noted(hall: TownHall) -> dict[str, Any]:
    return {"by": "Chloe", "day": hall.office.settings.today(hall.now), "chance": hall.chance}


def add(hall: TownHall, name: str, *roles: Role, password: str = PASSWORD, small_town: bool = False) -> None:
    with hall.session() as session:
        staff.add(
            session,
            name=name,
            password=password,
            roles=roles,
            language=None,
            allow_small_town=small_town,
            **noted(hall),
        )


def acts(hall: TownHall) -> list[str]:
    with Session(hall.engine) as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)))


@pytest.mark.parametrize(
    "pair", [frozenset(pair) for pair in combinations(Role, 2)], ids=lambda pair: "+".join(sorted(pair))
)
def test_some_roles_are_two_people(
    small_hall: TownHall, pair: frozenset[Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "hash_password", lambda _password: "*")  # the slow part, which is not asked about
    if pair not in APART:
        add(small_hall, "Farid", *pair)
        assert acts(small_hall) == ["staff-added"]
        return

    with pytest.raises(OperationRefused) as refusal:
        add(small_hall, "Farid", *pair)
    assert refusal.value.code == "roles-apart"

    add(small_hall, "Farid", *pair, small_town=True)
    assert acts(small_hall) == ["staff-added", "staff-roles-together"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Amel\nBruno", "Amel\u202e", "\0"])
def test_a_name_is_a_short_line(small_hall: TownHall, name: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        add(small_hall, name, Role.CLERK)

    assert refusal.value.code == "staff-name"


@pytest.mark.parametrize("name", ["Amel", " Amel "])
def test_a_name_is_taken_once(hall: TownHall, name: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        add(hall, name, Role.CLERK)

    assert refusal.value.code == "staff-taken"


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_a_weak_password_is_refused(small_hall: TownHall, password: str) -> None:
    with pytest.raises(WeakPassword):
        add(small_hall, "Farid", Role.CLERK, password=password)

    assert acts(small_hall) == []


def test_the_register_keeps_no_password(hall: TownHall) -> None:
    add(hall, "Farid", Role.CLERK)
    with Session(hall.engine) as session:
        row = staff.find(session, "Farid")
        assert row.password_hash.startswith("$argon2id$")
        assert "boats at" not in row.password_hash


def test_a_real_password_costs_whoever_guesses_what_the_rfc_advises() -> None:
    """RFC 9106 section 4, second recommendation: 3 passes over 64 MiB in 4 lanes, salt of 16 bytes, tag of 32."""
    shipped = AS_SHIPPED

    assert shipped.type is Type.ID
    assert (shipped.time_cost, shipped.memory_cost, shipped.parallelism) == (3, 64 * 1024, 4)
    assert (shipped.salt_len, shipped.hash_len) == (16, 32)


def test_closing_an_account_ends_its_sign_ins(hall: TownHall) -> None:
    add(hall, "Farid", Role.CLERK)
    with hall.session() as session:
        opened = sign_in.sign_in(session, name="Farid", password=PASSWORD, now=hall.now, chance=hall.chance)
    with hall.session() as session:
        staff.set_active(session, staff.find(session, "Farid"), False, **noted(hall))

    with hall.session() as session:
        assert sign_in.find(session, opened.token, now=hall.now) is None
        with pytest.raises(SignInRefused):
            staff.check_password(session, name="Farid", password=PASSWORD, now=hall.now, chance=hall.chance)
    assert acts(hall) == ["staff-added", "staff-changed"]


def test_another_password_ends_sign_ins_and_waits(hall: TownHall) -> None:
    add(hall, "Farid", Role.CLERK)
    with hall.session() as session:
        row = staff.find(session, "Farid")
        row.failures, row.blocked_until = 9, hall.now + timedelta(minutes=15)
    with hall.session() as session:
        staff.set_password(session, staff.find(session, "Farid"), "eight boats at noon", **noted(hall))

    with hall.session() as session:
        who = staff.check_password(
            session, name="Farid", password="eight boats at noon", now=hall.now, chance=hall.chance
        )
        assert who.name == "Farid"


def test_checking_a_password_leaves_no_sign_in(small_hall: TownHall) -> None:
    from citycard.store.staff import StaffSession

    add(small_hall, "Farid", Role.CLERK)
    with small_hall.session() as session:
        staff.check_password(session, name="Farid", password=PASSWORD, now=small_hall.now, chance=small_hall.chance)

    with Session(small_hall.engine) as session:
        assert session.scalars(select(StaffSession)).all() == []


def test_nobody_by_that_name(small_hall: TownHall) -> None:
    with small_hall.session() as session, pytest.raises(NotFound):
        staff.find(session, "Nobody")


def test_the_cast_keeps_the_rules() -> None:
    assert not [name for name, roles in CAST.items() for pair in APART if pair <= set(roles)]


# --- desks ----------------------------------------------------------------------------------------------


def add_desk(hall: TownHall, name: str = "library", fields: tuple[str, ...] = ("number",)) -> str:
    with hall.session() as session:
        return staff.add_desk(session, name=name, fields=fields, **noted(hall))[1]


def test_a_desk_is_known_by_its_token_until_it_is_withdrawn(hall: TownHall) -> None:
    token = add_desk(hall, fields=("number", "age_over_18"))
    with hall.session() as session:
        found = staff.find_desk(session, token)
        assert found is not None
        assert (found.name, found.fields) == ("library", "number,age_over_18")
        assert staff.find_desk(session, token[:-1] + ("y" if token.endswith("x") else "x")) is None
        assert staff.find_desk(session, "") is None
        staff.withdraw_desk(session, found, **noted(hall))

    with hall.session() as session:
        assert staff.find_desk(session, token) is None


def test_the_register_keeps_no_token(small_hall: TownHall) -> None:
    token = add_desk(small_hall)

    with Session(small_hall.engine) as session:
        row = session.scalars(select(DeskToken)).one()
        assert token not in vars(row).values()
    assert len(token) == 40
    content = (small_hall.office.folder / "register.sqlite3").read_bytes()
    assert token.encode() not in content


@pytest.mark.parametrize("field", ["gender", "address", "password_hash", ""])
def test_a_desk_sees_what_a_service_may_need_and_nothing_else(small_hall: TownHall, field: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        add_desk(small_hall, fields=("number", field))

    assert refusal.value.code == "desk-fields"


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "library\nx"])
def test_a_desk_has_a_name(small_hall: TownHall, name: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        add_desk(small_hall, name)

    assert refusal.value.code == "desk-name"


def test_a_desks_name_is_taken_once(hall: TownHall) -> None:
    add_desk(hall)

    with pytest.raises(OperationRefused) as refusal:
        add_desk(hall)

    assert refusal.value.code == "desk-taken"


def test_roles_are_read_back_as_a_set() -> None:
    assert Staff(name="x", password_hash="*", roles="").role_set == frozenset()
    assert Staff(name="x", password_hash="*", roles="clerk,desk").role_set == {Role.CLERK, Role.DESK}
