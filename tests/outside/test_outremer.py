"""A city that runs other software, and ours: each reads the other, by docs/partner-guide.md alone."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from citycard.core import cose
from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState, KeyUse
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import cards, publish, recognise, sync
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import current_root
from citycard.partners.words import WORDS
from citycard.store.partners import Partner
from citycard.web.app import create_app
from citycard.web.database import db
from tests.outside.conftest import NOW, Serve
from tests.outside.outremer import cards as their_cards
from tests.outside.outremer import lists as their_lists
from tests.outside.outremer import reading
from tests.outside.outremer.cards import Answer, City
from tests.outside.outremer.keys import BadKey, Key, Pair
from tests.outside.outremer.publishing import Outremer
from tests.support.forging import token_of
from tests.support.interop import AskOthers
from tests.support.loopback import serving
from tests.support.town_hall import TownHall

THEIRS = Path(__file__).parent / "outremer"
INTEROP = Path(__file__).parents[1] / "interop"
VECTORS = sorted(Path(__file__).parents[1].glob("vectors/*/*.json"))


def export(hall: TownHall, folder: Path) -> Path:
    """What `citycard publish FOLDER` writes."""
    hall.publish_lists()
    with hall.session() as session:
        publish.export(session, hall.office, folder)
    return folder


def read_out(hall: TownHall) -> str:
    """What our custodian reads over the telephone."""
    return " ".join(Fingerprint.of(current_root(hall.office.published)).digits)


def end(hall: TownHall, number: str) -> None:
    """A card of ours ends."""
    hall.clock.pass_by(seconds=5)
    with hall.session() as session:
        cards.end(
            session,
            cards.find_card(session, number),
            by=hall.staff(session, "Amel"),
            now=hall.now,
            settings=hall.office.settings,
            chance=hall.chance,
        )


@pytest.fixture
def outremer(tmp_path: Path) -> Outremer:
    """Outremer has published its statement and an empty list."""
    city = Outremer(tmp_path / "outremer", issuer="https://outremer.demo.invalid", now=NOW)
    city.publish()
    city.publish_list()
    return city


# --- whose code it is ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(THEIRS.glob("*.py")), ids=lambda file: file.stem)
def test_it_imports_nothing_of_ours(file: Path) -> None:
    allowed = {*sys.stdlib_module_names, "cbor2", "cryptography", "securesystemslib", "tuf"}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            # Relative names stay inside their folder: one dot, no more.
            assert node.level == 1 or (not node.level and (node.module or "").partition(".")[0] in allowed)


def test_nor_does_it_when_it_runs() -> None:
    code = (
        "import sys; import outremer.publishing, outremer.reading\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('citycard', 'tests')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=THEIRS.parent, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr


# --- they read us -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", ["a plain web server", "the office itself"])
def test_they_pin_our_root_and_check_our_cards(port_sable: TownHall, tmp_path: Path, serve: Serve, server: str) -> None:
    amina, bilal = port_sable.card(full_name="Amina Corail"), port_sable.card(full_name="Bilal Brisant")
    end(port_sable, bilal.number)
    folder = export(port_sable, tmp_path / "published")
    if server == "a plain web server":
        they_see(port_sable, serve(folder), tmp_path / "memory", amina.full_code, bilal.full_code, amina.light_code)
        return
    app = create_app(port_sable.office)
    with serving(app) as base:
        they_see(port_sable, base, tmp_path / "memory", amina.full_code, bilal.full_code, amina.light_code)
    with app.app_context():
        db.engine.dispose()


def test_the_key_that_they_found_is_enough_for_libraries_of_others(
    port_sable: TownHall, tmp_path: Path, serve: Serve, ask_others: AskOthers
) -> None:
    """From the fingerprint by python-tuf to the key; with it claim169 and pycose read a card of the office."""
    amina = port_sable.card(full_name="Amina Corail")
    base = serve(export(port_sable, tmp_path / "published"))
    root = reading.pin(base, read_out(port_sable))
    city = reading.city_of(reading.walk(base, root=root, memory=tmp_path / "memory"))
    envelope = cose.parse(token_of(amina.full_code))
    (key,) = (each for each in city.keys if each.kid == envelope.kid)
    assert isinstance(key.public, ec.EllipticCurvePublicKey)
    point = key.public.public_numbers()
    public = {"algorithm": "ES256", "kid": key.kid.hex(), "x": f"{point.x:064x}", "y": f"{point.y:064x}"}

    (by_claim169,) = ask_others(INTEROP / "read_with_claim169.py", [{**public, "qr": amina.full_code}])
    assert (by_claim169["verified"], by_claim169["issuer"]) == (True, city.issuer)
    assert (by_claim169["number"], by_claim169["full_name"]) == (amina.number, "Amina Corail")
    (by_pycose,) = ask_others(INTEROP / "read_with_pycose.py", [{**public, "token": token_of(amina.full_code).hex()}])
    assert by_pycose == {"verified": True, "kid": key.kid.hex(), "issuer": city.issuer}


def they_see(hall: TownHall, base: str, memory: Path, good: str, ended: str, light: str) -> None:
    """From our fingerprint to three verdicts."""
    root = reading.pin(base, read_out(hall))
    city = reading.city_of(reading.walk(base, root=root, memory=memory))
    lists = reading.lists_of(city, base, hall.now)

    def see(text: str) -> Answer:
        return their_cards.read_card(text, {city.issuer: city}, lists, hall.now)

    seen = see(good)
    assert seen.verdict == "OK"
    assert seen.fields["full_name"] == "Amina Corail"
    assert see(ended) == Answer("REVOKED")
    assert see(light).fields.keys() == {"number"}
    assert see(good[:-3] + ("000" if good[-3:] != "000" else "001")).verdict == "MALFORMED"
    assert their_cards.read_card(good, {}, lists, hall.now) == Answer("UNKNOWN_ISSUER")
    assert their_cards.read_card(good, {city.issuer: city}, {}, hall.now) == Answer("STALE_STATUS")
    later = hall.now + timedelta(hours=30)
    assert their_cards.read_card(good, {city.issuer: city}, lists, later).verdict == "OK_STALE"


def test_another_fingerprint_than_ours_pins_nothing(port_sable: TownHall, tmp_path: Path, serve: Serve) -> None:
    base = serve(export(port_sable, tmp_path / "published"))
    with pytest.raises(reading.Refused):
        reading.pin(base, "00000 " * 8)


def test_they_read_out_a_fingerprint_as_we_do(port_sable: TownHall) -> None:
    root = current_root(port_sable.office.published)
    assert reading.digits(root) == " ".join(Fingerprint.of(root).digits)
    assert reading.words(root, WORDS) == " ".join(Fingerprint.of(root).words)


def test_their_reader_answers_every_vector() -> None:
    wrong = [path.stem for path in VECTORS if answer_to(json.loads(path.read_text("utf-8"))) != "as expected"]
    assert wrong == []
    assert len(VECTORS) > 400


def answer_to(vector: dict) -> str:
    """Whether verdict and fields are those that the vector expects."""
    now = datetime.strptime(vector["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    cities = {
        each["issuer"]: City(each["issuer"], tuple(map(Key, each["keys"])), tuple(each["status_lists"]))
        for each in vector["trust"]
    }
    lists = {}
    for address, token in vector["status"].items():
        for city in cities.values():
            if address in city.status_lists and (found := their_lists.read_list(unpadded(token), city, address, now)):
                lists[address] = found
    desk = vector.get("desk", {})
    answer = their_cards.read_card(
        vector["qr"],
        cities,
        lists,
        now,
        accepts=desk.get("accepts"),
        amber=desk.get("amber_s", their_cards.AMBER),
        red=desk.get("red_s", their_cards.RED),
        red_for=desk.get("red_for_s", {}),
    )
    expected = vector["expected"]
    fields = {
        name: unpadded(value) if name == "portrait" else value for name, value in expected.get("fields", {}).items()
    }
    return "as expected" if answer == Answer(expected["verdict"], fields) else f"{answer.verdict}"


def unpadded(text: str) -> bytes:
    """Base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_they_refuse_the_keys_that_nobody_should_pin() -> None:
    first = NOW.date()
    good = Pair().jwk(use="card", first=first, last=first)
    assert Key(good).use == "card"
    for broken in (good | {"d": good["x"]}, good | {"kid": "0" * 16}, good | {"more": "x"}, good | {"kty": "RSA"}):
        with pytest.raises(BadKey):
            Key(broken)


