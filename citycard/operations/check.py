"""Checking a card at a desk of this office: the core's `verify`, with whom and what this office trusts just now.

1. Trusted are the office's own keys and the recognised partners' statements; a suspended partner's cards are known and
   not accepted, a proposed or ended partner's are unknown. Two partners that name the same key, or the same list, are
   both left out, and we never are: such a pair is not stored (`judgement`), and if it ever were, our own cards must
   still be checked.
2. The lists are our own as published, and the partners' as last fetched, each verified again under its own city's key
   when it is loaded. No request leaves the server for a check.
3. Loaded trust is kept in memory and loaded anew when anything of it changed, which one small query tells.
4. A desk that asks for a service (`AskedFor`) is answered for this one: a card that does not open it is good and not
   accepted (`services.decision`), and where an agreement wants a younger list than any card does, an older one decides
   nothing. Our own decision on a city comes before whatever is agreed with it.
5. Where it is the city of the card that keeps a service closed, the answer names what that city's cards do open here.
   That is the same for everybody with such a card.
6. A check is counted by service, week and verdict. Nothing else remains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
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
from citycard.operations import agreements, status_lists
from citycard.operations.agreements import Terms
from citycard.operations.counting import ScanCounters
from citycard.operations.recognise import statement_of
from citycard.partners.judgement import sharing
from citycard.partners.statement import to_issuer
from citycard.services.decision import Decision, Reason, ShownCard, decide
from citycard.services.service import Service, Visitors
from citycard.settings import Office
from citycard.store.cards import StatusListRow
from citycard.store.partners import Agreement, Partner, PartnerList, PartnerState

PARTNER_SUSPENDED = "partner-suspended"
"""Why cards of a city that we suspended are not accepted."""

OLDER_THAN_AGREED = "list-older-than-agreed"
"""Why a card cannot be checked for a service, whose city's list would do for others."""

OF_THE_CITY = frozenset({Reason.RESIDENTS_ONLY, Reason.NO_AGREEMENT})
"""Reasons that would be the same for every card of the city."""


@dataclass(frozen=True)
class AskedFor:
    """What a desk checks cards for: one service out of the register."""

    service: Service
    register: Sequence[Service] = ()


@dataclass(frozen=True)
class Trusted:
    """Whom and what the office trusts at one moment."""

    trust: TrustStore
    lists: dict[str, StatusList]
    suspended: frozenset[str]
    own: str
    """The address of our own city."""
    agreed: Mapping[str, Mapping[str, Terms]] = field(default_factory=dict)
    """By city, then by service, whichever day they count on."""

    def rules(self, service: Service | None = None, *, today: date | None = None) -> DeskRules:
        """Return what this office's desks ask beyond a good card; of a desk for `service`, on the city's day (4)."""
        if service is None or today is None:
            return DeskRules(refuses=self._refuses)

        def refuses(card: CardClaims) -> str | None:
            reason = self._refuses(card)
            if reason is not None:
                return reason
            decision = self.decision(service, card.issuer, card.identity.date_of_birth, today)
            return None if decision.opens else decision.reason.value

        hours = {url: terms.list_hours for url in self.agreed if (terms := self.terms(url, service, today))}
        red_for = {url: timedelta(hours=most) for url, most in hours.items() if most is not None}
        return DeskRules(red_for=red_for, refuses=refuses)

    def decision(self, service: Service, issuer: str, born: str | None, today: date) -> Decision:
        """Return whether a good card of this city opens a service."""
        card = ShownCard(of_this_city=issuer == self.own, born=born)
        return decide(service, card, today, agreed=self.terms(issuer, service, today) is not None)

    def terms(self, issuer: str, service: Service, today: date) -> Terms | None:
        """Return what is agreed with this city on a service, if it is in force."""
        terms = self.agreed.get(issuer, {}).get(service.id)
        return terms if terms is not None and terms.counts_on(today) else None

    def opened_to(self, issuer: str, register: Sequence[Service], today: date) -> tuple[Service, ...]:
        """Return the services that cards of another city open here (5)."""
        return tuple(
            service
            for service in register
            if not service.is_over(today)
            and (service.visitors is Visitors.YES or self._agreed_on(issuer, service, today))
        )

    def _agreed_on(self, issuer: str, service: Service, today: date) -> bool:
        return service.visitors is Visitors.BY_AGREEMENT and self.terms(issuer, service, today) is not None

    def _refuses(self, card: CardClaims) -> str | None:
        return PARTNER_SUSPENDED if card.issuer in self.suspended else None


@dataclass(frozen=True)
class Outcome:
    """What a check found: the verdict, and the card only when the verdict is good."""

    verdict: Verdict
    reason: str
    card: VerifiedCard | None = field(repr=False)
    """Not in the repr, which ends up where names must not."""
    decision: Decision | None = field(default=None, repr=False)
    """What the service that was asked for is told of a good card."""
    opens: tuple[Service, ...] = ()
    """What cards of this city open here, where it is the city that keeps the service closed (5)."""


