"""What two cities agree on: the rows, the acts, and what a check says for a service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.operations import agreements, audit, recognise
from citycard.operations.agreements import Terms
from citycard.operations.check import AskedFor, Outcome
from citycard.operations.refusals import OperationRefused
from citycard.paths import static_folder
from citycard.services.service import Need, Service, Visitors
from citycard.store.audit import AuditEntry
from citycard.store.partners import Agreement, Partner, PartnerState
from tests.services.conftest import service
from tests.support.cities import City
from tests.support.town_hall import TownHall
from tests.web.real_office import city_named
from tests.web.real_office import recognise as write_partner

TODAY = date(2026, 11, 23)
LIBRARY = service(id="library", visitors=Visitors.BY_AGREEMENT, needs=frozenset({Need.NAME}))
POOL = service(id="pool", visitors=Visitors.BY_AGREEMENT)
MUSEUM = service(id="museum", visitors=Visitors.YES)
REGISTRY = service(id="registry", visitors=Visitors.NO)
REGISTER = (LIBRARY, POOL, MUSEUM, REGISTRY)


def recognised(hall: TownHall, *, list_age: timedelta = timedelta(minutes=5)) -> City:
    """Rivemont is in the register."""
    city = city_named("Rivemont")
    with hall.session() as session:
        write_partner(session, city, list_age=list_age)
    return city


def agree(hall: TownHall, *services: Service, by: str = "Dario", **terms: Any) -> None:
    with hall.session() as session:
        agreements.agree(
            session,
            hall.desk(),
            session.scalars(select(Partner)).one(),
            services=services,
            terms=Terms(**{"first_day": TODAY, **terms}),
            by=hall.staff(session, by),
        )


def end(hall: TownHall, service: str | None = None) -> int:
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        return agreements.end(session, hall.desk(), partner, by=hall.staff(session, "Chloe"), service=service)


def agreed_on(hall: TownHall, day: date = TODAY) -> dict[str, Terms]:
    with Session(hall.engine) as session:
        (partner,) = session.scalars(select(Partner))
        agreed = agreements.by_issuer(session).get(partner.issuer, {})
        return {service: terms for service, terms in agreed.items() if terms.counts_on(day)}


def check(hall: TownHall, text: str, asked: Service) -> Outcome:
    with hall.session() as session:
        return hall.checker.check(session, text, service=asked.id, now=hall.now, asked=AskedFor(asked, REGISTER))


def said(hall: TownHall, text: str, asked: Service) -> tuple[Verdict, str]:
    outcome = check(hall, text, asked)
    return outcome.verdict, outcome.reason


def acts(hall: TownHall) -> list[str]:
    with Session(hall.engine) as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)))


def test_agreeing_changing_and_ending(hall: TownHall) -> None:
    recognised(hall)
    agree(hall, LIBRARY, POOL, list_hours=6)
    assert agreed_on(hall) == {"library": Terms(TODAY, None, 6), "pool": Terms(TODAY, None, 6)}

    agree(hall, POOL, last_day=date(2026, 12, 31))
    assert agreed_on(hall)["library"] == Terms(TODAY, None, 6)
    assert agreed_on(hall)["pool"] == Terms(TODAY, date(2026, 12, 31), None)
    assert set(agreed_on(hall, date(2027, 1, 1))) == {"library"}
    assert set(agreed_on(hall, date(2026, 11, 22))) == set()

    assert end(hall, "pool") == 1
    assert set(agreed_on(hall)) == {"library"}
    agree(hall, POOL)
    assert (end(hall), end(hall)) == (2, 0)
    assert agreed_on(hall) == {}
    assert acts(hall) == [audit.Act.SERVICES_AGREED] * 2 + [
        audit.Act.AGREEMENT_ENDED,
        audit.Act.SERVICES_AGREED,
        audit.Act.AGREEMENT_ENDED,
    ]


def suspend(hall: TownHall, service: str, by: str = "Chloe", *, act: Any = agreements.suspend) -> None:
    with hall.session() as session:
        act(session, hall.desk(), session.scalars(select(Partner)).one(), service=service, by=hall.staff(session, by))


def test_one_service_is_closed_for_now_and_opened_again(hall: TownHall) -> None:
    """The next check goes by it, also in another worker; the other service of the same city stays open."""
    card = recognised(hall).card()
    other = TownHall(hall.office, database_url=hall.url)
    agree(hall, LIBRARY, POOL, list_hours=6)
    seen = [said(other, card, one)[0] for one in (LIBRARY, POOL)]

    suspend(hall, "pool")
    suspend(hall, "pool")
    seen += [said(other, card, one)[0] for one in (LIBRARY, POOL)]
    opens = check(hall, card, POOL).opens
    suspend(hall, "pool", act=agreements.resume)
    seen += [said(other, card, one)[0] for one in (LIBRARY, POOL)]
    other.close()

    assert seen == [Verdict.OK, Verdict.OK, Verdict.OK, Verdict.NOT_ACCEPTED, Verdict.OK, Verdict.OK]
    assert opens == (LIBRARY, MUSEUM)
    assert agreed_on(hall)["pool"] == Terms(TODAY, None, 6)
    assert acts(hall)[1:] == [audit.Act.AGREEMENT_SUSPENDED, audit.Act.AGREEMENT_RESUMED]


def test_agreeing_anew_opens_nothing_that_was_suspended(hall: TownHall) -> None:
    """Somebody closed it for a reason; other terms are none to open it, and it has them when it is resumed."""
    recognised(hall)
    agree(hall, POOL)
    suspend(hall, "pool")
    assert agreed_on(hall) == {}
    agree(hall, POOL, list_hours=12)
    assert agreed_on(hall) == {}
    suspend(hall, "pool", act=agreements.resume)

    assert agreed_on(hall) == {"pool": Terms(TODAY, None, 12)}


def test_what_is_not_agreed_is_not_suspended(hall: TownHall) -> None:
    recognised(hall)
    agree(hall, POOL)
    with pytest.raises(OperationRefused, match="not agreed"):
        suspend(hall, "library")
    with pytest.raises(OperationRefused):
        suspend(hall, "pool", by="Amel")

    assert set(agreed_on(hall)) == {"pool"}


@pytest.mark.parametrize("asked", REGISTER, ids=lambda one: one.id)
def test_who_agreed_with_whom_decides_only_what_is_by_agreement(hall: TownHall, asked: Service) -> None:
    card = recognised(hall).card()
    before = said(hall, card, asked)
    agree(hall, LIBRARY)
    after = said(hall, card, asked)

    refused = Verdict.NOT_ACCEPTED
    assert (before, after) == {
        "library": ((refused, "no-agreement"), (Verdict.OK, "")),
        "pool": ((refused, "no-agreement"), (refused, "no-agreement")),
        "museum": ((Verdict.OK, ""), (Verdict.OK, "")),
        "registry": ((refused, "residents-only"), (refused, "residents-only")),
    }[asked.id]


def test_another_worker_notices_what_was_agreed_and_ended(hall: TownHall) -> None:
    card = recognised(hall).card()
    other = TownHall(hall.office, database_url=hall.url)
    seen = [said(other, card, LIBRARY)[0]]
    agree(hall, LIBRARY)
    seen.append(said(other, card, LIBRARY)[0])
    end(hall)
    seen.append(said(other, card, LIBRARY)[0])
    other.close()

    assert seen == [Verdict.NOT_ACCEPTED, Verdict.OK, Verdict.NOT_ACCEPTED]


def test_an_agreement_ends_with_its_last_day_in_the_city(small_hall: TownHall) -> None:
    card = recognised(small_hall).card()
    agree(small_hall, LIBRARY, last_day=date(2026, 11, 23))
    seen = []
    for moment in ("2026-11-23T22:59:59+00:00", "2026-11-23T23:00:00+00:00"):
        small_hall.clock.now = type(small_hall.now).fromisoformat(moment)
        seen.append(said(small_hall, card, LIBRARY))

    assert seen == [(Verdict.OK, ""), (Verdict.NOT_ACCEPTED, "no-agreement")]


@pytest.mark.parametrize(
    ("age", "hours", "verdict"),
    [
        (5, 6, (Verdict.OK, "")),
        (6, 6, (Verdict.STALE_STATUS, "list-older-than-agreed")),
        (30, None, (Verdict.OK_STALE, "")),
        (30, 36, (Verdict.OK_STALE, "")),
        (30, 24, (Verdict.STALE_STATUS, "list-older-than-agreed")),
        (22 * 24, 24, (Verdict.STALE_STATUS, "list-missing")),
        (22 * 24, None, (Verdict.STALE_STATUS, "list-missing")),
    ],
)
def test_an_agreement_may_want_a_younger_list(
    small_hall: TownHall, age: int, hours: int | None, verdict: tuple[Verdict, str]
) -> None:
    city = recognised(small_hall, list_age=timedelta(hours=age))
    agree(small_hall, LIBRARY, list_hours=hours)

    assert said(small_hall, city.card(), LIBRARY) == verdict


@pytest.mark.parametrize(("sync_minutes", "least"), [(1, 2), (15, 3), (60, 5)])
def test_the_smallest_limit_lets_the_next_list_come_in_time(
    small_hall: TownHall, sync_minutes: int, least: int
) -> None:
    """An hour until the city signs anew, our turn, one turn that failed, and the tablet's own."""
    settings = replace(small_hall.office.settings, sync_minutes=sync_minutes)
    latest = timedelta(minutes=60 + sync_minutes * 1.2 * 3 + 15)

    assert agreements.least_hours(settings) == least
    assert timedelta(hours=least - 1) < latest <= timedelta(hours=least)


