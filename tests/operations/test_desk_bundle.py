"""The bundle of an office: what its devices believe is what the office believes.

python-tuf reads the system's clock, so stories with a partner happen today.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState, KeyUse
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.keystore.ring import Purpose
from citycard.operations import agreements, cards, desk_bundle, key_changes, publish, recognise, sync
from citycard.operations.agreements import Terms
from citycard.operations.desk_bundle import Bundles, Made
from citycard.operations.refusals import OperationRefused
from citycard.partners import desk_bundle as form
from citycard.partners import repository
from citycard.partners.desk_bundle import CityPapers, Held, PartnerPapers, read_bundle
from citycard.partners.fingerprint import Fingerprint
from citycard.services.service import Ages, Band, Need, Service, Visitors
from citycard.store.cards import Card, CardState
from citycard.store.partners import Partner, PartnerState
from tests.operations.conftest import OpenHall
from tests.services.conftest import service
from tests.support.office import RIVEMONT
from tests.support.town_hall import TownHall

TODAY = datetime.now(UTC).replace(microsecond=0)
POOL = service(
    id="pool",
    visitors=Visitors.BY_AGREEMENT,
    needs=frozenset({Need.AGE_BAND, Need.PORTRAIT}),
    ages=Ages(6, None),
    bands=(Band(Ages(6, 17), {"fr": "Gratuit"}),),
)


def make(hall: TownHall, bundles: Bundles | None = None, *services: Service) -> Made:
    with Session(hall.engine) as session:
        return (bundles or Bundles()).current(session, hall.ring, services=services, now=hall.now)


def mark(hall: TownHall) -> bytes:
    return desk_bundle.device_fingerprint(hall.office).sha256


def believed(hall: TownHall, fingerprint: bytes | None = None, *services: Service) -> Held:
    """What a device of the hall believes that was enrolled with this fingerprint."""
    return read_bundle(make(hall, None, *services).data, fingerprint=fingerprint or mark(hall), now=hall.now)


@pytest.fixture
def port_sable(open_hall: OpenHall) -> TownHall:
    return open_hall(now=TODAY)


@pytest.fixture
def rivemont(open_hall: OpenHall) -> TownHall:
    return open_hall(RIVEMONT, now=TODAY)


@pytest.fixture
def stick(tmp_path: Path, rivemont: TownHall) -> Path:
    """What Rivemont published."""
    export(rivemont, tmp_path / "stick")
    return tmp_path / "stick"


def export(hall: TownHall, stick: Path) -> None:
    hall.publish_lists()
    with hall.session() as session:
        publish.export(session, hall.office, stick)


def recognised(hall: TownHall, stick: Path, other: TownHall) -> None:
    heard = " ".join(Fingerprint.of(repository.current_root(other.office.published)).digits)
    with hall.session() as session:
        partner = recognise.propose(session, hall.desk(), str(stick), by=hall.staff(session, "Dario")).partner
        for who in ("Dario", "Chloe"):
            recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, who), heard=heard)
    fetch(hall)


def fetch(hall: TownHall) -> str | None:
    (result,) = sync.run(hall.engine, hall.desk(), everyone=True)
    return result.error


def new_key(hall: TownHall, purpose: Purpose, *, curve: str = "Ed25519") -> None:
    first = TODAY.date()
    last = first + timedelta(days=365)
    key_changes.add(hall.ring, purpose, curve=curve, state=KeyState.ACTIVE, first_day=first, last_day=last, now=TODAY)


def verdict(held: Held, text: str, now: datetime) -> Verdict:
    return verify(text, trust=held.trust, lists=held.lists, now=now).verdict


def test_a_device_checks_the_citys_own_cards(hall: TownHall) -> None:
    issued = hall.card()
    held = believed(hall)
    assert verdict(held, issued.full_code, hall.now) is Verdict.OK

    hall.clock.pass_by(minutes=1)
    with hall.session() as session:
        cards.move(
            session,
            session.get_one(Card, issued.number),
            CardState.ENDED,
            by="Bruno",
            now=hall.now,
            settings=hall.office.settings,
            chance=hall.chance,
        )
    hall.publish_lists()
    ended = believed(hall)
    assert ended.issued_at == held.issued_at  # within the same quarter of an hour
    assert ended.lists != held.lists


def test_a_partners_cards_are_checked_under_its_own_keys(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    card = rivemont.card()
    export(rivemont, stick)
    recognised(port_sable, stick, rivemont)

    held = believed(port_sable)

    assert held.left_out == ()
    assert verdict(held, card.full_code, TODAY) is Verdict.OK
    assert held.suspended == frozenset()


def test_a_suspended_city_is_known_and_suspended_and_an_ended_one_unknown(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    recognised(port_sable, stick, rivemont)
    url = rivemont.office.settings.issuer
    for state, suspended, known in ((PartnerState.SUSPENDED, {url}, True), (PartnerState.ENDED, set(), False)):
        with port_sable.session() as session:
            partner = session.scalars(select(Partner)).one()
            recognise.move(session, port_sable.desk(), partner, state, by=port_sable.staff(session, "Dario"))
        held = believed(port_sable)
        assert (held.suspended, held.trust.issuer(url) is not None) == (suspended, known)


def test_a_partner_that_only_proposes_itself_is_not_in_it(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    with port_sable.session() as session:
        recognise.propose(session, port_sable.desk(), str(stick), by=port_sable.staff(session, "Dario"))

    assert [issuer.url for issuer in believed(port_sable).trust] == [port_sable.office.settings.issuer]


def test_roots_that_followed_the_compared_one_are_kept_for_the_devices(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    recognised(port_sable, stick, rivemont)
    for purpose in (Purpose.TARGETS, Purpose.SNAPSHOT):
        new_key(rivemont, purpose)
    export(rivemont, stick)
    assert fetch(port_sable) is None

    held = believed(port_sable)

    assert held.left_out == ()
    assert held.trust.issuer(rivemont.office.settings.issuer) is not None


def test_a_statement_that_the_office_refuses_does_not_take_the_city_from_the_devices(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    """TUF's folder has its targets then; the bundle has those of the statement that is believed."""
    recognised(port_sable, stick, rivemont)
    tomorrow = TODAY + timedelta(days=3)
    publish.publish_statement(rivemont.ring, now=tomorrow)
    export(rivemont, stick)
    assert fetch(port_sable) == "future"

    assert believed(port_sable).left_out == ()


