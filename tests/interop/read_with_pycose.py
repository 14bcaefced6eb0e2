"""Verify our codes and status lists with PyPI `pycose`. Runs in `.venv-interop`, where nothing of ours is installed.

stdin:  [{"token": hex of a COSE_Sign1, "kid": hex, "algorithm": "ES256" | "EdDSA", "x": hex, "y": hex}, …]
stdout: [{"verified": true | false, "kid": hex, "issuer": text or null} or {"error": name of the exception}, …]

`pycose` knows COSE and nothing of CWT: the claims are looked into with cbor2.
"""

import json
import sys

import cbor2
from pycose.exceptions import CoseException
from pycose.headers import KID
from pycose.keys import EC2Key, OKPKey
from pycose.keys.curves import P256, Ed25519
from pycose.messages import Sign1Message


def read(card):
    x, y = bytes.fromhex(card["x"]), bytes.fromhex(card["y"])
    key = EC2Key(crv=P256, x=x, y=y) if card["algorithm"] == "ES256" else OKPKey(crv=Ed25519, x=x)
    try:
        message = Sign1Message.decode(bytes.fromhex(card["token"]))
        message.key = key
        verified = message.verify_signature()
    except CoseException as error:
        return {"error": type(error).__name__}
    return {"verified": verified, "kid": message.phdr[KID].hex(), "issuer": cbor2.loads(message.payload).get(1)}


json.dump([read(card) for card in json.load(sys.stdin)], sys.stdout)
