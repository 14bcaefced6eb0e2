"""The status lists that the draft itself prints (draft-ietf-oauth-status-list, `examples/` and appendix): all of them.

Lists and arrays are read, and packed into the same bytes. Its three signed tokens verify under its example key, and say
what it says they say; as cards and lists of a city they are refused, because a city writes its own in one form alone.
"""

from __future__ import annotations

import json
from typing import Any

import cbor2
import pytest

from citycard.core import cose, jws
from citycard.core.cbor import CborError
from citycard.core.compression import deflate, inflate
from citycard.core.errors import ListRefused
from citycard.core.keys import P256_ORDER, Algorithm, KeyState, KeyUse, PinnedKey, PublicKey
from citycard.core.status import MAX_LIST, TYPE, StatusList, pack, read_status_list
from citycard.core.status_jwt import JWT_TYPE, MAX_JWT, read_status_list_jwt
from citycard.core.trust import Issuer
from tests.support.cities import FIRST_DAY, LAST_DAY, NOW
from tests.support.shared import published, shared_folder

VECTORS = "token-status-list/vectors.json"
EXAMPLES = "token-status-list/examples"

SMALL = {1: "status_list_encoding", 2: "status_list_encoding2"}
"""The files of the two small arrays, by their bits; `_json`, `_cbor` and `_cbor_diag` follow."""

LONG = {
    1: "status_list_encoding1_long",
    2: "status_list_encoding2_long",
    4: "status_list_encoding4",
    8: "status_list_encoding8",
}
"""The files of the four lists of 2^20 entries; `_json` and `_cbor` follow."""

TOKENS = {"status_list_cwt", "status_list_cwt_diag", "status_list_jwt", "status_list_jwt_raw"}
REFERENCING = {"referenced_token_cwt", "referenced_token_cwt_diag"}


def example(name: str) -> str:
    """Return the text of one of the draft's example files."""
    return (shared_folder() / "vectors" / EXAMPLES / f"{name}.md").read_text("utf-8")


def as_json(text: str) -> Any:
    """Return the JSON in `text`, whose long strings the draft breaks into lines."""
    return json.loads("".join(text[text.index("{") :].split()))


def as_bytes(text: str) -> bytes:
    """Return the bytes that `text` gives in hex: in lines, or one item a line with a comment."""
    lines = text.rpartition("encoded:")[2].splitlines()
    return bytes.fromhex("".join(line.partition("#")[0] for line in lines))


def held(array: bytes, bits: int) -> StatusList:
    """Return a list with this array, as if it had been read."""
    return StatusList("https://a.example", "https://a.example/s", bits, array, NOW, NOW, NOW - NOW)


def example_key() -> PublicKey:
    """The public half of the key that the draft signs its examples with."""
    return PublicKey.from_jwk(
        {name: published(VECTORS)["example_public_jwk"][name] for name in ("kty", "crv", "x", "y")}
    )


def test_no_example_of_the_draft_is_forgotten() -> None:
    there = {path.stem for path in (shared_folder() / "vectors" / EXAMPLES).glob("*.md")}
    small = {f"{name}_{form}" for name in SMALL.values() for form in ("json", "cbor", "cbor_diag")}
    long = {f"{name}_{form}" for name in LONG.values() for form in ("json", "cbor")}

    assert there == small | long | TOKENS | REFERENCING


@pytest.mark.parametrize("bits", SMALL)
def test_the_small_arrays_are_packed_and_read_alike_in_json_and_cbor(bits: int) -> None:
    [vector] = [each for each in published(VECTORS)["small_vectors"] if each["bits"] == bits]
    statuses, name = vector["statuses"], SMALL[bits]
    array = pack(dict(enumerate(statuses)), bits=bits, size=len(statuses))
    assert array.hex() == vector["array_hex"]
    assert [held(array, bits)[index] for index in range(len(statuses))] == statuses

    said = as_json(example(f"{name}_json"))
    assert said == {"bits": bits, "lst": jws.to_base64url(deflate(array)).decode()}
    assert inflate(jws.from_base64url(said["lst"].encode()), cap=MAX_LIST) == array
    for form in ("cbor", "cbor_diag"):
        assert cbor2.loads(as_bytes(example(f"{name}_{form}"))) == {"bits": bits, "lst": deflate(array)}
    assert deflate(array).hex() == vector["compressed_hex"]


