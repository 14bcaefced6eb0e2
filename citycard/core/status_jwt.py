"""The same list of ended cards as a JWT (draft-ietf-oauth-status-list §5.1), for readers that know no COSE.

    header  {"alg", "kid", "typ": "statuslist+jwt"}
    claims  {"sub", "iat", "exp", "ttl", "status_list": {"bits", "lst": base64url of zlib, "aggregation_uri"}}

1. Not larger than `MAX_JWT`; a JWS of the one form (`jws`) with this type.
2. The claims are those of the CWT form under their names, each of them and no other; from here on rules 2 to 5 of
   `status` decide, so that a list that is good in one form is good in the other.
3. `aggregation_uri`, which may be absent, is an address below the city's own. It is a convenience and is not followed:
   which lists a city has is said in its statement.

Whoever holds lists holds one form of each: `succeeds` compares lists, not tokens.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from citycard.core import jws, status
from citycard.core.compression import deflate
from citycard.core.cose import SignBytes, SignedClaims
from citycard.core.errors import ListRefused
from citycard.core.keys import PinnedKey, PublicKey
from citycard.core.status import StatusList
from citycard.core.trust import Issuer

JWT_TYPE = "statuslist+jwt"
"""`typ` in the header; the media type is `application/statuslist+jwt`."""

MAX_JWT = 2 * status.MAX_TOKEN
"""Largest list as published, 2 MiB: what 1 MiB as CWT becomes when it is written in base64 twice (16/9)."""

_NUMBERS = MappingProxyType(
    {
        "sub": status.SUB,
        "exp": status.EXP,
        "iat": status.IAT,
        "ttl": status.TTL,
        "status_list": status.STATUS_LIST,
    }
)
"""Each claim's number in the CWT form."""


def write_status_list_jwt(
    statuses: bytes,
    *,
    uri: str,
    bits: int,
    key: PinnedKey,
    issued_at: int,
    expires_at: int,
    ttl: int,
    sign: SignBytes,
    aggregation_uri: str | None = None,
) -> bytes:
    """Return the signed list; times in seconds since 1970 UTC, `ttl` in seconds."""
    inner: dict[str, Any] = {"bits": bits, "lst": jws.to_base64url(deflate(statuses)).decode("ascii")}
    if aggregation_uri is not None:
        inner["aggregation_uri"] = aggregation_uri
    return jws.seal(
        {"sub": uri, "iat": issued_at, "exp": expires_at, "ttl": ttl, "status_list": inner},
        typ=JWT_TYPE,
        kid=key.kid,
        algorithm=key.public.algorithm,
        sign=sign,
    )


def read_status_list_jwt(token: bytes, *, issuer: Issuer, uri: str, now: datetime | None) -> StatusList:
    """Return the list in `token` that `issuer` publishes at `uri`; raise `ListRefused` as `read_status_list` does."""
    # (1)
    if len(token) > MAX_JWT:
        raise ListRefused("The list is larger than any city needs.", code="list-large")
    try:
        envelope = jws.parse(token, at_most=MAX_JWT)
    except jws.JwsError:
        raise ListRefused("This is not a signed list.", code="list-form") from None
    if not envelope.header_is(JWT_TYPE):
        raise ListRefused("This is not a signed status list.", code="list-form")
    # (2)
    return status.read_claims(_Numbered(envelope, issuer), issuer=issuer, uri=uri, now=now)


class _Numbered(NamedTuple):
    """A list in JWT form whose claims, once believed, come out as those of the CWT form."""

    envelope: jws.Jws
    issuer: Issuer

    @property
    def kid(self) -> bytes:
        return self.envelope.kid

    def open(self, key: PublicKey) -> SignedClaims:
        named = self.envelope.open(key)
        # A name that is not known stays as it is, and is refused as one claim too many.
        claims = {_NUMBERS.get(name, name): value for name, value in named.items()}
        if type(inner := claims.get(status.STATUS_LIST)) is dict:
            claims[status.STATUS_LIST] = _members(inner, self.issuer)
        return SignedClaims(claims)


def _members(inner: Mapping[str, Any], issuer: Issuer) -> dict[str, Any]:
    members = dict(inner)
    # (3)
    if "aggregation_uri" in members:
        address = members.pop("aggregation_uri")
        if type(address) is not str or not address.startswith(issuer.url + "/"):
            raise ListRefused("The list points to other lists elsewhere.", code="list-claims")
    if type(members.get("lst")) is str:
        try:
            members["lst"] = jws.from_base64url(members["lst"].encode("ascii"))
        except (jws.JwsError, UnicodeEncodeError):
            raise ListRefused("The list is not written in base64url.", code="list-claims") from None
    return members