def test_a_key_that_a_partner_marked_is_compromised_on_the_devices(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    recognised(port_sable, stick, rivemont)
    stolen = rivemont.ring.usable(Purpose.CARD, TODAY.date())[0]
    with port_sable.session() as session:
        session.scalars(select(Partner)).one().compromised = stolen.public.thumbprint + bytes(32)

    issuer = believed(port_sable).trust.issuer(rivemont.office.settings.issuer)

    assert issuer is not None
    key = issuer.key(stolen.public.kid, KeyUse.CARD)
    assert key is not None
    assert key.state is KeyState.COMPROMISED


def test_every_online_key_changes_and_the_device_stays_enrolled(port_sable: TownHall) -> None:
    enrolled = mark(port_sable)
    for purpose in (Purpose.BUNDLE, Purpose.STATUS):
        old = port_sable.ring[purpose][-1]
        new_key(port_sable, purpose, curve="P-256")
        key_changes.retire(port_sable.ring, old.kid, now=TODAY)
    for purpose in (Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.TIMESTAMP):
        new_key(port_sable, purpose)
    port_sable.publish_lists()

    held = believed(port_sable, enrolled)

    assert held.issuer == port_sable.office.settings.issuer
    assert mark(port_sable) != enrolled  # the next device is given the newest root


def test_without_a_key_there_is_no_bundle(small_hall: TownHall) -> None:
    ring = small_hall.ring
    key = ring[Purpose.BUNDLE][0]
    ring.with_state(key.kid, KeyState.COMPROMISED).save()

    with pytest.raises(OperationRefused) as refused:
        make(small_hall)
    assert refused.value.code == "bundle-unmade"


def test_services_and_agreements_are_in_it(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    with port_sable.session() as session:
        agreements.agree(
            session,
            port_sable.desk(),
            session.scalars(select(Partner)).one(),
            services=[POOL],
            terms=Terms(first_day=date(2026, 1, 1), list_hours=48),
            by=port_sable.staff(session, "Dario"),
        )

    held = believed(port_sable, None, POOL)

    assert held.agreements == {
        rivemont.office.settings.issuer: {"pool": {"from": "2026-01-01", "until": None, "list_hours": 48}}
    }
    [said] = held.services
    assert (said["id"], said["needs"], said["ages"]) == ("pool", ["age-band", "portrait"], {"from": 6, "to": None})
    assert said["bands"] == [{"from": 6, "to": 17, "gives": {"fr": "Gratuit"}}]


def test_it_is_made_anew_when_something_changed_and_each_quarter_of_an_hour(small_hall: TownHall) -> None:
    bundles = Bundles()
    first = make(small_hall, bundles)
    assert make(small_hall, bundles) is first

    assert make(small_hall, bundles, POOL).etag != first.etag

    small_hall.clock.pass_by(minutes=15)
    assert make(small_hall, bundles).etag != first.etag


def test_a_bundle_that_is_too_large_goes_without_the_largest_lists(
    small_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(small_hall.engine) as session:
        content = desk_bundle.gather(session, small_hall.ring, services=())
    papers = content.own.papers
    crowd = tuple(
        PartnerPapers(f"https://{name}.example", bytes(32), False, CityPapers(papers, {f"https://{name}.x": token}))
        for name, token in (("large", bytes(300_000)), ("small", bytes(10)))
    )
    monkeypatch.setattr(form, "MAX_BUNDLE", 200_000)
    monkeypatch.setattr(
        desk_bundle, "gather", lambda *_arguments, **_named: desk_bundle.replace(content, partners=crowd)
    )

    made = make(small_hall)

    assert len(made.data) < 200_000
    assert bytes(10) in made.data
    assert [each.code for each in made.left_out] == ["fingerprint-differs"] * 2


def test_a_bundle_that_no_device_would_take_does_not_go_out(
    small_hall: TownHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_bundle, "device_fingerprint", lambda _office: Fingerprint(bytes(32)))

    with pytest.raises(OperationRefused) as refused:
        make(small_hall)
    assert refused.value.code == "bundle-unmade"
