"""`make fuzz-coverage`: libFuzzer looks for a code that the reader answers wrongly, led by the lines it reaches.

The first byte says at which level the others enter, so that the search need not find its way through zlib or past a
signature:

0. as the characters of the text;
1. as the compressed bytes;
2. as the token;
3. as claims, which Rivemont's key then really signs under a card's header;
4. as a status list's token.

What must hold for every input, whatever it is:

a. `verify` returns a card or raises a `CardRefused`; `read_status_list` returns a list or raises a `ListRefused`.
b. A card that is accepted below level 3 has a token that a city signed: one of those that the search began with.
c. Claims that are accepted have one form: written again, they are the bytes that were read.
d. The short way through the envelope and the long one answer alike.
e. `inspect` raises nothing, and gives the reader's verdict.

The search begins with the vectors, and with what earlier searches found interesting, in .venv-fuzz/corpus. An input
that breaks a rule is written beside it as `crash-…`; naming that file as an argument tries it alone.
Needs `atheris` (requirements/fuzz.txt), which `make fuzz-coverage` installs in .venv-fuzz; nothing else does.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["citycard.core", "cbor2"]):
    from citycard.core import base45, cbor, claims, cose
    from citycard.core.compression import inflate
    from citycard.core.errors import CardRefused, CitycardError, ListRefused
    from citycard.core.inspect import inspect
    from citycard.core.inspect_token import Known
    from citycard.core.keys import Algorithm
    from citycard.core.status import read_status_list
    from citycard.core.verify import MAX_TOKEN, check_signed, verify

from tests.support.cities import NOW, City, trust_in
from tests.support.forging import code, header_of, signed_code, token_of

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"
KEPT = ROOT / ".venv-fuzz"
CORPUS = KEPT / "corpus"

PORT_SABLE = City.named("Port-Sable", seed="vectors")
RIVEMONT = City.named("Rivemont", seed="vectors", algorithm=Algorithm.EDDSA, url="https://rivemont.test/cards")
TRUST = trust_in(PORT_SABLE, RIVEMONT)
LISTS = {**PORT_SABLE.lists(), **RIVEMONT.lists()}
KNOWN = Known(TRUST, LISTS, NOW)

signed: set[bytes] = set()
"""Tokens that a city signed (b)."""


def seeds() -> None:
    """Write the corpus: each vector at each level where it is something, and note the tokens that were signed."""
    CORPUS.mkdir(parents=True, exist_ok=True)

    def keep(level: int, data: bytes) -> None:
        content = bytes((level,)) + data
        (CORPUS / hashlib.sha256(content).hexdigest()[:20]).write_bytes(content)

    for path in sorted(VECTORS.glob("*/*.json")):
        text = json.loads(path.read_text("utf-8"))["qr"]
        keep(0, text.encode("utf-8", errors="replace"))
        try:
            packed = base45.decode(text)
            keep(1, packed)
            token = inflate(packed, cap=MAX_TOKEN)
            keep(2, token)
            check_signed(text, trust=TRUST)
            signed.add(token)
            keep(3, cose.parse(token).payload)
        except CitycardError:
            continue
    for city in (PORT_SABLE, RIVEMONT):
        keep(4, city.status_list({1: 1, 5: 2}))


def text_of(level: int, data: bytes) -> str:
    """Return the code that `data` gives at `level`."""
    match level:
        case 0:
            return data.decode("latin-1")
        case 1:
            return base45.encode(data)
        case 2:
            return code(data)
    return signed_code(RIVEMONT, data, header=header_of(RIVEMONT))


def try_one(given: bytes) -> None:
    """Try one input; whatever it raises is a finding."""
    if not given:
        return
    level, data = given[0] % 5, given[1:]
    if level == 4:
        try_list(data)
        return
    text = text_of(level, data)
    try:
        # (a)
        card = verify(text, trust=TRUST, lists=LISTS, now=NOW)
        verdict = card.verdict.value
    except CardRefused as refused:
        verdict = refused.verdict.value
    else:
        # (b)
        token = token_of(text)
        if level < 3 and token not in signed:
            raise AssertionError("a card that nobody signed is accepted")
        # (c)
        said = check_signed(text, trust=TRUST)
        if cbor.encode(claims.write_claims(said)) != cose.parse(token).payload:
            raise AssertionError("accepted claims have a second form")
    # (d)
    if level == 2:
        short = answer_of(cose._card_layout, data)
        if short is not None and short != answer_of(cose._any_layout, data):
            raise AssertionError("the two ways through the envelope differ")
    # (e)
    if inspect(text, known=KNOWN, show=True).verdict != verdict:
        raise AssertionError("the explanation gives another verdict")


def answer_of(read: object, data: bytes) -> object:
    """Return what a reader of envelopes gives, or that it refuses."""
    try:
        return read(data)  # type: ignore[operator]
    except (cose.EnvelopeError, cbor.CborError):
        return "refused"


def try_list(token: bytes) -> None:
    """(a), for lists."""
    for city in (PORT_SABLE, RIVEMONT):
        try:
            read_status_list(token, issuer=city.issuer, uri=city.status_uri, now=NOW)
        except ListRefused:
            continue


def main() -> None:
    """Search until libFuzzer's limits (-runs, -max_total_time) or a finding end it."""
    seeds()
    again = any(not each.startswith("-") for each in sys.argv[1:])
    limits = ["-max_len=4096", "-timeout=5", "-rss_limit_mb=1024", f"-artifact_prefix={KEPT}/"]
    atheris.Setup([*sys.argv, *limits, *([] if again else [str(CORPUS)])], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
