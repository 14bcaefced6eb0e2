"""Publishing what the city says about itself.

1. The statement is made of the settings, the key ring and the number of lists of ended cards, and nothing else. How
   many lists there are is what the statement before says: a list, once announced, is announced for ever.
2. Founding makes the TUF repository; a changed statement needs the targets key from its safe (`publish_statement`).
3. The scheduler signs the timestamp anew once a day with the online keys (`refresh`).
4. `export` writes everything a partner reads into one folder: for any web server, or a stick. Beside each list lies
   its JWT form, with `.jwt` after its name, because a plain web server cannot choose by what a reader accepts.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Signer
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing, Purpose
from citycard.operations import status_lists
from citycard.partners import repository
from citycard.partners.durable import write_durably
from citycard.partners.repository import Published, RepositorySigners
from citycard.partners.sources import METADATA
from citycard.partners.statement import Statement, read_statement
from citycard.settings import Office
from citycard.store.cards import StatusListRow


def make_statement(ring: KeyRing, *, now: datetime, lists: Sequence[str] = ()) -> bytes:
    """Return the city's statement (1), having read it as a partner would; `lists` beside those announced already."""
    settings = ring.office.settings
    document = Statement(
        issuer=settings.issuer,
        names=dict(settings.names),
        country=settings.country,
        communes=tuple(settings.location_codes),
        keys=tuple(entry.pinned for entry in ring.entries if entry.purpose.use is not None),
        status_lists=(*announced(ring.office), *lists),
        contact=settings.contact,
        issued_on=now.date(),
        services=settings.services,
    ).to_json()
    read_statement(document, allow_demo=settings.demo)
    return document


def announced(office: Office) -> tuple[str, ...]:
    """Return the addresses of the lists that the published statement names; before the first one, the founding's."""
    if not (office.published / METADATA).exists():
        return status_lists.first_uris(office.settings)
    statement = repository.current_statement(office.published)
    return read_statement(statement, allow_demo=office.settings.demo).status_lists


def found(ring: KeyRing, *, now: datetime) -> Published:
    """Make the repository with its first statement (2)."""
    return repository.create_repository(
        ring.office.published,
        signers=signers_of(ring, *Purpose),
        statement=make_statement(ring, now=now),
        now=now,
    )


def publish_statement(ring: KeyRing, *, now: datetime, lists: Sequence[str] = ()) -> Published:
    """Publish the statement as settings and keys make it now; the targets key must be at hand (2).

    `lists` are addresses that are announced in it for the first time (`places.add`).
    """
    return repository.publish_statement(
        ring.office.published,
        signers=signers_of(ring, Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.TIMESTAMP),
        statement=make_statement(ring, now=now, lists=lists),
        now=now,
    )


def refresh(ring: KeyRing, *, now: datetime) -> Published:
    """Sign timestamp and snapshot anew where that is due (3)."""
    return repository.refresh_online(
        ring.office.published, signers=signers_of(ring, Purpose.SNAPSHOT, Purpose.TIMESTAMP), now=now
    )


def export(session: Session, office: Office, folder: Path) -> int:
    """Write repository and status lists into `folder`, as below the issuer URL; return the number of files (4)."""
    count = 0
    for part in ("targets", "metadata"):  # what is pointed to before what points
        for path in sorted((office.published / part).iterdir()):
            if path.suffix == ".json":
                # Each whole or not at all: a web server may be reading this folder.
                write_durably(folder / part / path.name, path.read_bytes())
                count += 1
    for row in session.scalars(select(StatusListRow).where(StatusListRow.token.is_not(None))):
        path = folder / row.uri.removeprefix(office.settings.issuer + "/")
        for name, content in ((path.name, row.token), (f"{path.name}.jwt", row.jwt)):
            write_durably(path.with_name(name), content or b"")
            count += 1
    write_durably(folder / status_lists.AGGREGATION, status_lists.aggregation(session))
    return count + 1


def signers_of(ring: KeyRing, *purposes: Purpose) -> RepositorySigners:
    """Return the signers for `purposes`, as TUF's roles."""

    def of(purpose: Purpose) -> tuple[Signer, ...]:
        # One whose root names it no more is retired: it may even be gone.
        active = (entry for entry in ring[purpose] if entry.state is KeyState.ACTIVE)
        return tuple(ring.signer(entry) for entry in active) if purpose in purposes else ()

    return RepositorySigners(
        root=of(Purpose.ROOT),
        targets=of(Purpose.TARGETS),
        snapshot=of(Purpose.SNAPSHOT),
        timestamp=of(Purpose.TIMESTAMP),
    )