# --- we read them -------------------------------------------------------------------------------------------


def recognised(hall: TownHall, base: str, city: Outremer) -> None:
    """The ceremony: proposed by one, compared by two."""
    with hall.session() as session:
        recognise.propose(session, hall.desk(), base, by=hall.staff(session, "Dario"))
    for name in ("Dario", "Chloe"):
        with hall.session() as session:
            partner = session.scalars(select(Partner)).one()
            recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, name), heard=city.fingerprint)


def fetch(hall: TownHall) -> str | None:
    """Ask the one partner; return the code of what went wrong."""
    (result,) = sync.run(hall.engine, hall.desk(), everyone=True)
    return result.error


def test_our_desk_takes_their_card_until_they_end_it(port_sable: TownHall, outremer: Outremer, serve: Serve) -> None:
    card = outremer.card("João Corrente", index=4711)
    base = serve(outremer.folder)
    assert port_sable.check(card).verdict is Verdict.UNKNOWN_ISSUER

    recognised(port_sable, base, outremer)
    assert fetch(port_sable) is None
    seen = port_sable.check(card)
    assert seen.verdict is Verdict.OK
    assert seen.card is not None
    assert seen.card.identity.full_name == "João Corrente"

    outremer.revoke(4711)
    outremer.now += timedelta(minutes=1)
    outremer.publish_list()
    port_sable.clock.pass_by(minutes=2)
    assert fetch(port_sable) is None
    assert port_sable.check(card).verdict is Verdict.REVOKED


