"""The town of the training at desks: its keys can be made by everybody, so that its cards prove nothing to anybody.

1. It stands under an address that ends in `.invalid`: a desk believes such a town in its training only, and no reader
   outside demonstrations knows one (`core.trust`). Its cards may be printed, copied and left lying about.
2. Its keys come from words that stand here, one set for each year. The statement has those of two years before, too, so
   that a sheet printed in December still says in March what it said.
3. `bundle` is what a device takes when its training begins; services, language and colour are those of the office that
   gives it, so that people practise on what they will do. It comes with the fingerprint that it is read under.
4. `cards` is one card of each kind that a desk meets, with the answer that it gets.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from tuf.api.metadata import Root

from citycard.core import cose
from citycard.core.claims import Identity
from citycard.core.issue import card_claims, encode
from citycard.core.keys import KeyState, KeyUse, PinnedKey, PublicKey
from citycard.core.number import new_number
from citycard.core.status import pack, write_status_list
from citycard.core.verdicts import Verdict
from citycard.demo import training
from citycard.demo.papers import forged
from citycard.demo.portraits import Look, draw_portrait
from citycard.demo.practice import Story, stories
from citycard.keystore.signers import EncryptedFileSigner, tuf_key
from citycard.partners.chain import Papers
from citycard.partners.desk_bundle import CityPapers, Content, write_bundle
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import sign_targets
from citycard.partners.statement import Statement
from citycard.partners.tuf_files import sign

ISSUER = "https://desk.training.invalid"
ELSEWHERE = "https://elsewhere.training.invalid"
"""Another town, which the training does not know."""

LIST = f"{ISSUER}/status/1"
PLACES = 64
GOOD, ENDED, SUSPENDED = 1, 2, 3
"""Places in the list, and what stands there."""

_AGE = timedelta(minutes=15)
_PORTRAIT = (72, 96)


@dataclass(frozen=True)
class Made:
    """A bundle, and the fingerprint that it is read under."""

    fingerprint: bytes
    data: bytes


@dataclass(frozen=True)
class TrainingCard:
    """A card to practise with."""

    code: str
    name: str
    """Printed beside the code, as on a real card; empty for a light code."""
    verdict: Verdict
    small: bool = False
    portrait: bool = True


class _Key:
    """A key that everybody can make (2)."""

    def __init__(self, words: str) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(
            hashlib.sha256(f"citycard training: {words}".encode()).digest()
        )
        self.public = PublicKey.from_cryptography(self.private.public_key())
        self.sign: cose.SignBytes = self.private.sign

    def pinned(self, use: KeyUse, year: int) -> PinnedKey:
        return PinnedKey(self.public, use, KeyState.ACTIVE, date(year, 1, 1), date(year, 12, 31))

    @property
    def signer(self) -> EncryptedFileSigner:
        return EncryptedFileSigner(self.private, tuf_key(self.public))


def bundle(content: Content, *, now: datetime) -> Made:
    """Return the bundle of the training at `now`; `content` is what the office itself would give (3)."""
    year = now.year
    root, papers = _papers(year)
    issued_at = int(now.timestamp()) // int(_AGE.total_seconds()) * int(_AGE.total_seconds())
    key = _Key(f"bundle {year}")
    own = CityPapers(papers, {LIST: _status_list(year, issued_at)})
    said = replace(content, issuer=ISSUER, own=own, partners=(), agreements={})
    data = write_bundle(said, issued_at=issued_at, key=key.pinned(KeyUse.BUNDLE, year), sign=key.sign)
    return Made(Fingerprint.of(root).sha256, data)


def cards(*, today: date, zone: ZoneInfo) -> tuple[TrainingCard, ...]:
    """Return one card of each kind, as of `today` (4)."""
    return tuple(_cards(today, zone))


def _cards(today: date, zone: ZoneInfo) -> Iterator[TrainingCard]:
    people = stories()
    last_day = today + timedelta(days=365)
    before = today.year - 1

    def card(
        place: int,
        *,
        verdict: Verdict = Verdict.OK,
        index: int = GOOD,
        small: bool = False,
        portrait: bool = True,
        issuer: str = ISSUER,
        year: int = today.year,
        ends: date = last_day,
    ) -> TrainingCard:
        person = people[place].person
        said = _identity(people[place], today, portrait=portrait)
        key = _Key(f"card {year}" if issuer == ISSUER else f"elsewhere {year}")
        claims = card_claims(
            issuer=issuer,
            identity=said.light() if small else said,
            issued_on=date(year, 1, 2) if year != today.year else max(date(year, 1, 1), today - timedelta(days=1)),
            expires_on=ends,
            zone=zone,
            status_index=index,
            status_uri=f"{issuer}/status/1",
        )
        code = encode(claims, key=key.pinned(KeyUse.CARD, year), sign=key.sign)
        return TrainingCard(code, "" if small else person.name, verdict, small, portrait and not small)

    yield card(0)
    yield card(1, verdict=Verdict.EXPIRED, year=before, ends=today - timedelta(days=40))
    yield card(0, small=True)
    yield card(2, verdict=Verdict.REVOKED, index=ENDED)
    yield card(3, portrait=False)
    good = card(4)
    yield replace(good, code=forged(good.code), verdict=Verdict.BAD_SIGNATURE)
    yield card(5, verdict=Verdict.SUSPENDED, index=SUSPENDED)
    yield card(6, verdict=Verdict.UNKNOWN_ISSUER, issuer=ELSEWHERE)


def _identity(story: Story, today: date, *, portrait: bool) -> Identity:
    person = story.person
    digest = hashlib.sha256(f"training card {story.key}".encode()).digest()
    return Identity(
        number=new_number(lambda count: digest[:count]),
        full_name=person.name,
        date_of_birth=person.date_of_birth(today) or None,
        portrait=_portrait(story.look) if portrait else None,
        country="FR",
    )


@lru_cache(maxsize=16)
def _portrait(look: Look) -> bytes:
    # Ours, and drawn a moment ago: none of the care that an upload needs.
    with Image.open(io.BytesIO(draw_portrait(look))) as drawn:
        small = drawn.convert("L").convert("RGB").resize(_PORTRAIT, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=15, method=6)
    return out.getvalue()


@lru_cache(maxsize=2)
def _papers(year: int) -> tuple[bytes, Papers]:
    """From the root to the statement, made on the first of January."""
    made = datetime(year, 1, 1, tzinfo=UTC)
    roots, targets = (_Key(f"root {year}").signer,), (_Key(f"targets {year}").signer,)
    root = Root(version=1, expires=datetime(year + 2, 1, 1, tzinfo=UTC), consistent_snapshot=True)
    online = _Key(f"online {year}").signer
    for role, signer in (("root", roots[0]), ("targets", targets[0]), ("snapshot", online), ("timestamp", online)):
        root.add_key(signer.public_key, role)
    names = training.SETTINGS["names"]
    statement = Statement(
        issuer=ISSUER,
        names=dict(names) if isinstance(names, dict) else {},
        country="FR",
        communes=("00000",),
        keys=(
            *(_Key(f"card {each}").pinned(KeyUse.CARD, each) for each in (year - 2, year - 1, year)),
            _Key(f"status {year}").pinned(KeyUse.STATUS, year),
            _Key(f"bundle {year}").pinned(KeyUse.BUNDLE, year),
        ),
        status_lists=(LIST,),
        contact="training.invalid",
        issued_on=made.date(),
    )
    document = statement.to_json()
    first = sign(root, roots)
    return first, Papers((first,), sign_targets(document, version=1, signers=targets, now=made), document)


def _status_list(year: int, issued_at: int) -> bytes:
    key = _Key(f"status {year}")
    return write_status_list(
        pack({ENDED: 1, SUSPENDED: 2}, bits=2, size=PLACES),
        uri=LIST,
        bits=2,
        key=key.pinned(KeyUse.STATUS, year),
        issued_at=issued_at,
        expires_at=issued_at + 21 * 86_400,
        ttl=900,
        sign=key.sign,
    )
