"""The list of ended cards as a JWT: the same list, read as strictly, and nothing that only a general reader takes."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core import jws
from citycard.core.compression import deflate
from citycard.core.errors import ListRefused
from citycard.core.keys import P256_ORDER, Algorithm, KeyState
from citycard.core.status import DEFAULT_SIZE, MAX_LIST, StatusList, pack, read_status_list
from citycard.core.status_jwt import JWT_TYPE, MAX_JWT, read_status_list_jwt, write_status_list_jwt
from tests.support.cities import FIRST_DAY, NOW, City
from tests.support.forging import jwt

EDDSA = City.named("Rivemont", algorithm=Algorithm.EDDSA)


def listed(city: City, *arguments: Any, **options: Any) -> bytes:
    """Return a list of the city's in JWT form; options as for `City.status_list`."""
    return city.status_list(*arguments, write=write_status_list_jwt, **options)


def read(city: City, token: bytes, **changes: Any) -> StatusList:
    return read_status_list_jwt(token, **{"issuer": city.issuer, "uri": city.status_uri, "now": NOW, **changes})


def refusal(city: City, token: bytes, **changes: Any) -> str:
    """Return the code of the refusal of `token`."""
    with pytest.raises(ListRefused) as refused:
        read(city, token, **changes)
    return refused.value.code


# --- good ones ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_both_forms_of_a_list_say_the_same(port_sable: City, bits: int) -> None:
    for city in (port_sable, EDDSA):
        said: dict[str, Any] = {"statuses": {5: 1, 7: (1 << bits) - 1}, "bits": bits, "size": 4096}
        in_cwt = read_status_list(city.status_list(**said), issuer=city.issuer, uri=city.status_uri, now=NOW)

        assert read(city, listed(city, **said)) == in_cwt


def test_it_is_what_the_draft_says(port_sable: City) -> None:
    header, claims, signature = listed(port_sable, {1: 1}, issued_at=NOW, ttl=900).split(b".")

    assert json.loads(jws.from_base64url(header)) == {
        "alg": "ES256",
        "kid": port_sable.status_pin.kid.hex(),
        "typ": "statuslist+jwt",
    }
    assert json.loads(jws.from_base64url(claims)) == {
        "sub": port_sable.status_uri,
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(days=21)).timestamp()),
        "ttl": 900,
        "status_list": {
            "bits": 2,
            "lst": base64.urlsafe_b64encode(deflate(pack({1: 1}, bits=2, size=1024))).decode().rstrip("="),
        },
    }
    assert int.from_bytes(jws.from_base64url(signature)[32:], "big") <= P256_ORDER // 2


def test_a_general_library_verifies_it(port_sable: City) -> None:
    for city in (port_sable, EDDSA):
        token = listed(city).decode()
        key = pyjwt.PyJWK(city.status_pin.public.to_jwk())
        claims = pyjwt.decode(token, key, algorithms=[key.algorithm_name], options={"verify_exp": False})

        assert claims["sub"] == city.status_uri
        assert pyjwt.get_unverified_header(token)["typ"] == JWT_TYPE


