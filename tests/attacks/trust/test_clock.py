"""A clock that is two years off, ours or theirs, forwards or backwards, and what is left of it once it is put right.

No attacker is needed: an empty battery does. One who can set clocks (an unsigned time server) would hope that an old
list or an old statement counts again, or that something dated far ahead locks out everything honest for years.

Cities differ by two years when either clock is off, so the machine's own clock stays and the other's moves; our desks'
clock is passed in, and is moved with ours.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from citycard.core.errors import CitycardError
from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from citycard.operations import sync
from citycard.partners.repository import publish_statement
from citycard.store.partners import Partner
from tests.attacks.trust.conftest import SAID, Scene, sign_chain
from tests.partners.conftest import NOW, Town, statement_of
from tests.support.cities import INDEX

TWO_YEARS = timedelta(days=730)


def test_clock_of_the_other_city_two_years_behind(scene: Scene) -> None:
    """Everything it signs has expired before it was signed. What is held stays; the next honest file is believed."""
    publish_statement(
        scene.town.folder,
        signers=scene.town.signers,
        statement=scene.town.statement.to_json(),
        now=NOW - TWO_YEARS,
    )

    scene.nothing_believed("expired")
    scene.town.publish()
    scene.all_is_well()


def test_clock_of_the_other_city_two_years_ahead(scene: Scene) -> None:
    """Its statement is dated in the future: not believed, or nothing honest could follow until that day."""
    statement = scene.town.statement
    scene.town.publish(now=NOW + TWO_YEARS, issued_on=(NOW + TWO_YEARS).date())

    scene.nothing_believed("future")
    sign_chain(scene.town, 9, scene.town.signers, statement=statement.to_json())
    scene.all_is_well()


@pytest.mark.parametrize(("off", "code"), [(-TWO_YEARS, "list-key"), (TWO_YEARS, "list-future")])
def test_clock_of_the_other_city_two_years_off_when_it_signs_lists(scene: Scene, off: timedelta, code: str) -> None:
    """Neither list counts: one is from before its key's days, the other from a day that has not come."""
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW + off)

    scene.nothing_believed(code)
    scene.publish_list(issued_at=NOW + timedelta(seconds=1))
    scene.all_is_well()


@pytest.mark.parametrize("off", [-TWO_YEARS, TWO_YEARS], ids=["behind", "ahead"])
def test_clock_two_years_off_at_the_ceremony(scene: Scene, off: timedelta) -> None:
    """A city whose clock is off, or is right while ours is off, is not proposed: two people would compare in vain."""
    town = Town(scene.town.folder.with_name("bois-clair"), statement_of("Bois-Clair", issued_on=(NOW + off).date()))
    town.create(now=NOW + off)

    with pytest.raises(CitycardError) as refused:
        scene.propose(town.folder)

    assert refused.value.code == ("expired" if off < timedelta() else "future")
    assert refused.value.code in SAID


@pytest.mark.parametrize(
    ("off", "ousmane"),
    [(-TWO_YEARS, Verdict.NOT_YET), (TWO_YEARS, Verdict.STALE_STATUS)],
    ids=["behind", "ahead"],
)
def test_clock_of_our_desks_two_years_off_says_no_and_never_yes(scene: Scene, off: timedelta, ousmane: Verdict) -> None:
    """A desk that does not know the day says no to honest cards, and to an ended one nothing better than before."""
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    scene.cards["Naïma"] = scene.city.card(
        status_index=INDEX + 1, issued_on=NOW.date(), expires_on=(NOW + TWO_YEARS * 2).date()
    )
    assert scene.fetch() is None
    assert (scene.verdict("Ousmane"), scene.verdict("Naïma")) == (Verdict.REVOKED, Verdict.OK)

    scene.port_sable.clock.now = NOW + off
    forget_what_was_loaded(scene)
    assert scene.verdict("Naïma") is ousmane
    assert scene.verdict("Ousmane") not in (Verdict.OK, Verdict.OK_STALE)
    assert scene.verdict("Léonie") not in (Verdict.OK, Verdict.OK_STALE)

    scene.port_sable.clock.now = NOW
    forget_what_was_loaded(scene)
    assert (scene.verdict("Ousmane"), scene.verdict("Naïma")) == (Verdict.REVOKED, Verdict.OK)


@pytest.mark.parametrize("off", [-TWO_YEARS, TWO_YEARS], ids=["behind", "ahead"])
def test_clock_of_ours_two_years_off_leaves_nothing_behind_once_it_is_right(scene: Scene, off: timedelta) -> None:
    """The timer ran while the clock was off. When it is put right, the city's turn comes the next minute, not in two
    years: otherwise nobody would fetch its list of ended cards until then."""
    scene.port_sable.clock.now = NOW + off
    sync.run(scene.port_sable.engine, scene.port_sable.desk(), everyone=True)
    assert scene.partner.last_error in SAID
    assert scene.partner.statement == scene.held

    scene.port_sable.clock.now = NOW + timedelta(minutes=1)
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    (result,) = sync.run(scene.port_sable.engine, scene.port_sable.desk())

    assert result.error is None
    assert scene.verdict() is Verdict.REVOKED
    assert sync.run(scene.port_sable.engine, scene.port_sable.desk()) == []


def test_clock_turns_are_never_further_away_than_an_honest_clock_sets_them(scene: Scene) -> None:
    """However often a city fails, its next turn lies within seven hours and twelve minutes and is waited for."""
    with scene.port_sable.session() as session:
        session.execute(update(Partner).values(source="/nowhere", failures=99))
    for _ in range(3):
        assert scene.fetch() == "source"
        assert sync.run(scene.port_sable.engine, scene.port_sable.desk()) == []


def forget_what_was_loaded(scene: Scene) -> None:
    """Lists are read when they change; a desk that is started anew reads them at once."""
    scene.port_sable.checker = type(scene.port_sable.checker)(scene.port_sable.office, scene.port_sable.counters)
