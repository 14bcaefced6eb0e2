"""What is measured in `.venv-interop`: `claim169` and `cwt`. A process that waits for its turn.

First line of stdin: the codes, tokens and keys. Each further line: {"subject": name, "seconds": how long}, answered by
a line with the rate. So the subjects here and there take turns within one run.
"""

import json
import sys
import time

import claim169
import cwt

BATCH = 8
"""As in measuring.py."""


def rate(work, seconds):
    """Return how often `work` is done in a second, by the fastest of many short batches."""
    best, end = 0.0, time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        for _ in range(BATCH):
            work()
        best = max(best, BATCH / (time.perf_counter() - started))
    return best


def subjects(given):
    """Return what the other libraries do with the same card, each tried once."""
    es256, ed25519 = given["es256"], given["ed25519"]
    x, y, secret = (bytes.fromhex(es256[name]) for name in ("x", "y", "secret"))
    ed_x, ed_secret = (bytes.fromhex(ed25519[name]) for name in ("x", "secret"))
    point = b"\x04" + x + y
    said = claim169.Claim169Input(**given["identity"])
    said.version = "1"
    about = claim169.CwtMetaInput(issuer=given["issuer"], expires_at=given["expires_at"])
    about.issued_at = given["issued_at"]
    key = cwt.COSEKey.new({1: 2, 2: bytes.fromhex(es256["kid"]), 3: -7, -1: 1, -2: x, -3: y, -4: secret})
    token = bytes.fromhex(es256["token"])
    claims = {1: given["issuer"], 4: given["expires_at"], 6: given["issued_at"], 169: given["claim_169"]}
    claims = {**claims, 169: {int(label): value for label, value in given["claim_169"].items()}, 65535: given["status"]}
    qr, qr_portrait, qr_ed = es256["qr"], es256["qr_portrait"], ed25519["qr"]
    verify, verify_ed = claim169.decode_with_ecdsa_p256, claim169.decode_with_ed25519
    found = {
        "claim169-verify-es256": lambda: verify(qr, point, validate_timestamps=False),
        "claim169-verify-es256-portrait": lambda: verify(qr_portrait, point, validate_timestamps=False),
        "claim169-verify-ed25519": lambda: verify_ed(qr_ed, ed_x, validate_timestamps=False),
        "claim169-issue-es256": lambda: claim169.encode_with_ecdsa_p256(said, about, secret),
        "claim169-issue-ed25519": lambda: claim169.encode_with_ed25519(said, about, ed_secret),
        "cwt-verify-es256": lambda: cwt.decode(token, key),
        "cwt-issue-es256": lambda: cwt.encode(claims, key),
    }
    for work in found.values():
        work()
    return found


if __name__ == "__main__":
    works = subjects(json.loads(sys.stdin.readline()))
    print(json.dumps(sorted(works)), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(rate(works[asked["subject"]], asked["seconds"])), flush=True)
