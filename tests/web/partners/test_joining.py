"""What a city offers is looked at before anything is kept, and every refusal says its own sentence.

Outremer publishes with software of its own (`tests.outside`), so that it can publish what ours never would.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import Flask
from sqlalchemy import func, select
from tuf.api.metadata import Metadata

from citycard.cli import main
from citycard.core.keys import KeyState, KeyUse, PinnedKey, PublicKey
from citycard.keystore.ring import load_ring
from citycard.operations import leases, recognise
from citycard.operations.recognise import open_source
from citycard.partners.client import Fetcher
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.partners import Partner
from citycard.web.database import db
from tests.outside.outremer.keys import Pair
from tests.outside.outremer.publishing import Outremer
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock
from tests.web.partners.conftest import NOW, OtherCity
from tests.web.partners.test_ceremony import recognised

SignedIn = Callable[[str], CheckingClient]
TODAY = NOW.date()


@pytest.fixture
def outremer(tmp_path: Path) -> Outremer:
    """Outremer, which has published nothing yet."""
    return Outremer(tmp_path / "outremer", issuer="https://outremer.demo.invalid", now=NOW)


def looks(browser: CheckingClient, source: str) -> Page:
    """Press "Only look, keep nothing"."""
    return read(browser.send("/partners/add", {"source": source, "do": "look"}))


def kept(app: Flask) -> tuple[int, int]:
    """How many cities and entries of the log there are."""
    with app.app_context():
        return tuple(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in (Partner, AuditEntry))


def jwk(curve: str = "P-256", x: bytes = b"", y: bytes = b"", **members: str) -> dict[str, str]:
    """A key as a statement writes it, whatever it is worth."""
    coordinate = {name: base64.urlsafe_b64encode(each).rstrip(b"=").decode() for name, each in (("x", x), ("y", y))}
    if curve == "P-256":
        kind = {"kty": "EC", "crv": curve, **coordinate, "alg": "ES256"}
    else:
        kind = {"kty": "OKP", "crv": curve, "x": coordinate["x"], "alg": "EdDSA"}
    days = {"first_day": TODAY.isoformat(), "last_day": TODAY.isoformat()}
    return {**kind, "kid": "00" * 8, "use": "card", "state": "active", **days, **members}


def generator() -> dict[str, str]:
    numbers = ec.derive_private_key(1, ec.SECP256R1()).public_key().public_numbers()
    return jwk(x=numbers.x.to_bytes(32, "big"), y=numbers.y.to_bytes(32, "big"))


def published_in_a_standard() -> dict[str, str]:
    # RFC 8037 A.1, whose private half stands beside it.
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    pinned = PinnedKey(PublicKey("Ed25519", public), KeyUse.CARD, KeyState.ACTIVE, TODAY, TODAY)
    return pinned.to_json()


def good(**members: str) -> dict[str, str]:
    return {**Pair().jwk(use="card", first=TODAY, last=TODAY), **members}


# --- looking ------------------------------------------------------------------------------------------------


def test_a_look_shows_what_would_be_accepted_and_keeps_nothing(
    app: Flask, signed_in: SignedIn, outremer: Outremer
) -> None:
    outremer.publish()
    dario, before = signed_in("Dario"), kept(app)

    page = looks(dario, str(outremer.folder))

    assert page.h1 == "What would be accepted"
    for word in (
        "Outremer",
        "Ultramar",
        "PT",
        "signs cards",
        "in use",
        "1 list",
        "Library",
        outremer.card_key.kid.hex(),
    ):
        assert word in page.text
    digits = page.one("ol", class_="digits")
    assert outremer.fingerprint in page.text
    fold = digits.inside("details")
    assert fold is not None
    assert "open" not in fold.attributes
    assert "Do not copy it from a screen" in fold.text
    assert kept(app) == before

    proposed = dario.send("/partners/add", {"source": page.one("input", name="source").attributes["value"]})
    assert proposed.status_code == 303
    shown = dario.page(proposed.location)
    assert "Opens to visitors" in shown.text
    assert kept(app) != before


def test_a_look_says_what_would_be_refused_and_why(
    app: Flask, signed_in: SignedIn, rivemont: OtherCity, outremer: Outremer
) -> None:
    recognised(signed_in, rivemont)
    key = load_ring(rivemont.hall.office).issuer(()).keys[0].to_json()
    outremer.publish(keys=[key])
    before = kept(app)

    page = looks(signed_in("Dario"), str(outremer.folder))

    assert "A key of this city is in use by another one." in page.text
    assert "Outremer" in page.text
    assert not [button for button in page.all("button") if button.text.strip() == "Propose this city"]
    assert kept(app) == before
    assert "recognised already" in looks(signed_in("Dario"), rivemont.url).text


def test_cities_are_fetched_one_at_a_time(
    signed_in: SignedIn, outremer: Outremer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every thread of the office would else wait for servers of other people, and check no card."""
    outremer.publish()
    dario, chloe, folder = signed_in("Dario"), signed_in("Chloe"), str(outremer.folder)
    meanwhile = []

    def slow(source: str, office: Office) -> Fetcher:
        with ThreadPoolExecutor() as threads:  # a request of its own, not one within the other
            for how in ({}, {"do": "look"}):
                meanwhile.append(threads.submit(chloe.send, "/partners/add", {"source": folder, **how}).result())
        return open_source(source, office)

    with monkeypatch.context() as patched:
        patched.setattr(recognise, "open_source", slow)
        first = looks(dario, folder)

    assert first.h1 == "What would be accepted"
    assert [answer.status_code for answer in meanwhile] == [422, 422]
    assert all("Another city is being fetched at this moment." in read(answer).text for answer in meanwhile)
    assert looks(chloe, folder).h1 == "What would be accepted"


