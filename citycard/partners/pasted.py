"""Telling a private key from what was meant to be pasted, so that it is neither stored nor shown again.

1. PEM of any kind with a private key in it, encrypted or not.
2. A member of a JWK that is private, also inside a list of them, or torn out of its key.
3. The beginnings that PKCS#8 and SEC 1 files of the kinds used here have in base64, for whoever left the lines of
   PEM out; and what names a password-based encryption, wherever it stands: key files of an office are made so.
4. What a page shows again after a refusal is an address, a path, or what could have been read out. A list as in 1 to 3
   is never complete: it catches the accident. So nothing is shown again that is longer than an address and holds no
   slash, nor anything but an address or a path in which so many letters and digits stand together as in a key.
"""

import base64
import re

_PEM = re.compile(r"BEGIN [A-Z0-9 ]*PRIVATE KEY", re.IGNORECASE)
_JWK = re.compile(r"""["'](?:d|k|p|q|dp|dq|qi)["']\s*:\s*["']""")
_BASE64 = ("MIGHAgEAMBMGByqGSM49", "MEECAQAwEwYHKoZIzj0", "MHcCAQEE", "MC4CAQAwBQYDK2Vw", "IBADANBgkqhkiG9w0BAQ")

_PASSWORD_BASED = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))
"""PKCS#5 (PBES1, PBES2 and PBKDF2) and the encryptions of PKCS#12, as DER writes their names."""


def _in_base64(content: bytes) -> tuple[str, ...]:
    """Return what base64 always holds where `content` stands in a file, by its place in a group of three bytes."""
    found = []
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + content).decode()
        # Characters that also hold bits of what stands before or after it are left out.
        found.append(whole[(0, 2, 3)[before] : (before + len(content)) * 8 // 6])
    return tuple(found)


_BEGINNINGS = (*_BASE64, *(each for name in _PASSWORD_BASED for each in _in_base64(name)))

_ADDRESS = 253
"""No host name is longer."""
_RUN = re.compile(r"[A-Za-z0-9+/=_-]{41,}", re.ASCII)
"""Forty digits are a fingerprint; 32 bytes are 43 characters of base64, and 64 hexadecimal digits."""
_PLACE = re.compile(r"[a-z]{1,8}://|[/~.]|[A-Za-z]:\\", re.ASCII)


def looks_like_a_private_key(text: str) -> bool:
    """Whether `text` holds a private key by rules 1 to 3."""
    if _PEM.search(text) or _JWK.search(text):
        return True
    compact = "".join(text.split())
    return any(beginning in compact for beginning in _BEGINNINGS)


def may_be_shown_again(text: str) -> bool:
    """Whether a page may show what was typed once more (4)."""
    text = text.strip()
    if len(text) > _ADDRESS and "/" not in text:
        return False
    if _PLACE.match(text):
        return True
    return not any(re.search("[0-9]", run) and re.search("[A-Za-z]", run) for run in _RUN.findall(text))