def test_tablets_ask_as_often_as_the_smallest_limit_counts_on() -> None:
    script = (static_folder() / "js" / "desk" / "sync.js").read_text("utf-8")
    minutes = agreements.TABLETS_ASK // timedelta(minutes=1)

    assert f"const EVERY = {minutes} * 60_000;" in script


def test_what_was_agreed_below_the_limit_stays_and_is_read(small_hall: TownHall) -> None:
    city = recognised(small_hall)
    agree(small_hall, LIBRARY)
    with small_hall.session() as session:
        session.scalars(select(Agreement)).one().list_hours = 1

    assert agreed_on(small_hall)["library"].list_hours == 1
    assert said(small_hall, city.card(), LIBRARY) == (Verdict.OK, "")


def test_a_list_too_old_for_one_service_is_young_enough_for_another(small_hall: TownHall) -> None:
    city = recognised(small_hall, list_age=timedelta(hours=7))
    agree(small_hall, LIBRARY, list_hours=6)
    agree(small_hall, POOL)

    assert [said(small_hall, city.card(), one)[0] for one in (LIBRARY, POOL, MUSEUM)] == [
        Verdict.STALE_STATUS,
        Verdict.OK,
        Verdict.OK,
    ]


def test_what_is_refused_says_what_cards_of_the_city_open_and_nothing_else(small_hall: TownHall) -> None:
    city = recognised(small_hall)
    agree(small_hall, POOL)
    outcome = check(small_hall, city.card(), LIBRARY)

    assert (outcome.verdict, outcome.card, outcome.decision) == (Verdict.NOT_ACCEPTED, None, None)
    assert outcome.opens == (POOL, MUSEUM)
    assert "Marchevert" not in repr(outcome)
    # Every card of the city gets this very answer.
    other = check(small_hall, city.card(light=True, number="0000000000000000"), LIBRARY)
    assert other.opens == outcome.opens


