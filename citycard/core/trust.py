"""Whose signatures count: cities, and the keys that two officials compared fingerprints for.

1. A city is named by its issuer URL, which never changes: https, a lower-case ASCII host, no port, user, query or
   fragment, no slash at the end. Names under .invalid, .test, .example and .localhost belong to demonstrations; only
   a reader that was told so accepts them.
2. A city appears once. A key belongs to one city and has one use; the same key under two cities is refused, because
   then neither could say whose card it is.
3. Status lists are the city's own: their addresses stand under its issuer URL.
4. A key is looked up by (issuer, kid). Nothing inside a card adds a key, and nothing is ever fetched for a card.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from citycard.core.claims import MAX_URL
from citycard.core.errors import TrustRefused
from citycard.core.keys import KeyUse, PinnedKey

HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
"""A host name with a dot, whose last label begins with a letter: no spelling of an address in numbers is one."""

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_DEMO_ENDINGS = (".invalid", ".test", ".example", ".localhost")
"""Reserved by RFC 2606 and RFC 6761: nobody can own them, so nobody can be impersonated by a demonstration."""


def check_issuer_url(url: str, *, allow_demo: bool) -> None:
    """Return if `url` can name a city (rule 1); raise `TrustRefused` if not."""
    if len(url) > MAX_URL or not url.startswith("https://"):
        raise TrustRefused("A city's address begins with https:// and is short.", code="issuer-form")
    host, slash, path = url.removeprefix("https://").partition("/")
    if not HOST.fullmatch(host) or not _PATH.fullmatch(slash + path) or "/." in slash + path:
        raise TrustRefused("A city's address is a plain host name, with a plain path at most.", code="issuer-form")
    if is_demo_issuer(url) and not allow_demo:
        raise TrustRefused("This is a demonstration city: its cards prove nothing.", code="issuer-demo")


def is_demo_issuer(url: str) -> bool:
    """Whether the issuer `url` stands under a name that is reserved for tests and demonstrations."""
    return url.removeprefix("https://").partition("/")[0].endswith(_DEMO_ENDINGS)


@dataclass(frozen=True)
class Issuer:
    """A recognised city: its URL, its names by language code, its keys, and where its status lists stand."""

    url: str
    names: Mapping[str, str]
    keys: tuple[PinnedKey, ...]
    status_lists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # (3)
        for uri in self.status_lists:
            if not uri.startswith(self.url + "/"):
                raise TrustRefused("A status list stands outside its city's address.", code="list-elsewhere")
        # (2)
        if len({key.public.thumbprint for key in self.keys}) != len(self.keys):
            raise TrustRefused("A key appears twice.", code="key-twice")
        if len({key.kid for key in self.keys}) != len(self.keys):
            raise TrustRefused("Two keys have the same name.", code="key-twice")

    def key(self, kid: bytes, use: KeyUse) -> PinnedKey | None:
        """Return the key named `kid` if it is meant for `use`."""
        for key in self.keys:
            if key.kid == kid:
                return key if key.use is use else None
        return None


class TrustStore:
    """The cities recognised here, at one moment; a change makes a new store."""

    def __init__(self, issuers: Iterable[Issuer]) -> None:
        by_url: dict[str, Issuer] = {}
        owner: dict[bytes, str] = {}
        cards: dict[tuple[str, bytes], PinnedKey] = {}
        for issuer in issuers:
            # (2)
            if issuer.url in by_url:
                raise TrustRefused("A city appears twice.", code="issuer-twice")
            by_url[issuer.url] = issuer
            for key in issuer.keys:
                if owner.setdefault(key.public.thumbprint, issuer.url) != issuer.url:
                    raise TrustRefused("Two cities show the same key.", code="key-shared")
                if key.use is KeyUse.CARD:
                    cards[issuer.url, key.kid] = key
        self._by_url: Mapping[str, Issuer] = MappingProxyType(by_url)
        self._cards: Mapping[tuple[str, bytes], PinnedKey] = MappingProxyType(cards)

    def __iter__(self) -> Iterator[Issuer]:
        return iter(self._by_url.values())

    def issuer(self, url: str) -> Issuer | None:
        """Return the recognised city with this issuer URL."""
        return self._by_url.get(url)

    def card_key(self, issuer_url: str, kid: bytes) -> PinnedKey | None:
        """Return the key that `kid` names among this city's keys for cards (4)."""
        return self._cards.get((issuer_url, kid))
