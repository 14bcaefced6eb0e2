"""Taking turns: every subject is measured for a moment in each round, and its fastest batch counts.

Other work on the machine slows a moment and never speeds one up, so the best of several is the nearest to what the
code costs; and because all take turns within seconds, a ratio between two of them holds on a busy machine too.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.subjects import PORT_SABLE, RIVEMONT, Subject, subjects
from citycard.core.claims import write_claims
from tests.support.cities import PORTRAIT
from tests.support.forging import token_of

CHECKOUT = Path(__file__).resolve().parents[1]
INTEROP = CHECKOUT / ".venv-interop" / "bin" / "python"

Rates = dict[str, float]

BATCH = 8
"""Half a millisecond to a millisecond: shorter than the slices in which a busy machine shares its processors."""


def rate(work: Subject, seconds: float) -> float:
    """Return how often `work` is done in a second, by the fastest of many short batches."""
    best, end = 0.0, time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        for _ in range(BATCH):
            work()
        best = max(best, BATCH / (time.perf_counter() - started))
    return best


class Others:
    """A process in `.venv-interop`; without that environment there are no others."""

    def __init__(self, script: str, material: Any) -> None:
        self.names: list[str] = []
        self._script, self._material = script, material
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Others:
        if INTEROP.exists():
            self._process = subprocess.Popen(
                [str(INTEROP), "-I", str(CHECKOUT / "benchmarks" / self._script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self.names = self.ask(self._material)
        return self

    def rate(self, name: str, seconds: float) -> float:
        """Return the rate of the subject `name` there."""
        answer: float = self.ask({"subject": name, "seconds": seconds})
        return answer

    def ask(self, value: Any) -> Any:
        """Return what it answers to a line."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process of the other libraries ended; its reason stands above")
        return json.loads(answer)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.communicate()


def _material() -> dict[str, Any]:
    """Return the typical card in the forms that the other libraries take."""
    card = PORT_SABLE.claims()
    claims = write_claims(card)
    es256, ed25519 = PORT_SABLE.card_key, RIVEMONT.card_key
    secret = es256.private.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]
    return {
        "issuer": card.issuer,
        "issued_at": card.issued_at,
        "expires_at": card.expires_at,
        "identity": {
            "id": card.identity.number,
            "full_name": card.identity.full_name,
            "first_name": card.identity.given_name,
            "last_name": card.identity.family_name,
            "date_of_birth": card.identity.date_of_birth,
            "location_code": card.identity.location,
            "country_of_issuance": card.identity.country,
        },
        "claim_169": claims[169],
        "status": claims[65535],
        "es256": {
            "x": es256.public.x.hex(),
            "y": es256.public.y.hex(),
            "kid": es256.public.kid.hex(),
            "secret": secret.hex(),
            "qr": PORT_SABLE.card(),
            "qr_portrait": PORT_SABLE.card(portrait=PORTRAIT),
            "token": token_of(PORT_SABLE.card()).hex(),
        },
        "ed25519": {
            "x": ed25519.public.x.hex(),
            "secret": ed25519.private.private_bytes_raw().hex(),  # type: ignore[union-attr]
            "qr": RIVEMONT.card(),
        },
    }


def measure(*, rounds: int, seconds: float) -> Rates:
    """Return the best rate of every subject."""
    here = subjects()
    best: Rates = {}
    with Others("others.py", _material()) as others:
        for _ in range(rounds):
            for name, work in here.items():
                best[name] = max(best.get(name, 0.0), rate(work, seconds))
            for name in others.names:
                best[name] = max(best.get(name, 0.0), others.rate(name, seconds))
    return best
