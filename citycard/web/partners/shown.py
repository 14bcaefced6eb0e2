"""A partner city as pages show it: what it says of itself, how fresh that is, what our desks say of its cards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import gettext as _

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState, KeyUse
from citycard.core.status import read_status_list
from citycard.core.verdicts import Verdict
from citycard.core.verify import RED
from citycard.operations import recognise, sync
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.statement import Statement, to_issuer
from citycard.services.categories import CATEGORIES
from citycard.services.service import in_language
from citycard.store.partners import Partner, PartnerState
from citycard.store.staff import Staff
from citycard.web import database, languages, workplace
from citycard.web.desk.seen import level_of, name_of
from citycard.web.errors import Sentence, sentence_for
from citycard.web.partners.sentences import WARNINGS, sentence_of
from citycard.web.verdicts import Said, said

_ASKED = (PartnerState.RECOGNISED, PartnerState.SUSPENDED)


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
    next_turn: datetime | None
    """When it is asked again; None where it is not."""

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
        return sorted_keys(self.statement)

    @property
    def opens(self) -> list[str]:
        """What it opens to visiting holders, by its own statement."""
        return opened_by(self.statement)


def sorted_keys(statement: Statement | None) -> list[Any]:
    """Its keys, those for cards first; standby and retired ones after the active."""
    uses, states = list(KeyUse), [KeyState.ACTIVE, KeyState.STANDBY, KeyState.RETIRED, KeyState.COMPROMISED]
    keys = statement.keys if statement else ()
    return sorted(keys, key=lambda key: (uses.index(key.use), states.index(key.state), key.first_day))


def opened_by(statement: Statement | None) -> list[str]:
    """What the city opens to visiting holders, in words; a category that we do not know by its code."""
    codes = statement.services if statement else ()
    language = languages.spoken()
    return [in_language(CATEGORIES[each].names, language, "en")[0] if each in CATEGORIES else each for each in codes]


@dataclass(frozen=True)
class Offered:
    """What somebody would propose, ready to be shown; nothing of it was kept."""

    statement: Statement
    fingerprint: Fingerprint
    keys: list[Any]
    opens: list[str]
    warnings: list[Any]
    refused: Sentence | None

    @property
    def names(self) -> list[tuple[str, str]]:
        """Each of its names once, with a language in which it is written so."""
        return list({name: code for code, name in self.statement.names.items()}.items())


def offered(look: recognise.Look) -> Offered:
    """Return what the page shows of a look."""
    return Offered(
        look.statement,
        look.fingerprint,
        sorted_keys(look.statement),
        opened_by(look.statement),
        [WARNINGS.get(code, code) for code in look.warnings],
        sentence_for(look.refused) if look.refused is not None else None,
    )


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
        next_turn=sync.next_turn(partner, workplace.desk()) if state in _ASKED else None,
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


def in_a_while(moment: datetime | None) -> str:
    """How long it is until `moment`, in words; nothing for none."""
    if moment is None:
        return ""
    left = moment - workplace.now()
    if left < timedelta(minutes=1):
        return str(_("within a minute"))
    return str(format_timedelta(left, granularity="minute", threshold=1.5, add_direction=True))


def remaining(until: datetime | None) -> str:
    """How long something is still good, in words, rather too short than too long; nothing when it is over."""
    left = until - workplace.now() if until else timedelta(0)
    if left >= timedelta(days=2):
        # A threshold that nothing reaches keeps it in days; Babel's `format_unit` has no Arabic word for them.
        return str(format_timedelta(timedelta(days=left.days), granularity="day", threshold=1000))
    return str(format_timedelta(left, granularity="minute", threshold=1.5)) if left > timedelta(0) else ""