@pytest.mark.parametrize("bits", LONG)
def test_the_long_lists_are_packed_and_read_alike_in_json_and_cbor(bits: int) -> None:
    [vector] = [each for each in published(VECTORS)["encoding_vectors"] if each["bits"] == bits]
    size, name = vector["size"], LONG[bits]
    expected = {int(index): status for index, status in vector["nonzero_status"].items()}
    array = pack(expected, bits=bits, size=size)
    in_json, in_cbor = as_json(example(f"{name}_json")), cbor2.loads(as_bytes(example(f"{name}_cbor")))
    assert (in_json["bits"], in_cbor["bits"]) == (bits, bits)
    # Another zlib may write other bytes, so the arrays are compared.
    assert inflate(jws.from_base64url(in_json["lst"].encode()), cap=MAX_LIST) == array
    assert inflate(in_cbor["lst"], cap=MAX_LIST) == array
    assert (in_json, cbor2.dumps(in_cbor).hex()) == (vector["json"], vector["cbor_hex"])

    whole = held(array, bits)
    assert whole.size == size
    assert all(whole[index] == expected.get(index, 0) for index in range(size))


def signed_in_cose(token: bytes) -> Any:
    """Return the claims of a COSE_Sign1 of the draft's, whose signature is good."""
    protected, unprotected, payload, signature = cbor2.loads(token).value
    s = int.from_bytes(signature[32:], "big")
    low = signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")
    example_key().check(cose.to_be_signed(protected, payload), low, Algorithm.ES256)
    assert unprotected == {cose.KID: b"12"}
    return cbor2.loads(protected), cbor2.loads(payload)


def test_the_signed_list_in_cose_is_good_and_says_what_the_array_says() -> None:
    """Our reader refuses it: its claims stand in no order, and its key id in the unprotected map."""
    token = as_bytes(example("status_list_cwt"))
    assert token == as_bytes(example("status_list_cwt_diag"))
    assert token.hex() == published(VECTORS)["tokens"]["status_list_cwt_hex"]
    header, claims = signed_in_cose(token)
    assert header == {cose.ALG: Algorithm.ES256, cose.TYP: TYPE}
    assert set(claims) == {2, 4, 6, 65533, 65534}
    array = inflate(claims[65533]["lst"], cap=MAX_LIST)
    assert [held(array, 1)[index] for index in range(16)] == published(VECTORS)["small_vectors"][0]["statuses"]

    with pytest.raises(CborError):
        cose.parse(token)
    with pytest.raises(ListRefused) as refused:
        read_status_list(token, issuer=example_city(), uri=claims[2], now=NOW)
    assert refused.value.code == "list-form"


def test_the_token_that_refers_to_the_list_is_found_revoked_in_it() -> None:
    token = as_bytes(example("referenced_token_cwt"))
    assert token == as_bytes(example("referenced_token_cwt_diag"))
    assert token.hex() == published(VECTORS)["tokens"]["referenced_token_cwt_hex"]
    _, claims = signed_in_cose(token)
    _, listed = signed_in_cose(as_bytes(example("status_list_cwt")))
    reference = claims[65535]["status_list"]

    assert set(reference) == {"idx", "uri"}
    assert reference["uri"] == listed[2]
    assert held(inflate(listed[65533]["lst"], cap=MAX_LIST), listed[65533]["bits"])[reference["idx"]] == 1


def example_city() -> Issuer:
    """A city that had pinned the draft's key and announced the draft's list; no statement could say so (test-key)."""
    key = PinnedKey(example_key(), KeyUse.STATUS, KeyState.ACTIVE, FIRST_DAY, LAST_DAY)
    return Issuer("https://example.com", {"en": "Example"}, (key,), ("https://example.com/statuslists/1",))


def test_the_signed_list_as_jwt_is_good_and_says_what_the_array_says() -> None:
    token = "".join(example("status_list_jwt_raw").split()).encode()
    assert token.decode() == published(VECTORS)["tokens"]["status_list_jwt"]
    envelope = jws.parse(token, at_most=MAX_JWT)
    claims = envelope.open(example_key())
    shown = example("status_list_jwt").split("}\n.\n{")

    assert envelope.header == as_json(shown[0] + "}") == {"alg": "ES256", "kid": "12", "typ": JWT_TYPE}
    # The draft prints the token with an issuer and its content without.
    assert claims == {**as_json("{" + shown[1]), "iss": "https://example.com"}
    array = inflate(jws.from_base64url(claims["status_list"]["lst"].encode()), cap=MAX_LIST)
    assert [held(array, 1)[index] for index in range(16)] == published(VECTORS)["small_vectors"][0]["statuses"]


def test_the_signed_list_as_jwt_is_no_list_of_a_city() -> None:
    """Its key is called "12", and it has a claim that ours have not."""
    token = "".join(example("status_list_jwt_raw").split()).encode()

    with pytest.raises(ListRefused) as refused:
        read_status_list_jwt(token, issuer=example_city(), uri="https://example.com/statuslists/1", now=NOW)

    assert refused.value.code == "list-form"
