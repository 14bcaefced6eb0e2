"""Two offices side by side: founded, staffed, and recognising each other, as two real town halls would.

1. The folder of the demonstration holds the two offices with their secret and offline folders, `cards/` (what the
   holders were handed), `exchange/` (what each city gave the other on a stick) and `logs/`. A mark is written last:
   a folder without it was interrupted and is made again; one that holds anything else is left alone.
2. Each office is founded by `found_office`, with throw-away keys, under an address that ends in `.invalid`; it has arms
   and a register of what the card opens.
3. Six people work in each, with one password for all, which is printed on the terminal.
4. The ceremony: each city exports its statement, the other proposes it from the folder, and two people type the digits
   that they were read. They agree on `AGREED`, and statement and lists are fetched.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from citycard import __version__
from citycard.cli.office import migrate
from citycard.core.errors import CitycardError
from citycard.demo.opens import put_services
from citycard.keystore.ring import KeyRing, load_ring
from citycard.keystore.vault import Vault
from citycard.operations import agreements, publish, recognise, retention, staff, status_lists, sync
from citycard.operations.agreements import Terms
from citycard.operations.enrol import Desk
from citycard.operations.forget import FORGOT
from citycard.operations.found import found_office
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.services.register import Register
from citycard.settings import Office, load_office
from citycard.store.engine import open_engine, wipe_log
from citycard.store.partners import Partner
from citycard.store.staff import Role, Staff

PASSWORD = "only for the demo"  # noqa: S105 -- printed on the terminal; opens invented files on this machine
"""Seventeen characters: the rule for passwords holds here too."""

AGREED = {
    "port-sable": ("mediatheque-du-phare", "piscine-des-embruns"),
    "rivemont": ("bibliotheque-du-pont",),
}
"""What each city opens to the other's cards by agreement."""

CAST: dict[str, Role] = {
    "amel": Role.CLERK,
    "bruno": Role.SUPERVISOR,
    "desk": Role.DESK,
    "chloe": Role.ADMINISTRATOR,
    "dario": Role.KEY_CUSTODIAN,
    "esra": Role.AUDITOR,
}

SETTINGS: dict[str, dict[str, object]] = {
    "port-sable": {
        "issuer": "https://port-sable.demo.invalid",
        "country": "FR",
        "time_zone": "Europe/Paris",
        "default_language": "fr",
        "contact": "Hôtel de ville de Port-Sable, 1 place du Port",
        "counter_address": ["Hôtel de ville, 1 place du Port", "01 00 00 00 10"],
        "legal_officer": "Service juridique, 01 00 00 00 19",
        "colour": "#0b6e75",
        "sync_minutes": 1,
        "services": ["library", "museum", "swimming-pool", "bicycle", "event"],
        "names": {"fr": "Port-Sable", "en": "Port-Sable", "es": "Port-Sable", "ar": "بور سابل"},
    },
    "rivemont": {
        "issuer": "https://rivemont.demo.invalid",
        "country": "FR",
        "time_zone": "Europe/Paris",
        "default_language": "fr",
        "contact": "Mairie de Rivemont, 8 rue du Pont",
        "counter_address": ["Mairie, 8 rue du Pont", "01 00 00 00 20"],
        "legal_officer": "Secrétariat général, 01 00 00 00 29",
        "colour": "#a8471d",
        "sync_minutes": 1,
        "services": ["library", "stage", "event"],
        "names": {"fr": "Rivemont", "en": "Rivemont", "es": "Rivemont", "ar": "ريفمون"},
    },
}
"""A minute between two looks at the other city, so that nobody has to wait for a revocation to arrive."""

_MARK = "demo.json"
_OURS = frozenset(
    {_MARK, "cards", "exchange", "logs", ".lock"}
    | {f"{city}{part}" for city in SETTINGS for part in ("", "-secrets", "-offline")}
)


@dataclass(frozen=True)
class CityOffice:
    """One of the two offices, open for work."""

    key: str
    office: Office
    engine: Engine = field(repr=False)
    ago: timedelta = timedelta()
    """How long ago the day is that is being played."""

    def earlier(self, ago: timedelta) -> "CityOffice":
        """The same office, with its clock set back: what it does now happened then."""
        return replace(self, ago=ago)

    @property
    def now(self) -> datetime:
        """What its clock shows."""
        return datetime.now(UTC) - self.ago

    @property
    def name(self) -> str:
        """The city's name."""
        return self.office.settings.name("en")

    @property
    def ring(self) -> KeyRing:
        """Its keys."""
        return load_ring(self.office)

    def desk(self) -> Desk:
        """What operations take, with the office's clock and the system's chance."""
        vault = Vault(self.office.day_keys, chance=os.urandom)
        return Desk(office=self.office, vault=vault, now=self.now, chance=os.urandom)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end; what was forgotten leaves SQLite's log too, as after a request."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()
            if session.info.pop(FORGOT, False):
                wipe_log(self.engine)

    def person(self, session: Session, name: str) -> Staff:
        """Return somebody of the cast."""
        return staff.find(session, name)


class DemoRefused(CitycardError):
    """The demonstration cannot start here; the sentence says what to do."""

    code = "demo"


Say = Callable[[str], Any]


