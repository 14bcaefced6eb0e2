"""Devices at desks: tablets and telephones that check cards without a network.

1. `propose` makes a device and opens it for enrolment; `invite` opens one again that is there: nobody was quick enough,
   or its browser forgot everything. It is open for `GOOD_FOR`, and for one device.
2. The token for the code on the clerk's screen (`invitation`) is not stored: it follows from a key of the office, the
   device and the end of its time, so that the page can be loaded again while it is good. The register has its hash.
3. `enrol` exchanges the token for the device's own, in one statement that only one of several callers can win.
4. A device gets what is public: statements, lists, names of services. Its token keeps strangers from filling our
   counters, and lets a lost device be told so (`withdraw`): it forgets everything at its next fetch. The hash of a
   withdrawn device's token stays, so that it is told for sure, also while strangers guess (`was_withdrawn`).
5. Of a fetch the day is kept, and no hour. It is one small transaction a day (`note_seen`).
6. What a device counted is handed in in bulk, by week, service and verdict, and goes where all other checks are counted
   (`add_counts`), added up first and in one round. What is out of bounds is left out: refused, it would be handed in
   again for ever.
7. No device counts more in a week than a queue that never ends (`Shares`): one that is broken, or in a stranger's
   hands, spoils no statistics. How much each handed in stands in the memory of one worker, and nowhere else.
"""

import base64
import hashlib
import hmac
import threading
from collections import Counter as Tally
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.operations import audit
from citycard.operations.counting import add_all, week_of
from citycard.operations.desk_bundle import device_fingerprint
from citycard.operations.enrol import Desk
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.settings import Office, SettingsRefused
from citycard.store.devices import DeskDevice

GOOD_FOR = timedelta(minutes=15)
"""How long the code on the clerk's screen can be scanned."""

TOKEN_BYTES = 30

MOST = 100_000
"""Checks of one device in one week: a queue that never ends, at nine a minute, night and day."""

WEEKS = 8
"""How far back counts are taken: a device that lay in a drawer over the summer."""

COUNTED_AS = "desk device"
"""The name under which a device counts that is set to no service."""

_PURPOSE = b"citycard enrolment of a device"

DEVICE = "device"
"""Who acts when a device is enrolled."""


@dataclass(frozen=True)
class Count:
    """How often a device gave a verdict in a week, for a service or none."""

    week: date
    """Its Monday."""
    service: str | None
    verdict: Verdict
    count: int


class Shares:
    """How much each device has handed in for each week (7); as long as this worker lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Tally[tuple[int, date]] = Tally()

    def take(self, device_id: int, week: date, wanted: int, *, first: date) -> int:
        """Return how many of `wanted` checks of `week` still count; weeks before `first` are counted no more."""
        with self._lock:
            for key in [each for each in self._taken if each[1] < first]:
                del self._taken[key]
            some = min(wanted, MOST - self._taken[device_id, week])
            self._taken[device_id, week] += some
            return some


def propose(session: Session, desk: Desk, *, name: str, service: str | None, by: str) -> DeskDevice:
    """Add a device and open it for enrolment (1). `service` is one of the register; the caller looked."""
    row = DeskDevice(name=_name(session, name), service=service, active=True)
    session.add(row)
    session.flush()
    _open(row, desk)
    _log(session, desk, audit.Act.DEVICE_ADDED, by)
    return row


def invite(session: Session, desk: Desk, row: DeskDevice, *, by: str) -> None:
    """Open a device again that is there (1). Its own token is good until the new code is used."""
    _demand_active(row)
    _open(row, desk)
    _log(session, desk, audit.Act.DEVICE_CHANGED, by)


def invitation(row: DeskDevice, desk: Desk) -> str | None:
    """Return the token to show for a device, if it is open now (2)."""
    if not row.active or row.enrolment_ends is None or row.enrolment_ends <= desk.now:
        return None
    token = _invitation(desk.office, row.id, row.enrolment_ends)
    return token if token_hash(token) == row.enrolment_hash else None


def address(desk: Desk, token: str, *, root: str) -> str:
    """Return what the code on the clerk's screen holds. What stands behind the # reaches no server and no log.

    `root` is the address under which devices find this office.
    """
    mark = base64.urlsafe_b64encode(device_fingerprint(desk.office).sha256).rstrip(b"=").decode()
    return f"{root}/desk-app/#enrol={mark}.{token}"


def enrol(session: Session, desk: Desk, token: str) -> tuple[DeskDevice, str]:
    """Return the device that `token` is for, and its own token (3); raise `OperationRefused`."""
    own = base64.urlsafe_b64encode(desk.chance(TOKEN_BYTES)).decode()
    won = cast(
        "CursorResult[Any]",
        session.execute(
            update(DeskDevice)
            .where(
                DeskDevice.enrolment_hash == token_hash(token),
                DeskDevice.enrolment_ends > desk.now,
                DeskDevice.active,
            )
            .values(enrolment_hash=None, enrolment_ends=None, token_hash=token_hash(own))
            .execution_options(synchronize_session=False)
        ),
    )
    if won.rowcount != 1:
        raise OperationRefused("This code was used already, or is over.", code="enrolment-token")
    query = select(DeskDevice).where(DeskDevice.token_hash == token_hash(own))
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    _log(session, desk, audit.Act.DEVICE_ENROLLED, DEVICE)
    return row, own


def find(session: Session, token: str) -> DeskDevice | None:
    """Return the device that holds `token`, if it was not withdrawn."""
    query = select(DeskDevice).where(DeskDevice.token_hash == token_hash(token), DeskDevice.active)
    return session.scalars(query).first()


def was_withdrawn(session: Session, token: str) -> bool:
    """Whether `token` was that of a device that was withdrawn (4)."""
    query = select(DeskDevice.id).where(DeskDevice.token_hash == token_hash(token), ~DeskDevice.active)
    return session.scalars(query).first() is not None


def get(session: Session, device_id: int) -> DeskDevice:
    """Return the device; raise `NotFound`."""
    row = session.get(DeskDevice, device_id)
    if row is None:
        raise NotFound("There is no such device.", code="no-device")
    return row


def named(session: Session, name: str) -> DeskDevice:
    """Return the device of this name; raise `NotFound`."""
    row = session.scalars(select(DeskDevice).where(DeskDevice.name == name)).first()
    if row is None:
        raise NotFound("There is no such device.", code="no-device")
    return row


def everyone(session: Session) -> list[DeskDevice]:
    """Return all devices, those that were withdrawn last, by name."""
    return sorted(session.scalars(select(DeskDevice)), key=lambda row: (not row.active, row.name.casefold()))


def change(session: Session, desk: Desk, row: DeskDevice, *, name: str, service: str | None, by: str) -> None:
    """Give a device another name or service; it learns of it at its next fetch."""
    _demand_active(row)
    name = _name(session, name, but=row)
    if (name, service) != (row.name, row.service):
        row.name, row.service = name, service
        _log(session, desk, audit.Act.DEVICE_CHANGED, by)


def withdraw(session: Session, desk: Desk, row: DeskDevice, *, by: str) -> None:
    """Make a device's token worthless at once, and any code for it (4)."""
    if not row.active:
        return  # pressed twice
    row.active = False
    row.enrolment_hash = row.enrolment_ends = None
    _log(session, desk, audit.Act.DEVICE_WITHDRAWN, by)


