"""`citycard keys retire | compromise`, and new keys for what the root names: with the safe's stick, and without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from citycard.core.keys import KeyState
from citycard.core.status import read_status_list
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Entry, KeyRing, Purpose, load_ring
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import publish
from citycard.operations.doctor import endings
from citycard.partners import repository
from citycard.partners.offline import read_folder
from citycard.partners.statement import read_statement
from citycard.settings import Office
from tests.cli.conftest import NOW, Typed
from tests.cli.test_keys import acts
from tests.support.town_hall import Issued, TownHall

TUF = ("targets", "snapshot", "timestamp")


@pytest.fixture
def hall(office: Office) -> Iterator[TownHall]:
    """The office at work."""
    opened = TownHall(office, now=NOW + timedelta(minutes=5))
    yield opened
    opened.close()


def card_of(hall: TownHall) -> Issued:
    ticket = hall.approved()
    return hall.issue(ticket)


def key(office: Office, purpose: Purpose, state: KeyState = KeyState.ACTIVE) -> Entry:
    (found,) = (entry for entry in load_ring(office)[purpose] if entry.state is state)
    return found


def published_states(office: Office) -> dict[str, str]:
    statement = read_statement(repository.current_statement(office.published), allow_demo=True)
    return {each.kid.hex(): each.state.value for each in statement.keys}


def into_the_safe(office: Office) -> Path:
    return office.offline.rename(office.offline.with_name("in-the-safe"))


def test_the_standby_key_is_not_on_the_server(office: Office, citycard: Typed) -> None:
    waiting = key(office, Purpose.CARD, KeyState.STANDBY)
    name = waiting.uri.removeprefix("pkcs8:")

    assert (office.offline / "keys" / name).exists()
    assert not (office.secrets / "keys" / name).exists()
    kept = {row["kid"]: row["kept"] for row in citycard.json("keys", "list", "--json")}
    assert kept[waiting.kid] == "offline"


def test_after_a_theft_the_standby_key_signs_and_everybody_can_know(
    citycard: Typed, office: Office, hall: TownHall
) -> None:
    stolen, waiting = key(office, Purpose.CARD), key(office, Purpose.CARD, KeyState.STANDBY)
    card = card_of(hall)
    assert hall.check(card.full_code).verdict is Verdict.OK

    said = citycard("keys", "compromise", stolen.kid, "--yes")

    assert f"card key {waiting.kid} signs in its place" in said
    assert "Cards it signed: 1; of these in use: 1." in said
    assert "The statement is published." in said
    states = published_states(office)
    assert (states[stolen.kid], states[waiting.kid]) == ("compromised", "active")
    assert "keys-changed" in acts(office)
    assert hall.check(card.full_code).verdict is Verdict.KEY_REVOKED
    into_the_safe(office)
    assert hall.check(card_of(hall).full_code).verdict is Verdict.OK


def test_without_the_stick_it_stops_signing_all_the_same_and_the_rest_follows(
    citycard: Typed, office: Office, hall: TownHall
) -> None:
    stolen, waiting = key(office, Purpose.CARD), key(office, Purpose.CARD, KeyState.STANDBY)
    safe = into_the_safe(office)

    said = citycard("keys", "compromise", stolen.kid, "--yes", code=1)

    assert "1. bring the offline folder, then give this command again, it does what is left" in said
    assert f"citycard keys compromise {stolen.kid}" in said
    assert "keys new" not in said
    assert "back to its safe" not in said
    assert published_states(office)[stolen.kid] == "active"
    assert "It is marked: every partner city refuses it" in said
    assert repository.current_marks(office.published) == {stolen.public.thumbprint}
    with pytest.raises(KeyUnavailable):
        card_of(hall)

    safe.rename(office.offline)
    citycard("keys", "compromise", stolen.kid, "--yes")

    states = published_states(office)
    assert (states[stolen.kid], states[waiting.kid]) == ("compromised", "active")


def test_a_stolen_key_of_the_lists_is_replaced_and_every_list_signed_anew(citycard: Typed, office: Office) -> None:
    citycard("keys", "new", "status")
    stolen = key(office, Purpose.STATUS)

    citycard("keys", "compromise", stolen.kid, "--yes")

    citycard("publish", office.folder.parent / "out")
    uris = publish.announced(office)
    issuer = load_ring(office).issuer(uris)
    for no, uri in enumerate(uris, start=1):
        token = (office.folder.parent / "out" / "status" / str(no)).read_bytes()
        read_status_list(token, issuer=issuer, uri=uri, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize("purpose", [Purpose.STATUS, Purpose.BUNDLE])
def test_where_no_standby_waits_a_new_key_takes_its_place(citycard: Typed, office: Office, purpose: Purpose) -> None:
    stolen = key(office, purpose)

    said = citycard("keys", "compromise", stolen.kid, "--yes")

    new = key(office, purpose)
    assert f"{purpose} key {new.kid} is new, and signs in its place." in said
    assert (new.offline, new.public.curve) == (False, stolen.public.curve)
    states = published_states(office)
    assert (states[stolen.kid], states[new.kid]) == ("compromised", "active")
    assert ("The lists of ended cards are signed by another key." in said) is (purpose is Purpose.STATUS)


def test_the_same_command_ends_what_a_missing_stick_kept_back(citycard: Typed, office: Office) -> None:
    """A key of the lists has no standby: without the safe nothing is made that no partner could know."""
    stolen, safe = key(office, Purpose.STATUS), into_the_safe(office)
    files = set((office.secrets / "keys").iterdir())

    said = citycard("keys", "compromise", stolen.kid, "--yes", code=1)

    assert f"citycard keys compromise {stolen.kid}" in said
    assert set((office.secrets / "keys").iterdir()) == files
    assert repository.current_marks(office.published) == {stolen.public.thumbprint}

    safe.rename(office.offline)
    said = citycard("keys", "compromise", stolen.kid, "--yes")

    assert [line.split()[0] for line in said.partition("Next:\n")[2].splitlines()] == ["1.", "2.", "3."]
    assert "citycard publish FOLDER" in said
    assert "back to its safe" in said
    assert published_states(office)[key(office, Purpose.STATUS).kid] == "active"
    assert citycard("keys", "compromise", stolen.kid, "--yes").count("is new") == 0


def test_a_stolen_card_key_without_a_standby_is_followed_by_a_new_one(
    citycard: Typed, office: Office, hall: TownHall
) -> None:
    first, second = key(office, Purpose.CARD), key(office, Purpose.CARD, KeyState.STANDBY)
    citycard("keys", "compromise", first.kid, "--yes")

    said = citycard("keys", "compromise", second.kid, "--yes")

    assert f"card key {key(office, Purpose.CARD).kid} is new, and signs in its place." in said
    assert "make the next standby key: citycard keys new card" in said
    assert hall.check(card_of(hall).full_code).verdict is Verdict.OK


@pytest.mark.parametrize("command", ["compromise", "retire"])
def test_it_asks_first(citycard: Typed, office: Office, command: str) -> None:
    before = office.keys_file.read_bytes()

    citycard("keys", command, key(office, Purpose.CARD).kid, reads="n\n", code=1)

    assert office.keys_file.read_bytes() == before


@pytest.mark.parametrize("command", ["compromise", "retire"])
@pytest.mark.parametrize("purpose", [Purpose.ROOT, Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.AUDIT])
def test_what_is_not_in_the_statement_is_told_how_it_is_replaced(
    citycard: Typed, office: Office, command: str, purpose: Purpose
) -> None:
    said = citycard("keys", command, key(office, purpose).kid, "--yes", code=1)

    assert "[key-root]" in said if purpose is Purpose.ROOT else f"citycard keys new {purpose}" in said


@pytest.mark.parametrize("command", ["compromise", "retire"])
def test_a_key_that_nobody_has_is_refused(citycard: Typed, command: str) -> None:
    assert "[key-unknown]" in citycard("keys", command, "00" * 8, "--yes", code=1)


def test_a_retired_key_signs_no_more_and_its_cards_stay_good(citycard: Typed, office: Office, hall: TownHall) -> None:
    old = key(office, Purpose.CARD)
    card = card_of(hall)
    citycard("keys", "new", "card", "--state", "active")

    citycard("keys", "retire", old.kid.upper(), "--yes")

    assert published_states(office)[old.kid] == "retired"
    assert load_ring(office).named(old.kid).state is KeyState.RETIRED
    assert hall.check(card.full_code).verdict is Verdict.OK


def test_the_last_key_is_not_retired(citycard: Typed, office: Office) -> None:
    said = citycard("keys", "retire", key(office, Purpose.CARD).kid, "--yes", code=1)

    assert "[key-last]" in said
    assert "citycard keys new card --state active" in said


def test_a_compromised_key_cannot_become_merely_retired(citycard: Typed, office: Office) -> None:
    stolen = key(office, Purpose.CARD).kid
    citycard("keys", "compromise", stolen, "--yes")

    assert "[key-compromised]" in citycard("keys", "retire", stolen, "--yes", code=1)


@pytest.mark.parametrize("purpose", TUF)
@pytest.mark.parametrize("lost", [False, True], ids=["replaced", "lost"])
def test_a_key_that_the_root_names_is_replaced(citycard: Typed, office: Office, purpose: str, lost: bool) -> None:
    old = key(office, Purpose(purpose))
    if lost:
        folder = office.offline if old.offline else office.secrets
        (folder / "keys" / old.uri.removeprefix("pkcs8:")).unlink()

    said = citycard("keys", "new", purpose)

    assert "the one before is retired" in said
    assert load_ring(office).named(old.kid).state is KeyState.RETIRED
    assert repository.read_repository(office.published).root_version == 2
    assert "keys-changed" in acts(office)
    publish.refresh(load_ring(office), now=NOW + timedelta(days=12))
    citycard("publish", office.folder.parent / "out", "--statement")
    compared = citycard.json("keys", "fingerprint", "--json")["sha256"]
    read_folder(office.folder.parent / "out", fingerprint=compared, now=NOW + timedelta(days=12), allow_demo=True)


@pytest.mark.parametrize("purpose", TUF)
def test_without_the_root_key_nothing_is_replaced(citycard: Typed, office: Office, purpose: str) -> None:
    into_the_safe(office)
    before = office.keys_file.read_bytes()

    citycard("keys", "new", purpose, code=1)

    assert office.keys_file.read_bytes() == before
    citycard("publish", office.folder.parent / "out")


@pytest.mark.parametrize("lost", [False, True], ids=["replaced", "lost"])
def test_the_key_for_marks_is_replaced_without_a_new_root(citycard: Typed, office: Office, lost: bool) -> None:
    old = key(office, Purpose.MARKS)
    if lost:
        (office.secrets / "keys" / old.uri.removeprefix("pkcs8:")).unlink()

    assert "the one before is retired" in citycard("keys", "new", "marks")

    assert repository.read_repository(office.published).root_version == 1
    assert load_ring(office).named(old.kid).state is KeyState.RETIRED
    stolen = key(office, Purpose.CARD)
    into_the_safe(office)
    citycard("keys", "compromise", stolen.kid, "--yes", code=1)
    assert repository.current_marks(office.published) == {stolen.public.thumbprint}


def test_without_the_targets_key_the_key_for_marks_stays(citycard: Typed, office: Office) -> None:
    into_the_safe(office)
    before = office.keys_file.read_bytes()

    citycard("keys", "new", "marks", code=1)

    assert office.keys_file.read_bytes() == before


def test_a_lost_key_for_marks_keeps_the_service_from_nothing_else(citycard: Typed, office: Office) -> None:
    (office.secrets / "keys" / key(office, Purpose.MARKS).uri.removeprefix("pkcs8:")).unlink()
    before = repository.read_repository(office.published).timestamp_version

    publish.refresh(load_ring(office), now=NOW + timedelta(days=9))

    assert repository.read_repository(office.published).timestamp_version == before + 1


def test_a_repository_from_before_there_were_marks_gets_them_with_its_next_statement(
    citycard: Typed, office: Office
) -> None:
    """An office that was founded by an older version has neither key nor role; a theft is told as it was then."""
    ring = load_ring(office)
    old = KeyRing(office, [entry for entry in ring.entries if entry.purpose is not Purpose.MARKS])
    shutil.rmtree(office.published)
    old.save()
    publish.found(old, now=NOW)
    assert repository.read_repository(office.published).marks_version == 0
    publish.refresh(old, now=NOW + timedelta(days=9))
    stolen = key(office, Purpose.CARD)
    said = citycard("keys", "compromise", stolen.kid, "--yes")
    assert "It is marked" not in said
    assert published_states(office)[stolen.kid] == "compromised"

    said = citycard("keys", "rotate", "--within", "0")

    assert "marks key" in said
    assert repository.current_marks(office.published) == {stolen.public.thumbprint}


def test_a_new_audit_key_signs_the_next_head(citycard: Typed, office: Office) -> None:
    citycard("keys", "new", "audit")

    assert citycard.json("audit", "head")["kid"] == key(office, Purpose.AUDIT).kid


@pytest.mark.parametrize("option", [("--state", "standby"), ("--algorithm", "ES256"), ("--no-publish",)])
def test_what_replaces_at_once_leaves_nothing_to_choose(citycard: Typed, option: tuple[str, ...]) -> None:
    citycard("keys", "new", "snapshot", *option, code=2)


def test_the_list_marks_what_ends_soon(citycard: Typed, office: Office) -> None:
    ring = load_ring(office)
    ending = key(office, Purpose.STATUS)
    soon = replace(ending, last_day=NOW.date() + timedelta(days=89))
    KeyRing(office, [soon if entry is ring.named(ending.kid) else entry for entry in ring.entries]).save()

    marked = [line for line in citycard("keys", "list").splitlines() if "replace it soon" in line]

    assert [line.split()[0] for line in marked] == [ending.kid]


def test_the_root_key_is_replaced_while_the_old_one_is_there(citycard: Typed, office: Office) -> None:
    old, before = key(office, Purpose.ROOT), citycard.json("keys", "fingerprint", "--json")["sha256"]

    said = citycard("keys", "rotate-root")

    new = key(office, Purpose.ROOT)
    assert f"root key {new.kid} is active" in said
    assert f"delete the old key ({old.uri.removeprefix('pkcs8:')})" in said
    assert (new.last_day - NOW.date()).days == 3 * 365
    assert citycard.json("keys", "fingerprint", "--json")["sha256"] != before
    assert "keys-changed" in acts(office)
    (office.offline / "keys" / old.uri.removeprefix("pkcs8:")).unlink()
    citycard("keys", "new", "targets")


def test_the_root_key_is_not_replaced_from_the_server_alone(citycard: Typed, office: Office) -> None:
    into_the_safe(office)
    before = office.keys_file.read_bytes()

    assert "[key-root-absent]" in citycard("keys", "rotate-root", code=1)

    assert office.keys_file.read_bytes() == before


def age(office: Office, **days: int) -> None:
    """Let the keys of these purposes end in so many days."""
    entries = [
        replace(each, last_day=NOW.date() + timedelta(days=days[each.purpose])) if each.purpose in days else each
        for each in load_ring(office).entries
    ]
    KeyRing(office, entries).save()


def test_the_yearly_change_is_one_command(citycard: Typed, office: Office, hall: TownHall) -> None:
    card = card_of(hall)
    before = {each.kid for each in load_ring(office).entries}
    age(office, **{purpose: 60 for purpose in Purpose if purpose is not Purpose.ROOT})

    said = citycard("keys", "rotate")

    new = [each for each in load_ring(office).entries if each.kid not in before]
    assert sorted((each.purpose.value, each.state.value) for each in new) == sorted(
        [(purpose.value, "active") for purpose in Purpose if purpose is not Purpose.ROOT] + [("card", "standby")]
    )
    assert all(f"{each.purpose} key {each.kid} is {each.state}" in said for each in new)
    assert not endings.to_tell(office, now=NOW)
    states = published_states(office)
    assert {states[each.kid] for each in new if each.purpose.use} == {"active", "standby"}
    assert hall.check(card.full_code).verdict is Verdict.OK
    assert hall.check(card_of(hall).full_code).verdict is Verdict.OK
    assert acts(office).count("keys-changed") == 1
    assert citycard("keys", "rotate") == "No key ends within 90 days, and none is missing.\n"


def test_only_what_ends_soon_is_replaced(citycard: Typed, office: Office) -> None:
    before = {each.kid for each in load_ring(office).entries}
    age(office, status=91, bundle=90)

    citycard("keys", "rotate")
    assert [each.purpose for each in load_ring(office).entries if each.kid not in before] == [Purpose.BUNDLE]

    citycard("keys", "rotate", "--within", "91")
    assert load_ring(office).entries[-1].purpose is Purpose.STATUS


def test_the_root_key_is_among_them_in_its_third_year(citycard: Typed, office: Office) -> None:
    old = key(office, Purpose.ROOT)
    age(office, root=20, targets=20)

    citycard("keys", "rotate")

    assert load_ring(office).named(old.kid).state is KeyState.RETIRED
    assert repository.read_repository(office.published).root_version == 3
    citycard("publish", office.folder.parent / "out", "--statement")


def test_what_was_begun_without_the_stick_is_finished_with_it(citycard: Typed, office: Office) -> None:
    age(office, status=60, audit=60)
    safe = into_the_safe(office)
    before = office.keys_file.read_bytes()

    citycard("keys", "rotate", code=1)
    assert office.keys_file.read_bytes() == before

    safe.rename(office.offline)
    citycard("keys", "rotate")
    assert not endings.to_tell(office, now=NOW)


def test_the_minutes_say_what_is_at_stake_and_change_nothing(citycard: Typed, office: Office) -> None:
    citycard("keys", "rotate-root")
    old = key(office, Purpose.ROOT, KeyState.RETIRED).uri.removeprefix("pkcs8:")
    age(office, status=40)
    before = office.keys_file.read_bytes()
    into_the_safe(office)

    page = citycard("keys", "ceremony")

    assert " ".join(citycard.json("keys", "fingerprint", "--json")["digits"]) in page
    assert "ending within 90 days: the status key\n" in page
    assert f"Deleted from both sticks, if still there: {old}" in page
    waiting = [each for each in load_ring(office).entries if each.state in (KeyState.ACTIVE, KeyState.STANDBY)]
    assert all(each.kid in page for each in waiting)
    assert key(office, Purpose.ROOT, KeyState.RETIRED).kid not in page.replace(old, "")
    assert max(map(len, page.splitlines())) <= 120
    assert len(page.splitlines()) <= 60, "it fits a sheet"
    assert office.keys_file.read_bytes() == before


def test_the_next_key_signs_as_the_one_before_and_a_device_is_not_replaced_by_a_file(
    citycard: Typed, office: Office
) -> None:
    citycard("keys", "new", "card", "--algorithm", "EdDSA", "--state", "active")
    ring = load_ring(office)
    (status,) = ring[Purpose.STATUS]
    in_a_device = replace(status, uri="hsm:2?label=status")
    KeyRing(office, [in_a_device if each is status else each for each in ring.entries]).save()
    age(office, card=60, status=60)

    said = citycard("keys", "rotate")

    made = load_ring(office).entries[len(ring.entries) :]
    assert [(each.purpose, each.state, each.public.curve) for each in made] == [
        (Purpose.CARD, KeyState.ACTIVE, "Ed25519"),
        (Purpose.CARD, KeyState.STANDBY, "Ed25519"),
    ]
    assert "The status key is no file of ours: replace it by hand" in said
