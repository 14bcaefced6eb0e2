"""Staff come in, are kept apart from strangers while they work, and really go out.

A password is tried in one order, the same for a name that exists and for one that does not:

1. The attempt is counted and the next one is put off, and that is committed, before the password is looked at:
   a hundred attempts at the same instant must not all see "no failures yet". Signing in is counted on the account;
   unlocking and confirming on the session, which strangers do not have.
2. The password is hashed. For an unknown name, a closed account or an account that has to wait, a stand-in is hashed:
   the time taken tells nothing.
3. Any refusal is the same `SignInRefused`. On success the counter goes back to nothing.

The wait doubles from the fourth failure on and never exceeds `LONGEST_WAIT`; tries during the wait neither count nor
lengthen it. A stranger who knows a name and tries again whenever a wait ends keeps that name waiting for as long as the
stranger likes: each right password then comes during a wait. What the stranger cannot do is to shut the owner out: a
screen that is signed in goes on, locks and opens, and from a browser in which the owner signed in before
(`known_browser`) the wait of the account is not asked. Whoever calls with it has to slow that browser down by itself.
What is left: on a machine that is new to her, the owner waits until the stranger tires.

A session is a row; the browser holds 256 random bits and the row their SHA-256. The row is looked up for each request,
and what it says is decided by the clock that is passed in:

- not there, over after `LONGEST_DAY`, or the account closed: nobody is signed in;
- locked by hand, or not used for `IDLE`: the person is known and nothing opens until the password is typed again;
- password typed within `CONFIRMED_FOR`: acts that cannot be undone may go on.

A colleague who stands by at somebody else's screen types name and password there (`confirm_as_second`): the same order
and the same waits as when signing in, and no session is opened.

The token is a new one after every typed password, so that a token learned earlier is worth nothing later.
"""

import base64
import hashlib
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.number import Chance
from citycard.store.staff import Staff, StaffSession

IDLE = timedelta(minutes=10)
"""A screen left alone locks. Ten minutes is one long conversation at the counter; a lunch break is longer."""

LONGEST_DAY = timedelta(hours=12)
"""No session outlives a working day."""

CONFIRMED_FOR = timedelta(minutes=15)
"""How long a typed password stands for acts that cannot be undone."""

SEEN_EVERY = timedelta(minutes=1)
"""How often the use of a session is written down: once per page would be a write for every read."""

FREE_FAILURES = 3
"""Wrong passwords without a wait: caps lock, keyboard language, then the right one."""

LONGEST_WAIT = timedelta(minutes=15)
"""Ninety-six tries a day against one account, whatever else is done."""

SHORTEST_PASSWORD = 12
"""OWASP ASVS 5.0 asks for at least 8 and advises 15. Twelve, with a hash that costs 64 MiB per guess."""

LONGEST_PASSWORD = 256
"""Above this a password is refused unread: normalising long text is slow on purpose of whoever sends it."""

TOKEN_BYTES = 32

_hasher = PasswordHasher()  # argon2id, RFC 9106 low-memory profile: 3 passes, 64 MiB, 4 lanes


class SignInRefused(CitycardError):
    """The password does not belong to this name, or the name has to wait, or there is no such name: never which."""

    code = "sign-in-refused"

    def __init__(self) -> None:
        super().__init__("Name and password do not go together, or this account has to wait.")


class WeakPassword(CitycardError):
    """A password too short or too long to be set."""

    code = "weak-password"


@dataclass(frozen=True)
class Opened:
    """A session just opened, or opened anew: its token is in nobody's hands but the caller's."""

    token: str
    staff: Staff


@dataclass(frozen=True)
class Found:
    """What a token is worth at one instant."""

    staff: Staff
    row: StaffSession
    locked: bool
    confirmed: bool


def hash_password(password: str) -> str:
    """What is stored for a new password, or `WeakPassword`."""
    plain = _prepare(password)
    if plain is None or len(plain) < SHORTEST_PASSWORD:
        raise WeakPassword(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _hasher.hash(plain)


def sign_in(
    session: Session,
    *,
    name: str,
    password: str,
    now: datetime,
    chance: Chance,
    known_browser: frozenset[int] = frozenset(),
) -> Opened:
    """Open a session for `name`, or raise `SignInRefused`. Commits the counted attempt, not the session.

    `known_browser`: the ids of those who signed in before in this browser, as long as it does not try too often.
    """
    staff = _named(session, name=name, password=password, now=now, known_browser=known_browser)
    session.execute(delete(StaffSession).where(StaffSession.opened_at <= now - LONGEST_DAY))
    token, row = _new_row(staff, opened_at=now, now=now, chance=chance)
    session.add(row)
    session.flush()
    return Opened(token, staff)


def confirm_as_second(
    session: Session, *, name: str, password: str, now: datetime, known_browser: frozenset[int] = frozenset()
) -> Staff:
    """Return who stands by, or raise `SignInRefused`: whoever it is, and whatever they may do. Commits the attempt."""
    return _named(session, name=name, password=password, now=now, known_browser=known_browser)


def find(session: Session, token: str, *, now: datetime) -> Found | None:
    """Whose session this is and what it may do now; None when it is nobody's."""
    row = session.get(StaffSession, _digest(token))
    if row is None or not row.opened_at <= now < row.opened_at + LONGEST_DAY:
        return None
    staff = session.get(Staff, row.staff_id)
    if staff is None or not staff.active:
        return None
    locked = row.locked or now - row.seen_at >= IDLE
    confirmed = now - row.confirmed_at < CONFIRMED_FOR
    return Found(staff, row, locked=locked, confirmed=confirmed and not locked)


def needs_seen(row: StaffSession, *, now: datetime) -> bool:
    """Whether the use of this session is due to be written down."""
    return now - row.seen_at >= SEEN_EVERY


def seen(session: Session, token: str, *, now: datetime) -> None:
    """Write down that the session was used just now."""
    # Not later than idle: a request that was under way while the screen locked must not unlock it.
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == _digest(token), StaffSession.locked.is_(False))
        .where(StaffSession.seen_at > now - IDLE)
        .values(seen_at=now)
    )