def without_our_surroundings() -> None:
    """Forget what a real office on this machine set: both cities would open that office's database and keys."""
    for name in ("DATABASE_URL", "CITYCARD_PASSPHRASE_FILE", "CITYCARD_OFFICE"):
        os.environ.pop(name, None)


def clear(folder: Path, *, ours: Collection[str] = _OURS) -> None:
    """Remove what a demonstration made in `folder`, and nothing else; refuse a folder that holds anything else (1)."""
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in ours) if folder.exists() else []
    if strangers:
        raise DemoRefused(
            f"The folder {folder.name} holds other things, such as {strangers[0]}. Choose another with --folder.",
            code="demo-folder",
        )
    for name in sorted({*ours} - {".lock"}):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def is_whole(folder: Path) -> bool:
    """Whether a demonstration of this version was made in `folder`, to the end (1)."""
    try:
        mark = json.loads((folder / _MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("version") == __version__


def set_mark(folder: Path) -> None:
    """Say that the demonstration is whole (1)."""
    (folder / _MARK).write_text(json.dumps({"version": __version__}) + "\n", "utf-8")


def found(
    folder: Path,
    key: str,
    *,
    settings: Mapping[str, object] | None = None,
    cast: Mapping[str, Role] = CAST,
    ago: timedelta = timedelta(),
    say: Say = click.echo,
) -> CityOffice:
    """Found the office of one city in `folder`, so long ago, and let its people in (2, 3)."""
    # (2)
    decided = SETTINGS[key] if settings is None else settings
    made = found_office(folder / key, decided, migrate=migrate, now=datetime.now(UTC) - ago, chance=os.urandom)
    city = CityOffice(key, made, open_engine(made.database_url))
    then = city.earlier(ago)
    arms = files("citycard.demo") / "arms" / f"{key}.svg"
    (made.folder / "arms.svg").write_bytes(arms.read_bytes())
    # (3)
    desk = then.desk()
    day = made.settings.today(desk.now)
    if key in SETTINGS:
        put_services(made, key, today=made.settings.today(city.now))
    with city.transaction() as session:
        for name, role in cast.items():
            staff.add(
                session,
                name=name,
                password=PASSWORD,
                roles=[role],
                language=None,
                by="demo",
                day=day,
                chance=desk.chance,
            )
    say(f"  {city.name}: office founded, {len(cast)} people work there")
    return city


def reopen(folder: Path, key: str) -> CityOffice:
    """Open an office that was founded before, its tables brought up to date."""
    office = load_office(folder / key)
    return CityOffice(key, office, migrate(office))


def introduce(folder: Path, ours: CityOffice, theirs: CityOffice, *, say: Say = click.echo) -> None:
    """Let `ours` recognise `theirs`, from a folder that stands for a stick (4)."""
    stick = give_stick(folder, theirs)
    # What the other city's custodian reads out from their own screen.
    read_out = " ".join(Fingerprint.of(repository.current_root(theirs.office.published)).digits)
    with ours.transaction() as session:
        partner = recognise.propose(session, ours.desk(), str(stick), by=ours.person(session, "dario")).partner
        for name in ("dario", "chloe"):
            recognise.confirm(session, ours.desk(), partner, by=ours.person(session, name), heard=read_out)
        _agree(session, ours, partner)
    fetch(ours)
    say(f"  {ours.name} recognises {theirs.name}: two people compared the fingerprint")


def _agree(session: Session, ours: CityOffice, partner: Partner) -> None:
    """Open to the other city's cards what `AGREED` says, from today on."""
    desk = ours.desk()
    today = desk.office.settings.today(desk.now)
    register = Register(ours.office.folder, language=ours.office.settings.default_language)
    services = [service for service in register.now(today) if service.id in AGREED[ours.key]]
    dario = ours.person(session, "dario")
    agreements.agree(session, desk, partner, services=services, terms=Terms(first_day=today), by=dario)


def open_again(city: CityOffice) -> None:
    """Sign anew what the office of an earlier day signed, and destroy that day's keys, as its service does."""
    publish.refresh(city.ring, now=city.now)
    retention.run(city.engine, city.desk())


def give_stick(folder: Path, city: CityOffice) -> Path:
    """Write what `city` publishes into a folder that stands for a stick, and return the folder."""
    stick = folder / "exchange" / city.key
    with city.transaction() as session:
        status_lists.sign_due(session, city.ring, now=city.now)
        publish.export(session, city.office, stick)
    return stick


def point_to(ours: CityOffice, theirs: CityOffice, address: str) -> None:
    """Say where the other city's server listens today; whom we trust does not change with it."""
    with ours.transaction() as session:
        row = session.scalars(select(Partner).where(Partner.issuer == theirs.office.settings.issuer)).first()
        if row is not None:
            row.source = address
            row.failures = 0
            # Not before it can be up: a first failure would put the next attempt off.
            row.next_attempt = datetime.now(UTC) + timedelta(seconds=30)


def fetch(city: CityOffice) -> tuple[str, ...]:
    """Fetch what the other city publishes, now; return the codes of what went wrong."""
    return tuple(each.error for each in sync.run(city.engine, city.desk(), everyone=True) if each.error)
