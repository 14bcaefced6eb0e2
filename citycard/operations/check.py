"""Checking a card at a desk of this office: the core's `verify`, with whom and what this office trusts just now.

1. Trusted are the office's own keys and the recognised partners' statements; a suspended partner's cards are known and
   not accepted, a proposed or ended partner's are unknown.
2. The lists are our own as published, and the partners' as last fetched, each verified again under its own city's key
   when it is loaded. No request leaves the server for a check.
3. Loaded trust is kept in memory and loaded anew when anything of it changed, which one small query tells.
4. A check is counted by service, week and verdict. Nothing else remains.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims
from citycard.core.errors import CardRefused, CitycardError
from citycard.core.status import StatusList, read_status_list
from citycard.core.trust import Issuer, TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import Desk as DeskRules
from citycard.core.verify import VerifiedCard, verify
from citycard.keystore.ring import load_ring
from citycard.operations import status_lists
from citycard.operations.counting import ScanCounters
from citycard.operations.recognise import statement_of
from citycard.partners.statement import to_issuer
from citycard.settings import Office
from citycard.store.cards import StatusListRow
from citycard.store.partners import Partner, PartnerList, PartnerState


@dataclass(frozen=True)
class Trusted:
    """Whom and what the office trusts at one moment."""

    trust: TrustStore
    lists: dict[str, StatusList]
    suspended: frozenset[str]

    def rules(self) -> DeskRules:
        """Return what this office's desks ask beyond a good card."""
        return DeskRules(refuses=self._refuses)

    def _refuses(self, card: CardClaims) -> str | None:
        return "partner-suspended" if card.issuer in self.suspended else None


@dataclass(frozen=True)
class Outcome:
    """What a check found: the verdict, and the card only when the verdict is good."""

    verdict: Verdict
    reason: str
    card: VerifiedCard | None = field(repr=False)
    """Not in the repr, which ends up where names must not."""


class Checker:
    """Checks cards for one office; one in each worker."""

    def __init__(self, office: Office, counters: ScanCounters) -> None:
        self._office = office
        self._counters = counters
        self._held: tuple[Any, Trusted] | None = None

    def check(self, session: Session, text: str, *, service: str, now: datetime) -> Outcome:
        """Return what the code `text` is worth at `service` now."""
        trusted = self.trusted(session, now=now)
        try:
            card = verify(text, trust=trusted.trust, lists=trusted.lists, now=now, desk=trusted.rules())
            outcome = Outcome(card.verdict, "", card)
        except CardRefused as refusal:
            outcome = Outcome(refusal.verdict, refusal.reason, None)
        # (4)
        self._counters.count(service=service, verdict=outcome.verdict.value, now=now)
        return outcome

    def trusted(self, session: Session, *, now: datetime) -> Trusted:
        """Return what is trusted now, from memory if nothing changed (3)."""
        state = self._state(session)
        if self._held is None or self._held[0] != state:
            self._held = (state, self._load(session, now=now))
        return self._held[1]

    def _state(self, session: Session) -> Any:
        partners = session.execute(
            select(Partner.id, Partner.state, Partner.last_success, Partner.next_attempt).order_by(Partner.id)
        )
        fetched = session.execute(select(PartnerList.uri, PartnerList.fetched_at).order_by(PartnerList.uri))
        own = session.execute(select(StatusListRow.no, StatusListRow.etag).order_by(StatusListRow.no))
        return (
            self._office.keys_file.stat().st_mtime_ns,
            *map(tuple, partners),
            *map(tuple, fetched),
            *map(tuple, own),
        )

    def _load(self, session: Session, *, now: datetime) -> Trusted:
        # (1)
        own = load_ring(self._office).issuer(status_lists.uris(session))
        issuers = [own]
        suspended = set()
        for partner in session.scalars(select(Partner).order_by(Partner.id)):
            # A statement that a newer rule refuses must not stop the checks of everybody else's cards.
            statement = statement_of(partner, self._office)
            if statement is not None and partner.state in (PartnerState.RECOGNISED, PartnerState.SUSPENDED):
                issuers.append(to_issuer(statement))
            if partner.state == PartnerState.SUSPENDED:
                suspended.add(partner.issuer)
        # (2)
        lists: dict[str, StatusList] = {}
        for row in session.scalars(select(StatusListRow)):
            _hold(lists, row.token, row.uri, own, now)
        by_url = {issuer.url: issuer for issuer in issuers}
        for fetched in session.scalars(select(PartnerList)):
            issuer = by_url.get(fetched.partner.issuer)
            if issuer is not None:
                _hold(lists, fetched.token, fetched.uri, issuer, now)
        return Trusted(TrustStore(issuers), lists, frozenset(suspended))


def _hold(lists: dict[str, StatusList], token: bytes | None, uri: str, issuer: Issuer, now: datetime) -> None:
    """Add the list if it reads; one that does not is as good as none, and cards of it are STALE_STATUS."""
    if token is not None:
        try:
            lists[uri] = read_status_list(token, issuer=issuer, uri=uri, now=now)
        except CitycardError:
            return
