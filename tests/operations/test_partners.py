"""Recognising another city, fetching what it publishes, and checking its cards.

python-tuf reads the system's clock, so these stories happen today.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.operations import audit, cards, publish, recognise, sync
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState
from citycard.store.partners import Partner, PartnerList, PartnerState
from tests.operations.conftest import OpenHall
from tests.partners.conftest import Serve, serve  # noqa: F401
from tests.support.office import RIVEMONT
from tests.support.town_hall import Issued, TownHall

TODAY = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def port_sable(open_hall: OpenHall) -> TownHall:
    """Port-Sable's town hall, which recognises Rivemont in most of these stories."""
    return open_hall(now=TODAY)


@pytest.fixture
def anywhere(open_hall: OpenHall, database_url: str) -> TownHall:
    """The same on each kind of database."""
    return open_hall(database_url=database_url, now=TODAY)


@pytest.fixture
def rivemont(open_hall: OpenHall, tmp_path: Path) -> TownHall:
    """Rivemont has published into a folder, `stick`."""
    hall = open_hall(RIVEMONT, now=TODAY)
    export(hall, tmp_path)
    return hall


@pytest.fixture
def stick(tmp_path: Path, rivemont: TownHall) -> Path:
    """What Rivemont put on a stick."""
    return tmp_path / "stick"


def export(hall: TownHall, tmp_path: Path) -> None:
    """Put what the city publishes on the stick."""
    hall.publish_lists()
    with hall.session() as session:
        publish.export(session, hall.office, tmp_path / "stick")


def read_out(hall: TownHall) -> str:
    """What the city's custodian reads over the telephone."""
    return " ".join(Fingerprint.of(repository.current_root(hall.office.published)).digits)


def propose(hall: TownHall, source: Path | str, *, by: str = "Dario") -> recognise.Proposal:
    with hall.session() as session:
        proposal = recognise.propose(session, hall.desk(), str(source), by=hall.staff(session, by))
        session.flush()
        return proposal


def confirm(hall: TownHall, by: str, heard: str) -> bool:
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        return recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, by), heard=heard)


def recognised(hall: TownHall, source: Path, other: TownHall) -> None:
    """The whole ceremony, and the first fetching."""
    propose(hall, source)
    confirm(hall, "Dario", read_out(other))
    assert confirm(hall, "Chloe", read_out(other))
    assert fetch(hall) is None


def fetch(hall: TownHall) -> str | None:
    """Ask the one partner; return the code of what went wrong."""
    (result,) = sync.run(hall.engine, hall.desk(), everyone=True)
    return result.error


def set_state(hall: TownHall, to: PartnerState, *, by: str = "Dario") -> None:
    with hall.session() as session:
        partner = session.scalars(select(Partner)).one()
        recognise.move(session, hall.desk(), partner, to, by=hall.staff(session, by))


def partner(hall: TownHall) -> Partner:
    with Session(hall.engine) as session:
        row = session.scalars(select(Partner)).one()
        session.expunge(row)
        return row


def verdict(hall: TownHall, card: Issued) -> Verdict:
    return hall.check(card.full_code).verdict


def test_a_plain_web_server_is_enough(
    port_sable: TownHall,
    rivemont: TownHall,
    stick: Path,
    tmp_path: Path,
    serve: Serve,  # noqa: F811
) -> None:
    """What `citycard publish` wrote, behind a server that knows nothing: ceremony, lists, a card that ends, a mark."""
    good, lost = rivemont.card(), rivemont.card(full_name="Ousmane Rivière")
    export(rivemont, tmp_path)
    recognised(port_sable, serve(stick), rivemont)  # type: ignore[arg-type]
    assert [verdict(port_sable, card) for card in (good, lost)] == [Verdict.OK, Verdict.OK]

    with rivemont.session() as session:
        row, settings = session.get_one(Card, lost.number), rivemont.office.settings
        cards.move(
            session, row, CardState.ENDED, by="Bruno", now=rivemont.now, settings=settings, chance=rivemont.chance
        )
    export(rivemont, tmp_path)
    assert fetch(port_sable) is None
    assert [verdict(port_sable, card) for card in (good, lost)] == [Verdict.OK, Verdict.REVOKED]

    rivemont.ring.with_state(rivemont.ring[Purpose.CARD][0].kid, KeyState.COMPROMISED).save()
    publish.publish_marks(load_ring(rivemont.office), now=rivemont.now)
    export(rivemont, tmp_path)
    assert fetch(port_sable) is None
    assert verdict(port_sable, good) is Verdict.KEY_REVOKED