def test_a_list_that_a_general_library_wrote_is_read(port_sable: City) -> None:
    """Another order of members, and as often as not a high s."""
    made = []
    for _ in range(64):  # of sixteen, all are high or all are low once in thirty thousand runs
        token = pyjwt.encode(
            claims_of(port_sable),
            port_sable.status_key.private,  # type: ignore[arg-type]
            algorithm="ES256",
            headers={"typ": JWT_TYPE, "kid": port_sable.status_pin.kid.hex()},
        ).encode()
        assert read(port_sable, token).size == 256
        made.append(int.from_bytes(jws.from_base64url(token.rpartition(b".")[2])[32:], "big") > P256_ORDER // 2)

    assert set(made) == {True, False}


def test_it_may_point_to_the_other_lists_of_the_city(port_sable: City) -> None:
    aggregated = write_status_list_jwt(
        bytes(64),
        uri=port_sable.status_uri,
        bits=2,
        key=port_sable.status_pin,
        issued_at=int(NOW.timestamp()),
        expires_at=int(NOW.timestamp()) + 999,
        ttl=900,
        sign=port_sable.status_key.sign,
        aggregation_uri=f"{port_sable.url}/status/lists.json",
    )

    assert read(port_sable, aggregated).size == 256
    assert b"aggregation_uri" in jws.from_base64url(aggregated.split(b".")[1])


def test_ed25519_may_be_called_by_its_newer_name() -> None:
    """RFC 9864, as the CWT form takes -19 beside -8."""
    header = header_of(EDDSA) | {"alg": "Ed25519"}

    assert read(EDDSA, jwt(header, claims_of(EDDSA), EDDSA.status_key.sign)).size == 256


def test_the_largest_list_fits_in_its_jwt(port_sable: City) -> None:
    """What is just below 1 MiB as CWT must not be too large as JWT."""
    noise = b"".join(i.to_bytes(4, "big") * 2 for i in range(125_000))
    token = write_status_list_jwt(
        noise[: 1 << 20],
        uri=port_sable.status_uri,
        bits=8,
        key=port_sable.status_pin,
        issued_at=int(NOW.timestamp()),
        expires_at=int(NOW.timestamp()) + 999,
        ttl=900,
        sign=port_sable.status_key.sign,
    )

    assert len(token) < MAX_JWT
    assert read(port_sable, token).statuses == noise[: 1 << 20]


# --- spoilt ones ----------------------------------------------------------------------------------------


def header_of(city: City) -> dict[str, Any]:
    alg = "ES256" if city.status_pin.public.curve == "P-256" else "EdDSA"
    return {"alg": alg, "kid": city.status_pin.kid.hex(), "typ": JWT_TYPE}


def claims_of(city: City) -> dict[str, Any]:
    return {
        "sub": city.status_uri,
        "exp": int(NOW.timestamp()) + 999,
        "iat": int(NOW.timestamp()),
        "ttl": 900,
        "status_list": {"bits": 2, "lst": jws.to_base64url(deflate(bytes(64))).decode()},
    }


def with_changes(members: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return `members` changed; `...` takes a member away."""
    return {name: value for name, value in (members | changes).items() if value is not ...}


def forged(city: City, claims: Any = None, header: Any = None, **options: Any) -> bytes:
    """Return a list that the city's status key really signed, with other claims or another header."""
    said = claims if isinstance(claims, bytes) else with_changes(claims_of(city), claims or {})
    head = header if isinstance(header, bytes) else with_changes(header_of(city), header or {})
    return jwt(head, said, city.status_key.sign, **options)


def test_the_forger_can_also_make_a_good_one(port_sable: City) -> None:
    for city in (port_sable, EDDSA):
        assert read(city, forged(city)).size == 256


@pytest.mark.parametrize(
    "header",
    [
        {"typ": ...},
        {"typ": "JWT"},
        {"typ": "application/statuslist+jwt"},
        {"typ": "statuslist+cwt"},
        {"typ": "STATUSLIST+JWT"},
        {"typ": []},
        {"alg": ...},
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": "EdDSA"},
        {"alg": -7},
        {"alg": []},
        {"kid": ...},
        {"kid": ""},
        {"kid": "12"},
        {"kid": 12},
        {"kid": []},
        {"kid": "0123456789ABCDEF"},
        {"crit": ["exp"]},
        {"b64": False},
        {"jwk": {"kty": "EC"}},
        {"jku": "https://elsewhere.example"},
        {"x5c": ["MIIB"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ],
    ids=str,
)
def test_it_refuses_another_header(port_sable: City, header: dict[str, Any]) -> None:
    assert refusal(port_sable, forged(port_sable, header=header)) in ("list-form", "list-signature")


def test_a_list_signed_with_the_public_key_as_a_secret_is_refused(port_sable: City) -> None:
    """HS256 with the bytes of the public key: readers that take the algorithm from the token fall for it."""
    forgery = pyjwt.encode(
        claims_of(port_sable),
        port_sable.status_pin.public.x + port_sable.status_pin.public.y,
        algorithm="HS256",
        headers={"typ": JWT_TYPE, "kid": port_sable.status_pin.kid.hex()},
    )

    assert refusal(port_sable, forgery.encode()) == "list-form"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://port-sable.example"}, "list-claims"),
        ({"nbf": 0}, "list-claims"),
        ({"65533": {}}, "list-claims"),
        ({"sub": ...}, "list-claims"),
        ({"sub": "https://port-sable.example/status/2"}, "list-claims"),
        ({"sub": []}, "list-claims"),
        ({"exp": ...}, "list-claims"),
        ({"exp": "2031"}, "list-claims"),
        ({"exp": True}, "list-claims"),
        ({"exp": 10**15}, "list-claims"),
        ({"iat": ...}, "list-claims"),
        ({"iat": -1}, "list-claims"),
        ({"ttl": ...}, "list-claims"),
        ({"ttl": -1}, "list-claims"),
        ({"ttl": None}, "list-claims"),
        ({"status_list": ...}, "list-claims"),
        ({"status_list": []}, "list-claims"),
        ({"status_list": {"bits": 2}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": 5}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQ", "more": 1}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQ", "aggregation_uri": 1}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQ", "aggregation_uri": "https://a.example"}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQ=="}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAR"}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQ\n"}}, "list-claims"),
        ({"status_list": {"bits": 2, "lst": "é"}}, "list-claims"),
        ({"status_list": {"bits": 3, "lst": "eNpjYAAAAAIAAQ"}}, "list-bits"),
        ({"status_list": {"bits": True, "lst": "eNpjYAAAAAIAAQ"}}, "list-bits"),
        ({"status_list": {"bits": "2", "lst": "eNpjYAAAAAIAAQ"}}, "list-bits"),
        ({"status_list": {"bits": 2, "lst": ""}}, "list-zlib"),
        ({"status_list": {"bits": 2, "lst": "eNpjYAAAAAIAAQAA"}}, "list-zlib"),
        ({"status_list": {"bits": 2, "lst": jws.to_base64url(deflate(bytes(MAX_LIST + 1))).decode()}}, "list-zlib"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_it_refuses_other_claims(port_sable: City, claims: dict[str, Any], code: str) -> None:
    assert refusal(port_sable, forged(port_sable, claims)) == code


def test_it_refuses_json_that_can_be_read_in_two_ways(port_sable: City) -> None:
    good = json.dumps(claims_of(port_sable)).encode()
    twice = good[:-1] + b', "ttl": 900}'
    inside = good.replace(b'"bits": 2', b'"bits": 2, "bits": 2')
    fraction = good.replace(b'"ttl": 900', b'"ttl": 900.0')
    nan = good.replace(b'"ttl": 900', b'"ttl": NaN')
    marked = b"\xef\xbb\xbf" + good
    header = json.dumps(header_of(port_sable)).encode()
    for claims in (twice, inside, fraction, nan, marked, good + b"{}", b"[]", b"", b"\xff", b"[" * 100_000):
        assert refusal(port_sable, forged(port_sable, claims)) == "list-form"
    for head in (header[:-1] + b', "alg": "ES256"}', b"[]", b"", header[:-1] + b"," + b" " * 600 + b'"a":1}'):
        assert refusal(port_sable, forged(port_sable, header=head)) == "list-form"


def test_it_refuses_another_spelling_of_the_same_token(port_sable: City) -> None:
    token = listed(port_sable)
    header, claims, signature = token.split(b".")
    stray = signature[:-1] + bytes((signature[-1] + 1,))  # 64 bytes leave four bits over
    for spelt in (
        token + b"\n",
        b" " + token,
        token + b"=",
        token + b".",
        b".".join((header + b"=", claims, signature)),
        b".".join((header, claims, stray)),
        b".".join((header, claims)),
        b".".join((header, claims, signature, b"")),
        b".".join((header, b"", signature)),
        b'{"protected": "%s", "payload": "%s", "signature": "%s"}' % (header, claims, signature),
    ):
        assert refusal(port_sable, spelt) == "list-form"


def test_it_refuses_what_is_no_list(port_sable: City) -> None:
    for token in (port_sable.status_list(), b"", b"..", b"a.b.c", b"{}", bytes(100), b"\xff" * 100):
        assert refusal(port_sable, token) == "list-form"
    assert refusal(port_sable, bytes(MAX_JWT + 1)) == "list-large"


def test_the_forms_do_not_stand_in_for_each_other(port_sable: City) -> None:
    with pytest.raises(ListRefused) as refused:
        read_status_list(listed(port_sable), issuer=port_sable.issuer, uri=port_sable.status_uri, now=NOW)
    assert refused.value.code == "list-form"


def test_it_refuses_a_spoilt_signature(port_sable: City) -> None:
    for city in (port_sable, EDDSA):
        token = listed(city)
        signed, _, signature = token.rpartition(b".")
        raw = jws.from_base64url(signature)
        zeros, order = bytes(32), P256_ORDER.to_bytes(32, "big")
        for spoilt in (
            raw[:-1] + bytes((raw[-1] ^ 1,)),
            bytes((raw[0] ^ 1,)) + raw[1:],
            bytes(64),
            raw[:32] + zeros,
            raw[:32] + order,
            zeros + raw[32:],
            raw[:32] + b"\xff" * 32,
        ):
            assert refusal(city, signed + b"." + jws.to_base64url(spoilt)) == "list-signature"
        for wrong in (b"", raw[:-1], raw + b"\0", b"\x30\x44" + raw):
            assert refusal(city, signed + b"." + jws.to_base64url(wrong)) == "list-form"


def test_it_refuses_other_keys_days_and_addresses_as_the_cwt_form_does(port_sable: City, nowhere: City) -> None:
    assert refusal(port_sable, listed(port_sable, signed_by=port_sable.card_key)) == "list-key"
    assert refusal(port_sable, listed(port_sable, signed_by=nowhere.status_key)) == "list-key"
    compromised = port_sable.with_status_key(state=KeyState.COMPROMISED)
    assert refusal(compromised, listed(port_sable)) == "list-key"
    early = NOW.replace(year=FIRST_DAY.year - 1, month=12, day=31)
    assert refusal(port_sable, listed(port_sable, issued_at=early), now=early) == "list-key"
    other = f"{port_sable.url}/status/2"
    assert refusal(port_sable, listed(port_sable, uri=other)) == "list-claims"
    assert refusal(port_sable, listed(port_sable, uri=other), uri=other) == "list-claims"
    end = NOW + timedelta(days=21)
    assert refusal(port_sable, listed(port_sable, issued_at=NOW), now=end) == "list-expired"
    assert read(port_sable, listed(port_sable, issued_at=NOW), now=None).expires_at == end
    assert refusal(port_sable, listed(port_sable, issued_at=NOW + timedelta(days=2))) == "list-future"


def test_lists_follow_each_other_whatever_their_form(port_sable: City) -> None:
    old = read_status_list(port_sable.status_list({1: 1}), issuer=port_sable.issuer, uri=port_sable.status_uri, now=NOW)
    read(port_sable, listed(port_sable, {1: 1}, issued_at=NOW)).succeeds(old)
    with pytest.raises(ListRefused) as refused:
        read(port_sable, listed(port_sable, {}, issued_at=NOW)).succeeds(old)
    assert refused.value.code == "list-unrevokes"


def test_a_signer_that_gives_no_64_bytes_is_found() -> None:
    with pytest.raises(jws.JwsError) as refused:
        jws.seal({}, typ=JWT_TYPE, kid=bytes(8), algorithm=Algorithm.ES256, sign=lambda _: b"\x30" * 70)
    assert refused.value.code == "jws-signature"


@given(st.binary(max_size=200))
def test_base64url_has_one_spelling(data: bytes) -> None:
    assert jws.from_base64url(jws.to_base64url(data)) == data


@given(st.binary(max_size=60))
def test_whatever_is_taken_for_base64url_is_its_one_spelling(text: bytes) -> None:
    with suppress(jws.JwsError):
        assert jws.to_base64url(jws.from_base64url(text)) == text


@given(st.data())
def test_a_spoilt_token_is_refused_in_one_family(data: st.DataObject) -> None:
    city = EDDSA
    token = bytearray(listed(city, {3: 1}, size=DEFAULT_SIZE))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(token) - 1))
        token[place] = data.draw(st.integers(0, 255).filter(lambda byte, was=token[place]: byte != was))
    if bytes(token) == listed(city, {3: 1}, size=DEFAULT_SIZE):
        return
    with pytest.raises(ListRefused):
        read(city, bytes(token))