def test_who_failed_or_never_came_back_holds_up_nobody(
    app: Flask, signed_in: SignedIn, outremer: Outremer, clock: Clock
) -> None:
    outremer.publish()
    dario, folder = signed_in("Dario"), str(outremer.folder)
    assert "neither an address nor a folder" in looks(dario, "/nowhere").text
    with app.app_context():
        leases.take(
            db.session(), "look-at-a-city", holder="a worker that died", now=clock.now, length=recognise.LONGEST_LOOK
        )
        db.session.commit()

    assert "Another city is being fetched" in looks(dario, folder).text
    clock.pass_by(minutes=3)
    assert looks(dario, folder).h1 == "What would be accepted"


def test_an_address_that_looks_like_ours_is_remarked_upon_to_both(signed_in: SignedIn, tmp_path: Path) -> None:
    other = Outremer(tmp_path / "other", issuer="https://card.port-sab1e.invalid", now=NOW)
    other.publish()
    dario = signed_in("Dario")
    remark = "The address looks like our own, and is another one."

    assert remark in looks(dario, str(other.folder)).text
    proposed = dario.send("/partners/add", {"source": str(other.folder)})
    assert remark in signed_in("Chloe").page(proposed.location).text


def test_a_city_that_issues_nothing_may_be_proposed(signed_in: SignedIn, outremer: Outremer) -> None:
    outremer.publish(keys=[], status_lists=[], services=[])
    dario = signed_in("Dario")
    for page in (
        looks(dario, str(outremer.folder)),
        dario.page(dario.send("/partners/add", {"source": str(outremer.folder)}).location),
    ):
        assert "none: this city recognises and does not issue" in page.text
        assert "nothing that it says" in page.text


def test_the_command_looks_too(app: Flask, office: Office, outremer: Outremer) -> None:
    outremer.publish()
    before = kept(app)
    said = CliRunner().invoke(
        main, ["--office", str(office.folder), "partners", "add", str(outremer.folder), "--dry-run"]
    )
    assert said.exit_code == 0, said.output
    for word in (
        "https://outremer.demo.invalid",
        "card ",
        "library",
        outremer.fingerprint,
        "Nothing of this was kept.",
    ):
        assert word in said.output
    assert kept(app) == before

    outremer.publish(keys=[good(kty="RSA")])
    refused = CliRunner().invoke(
        main, ["--office", str(office.folder), "partners", "add", str(outremer.folder), "--dry-run"]
    )
    assert refused.exit_code != 0
    assert kept(app) == before


