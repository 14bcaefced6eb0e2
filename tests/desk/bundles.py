"""Desk bundles for the readers in Python and in JavaScript to be held against, good ones and spoilt ones.

    for case in bundles(): read_bundle(case.data, fingerprint=case.fingerprint, now=case.now, …)
    python -m tests.desk.bundles bundles.json

Port-Sable makes the bundles; Rivemont and Bois-Clair are its partners. Keys come from seeds, and the stories happen at
`NOW`, so that every run makes the same bundles.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, Root, Targets

from citycard.core import cbor, cose
from citycard.core.keys import Algorithm, KeyState, KeyUse, PinnedKey
from citycard.core.status import pack, write_status_list
from citycard.keystore.signers import EncryptedFileSigner, tuf_key
from citycard.partners.chain import Papers
from citycard.partners.desk_bundle import TYPE, CityPapers, Content, Held, Memory, PartnerPapers, Seen, write_bundle
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import sign_targets
from citycard.partners.statement import Statement
from citycard.partners.tuf_files import sign
from tests.support.cities import INDEX, NOW, City, SigningKey

FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 12, 31)

ROOT_MADE = NOW - timedelta(days=60)
"""When the cities held their first ceremony."""


def tuf_signer(seed: str, *, ecdsa: bool = False) -> Signer:
    """Return a signer for TUF, made from a seed; it signs the same way each time."""
    key = SigningKey(seed, Algorithm.ES256 if ecdsa else Algorithm.EDDSA)
    return EncryptedFileSigner(key.private, tuf_key(key.public))


@dataclass(frozen=True)
class Town:
    """A city with the keys of its safe, and all that it publishes."""

    city: City
    seed: str
    root_signers: tuple[Signer, ...]
    targets_signers: tuple[Signer, ...]
    root: Root
    roots: tuple[bytes, ...]
    statement: Statement
    bundle_key: SigningKey
    targets_version: int = 1
    targets_made: datetime = ROOT_MADE
    statuses: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def named(
        cls, name: str, *, url: str = "", ecdsa: bool = False, root_keys: int = 1, threshold: int = 1, seed: str = ""
    ) -> Town:
        """Return a city that has held its first ceremony."""
        seed = f"{seed or name} desk"
        city = City.named(name, seed=seed, url=url)
        roots = tuple(tuf_signer(f"{seed} root {number}", ecdsa=ecdsa) for number in range(root_keys))
        targets = (tuf_signer(f"{seed} targets", ecdsa=ecdsa),)
        root = Root(version=1, expires=ROOT_MADE + timedelta(days=1096), consistent_snapshot=True)
        for role, signers in (
            ("root", roots),
            ("targets", targets),
            ("snapshot", (tuf_signer(f"{seed} snapshot"),)),
            ("timestamp", (tuf_signer(f"{seed} timestamp"),)),
        ):
            for signer in signers:
                root.add_key(signer.public_key, role)
        root.roles["root"].threshold = threshold
        bundle = SigningKey(f"{seed} bundle")
        days = {"first_day": FIRST_DAY, "last_day": LAST_DAY}
        statement = Statement(
            issuer=city.url,
            names={"fr": name, "en": name, "ar": f"مدينة {name}"},
            country="FR",
            communes=("17999",),
            keys=(
                city.card_key.pinned(KeyUse.CARD, **days),
                city.status_key.pinned(KeyUse.STATUS, **days),
                bundle.pinned(KeyUse.BUNDLE, **days),
            ),
            status_lists=(city.status_uri,),
            contact="1 place du Port",
            issued_on=ROOT_MADE.date(),
        )
        return cls(city, seed, roots, targets, root, (sign(root, roots),), statement, bundle)

    def saying(self, **changes: Any) -> Town:
        """Return the city with another statement, under the next targets file."""
        return replace(self, statement=replace(self.statement, **changes), targets_version=self.targets_version + 1)

    def with_key(self, use: KeyUse, **changes: Any) -> Town:
        """Return the city saying something else of its key for `use`."""
        keys = tuple(replace(key, **changes) if key.use is use else key for key in self.statement.keys)
        return self.saying(keys=keys)

    def rotated(self, *, old_signs: bool = True, new_signs: bool = True, version: int | None = None) -> Town:
        """Return the city with the next root, whose keys of root and targets are new."""
        root = deepcopy(self.root)
        root.version = version or root.version + 1
        root.expires = ROOT_MADE + timedelta(days=1096)
        number = len(self.roots)
        new = (tuf_signer(f"{self.seed} root, after {number}"),)
        targets = (tuf_signer(f"{self.seed} targets, after {number}"),)
        for role, signers in (("root", new), ("targets", targets)):
            for keyid in list(root.roles[role].keyids):
                root.revoke_key(keyid, role)
            for signer in signers:
                root.add_key(signer.public_key, role)
        root.roles["root"].threshold = 1
        signers = (*(self.root_signers if old_signs else ()), *(new if new_signs else ()))
        return replace(
            self,
            root=root,
            roots=(*self.roots, sign(root, signers)),
            root_signers=new,
            targets_signers=targets,
            targets_version=self.targets_version + 1,
        )

    def with_root(self, change: Callable[[Root], None], *signers: Signer) -> Town:
        """Return the city with another first root."""
        root = deepcopy(self.root)
        change(root)
        return replace(self, root=root, roots=(sign(root, signers or self.root_signers),))

    @property
    def fingerprint(self) -> bytes:
        """Of the first root."""
        return Fingerprint.of(self.roots[0]).sha256

    def thumbprint(self, use: KeyUse) -> bytes:
        """Of its key for `use`."""
        return next(key.public.thumbprint for key in self.statement.keys if key.use is use)

    @property
    def papers(self) -> Papers:
        """From the roots to the statement."""
        document = self.statement.to_json()
        return Papers(
            self.roots,
            sign_targets(document, version=self.targets_version, signers=self.targets_signers, now=self.targets_made),
            document,
        )

    def status_list(
        self, *, issued_at: datetime = NOW - timedelta(hours=1), signed_by: SigningKey | None = None, uri: str = ""
    ) -> bytes:
        """Return its list as it published it."""
        key = signed_by or self.city.status_key
        return write_status_list(
            pack(self.statuses, bits=2, size=1024),
            uri=uri or self.city.status_uri,
            bits=2,
            key=key.pinned(KeyUse.STATUS),
            issued_at=int(issued_at.timestamp()),
            expires_at=int((issued_at + timedelta(days=21)).timestamp()),
            ttl=900,
            sign=key.sign,
        )

    def carried(self, **lists: bytes) -> CityPapers:
        """Return it as it stands in a bundle, with its one list or others."""
        return CityPapers(self.papers, {self.city.status_uri: self.status_list(), **lists})

    def as_partner(self, **changes: Any) -> PartnerPapers:
        """Return it as a partner stands in a bundle."""
        return replace(PartnerPapers(self.city.url, self.fingerprint, False, self.carried()), **changes)


SERVICES: tuple[dict[str, Any], ...] = (
    {
        "id": "mediatheque-du-phare",
        "category": "library",
        "names": {"fr": "Médiathèque du Phare", "en": "Lighthouse library"},
        "benefit": {"fr": "Emprunter sans frais.", "en": "Borrow for free."},
        "needs": ["resident"],
        "level": "discount",
        "visitors": "by-agreement",
        "ages": None,
        "bands": [],
        "from": None,
        "until": None,
        "dates": [],
    },
    {
        "id": "piscine",
        "category": "swimming-pool",
        "names": {"fr": "Piscine", "ar": "مسبح"},
        "benefit": {"fr": "Entrée réduite."},
        "needs": ["age-band", "portrait"],
        "level": "discount",
        "visitors": "yes",
        "ages": {"from": 6, "to": None},
        "bands": [{"from": 6, "to": 17, "gives": {"fr": "Gratuit"}}, {"from": 65, "to": None, "gives": {"fr": "Demi"}}],
        "from": "2026-01-01",
        "until": "2026-12-31",
        "dates": [],
    },
    {
        "id": "fete-du-port",
        "category": "event",
        "names": {"fr": "Fête du port"},
        "benefit": {"fr": "Une place assise."},
        "needs": [],
        "level": "discount",
        "visitors": "no",
        "ages": None,
        "bands": [],
        "from": None,
        "until": None,
        "dates": [{"from": "2026-03-10", "until": "2026-03-11", "begins": "18:30"}],
    },
)


@cache
def port_sable() -> Town:
    """The city whose desk it is. Léonie's card has ended."""
    return replace(Town.named("Port-Sable"), statuses={INDEX: 1})


