"""Read our codes with PyPI `claim169`. Runs in `.venv-interop`, where nothing of ours is installed.

stdin:  [{"qr": text, "algorithm": "ES256" | "EdDSA", "x": hex, "y": hex}, …]
stdout: [{"verified": …, what it says …} or {"error": name of the exception}, …]

Times are not judged here: the library asks this machine's clock, and a story happens at its own time.
"""

import json
import sys

import claim169


def read(card):
    x, y = bytes.fromhex(card["x"]), bytes.fromhex(card["y"])
    decode = claim169.decode_with_ecdsa_p256 if card["algorithm"] == "ES256" else claim169.decode_with_ed25519
    key = b"\x04" + x + y if card["algorithm"] == "ES256" else x
    try:
        result = decode(card["qr"], key, validate_timestamps=False)
    except claim169.Claim169Exception as error:
        return {"error": type(error).__name__}
    said, about = result.claim169, result.cwt_meta
    return {
        "verified": result.is_verified(),
        "algorithm": result.algorithm,
        "key_id": bytes(result.key_id).hex(),
        "issuer": about.issuer,
        "issued_at": about.issued_at,
        "expires_at": about.expires_at,
        "number": said.id,
        "version": said.version,
        "full_name": said.full_name,
        "given_name": said.first_name,
        "family_name": said.last_name,
        "date_of_birth": said.date_of_birth,
        "portrait": bytes(said.photo).hex() if said.photo is not None else None,
        "portrait_format": said.photo_format,
        "location": said.location_code,
        "language": said.language,
        "own_script_name": said.secondary_full_name,
        "own_script_language": said.secondary_language,
        "address": said.address,
        "country": said.country_of_issuance,
    }


json.dump([read(card) for card in json.load(sys.stdin)], sys.stdout)
