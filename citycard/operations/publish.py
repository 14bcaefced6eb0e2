"""Publishing what the city says about itself.

1. The statement is made of the settings, the key ring and the number of lists of ended cards, and nothing else. How
   many lists there are is what the statement before says: a list, once announced, is announced for ever.
2. Founding makes the TUF repository; a changed statement needs the targets key from its safe (`publish_statement`).
3. The scheduler signs the timestamp anew once a day with the online keys (`refresh`).
4. Marks of compromise need no key of the safe (`publish_marks`): partners refuse a marked key when they next ask,
   whatever the statement still says of it. Each publishing of the statement brings the marks up to date, too.
5. `export` writes everything a partner reads into one folder: for any web server, or a stick. Beside each list lies
   its JWT form, with `.jwt` after its name, because a plain web server cannot choose by what a reader accepts. The keys
   lie there as a JWK set, too, for readers of other makes.
6. `read_again` reads such a folder as a partner city would, from the root whose fingerprint is ours, and says what is
   not there: whoever carries a stick two hundred kilometres should not find that out at the other end.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Signer
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import jwks, status_lists
from citycard.partners import repository
from citycard.partners.durable import write_durably
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.marks import Marks
from citycard.partners.offline import read_folder
from citycard.partners.repository import Published, RepositorySigners
from citycard.partners.sources import METADATA
from citycard.partners.statement import Statement, read_statement
from citycard.partners.tuf_files import CannotPublish
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
        signers=signers_of(ring, Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.TIMESTAMP, Purpose.MARKS),
        statement=make_statement(ring, now=now, lists=lists),
        now=now,
        marks=marks_of_ring(ring),
    )


def publish_marks(ring: KeyRing, *, now: datetime) -> Published:
    """Mark every key that is compromised here, with the online keys alone (4)."""
    return repository.publish_marks(
        ring.office.published,
        signers=signers_of(ring, Purpose.MARKS, Purpose.SNAPSHOT, Purpose.TIMESTAMP),
        marks=marks_of_ring(ring),
        now=now,
    )


def marks_of_ring(ring: KeyRing) -> Marks:
    """Return the marks for the keys of the statement that are compromised."""
    return frozenset(
        entry.public.thumbprint
        for entry in ring.entries
        if entry.purpose.use is not None and entry.state is KeyState.COMPROMISED
    )


def refresh(ring: KeyRing, *, now: datetime) -> Published:
    """Sign timestamp, snapshot and marks anew where that is due (3)."""
    signers = signers_of(ring, Purpose.SNAPSHOT, Purpose.TIMESTAMP)
    with suppress(KeyUnavailable):  # without the key for marks the rest goes on until theirs ends; the doctor says so
        signers += signers_of(ring, Purpose.MARKS)
    return repository.refresh_online(ring.office.published, signers=signers, now=now)


def export(session: Session, office: Office, folder: Path) -> int:
    """Write repository and status lists into `folder`, as below the issuer URL; return the number of files (5)."""
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
    write_durably(folder / jwks.PATH, jwks.document(load_ring(office)))
    return count + 2


def read_again(office: Office, folder: Path, *, now: datetime) -> int:
    """Return how many lists a partner can read in `folder`; raise a `CitycardError` where something is missing (6)."""
    fingerprint = Fingerprint.of(repository.current_root(office.published)).hex
    carried = read_folder(folder, fingerprint=fingerprint, now=now, allow_demo=office.settings.demo)
    missing = len(carried.issuer.status_lists) - len(carried.lists)
    if missing:
        raise CannotPublish(f"{missing} lists of ended cards are missing in the folder, or not good.", code="lists")
    return len(carried.lists)


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
        marks=of(Purpose.MARKS),
    )