def test_a_card_that_is_not_good_is_told_nothing_about_services(small_hall: TownHall) -> None:
    city = city_named("Rivemont")
    with small_hall.session() as session:
        write_partner(session, city, {1: 1})
    outcome = check(small_hall, city.card(status_index=1), LIBRARY)

    assert (outcome.verdict, outcome.opens) == (Verdict.REVOKED, ())


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (PartnerState.SUSPENDED, (Verdict.NOT_ACCEPTED, "partner-suspended")),
        (PartnerState.ENDED, (Verdict.UNKNOWN_ISSUER, "issuer-unknown")),
    ],
)
def test_our_own_distrust_wins_at_once(hall: TownHall, state: PartnerState, verdict: tuple[Verdict, str]) -> None:
    card = recognised(hall).card()
    agree(hall, LIBRARY)
    assert said(hall, card, LIBRARY)[0] is Verdict.OK

    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        recognise.move(session, hall.desk(), partner, state, by=hall.staff(session, "Dario"))

    assert agreed_on(hall) == {}
    for one in (LIBRARY, MUSEUM, REGISTRY):
        outcome = check(hall, card, one)
        assert (outcome.verdict, outcome.reason, outcome.opens) == (*verdict, ())


def test_a_city_that_comes_back_after_an_end_agrees_anew(hall: TownHall) -> None:
    recognised(hall)
    agree(hall, LIBRARY)
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        recognise.move(session, hall.desk(), partner, PartnerState.ENDED, by=hall.staff(session, "Dario"))
        partner.state = PartnerState.RECOGNISED  # as after another ceremony

    assert agreed_on(hall) == {}


