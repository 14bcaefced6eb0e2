"""One contract for every signer that can run here, whatever keeps the key."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from securesystemslib.signer import CryptoSigner, Signature, Signer

from citycard.core.errors import CitycardError
from citycard.core.keys import P256_ORDER, PublicKey
from citycard.keystore.signers import (
    KeyUnavailable,
    card_signer,
    create_key_file,
    open_signer,
    tuf_key,
)

PASSPHRASE = "only for this test"
CURVES = ("P-256", "Ed25519")

Opened = tuple[Signer, PublicKey]


def from_file(folder: Path, curve: str) -> Opened:
    """A key in an encrypted file of ours."""
    public = create_key_file(folder / "key.pem", curve=curve, passphrase=PASSPHRASE)
    return open_signer("pkcs8:key.pem", public, folder=folder, passphrase=lambda: PASSPHRASE), public


def from_library(folder: Path, curve: str) -> Opened:
    """securesystemslib's own signer: any scheme of it behaves like this, with DER that is neither fixed nor low."""
    signer = CryptoSigner.generate_ecdsa() if curve == "P-256" else CryptoSigner.generate_ed25519()
    text = signer.public_key.keyval["public"]
    if curve == "Ed25519":
        return signer, PublicKey("Ed25519", bytes.fromhex(text))
    return signer, PublicKey.from_cryptography(serialization.load_pem_public_key(text.encode()))


MAKERS: dict[str, Callable[[Path, str], Opened]] = {"file": from_file, "library": from_library}


@pytest.fixture(params=[(maker, curve) for maker in MAKERS for curve in CURVES], ids=lambda param: "-".join(param))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """A signer and its public key; each test that asks runs with every one of them."""
    maker, curve = request.param
    return MAKERS[maker](tmp_path, curve)


def test_cards_get_sixty_four_bytes_that_verify(opened: Opened) -> None:
    signer, public = opened
    sign = card_signer(signer, public)
    for number in range(20):
        message = f"message {number}".encode()
        signature = sign(message)
        assert len(signature) == 64
        public.check(message, signature, int(public.algorithm))


def test_s_is_always_low(opened: Opened) -> None:
    signer, public = opened
    if public.curve != "P-256":
        pytest.skip("only ECDSA has two forms of a signature")
    sign = card_signer(signer, public)

    assert all(int.from_bytes(sign(bytes([number]))[32:], "big") <= P256_ORDER // 2 for number in range(40))


def test_the_metadata_gets_what_tuf_verifies(opened: Opened) -> None:
    signer, public = opened
    signature = signer.sign(b"message")

    tuf_key(public).verify_signature(signature, b"message")
    if public.curve == "P-256":
        assert bytes.fromhex(signature.signature)[0] == 0x30  # DER, as TUF wants it for ECDSA


@pytest.mark.parametrize("curve", CURVES)
def test_a_file_signs_the_same_message_the_same_way(tmp_path: Path, curve: str) -> None:
    """A bad source of chance cannot give the key away."""
    signer, public = from_file(tmp_path, curve)
    again = open_signer("pkcs8:key.pem", public, folder=tmp_path, passphrase=lambda: PASSPHRASE)

    signatures = {card_signer(each, public)(b"message") for each in (signer, signer, again)}

    assert len(signatures) == 1


@pytest.mark.parametrize("curve", CURVES)
def test_every_key_is_another(tmp_path: Path, curve: str) -> None:
    keys = {create_key_file(tmp_path / f"{number}.pem", curve=curve, passphrase="x").kid for number in range(4)}

    assert len(keys) == 4


# --- what can be wrong with a file ----------------------------------------------------------------------


def other_curve(path: Path) -> None:
    write_key(path, ec.generate_private_key(ec.SECP384R1()))


def rsa_key(path: Path) -> None:
    write_key(path, rsa.generate_private_key(65537, 2048))


def without_passphrase(path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))


