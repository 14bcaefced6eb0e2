"""Three real offices: Rivemont's server is down for three weeks, and Bois-Clair, which still hears of it, helps out.

Port-Sable and Bois-Clair recognise Rivemont, and each other. Rivemont goes on signing; Bois-Clair gets a stick from
next door each week. python-tuf reads the system's clock, so these stories begin now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import cards, publish, recognise, relay, sync
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.store.partners import Partner, PartnerState
from citycard.web.app import create_app
from citycard.web.database import db
from tests.support.loopback import serving
from tests.support.office import PORT_SABLE, RIVEMONT, make_office
from tests.support.town_hall import TownHall

NOW = datetime.now(UTC).replace(microsecond=0)
BOIS_CLAIR: dict[str, Any] = {
    **RIVEMONT,
    "issuer": "https://bois-clair.demo.invalid",
    "names": dict.fromkeys(("fr", "en", "es", "ar"), "Bois-Clair"),
}
NOWHERE = "http://127.0.0.1:1"
"""Nobody answers at this port."""


@dataclass
class Three:
    """The offices, what Rivemont's neighbours get of it, and how Bois-Clair's server is reached."""

    port_sable: TownHall
    bois_clair: TownHall
    rivemont: TownHall
    stick: Path
    server: FlaskClient
    app: Flask

    def week(self) -> None:
        """A week passes, in which Rivemont signs each hour and lends its stick to Bois-Clair."""
        for hall in (self.port_sable, self.bois_clair, self.rivemont):
            hall.clock.pass_by(days=7)
        self.lend()
        assert fetch(self.bois_clair, self.rivemont).error is None

    def lend(self) -> None:
        self.rivemont.publish_lists()
        publish.refresh(self.rivemont.ring, now=self.rivemont.now)
        with self.rivemont.session() as session:
            publish.export(session, self.rivemont.office, self.stick)

    def ask(self) -> sync.Synced:
        """Port-Sable asks for Rivemont's files."""
        return fetch(self.port_sable, self.rivemont)

    def set_relay(self, hall: TownHall, on: bool) -> None:
        hall.office = replace(hall.office, settings=replace(hall.office.settings, relay=on))
        if hall is self.bois_clair:
            self.app.config["OFFICE"] = hall.office

    def move(self, hall: TownHall, whom: TownHall, source: str) -> None:
        """Another address for a city, as if its server had gone from the old one."""
        with hall.session() as session:
            partner_of(session, whom).source = source


def partner_of(session: Any, whom: TownHall) -> Partner:
    issuer = whom.office.settings.issuer
    return session.scalars(select(Partner).where(Partner.issuer == issuer)).one()  # type: ignore[no-any-return]


def fetch(hall: TownHall, whom: TownHall) -> sync.Synced:
    results = sync.run(hall.engine, hall.desk(), everyone=True)
    return next(each for each in results if each.issuer == whom.office.settings.issuer)


def recognised(hall: TownHall, whom: TownHall, source: str) -> None:
    heard = " ".join(Fingerprint.of(repository.current_root(whom.office.published)).digits)
    with hall.session() as session:
        partner = recognise.propose(session, hall.desk(), source, by="cli").partner
        for name in ("Dario", "Chloe"):
            recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, name), heard=heard)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    """All is well, and everybody holds everything."""
    offices: list[Office] = [
        make_office(tmp_path, PORT_SABLE, now=NOW),
        make_office(tmp_path, BOIS_CLAIR, issuer=BOIS_CLAIR["issuer"], now=NOW),
        make_office(tmp_path, RIVEMONT, now=NOW),
    ]
    halls = [TownHall(office, now=NOW) for office in offices]
    app = create_app(offices[1])
    app.testing = True
    with ExitStack() as running:
        address = running.enter_context(serving(app))
        made = Three(halls[0], halls[1], halls[2], tmp_path / "stick", app.test_client(), app)
        made.lend()
        for hall in halls[:2]:
            recognised(hall, made.rivemont, str(made.stick))
        recognised(made.port_sable, made.bois_clair, address)
        made.bois_clair.publish_lists()
        assert {each.error for hall in halls[:2] for each in sync.run(hall.engine, hall.desk())} == {None}
        yield made
    for hall in halls:
        hall.close()
    with app.app_context():
        db.engine.dispose()


def test_a_city_that_is_down_for_three_weeks_harms_nobody(three: Three) -> None:
    """Its cards stay good, the one that it ends in the second week ends here, and a new key's cards are read."""
    kept, lost = three.rivemont.card(), three.rivemont.card(full_name="Ousmane Rivière")
    three.move(three.port_sable, three.rivemont, NOWHERE)
    for week in range(3):
        if week == 1:
            with three.rivemont.session() as session:
                cards.move(
                    session,
                    session.get_one(Card, lost.number),
                    CardState.ENDED,
                    by="Bruno",
                    now=three.rivemont.now,
                    settings=three.rivemont.office.settings,
                    chance=three.rivemont.chance,
                )
        three.week()
        answer = three.ask()

        assert (answer.error, answer.relayed) == ("unreachable", True)
        assert three.port_sable.check(kept.full_code).verdict is Verdict.OK
    assert three.port_sable.check(lost.full_code).verdict is Verdict.REVOKED
    with three.port_sable.session() as session:
        row = partner_of(session, three.rivemont)
        # What we say of the city itself stays true: it has not answered.
        assert (row.relayed, row.last_error, row.failures) == (True, "unreachable", 3)
        assert {each.etag for each in row.lists} == {None}


