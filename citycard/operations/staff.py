"""Staff and desks: who may sign in, and which device may ask the API for fields.

1. A role that may issue and a role that administers do not go together, except in a town of two officials that says
   `allow_small_town`; the audit log keeps that it did.
2. A desk's token is shown once; the register keeps its hash.
3. A token is for fields or for a service. For a service it is answered with what that needs, as the register of
   services says when it asks, and no field is chosen besides.
"""

import base64
import hashlib
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.number import Chance
from citycard.operations import audit, sign_in
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.staff import DeskToken, Role, Staff

_APART = ((Role.ADMINISTRATOR, Role.CLERK), (Role.ADMINISTRATOR, Role.SUPERVISOR), (Role.AUDITOR, Role.ADMINISTRATOR))
"""Pairs of roles that one person should not hold: who makes accounts could make the second person."""

DESK_FIELDS = ("number", "full_name", "portrait", "date_of_birth", "age_over_18", "resident")
"""What a desk's token can be answered with; a desk gets those its service needs."""


def add(
    session: Session,
    *,
    name: str,
    password: str,
    roles: Collection[Role],
    language: str | None,
    by: str,
    day: date,
    chance: Chance,
    allow_small_town: bool = False,
) -> Staff:
    """Add a member of staff; raise `OperationRefused` for a taken name or roles that do not go together."""
    name = name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise OperationRefused("A sign-in name has 1 to 60 characters.", code="staff-name")
    if session.scalars(select(Staff.id).where(Staff.name == name)).first() is not None:
        raise OperationRefused("This sign-in name is taken.", code="staff-taken")
    # (1)
    together = [pair for pair in _APART if pair[0] in roles and pair[1] in roles]
    if together and not allow_small_town:
        raise OperationRefused(f"{together[0][0]} and {together[0][1]} should be two people.", code="roles-apart")
    row = Staff(
        name=name,
        password_hash=sign_in.hash_password(password),
        roles=",".join(sorted(role.value for role in roles)),
        language=language,
    )
    session.add(row)
    audit.record(session, audit.Act.STAFF_ADDED, by=by, day=day, chance=chance)
    if together:
        audit.record(session, audit.Act.STAFF_ROLES_TOGETHER, by=by, day=day, chance=chance)
    return row


def find(session: Session, name: str) -> Staff:
    """Return the member of staff with this sign-in name."""
    row = session.scalars(select(Staff).where(Staff.name == name)).first()
    if row is None:
        raise NotFound("There is nobody with this sign-in name.", code="no-staff")
    return row


def set_active(session: Session, row: Staff, active: bool, *, by: str, day: date, chance: Chance) -> None:
    """Close or reopen an account; closing ends its sign-ins at once."""
    row.active = active
    if not active:
        sign_in.end_all(session, row)
    audit.record(session, audit.Act.STAFF_CHANGED, by=by, day=day, chance=chance)


def set_password(session: Session, row: Staff, password: str, *, by: str, day: date, chance: Chance) -> None:
    """Give an account another password; its sign-ins end."""
    row.password_hash = sign_in.hash_password(password)
    row.failures, row.blocked_until = 0, None
    sign_in.end_all(session, row)
    audit.record(session, audit.Act.STAFF_CHANGED, by=by, day=day, chance=chance)


def add_desk(
    session: Session,
    *,
    name: str,
    fields: Collection[str],
    service: str | None = None,
    by: str,
    day: date,
    chance: Chance,
) -> tuple[DeskToken, str]:
    """Add a desk; return its row and its token, which cannot be shown again (2).

    `service` is the id of one in the register; the caller has looked.
    """
    # (3)
    if service is not None and fields:
        raise OperationRefused(
            "A desk for a service gets what the service needs, and no field besides.", code="desk-both"
        )
    unknown = [field for field in fields if field not in DESK_FIELDS]
    if unknown:
        raise OperationRefused(f"A desk's fields are among: {', '.join(DESK_FIELDS)}.", code="desk-fields")
    name = name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise OperationRefused("A desk's name has 1 to 60 characters.", code="desk-name")
    if session.scalars(select(DeskToken.id).where(DeskToken.name == name)).first() is not None:
        raise OperationRefused("This name is taken by another desk, perhaps a withdrawn one.", code="desk-taken")
    token = base64.urlsafe_b64encode(chance(30)).decode()
    row = DeskToken(name=name, token_hash=token_hash(token), fields=",".join(fields), service=service)
    session.add(row)
    audit.record(session, audit.Act.DESK_ADDED, by=by, day=day, chance=chance)
    return row, token


def withdraw_desk(session: Session, row: DeskToken, *, by: str, day: date, chance: Chance) -> None:
    """Make a desk's token worthless at once."""
    row.active = False
    audit.record(session, audit.Act.DESK_WITHDRAWN, by=by, day=day, chance=chance)


def find_desk(session: Session, token: str) -> DeskToken | None:
    """Return the desk that holds `token`, if it is active. The hash is looked up, so that time tells nothing."""
    query = select(DeskToken).where(DeskToken.token_hash == token_hash(token), DeskToken.active)
    return session.scalars(query).first()


def token_hash(token: str) -> str:
    """Return what the register keeps of a token; 240 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_password(session: Session, *, name: str, password: str, now: datetime, chance: Chance) -> Staff:
    """Return the member of staff called `name` if `password` is theirs; for commands, which open no sign-in."""
    opened = sign_in.sign_in(session, name=name, password=password, now=now, chance=chance)
    sign_in.end(session, opened.token)
    return opened.staff