def note_seen(session: Session, device_id: int, *, day: date) -> None:
    """Note that a device fetched its bundle on `day` (5); in a transaction of its own."""
    session.execute(update(DeskDevice).where(DeskDevice.id == device_id).values(seen_on=day))


def add_counts(
    session: Session, counts: Iterable[Count], *, services: Collection[str], today: date, device_id: int, shares: Shares
) -> int:
    """Add what a device counted and return how many checks that was (6). `services` are those of the register."""
    first, last = week_of(today) - timedelta(weeks=WEEKS), week_of(today + timedelta(days=1))
    added: Tally[tuple[str, date, str]] = Tally()
    for each in counts:
        if first <= each.week <= last and week_of(each.week) == each.week and 1 <= each.count <= MOST:
            service = each.service if each.service in services else None
            # (7)
            some = shares.take(device_id, each.week, each.count, first=first)
            added[service or COUNTED_AS, each.week, each.verdict.value] += some
    add_all(session, +added)
    return added.total()


def token_hash(token: str) -> str:
    """Return what the register keeps of a token; 240 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _open(row: DeskDevice, desk: Desk) -> None:
    # A few milliseconds by chance: two codes of the same second are two codes.
    spread = timedelta(milliseconds=int.from_bytes(desk.chance(2)) % 1000)
    row.enrolment_ends = desk.now.replace(microsecond=0) + GOOD_FOR + spread
    row.enrolment_hash = token_hash(_invitation(desk.office, row.id, row.enrolment_ends))


def _invitation(office: Office, device_id: int, ends: datetime) -> str:
    try:
        secret = (office.secrets / "session.key").read_bytes().strip()
    except OSError:
        raise SettingsRefused("The file session.key is missing from the secrets folder.", code="session-key") from None
    key = hmac.digest(secret, _PURPOSE, hashlib.sha256)
    digest = hmac.digest(key, f"{device_id} {int(ends.timestamp() * 1000)}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def _log(session: Session, desk: Desk, act: audit.Act, by: str) -> None:
    audit.record(session, act, by=by, day=desk.office.settings.today(desk.now), chance=desk.chance)


def _demand_active(row: DeskDevice) -> None:
    if not row.active:
        raise OperationRefused("This device was withdrawn. Add it anew.", code="device-gone")


def _name(session: Session, name: str, *, but: DeskDevice | None = None) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise OperationRefused("A device's name has 1 to 60 characters.", code="device-name")
    taken = session.scalars(select(DeskDevice).where(DeskDevice.name == name)).first()
    if taken is not None and taken is not but:
        raise OperationRefused("This name is taken by another device, perhaps a withdrawn one.", code="device-taken")
    return name
