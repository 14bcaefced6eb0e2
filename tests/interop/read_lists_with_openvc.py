"""Read our status lists with PyPI `openvc-core`. Runs in `.venv-interop`, where nothing of ours is installed.

stdin:  [{"jwt": text, "cwt": hex, "jwk": public key, "kid": hex, "uri": address, "now": seconds}, …]
stdout: [{"jwt": what it says, "cwt": what it says}, …], where that is {"error": name of the exception} or
        {"bits", "statuses": hex of a byte for each index, "checked": {index: [status, revoked, suspended]}, "claims"}

`openvc` verifies the JWT and knows no CWT: there `cwt` checks signature and claims, and `openvc` unpacks the list.
"""

import base64
import json
import sys

import cbor2
import cwt
from openvc.errors import OpenvcError
from openvc.status import (
    StatusListError,
    build_token_status_reference,
    check_token_status,
    decode_status_list,
    get_status,
    verify_status_list_token,
)


def from_jwt(asked):
    return verify_status_list_token(
        asked["jwt"], public_key_jwk=asked["jwk"], expected_uri=asked["uri"], leeway_s=0, now=asked["now"]
    )


def from_cwt(asked):
    jwk, kid = asked["jwk"], bytes.fromhex(asked["kid"])
    x, y = (base64.urlsafe_b64decode(jwk.get(name, "") + "=") for name in ("x", "y"))
    if jwk["kty"] == "EC":
        key = cwt.COSEKey.new({1: 2, 2: kid, 3: -7, 4: [2], -1: 1, -2: x, -3: y})
    else:
        key = cwt.COSEKey.new({1: 1, 2: kid, 3: -8, 4: [2], -1: 6, -2: x})
    claims = cbor2.loads(cwt.COSE.new().decode(bytes.fromhex(asked["cwt"]), key))
    listed = claims.pop(65533)
    lst = base64.urlsafe_b64encode(listed["lst"]).rstrip(b"=").decode()
    names = {2: "sub", 4: "exp", 6: "iat", 65534: "ttl"}
    return {names[number]: value for number, value in claims.items()} | {
        "status_list": {"bits": listed["bits"], "lst": lst}
    }


def statuses(claims):
    bits, packed = claims["status_list"]["bits"], decode_status_list(claims["status_list"]["lst"])
    found = bytes(get_status(packed, index, bits=bits) for index in range(len(packed) * 8 // bits))
    try:
        get_status(packed, len(found), bits=bits)
        raise AssertionError("there is a status after the last")
    except StatusListError:
        return bits, found


def said(read, asked):
    try:
        claims = read(asked)
        bits, found = statuses(claims)
        interesting = [index for index, status in enumerate(found) if status][:20] + [0, len(found) - 1]
        checked = {}
        for index in interesting:
            referring = build_token_status_reference(uri=asked["uri"], index=index)
            result = check_token_status(referring, resolve_status_list_token=lambda _: claims)
            checked[index] = [result.status, result.revoked, result.suspended]
    except (OpenvcError, cwt.CWTError, ValueError) as error:
        return {"error": type(error).__name__}
    about = {name: value for name, value in claims.items() if name != "status_list"}
    return {"bits": bits, "statuses": found.hex(), "checked": checked, "claims": about}


json.dump([{"jwt": said(from_jwt, asked), "cwt": said(from_cwt, asked)} for asked in json.load(sys.stdin)], sys.stdout)
