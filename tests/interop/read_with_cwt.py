"""Read our codes and status lists with PyPI `cwt`. Runs in `.venv-interop`, where nothing of ours is installed.

stdin:  [{"token": hex of a COSE_Sign1, "kid": hex, "algorithm": "ES256" | "EdDSA", "x": hex, "y": hex}, …]
stdout: [{"claims": …} or {"error": name of the exception}, …]; bytes in claims are {"hex": …}, labels are texts

Base45 and zlib are taken off by the caller: `cwt` knows neither.
"""

import json
import sys

import cbor2
import cwt


def plain(value):
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    return value


def read(card):
    x, y, kid = (bytes.fromhex(card[name]) for name in ("x", "y", "kid"))
    if card["algorithm"] == "ES256":
        key = cwt.COSEKey.new({1: 2, 2: kid, 3: -7, 4: [2], -1: 1, -2: x, -3: y})
    else:
        key = cwt.COSEKey.new({1: 1, 2: kid, 3: -8, 4: [2], -1: 6, -2: x})
    try:
        # Not cwt.decode(), which asks this machine's clock whether the card has expired.
        return {"claims": plain(cbor2.loads(cwt.COSE.new().decode(bytes.fromhex(card["token"]), key)))}
    except cwt.CWTError as error:
        return {"error": type(error).__name__}


json.dump([read(card) for card in json.load(sys.stdin)], sys.stdout)
