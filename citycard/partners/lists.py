"""Fetching which cards of a partner have ended.

1. Each list that the city's statement names is asked for at the source, under the path it has below the issuer URL,
   in CWT form: a server of another make may have the JWT ready.
2. With the ETag of the list held: the usual answer is "the same", and a few hundred bytes. Once the list held has
   expired, or its key counts no more, "the same" is a failure: somebody holds back the newer one.
3. What comes is read by the core (signed by this city's status key, for this address, not expired) and must follow the
   list held: not older, not smaller, nothing revoked turning valid.
4. A list that cannot be had or believed leaves the one held in place and does not stop the others; its age will speak
   at the desk.
5. All lists of one city together inflate to at most `MAX_OF_A_CITY` bytes: every desk's server keeps them in memory,
   and sixty-four lists of nothing, a few kilobytes each to fetch, would fill it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from citycard.core.errors import CitycardError, ListRefused
from citycard.core.status import MAX_LIST, MAX_TOKEN, TYPE, StatusList, read_status_list
from citycard.core.trust import Issuer
from citycard.partners.sources import NotModified, Source

MAX_OF_A_CITY = 2 * MAX_LIST
"""16 MiB: 2^26 cards at 2 bits. Sixty-four lists of our own size are an eighth of it."""


@dataclass(frozen=True)
class Held:
    """A list as stored: its signed bytes, and the ETag it came with."""

    token: bytes
    etag: str | None = None


@dataclass(frozen=True)
class FetchedList:
    """What came of asking for one list. `fresh` is to be stored, if there is one; `error` is a code."""

    uri: str
    fresh: Held | None = None
    status_list: StatusList | None = None
    error: str | None = None

    @property
    def unchanged(self) -> bool:
        """Whether the source still has the list held, so that only the time of asking is new."""
        return self.fresh is None and self.error is None


def fetch_lists(issuer: Issuer, source: Source, *, held: Mapping[str, Held], now: datetime) -> tuple[FetchedList, ...]:
    """Ask `source` for every status list of `issuer`; `held` by URI. Raises nothing for a partner's fault (4)."""
    found = []
    sizes = {uri: _size(_read_again(held[uri], issuer, uri)) for uri in issuer.status_lists if uri in held}
    for uri in issuer.status_lists:
        each = _fetch_list(issuer, source, uri, held.get(uri), now)
        # (5) Those held count before their turn has come: they stay if theirs brings nothing new.
        if each.fresh is not None:
            others = sum(size for other, size in sizes.items() if other != uri)
            if others + _size(each.status_list) > MAX_OF_A_CITY:
                each = FetchedList(uri, error="list-large")
            else:
                sizes[uri] = _size(each.status_list)
        found.append(each)
    return tuple(found)


def _size(status_list: StatusList | None) -> int:
    return len(status_list.statuses) if status_list is not None else 0


def _fetch_list(issuer: Issuer, source: Source, uri: str, held: Held | None, now: datetime) -> FetchedList:
    try:
        # (1) (2)
        path = uri.removeprefix(issuer.url)
        answer = source.get(path, etag=held.etag if held else None, cap=MAX_TOKEN, accept=TYPE)
        if held and (isinstance(answer, NotModified) or answer.body == held.token):
            return FetchedList(uri, status_list=read_status_list(held.token, issuer=issuer, uri=uri, now=now))
        if isinstance(answer, NotModified):
            raise ListRefused("The source says that we have the list; we do not.", code="list-form")
        # (3)
        status_list = read_status_list(answer.body, issuer=issuer, uri=uri, now=now)
        if held and (previous := _read_again(held, issuer, uri)):
            status_list.succeeds(previous)
    except CitycardError as error:
        # (4)
        return FetchedList(uri, error=error.code)
    return FetchedList(uri, Held(answer.body, answer.etag), status_list)


def _read_again(held: Held, issuer: Issuer, uri: str) -> StatusList | None:
    """Return the list held, expired or not; None when its key is no longer believed: then its word binds nobody."""
    try:
        return read_status_list(held.token, issuer=issuer, uri=uri, now=None)
    except ListRefused:
        return None