# --- refusals -----------------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Callable[[Office], dict[str, Any]], str]] = {
    "the generator of P-256": (lambda _: {"keys": [generator()]}, "so weak that anybody could sign"),
    "a small-order Ed25519 key": (lambda _: {"keys": [jwk("Ed25519", bytes(32))]}, "so weak that anybody could sign"),
    "RSA": (lambda _: {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}, "of a kind that signs no cards"),
    "a key printed in a standard": (lambda _: {"keys": [published_in_a_standard()]}, "is printed in a standard"),
    "a private key": (lambda _: {"keys": [good(d="A" * 43)]}, "that key is burnt"),
    "a key of two years": (
        lambda _: {"keys": [Pair().jwk(use="card", first=TODAY, last=TODAY + timedelta(days=700))]},
        "signs for more than a year",
    ),
    "a key of ours": (
        lambda office: {"keys": [load_ring(office).issuer(()).keys[0].to_json()]},
        "in use by another one",
    ),
    "our own issuer": (
        lambda office: {"issuer": office.settings.issuer, "status_lists": []},
        "This is our own city",
    ),
    "another's list": (
        lambda _: {"status_lists": ["https://elsewhere.demo.invalid/status/1"]},
        "What the city publishes about itself cannot be read",
    ),
    "a day to come": (lambda _: {"issued_on": (TODAY + timedelta(days=3)).isoformat()}, "dated in the future"),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_must_not_be_believed_has_a_sentence_of_its_own_and_nothing_is_kept(
    app: Flask, signed_in: SignedIn, office: Office, outremer: Outremer, what: str
) -> None:
    changes, sentence = REFUSALS[what]
    outremer.publish(**changes(office))
    dario, before = signed_in("Dario"), kept(app)
    for fields in ({}, {"do": "look"}):
        answer = dario.send("/partners/add", {"source": str(outremer.folder), **fields})
        assert sentence in read(answer).text
        assert kept(app) == before


def test_a_key_twice_is_not_said_to_be_another_citys(signed_in: SignedIn, outremer: Outremer) -> None:
    twice = good()
    outremer.publish(keys=[twice, twice])
    text = looks(signed_in("Dario"), str(outremer.folder)).text
    assert "A key stands twice in what this city publishes." in text
    assert "in use by another" not in text


def test_a_private_key_in_the_root_is_seen_as_well(signed_in: SignedIn, outremer: Outremer) -> None:
    outremer.publish()
    place = outremer.folder / "metadata" / "1.root.json"
    document = json.loads(place.read_bytes())
    next(iter(document["signed"]["keys"].values()))["keyval"]["private"] = "00" * 32
    metadata: Metadata[Any] = Metadata.from_bytes(json.dumps(document).encode())
    metadata.sign(outremer.signer("root"))
    place.write_bytes(metadata.to_bytes())
    assert "published a private key by mistake" in looks(signed_in("Dario"), str(outremer.folder)).text


# --- a private key, pasted ----------------------------------------------------------------------------------


def pem(*, encrypted: bool = False) -> str:
    how = serialization.BestAvailableEncryption(b"x") if encrypted else serialization.NoEncryption()
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how).decode()


PLAIN = serialization.NoEncryption()


def bare(how: serialization.KeySerializationEncryption = PLAIN) -> str:
    key = ed25519.Ed25519PrivateKey.generate()
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, how)
    return base64.b64encode(der).decode()