@cache
def rivemont() -> Town:
    """A partner, whose safe holds P-256 keys, two of three of which sign."""
    return Town.named("Rivemont", ecdsa=True, root_keys=3, threshold=2)


@cache
def bois_clair() -> Town:
    """A partner that Port-Sable suspended."""
    return Town.named("Bois-Clair")


def content(
    own: Town | None = None, *partners: PartnerPapers, lists: Mapping[str, bytes] | None = None, **changes: Any
) -> Content:
    """Return what Port-Sable puts into its bundle."""
    town = own or port_sable()
    given = Content(
        issuer=town.city.url,
        timezone="Europe/Paris",
        language="fr",
        colour="#0b5d6b",
        own=town.carried() if lists is None else CityPapers(town.papers, lists),
        partners=partners or (rivemont().as_partner(), bois_clair().as_partner(suspended=True)),
        agreements={
            rivemont().city.url: {"mediatheque-du-phare": {"from": "2026-02-01", "until": None, "list_hours": 48}}
        },
        services=SERVICES,
    )
    return replace(given, **changes)


def bundle(
    said: Content | None = None, *, town: Town | None = None, at: datetime = NOW, key: SigningKey | None = None
) -> bytes:
    """Return it signed."""
    signer = key or (town or port_sable()).bundle_key
    return write_bundle(
        said or content(town),
        issued_at=int(at.timestamp()),
        key=PinnedKey(signer.public, KeyUse.BUNDLE, KeyState.ACTIVE, FIRST_DAY, LAST_DAY),
        sign=signer.sign,
    )


