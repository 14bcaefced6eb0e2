"""A day at the counter of each city: every resident is brought as far as their story says, by the real operations.

Amel enrols, Bruno approves, Amel issues, prints and hands over. Whoever holds a card is forgotten by the office at that
moment; what they were handed goes into a drawer that plays the holders.

Whoever holds a card got it some weeks ago (`OPENED`): what counts from a day that is over, such as a consultation, can
be tried at once. Their offices were founded then, with keys of that day, so nothing is dated back.

Tasks with a short clock (drafts, what waits for approval) are gone a day later, as they should be. `reopen_day` brings
such people again when the demonstration is started anew.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from citycard import paths
from citycard.demo.offices import CityOffice
from citycard.demo.papers import Drawer
from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import Resident, Stage, of
from citycard.evidence.shipped import shipped
from citycard.operations import approve, cards, enrol, hand_over, issue, organisations, print_card, status_lists
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.portrait import make_portrait
from citycard.printing.words import CARE_OF, from_catalogues
from citycard.slips.catalogue import Catalogue
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import EnrolmentState
from citycard.store.organisations import Attests

RULE_SET = shipped("fr-2026").reference

ORGANISATIONS = (
    ("Association du Vieux-Port", {Attests.CARE_OF, Attests.LIVES_HERE}, 14),
    ("Maison des Embruns", {Attests.LIVES_HERE, Attests.MINORS}, 30),
)
"""Invented, in both cities."""

OPENED = timedelta(weeks=4)
"""How long ago the offices were founded and served those who hold a card."""

_WITH_A_CARD = frozenset({Stage.HELD, Stage.SUSPENDED, Stage.ENDED})
_SHORT = {
    Stage.DRAFT: EnrolmentState.DRAFT,
    Stage.ON_HOLD: EnrolmentState.ON_HOLD,
    Stage.AWAITING: EnrolmentState.AWAITING_APPROVAL,
    Stage.APPROVED: EnrolmentState.APPROVED,
}
"""Stages whose clock runs out within days, and their state in the register."""


def work_then(city: CityOffice, *, drawer: Drawer) -> int:
    """Serve, on the day of the founding, everybody who holds a card; return how many they are."""
    then = city.earlier(OPENED)
    holders = [resident for resident in of(city.key) if resident.stage in _WITH_A_CARD]
    agree(then)
    for resident in holders:
        bring(then, resident, drawer=drawer)
    publish_ended(then)
    return len(holders)


def work_today(city: CityOffice, *, drawer: Drawer) -> None:
    """Serve everybody else, as far as today goes."""
    for resident in of(city.key):
        if resident.stage not in _WITH_A_CARD:
            bring(city, resident, drawer=drawer)
    publish_ended(city)


def agree(city: CityOffice) -> None:
    """Put the organisations into the register whose letters count in this city."""
    with city.transaction() as session:
        desk = city.desk()
        today = desk.office.settings.today(desk.now)
        for name, attests, days in ORGANISATIONS:
            organisations.add(
                session,
                name=name,
                attests=attests,
                letter_days=days,
                first_day=today,
                last_day=None,
                by="chloe",
                day=today,
                chance=desk.chance,
            )


def reopen_day(city: CityOffice, *, drawer: Drawer) -> None:
    """Bring people again whose enrolments were forgotten since the last time."""
    with city.transaction() as session:
        open_states = {enrolment.state for enrolment in enrol.open_enrolments(session)}
    for resident in of(city.key):
        state = _SHORT.get(resident.stage)
        if state is not None and state not in open_states:
            bring(city, resident, drawer=drawer)


def bring(city: CityOffice, resident: Resident, *, drawer: Drawer) -> None:
    """Serve one resident, as far as their story goes."""
    with city.transaction() as session:
        desk, stage = city.desk(), resident.stage
        amel, bruno = city.person(session, "amel"), city.person(session, "bruno")
        enrolment = enrol.open_enrolment(session, desk, by=amel, request_token=desk.chance(16).hex())
        file = fill_in(enrol.read(enrolment, desk), resident)
        enrol.save(session, desk, enrolment, file)
        if stage is Stage.DRAFT:
            return
        if stage is Stage.ON_HOLD:
            enrol.hold(session, desk, enrolment)
            return
        enrol.submit(session, desk, enrolment, by=amel)
        if stage is Stage.AWAITING:
            return
        approve.approve(session, desk, enrolment, by=bruno, seen=enrol.content_digest(enrolment, file, desk))
        if stage is Stage.APPROVED:
            return
        card = issue.issue(session, desk, enrolment, ring=city.ring, by=amel)
        if stage is Stage.ISSUED:
            return
        translate = from_catalogues(paths.PACKAGE / "translations")
        pdf = print_card.print_card(session, desk, enrolment, by=amel, translate=translate)
        slip = print_card.print_slip(session, desk, enrolment, catalogue=Catalogue(desk.office))
        drawer.keep(resident, enrol.read(enrolment, desk), card=pdf, slip=slip)
        if stage is Stage.PRINTED:
            return
        hand_over.hand_over(session, desk, enrolment, by=amel)
        _afterwards(session, city, desk, card, stage)


def fill_in(file: EnrolmentFile, resident: Resident) -> EnrolmentFile:
    """Return the file with what the resident says and chooses."""
    typed = file.changed(language=resident.language, full_name=resident.name)
    if resident.stage is Stage.DRAFT:
        return typed
    portrait = make_portrait(draw_portrait(resident.look))
    way = "care_of" if resident.address.startswith(CARE_OF) else "full" if resident.address else "none"
    return replace(
        typed,
        own_script_name=resident.own_script,
        own_script_language=resident.own_script_language,
        own_script_in_code=resident.own_script_in_code,
        birth_known={8: "full", 4: "year"}.get(len(resident.born), "unknown"),
        date_of_birth=resident.born,
        gender_words=resident.gender_words,
        address=resident.address,
        address_kind=way,
        emergency_name=resident.to_call[0],
        emergency_phone=resident.to_call[1],
        companion=resident.companion,
        address_in_code=resident.address_in_code,
        portrait=portrait.to_print,
        portrait_small=portrait.for_code,
        portrait_in_code="yes" if resident.portrait_in_code else "no",
        identity_checked=True,
        residence_checked=True,
        rule_set=RULE_SET,
        birth_date_seen=True,
        address_as="care_of" if way == "care_of" else "full",
    )


def publish_ended(city: CityOffice) -> None:
    """Sign the lists of ended cards anew, as the page that ends a card does."""
    with city.transaction() as session:
        status_lists.sign_due(session, city.ring, now=city.desk().now)


def _afterwards(session: Session, city: CityOffice, desk: Desk, card: Card, stage: Stage) -> None:
    settings = city.office.settings
    bruno = city.person(session, "bruno")
    if stage is Stage.SUSPENDED:
        cards.move(
            session, card, CardState.SUSPENDED, by=bruno.name, now=desk.now, settings=settings, chance=desk.chance
        )
    elif stage is Stage.ENDED:
        cards.end(session, card, by=bruno, now=desk.now, settings=settings, chance=desk.chance)