def test_when_the_city_is_back_it_is_asked_itself(three: Three) -> None:
    three.move(three.port_sable, three.rivemont, NOWHERE)
    three.week()
    three.ask()
    three.move(three.port_sable, three.rivemont, str(three.stick))

    answer = three.ask()

    assert (answer.error, answer.relayed) == (None, False)
    with three.port_sable.session() as session:
        row = partner_of(session, three.rivemont)
        assert (row.relayed, row.last_error, row.failures) == (False, None, 0)


@pytest.mark.parametrize("who", ["nobody gives", "we do not ask"])
def test_a_city_can_turn_it_off(three: Three, who: str) -> None:
    card = three.rivemont.card()
    three.set_relay(three.bois_clair if who == "nobody gives" else three.port_sable, False)
    three.move(three.port_sable, three.rivemont, NOWHERE)
    three.week()

    answer = three.ask()

    assert (answer.error, answer.relayed) == ("unreachable", False)
    assert three.port_sable.check(card.full_code).verdict is Verdict.OK_STALE


def test_a_stolen_key_is_heard_of_by_way_of_another_city(three: Three) -> None:
    """The mark and the statement come as they are signed, whoever hands them over."""
    card = three.rivemont.card()
    kid = three.rivemont.ring[Purpose.CARD][0].kid
    three.rivemont.ring.with_state(kid, KeyState.COMPROMISED).save()
    publish.publish_marks(three.rivemont.ring, now=three.rivemont.now)
    three.move(three.port_sable, three.rivemont, NOWHERE)
    three.lend()
    fetch(three.bois_clair, three.rivemont)
    three.ask()

    assert three.port_sable.check(card.full_code).verdict is Verdict.KEY_REVOKED


def test_everybody_gets_the_same_bytes_and_nobody_a_cookie(three: Three) -> None:
    name = relay.name_of(three.rivemont.office.settings.issuer)
    statement = repository.current_statement(three.rivemont.office.published)
    files = {
        "metadata/timestamp.json": None,
        "metadata/1.snapshot.json": None,
        "metadata/1.targets.json": None,
        "metadata/1.compromised.json": None,
        f"targets/{hashlib.sha256(statement).hexdigest()}.statement.json": statement,
        "status/1": (three.stick / "status" / "1").read_bytes(),
    }
    for path, content in files.items():
        answer = three.server.get(f"/relay/{name}/{path}")

        assert answer.status_code == 200, path
        assert answer.data == (content or (three.stick / path).read_bytes())
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert "Set-Cookie" not in answer.headers
        again = three.server.get(f"/relay/{name}/{path}", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


NOT_HELD = (
    *("metadata/2.targets.json", "metadata/root.json", "metadata/.lock", "metadata/../.lock"),
    *("metadata/root_history/1.root.json", "metadata/9999999999.root.json", "targets/statement.json"),
    *("status/9", "status/1.jwt", "keys.json", "%00", "status/%00", "a%2f..%2fb"),
)


def test_what_is_not_held_is_not_there(three: Three) -> None:
    """And what a city that is suspended, ended or only proposed left here is answered like a city that nobody knows."""
    issuer = three.rivemont.office.settings.issuer
    name = relay.name_of(issuer)
    for path in (*NOT_HELD, f"targets/{'0' * 64}.statement.json"):
        assert three.server.get(f"/relay/{name}/{path}").status_code == 404, path
    assert three.server.get(f"/relay/{name}/metadata/timestamp.json").status_code == 200

    for state in (PartnerState.SUSPENDED, PartnerState.ENDED, PartnerState.PROPOSED, None):
        with three.bois_clair.session() as session:
            partner_of(session, three.rivemont).state = state or PartnerState.RECOGNISED
        asked = name if state else relay.name_of("https://valdune.example")
        answers = [three.server.get(f"/relay/{asked}/{path}") for path in ("metadata/timestamp.json", "x")]
        assert {(answer.status_code, answer.data) for answer in answers} == {(404, b"There is no such file.\n")}


def others(hall: TownHall, sources: dict[str, str], chance: Callable[[int], bytes]) -> tuple[str, ...]:
    """Where Rivemont's files would be asked for, with these partners, name to source."""
    with hall.session() as session:
        for number, (name, source) in enumerate(sources.items()):
            session.add(
                Partner(
                    issuer=f"https://{name}.example",
                    source=source,
                    state=PartnerState.SUSPENDED if name == "suspended" else PartnerState.RECOGNISED,
                    root_fingerprint=f"{number:064}",
                    trusted_root=b"",
                    statement=b"",
                )
            )
        session.flush()
        first = session.scalars(select(Partner).order_by(Partner.id)).first()
        assert first is not None
        found = tuple(relay.others(session, hall.office, first.id, chance=chance))
        session.rollback()
    return found


def test_few_are_asked_by_chance_and_only_at_addresses_that_were_compared(tmp_path: Path) -> None:
    hall = TownHall(make_office(tmp_path, now=NOW), now=NOW, seed=7)
    sources = {"down": "https://down.example", "stick": "/media/stick", "suspended": "https://suspended.example"}
    sources |= {f"city-{number}": f"https://city-{number}.example/" for number in range(9)}
    seen = [others(hall, sources, hall.chance) for _ in range(20)]
    hall.close()

    name = relay.name_of("https://down.example")
    allowed = {f"https://city-{number}.example/relay/{name}" for number in range(9)}
    assert {len(set(each)) for each in seen} == {relay.MOST}
    assert {address for each in seen for address in each} == allowed
