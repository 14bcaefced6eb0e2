"""Signing keys by URI, through securesystemslib's `Signer`, so that a file, an HSM or a cloud key look the same.

1. `pkcs8:NAME.pem` is ours: an encrypted PKCS#8 file (PKCS#5 v2, scrypt as `cryptography` writes it) in the secrets or
   offline folder. ES256 signs deterministically (RFC 6979), so that a bad random source cannot give the key away.
   securesystemslib's own `file2:` opens files without a passphrase only, and is not deterministic.
2. Every other scheme (`hsm:`, `awskms:`, `gcpkms:`, `azurekms:`) is securesystemslib's.
3. securesystemslib speaks DER for ECDSA, as TUF does. Cards and lists want r‖s with low s: `card_signer` is the one
   adapter for all signers.
"""

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, Key, SecretsHandler, Signature, Signer, SSlibKey

from citycard.core.cose import SignBytes
from citycard.core.errors import CitycardError
from citycard.core.keys import P256_ORDER, PublicKey

SCHEME = "pkcs8"

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class KeyUnavailable(CitycardError):
    """A private key cannot be opened: its file is absent (offline?), the passphrase is wrong, or it is another key."""

    code = "key-unavailable"


class EncryptedFileSigner(Signer):
    """A signer whose private key lies in an encrypted PKCS#8 file (1)."""

    def __init__(self, private_key: PrivateKey, public_key: Key) -> None:
        self._private_key = private_key
        self._public_key = public_key

    @property
    def public_key(self) -> Key:
        """The public part, as securesystemslib and TUF know it."""
        return self._public_key

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> "EncryptedFileSigner":
        """Open `pkcs8:/absolute/path.pem`; `secrets_handler("passphrase")` gives the passphrase."""
        if secrets_handler is None:
            raise KeyUnavailable("A key file needs a passphrase.")
        path = Path(priv_key_uri.removeprefix(SCHEME + ":"))
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), secrets_handler("passphrase").encode())
        except OSError:
            raise KeyUnavailable(f"The key file {path.name} is not here.", code="key-absent") from None
        except (ValueError, TypeError):
            raise KeyUnavailable(f"The passphrase does not open {path.name}.", code="key-passphrase") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
            raise KeyUnavailable(f"{path.name} is not a P-256 or Ed25519 key.", code="key-kind")
        if SSlibKey.from_crypto(key.public_key()).keyval != public_key.keyval:
            raise KeyUnavailable(f"{path.name} is another key than its name says.", code="key-other")
        return cls(key, public_key)

    def sign(self, payload: bytes) -> Signature:
        """Sign; DER for ECDSA (3)."""
        if isinstance(self._private_key, ec.EllipticCurvePrivateKey):
            value = self._private_key.sign(payload, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        else:
            value = self._private_key.sign(payload)
        return Signature(self._public_key.keyid, value.hex())


SIGNER_FOR_URI_SCHEME[SCHEME] = EncryptedFileSigner


def tuf_key(public: PublicKey) -> SSlibKey:
    """Return `public` as securesystemslib and TUF know it."""
    return SSlibKey.from_crypto(public.to_cryptography())


def open_signer(uri: str, public: PublicKey, *, folder: Path, passphrase: Callable[[], str]) -> Signer:
    """Return the signer at `uri`; a relative `pkcs8:` path lies in `folder`. Raises `KeyUnavailable`."""
    scheme, _, rest = uri.partition(":")
    if scheme == SCHEME:
        uri = f"{SCHEME}:{folder / rest}"
    try:
        return Signer.from_priv_key_uri(uri, tuf_key(public), lambda _name: passphrase())
    except CitycardError:
        raise  # ours, or that the passphrase's file cannot be read
    except Exception as error:
        # (2) Back ends raise whatever their libraries raise; none of it may reach a page.
        raise KeyUnavailable(f"The key at {scheme}: cannot be opened ({type(error).__name__}).") from None


def card_signer(signer: Signer, public: PublicKey) -> SignBytes:
    """Return a function that signs as cards and lists want it: 64 bytes, r‖s with low s for ES256 (3)."""

    def sign(message: bytes) -> bytes:
        value = bytes.fromhex(signer.sign(message).signature)
        if public.curve != "P-256":
            return value
        r, s = decode_dss_signature(value)
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")

    return sign


def create_key_file(path: Path, *, curve: str, passphrase: str) -> PublicKey:
    """Make a new private key in `path` (mode 0600, never overwriting) and return its public part."""
    key: PrivateKey
    if curve == "P-256":
        key = ec.generate_private_key(ec.SECP256R1())
    elif curve == "Ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        raise KeyUnavailable("Keys are P-256 or Ed25519.", code="key-kind")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_encrypted(key, passphrase))
    return PublicKey.from_cryptography(key.public_key())


def copy_key_file(source: Path, target: Path, *, passphrase: str, new_passphrase: str) -> None:
    """Write the key in `source` into `target` (mode 0600, whole or not at all) under another passphrase."""
    key = serialization.load_pem_private_key(source.read_bytes(), passphrase.encode())
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise KeyUnavailable(f"{source.name} is not a P-256 or Ed25519 key.", code="key-kind")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)  # what a crash left of an earlier copy
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_bytes(_encrypted(key, new_passphrase))
    draft.replace(target)


def _encrypted(key: PrivateKey, passphrase: str) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