@pytest.mark.parametrize(
    ("services", "terms", "code"),
    [
        ((), {}, "agreement-services"),
        ((MUSEUM,), {}, "agreement-service"),
        ((LIBRARY, REGISTRY), {}, "agreement-service"),
        ((service(id="s", visitors=Visitors.BY_AGREEMENT, last_day=date(2026, 11, 22)),), {}, "agreement-service"),
        ((LIBRARY,), {"last_day": date(2026, 11, 22)}, "agreement-order"),
        ((LIBRARY,), {"first_day": date(2026, 1, 1), "last_day": date(2026, 11, 22)}, "agreement-past"),
        ((LIBRARY,), {"list_hours": 0}, "agreement-hours-few"),
        ((LIBRARY,), {"list_hours": 2}, "agreement-hours-few"),
        ((LIBRARY,), {"list_hours": 505}, "agreement-hours"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    small_hall: TownHall, services: tuple[Service, ...], terms: dict[str, Any], code: str
) -> None:
    recognised(small_hall)
    with pytest.raises(OperationRefused) as refusal:
        agree(small_hall, *services, **terms)

    assert refusal.value.code == code
    with Session(small_hall.engine) as session:
        assert session.scalars(select(Agreement)).all() == []
    assert acts(small_hall) == []


@pytest.mark.parametrize("state", [PartnerState.PROPOSED, PartnerState.SUSPENDED, PartnerState.ENDED])
def test_only_a_recognised_city_has_agreements(small_hall: TownHall, state: PartnerState) -> None:
    with small_hall.session() as session:
        write_partner(session, city_named("Rivemont"), state=state)

    with pytest.raises(OperationRefused) as refusal:
        agree(small_hall, LIBRARY)
    assert refusal.value.code == "agreement-recognised"


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Esra"])
def test_agreeing_and_ending_is_not_for_everybody(small_hall: TownHall, name: str) -> None:
    recognised(small_hall)
    with pytest.raises(OperationRefused) as refusal:
        agree(small_hall, LIBRARY, by=name)
    assert refusal.value.code == "confirm-role"
    with small_hall.session() as session:
        partner, by = session.scalars(select(Partner)).one(), small_hall.staff(session, name)
        with pytest.raises(OperationRefused):
            agreements.end(session, small_hall.desk(), partner, by=by)


def test_our_own_residents_need_no_agreement(small_hall: TownHall) -> None:
    card = small_hall.card().full_code

    assert [said(small_hall, card, one)[0] for one in REGISTER] == [Verdict.OK] * 4