def keep_place(session: Session, token: str, place: str | None, *, lock: bool) -> None:
    """Keep where the person was; with `lock`, close the screen too. Nothing to keep does not undo what was kept."""
    values: dict[str, object] = {"locked": True} if lock else {}
    if place is not None:
        values["return_to"] = place
    if values:
        session.execute(update(StaffSession).where(StaffSession.token_hash == _digest(token)).values(values))


def unlock(session: Session, found: Found, *, password: str, now: datetime, chance: Chance) -> Opened:
    """Open a locked screen with the password, or raise `SignInRefused`. Commits the attempt, counted on the session."""
    return _renew(session, found, password=password, now=now, chance=chance)


def confirm(session: Session, found: Found, *, password: str, now: datetime, chance: Chance) -> Opened:
    """Show that the person is still there, or raise `SignInRefused`. Commits the attempt, counted on the session."""
    return _renew(session, found, password=password, now=now, chance=chance)


def end(session: Session, token: str) -> None:
    """Sign out: the row goes, so a copy of the cookie opens nothing."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == _digest(token)))


def end_all(session: Session, staff: Staff) -> None:
    """Sign somebody out everywhere: after a changed password, changed roles or a closed account."""
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))


def _renew(session: Session, found: Found, *, password: str, now: datetime, chance: Chance) -> Opened:
    staff, old = found.staff, found.row
    _try_password(session, staff, old, password, now=now)
    # The day is still counted from the first sign-in: unlocking all night does not make a longer session.
    token, row = _new_row(staff, opened_at=old.opened_at, now=now, chance=chance)
    row.return_to = old.return_to
    session.add(row)
    session.delete(old)
    session.flush()
    return Opened(token, staff)


def _named(session: Session, *, name: str, password: str, now: datetime, known_browser: frozenset[int]) -> Staff:
    """Return the member of staff whose name and password these are."""
    staff = session.scalar(select(Staff).where(Staff.name == name[:LONGEST_PASSWORD]))
    known = staff is not None and staff.id in known_browser
    _try_password(session, staff, None if known else staff, password, now=now)
    assert staff is not None  # noqa: S101 -- _try_password refused otherwise
    if not known or staff.blocked_until is None or staff.blocked_until <= now:
        # While a stranger is trying, the owner's coming and going gives no new tries without a wait.
        staff.failures, staff.blocked_until = 0, None
    return staff


def _try_password(
    session: Session, staff: Staff | None, counter: Staff | StaffSession | None, password: str, *, now: datetime
) -> None:
    """Return when the password is the one of `staff`. The attempt is counted on `counter`, if there is one."""
    # (1)
    counted = False
    known = _stand_in()
    if staff is not None and staff.active:
        counted = counter is None or _count_attempt(session, counter, now=now)
        known = staff.password_hash if counted and staff.password_hash else known
    session.commit()
    good = False
    # (2) and no row is touched meanwhile: it would hold the only write lock of SQLite while hashing
    plain = _prepare(password)
    with suppress(VerificationError, InvalidHashError):
        good = bool(_hasher.verify(known, plain or ""))
    # (3)
    if staff is None or not counted or not good or plain is None:
        raise SignInRefused
    if _hasher.check_needs_rehash(known):
        staff.password_hash = _hasher.hash(plain)


def _count_attempt(session: Session, counter: Staff | StaffSession, *, now: datetime) -> bool:
    """Count one more failure in advance; False, and nothing counted, while there is a wait."""
    # One conditional statement, so that of two attempts at the same instant one sees the other's wait.
    kind = type(counter)
    this = Staff.id == counter.id if isinstance(counter, Staff) else StaffSession.token_hash == counter.token_hash
    wait = wait_after(counter.failures + 1)
    taken = session.execute(
        update(kind)
        .where(this, kind.failures == counter.failures)
        .where(or_(kind.blocked_until.is_(None), kind.blocked_until <= now))
        .values(failures=kind.failures + 1, blocked_until=now + wait if wait else None)
        .execution_options(synchronize_session=False)
    )
    session.expire(counter)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def wait_after(failures: int) -> timedelta:
    """How long the next try is put off after so many failures in a row."""
    beyond = failures - FREE_FAILURES
    if beyond <= 0:
        return timedelta(0)
    # min() before the shift: a counter grown over years must not make a number of that many digits.
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(beyond, 20)))


def _new_row(staff: Staff, *, opened_at: datetime, now: datetime, chance: Chance) -> tuple[str, StaffSession]:
    token = base64.urlsafe_b64encode(chance(TOKEN_BYTES)).rstrip(b"=").decode()
    row = StaffSession(
        token_hash=_digest(token),
        staff_id=staff.id,
        opened_at=opened_at,
        seen_at=now,
        confirmed_at=now,
        locked=False,
        return_to=None,
        failures=0,
        blocked_until=None,
    )
    return token, row


def _prepare(password: str) -> str | None:
    """One form of the same typed characters, whatever the keyboard; None for what is too long to be a password."""
    if len(password) > LONGEST_PASSWORD:
        return None
    return unicodedata.normalize("NFKC", password)


def _digest(token: str) -> str:
    # No slow hash and no key: 256 random bits cannot be guessed back from their digest.
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _stand_in() -> str:
    return _hasher.hash("a password that belongs to nobody")
