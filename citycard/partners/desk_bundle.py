"""What a desk without a network carries: one file of its own city, in which every other city speaks for itself.

A COSE_Sign1 (tag 18) of the type `application/vnd.citycard.desk-bundle+cose`, signed with the city's key of the use
`bundle`; the form of its claims is `desk_form`'s. docs/desk-bundle.md describes it for programmes of other makes.

The key that signed it is believed because the bundle leads from the root whose fingerprint the device was given, over
roots, targets and statement, to that key. So every online key can change without anybody touching the device.

Reading, in this order; the first failure decides (`BundleRefused`, with the code):

1. At most `MAX_BUNDLE` bytes of one COSE_Sign1 in canonical CBOR (bundle-form); of the type above (bundle-type); with
   exactly algorithm, key and type in its header, and a signature of 64 bytes (bundle-form); of this version
   (bundle-version), with exactly the members of `desk_form`, and at most `LIFETIME` to live (bundle-form).
2. From the device's fingerprint to the city's statement: `chain.believe` (its codes). A targets file older than one
   this device has seen is refused (bundle-older): it may not know yet that a key was stolen. Keys that the bundle or
   the device's memory calls compromised are so, whatever the statement says.
3. That statement speaks for the city that the bundle says it is of (bundle-issuer).
4. The key that is named stands there with the use `bundle`, active or standby, and in use on the day of signing
   (bundle-key). The signature fits the bytes as received (bundle-signature).
5. It is not dated more than `AHEAD` in the future (clock), not older than the one seen last (bundle-older), and has not
   expired (bundle-expired).
6. Each partner likewise, from the fingerprint that our city names, with the codes of (2), but `older` for an older
   targets file. It speaks for the city it is named as (wrong-issuer), which is not ours (own-issuer). One that fails is
   left out, and the others stay.
7. A key or a list that two cities name: every foreign one of them is left out, ours never (key-shared, list-shared).
8. Each list is read under its own city's status key. One that is refused is not held, and cards of it are STALE_STATUS.

The timestamp and snapshot of a repository are not in a bundle: our city's signature and the time in it stand for them.
So it does for marks of compromise (`marks`): the bundle names the keys that were ever marked while our city looked.

What a device remembers (`Held.memory`) is why a thief of the bundle key cannot come with last month's statement, in
which that key was still good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from citycard.core import cbor, cose
from citycard.core.errors import KeyRefused, ListRefused, TrustRefused
from citycard.core.keys import KeyState, KeyUse, PinnedKey
from citycard.core.status import StatusList, read_status_list
from citycard.core.trust import Issuer, TrustStore, is_demo_issuer
from citycard.partners.chain import ChainRefused, Papers, believe
from citycard.partners.desk_form import DESK, EXP, IAT, ISS, VERSION, is_bundle, version_of
from citycard.partners.judgement import sharing
from citycard.partners.marks import marked
from citycard.partners.statement import to_issuer

TYPE = "application/vnd.citycard.desk-bundle+cose"

MAX_BUNDLE = 8 << 20
"""8 MiB. A city of 200,000 with fifty partners has 700 kB."""

LIFETIME = timedelta(days=21)
"""As long as a status list: after that no card could be checked anyway."""

AHEAD = timedelta(minutes=10)
"""How far the city's clock may be ahead of the device's."""

Plain = Mapping[str, Any]


class BundleRefused(TrustRefused):
    """Not a bundle to go by; `code` names the step."""

    code = "bundle"


@dataclass(frozen=True)
class CityPapers:
    """A city in a bundle: from its roots to its statement, and its status lists as it signed them."""

    papers: Papers
    lists: Mapping[str, bytes] = field(default_factory=dict)
    compromised: frozenset[bytes] = frozenset()
    """Thumbprints of keys of the statement that the city marked since."""


@dataclass(frozen=True)
class PartnerPapers:
    """A partner in a bundle: which root two officials compared, and whether we suspended it."""

    issuer: str
    fingerprint: bytes
    suspended: bool
    city: CityPapers


@dataclass(frozen=True)
class Content:
    """What is in a bundle. Agreements and services are plain values of the form that `desk_form` wants."""

    issuer: str
    timezone: str
    language: str
    colour: str
    own: CityPapers
    partners: tuple[PartnerPapers, ...] = ()
    agreements: Mapping[str, Plain] = field(default_factory=dict)
    services: tuple[Plain, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A partner that is not believed, and why."""

    issuer: str
    code: str


@dataclass(frozen=True)
class Seen:
    """What a device remembers of a city: its newest targets file, and which keys of the statement are compromised."""

    targets: int = 0
    compromised: frozenset[bytes] = frozenset()


