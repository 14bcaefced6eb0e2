"""The envelope: the published COSE_Sign1 examples as far as they apply, and every form that is not ours."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest

from citycard.core import cbor, cose
from citycard.core.errors import CitycardError
from citycard.core.keys import P256_ORDER, KeyRefused, PublicKey
from tests.support.cities import City
from tests.support.forging import Raw, claims_of, header_of, sign1, written
from tests.support.shared import published

C25519 = "eddsa-examples/eddsa-sig-01.json"


def example(name: str) -> tuple[bytes, dict[str, Any]]:
    """Return the token of a published example and its `input`."""
    vector = published(f"cose-wg-examples/{name}")
    return bytes.fromhex(vector["output"]["cbor"]), vector["input"]


def public_key(jwk: dict[str, Any]) -> PublicKey:
    """Return the public key of an example; some write coordinates in hex, and Ed25519 as kty OKP."""
    if "x_hex" in jwk:
        y = bytes.fromhex(jwk["y_hex"]) if "y_hex" in jwk else b""
        return PublicKey(jwk["crv"], bytes.fromhex(jwk["x_hex"]), y)
    return PublicKey.from_jwk({name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk})


def low(signature: bytes) -> bytes:
    """Return the ES256 signature with its s in the lower half: the examples were made without that rule."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


@pytest.mark.parametrize(
    "name", ["RFC8152/Appendix_C_2_1.json", "ecdsa-examples/ecdsa-sig-01.json", C25519, "sign1-tests/sign-pass-02.json"]
)
def test_the_signed_bytes_are_those_of_the_published_examples(name: str) -> None:
    token, made_from = example(name)
    protected, _, payload, signature = cbor2.loads(token).value
    key = public_key(made_from["sign0"]["key"])
    algorithm = cbor2.loads(protected)[1]
    signature = low(signature) if algorithm == -7 else signature
    if "external" in made_from["sign0"]:
        # sign-pass-02 signs further bytes that travel elsewhere; a card has none, so it is not good for us.
        with pytest.raises(KeyRefused):
            key.check(cose.to_be_signed(protected, payload), signature, algorithm)
    else:
        key.check(cose.to_be_signed(protected, payload), signature, algorithm)


def test_our_ed25519_signature_is_that_of_the_published_example() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    token, made_from = example(C25519)
    protected, _, payload, signature = cbor2.loads(token).value
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(made_from["sign0"]["key"]["d_hex"]))
    assert private.sign(cose.to_be_signed(protected, payload)) == signature


@pytest.mark.parametrize("number", ["01", "02", "03", "04", "06", "07"])
def test_the_examples_that_must_fail_are_refused(number: str) -> None:
    token, made_from = example(f"sign1-tests/sign-fail-{number}.json")
    key = public_key(made_from["sign0"]["key"])
    with pytest.raises(CitycardError):
        cose.parse(token)  # a text payload is no claims map, whatever else is wrong
    item = cbor2.loads(token)
    protected, _, payload, signature = item.value
    if item.tag == 18:
        with pytest.raises(CitycardError):
            key.check(cose.to_be_signed(protected, payload), low(signature), cbor2.loads(protected).get(1))


@pytest.mark.parametrize("name", ["sign1-tests/sign-pass-01.json", "sign1-tests/sign-pass-03.json"])
def test_the_examples_that_a_strict_reader_does_not_take_are_refused(name: str) -> None:
    """01 has its algorithm in the unprotected map; 03 has no tag. General readers take both."""
    token, _ = example(name)
    with pytest.raises(CitycardError):
        cose.parse(token)


def test_the_example_of_rfc_8392_is_read_and_its_signature_checked() -> None:
    vector = published("cwt-rfc8392/A_3.json")
    envelope = cose.parse(bytes.fromhex(vector["output"]["cbor"]))
    key = public_key(vector["input"]["sign0"]["key"])
    assert envelope.claims[1] == "coap://as.example.com"
    assert envelope.claims[7] == bytes.fromhex("0b71")
    assert cose.to_be_signed(envelope.protected, envelope.payload).hex() == (
        vector["intermediates"]["ToBeSign_hex"].lower()
    )
    key.check(cose.to_be_signed(envelope.protected, envelope.payload), low(envelope.signature), -7)
    # It names no key, so it is no card's envelope.
    assert not envelope.header_is(cose.ALG, cose.KID)


