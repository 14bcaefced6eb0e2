"""Serving the signed files of partners again, and asking other partners for those of a city whose server is down.

A town hall's server fails in August like any other, and those who pay for it are its residents who are somewhere else.
Everything that counts is signed by its own city, so it does not matter who hands it over.

1. What we hold of each *recognised* city is given out under `relay/<name>/…`, with the paths that it has below the
   city's own address: metadata, targets, lists of ended cards. Only what we believed is there: a file is given out when
   its version, or its hash, is the one that was asked for. The name is a hash of the city's address.
2. When a city cannot be asked (`INSTEAD`), other recognised cities are, at most `MOST` of them, in an order that chance
   chooses, so that nobody is asked by everybody. Only those whose address was compared in a ceremony, and never at the
   moment of a check.
3. What they give is verified as if it came from the city itself: under its root, its keys, never older than what is
   held. A lie can be no worse than a silence.
4. The setting `relay` turns both off, for a city that wants to ask nobody but the city itself, or pays for traffic.

What this tells: which cities we recognise, to whoever asks for a name; our public page says the same. To the partner
that we ask, that a city's server does not answer us. Nothing of cards, holders or desks is in it: the turn comes by the
clock, and everybody gets the same bytes.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.number import Chance
from citycard.core.strict_json import JsonRefused, read_json
from citycard.operations import recognise
from citycard.partners.client import MAX_TARGETS
from citycard.partners.fetcher import Limits
from citycard.partners.sources import METADATA, TARGETS, FetchRefused, check_path
from citycard.settings import Office
from citycard.store.partners import Partner, PartnerList, PartnerState

PATH = "relay"

MOST = 3
"""Partners that are asked for one city: two who were never told of it, or are down too, are no accident."""

LIMITS = Limits(seconds_per_file=10.0, seconds_in_all=30.0)
"""Less than a city gets for its own files: they are helping out, and the next partner waits for its turn."""

INSTEAD = frozenset(
    {"unreachable", "too-slow", "bad-answer", "cut-short", "fetch", "compressed", "not-found", "certificate"}
    | {"redirected", "expired", "list-expired", "source"}
)
"""Codes after which others are asked: the city is not there, or only its past. Not after a wrong signature: whatever is
behind that, somebody should look at it."""

_METADATA = re.compile(r"([1-9][0-9]{0,8})\.(root|targets|compromised|snapshot)\.json", re.ASCII)
_TARGET = re.compile(r"([0-9a-f]{64})\.(statement|compromised)\.json", re.ASCII)


def name_of(issuer: str) -> str:
    """Return the name under which a city's files are given out again: a plain path, the same at every partner."""
    return hashlib.sha256(issuer.encode("utf-8")).hexdigest()[:32]


def held_file(session: Session, office: Office, name: str, path: str) -> bytes | None:
    """Return the file at `path` below the address of the city called `name`, if it is held and may be given out (1)."""
    try:
        check_path(f"/{name}/{path}")
    except FetchRefused:
        return None
    if not office.settings.relay:
        return None
    recognised = session.scalars(select(Partner).where(Partner.state == PartnerState.RECOGNISED))
    partner = next((each for each in recognised if name_of(each.issuer) == name), None)
    if partner is None:
        return None
    folder, _, file = path.partition("/")
    if folder == METADATA:
        return _metadata(recognise.state_folder(office, partner.root_fingerprint) / METADATA, file)
    if folder == TARGETS:
        return _target(recognise.state_folder(office, partner.root_fingerprint) / TARGETS, file)
    row = session.get(PartnerList, f"{partner.issuer}/{path}")
    return row.token if row is not None and row.partner_id == partner.id else None


def others(session: Session, office: Office, partner_id: int, *, chance: Chance) -> Sequence[str]:
    """Return where the files of a partner may be asked for instead, in the order of asking (2)."""
    if not office.settings.relay:
        return ()
    partner = session.get(Partner, partner_id)
    recognised = session.scalars(
        select(Partner).where(Partner.state == PartnerState.RECOGNISED, Partner.id != partner_id)
    )
    # A stick gives out what its own city put on it, and nobody else's.
    addresses = [other.source.rstrip("/") for other in recognised if "://" in other.source]
    if partner is None:
        return ()
    order = sorted(addresses, key=lambda _address: chance(8))
    return tuple(f"{address}/{PATH}/{name_of(partner.issuer)}" for address in order[:MOST])


def _metadata(folder: Path, file: str) -> bytes | None:
    if file == "timestamp.json":
        return _read(folder / file)
    asked = _METADATA.fullmatch(file)
    if asked is None:
        return None
    if asked[2] == "root":
        return _read(folder / "root_history" / file)
    data = _read(folder / f"{asked[2]}.json")
    return data if data is not None and _version(data) == int(asked[1]) else None


def _target(folder: Path, file: str) -> bytes | None:
    asked = _TARGET.fullmatch(file)
    if asked is None:
        return None
    data = _read(folder / f"{asked[2]}.json")
    return data if data is not None and hashlib.sha256(data).hexdigest() == asked[1] else None


def _version(data: bytes) -> int | None:
    try:
        document = read_json(data, at_most=MAX_TARGETS)
    except JsonRefused:
        return None
    signed = document.get("signed") if isinstance(document, dict) else None
    version = signed.get("version") if isinstance(signed, dict) else None
    return version if isinstance(version, int) else None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
