"""`@auth0/cose` verifies what we write: the COSE library of Node.js, as npm publishes it.

Its script gets the text of a code as a camera reads it, and takes off base45 and zlib by itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from citycard.core import cose
from citycard.core.claims import write_claims
from citycard.core.keys import Algorithm
from tests.support.cities import PORTRAIT, City
from tests.support.forging import header_of, signed_code, token_of
from tests.support.interop import AskOthers

SCRIPT = Path(__file__).parent / "verify_with_auth0_cose.mjs"

CITIES = {
    "ES256": City.named("Port-Sable"),
    "EdDSA": City.named("Rivemont", algorithm=Algorithm.EDDSA),
}
KINDS: list[dict[str, Any]] = [
    {},
    {"portrait": PORTRAIT},
    {"portrait": PORTRAIT, "own_script_name": "ليوني مارشفير", "own_script_language": "ara"},
    {"light": True},
]
"""Full without and with portrait, full in two scripts, light."""

REFUSED = {"error": "ERR_COSE_SIGNATURE_VERIFICATION_FAILED"}

EVERY_ALGORITHM = pytest.mark.parametrize("algorithm", CITIES)


def public(city: City) -> dict[str, str]:
    """Return the city's card key as the library takes it."""
    return city.card_pin.public.to_jwk()


@EVERY_ALGORITHM
def test_it_verifies_our_codes(algorithm: str, ask_node: AskOthers) -> None:
    city = CITIES[algorithm]
    texts = [city.card(**kind) for kind in KINDS]

    assert ask_node(SCRIPT, [{"qr": text, "jwk": public(city)} for text in texts]) == [
        {
            "verified": True,
            "algorithm": algorithm,
            "kid": city.card_pin.kid.hex(),
            "payload": cose.parse(token_of(text)).payload.hex(),
        }
        for text in texts
    ]


@EVERY_ALGORITHM
def test_it_refuses_a_signature_with_one_bit_flipped(algorithm: str, ask_node: AskOthers) -> None:
    """At both ends of both halves, r and s or R and S."""
    city, spoilt = CITIES[algorithm], []
    for kind in KINDS:
        good = cose.parse(token_of(city.card(**kind)))
        for place in (0, 31, 32, 63):
            signature = bytes(byte ^ (at == place) for at, byte in enumerate(good.signature))
            spoilt.append(signed_code(city, good.payload, header=header_of(city), signature=signature))

    assert ask_node(SCRIPT, [{"qr": text, "jwk": public(city)} for text in spoilt]) == [REFUSED] * len(spoilt)


@EVERY_ALGORITHM
def test_it_refuses_claims_that_were_changed(algorithm: str, ask_node: AskOthers) -> None:
    """A year more, under the signature of the card as it was."""
    city, longer = CITIES[algorithm], []
    for kind in KINDS:
        claims, signature = write_claims(city.claims(**kind)), cose.parse(token_of(city.card(**kind))).signature
        claims = {**claims, 4: claims[4] + 365 * 86_400}
        longer.append(signed_code(city, claims, header=header_of(city), signature=signature))

    assert ask_node(SCRIPT, [{"qr": text, "jwk": public(city)} for text in longer]) == [REFUSED] * len(longer)


@EVERY_ALGORITHM
def test_it_refuses_a_card_under_the_key_of_another_city(algorithm: str, ask_node: AskOthers) -> None:
    city = CITIES[algorithm]
    other = City.named(city.name, seed="another", algorithm=city.card_pin.public.algorithm)

    assert ask_node(SCRIPT, [{"qr": city.card(), "jwk": public(other)}]) == [REFUSED]


@EVERY_ALGORITHM
def test_it_verifies_our_status_lists(algorithm: str, ask_node: AskOthers) -> None:
    city = CITIES[algorithm]
    token = city.status_list({5: 1})
    [said] = ask_node(SCRIPT, [{"token": token.hex(), "jwk": city.status_pin.public.to_jwk()}])

    assert (said["verified"], said["kid"]) == (True, city.status_pin.kid.hex())
    assert said["payload"] == cose.parse(token).payload.hex()
