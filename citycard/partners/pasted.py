"""Telling a private key from what was meant to be pasted, so that it is neither stored nor shown again.

1. PEM of any kind with a private key in it, encrypted or not.
2. A JWK with a private member, also inside a list of them.
3. The beginnings that PKCS#8 and SEC 1 files of the kinds used here have in base64, for whoever left the lines of
   PEM out.

A list of this kind is never complete: it catches the accident.
"""

import re

_PEM = re.compile(r"BEGIN [A-Z0-9 ]*PRIVATE KEY", re.IGNORECASE)
_JWK = re.compile(r'"(?:d|k|p|q|dp|dq|qi)"\s*:\s*"')
_BASE64 = ("MIGHAgEAMBMGByqGSM49", "MEECAQAwEwYHKoZIzj0", "MHcCAQEE", "MC4CAQAwBQYDK2Vw", "IBADANBgkqhkiG9w0BAQ")


def looks_like_a_private_key(text: str) -> bool:
    """Whether `text` holds a private key by rules 1 to 3."""
    if _PEM.search(text) or ('"kty"' in text and _JWK.search(text)):
        return True
    compact = "".join(text.split())
    return any(beginning in compact for beginning in _BASE64)