class Checker:
    """Checks cards for one office; one in each worker."""

    def __init__(self, office: Office, counters: ScanCounters) -> None:
        self._office = office
        self._counters = counters
        self._held: tuple[Any, Trusted] | None = None

    def check(
        self, session: Session, text: str, *, service: str, now: datetime, asked: AskedFor | None = None
    ) -> Outcome:
        """Return what the code `text` is worth now, counted under `service`; `asked`: for this one of the register."""
        trusted = self.trusted(session, now=now)
        outcome = _plain(trusted, text, now) if asked is None else self._for(trusted, text, asked, now)
        # (6)
        self._counters.count(service=service, verdict=outcome.verdict.value, now=now)
        return outcome

    def _for(self, trusted: Trusted, text: str, asked: AskedFor, now: datetime) -> Outcome:
        """Return what a card is worth for a service (4)."""
        today = self._office.settings.today(now)
        opens: tuple[Service, ...] = ()
        rules = trusted.rules(asked.service, today=today)

        def refuses(card: CardClaims) -> str | None:
            nonlocal opens
            reason = rules.refuses(card) if rules.refuses else None
            # (5)
            if reason in OF_THE_CITY:
                opens = trusted.opened_to(card.issuer, asked.register, today)
            return reason

        try:
            card = verify(text, trust=trusted.trust, lists=trusted.lists, now=now, desk=replace(rules, refuses=refuses))
        except CardRefused as refusal:
            reason = refusal.reason
            if refusal.verdict is Verdict.STALE_STATUS and _plain(trusted, text, now).card is not None:
                reason = OLDER_THAN_AGREED
            return Outcome(refusal.verdict, reason, None, opens=opens)
        decision = trusted.decision(asked.service, card.issuer.url, card.identity.date_of_birth, today)
        return Outcome(card.verdict, "", card, decision)

    def trusted(self, session: Session, *, now: datetime) -> Trusted:
        """Return what is trusted now, from memory if nothing changed (3)."""
        state = self._state(session)
        if self._held is None or self._held[0] != state:
            self._held = (state, self._load(session, now=now))
        return self._held[1]

    def _state(self, session: Session) -> Any:
        partners = session.execute(
            select(Partner.id, Partner.state, Partner.last_success, Partner.next_attempt, Partner.compromised).order_by(
                Partner.id
            )
        )
        fetched = session.execute(select(PartnerList.uri, PartnerList.fetched_at).order_by(PartnerList.uri))
        agreed = session.execute(
            select(
                Agreement.partner_id,
                Agreement.service,
                Agreement.first_day,
                Agreement.last_day,
                Agreement.list_hours,
                Agreement.suspended,
            ).order_by(Agreement.partner_id, Agreement.service)
        )
        own = session.execute(select(StatusListRow.no, StatusListRow.etag).order_by(StatusListRow.no))
        return (
            self._office.keys_file.stat().st_mtime_ns,
            *map(tuple, partners),
            *map(tuple, fetched),
            *map(tuple, agreed),
            *map(tuple, own),
        )

    def _load(self, session: Session, *, now: datetime) -> Trusted:
        # (1)
        own = load_ring(self._office).issuer(status_lists.uris(session))
        others: list[Issuer] = []
        suspended = set()
        for partner in session.scalars(select(Partner).order_by(Partner.id)):
            # A statement that a newer rule refuses must not stop the checks of everybody else's cards.
            statement = statement_of(partner, self._office)
            if statement is not None and partner.state in (PartnerState.RECOGNISED, PartnerState.SUSPENDED):
                others.append(to_issuer(statement))
            if partner.state == PartnerState.SUSPENDED:
                suspended.add(partner.issuer)
        left_out = sharing(own, others)
        others = [issuer for issuer in others if issuer.url not in left_out and issuer.url != own.url]
        # (2)
        lists: dict[str, StatusList] = {}
        for row in session.scalars(select(StatusListRow)):
            _hold(lists, row.token, row.uri, own, now)
        by_url = {issuer.url: issuer for issuer in others}
        for fetched in session.scalars(select(PartnerList)):
            issuer = by_url.get(fetched.partner.issuer)
            if issuer is not None:
                _hold(lists, fetched.token, fetched.uri, issuer, now)
        trust, agreed = TrustStore([own, *others]), agreements.by_issuer(session)
        return Trusted(trust, lists, frozenset(suspended), own.url, agreed=agreed)


def _plain(trusted: Trusted, text: str, now: datetime) -> Outcome:
    """Return what a card is worth, whatever for."""
    try:
        card = verify(text, trust=trusted.trust, lists=trusted.lists, now=now, desk=trusted.rules())
    except CardRefused as refusal:
        return Outcome(refusal.verdict, refusal.reason, None)
    return Outcome(card.verdict, "", card)


def _hold(lists: dict[str, StatusList], token: bytes | None, uri: str, issuer: Issuer, now: datetime) -> None:
    """Add the list if it reads; one that does not is as good as none, and cards of it are STALE_STATUS."""
    if token is not None:
        try:
            lists[uri] = read_status_list(token, issuer=issuer, uri=uri, now=now)
        except CitycardError:
            return
