"""TUF: a threshold reached by one key that is counted twice.

The attacker holds one of Rivemont's three root keys, and needs two signatures. TUF counts the names of keys; we count
keys. (A root may also list one key twice by a mistake of its makers: then one custodian alone would be two.)
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import Metadata, Root

from citycard.core.errors import CitycardError
from citycard.partners.client import offered_root
from citycard.partners.folder import FolderFetcher
from tests.attacks.trust.conftest import SAID, Scene
from tests.partners.conftest import NOW, Town, statement_of


def second_root(scene: Scene, by: CryptoSigner) -> dict[str, Any]:
    """A second root that one custodian signed, as JSON."""
    metadata = Metadata[Root].from_bytes(scene.town.root)
    metadata.signed.version = 2
    metadata.signatures.clear()
    metadata.sign(by)
    document: dict[str, Any] = json.loads(metadata.to_bytes())
    return document


def twice(document: dict[str, Any], _others: str) -> None:
    document["signatures"] *= 2


def under_another_custodians_name(document: dict[str, Any], others: str) -> None:
    document["signatures"].append({**document["signatures"][0], "keyid": others})


def under_a_name_nobody_has(document: dict[str, Any], _others: str) -> None:
    document["signatures"].append({**document["signatures"][0], "keyid": "f" * 64})


def under_its_own_name_in_capitals(document: dict[str, Any], _others: str) -> None:
    document["signatures"].append({**document["signatures"][0], "keyid": document["signatures"][0]["keyid"].upper()})


def by_asking_for_one(document: dict[str, Any], _others: str) -> None:
    document["signed"]["roles"]["root"]["threshold"] = 1


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (twice, "not-a-root"),
        (under_another_custodians_name, "threshold"),
        (under_a_name_nobody_has, "threshold"),
        (under_its_own_name_in_capitals, "threshold"),
        (by_asking_for_one, "threshold"),
    ],
)
def test_threshold_with_one_key_twice(scene: Scene, attack: Callable[[dict[str, Any], str], None], code: str) -> None:
    """Holds one root key of three. The same signature again, under whatever name, is the same signature."""
    first, other = scene.town.signers.root[:2]
    assert isinstance(first, CryptoSigner)
    document = second_root(scene, first)
    attack(document, other.public_key.keyid)
    scene.town.path("2.root.json").write_text(json.dumps(document))

    scene.nothing_believed(code)


def spellings(key: ec.EllipticCurvePublicKey) -> list[str]:
    """One P-256 key as PEM texts that differ."""
    info = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")  # SubjectPublicKeyInfo, compressed
    loaded = serialization.load_der_public_key(head + point)
    assert loaded == key
    compressed = (
        "-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(head + point).decode() + "\n-----END PUBLIC KEY-----\n"
    )
    return [info, compressed, info.replace("\n", "\r\n"), "x\n" + info, info + "\n"]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_threshold_with_one_key_in_two_spellings(tmp_path: Path, kind: str) -> None:
    """Holds one key, and made the root with it: two names, two spellings, one key. No ceremony is held for it."""
    if kind == "ed25519":
        signer = CryptoSigner.generate_ed25519()
        public = signer.public_key.keyval["public"]
        texts = [public, public.upper(), " ".join((public[:32], public[32:]))]
        scheme = ("ed25519", "ed25519")
    else:
        signer = CryptoSigner.generate_ecdsa()
        texts = spellings(signer._private_key.public_key())  # type: ignore[arg-type]
        scheme = ("ecdsa", "ecdsa-sha2-nistp256")
    town = Town(tmp_path / "town", statement_of("Rivemont"))
    town.create()
    honest = town.root

    for place, text in enumerate(texts):
        twins = [SSlibKey(name * 64, *scheme, {"public": each}) for name, each in (("a", texts[0]), ("b", text))]
        metadata = Metadata[Root].from_bytes(honest)
        for keyid in list(metadata.signed.roles["root"].keyids):
            metadata.signed.revoke_key(keyid, "root")
        for twin in twins:
            metadata.signed.add_key(twin, "root")
        metadata.signed.roles["root"].threshold = 2
        metadata.signatures.clear()
        for twin in twins:
            metadata.sign(CryptoSigner(signer._private_key, twin), append=True)
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)  # TUF itself is content
        metadata.to_file(str(town.path("1.root.json")))

        with pytest.raises(CitycardError) as refused:
            offered_root(FolderFetcher(town.folder), now=NOW)
        assert refused.value.code == "duplicate-key", place
        assert refused.value.code in SAID
