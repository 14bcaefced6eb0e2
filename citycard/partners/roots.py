"""Which root.json may be the beginning of trust in a city. Stricter than TUF, in what TUF leaves to its users:

1. At most 64 KiB of JSON that can be read in one way; a root, with consistent snapshots.
2. Each key is P-256 or Ed25519, not weak, not printed in a standard.
3. No key stands there under two names: TUF counts names, so that one key could reach a threshold of two.
4. The keys of root and targets, which lie in a safe, are none of the online keys of snapshot and timestamp: otherwise
   whoever seizes the server can name new card keys.
5. The root is signed by itself, by its own threshold.
"""

from typing import cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from securesystemslib.signer import Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from citycard.core.errors import KeyRefused, TrustRefused
from citycard.core.keys import PublicKey
from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.published_keys import is_published

MAX_ROOT = 64 << 10
"""64 KiB; a root with ten keys and their signatures is 5 kB."""

_SCHEMES = {("ed25519", "ed25519"), ("ecdsa", "ecdsa-sha2-nistp256")}


class RootRefused(TrustRefused):
    """A root.json that nothing may be built on; `code` names the rule."""

    code = "root"


def check_root(data: bytes) -> Metadata[Root]:
    """Return the root in `data` if it keeps rules 1 to 5. Whether it has expired is the caller's question."""
    # (1)
    try:
        read_json(data, at_most=MAX_ROOT)
        metadata = Metadata[Root].from_bytes(data)
    except JsonRefused as refused:
        raise RootRefused(str(refused), code=refused.code) from None
    except RepositoryError:
        raise RootRefused("This is not a root.json.", code="not-a-root") from None
    root = cast("object", metadata.signed)
    if not isinstance(root, Root):
        raise RootRefused("This is not a root.json.", code="not-a-root")
    if root.consistent_snapshot is not True:
        raise RootRefused("The repository does not keep consistent snapshots.", code="not-consistent")
    # (2) (3)
    thumbprints = [public_key(key).thumbprint for key in root.keys.values()]
    if len(set(thumbprints)) != len(thumbprints):
        raise RootRefused("A key stands there under two names.", code="duplicate-key")
    if any(map(is_published, thumbprints)):
        raise RootRefused("A key is printed in a standard: anybody can sign for it.", code="test-key")
    # (4)
    offline = {*root.roles[Root.type].keyids, *root.roles[Targets.type].keyids}
    online = {*root.roles[Snapshot.type].keyids, *root.roles[Timestamp.type].keyids}
    if offline & online:
        raise RootRefused("A key that belongs in a safe is used online.", code="offline-key-online")
    if any(role.threshold > len(role.keyids) for role in root.roles.values()):
        raise RootRefused("A role asks for more signatures than it has keys.", code="threshold")
    # (5)
    try:
        root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError):
        raise RootRefused("The root is not signed by its own keys.", code="threshold") from None
    return metadata


def public_key(key: Key) -> PublicKey:
    """Return a TUF key as the core knows it, which refuses weak ones (2)."""
    if key.keyval.get("private"):
        raise RootRefused("A private key stands in the root.", code="private-key")
    if (key.keytype, key.scheme) not in _SCHEMES:
        raise RootRefused("Only P-256 and Ed25519 keys sign for a city.", code="key-kind")
    try:
        text = str(key.keyval["public"])
        if key.keytype == "ed25519":
            return PublicKey("Ed25519", bytes.fromhex(text))
        return PublicKey.from_cryptography(serialization.load_pem_public_key(text.encode("ascii")))
    except KeyRefused as refused:
        raise RootRefused(str(refused), code="weak-key" if refused.code == "key-weak" else refused.code) from None
    except (ValueError, UnsupportedAlgorithm):
        raise RootRefused("A key of the root cannot be read.", code="key-form") from None
