"""The city's keys as a JWK set (RFC 7517), for readers of other makes.

1. Keys for cards and for status lists, each with what it is for, as `purpose`: `use` knows only "sig" and "enc", and a
   reader that took a list's key for a card's would be wrong.
2. `kid` is the key's name in the codes, 8 bytes, as 16 hexadecimal digits: the same text as in the statement.
3. Compromised keys are left out: a JWK has no word for them, and a key that is not there verifies nothing. Retired ones
   stay, for the cards they signed.

This is a convenience. What counts between cities is the statement under the compared root.
"""

import json
from typing import Any

from citycard.core.keys import KeyState, KeyUse
from citycard.keystore.ring import KeyRing

_USES = (KeyUse.CARD, KeyUse.STATUS)


PATH = ".well-known/jwks.json"
"""Below the issuer's address (RFC 8615)."""


def document(ring: KeyRing) -> bytes:
    """Return the JWK set as it is given out: the same bytes from the service and from a folder."""
    return json.dumps(key_set(ring), sort_keys=True, separators=(",", ":")).encode("ascii")


def key_set(ring: KeyRing) -> dict[str, Any]:
    """Return the JWK set of an office."""
    keys = []
    for entry in ring.entries:
        if entry.purpose.use not in _USES or entry.state is KeyState.COMPROMISED:
            continue
        said = entry.pinned.to_json()
        keys.append(
            {**entry.public.to_jwk(), "kid": said["kid"], "alg": said["alg"], "use": "sig", "purpose": said["use"]}
        )
    return {"keys": keys}