def other_key(path: Path) -> None:
    path.unlink()
    create_key_file(path, curve="P-256", passphrase=PASSPHRASE)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda path: path.unlink(), "key-absent"),
    "a folder": (folder_instead, "key-absent"),
    "empty": (lambda path: path.write_bytes(b""), "key-passphrase"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:150]), "key-passphrase"),
    "not encrypted": (without_passphrase, "key-passphrase"),
    "of another curve": (other_curve, "key-other"),
    "RSA": (rsa_key, "key-kind"),
    "another key": (other_key, "key-other"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_not_the_key_is_told_with_a_code(tmp_path: Path, wrong: str) -> None:
    public = create_key_file(tmp_path / "key.pem", curve="P-256", passphrase=PASSPHRASE)
    spoil, code = WRONG[wrong]
    spoil(tmp_path / "key.pem")

    with pytest.raises(KeyUnavailable) as refusal:
        open_signer("pkcs8:key.pem", public, folder=tmp_path, passphrase=lambda: PASSPHRASE)

    assert refusal.value.code == code
    assert PASSPHRASE not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


@pytest.mark.parametrize("passphrase", ["", "only for this tesT", "only for this test ", "é" * 40, "\0"])
def test_a_wrong_passphrase_opens_nothing(tmp_path: Path, passphrase: str) -> None:
    public = create_key_file(tmp_path / "key.pem", curve="Ed25519", passphrase=PASSPHRASE)

    with pytest.raises(KeyUnavailable) as refusal:
        open_signer("pkcs8:key.pem", public, folder=tmp_path, passphrase=lambda: passphrase)

    assert refusal.value.code == "key-passphrase"


def test_a_scheme_nobody_knows_is_told_without_a_traceback(tmp_path: Path) -> None:
    public = create_key_file(tmp_path / "key.pem", curve="P-256", passphrase=PASSPHRASE)
    for uri in ("hsm:2?label=secret-label", "awskms:alias/x", "floppy:a", "", "pkcs8"):
        with pytest.raises(KeyUnavailable) as refusal:
            open_signer(uri, public, folder=tmp_path, passphrase=lambda: PASSPHRASE)
        assert "label" not in str(refusal.value)


def test_a_passphrase_that_cannot_be_had_says_so_itself(tmp_path: Path) -> None:
    class NoPassphrase(CitycardError):
        code = "no-passphrase"

    def ask() -> str:
        raise NoPassphrase("The passphrase is on a stick.")

    public = create_key_file(tmp_path / "key.pem", curve="P-256", passphrase=PASSPHRASE)

    with pytest.raises(NoPassphrase):
        open_signer("pkcs8:key.pem", public, folder=tmp_path, passphrase=ask)


# --- making files ---------------------------------------------------------------------------------------


def test_a_key_file_is_encrypted_and_its_owners_alone(tmp_path: Path) -> None:
    create_key_file(tmp_path / "keys" / "key.pem", curve="P-256", passphrase=PASSPHRASE)
    path = tmp_path / "keys" / "key.pem"

    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    create_key_file(path, curve="P-256", passphrase=PASSPHRASE)
    before = path.read_bytes()

    with pytest.raises(FileExistsError):
        create_key_file(path, curve="P-256", passphrase=PASSPHRASE)

    assert path.read_bytes() == before


@pytest.mark.parametrize("curve", ["P-384", "secp256k1", "RSA", "", "p-256"])
def test_other_kinds_of_key_are_not_made(tmp_path: Path, curve: str) -> None:
    with pytest.raises(KeyUnavailable) as refusal:
        create_key_file(tmp_path / "key.pem", curve=curve, passphrase=PASSPHRASE)

    assert refusal.value.code == "key-kind"
    assert list(tmp_path.iterdir()) == []


class Upside(Signer):
    """Signs with high s, as some hardware does."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    @property
    def public_key(self):  # type: ignore[no-untyped-def]
        return self._signer.public_key

    @classmethod
    def from_priv_key_uri(cls, *_: object) -> Signer:  # type: ignore[override]
        raise NotImplementedError

    def sign(self, payload: bytes) -> Signature:
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

        r, s = decode_dss_signature(bytes.fromhex(self._signer.sign(payload).signature))
        high = encode_dss_signature(r, max(s, P256_ORDER - s))
        return Signature(self.public_key.keyid, high.hex())


def test_hardware_that_signs_with_high_s_is_brought_down(tmp_path: Path) -> None:
    signer, public = from_file(tmp_path, "P-256")
    signature = card_signer(Upside(signer), public)(b"message")

    public.check(b"message", signature, int(public.algorithm))