def test_a_stick_of_theirs_is_as_good(port_sable: TownHall, outremer: Outremer) -> None:
    recognised(port_sable, str(outremer.folder), outremer)
    assert fetch(port_sable) is None
    assert port_sable.check(outremer.card("João Corrente", index=1)).verdict is Verdict.OK


def test_a_key_that_they_call_compromised_opens_nothing_here(
    port_sable: TownHall, outremer: Outremer, serve: Serve
) -> None:
    card = outremer.card("João Corrente", index=1)
    recognised(port_sable, serve(outremer.folder), outremer)
    assert fetch(port_sable) is None
    outremer.card_state = "compromised"
    outremer.publish()
    assert fetch(port_sable) is None
    assert port_sable.check(card).verdict is Verdict.KEY_REVOKED


def test_so_does_a_mark_of_the_online_key_alone(port_sable: TownHall, outremer: Outremer, serve: Serve) -> None:
    card = outremer.card("João Corrente", index=1)
    recognised(port_sable, serve(outremer.folder), outremer)
    assert fetch(port_sable) is None
    assert port_sable.check(card).verdict is Verdict.OK
    outremer.marks.add(outremer.card_key.thumbprint)
    outremer.publish_marks()
    assert fetch(port_sable) is None
    assert port_sable.check(card).verdict is Verdict.KEY_REVOKED


def test_they_see_our_marks(port_sable: TownHall, tmp_path: Path, serve: Serve) -> None:
    card = port_sable.card(full_name="Amina Corail")
    office, ring = port_sable.office, port_sable.ring
    base = serve(export(port_sable, tmp_path / "published"))
    root = reading.pin(base, read_out(port_sable))
    used = next(key for key in ring.issuer(()).keys if key.use is KeyUse.CARD and key.state is KeyState.ACTIVE)
    marked = frozenset(key.public.thumbprint for key in ring.issuer(()).keys if key.use is KeyUse.CARD)
    repository.publish_marks(
        office.published, signers=publish.signers_of(ring, *Purpose), marks=marked, now=port_sable.now
    )
    export(port_sable, tmp_path / "published")

    found = reading.walk(base, root=root, memory=tmp_path / "memory")
    city = reading.city_of(found)

    assert used.public.thumbprint in found.marks
    lists = reading.lists_of(city, base, port_sable.now)
    assert their_cards.read_card(card.full_code, {city.issuer: city}, lists, port_sable.now) == Answer("KEY_REVOKED")


def test_what_the_guide_says_is_refused_is_refused(port_sable: TownHall, outremer: Outremer) -> None:
    first = NOW.date()
    good = Pair().jwk(use="card", first=first, last=first)
    for changes, code in (
        ({"keys": [good | {"d": good["x"]}]}, "private-key"),
        ({"keys": [good, good]}, "duplicate-key"),
        ({"keys": [Pair().jwk(use="card", first=first, last=first + timedelta(days=366))]}, "key-days"),
        ({"keys": [good | {"kty": "RSA"}]}, "key-kind"),
        ({"keys": [good | {"kid": "0" * 16}]}, "key-form"),
        ({"issuer": port_sable.office.settings.issuer, "status_lists": []}, "own-issuer"),
        ({"status_lists": ["https://elsewhere.demo.invalid/lists/1"]}, "list-elsewhere"),
        ({"issued_on": (first + timedelta(days=2)).isoformat()}, "future"),
        ({"version": 2}, "version"),
        ({"more": 1}, "members"),
    ):
        outremer.publish(**changes)
        with pytest.raises(CitycardError) as refused, port_sable.session() as session:
            recognise.propose(session, port_sable.desk(), str(outremer.folder), by="test")
        assert refused.value.code == code


def test_a_city_that_issues_nothing_may_publish(port_sable: TownHall, outremer: Outremer) -> None:
    outremer.publish(keys=[], status_lists=[], services=[])
    recognised(port_sable, str(outremer.folder), outremer)
    assert fetch(port_sable) is None
