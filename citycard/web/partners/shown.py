"""A partner city as pages show it: what it says of itself, how fresh that is, what our desks say of its cards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_timedelta

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState, KeyUse
from citycard.core.status import read_status_list
from citycard.core.verdicts import Verdict
from citycard.core.verify import RED
from citycard.operations import recognise
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.statement import Statement, to_issuer
from citycard.store.partners import Partner, PartnerState
from citycard.store.staff import Staff
from citycard.web import database, workplace
from citycard.web.desk.seen import level_of, name_of
from citycard.web.errors import Sentence
from citycard.web.partners.sentences import sentence_of
from citycard.web.verdicts import Said, said


@dataclass(frozen=True)
class ListShown:
    """One list of ended cards: when it was signed and fetched, and until when desks decide by it."""

    uri: str
    issued_at: datetime | None
    fetched_at: datetime | None
    good_until: datetime | None
    level: str


@dataclass(frozen=True)
class Shown:
    """A partner city, ready to be shown."""

    partner: Partner
    state: PartnerState
    name: str
    statement: Statement | None
    fingerprint: Fingerprint
    lists: tuple[ListShown, ...]
    says: Said
    failure: Sentence | None
    proposed_by: str
    first: str
    second: str

    @property
    def oldest(self) -> ListShown | None:
        """The list that is worst off."""
        order = {"red": 0, "amber": 1, "fine": 2}
        return min(self.lists, key=lambda each: order[each.level], default=None)

    @property
    def names(self) -> list[tuple[str, str]]:
        """Each of its names once, with a language in which it is written so."""
        return list({name: code for code, name in self.statement.names.items()}.items()) if self.statement else []

    @property
    def keys(self) -> list[Any]:
        """Its keys, those for cards first; standby and retired ones after the active."""
        uses, states = list(KeyUse), [KeyState.ACTIVE, KeyState.STANDBY, KeyState.RETIRED, KeyState.COMPROMISED]
        keys = self.statement.keys if self.statement else ()
        return sorted(keys, key=lambda key: (uses.index(key.use), states.index(key.state), key.first_day))


def show(partner: Partner) -> Shown:
    """Return what the pages show of `partner`."""
    statement = recognise.statement_of(partner, workplace.desk().office)
    state = PartnerState(partner.state)
    lists = _lists(partner, statement)
    return Shown(
        partner=partner,
        state=state,
        name=name_of(statement) if statement else partner.issuer,
        statement=statement,
        fingerprint=Fingerprint.of(partner.trusted_root),
        lists=lists,
        says=_says(state, statement, lists),
        failure=sentence_of(partner.last_error),
        proposed_by=_person(partner.proposed_by),
        first=_person(partner.first_confirmed_by),
        second=_person(partner.second_confirmed_by),
    )


def _person(staff_id: int | None) -> str:
    person = database.session().get(Staff, staff_id) if staff_id is not None else None
    return person.name if person else ""


def _lists(partner: Partner, statement: Statement | None) -> tuple[ListShown, ...]:
    if statement is None:
        return ()
    now = workplace.now()
    held = {row.uri: row for row in partner.lists}
    shown = []
    for uri in statement.status_lists:
        row = held.get(uri)
        try:
            if row is None:
                raise LookupError
            read = read_status_list(row.token, issuer=to_issuer(statement), uri=uri, now=now)
        except (CitycardError, LookupError):
            shown.append(ListShown(uri, None, row.fetched_at if row else None, None, "red"))
            continue
        good_until = min(read.issued_at + RED, read.expires_at)
        shown.append(ListShown(uri, read.issued_at, row.fetched_at, good_until, level_of(read.age(now))))
    return tuple(shown)


def _says(state: PartnerState, statement: Statement | None, lists: tuple[ListShown, ...]) -> Said:
    """What our desks say now of a card of this city that is otherwise good."""
    if state is PartnerState.SUSPENDED:
        return said(Verdict.NOT_ACCEPTED, "partner-suspended")
    if state is not PartnerState.RECOGNISED or statement is None:
        return said(Verdict.UNKNOWN_ISSUER)
    levels = {each.level for each in lists}
    if not levels or "red" in levels:
        return said(Verdict.STALE_STATUS, "list-missing" if any(each.issued_at is None for each in lists) else "")
    return said(Verdict.OK_STALE if "amber" in levels else Verdict.OK)


def remaining(until: datetime | None) -> str:
    """How long something is still good, in words, rather too short than too long; nothing when it is over."""
    left = until - workplace.now() if until else timedelta(0)
    if left >= timedelta(days=2):
        # A threshold that nothing reaches keeps it in days; Babel's `format_unit` has no Arabic word for them.
        return str(format_timedelta(timedelta(days=left.days), granularity="day", threshold=1000))
    return str(format_timedelta(left, granularity="minute", threshold=1.5)) if left > timedelta(0) else ""