def rewritten(change: Callable[[dict[Any, Any]], None], *, header: Mapping[int, Any] | None = None) -> bytes:
    """Return the bundle with other claims, signed as the city would."""
    key = port_sable().bundle_key
    claims = dict(cose.parse(bundle()).claims)
    change(claims)
    return cose.seal(
        {cose.ALG: int(key.public.algorithm), cose.KID: key.public.kid, cose.TYP: TYPE, **(header or {})},
        claims,
        key.sign,
    )


@dataclass(frozen=True)
class Case:
    """A bundle, a device, and what it makes of it: `expected` is {"refused": code} or {"held": …}."""

    name: str
    description: str
    data: bytes
    expected: dict[str, Any]
    fingerprint: bytes
    now: datetime = NOW
    seen: datetime | None = None
    memory: Memory = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as a file has it."""
        return {
            "name": self.name,
            "description": self.description,
            "bundle": base64.b64encode(self.data).decode(),
            "fingerprint": self.fingerprint.hex(),
            "now": int(self.now.timestamp()),
            "seen": int(self.seen.timestamp()) if self.seen else 0,
            "memory": memory_to_json(self.memory),
            "expected": self.expected,
        }


def memory_to_json(memory: Memory) -> dict[str, Any]:
    """Return what a device keeps, as the page keeps it."""
    return {
        mark: {"targets": seen.targets, "compromised": sorted(key.hex() for key in seen.compromised)}
        for mark, seen in memory.items()
    }


def summary(held: Held) -> dict[str, Any]:
    """Return what a reader believes, in the words of `Case.expected`."""
    return {
        "held": {
            "issuer": held.issuer,
            "issuedAt": int(held.issued_at.timestamp()),
            "expiresAt": int(held.expires_at.timestamp()),
            "demo": held.demo,
            "language": held.language,
            "timezone": held.timezone,
            "colour": held.colour,
            "cities": [
                {"issuer": issuer.url, "own": issuer.url == held.issuer, "suspended": issuer.url in held.suspended}
                for issuer in held.trust
            ],
            "lists": sorted(held.lists),
            "leftOut": [{"issuer": each.issuer, "code": each.code} for each in held.left_out],
            "agreements": {url: dict(terms) for url, terms in held.agreements.items()},
            "services": list(held.services),
            "memory": memory_to_json(held.memory),
        }
    }


def _good(
    *,
    own: Town | None = None,
    cities: Sequence[tuple[Town, bool]] | None = None,
    left_out: Mapping[str, str] | None = None,
    without_lists: Sequence[str] = (),
    issued_at: datetime = NOW,
    memory: Memory | None = None,
) -> dict[str, Any]:
    town = own or port_sable()
    believed = [(rivemont(), False), (bois_clair(), True)] if cities is None else list(cities)
    believed.sort(key=lambda pair: pair[0].city.url)
    everyone = [(town, False), *believed]
    lists = sorted(each.city.status_uri for each, _ in everyone)
    return {
        "held": {
            "issuer": town.city.url,
            "issuedAt": int(issued_at.timestamp()),
            "expiresAt": int((issued_at + timedelta(days=21)).timestamp()),
            "demo": True,
            "language": "fr",
            "timezone": "Europe/Paris",
            "colour": "#0b5d6b",
            "cities": [
                {"issuer": each.city.url, "own": each is town, "suspended": suspended} for each, suspended in everyone
            ],
            "lists": [uri for uri in lists if uri not in without_lists],
            "leftOut": [{"issuer": url, "code": code} for url, code in sorted((left_out or {}).items())],
            "agreements": content().agreements,
            "services": list(SERVICES),
            "memory": memory_to_json(
                {each.fingerprint.hex(): Seen(each.targets_version) for each, _ in everyone} | dict(memory or {})
            ),
        }
    }


@cache
def bundles() -> tuple[Case, ...]:
    """Return every case."""
    return (*_whole(), *_roots(), *_keys(), *_marks(), *_forms(), *_partners())


def _case(name: str, description: str, data: bytes, expected: str | dict[str, Any], **given: Any) -> Case:
    given.setdefault("fingerprint", port_sable().fingerprint)
    return Case(name, description, data, {"refused": expected} if isinstance(expected, str) else expected, **given)


def _whole() -> Iterator[Case]:
    good, ours = bundle(), port_sable()
    mark = ours.fingerprint.hex()
    yield _case("good", "A bundle as the city signed it.", good, _good())
    alone = bundle(content(ours, agreements={}, services=()), town=ours)
    yield _case(
        "no-services", "A city without services and agreements.", alone, _changed(_good(), agreements={}, services=[])
    )
    only = replace(content(), partners=())
    yield _case("no-partners", "A city that recognises nobody.", bundle(only), _good(cities=()))
    later = NOW + timedelta(hours=1)
    yield _case("same-again", "The bundle seen last, once more.", good, _good(), seen=NOW, memory={mark: Seen(1)})
    yield _case("older-than-seen", "An hour older than the one seen last.", good, "bundle-older", now=later, seen=later)
    yield _case(
        "last-second",
        "A second before it ends.",
        good,
        _good(without_lists=_every_list()),
        now=NOW + timedelta(days=21, seconds=-1),
    )
    yield _case("expired", "The second at which it ends.", good, "bundle-expired", now=NOW + timedelta(days=21))
    yield _case(
        "clock-ten-minutes", "The city's clock is ten minutes ahead.", good, _good(), now=NOW - timedelta(minutes=10)
    )
    yield _case(
        "clock",
        "The city's clock is more than ten minutes ahead.",
        good,
        "clock",
        now=NOW - timedelta(minutes=10, seconds=1),
    )
    yield _case(
        "other-fingerprint",
        "The device was given another root.",
        good,
        "fingerprint-differs",
        fingerprint=rivemont().fingerprint,
    )
    yield _case(
        "targets-older", "The device has seen a newer targets file.", good, "bundle-older", memory={mark: Seen(2)}
    )
    flipped = bytearray(good)
    flipped[-1] ^= 1
    yield _case("signature-flipped", "One bit of the signature is another.", bytes(flipped), "bundle-signature")


def _every_list() -> list[str]:
    # They were signed an hour before the bundle, and end an hour before it.
    return [town.city.status_uri for town in (port_sable(), rivemont(), bois_clair())]


def _changed(expected: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"held": {**expected["held"], **changes}}


def _roots() -> Iterator[Case]:
    first = port_sable()
    second, third = first.rotated(), first.rotated().rotated()
    given: dict[str, Any] = {"town": third}
    yield _case("rotated", "Two roots followed the one that the device knows.", bundle(**given), _good(own=third))
    yield _case(
        "rotated-later-pin",
        "The device was given the second of three roots.",
        bundle(**given),
        _changed(_good(own=third), memory=_memory(third, Fingerprint.of(third.roots[1]).sha256)),
        fingerprint=Fingerprint.of(third.roots[1]).sha256,
    )
    broken = replace(third, roots=(b"{}", *third.roots[1:]))
    yield _case(
        "rotated-before-pin",
        "What stands before the root that the device knows does not matter.",
        bundle(town=broken),
        _changed(_good(own=third), memory=_memory(third, Fingerprint.of(third.roots[1]).sha256)),
        fingerprint=Fingerprint.of(third.roots[1]).sha256,
    )
    for name, town, why in (
        ("only-new", first.rotated(old_signs=False), "The second root is signed by its own key only."),
        ("only-old", first.rotated(new_signs=False), "The second root is signed by the first one's key only."),
        ("skipped", first.rotated(version=3), "After the first root comes the third."),
        ("missing", replace(third, roots=(third.roots[0], third.roots[2])), "The second of three roots is missing."),
        ("again", replace(first, roots=first.roots * 2), "The first root stands there twice."),
        ("not-json", replace(first, roots=(*first.roots, b"\xff")), "What follows the first root is no JSON."),
        ("targets-as-root", replace(first, roots=(*first.roots, first.papers.targets)), "A targets file as a root."),
    ):
        yield _case(f"root-{name}", why, bundle(town=town), "root-chain")
    expired = first.with_root(lambda root: setattr(root, "expires", NOW))
    yield _case(
        "root-expired", "The one root ends now.", bundle(town=expired), "root-expired", fingerprint=expired.fingerprint
    )
    ended = first.with_root(lambda root: setattr(root, "expires", NOW - timedelta(days=1))).rotated()
    yield _case(
        "root-old-expired",
        "The first root has ended, the second has not.",
        bundle(town=ended),
        _good(own=ended),
        fingerprint=ended.fingerprint,
    )
    two = Town.named("Port-Sable", root_keys=2, threshold=2)
    yield _case(
        "threshold",
        "Two keys of two have signed the root.",
        bundle(town=two),
        _good(own=two),
        fingerprint=two.fingerprint,
    )
    single = replace(two, roots=(sign(two.root, two.root_signers[:1]),))
    yield _case(
        "threshold-one",
        "One key of two has signed the root.",
        bundle(town=single),
        "root-chain",
        fingerprint=single.fingerprint,
    )
    twice = replace(two, roots=(_signature_twice(single.roots[0]),))
    yield _case(
        "threshold-same-twice",
        "One key has signed twice, where two must.",
        bundle(town=twice),
        "root-chain",
        fingerprint=twice.fingerprint,
    )
    named_twice = _key_under_two_names()
    yield _case(
        "threshold-two-names",
        "One key under two names has signed, where two must.",
        bundle(town=named_twice),
        "root-chain",
        fingerprint=named_twice.fingerprint,
    )
    online = first.with_root(lambda root: root.add_key(first.targets_signers[0].public_key, "timestamp"))
    yield _case(
        "offline-key-online",
        "The key of the targets file signs the timestamp too.",
        bundle(town=online),
        "root-chain",
        fingerprint=online.fingerprint,
    )
    stranger = replace(first, targets_signers=rivemont().targets_signers)
    yield _case(
        "targets-stranger", "Somebody else signed the targets file.", bundle(town=stranger), "targets-signature"
    )
    unrotated = replace(second, targets_signers=first.targets_signers)
    yield _case(
        "targets-old-key",
        "The targets file is signed by the key that the newest root names no more.",
        bundle(town=unrotated),
        "targets-signature",
    )
    stale = replace(first, targets_made=NOW - timedelta(days=396))
    yield _case("targets-expired", "The targets file ends now.", bundle(town=stale), "targets-expired")


def _memory(town: Town, fingerprint: bytes) -> dict[str, Any]:
    return memory_to_json(
        {
            fingerprint.hex(): Seen(town.targets_version),
            **{each.fingerprint.hex(): Seen(each.targets_version) for each in (rivemont(), bois_clair())},
        }
    )


def _signature_twice(data: bytes) -> bytes:
    document = json.loads(data)
    document["signatures"] *= 2
    return json.dumps(document).encode()


def _key_under_two_names() -> Town:
    town = Town.named("Port-Sable")
    root = deepcopy(town.root)
    (keyid,) = root.roles["root"].keyids
    document = json.loads(Metadata(root).to_bytes())
    other = "0" * 64
    document["signed"]["keys"][other] = deepcopy(document["signed"]["keys"][keyid])
    document["signed"]["roles"]["root"] = {"keyids": [keyid, other], "threshold": 2}
    metadata: Metadata[Root] = Metadata.from_dict(deepcopy(document))
    signature = town.root_signers[0].sign(metadata.signed_bytes).to_dict()
    document["signatures"] = [{**signature, "keyid": name} for name in (keyid, other)]
    return replace(town, roots=(json.dumps(document).encode(),))


def _keys() -> Iterator[Case]:
    ours = port_sable()
    swapped = replace(ours.carried().papers, statement=ours.saying(contact="Elsewhere").statement.to_json())
    said = replace(content(), own=replace(ours.carried(), papers=swapped))
    yield _case("statement-swapped", "The statement is not the one that was signed.", bundle(said), "statement-hash")
    unread = replace(ours, statement=replace(ours.statement, names={}))
    yield _case("statement-form", "The statement names no city.", bundle(town=unread), "statement-form")
    other = replace(content(), issuer="https://elsewhere.example")
    yield _case("other-issuer", "The bundle says it is of another city.", bundle(other), "bundle-issuer")
    for state in (KeyState.RETIRED, KeyState.COMPROMISED):
        town = ours.with_key(KeyUse.BUNDLE, state=state)
        yield _case(f"key-{state}", f"The key that signed is {state}.", bundle(town=town), "bundle-key")
    standby = ours.with_key(KeyUse.BUNDLE, state=KeyState.STANDBY)
    yield _case(
        "key-standby", "The key that signed stood by, and was switched to.", bundle(town=standby), _good(own=standby)
    )
    early = ours.with_key(KeyUse.BUNDLE, last_day=NOW.date() - timedelta(days=1))
    yield _case("key-over", "The key's last day was yesterday.", bundle(town=early), "bundle-key")
    yield _case(
        "key-unknown", "A key that the city does not name has signed.", bundle(key=SigningKey("nobody")), "bundle-key"
    )
    for name, key in (("status", ours.city.status_key), ("card", ours.city.card_key)):
        yield _case(f"key-for-{name}", f"The city's key for {name} has signed.", bundle(key=key), "bundle-key")
    foreign = rivemont().bundle_key
    yield _case("key-of-partner", "A partner's key for bundles has signed.", bundle(key=foreign), "bundle-key")


def _marks() -> Iterator[Case]:
    ours, theirs = port_sable(), rivemont()
    mark, status, bundles_key = ours.fingerprint.hex(), ours.thumbprint(KeyUse.STATUS), ours.thumbprint(KeyUse.BUNDLE)

    def marked(*keys: bytes) -> bytes:
        return bundle(replace(content(), own=replace(ours.carried(), compromised=frozenset(keys))))

    yield _case("marked-bundle-key", "The key that signed is marked as compromised.", marked(bundles_key), "bundle-key")
    yield _case(
        "marked-before",
        "The key that signed was marked in a bundle that the device has seen.",
        bundle(),
        "bundle-key",
        memory={mark: Seen(1, frozenset([bundles_key]))},
    )
    yield _case(
        "marked-status-key",
        "The city's own key for lists is marked as compromised: its list is not held.",
        marked(status),
        _good(without_lists=[ours.city.status_uri], memory={mark: Seen(1, frozenset([status]))}),
    )
    yield _case(
        "marked-still",
        "A key that was marked is marked no more in the next bundle; it stays so.",
        bundle(),
        _good(without_lists=[ours.city.status_uri], memory={mark: Seen(1, frozenset([status]))}),
        memory={mark: Seen(1, frozenset([status]))},
    )
    yield _case("marked-nothing", "A mark for a key that nobody lists says nothing.", marked(bytes(32)), _good())
    gone = theirs.thumbprint(KeyUse.STATUS)
    partner = theirs.as_partner(city=replace(theirs.carried(), compromised=frozenset([gone])))
    yield _case(
        "partner-marked",
        "A partner's key for lists is marked: its list is not held.",
        bundle(content(None, partner, bois_clair().as_partner(suspended=True))),
        _good(
            without_lists=[theirs.city.status_uri],
            memory={theirs.fingerprint.hex(): Seen(1, frozenset([gone]))},
        ),
    )
    yield _case(
        "form-marks-order",
        "The marks are out of order.",
        rewritten(lambda claims: claims["desk"]["own"].__setitem__("compromised", [b"\2" * 32, b"\1" * 32])),
        "bundle-form",
    )


def _forms() -> Iterator[Case]:
    def desk(name: str, value: Any) -> Callable[[dict[Any, Any]], None]:
        return lambda claims: claims["desk"].__setitem__(name, value)

    good = bundle()
    yield _case("empty", "No byte.", b"", "bundle-form")
    yield _case("cut", "The last byte is missing.", good[:-1], "bundle-form")
    yield _case("trailing", "A byte follows.", good + b"\0", "bundle-form")
    yield _case("tag-61", "It says that it is a CWT, too.", b"\xd8\x3d" + good, "bundle-form")
    yield _case(
        "not-canonical", "The length of the payload is written longer than it must be.", _longer(good), "bundle-form"
    )
    yield _case("too-large", "More than 8 MiB.", _large(), "bundle-form")
    key = port_sable().bundle_key
    card = cose.seal({cose.ALG: -7, cose.KID: key.public.kid}, {1: "x"}, key.sign)
    yield _case("a-card", "Signed, and says no type: a card.", card, "bundle-type")
    yield _case("a-list", "A status list.", port_sable().status_list(), "bundle-type")
    yield _case("header-more", "One header more.", rewritten(lambda _: None, header={3: "x"}), "bundle-form")
    yield _case("version-2", "Of the next version.", rewritten(desk("version", 2)), "bundle-version")
    yield _case("version-text", "The version is a text.", rewritten(desk("version", "1")), "bundle-form")
    for name, member, value in (
        ("member-more", "surprise", 1),
        ("no-roots", "own", {"roots": [], "targets": b"", "statement": b"", "lists": {}, "compromised": []}),
        ("no-marks", "own", {"roots": [b""], "targets": b"", "statement": b"", "lists": {}}),
        ("colour", "colour", "blue"),
        ("language", "language", "FR"),
        ("services-map", "services", {}),
        ("need-unknown", "services", [{**SERVICES[0], "needs": ["number"]}]),
        ("needs-order", "services", [{**SERVICES[0], "needs": ["resident", "name"]}]),
        ("day", "services", [{**SERVICES[0], "from": "2026-02-30"}]),
        ("age-true", "services", [{**SERVICES[0], "ages": {"from": True, "to": None}}]),
        ("hours", "agreements", {"https://x.example": {"a": {"from": "2026-01-01", "until": None, "list_hours": 0}}}),
    ):
        yield _case(f"form-{name}", f"“{member}” has another form.", rewritten(desk(member, value)), "bundle-form")
    yield _case(
        "form-partners-order",
        "The partners are out of order.",
        rewritten(lambda claims: claims["desk"]["partners"].reverse()),
        "bundle-form",
    )
    yield _case(
        "form-partner-twice",
        "A partner stands there twice.",
        rewritten(lambda claims: claims["desk"]["partners"].insert(0, claims["desk"]["partners"][0])),
        "bundle-form",
    )
    yield _case("form-claim-more", "A claim more.", rewritten(lambda claims: claims.__setitem__(5, 1)), "bundle-form")
    yield _case(
        "lives-long",
        "It lives a second longer than three weeks.",
        rewritten(lambda claims: claims.__setitem__(4, claims[4] + 1)),
        "bundle-form",
    )
    yield _case(
        "lives-not",
        "It ends when it begins.",
        rewritten(lambda claims: claims.__setitem__(4, claims[6])),
        "bundle-form",
    )


def _longer(good: bytes) -> bytes:
    envelope = cose.parse(good)
    length = len(envelope.payload)
    head = b"\x59" + length.to_bytes(2) if length < 1 << 16 else b"\x5a" + length.to_bytes(4)
    at = good.index(head + envelope.payload)
    return good[:at] + b"\x5b" + length.to_bytes(8) + good[at + len(head) :]


def _large() -> bytes:
    key = port_sable().bundle_key
    claims = {1: "x" * (8 << 20)}
    protected = cbor.encode({cose.ALG: int(key.public.algorithm), cose.KID: key.public.kid, cose.TYP: TYPE})
    payload = cbor.encode(claims)
    return b"\xd2" + cbor.encode([protected, {}, payload, bytes(64)])


def _partners() -> Iterator[Case]:
    theirs, others = rivemont(), bois_clair()
    url = theirs.city.url
    bois = (others, True)
    suspended = others.as_partner(suspended=True)

    def left_out(name: str, why: str, partner: PartnerPapers, code: str, **given: Any) -> Case:
        memory = given.pop("remember", {})
        return _case(
            f"partner-{name}",
            why,
            bundle(content(None, partner, suspended)),
            _good(cities=(bois,), left_out={partner.issuer: code}, memory=memory),
            **given,
        )

    def with_papers(**changes: Any) -> PartnerPapers:
        carried = theirs.carried()
        return theirs.as_partner(city=replace(carried, papers=replace(carried.papers, **changes)))

    yield left_out(
        "fingerprint",
        "The root is not the one that two officials compared.",
        theirs.as_partner(fingerprint=others.fingerprint),
        "fingerprint-differs",
    )
    yield left_out("roots-broken", "Its root is no root.", with_papers(roots=(*theirs.roots, b"{}")), "root-chain")
    yield left_out("targets-broken", "Its targets file is nothing.", with_papers(targets=b""), "targets-signature")
    yield left_out(
        "statement-swapped",
        "Its statement is another city's.",
        with_papers(statement=others.statement.to_json()),
        "statement-hash",
    )
    ended = theirs.with_root(lambda root: setattr(root, "expires", NOW))
    yield left_out("root-expired", "Its root has ended.", ended.as_partner(), "root-expired")
    stale = replace(theirs, targets_made=NOW - timedelta(days=396))
    yield left_out("targets-expired", "Its targets file has ended.", stale.as_partner(), "targets-expired")
    mark = theirs.fingerprint.hex()
    yield left_out(
        "older",
        "The device has seen a newer targets file of it.",
        theirs.as_partner(),
        "older",
        memory={mark: Seen(2)},
        remember={mark: Seen(2)},
    )
    as_us = theirs.saying(issuer=port_sable().city.url, status_lists=(f"{port_sable().city.url}/status/9",))
    yield left_out("speaks-for-us", "Its statement speaks in the name of our city.", as_us.as_partner(), "wrong-issuer")
    listed = as_us.as_partner(issuer=port_sable().city.url)
    yield left_out("is-us", "A partner is listed under our own address.", listed, "own-issuer")
    shared = theirs.saying(keys=(*theirs.statement.keys, port_sable().statement.keys[0]))
    yield left_out(
        "our-key",
        "It lists a key of ours.",
        shared.as_partner(),
        "key-shared",
        remember={mark: Seen(shared.targets_version)},
    )
    same = theirs.saying(keys=(*theirs.statement.keys, others.statement.keys[0]))
    yield _case(
        "partners-same-key",
        "Two partners list the same key: neither is believed.",
        bundle(content(None, same.as_partner(), suspended)),
        _good(
            cities=(),
            left_out={url: "key-shared", others.city.url: "key-shared"},
            memory={mark: Seen(same.targets_version), others.fingerprint.hex(): Seen(1)},
        ),
    )
    below = Town.named("Sous-Rivemont", url=f"{url}/sous")
    greedy = theirs.saying(status_lists=(theirs.city.status_uri, below.city.status_uri))
    yield _case(
        "partners-same-list",
        "Two partners name the same list: neither is believed.",
        bundle(content(None, greedy.as_partner(), below.as_partner())),
        _good(
            cities=(),
            left_out={url: "list-shared", below.city.url: "list-shared"},
            memory={mark: Seen(greedy.targets_version), below.fingerprint.hex(): Seen(1)},
        ),
    )
    weak = theirs.rotated()
    yield _case(
        "partner-rotated",
        "A partner has another root since the officials met.",
        bundle(content(None, weak.as_partner(), suspended)),
        _good(cities=((weak, False), bois)),
    )
    uri = theirs.city.status_uri
    for name, why, token in (
        ("of-another", "Its list is signed by another city.", theirs.status_list(signed_by=others.city.status_key)),
        ("by-card-key", "Its list is signed by its key for cards.", theirs.status_list(signed_by=theirs.city.card_key)),
        ("elsewhere", "Its list says it stands elsewhere.", theirs.status_list(uri=f"{url}/status/2")),
        ("nothing", "Its list is no list.", b"\xa0"),
        ("expired", "Its list has expired.", theirs.status_list(issued_at=NOW - timedelta(days=21))),
    ):
        partner = theirs.as_partner(city=CityPapers(theirs.papers, {uri: token}))
        yield _case(f"list-{name}", why, bundle(content(None, partner, suspended)), _good(without_lists=[uri]))
    stray = f"{url}/status/7"
    more = theirs.as_partner(city=theirs.carried(**{stray: theirs.status_list(uri=stray)}))
    yield _case(
        "list-unnamed", "A list that its statement does not name.", bundle(content(None, more, suspended)), _good()
    )
    yield _case(
        "own-list-missing",
        "Our own list is not there.",
        bundle(content(lists={})),
        _good(without_lists=[port_sable().city.status_uri]),
    )
    twin = Targets(version=1, expires=NOW + timedelta(days=30))
    yield left_out(
        "no-statement",
        "Its targets file names no statement.",
        with_papers(targets=sign(twin, theirs.targets_signers)),
        "statement-hash",
    )


def main() -> None:
    """Write them all into the file that the command names."""
    Path(sys.argv[1]).write_text(json.dumps([case.to_json() for case in bundles()], ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
