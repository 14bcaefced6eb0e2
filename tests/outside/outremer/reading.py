"""From an address and a fingerprint that two people compared to a city's keys and lists."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from tuf.api.metadata import Metadata, Root, Targets
from tuf.ngclient import Updater, UpdaterConfig

from .cards import City
from .keys import Key
from .lists import StatusList, follows, read_list

MEMBERS = {
    *("version", "issuer", "names", "country", "communes", "keys", "status_lists"),
    *("contact", "services", "retention", "issued_on"),
}
CAP = 65_536


class Refused(Exception):
    """A city that must not be believed."""


def digits(root: bytes) -> str:
    """The fingerprint as officials read it out."""
    number = int.from_bytes(hashlib.sha256(root).digest(), "big") % 10**40
    text = f"{number:040}"
    return " ".join(text[start : start + 5] for start in range(0, 40, 5))


def words(root: bytes, of: Iterable[str]) -> str:
    """The same in words, `of` the 2,048 of the list."""
    listed, first = list(of), int.from_bytes(hashlib.sha256(root).digest(), "big") >> 256 - 132
    return " ".join(listed[first >> 11 * place & 2047] for place in reversed(range(12)))


def offered_root(base: str) -> bytes:
    """The newest root that stands below `base`, each signed by the one before."""
    found: bytes | None = None
    before: Root | None = None
    for version in range(1, 65):
        data = _get(f"{base}/metadata/{version}.root.json")
        if data is None:
            break
        metadata: Metadata[Root] = Metadata.from_bytes(data)
        metadata.signed.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
        if before is not None:
            before.verify_delegate("root", metadata.signed_bytes, metadata.signatures)
        if metadata.signed.version != version or not metadata.signed.consistent_snapshot:
            raise Refused("root")
        found, before = data, metadata.signed
    if found is None:
        raise Refused("no-root")
    return found


def pin(base: str, heard: str) -> bytes:
    """The root that is offered, if it is the one that was read to us."""
    root = offered_root(base)
    if digits(root).replace(" ", "") != heard.replace(" ", ""):
        raise Refused("fingerprint")
    return root


class Found(NamedTuple):
    """What the pinned root vouches for."""

    document: dict[str, Any]
    marks: frozenset[bytes]
    """Thumbprints of keys that the city marked as compromised, whatever its statement calls them."""


def walk(base: str, *, root: bytes, memory: Path) -> Found:
    """The statement and the marks, walked to from the pinned root; `memory` keeps what was seen."""
    for folder in ("metadata", "targets"):
        (memory / folder).mkdir(parents=True, exist_ok=True)
    updater = Updater(
        str(memory / "metadata"),
        f"{base}/metadata/",
        str(memory / "targets"),
        f"{base}/targets/",
        config=UpdaterConfig(max_delegations=1, root_max_length=CAP, targets_max_length=CAP),
        bootstrap=root,
    )
    updater.refresh()
    targets = Metadata[Targets].from_file(str(memory / "metadata" / "targets.json")).signed
    # From the top alone, and not by a search, which would look into what is delegated, too.
    target = targets.targets.get("statement.json")
    if target is None or target.length > CAP:
        raise Refused("no-statement")
    document = json.loads(Path(updater.download_target(target)).read_bytes())
    if document.get("version") != 1 or set(document) != MEMBERS:
        raise Refused("members")
    return Found(document, _marks(updater, targets, memory))


def _marks(updater: Updater, targets: Targets, memory: Path) -> frozenset[bytes]:
    roles = (targets.delegations.roles or {}) if targets.delegations else {}
    if "compromised" not in roles:
        return frozenset()
    pinned = Metadata[Root].from_file(str(memory / "metadata" / "root.json")).signed
    offline = {*pinned.roles["root"].keyids, *pinned.roles["targets"].keyids}
    if roles["compromised"].paths != ["compromised.json"] or offline & set(roles["compromised"].keyids):
        raise Refused("delegation")
    target = updater.get_targetinfo("compromised.json")
    if target is None or target.length > 32_768:
        raise Refused("delegation")
    said = json.loads(Path(updater.download_target(target)).read_bytes())
    if set(said) != {"version", "compromised"} or said["version"] != 1:
        raise Refused("marks")
    return frozenset(map(bytes.fromhex, said["compromised"]))


def city_of(found: Found, *, remembered: frozenset[bytes] = frozenset()) -> City:
    """What a reader holds of the city that says this of itself; a mark once seen is `remembered` for ever."""
    document = found.document
    lists = tuple(document["status_lists"])
    if any(not address.startswith(document["issuer"] + "/") for address in lists):
        raise Refused("list-elsewhere")
    keys = tuple(Key(jwk) for jwk in document["keys"])
    for key in keys:
        if key.thumbprint in found.marks | remembered:
            key.state = "compromised"
    return City(document["issuer"], keys, lists)


def lists_of(
    city: City, base: str, now: datetime, *, held: dict[str, StatusList] | None = None
) -> dict[str, StatusList]:
    """The city's lists that are good now; one that must not follow the one held leaves that in place."""
    lists = dict(held or {})
    for address in city.status_lists:
        data = _get(base + address.removeprefix(city.issuer), accept="application/statuslist+cwt")
        new = read_list(data, city, address, now) if data else None
        if new and (address not in lists or follows(new, lists[address])):
            lists[address] = new
    return lists


def _get(url: str, *, accept: str = "*/*") -> bytes | None:
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return bytes(answer.read(1_048_577))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in (403, 404, 410):
            return None
        raise