def test_what_is_sealed_opens(port_sable: City, rivemont: City) -> None:
    for city in (port_sable, rivemont):
        token = cose.seal(header_of(city), claims_of(city), city.card_key.sign)
        envelope = cose.parse(token)
        assert envelope.header_is(cose.ALG, cose.KID)
        assert envelope.kid == city.card_pin.kid
        assert envelope.open(city.card_key.public) == claims_of(city)
        assert token == sign1(header_of(city), claims_of(city), city.card_key.sign)


def test_another_key_does_not_open_it(port_sable: City) -> None:
    envelope = cose.parse(cose.seal(header_of(port_sable), {1: "x"}, port_sable.card_key.sign))
    with pytest.raises(KeyRefused):
        envelope.open(port_sable.status_key.public)


@pytest.mark.parametrize("length", [0, 63, 65, 70])
def test_a_signer_that_gives_another_length_seals_nothing(port_sable: City, length: int) -> None:
    with pytest.raises(cose.EnvelopeError):
        cose.seal(header_of(port_sable), {1: "x"}, lambda message: bytes(length))


GOOD = [b"\xa1\x01\x26", {}, b"\xa1\x01\x61x", bytes(64)]


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"\xd2",
        b"\xd2" + written([]),
        b"\xd2" + written({}),
        b"\xd2" + written(GOOD[:3]),
        b"\xd2" + written([*GOOD, b""]),
        written(GOOD),
        b"\xd1" + written(GOOD),
        b"\xd8\x12" + written(GOOD),
        b"\xd8\x3d\xd2" + written(GOOD),
        b"\xd2\xd2" + written(GOOD),
        b"\xd8\x62" + written(GOOD),
        b"\xd2" + written(GOOD) + b"\x00",
        b"\xd2" + written([{1: -7}, *GOOD[1:]]),
        b"\xd2" + written(["", *GOOD[1:]]),
        b"\xd2" + written([GOOD[0], None, *GOOD[2:]]),
        b"\xd2" + written([GOOD[0], b"\xa0", *GOOD[2:]]),
        b"\xd2" + written([*GOOD[:2], None, GOOD[3]]),
        b"\xd2" + written([*GOOD[:2], {1: "x"}, GOOD[3]]),
        b"\xd2" + written([*GOOD[:2], GOOD[2], None]),
        b"\xd2" + written([*GOOD[:2], GOOD[2], "s" * 64]),
        b"\xd2" + written([b"", *GOOD[1:]]),
        b"\xd2" + written([b"\x80", *GOOD[1:]]),
        b"\xd2" + written([b"\xa1\x01\x38\x06", *GOOD[1:]]),
        b"\xd2" + written([b"\xa0\x00", *GOOD[1:]]),
        b"\xd2" + written([*GOOD[:2], b"", GOOD[3]]),
        b"\xd2" + written([*GOOD[:2], b"\x61x", GOOD[3]]),
        b"\xd2" + written([*GOOD[:2], b"\xd2\xa0", GOOD[3]]),
        b"\xd2" + written([*GOOD[:2], Raw(b"\x58\x04\xa1\x01\x61x"), GOOD[3]]),
        b"\xd2\x9f" + b"".join(map(written, GOOD)) + b"\xff",
        b"\xd2\x98\x04" + b"".join(map(written, GOOD)),
    ],
    ids=lambda token: token[:8].hex(),
)
def test_it_refuses_every_other_envelope(token: bytes) -> None:
    with pytest.raises((cose.EnvelopeError, cbor.CborError)):
        cose.parse(token)
    assert cose.parse(b"\xd2" + written(GOOD)).claims == {1: "x"}


@pytest.mark.parametrize(
    "alg", [[], {}, None, True, "ES256", b"\x26", -6, -8, -19, -35, 5, -65535, 2**63], ids=lambda alg: repr(alg)
)
def test_a_header_names_one_of_three_algorithms(port_sable: City, alg: Any) -> None:
    kid = port_sable.card_pin.kid
    envelope = cose.parse(sign1({1: alg, 4: kid}, {1: "x"}, port_sable.card_key.sign))
    assert envelope.header_is(cose.ALG, cose.KID) == (alg in (-8, -19))


@pytest.mark.parametrize("kid", ["port-sab", b"", b"1234567", b"123456789", bytes(10_000), 7, None, [], {}], ids=repr)
def test_a_header_names_a_key_in_eight_bytes(port_sable: City, kid: Any) -> None:
    envelope = cose.parse(sign1({1: -7, 4: kid}, {1: "x"}, port_sable.card_key.sign))
    assert not envelope.header_is(cose.ALG, cose.KID)