PASTED: dict[str, Callable[[], str]] = {
    "PEM": pem,
    "PEM on one line": lambda: pem().replace("\n", " "),
    "PEM with a passphrase": lambda: pem(encrypted=True),
    "a JWK": lambda: json.dumps(good(d="B" * 43)),
    "base64 alone": bare,
    "base64 alone, with a passphrase": lambda: bare(serialization.BestAvailableEncryption(b"x")),
    "base64 alone, of a curve, with a passphrase": lambda: "".join(pem(encrypted=True).splitlines()[1:-1]),
    "a member of a JWK": lambda: '"d":"' + "C" * 43 + '"',
}


@pytest.mark.parametrize("what", PASTED)
@pytest.mark.parametrize("do", ["", "look"])
def test_a_pasted_private_key_is_kept_nowhere_and_said_to_be_burnt(
    app: Flask, signed_in: SignedIn, office: Office, caplog: pytest.LogCaptureFixture, what: str, do: str
) -> None:
    text = PASTED[what]()
    dario, before = signed_in("Dario"), kept(app)
    with caplog.at_level(logging.DEBUG):
        answer = dario.send("/partners/add", {"source": text, **({"do": do} if do else {})})

    page = read(answer)
    assert answer.status_code == 422
    assert "It is burnt" in page.one("div", id="mistakes").text
    assert page.one("input", name="source").attributes["value"] == ""
    middle = "".join(text.split())[80:120] if "PEM" in what else text[-30:-4]
    assert middle not in answer.get_data(as_text=True)
    assert middle not in caplog.text
    assert kept(app) == before
    held = b"".join(path.read_bytes() for path in office.folder.rglob("*") if path.is_file())
    assert middle.encode() not in held


def test_nor_is_one_pasted_where_the_fingerprint_is_typed(
    app: Flask, signed_in: SignedIn, hall: TownHall, rivemont: OtherCity
) -> None:
    dario = signed_in("Dario")
    page = dario.send("/partners/add", {"source": rivemont.url}).location
    before = kept(app)
    answer = dario.send(f"{page}/compare", {"heard": pem()})
    assert "It is burnt" in read(answer).one("div", id="mistakes").text
    assert read(answer).one("textarea", name="heard").text == ""
    assert kept(app) == before


OF_ANOTHER_KIND: dict[str, Callable[[], str]] = {
    "32 bytes in base64": lambda: base64.b64encode(bytes(range(200, 232))).decode(),
    "32 bytes in base64url": lambda: base64.urlsafe_b64encode(bytes(range(100, 132))).decode(),
    "32 bytes in hexadecimal": lambda: bytes(range(32)).hex(),
    "long, and no address": lambda: "key " * 80,
}


@pytest.mark.parametrize("what", OF_ANOTHER_KIND)
def test_what_is_neither_an_address_nor_what_was_read_out_is_not_shown_again(
    signed_in: SignedIn, rivemont: OtherCity, what: str
) -> None:
    """No list of the forms of keys is complete."""
    dario, text = signed_in("Dario"), OF_ANOTHER_KIND[what]()
    page = dario.send("/partners/add", {"source": rivemont.url}).location

    for address, name in (("/partners/add", "source"), (f"{page}/compare", "heard")):
        answer = dario.send(address, {name: text})
        assert answer.status_code == 422
        assert "is not shown again" in read(answer).one("div", id="mistakes").text
        assert text.strip() not in answer.get_data(as_text=True)


def test_nor_one_given_to_the_command(app: Flask, office: Office) -> None:
    text, before = pem(), kept(app)
    said = CliRunner().invoke(main, ["--office", str(office.folder), "partners", "add", "--", text])
    assert said.exit_code != 0
    assert "private key" in f"{said.output}{said.exception}"
    assert text[60:90] not in said.output
    assert kept(app) == before


def test_an_address_is_not_taken_for_a_key(signed_in: SignedIn) -> None:
    for source in ("https://cards.rivemont.fr/d/k", "/media/stick/PRIVATE"):
        assert "burnt" not in read(signed_in("Dario").send("/partners/add", {"source": source})).text
