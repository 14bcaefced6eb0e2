"""The bundle of this office, for desks that work without a network: made of what the office trusts just now.

1. In it are: every root of our own from the first on, targets and statement as published, our lists as published; of
   every recognised or suspended partner the fingerprint that two officials compared, roots, targets and statement as we
   believed them last, its lists as last fetched, the keys it marked as compromised; agreements; services that are not
   over. What a partner's desks would not believe either (`left_out`) does no harm to the others.
2. It is gathered at each request and signed anew only when something in it changed, or `EVERY` began anew. A device
   that has the present one is told so by the ETag.
3. Its time is the beginning of `EVERY`, and never the moment: several workers sign side by side, and a device would
   refuse one worker's bundle as older than another's.
4. Before it goes out it is read as a device would that knows our newest root. A bundle that no device would take is an
   error here (bundle-unmade), and not there; so is one that no key can sign.
5. One that is too large goes without the lists of the partner whose lists are largest, and so on: cards of that city
   are STALE_STATUS at these desks, and everybody else's are answered.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.keystore.ring import KeyRing, Purpose
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import agreements, publish, recognise
from citycard.operations.refusals import OperationRefused
from citycard.partners import chain, repository
from citycard.partners.desk_bundle import (
    BundleRefused,
    CityPapers,
    Content,
    LeftOut,
    PartnerPapers,
    claims_of,
    encode_claims,
    read_bundle,
    write_bundle,
)
from citycard.partners.desk_form import MAX_PARTNERS, MAX_ROOTS
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.sources import METADATA
from citycard.partners.statement import Statement, read_statement
from citycard.partners.tuf_files import State
from citycard.services.service import Service
from citycard.settings import Office
from citycard.store.cards import StatusListRow
from citycard.store.partners import Partner, PartnerState

EVERY = timedelta(minutes=15)
"""How often it is signed anew at the latest; also how often devices ask."""


@dataclass(frozen=True)
class Made:
    """A bundle as it goes out."""

    data: bytes = field(repr=False)
    etag: str
    left_out: tuple[LeftOut, ...]


class Bundles:
    """Makes the bundles of one office; one in each worker."""

    def __init__(self) -> None:
        self._held: Made | None = None

    def current(self, session: Session, ring: KeyRing, *, services: Sequence[Service], now: datetime) -> Made:
        """Return the bundle as it is now (2)."""
        content = gather(session, ring, services=services)
        # (3)
        issued_at = int(now.timestamp()) // int(EVERY.total_seconds()) * int(EVERY.total_seconds())
        etag = hashlib.sha256(encode_claims(claims_of(content, issued_at=issued_at))).hexdigest()
        held = self._held
        if held is None or held.etag != etag:
            try:
                held = self._held = _made(content, ring, issued_at=issued_at, etag=etag, now=now)
            except (BundleRefused, KeyUnavailable) as refused:
                raise OperationRefused(f"No bundle can be made now. {refused}", code="bundle-unmade") from refused
        return held


def _made(content: Content, ring: KeyRing, *, issued_at: int, etag: str, now: datetime) -> Made:
    entry = ring.usable(Purpose.BUNDLE, now.date())[-1]
    sign = ring.sign_with(entry)
    data = b""
    while not data:
        try:
            data = write_bundle(content, issued_at=issued_at, key=entry.pinned, sign=sign)
        except BundleRefused as refused:
            # (5)
            if refused.code != "bundle-large" or not any(partner.city.lists for partner in content.partners):
                raise
            content = _without_the_largest(content)
    # (4)
    held = read_bundle(data, fingerprint=device_fingerprint(ring.office).sha256, now=now)
    return Made(data, etag, held.left_out)


def _without_the_largest(content: Content) -> Content:
    def weight(partner: PartnerPapers) -> int:
        return sum(map(len, partner.city.lists.values()))

    largest = max(content.partners, key=weight)
    light = replace(largest, city=replace(largest.city, lists={}))
    return replace(content, partners=tuple(light if each is largest else each for each in content.partners))


def device_fingerprint(office: Office) -> Fingerprint:
    """Return the fingerprint that a device is given: of our newest root."""
    return Fingerprint.of(repository.current_root(office.published))


def gather(session: Session, ring: KeyRing, *, services: Sequence[Service]) -> Content:
    """Return what is in the bundle (1)."""
    settings = ring.office.settings
    return Content(
        issuer=settings.issuer,
        timezone=settings.time_zone,
        language=settings.default_language,
        colour=settings.colour,
        own=_own(session, ring),
        partners=tuple(_partners(session, ring.office)),
        agreements={
            issuer: {
                service: {
                    "from": terms.first_day.isoformat(),
                    "until": terms.last_day.isoformat() if terms.last_day else None,
                    "list_hours": terms.list_hours,
                }
                for service, terms in by_service.items()
            }
            for issuer, by_service in agreements.by_issuer(session).items()
        },
        services=tuple(map(_service, services)),
    )


def _own(session: Session, ring: KeyRing) -> CityPapers:
    published = ring.office.published
    state = State(published)
    statement = read_statement(state.statement, allow_demo=ring.office.settings.demo)
    newest: int = state.root.signed.version
    first = max(1, newest - MAX_ROOTS + 1)
    roots = [(published / METADATA / f"{version}.root.json").read_bytes() for version in range(first, newest + 1)]
    rows = session.execute(
        select(StatusListRow.uri, StatusListRow.token)
        .where(StatusListRow.token.is_not(None))
        .order_by(StatusListRow.no)
    )
    return CityPapers(
        chain.Papers(tuple(roots), state.targets_file, state.statement),
        {uri: token for uri, token in rows if token is not None},
        publish.marks_of_ring(ring) & _thumbprints(statement),
    )


def _partners(session: Session, office: Office) -> list[PartnerPapers]:
    query = (
        select(Partner)
        .where(Partner.state.in_([PartnerState.RECOGNISED, PartnerState.SUSPENDED]), Partner.chain.is_not(None))
        .order_by(Partner.id)
        .limit(MAX_PARTNERS)
    )
    found = []
    for partner in session.scalars(query):
        statement = recognise.said_by(partner, office)
        if statement is None or partner.chain is None:
            continue
        named = set(statement.status_lists)
        marks = recognise.marks_of(partner) & _thumbprints(statement)
        found.append(
            PartnerPapers(
                issuer=partner.issuer,
                fingerprint=bytes.fromhex(partner.root_fingerprint),
                suspended=partner.state == PartnerState.SUSPENDED,
                city=CityPapers(
                    chain.unpack(partner.chain, partner.statement),
                    {row.uri: row.token for row in partner.lists if row.uri in named},
                    marks,
                ),
            )
        )
    return found


def _thumbprints(statement: Statement) -> set[bytes]:
    return {key.public.thumbprint for key in statement.keys}


def _service(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "category": service.category.code,
        "names": dict(service.names),
        "benefit": dict(service.benefit),
        "needs": sorted(need.value for need in service.needs),
        "level": service.level.value,
        "visitors": service.visitors.value,
        "ages": {"from": service.ages.lowest, "to": service.ages.highest} if service.ages else None,
        "bands": [
            {"from": band.ages.lowest, "to": band.ages.highest, "gives": dict(band.gives)} for band in service.bands
        ],
        "from": service.first_day.isoformat() if service.first_day else None,
        "until": service.last_day.isoformat() if service.last_day else None,
        "dates": [
            {"from": one.first_day.isoformat(), "until": one.last_day.isoformat(), "begins": one.begins or None}
            for one in service.occasions
        ],
    }
