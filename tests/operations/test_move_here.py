"""Ousmane moves from Rivemont to Port-Sable: his card says who he is, and only where he lives is asked.

The keys are those of two real offices, and Port-Sable recognised Rivemont by ceremony.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.evidence.rules import CITY_CARD, RuleSet
from citycard.evidence.shipped import shipped
from citycard.operations import cards, enrol, move_here
from citycard.operations.check import Trusted
from citycard.operations.refusals import OperationRefused
from citycard.store.cards import CardState
from citycard.store.counters import Counter
from citycard.store.enrolments import Enrolment
from citycard.store.partners import PartnerState
from tests.operations.test_partners import (  # noqa: F401
    anywhere,
    export,
    fetch,
    port_sable,
    recognised,
    rivemont,
    set_state,
    stick,
)
from tests.support.cities import INDEX, NOW, PORTRAIT, City, trust_in
from tests.support.town_hall import Issued, TownHall, drawn_portrait

OUSMANE = {"full_name": "Ousmane Rivière", "date_of_birth": "19790212", "language": "ar", "language_in_code": True}


def rules() -> RuleSet:
    return shipped("basic-2026")


@pytest.fixture
def ousmane(rivemont: TownHall, stick: Path, tmp_path: Path) -> Issued:  # noqa: F811
    """His card of Rivemont, which Rivemont has put on its stick."""
    card = rivemont.card(**OUSMANE)
    export(rivemont, tmp_path)
    return card


def scanned(hall: TownHall, text: str) -> move_here.CardFromElsewhere:
    with hall.session() as session:
        return move_here.read_card(text, trusted=hall.checker.trusted(session, now=hall.now), now=hall.now)


def begins(hall: TownHall, text: str, *, token: str = "b" * 32) -> str:
    """Scan the card and open the draft; the ticket."""
    with hall.session() as session:
        card = move_here.read_card(text, trusted=hall.checker.trusted(session, now=hall.now), now=hall.now)
        amel = hall.staff(session, "Amel")
        return move_here.open_move(session, hall.desk(), card, by=amel, request_token=token).ticket


def compared(hall: TownHall, ticket: str, *, by: RuleSet | None = None) -> bool:
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        return move_here.same_person(session, hall.desk(), enrolment, rules=by or rules())


def refused(hall: TownHall, text: str) -> str:
    """Scan a card that counts for nothing; the code of why."""
    with pytest.raises(CitycardError) as refusal:
        scanned(hall, text)
    with hall.session() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0
    return refusal.value.code


def change(hall: TownHall, card: Issued, to: CardState, tmp_path: Path) -> None:
    """Something becomes of a card in Rivemont, and Rivemont publishes it."""
    hall.clock.pass_by(seconds=5)
    with hall.session() as session:
        settings, row = hall.office.settings, cards.find_card(session, card.number)
        cards.move(session, row, to, by="Bruno", now=hall.now, settings=settings, chance=hall.chance)
    export(hall, tmp_path)


def test_the_card_says_who_he_is_and_only_residence_is_left(
    anywhere: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
) -> None:
    recognised(anywhere, stick, rivemont)
    ticket = begins(anywhere, ousmane.full_code)
    file = anywhere.file(ticket)
    assert (file.full_name, file.date_of_birth, file.language) == ("Ousmane Rivière", "19790212", "ar")
    assert file.old_portrait
    assert not file.identity_checked, "before the face is compared it stands for nothing"

    assert compared(anywhere, ticket)

    file = anywhere.file(ticket)
    assert (file.identity_checked, file.residence_checked, file.birth_date_seen) == (True, False, True)
    made = drawn_portrait()
    anywhere.type(ticket, portrait=made.to_print, portrait_small=made.for_code, portrait_in_code="yes")
    left = enrol.what_is_missing(anywhere.row(ticket), anywhere.file(ticket), anywhere.office)
    assert left == ("residence_checked",)
    anywhere.type(ticket, residence_checked=True, address_as="full")
    anywhere.submit(ticket)
    anywhere.approve(ticket)
    new = anywhere.issue(ticket)

    anywhere.publish_lists()
    assert anywhere.check(new.full_code).verdict is Verdict.OK
    fetch(anywhere)
    assert anywhere.check(ousmane.full_code).verdict is Verdict.OK, "the old card is that city's, and his to end"


def test_nothing_says_from_where_he_came(
    anywhere: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
) -> None:
    recognised(anywhere, stick, rivemont)
    with anywhere.session() as session:
        counted = session.scalar(select(func.count()).select_from(Counter))

    ticket = begins(anywhere, ousmane.full_code)
    compared(anywhere, ticket)

    said = anywhere.file(ticket).to_bytes()
    row = anywhere.row(ticket)
    held = b"".join(repr(getattr(row, column.key)).encode() for column in Enrolment.__table__.columns)
    for trace in (b"rivemont", b"Rivemont", ousmane.number.encode()):
        assert trace not in said
        assert trace not in held
    with anywhere.session() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == counted, "not even that it was checked"
    anywhere.abandon(ticket)
    with anywhere.session() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_pressed_twice_it_is_one_enrolment(
    port_sable: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
) -> None:
    recognised(port_sable, stick, rivemont)
    assert begins(port_sable, ousmane.full_code) == begins(port_sable, ousmane.full_code)


def test_a_city_that_we_do_not_recognise_proves_nothing(
    port_sable: TownHall,  # noqa: F811
    ousmane: Issued,
) -> None:
    assert refused(port_sable, ousmane.full_code) == "renew-elsewhere"


@pytest.mark.parametrize(
    ("to", "code"),
    [(CardState.SUSPENDED, "move-suspended"), (CardState.ENDED, "move-ended")],
    ids=["suspended", "ended"],
)
def test_a_card_that_its_city_stopped_counts_for_nothing(
    anywhere: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
    tmp_path: Path,
    to: CardState,
    code: str,
) -> None:
    recognised(anywhere, stick, rivemont)
    change(rivemont, ousmane, to, tmp_path)
    anywhere.clock.pass_by(minutes=1)
    assert fetch(anywhere) is None
    assert refused(anywhere, ousmane.full_code) == code


def test_our_own_decision_on_the_city_comes_first(
    port_sable: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
) -> None:
    recognised(port_sable, stick, rivemont)
    set_state(port_sable, PartnerState.SUSPENDED)
    assert refused(port_sable, ousmane.full_code) == "move-city-suspended"
    set_state(port_sable, PartnerState.ENDED)
    assert refused(port_sable, ousmane.full_code) == "renew-elsewhere"


def test_an_older_list_is_enough_and_one_of_three_weeks_is_not(
    port_sable: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
) -> None:
    recognised(port_sable, stick, rivemont)
    port_sable.clock.pass_by(days=2)
    assert scanned(port_sable, ousmane.full_code).identity.full_name == "Ousmane Rivière"
    port_sable.clock.pass_by(days=20)
    assert refused(port_sable, ousmane.full_code) == "move-stale"


def test_neither_the_small_code_nor_a_code_without_a_face_says_who_brings_it(
    port_sable: TownHall,  # noqa: F811
    rivemont: TownHall,  # noqa: F811
    stick: Path,  # noqa: F811
    ousmane: Issued,
    tmp_path: Path,
) -> None:
    faceless = rivemont.card(**{**OUSMANE, "portrait_in_code": "no"})
    export(rivemont, tmp_path)
    recognised(port_sable, stick, rivemont)
    assert refused(port_sable, ousmane.light_code) == "move-light"
    assert refused(port_sable, ousmane.full_code[:-40] + "0" * 40) == "renew-not-read"
    ticket = begins(port_sable, faceless.full_code)
    assert port_sable.file(ticket).full_name == "Ousmane Rivière", "nobody types it again"
    with pytest.raises(OperationRefused):
        compared(port_sable, ticket)
    assert not port_sable.file(ticket).identity_checked


def test_without_the_comparison_and_without_the_card_it_is_refused(port_sable: TownHall) -> None:  # noqa: F811
    ticket = port_sable.open()
    with pytest.raises(OperationRefused) as refusal:
        compared(port_sable, ticket)
    assert refusal.value.code == "moved-on"


BY_THE_SEA, ELSEWHERE = City.named("By the Sea"), City.named("Elsewhere")
"""Cities in memory, for cards of days on which no office was founded: ours, and the one that she left."""

OVER = {"expires_on": date(2026, 2, 10)}
"""A month before the stories of `tests.support.cities`."""


def far_from_today(
    text: str, *, now: datetime = NOW, suspended: bool = False, held: bool = True, **status: object
) -> move_here.CardFromElsewhere:
    """Scan a card by the sea; `status` is what the list says that Elsewhere published, if it is `held`."""
    lists = ELSEWHERE.lists(**{"issued_at": now - timedelta(hours=1), "now": now, **status})  # type: ignore[arg-type]
    whom = frozenset({ELSEWHERE.url}) if suspended else frozenset()
    trusted = Trusted(trust_in(BY_THE_SEA, ELSEWHERE), lists if held else {}, whom, BY_THE_SEA.url)
    return move_here.read_card(text, trusted=trusted, now=now)


def test_a_card_that_is_over_is_as_good_for_a_year_as_our_own() -> None:
    card = ELSEWHERE.card(portrait=PORTRAIT, **OVER)
    assert far_from_today(card).over
    assert not far_from_today(ELSEWHERE.card(portrait=PORTRAIT)).over


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"now": NOW + timedelta(days=370)}, "renew-late"),
        ({"statuses": {INDEX: 1}}, "move-ended"),
        ({"statuses": {INDEX: 2}}, "move-suspended"),
        ({"suspended": True}, "move-city-suspended"),
        ({"held": False}, "move-stale"),
        ({"size": 16}, "renew-not-read"),
    ],
    ids=["over for too long", "ended before", "suspended before", "a city that we suspended", "no list", "no place"],
)
def test_of_a_card_that_is_over_all_the_rest_is_asked_too(how: dict[str, Any], code: str) -> None:
    with pytest.raises(CitycardError) as refusal:
        far_from_today(ELSEWHERE.card(portrait=PORTRAIT, **OVER), **how)
    assert refusal.value.code == code


def test_a_stolen_key_speaks_for_nobody() -> None:
    stolen = ELSEWHERE.with_card_key(state=KeyState.COMPROMISED)
    trusted = Trusted(trust_in(BY_THE_SEA, stolen), ELSEWHERE.lists(), frozenset(), BY_THE_SEA.url)
    with pytest.raises(OperationRefused) as refusal:
        move_here.read_card(ELSEWHERE.card(portrait=PORTRAIT), trusted=trusted, now=NOW)
    assert refusal.value.code == "move-key"


def test_a_card_of_our_own_does_not_come_this_way() -> None:
    with pytest.raises(CitycardError) as refusal:
        far_from_today(BY_THE_SEA.card(portrait=PORTRAIT))
    assert refusal.value.code == "renew-elsewhere"


def test_what_it_is_worth_the_rules_of_the_city_say() -> None:
    shipped = rules()
    for over in (False, True):
        assert move_here.is_enough(shipped, over=over, birth_date=True)
        assert move_here.is_enough(shipped, over=over, birth_date=False)
    without = RuleSet(
        **{
            **{name: getattr(shipped, name) for name in shipped.__dataclass_fields__},
            "documents": tuple(each for each in shipped.documents if each.id != CITY_CARD),
        }
    )
    assert not move_here.is_enough(without, over=False, birth_date=True)
