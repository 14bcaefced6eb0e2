"""Recognising another city: because two officials compared a fingerprint, and for no other reason.

1. `propose`: the root offered at a URL or in a folder is fetched, and the statement under it, read and judged. What
   would be accepted is shown; nothing of it is believed yet. Proposing again replaces a proposal, never a recognition.
   `look` does the same and keeps nothing, not even the proposal. A private key in place of an address is refused before
   anything is done with it. Pages fetch `one_at_a_time`, whichever worker they come from: anybody's server may be slow
   for two minutes, and several such would take every thread that checks cards.
2. `confirm`: a key custodian says they compared the fingerprint over another channel, typing what they heard (digits or
   words). Two different people must.
3. With the second confirmation the city is recognised: its cards verify here from the next check on.
4. `suspend`, `resume`, `end`: our own decision wins at once, whatever the other city publishes. With the recognition
   end its agreements: whoever comes back, perhaps under another root, agrees anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.keystore.ring import load_ring
from citycard.operations import audit, leases, status_lists
from citycard.operations.enrol import Desk
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.partners import chain, client, marks
from citycard.partners.client import Fetcher
from citycard.partners.fetcher import HttpFetcher, Limits
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.folder import FolderFetcher
from citycard.partners.judgement import check_against
from citycard.partners.pasted import looks_like_a_private_key
from citycard.partners.statement import Statement, read_statement, to_issuer
from citycard.settings import Office
from citycard.store.partners import Agreement, Partner, PartnerState
from citycard.store.staff import Role, Staff

LONGEST_LOOK = timedelta(minutes=3)
"""A fetcher has two minutes in all, and names are looked up besides. After that a worker that died holds up nobody."""

_LOOK = "look-at-a-city"


@dataclass(frozen=True)
class Proposal:
    """What somebody offers us, and what we think of it."""

    partner: Partner
    statement: Statement
    fingerprint: Fingerprint
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """What would be proposed, and what would refuse it; nothing of it was kept."""

    statement: Statement
    fingerprint: Fingerprint
    warnings: tuple[str, ...]
    refused: CitycardError | None


def open_source(source: str, office: Office, *, limits: Limits | None = None) -> Fetcher:
    """Return what reads `source`: an https address, or the path of a folder or stick on this machine."""
    if looks_like_a_private_key(source):
        raise OperationRefused("This is a private key, not an address. Nothing of it was kept.", code="key-pasted")
    if "://" in source:
        base, demo = source.rstrip("/"), office.settings.demo
        return HttpFetcher(base, allow_demo=demo, limits=limits) if limits else HttpFetcher(base, allow_demo=demo)
    folder = Path(source)
    try:
        there = folder.is_dir()
    except (OSError, ValueError):  # a name no file can have
        there = False
    if not there:
        raise OperationRefused("This is neither an address nor a folder on this machine.", code="source")
    return FolderFetcher(folder.resolve())


def state_folder(office: Office, fingerprint: str) -> Path:
    """Return where the client remembers what it saw under this root."""
    return office.partners / fingerprint[:32]


@contextmanager
def one_at_a_time(session: Session, desk: Desk) -> Iterator[None]:
    """Let `propose` or `look` be called within; refuse, without waiting, while anybody else is within (1).

    Commits before and after, so that the database waits for no other city's server; what fails within is rolled back.
    """
    holder = desk.chance(16).hex()
    if not leases.take(session, _LOOK, holder=holder, now=desk.now, length=LONGEST_LOOK):
        raise OperationRefused("Another city is being fetched at this moment. Try again soon.", code="look-busy")
    session.commit()
    try:
        yield
    except BaseException:
        session.rollback()
        raise
    finally:
        leases.give_back(session, _LOOK, holder=holder)
        session.commit()


def propose(session: Session, desk: Desk, source: str, *, by: Staff | str) -> Proposal:
    """Fetch what is offered at `source` and keep it as a proposal (1); a command gives the account it runs under."""
    office = desk.office
    root, preview = _offered(desk, source)
    fingerprint = Fingerprint.of(root)
    statement = preview.fetched.statement
    hold_all(session)
    # Held, as in `confirm`: a root that is exchanged under somebody's confirmation would be believed unseen.
    partner = session.scalars(select(Partner).where(Partner.issuer == statement.issuer).with_for_update()).first()
    # A city that comes back after an end must still call its stolen keys stolen, however often it is proposed.
    warnings = judge(session, desk, statement, previous=believed_of(partner, office) if partner else None)
    if partner is None:
        partner = Partner(issuer=statement.issuer)
        session.add(partner)
    else:
        _demand_open(partner)
    partner.source = source
    partner.state = PartnerState.PROPOSED
    partner.root_fingerprint = fingerprint.hex
    partner.trusted_root = root
    partner.statement = preview.fetched.document
    partner.chain = chain.pack(preview.fetched.roots, preview.fetched.targets)
    partner.compromised = marks.pack(marks.together(marks_of(partner), preview.fetched.marks, statement))
    partner.proposed_by = by.id if isinstance(by, Staff) else None
    partner.first_confirmed_by = partner.second_confirmed_by = None
    partner.failures = 0
    partner.last_error = partner.last_success = partner.next_attempt = None
    session.flush()
    _log(session, desk, audit.Act.PARTNER_PROPOSED, by.name if isinstance(by, Staff) else by)
    return Proposal(partner, marks.marked(statement, marks_of(partner)), fingerprint, warnings)


def look(session: Session, desk: Desk, source: str) -> Look:
    """Fetch what is offered at `source`, and return what proposing it would show; keep nothing of it (1)."""
    root, preview = _offered(desk, source)
    statement = preview.fetched.statement
    partner = session.scalars(select(Partner).where(Partner.issuer == statement.issuer)).first()
    warnings: tuple[str, ...] = ()
    refused: CitycardError | None = None
    try:
        warnings = judge(session, desk, statement, previous=believed_of(partner, desk.office) if partner else None)
        if partner is not None:
            _demand_open(partner)
    except CitycardError as error:
        refused = error
    return Look(marks.marked(statement, preview.fetched.marks), Fingerprint.of(root), warnings, refused)


def _offered(desk: Desk, source: str) -> tuple[bytes, client.Preview]:
    fetcher = open_source(source, desk.office)
    root = client.offered_root(fetcher, now=desk.now)
    preview = client.dry_run(
        state_folder=state_folder(desk.office, Fingerprint.of(root).hex),
        root=root,
        fetcher=fetcher,
        previous=None,
        allow_demo=desk.office.settings.demo,
    )
    return root, preview


def _demand_open(partner: Partner) -> None:
    if partner.state not in (PartnerState.PROPOSED, PartnerState.ENDED):
        raise OperationRefused("This city is recognised already. End that first to start anew.", code="partner-known")


def judge(
    session: Session,
    desk: Desk,
    statement: Statement,
    *,
    expected: str | None = None,
    previous: Statement | None = None,
) -> tuple[str, ...]:
    """Return warnings about `statement` beside the cities known here, or raise what forbids it.

    Proposals do not count: anybody can offer a statement that lists another city's key, and would block that city.
    """
    office = desk.office
    return check_against(
        statement,
        own_issuer=load_ring(office).issuer(status_lists.uris(session)),
        others=[
            to_issuer(known)
            for other in session.scalars(select(Partner).where(Partner.state != PartnerState.PROPOSED))
            if (known := statement_of(other, office)) is not None
        ],
        today=desk.now.date(),
        expected_issuer=expected,
        previous=previous,
    )


def hold_all(session: Session) -> None:
    """Let nobody else change what is known of any city until this transaction ends; before judging, and first of all.

    Two cities that list the same key in the same moment would each be judged beside what the other said before. If both
    were believed, every desk would be without an answer: no trust store holds one key for two cities. (SQLite has one
    writer at a time anyway.)
    """
    session.execute(select(Partner.id).order_by(Partner.id).with_for_update())


def find(session: Session, partner_id: int) -> Partner:
    """Return the partner; raise `NotFound`."""
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise NotFound("There is no such partner city.", code="no-partner")
    return partner


def confirm(session: Session, desk: Desk, partner: Partner, *, by: Staff, heard: str) -> bool:
    """Record that `by` compared the fingerprint and heard `heard`; return whether the city is recognised now (2, 3)."""
    hold_all(session)
    session.refresh(partner, with_for_update=True)
    if partner.state != PartnerState.PROPOSED:
        raise OperationRefused("This city is not waiting for a confirmation.", code="moved-on")
    demand_role(by)
    if by.id in (partner.first_confirmed_by, partner.second_confirmed_by):
        raise OperationRefused("You confirmed already; a second person must.", code="confirm-twice")
    if not Fingerprint.of(partner.trusted_root).agrees_with(heard):
        raise OperationRefused(
            "What you typed is not the fingerprint of what we fetched. Read it to each other once more. If it still "
            "differs, do not go on: call the city again, on a number that you know.",
            code="fingerprint-differs",
        )
    _log(session, desk, audit.Act.PARTNER_CONFIRMED, by.name)
    if partner.first_confirmed_by is None:
        partner.first_confirmed_by = by.id
        return False
    partner.second_confirmed_by = by.id
    # The others may have changed since the proposal: judge once more before believing.
    statement = read_statement(partner.statement, allow_demo=desk.office.settings.demo)
    judge(session, desk, statement, previous=believed_of(partner, desk.office))
    partner.state = PartnerState.RECOGNISED
    partner.believed = partner.statement
    partner.next_attempt = desk.now
    return True


def withdraw(session: Session, desk: Desk, partner: Partner, *, by: Staff) -> None:
    """Drop a proposal."""
    demand_role(by)
    if partner.state != PartnerState.PROPOSED:
        raise OperationRefused("This city is recognised: suspend or end that instead.", code="moved-on")
    if partner.believed is None:
        session.delete(partner)
    else:
        # It was recognised once: what it called stolen then must be remembered.
        partner.state, partner.statement = PartnerState.ENDED, partner.believed
    _log(session, desk, audit.Act.PARTNER_REFUSED, by.name)


_MOVES = {
    PartnerState.SUSPENDED: ({PartnerState.RECOGNISED}, audit.Act.PARTNER_SUSPENDED),
    PartnerState.RECOGNISED: ({PartnerState.SUSPENDED}, audit.Act.PARTNER_RESUMED),
    PartnerState.ENDED: ({PartnerState.RECOGNISED, PartnerState.SUSPENDED}, audit.Act.PARTNER_ENDED),
}


def move(session: Session, desk: Desk, partner: Partner, to: PartnerState, *, by: Staff) -> None:
    """Suspend, resume or end the recognition of a city; in force at the next check (4)."""
    demand_role(by)
    session.refresh(partner, with_for_update=True)
    if partner.state == to:
        return
    sources, act = _MOVES[to]
    if partner.state not in sources:
        raise OperationRefused("This cannot follow the present state of the city.", code="moved-on")
    partner.state = to
    if to == PartnerState.ENDED:
        session.execute(delete(Agreement).where(Agreement.partner_id == partner.id))
    _log(session, desk, act, by.name)


def demand_role(by: Staff) -> None:
    """Here, and not only where pages are opened: the command line comes this way too."""
    if not by.role_set & {Role.KEY_CUSTODIAN, Role.ADMINISTRATOR}:
        raise OperationRefused("Deciding on a city is for key custodians and administrators.", code="confirm-role")


def _log(session: Session, desk: Desk, act: audit.Act, by: str) -> None:
    audit.record(session, act, by=by, day=desk.office.settings.today(desk.now), chance=desk.chance)


def statement_of(partner: Partner, office: Office) -> Statement | None:
    """Return the partner's statement, with every key compromised that the city marked so; None when it cannot be read
    any more (a newer rule refuses it)."""
    statement = said_by(partner, office)
    return marks.marked(statement, marks_of(partner)) if statement is not None else None


def said_by(partner: Partner, office: Office) -> Statement | None:
    """Return the partner's statement as it was signed: for comparing it with the next one."""
    return _read(partner.statement, office)


def marks_of(partner: Partner) -> marks.Marks:
    """Return the keys that the city ever marked as compromised, while we looked."""
    return marks.unpack(partner.compromised)


def names_of_recognised(session: Session, office: Office, language: str) -> tuple[str, ...]:
    """Return the cities that we recognise now, by the names their holders know, in the order of these."""
    partners = session.scalars(select(Partner).where(Partner.state == PartnerState.RECOGNISED))
    statements = [statement_of(partner, office) for partner in partners]
    found = [statement.names for statement in statements if statement is not None and statement.names]
    return tuple(sorted(names.get(language) or next(iter(names.values())) for names in found))


def believed_of(partner: Partner, office: Office) -> Statement | None:
    """Return the last statement of the city that was believed here, whatever has been proposed since."""
    return _read(partner.believed, office) if partner.believed is not None else None


def _read(statement: bytes, office: Office) -> Statement | None:
    try:
        return read_statement(statement, allow_demo=office.settings.demo)
    except CitycardError:
        return None
