"""What we write is read by people who have never heard of us: `claim169` (Rust), `cwt` and `pycose`, as published.

And what `claim169` writes is no card of ours, because it cannot be ended: it has no status.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from citycard.core import cose
from citycard.core.claims import Identity
from citycard.core.errors import CardRefused
from citycard.core.keys import Algorithm, PublicKey
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from tests.support.cities import LEONIE, NOW, PORTRAIT, City, trust_in
from tests.support.forging import header_of, signed_code, token_of
from tests.support.interop import AskOthers

HERE = Path(__file__).parent

CITIES = {
    "ES256": City.named("Port-Sable"),
    "EdDSA": City.named("Rivemont", algorithm=Algorithm.EDDSA),
}
KINDS: dict[str, dict[str, Any]] = {
    "full": {},
    "with-portrait": {"portrait": PORTRAIT},
    "with-everything": {
        "portrait": PORTRAIT,
        "language": "fra",
        "own_script_name": "ليوني مارشفير",
        "own_script_language": "ara",
        "address": "12 quai des Tamaris\nPort-Sable",
    },
    "light": {"light": True},
}


def public(key: PublicKey) -> dict[str, str]:
    """Return a key as the other readers' scripts take it."""
    algorithm = "ES256" if key.curve == "P-256" else "EdDSA"
    return {"algorithm": algorithm, "kid": key.kid.hex(), "x": key.x.hex(), "y": key.y.hex()}


def spoilt(text: str, city: City) -> str:
    """Return the same card with a signature of zeros and ones."""
    return signed_code(city, token_payload(text), header=header_of(city), signature=b"\1" * 64)


def token_payload(text: str) -> bytes:
    """Return the signed bytes of claims in a code."""
    return cose.parse(token_of(text)).payload


@pytest.mark.parametrize("algorithm", CITIES)
@pytest.mark.parametrize("kind", KINDS)
def test_claim169_reads_and_verifies_our_codes(algorithm: str, kind: str, ask_others: AskOthers) -> None:
    city, changes = CITIES[algorithm], KINDS[kind]
    text, card = city.card(**changes), city.claims(**changes)
    key = public(city.card_pin.public)
    said, refused = ask_others(HERE / "read_with_claim169.py", [{"qr": text, **key}, {"qr": spoilt(text, city), **key}])
    identity: Identity = card.identity
    assert said["verified"] is True
    assert said["algorithm"] == algorithm
    assert said["key_id"] == city.card_pin.kid.hex()
    assert (said["issuer"], said["issued_at"], said["expires_at"]) == (city.url, card.issued_at, card.expires_at)
    assert said["version"] == "1"
    for name in ("number", "full_name", "given_name", "family_name", "location", "language", "own_script_name",
                 "own_script_language", "address", "country"):  # fmt: skip
        assert said[name] == getattr(identity, name), name
    assert (said["date_of_birth"] or "").replace("-", "") == (identity.date_of_birth or "")
    assert said["portrait"] == (identity.portrait.hex() if identity.portrait else None)
    assert said["portrait_format"] == (4 if identity.portrait else None)
    assert refused.get("verified", False) is False


@pytest.mark.parametrize("algorithm", CITIES)
@pytest.mark.parametrize("kind", KINDS)
def test_cwt_reads_and_verifies_our_codes(algorithm: str, kind: str, ask_others: AskOthers) -> None:
    city, changes = CITIES[algorithm], KINDS[kind]
    text, card = city.card(**changes), city.claims(**changes)
    key = public(city.card_pin.public)
    said, refused = ask_others(
        HERE / "read_with_cwt.py",
        [{"token": token_of(text).hex(), **key}, {"token": token_of(spoilt(text, city)).hex(), **key}],
    )
    claims = said["claims"]
    assert (claims["1"], claims["4"], claims["6"]) == (city.url, card.expires_at, card.issued_at)
    assert claims["65535"] == {"status_list": {"idx": card.status_index, "uri": city.status_uri}}
    assert claims["169"]["1"] == LEONIE.number
    assert claims["169"].get("4") == card.identity.full_name
    assert claims["169"].get("16") == ({"hex": PORTRAIT.hex()} if card.identity.portrait else None)
    assert refused == {"error": "VerifyError"}


@pytest.mark.parametrize("algorithm", CITIES)
def test_cwt_reads_and_verifies_our_status_lists(algorithm: str, ask_others: AskOthers) -> None:
    city = CITIES[algorithm]
    token = city.status_list({5: 1})
    [said] = ask_others(HERE / "read_with_cwt.py", [{"token": token.hex(), **public(city.status_pin.public)}])
    assert said["claims"]["2"] == city.status_uri
    assert said["claims"]["65533"]["bits"] == 2
    assert set(said["claims"]) == {"2", "4", "6", "65533", "65534"}


@pytest.mark.parametrize("algorithm", CITIES)
@pytest.mark.parametrize("kind", KINDS)
def test_pycose_verifies_our_codes(algorithm: str, kind: str, ask_others: AskOthers) -> None:
    city = CITIES[algorithm]
    text, key = city.card(**KINDS[kind]), public(city.card_pin.public)
    said, refused = ask_others(
        HERE / "read_with_pycose.py",
        [{"token": token_of(text).hex(), **key}, {"token": token_of(spoilt(text, city)).hex(), **key}],
    )
    assert said == {"verified": True, "kid": city.card_pin.kid.hex(), "issuer": city.url}
    assert refused.get("verified", False) is False


@pytest.mark.parametrize("algorithm", CITIES)
def test_pycose_verifies_our_status_lists(algorithm: str, ask_others: AskOthers) -> None:
    city = CITIES[algorithm]
    token = city.status_list({5: 1})
    [said] = ask_others(HERE / "read_with_pycose.py", [{"token": token.hex(), **public(city.status_pin.public)}])
    assert said == {"verified": True, "kid": city.status_pin.kid.hex(), "issuer": None}


WRITE = """
import json, sys, claim169
asked = json.load(sys.stdin)
said = claim169.Claim169Input(id=asked["number"], full_name="Anna Bell")
said.version = "1"
about = claim169.CwtMetaInput(issuer=asked["issuer"], expires_at=asked["expires_at"])
about.issued_at = asked["issued_at"]
json.dump(claim169.encode_with_ecdsa_p256(said, about, bytes.fromhex(asked["secret"])), sys.stdout)
"""


def test_a_code_of_claim169_is_refused_because_nobody_could_end_it(ask_others: AskOthers) -> None:
    """Same key, same issuer, a good signature; but it names no key and has no status."""
    city = CITIES["ES256"]
    card = city.claims()
    numbers = city.card_key.private.private_numbers()  # type: ignore[union-attr]
    text = ask_others(
        WRITE,
        {
            "number": LEONIE.number,
            "issuer": city.url,
            "issued_at": card.issued_at,
            "expires_at": card.expires_at,
            "secret": numbers.private_value.to_bytes(32, "big").hex(),
        },
    )
    with pytest.raises(CardRefused) as refused:
        verify(text, trust=trust_in(city), lists=city.lists(), now=NOW)
    assert refused.value.verdict is Verdict.MALFORMED
