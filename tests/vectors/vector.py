"""One vector: a code, the situation in which it is read, and what every reader must answer.

The format is told in README.md beside this file. `write` and `read` are each other's inverse; `run` is the reference
for what a reader in another language does with a file.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from citycard.core.claims import CardClaims, Identity
from citycard.core.errors import CardRefused, ListRefused
from citycard.core.keys import PinnedKey
from citycard.core.status import StatusList, read_status_list
from citycard.core.trust import Issuer, TrustStore
from citycard.core.verify import Desk, VerifiedCard, verify
from tests.support.cities import NOW, City

FOLDER = Path(__file__).parent
KINDS = ("valid", "invalid", "edge")


@dataclass(frozen=True)
class Vector:
    """What one file holds, and the folder it stands in."""

    kind: str
    name: str
    description: str
    reason: str | None
    qr: str
    trust: list[dict[str, Any]]
    status: dict[str, str]
    now: str
    expected: dict[str, Any]
    desk: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the vector stands."""
        return FOLDER / self.kind / f"{self.name}.json"

    def write(self) -> str:
        """Return the text of the file."""
        content = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "kind"}
        if not self.desk:
            del content["desk"]
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Vector:
    """Return the vector in the file `path`."""
    return Vector(kind=path.parent.name, **json.loads(path.read_text("utf-8")))


def base64url(data: bytes) -> str:
    """Return `data` in base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def moment(text: str) -> datetime:
    """Return the moment written as "2026-03-10T12:00:00Z"."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def written_moment(when: datetime) -> str:
    """Return `when` as the files hold it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- making ---------------------------------------------------------------------------------------


def situation(
    cities: tuple[City, ...], status: Mapping[str, bytes] | None, now: datetime, desk: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return who is recognised, the lists held (fresh ones unless given), the time, and what the desk asks."""
    if status is None:
        status = {city.status_uri: city.status_list(issued_at=now - timedelta(hours=1)) for city in cities}
    return {
        "trust": [
            {
                "issuer": city.issuer.url,
                "names": dict(city.issuer.names),
                "keys": [key.to_json() for key in city.issuer.keys],
                "status_lists": list(city.issuer.status_lists),
            }
            for city in cities
        ],
        "status": {uri: base64url(token) for uri, token in status.items()},
        "now": written_moment(now),
        "desk": dict(desk or {}),
    }


def refused(
    name: str,
    description: str,
    qr: str,
    verdict: str,
    step: int,
    reason: str,
    *,
    cities: tuple[City, ...],
    status: Mapping[str, bytes] | None = None,
    now: datetime = NOW,
    desk: Mapping[str, Any] | None = None,
    kind: str = "invalid",
) -> Vector:
    """Return a vector that every reader refuses with `verdict` at `step`."""
    expected = {"verdict": verdict, "step": step}
    return Vector(kind, name, description, reason, qr, expected=expected, **situation(cities, status, now, desk))


def accepted(
    name: str,
    description: str,
    qr: str,
    card: CardClaims,
    *,
    cities: tuple[City, ...],
    status: Mapping[str, bytes] | None = None,
    now: datetime = NOW,
    desk: Mapping[str, Any] | None = None,
    stale: bool = False,
    kind: str = "valid",
) -> Vector:
    """Return a vector that every reader accepts as `card`."""
    expected = {
        "verdict": "OK_STALE" if stale else "OK",
        "issuer": card.issuer,
        "full": card.identity.full,
        "issued_on": datetime.fromtimestamp(card.issued_at, UTC).date().isoformat(),
        "expires_at": written_moment(datetime.fromtimestamp(card.expires_at, UTC)),
        "not_checked": ["name", "portrait"]
        if not card.identity.full
        else ["face" if card.identity.portrait else "portrait"],
        "fields": shown(card.identity),
    }
    return Vector(kind, name, description, None, qr, expected=expected, **situation(cities, status, now, desk))


def shown(identity: Identity) -> dict[str, str]:
    """Return the fields that a code has, as a file holds them: texts, and the portrait in base64url."""
    values = identity._asdict()
    return {
        name: base64url(value) if isinstance(value, bytes) else value
        for name, value in values.items()
        if value is not None
    }


# --- running --------------------------------------------------------------------------------------


def run(vector: Vector) -> dict[str, Any]:
    """Return what our reader answers, in the form of `expected`, with the `reason` of a refusal."""
    issuers = [
        Issuer(
            each["issuer"],
            each["names"],
            tuple(PinnedKey.from_json(key) for key in each["keys"]),
            tuple(each["status_lists"]),
        )
        for each in vector.trust
    ]
    now = moment(vector.now)
    try:
        card = verify(
            vector.qr, trust=TrustStore(issuers), lists=_lists(vector, issuers, now), now=now, desk=_desk(vector.desk)
        )
    except CardRefused as refusal:
        return {"verdict": refusal.verdict.value, "step": refusal.step, "reason": refusal.reason}
    return _answer(card) | {"reason": None}


def _lists(vector: Vector, issuers: list[Issuer], now: datetime) -> dict[str, StatusList]:
    held = {}
    for uri, token in vector.status.items():
        for issuer in issuers:
            if uri in issuer.status_lists:
                data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
                try:
                    held[uri] = read_status_list(data, issuer=issuer, uri=uri, now=now)
                except ListRefused:
                    continue  # A list that is refused is not held.
    return held


def _desk(asked: Mapping[str, Any]) -> Desk:
    plain = Desk()

    def refuses(card: CardClaims) -> str | None:
        return None if card.issuer in asked.get("accepts", [card.issuer]) else "not-agreed"

    return Desk(
        amber=timedelta(seconds=asked.get("amber_s", plain.amber.total_seconds())),
        red=timedelta(seconds=asked.get("red_s", plain.red.total_seconds())),
        red_for={issuer: timedelta(seconds=seconds) for issuer, seconds in asked.get("red_for_s", {}).items()},
        refuses=refuses,
    )


def _answer(card: VerifiedCard) -> dict[str, Any]:
    return {
        "verdict": card.verdict.value,
        "issuer": card.issuer.url,
        "full": card.full,
        "issued_on": card.issued_on.isoformat(),
        "expires_at": written_moment(card.expires_at),
        "not_checked": list(card.not_checked),
        "fields": shown(card.identity),
    }