# --- the ceremony ---------------------------------------------------------------------------------------


def test_two_people_compare_and_the_citys_cards_are_good(anywhere: TownHall, rivemont: TownHall, stick: Path) -> None:
    card = rivemont.card(full_name="Ousmane Rivière")
    assert verdict(anywhere, card) is Verdict.UNKNOWN_ISSUER
    propose(anywhere, stick)
    assert verdict(anywhere, card) is Verdict.UNKNOWN_ISSUER
    assert confirm(anywhere, "Dario", read_out(rivemont)) is False
    assert verdict(anywhere, card) is Verdict.UNKNOWN_ISSUER

    assert confirm(anywhere, "Chloe", read_out(rivemont)) is True

    assert verdict(anywhere, card) is Verdict.STALE_STATUS  # until its lists are there
    fetch(anywhere)
    seen = anywhere.check(card.full_code)
    assert seen.verdict is Verdict.OK
    assert seen.card is not None
    assert seen.card.issuer.url == "https://rivemont.demo.invalid"
    with Session(anywhere.engine) as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)).all()
    assert acts == [audit.Act.PARTNER_PROPOSED, audit.Act.PARTNER_CONFIRMED, audit.Act.PARTNER_CONFIRMED]


def test_the_fingerprint_may_be_heard_as_words(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    propose(port_sable, stick)
    words = Fingerprint.of(repository.current_root(rivemont.office.published)).words

    assert confirm(port_sable, "Dario", " ".join(words).upper()) is False


def test_one_person_does_not_count_twice(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    propose(port_sable, stick)
    confirm(port_sable, "Dario", read_out(rivemont))

    with pytest.raises(OperationRefused) as refusal:
        confirm(port_sable, "Dario", read_out(rivemont))

    assert refusal.value.code == "confirm-twice"
    assert partner(port_sable).state == PartnerState.PROPOSED


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Esra"])
def test_confirming_is_not_for_everybody(open_hall: OpenHall, rivemont: TownHall, stick: Path, name: str) -> None:
    hall = open_hall(now=TODAY)
    propose(hall, stick)

    with pytest.raises(OperationRefused) as refusal:
        confirm(hall, name, read_out(rivemont))

    assert refusal.value.code == "confirm-role"


@pytest.mark.parametrize("heard", ["", "12345", "ours", "one digit off"])
def test_another_fingerprint_stops_the_ceremony(
    open_hall: OpenHall, rivemont: TownHall, stick: Path, heard: str
) -> None:
    hall = open_hall(now=TODAY)
    propose(hall, stick)
    digits = read_out(rivemont)
    said = {
        "ours": read_out(hall),
        "one digit off": digits[:-1] + str((int(digits[-1]) + 1) % 10),
    }.get(heard, heard)

    with pytest.raises(OperationRefused) as refusal:
        confirm(hall, "Dario", said)

    assert refusal.value.code == "fingerprint-differs"
    assert partner(hall).first_confirmed_by is None


def test_a_root_that_is_exchanged_after_the_first_confirmation_starts_anew(
    anywhere: TownHall, rivemont: TownHall, stick: Path, open_hall: OpenHall, tmp_path: Path
) -> None:
    propose(anywhere, stick)
    confirm(anywhere, "Dario", read_out(rivemont))
    # Somebody else publishes under Rivemont's name, with keys of their own.
    thief = open_hall({**RIVEMONT, "names": {"fr": "Voleur"}}, now=TODAY + timedelta(seconds=1))
    with thief.session() as session:
        publish.export(session, thief.office, tmp_path / "false-stick")
    propose(anywhere, tmp_path / "false-stick")

    with pytest.raises(OperationRefused) as refusal:
        confirm(anywhere, "Chloe", read_out(rivemont))

    assert refusal.value.code == "fingerprint-differs"
    row = partner(anywhere)
    assert (row.state, row.first_confirmed_by) == (PartnerState.PROPOSED, None)


def test_a_recognised_city_is_not_proposed_over(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    for state in (PartnerState.RECOGNISED, PartnerState.SUSPENDED):
        set_state(port_sable, state)
        with pytest.raises(OperationRefused) as refusal:
            propose(port_sable, stick)
        assert refusal.value.code == "partner-known"


def test_a_city_cannot_be_confirmed_again(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)

    with pytest.raises(OperationRefused) as refusal:
        confirm(port_sable, "Chloe", read_out(rivemont))

    assert refusal.value.code == "moved-on"


def test_our_own_city_is_no_partner(open_hall: OpenHall, tmp_path: Path) -> None:
    hall = open_hall(now=TODAY)
    export(hall, tmp_path)

    with pytest.raises(CitycardError) as refusal:
        propose(hall, tmp_path / "stick")

    assert refusal.value.code == "own-issuer"


def test_a_city_that_lists_our_key_is_refused(
    open_hall: OpenHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    hall = open_hall(now=TODAY)
    ours = hall.ring[Purpose.CARD][0]
    publish.publish_statement(KeyRing(rivemont.office, [*rivemont.ring.entries, ours]), now=TODAY)
    export(rivemont, tmp_path)

    with pytest.raises(CitycardError) as refusal:
        propose(hall, stick)

    assert refusal.value.code == "shared-key"
    with Session(hall.engine) as session:
        assert session.scalars(select(Partner)).all() == []


@pytest.mark.parametrize("source", ["nowhere-at-all", "/etc/passwd", "ftp://rivemont.example", "http://127.0.0.1:1"])
def test_a_source_that_is_none_is_refused_with_a_code(open_hall: OpenHall, source: str) -> None:
    hall = open_hall(now=TODAY)

    with pytest.raises(CitycardError) as refusal:
        propose(hall, source)

    assert refusal.value.code
    assert "passwd" not in str(refusal.value)


def test_a_proposal_can_be_dropped(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    identity = propose(port_sable, stick).partner
    with port_sable.session() as session:
        row = session.scalars(select(Partner)).one()
        number = row.id
        recognise.withdraw(session, port_sable.desk(), row, by=port_sable.staff(session, "Dario"))

    assert identity is not None
    with port_sable.session() as session, pytest.raises(NotFound):
        recognise.find(session, number)


def test_a_recognition_cannot_be_dropped_like_a_proposal(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    with port_sable.session() as session:
        row, dario = session.scalars(select(Partner)).one(), port_sable.staff(session, "Dario")
        with pytest.raises(OperationRefused):
            recognise.withdraw(session, port_sable.desk(), row, by=dario)


# --- our own decision wins at once --------------------------------------------------------------------


def test_our_decision_counts_from_the_next_check(anywhere: TownHall, rivemont: TownHall, stick: Path) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(anywhere, stick, rivemont)
    seen = [verdict(anywhere, card)]
    for state in (PartnerState.SUSPENDED, PartnerState.RECOGNISED, PartnerState.ENDED):
        set_state(anywhere, state)
        seen.append(verdict(anywhere, card))

    assert seen == [Verdict.OK, Verdict.NOT_ACCEPTED, Verdict.OK, Verdict.UNKNOWN_ISSUER]
    assert anywhere.check(card.full_code).card is None


def test_a_suspended_city_is_told_apart_and_shows_nothing(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(port_sable, stick, rivemont)
    set_state(port_sable, PartnerState.SUSPENDED)

    outcome = port_sable.check(card.full_code)

    assert (outcome.verdict, outcome.reason, outcome.card) == (Verdict.NOT_ACCEPTED, "partner-suspended", None)


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (PartnerState.PROPOSED, PartnerState.RECOGNISED),
        (PartnerState.PROPOSED, PartnerState.SUSPENDED),
        (PartnerState.PROPOSED, PartnerState.ENDED),
        (PartnerState.ENDED, PartnerState.RECOGNISED),
        (PartnerState.ENDED, PartnerState.SUSPENDED),
    ],
)
def test_no_city_becomes_recognised_without_the_ceremony(
    open_hall: OpenHall, rivemont: TownHall, stick: Path, state: PartnerState, to: PartnerState
) -> None:
    hall = open_hall(now=TODAY)
    propose(hall, stick)
    with hall.session() as session:
        session.scalars(select(Partner)).one().state = state

    with pytest.raises(OperationRefused) as refusal:
        set_state(hall, to)

    assert refusal.value.code == "moved-on"


def test_an_ended_city_comes_back_by_ceremony_alone(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    set_state(port_sable, PartnerState.ENDED)
    propose(port_sable, stick)
    row = partner(port_sable)
    assert (row.state, row.first_confirmed_by, row.second_confirmed_by) == (PartnerState.PROPOSED, None, None)

    confirm(port_sable, "Dario", read_out(rivemont))
    assert confirm(port_sable, "Chloe", read_out(rivemont))


def test_a_stolen_key_stays_stolen_however_often_the_city_is_proposed(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    """A thief offers the city anew, from a copy made before the theft was published."""
    export(rivemont, stick.parent)
    before_the_theft = shutil.copytree(stick, tmp_path / "thief")
    recognised(port_sable, stick, rivemont)
    kid = rivemont.ring[Purpose.CARD][0].public.kid.hex()
    rivemont.ring.with_state(kid, KeyState.COMPROMISED).save()
    publish.publish_statement(rivemont.ring, now=TODAY)
    export(rivemont, stick.parent)
    fetch(port_sable)
    set_state(port_sable, PartnerState.ENDED)
    shutil.rmtree(port_sable.office.partners)  # the client's own memory of newer files, which a folder can lose

    for _ in range(2):
        with pytest.raises(CitycardError) as refusal:
            propose(port_sable, before_the_theft)
        assert refusal.value.code in ("compromise-undone", "older")
        propose(port_sable, stick)
    with port_sable.session() as session:
        row = session.scalars(select(Partner)).one()
        recognise.withdraw(session, port_sable.desk(), row, by=port_sable.staff(session, "Dario"))

    assert partner(port_sable).state == PartnerState.ENDED
    with pytest.raises(CitycardError):
        propose(port_sable, before_the_theft)


# --- fetching -------------------------------------------------------------------------------------------


def test_an_end_in_one_city_is_refused_in_the_other(anywhere: TownHall, rivemont: TownHall, stick: Path) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(anywhere, stick, rivemont)
    assert verdict(anywhere, card) is Verdict.OK
    with rivemont.session() as session:
        row = session.get_one(Card, card.number)
        settings = rivemont.office.settings
        cards.end(
            session, row, by=rivemont.staff(session, "Bruno"), now=TODAY, settings=settings, chance=rivemont.chance
        )
    export(rivemont, stick.parent)

    assert fetch(anywhere) is None

    assert verdict(anywhere, card) is Verdict.REVOKED


def test_a_source_that_breaks_keeps_what_is_held_and_is_asked_less_and_less(
    anywhere: TownHall, rivemont: TownHall, stick: Path
) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(anywhere, stick, rivemont)
    shutil.move(stick, stick.with_name("in-a-drawer"))
    pauses = []
    for _ in range(7):
        assert fetch(anywhere) is not None
        next_attempt = partner(anywhere).next_attempt
        assert next_attempt is not None
        pauses.append(next_attempt - anywhere.now)

    for number, pause in enumerate(pauses, start=1):
        # In whole numbers: the longest and the shortest pause are drawn too, and 1.2 * 24 is less than 28.8.
        expected = min(2**number, 24) * timedelta(minutes=15)
        assert 8 * expected <= 10 * pause <= 12 * expected
    row = partner(anywhere)
    assert (row.state, row.failures, row.last_success) == (PartnerState.RECOGNISED, 7, TODAY)
    assert verdict(anywhere, card) is Verdict.OK

    shutil.move(stick.with_name("in-a-drawer"), stick)
    assert fetch(anywhere) is None
    assert (partner(anywhere).failures, partner(anywhere).last_error) == (0, None)


def test_what_is_held_grows_old_and_says_so(open_hall: OpenHall, rivemont: TownHall, stick: Path) -> None:
    hall = open_hall(now=TODAY)
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(hall, stick, rivemont)
    seen = []
    for days in (0, 2, 25):
        hall.clock.now = TODAY + timedelta(days=days)
        seen.append(verdict(hall, card))

    assert seen == [Verdict.OK, Verdict.OK_STALE, Verdict.STALE_STATUS]


def test_a_partner_is_asked_when_its_turn_has_come(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    assert sync.run(port_sable.engine, port_sable.desk()) == []
    port_sable.clock.pass_by(minutes=18)

    assert [each.error for each in sync.run(port_sable.engine, port_sable.desk())] == [None]


def test_nobody_asks_a_city_that_is_only_proposed(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    propose(port_sable, stick)

    assert sync.run(port_sable.engine, port_sable.desk(), everyone=True) == []


def test_a_new_key_arrives_with_the_next_statement(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)
    old, standby = rivemont.ring[Purpose.CARD]
    ring = rivemont.ring.with_state(old.public.kid.hex(), KeyState.COMPROMISED)
    ring.with_standby_active(standby.public.kid.hex()).save()
    publish.publish_statement(rivemont.ring, now=TODAY)
    card = rivemont.card()
    export(rivemont, stick.parent)

    assert fetch(port_sable) is None

    assert verdict(port_sable, card) is Verdict.OK


def test_cards_of_a_stolen_key_are_refused_after_the_next_fetching(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    recognised(port_sable, stick, rivemont)
    kid = rivemont.ring[Purpose.CARD][0].public.kid.hex()
    rivemont.ring.with_state(kid, KeyState.COMPROMISED).save()
    publish.publish_statement(rivemont.ring, now=TODAY)
    export(rivemont, stick.parent)
    fetch(port_sable)

    assert verdict(port_sable, card) is Verdict.KEY_REVOKED
    assert verdict(rivemont, card) is Verdict.KEY_REVOKED


def test_a_refused_statement_leaves_the_one_held(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    """Rivemont lists a key of ours, as if it were its own."""
    recognised(port_sable, stick, rivemont)
    held = partner(port_sable).statement
    card = rivemont.card()
    ours = port_sable.ring[Purpose.CARD][0]
    publish.publish_statement(KeyRing(rivemont.office, [*rivemont.ring.entries, ours]), now=TODAY)
    export(rivemont, stick.parent)

    assert fetch(port_sable) == "shared-key"

    assert partner(port_sable).statement == held
    assert partner(port_sable).last_error == "shared-key"
    # Its lists are fetched all the same: the keys that are held vouch for them.
    assert verdict(port_sable, card) is Verdict.OK


def test_an_older_list_is_not_taken_back(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    card = rivemont.card()
    export(rivemont, stick.parent)
    old = (stick / "status" / "1").read_bytes()
    rivemont.clock.pass_by(seconds=5)
    with rivemont.session() as session:
        row = session.get_one(Card, card.number)
        settings = rivemont.office.settings
        cards.move(
            session,
            row,
            CardState.SUSPENDED,
            by="Bruno",
            now=rivemont.now,
            settings=settings,
            chance=rivemont.chance,
        )
    export(rivemont, stick.parent)
    recognised(port_sable, stick, rivemont)
    (stick / "status" / "1").write_bytes(old)

    assert fetch(port_sable) == "list-rollback"

    assert verdict(port_sable, card) is Verdict.SUSPENDED


def test_a_partner_that_was_proposed_anew_meanwhile_keeps_what_was_compared(
    port_sable: TownHall, rivemont: TownHall, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a question asked under the old root must not become the statement of the new proposal."""
    recognised(port_sable, stick, rivemont)
    publish.publish_statement(rivemont.ring, now=TODAY + timedelta(seconds=2))
    export(rivemont, stick.parent)
    asked = sync.client.fetch_statement

    def meanwhile(**options: Any) -> Any:
        fetched = asked(**options)
        with port_sable.session() as session:
            row = session.scalars(select(Partner)).one()
            row.state, row.root_fingerprint, row.statement = PartnerState.PROPOSED, "ff" * 32, b"the new one's"
        return fetched

    monkeypatch.setattr(sync.client, "fetch_statement", meanwhile)
    fetch(port_sable)

    assert partner(port_sable).statement == b"the new one's"


def test_one_partner_that_cannot_be_kept_does_not_stop_the_others(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    """A full disk, a folder that is a file: the failure is that partner's, and is tried again later."""
    recognised(port_sable, stick, rivemont)
    place = recognise.state_folder(port_sable.office, partner(port_sable).root_fingerprint)
    shutil.rmtree(place)
    place.write_text("a file where the folder should be")

    error = fetch(port_sable)

    assert error is not None
    assert partner(port_sable).failures == 1


def test_a_statement_that_cannot_be_read_any_more_costs_only_that_city(
    port_sable: TownHall, rivemont: TownHall, stick: Path
) -> None:
    card, own = rivemont.card(), port_sable.card()
    export(rivemont, stick.parent)
    recognised(port_sable, stick, rivemont)
    with port_sable.session() as session:
        session.scalars(select(Partner)).one().statement = b'{"version":2}'
    port_sable.checker = type(port_sable.checker)(port_sable.office, port_sable.counters)

    assert verdict(port_sable, card) is Verdict.UNKNOWN_ISSUER
    assert verdict(port_sable, own) is Verdict.OK


def test_what_was_fetched_is_kept_with_its_partner(port_sable: TownHall, rivemont: TownHall, stick: Path) -> None:
    recognised(port_sable, stick, rivemont)

    with Session(port_sable.engine) as session:
        uris = session.scalars(select(PartnerList.uri).order_by(PartnerList.uri)).all()
    assert uris == [f"https://rivemont.demo.invalid/status/{no}" for no in (1, 2, 3, 4)]