Memory = Mapping[str, Seen]
"""By fingerprint in hex, the one that the device was given and those that our city names."""


@dataclass(frozen=True)
class Held:
    """What a desk goes by."""

    issuer: str
    names: Mapping[str, str]
    language: str
    colour: str
    timezone: str
    issued_at: datetime
    expires_at: datetime
    trust: TrustStore
    lists: Mapping[str, StatusList]
    suspended: frozenset[str]
    agreements: Mapping[str, Plain]
    services: tuple[Plain, ...]
    left_out: tuple[LeftOut, ...]
    memory: Memory
    """To be kept, and given with the next bundle."""

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration, whose cards prove nothing."""
        return is_demo_issuer(self.issuer)


def claims_of(content: Content, *, issued_at: int) -> dict[Any, Any]:
    """Return the claims of a bundle; raise `BundleRefused` when they have not the form of one."""
    claims = {
        ISS: content.issuer,
        EXP: issued_at + int(LIFETIME.total_seconds()),
        IAT: issued_at,
        DESK: {
            "version": VERSION,
            "timezone": content.timezone,
            "language": content.language,
            "colour": content.colour,
            "own": _to_claims(content.own),
            "partners": [
                {
                    "issuer": partner.issuer,
                    "fingerprint": partner.fingerprint,
                    "suspended": partner.suspended,
                    **_to_claims(partner.city),
                }
                for partner in sorted(content.partners, key=lambda each: each.issuer)
            ],
            "agreements": {issuer: dict(terms) for issuer, terms in content.agreements.items()},
            "services": [dict(service) for service in content.services],
        },
    }
    if not is_bundle(claims):
        raise BundleRefused("This has not the form of a bundle.", code="bundle-form")
    return claims


def encode_claims(claims: dict[Any, Any]) -> bytes:
    """Return the claims as they stand in the bundle."""
    return cbor.encode(claims)


def write_bundle(content: Content, *, issued_at: int, key: PinnedKey, sign: cose.SignBytes) -> bytes:
    """Return the signed bundle; raise `BundleRefused` when it has not the form or is too large."""
    claims = claims_of(content, issued_at=issued_at)
    data = cose.seal({cose.ALG: int(key.public.algorithm), cose.KID: key.kid, cose.TYP: TYPE}, claims, sign)
    if len(data) > MAX_BUNDLE:
        raise BundleRefused("The bundle is larger than a device takes.", code="bundle-large")
    return data


def _to_claims(city: CityPapers) -> dict[str, Any]:
    return {
        "roots": list(city.papers.roots),
        "targets": city.papers.targets,
        "statement": city.papers.statement,
        "compromised": sorted(city.compromised),
        "lists": dict(city.lists),
    }


def read_bundle(
    data: bytes, *, fingerprint: bytes, now: datetime, seen: datetime | None = None, memory: Memory | None = None
) -> Held:
    """Return what `data` says to a device that was given `fingerprint`; raise `BundleRefused` by the steps above.

    `seen` is when the last bundle was signed, `memory` what it left; a device that lost them passes none.
    """
    known = memory or {}
    # (1)
    envelope = _envelope(data)
    claims, desk = envelope.claims, envelope.claims[DESK]
    # (2)
    own_papers = _from_claims(desk["own"])
    demo = is_demo_issuer(claims[ISS])
    try:
        ours, remembered = _believe(own_papers, fingerprint, now=now, demo=demo, memory=known)
    except _Older as older:
        raise BundleRefused(str(older), code="bundle-older") from None
    except ChainRefused as refused:
        raise BundleRefused(str(refused), code=refused.code) from None
    # (3)
    if ours.url != claims[ISS]:
        raise BundleRefused("The bundle speaks in the name of another city.", code="bundle-issuer")
    # (4)
    issued_at, expires_at = (datetime.fromtimestamp(claims[name], UTC) for name in (IAT, EXP))
    _check_signature(envelope, ours, issued_at)
    # (5)
    if issued_at > now + AHEAD:
        raise BundleRefused("The bundle is dated in the future, or the clock of this device is wrong.", code="clock")
    if seen is not None and issued_at < seen:
        raise BundleRefused("This bundle is older than the one seen last.", code="bundle-older")
    if now >= expires_at:
        raise BundleRefused("The bundle has expired.", code="bundle-expired")
    # (6)
    kept = {**known, fingerprint.hex(): remembered}
    left_out: dict[str, str] = {}
    read: dict[str, tuple[Issuer, CityPapers]] = {}
    for each in desk["partners"]:
        url, mark, papers = each["issuer"], each["fingerprint"], _from_claims(each)
        try:
            issuer, remembered = _believe(papers, mark, now=now, demo=demo, memory=known)
            _check_name(issuer, named=url, ours=ours)
        except TrustRefused as refused:
            left_out[url] = refused.code
        else:
            read[url] = issuer, papers
            kept[mark.hex()] = remembered
    # (7)
    left_out |= sharing(ours, [issuer for issuer, _ in read.values()])
    cities = [(ours, own_papers), *(pair for url, pair in read.items() if url not in left_out)]
    suspended = frozenset(each["issuer"] for each in desk["partners"] if each["suspended"])
    return Held(
        issuer=ours.url,
        names=ours.names,
        language=desk["language"],
        colour=desk["colour"],
        timezone=desk["timezone"],
        issued_at=issued_at,
        expires_at=expires_at,
        trust=TrustStore(issuer for issuer, _ in cities),
        lists=_lists(cities, now),
        suspended=suspended - left_out.keys(),
        agreements=desk["agreements"],
        services=tuple(desk["services"]),
        left_out=tuple(LeftOut(url, code) for url, code in sorted(left_out.items())),
        memory=kept,
    )


class _Older(TrustRefused):
    """A targets file from before the newest one seen."""

    code = "older"


def _believe(city: CityPapers, fingerprint: bytes, *, now: datetime, demo: bool, memory: Memory) -> tuple[Issuer, Seen]:
    """Return the city that the papers lead to, and what to remember of it (2)."""
    believed = believe(city.papers, fingerprint=fingerprint, now=now, allow_demo=demo)
    seen = memory.get(fingerprint.hex(), Seen())
    if believed.targets_version < seen.targets:
        raise _Older("This is from before the newest statement seen.")
    # What stands in no key of this statement need not be remembered: an older statement is refused.
    marks = (city.compromised | seen.compromised) & {key.public.thumbprint for key in believed.statement.keys}
    return to_issuer(marked(believed.statement, marks)), Seen(believed.targets_version, marks)


def _envelope(data: bytes) -> cose.Envelope:
    if len(data) > MAX_BUNDLE:
        raise BundleRefused("This is larger than a bundle.", code="bundle-form")
    try:
        envelope = cose.parse(data)
    except (cose.EnvelopeError, cbor.CborError):
        raise BundleRefused("This is not a signed bundle.", code="bundle-form") from None
    if envelope.header.get(cose.TYP) != TYPE:
        raise BundleRefused("This is signed, and not a bundle.", code="bundle-type")
    if not envelope.header_is(cose.ALG, cose.KID, cose.TYP):
        raise BundleRefused("This is not a signed bundle.", code="bundle-form")
    version = version_of(envelope.claims)
    if type(version) is int and version != VERSION:
        raise BundleRefused("This bundle is of another version: update this programme.", code="bundle-version")
    if not is_bundle(envelope.claims):
        raise BundleRefused("A member of the bundle is missing, unknown or not of its kind.", code="bundle-form")
    if not 0 < envelope.claims[EXP] - envelope.claims[IAT] <= LIFETIME.total_seconds():
        raise BundleRefused("The bundle ends before it begins, or lives too long.", code="bundle-form")
    return envelope


def _from_claims(city: Plain) -> CityPapers:
    papers = Papers(tuple(city["roots"]), city["targets"], city["statement"])
    return CityPapers(papers, city["lists"], frozenset(city["compromised"]))


def _check_signature(envelope: cose.Envelope, ours: Issuer, issued_at: datetime) -> None:
    key = ours.key(envelope.kid, KeyUse.BUNDLE)
    if key is None or key.state not in (KeyState.ACTIVE, KeyState.STANDBY):
        raise BundleRefused("The city does not sign bundles with this key.", code="bundle-key")
    if not key.first_day <= issued_at.date() <= key.last_day:
        raise BundleRefused("The bundle was signed outside its key's days.", code="bundle-key")
    try:
        envelope.open(key.public)
    except KeyRefused:
        raise BundleRefused("The signature of the bundle is not good.", code="bundle-signature") from None


def _check_name(issuer: Issuer, *, named: str, ours: Issuer) -> None:
    if issuer.url != named:
        raise TrustRefused("The statement speaks in the name of another city.", code="wrong-issuer")
    if issuer.url == ours.url:
        raise TrustRefused("The statement speaks in the name of our own city.", code="own-issuer")


def _lists(cities: Iterable[tuple[Issuer, CityPapers]], now: datetime) -> dict[str, StatusList]:
    # (8)
    held: dict[str, StatusList] = {}
    for issuer, papers in cities:
        for uri, token in papers.lists.items():
            try:
                held[uri] = read_status_list(token, issuer=issuer, uri=uri, now=now)
            except ListRefused:
                continue
    return held
