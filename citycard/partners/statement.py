"""What a city says about itself: one JSON document, the target of its TUF repository.

A statement is read in this order, and nothing of it is stored when a step fails:

1. At most 64 KiB of JSON that can be read in one way (`strict_json`), version 1, exactly the members of `Statement`.
2. The issuer is an address that can name a city.
3. Names, contact and retention are plain texts: no controls, nothing that turns the reading direction.
4. Country, communes and services are codes.
5. Each key is a public key that may be pinned: not private, not weak, not one printed in a standard, none twice. A card
   key signs for a year at most. No card keys at all is allowed: a city may recognise without issuing.
6. Status lists stand under the issuer's address, with a plain path.

Reading says that a statement is well-formed. Whether we may believe it beside the others is `judgement.check_against`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from citycard.core.errors import KeyRefused, TrustRefused
from citycard.core.keys import KeyUse, PinnedKey
from citycard.core.strict_json import JsonRefused, read_json
from citycard.core.text import TextRefused, check_text
from citycard.core.trust import Issuer, check_issuer_url
from citycard.partners.published_keys import is_published

VERSION = 1

MAX_STATEMENT = 64 << 10
"""64 KiB. A key is 330 bytes, so 60 keys, 300 communes and four languages are half of it; more is not a city."""

MAX_NAME = 100
"""Longest name of a city, in characters: what fits a line of the card and of a desk's screen."""

MAX_CONTACT = 200
"""An office, an address and a telephone number."""

MAX_RETENTION = 2000
"""A page of text on how long what is kept; the full policy is the city's own web page."""

MAX_LANGUAGES = 40
MAX_COMMUNES = 2000
"""France's largest département has 890 communes."""
MAX_SERVICES = 100
MAX_KEYS = 64
"""A city with four keys a year keeps those of sixteen years: longer than any card is valid."""
MAX_LISTS = 64
"""Lists of 2^17 cards: 8 million cards."""

MAX_CARD_KEY_DAYS = 366
"""An issuing key lives at most a year, so that losing one does not lose every card of the city (trust rules)."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_COMMUNE = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]{0,14}[0-9A-Za-z])?")
_SERVICE = re.compile(r"[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIST_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}")
_KEY_CODES = {"key-private": "private-key", "key-weak": "weak-key"}


class StatementRefused(TrustRefused):
    """A statement that must not be believed; `code` names the rule, the sentence repeats nothing of the statement."""

    code = "statement"


@dataclass(frozen=True)
class Statement:
    """A city's statement. `names` and `retention` are texts by language code (ISO 639)."""

    issuer: str
    names: Mapping[str, str]
    country: str
    communes: tuple[str, ...]
    keys: tuple[PinnedKey, ...]
    status_lists: tuple[str, ...]
    contact: str
    issued_on: date
    services: tuple[str, ...] = ()
    retention: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> bytes:
        """Return the document: members sorted, no spaces, UTF-8. What `read_statement` would refuse can be written."""
        document = {
            "version": VERSION,
            "issuer": self.issuer,
            "names": dict(self.names),
            "country": self.country,
            "communes": list(self.communes),
            "keys": [key.to_json() for key in self.keys],
            "status_lists": list(self.status_lists),
            "contact": self.contact,
            "services": list(self.services),
            "retention": dict(self.retention),
            "issued_on": self.issued_on.isoformat(),
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


_MEMBERS = frozenset({each.name for each in fields(Statement)} | {"version"})


def to_issuer(statement: Statement) -> Issuer:
    """Return the city as the core's trust store knows it."""
    return Issuer(statement.issuer, statement.names, statement.keys, statement.status_lists)


def read_statement(data: bytes, *, allow_demo: bool) -> Statement:
    """Return the statement in `data`; raise `StatementRefused` by rules 1 to 6. `allow_demo` admits .invalid hosts."""
    # (1)
    try:
        document = read_json(data, at_most=MAX_STATEMENT)
    except JsonRefused as refused:
        raise StatementRefused(str(refused), code=refused.code) from None
    if type(document) is not dict:
        raise StatementRefused("A statement is a JSON object.", code="members")
    if document.get("version") is True or document.get("version") != VERSION:
        raise StatementRefused("This statement is of another version: update this software.", code="version")
    if set(document) != _MEMBERS:
        raise StatementRefused("A member of the statement is missing or unknown.", code="members")
    # (2)
    issuer = _text(document["issuer"], "issuer")
    try:
        check_issuer_url(issuer, allow_demo=allow_demo)
    except TrustRefused as refused:
        raise StatementRefused(str(refused), code=refused.code) from None
    # (3)
    names = _texts(document["names"], "names", at_most=MAX_NAME)
    if not names:
        raise StatementRefused("A city has a name in one language at least.", code="names")
    contact = _plain(document["contact"], "contact", at_most=MAX_CONTACT)
    retention = _texts(document["retention"], "retention", at_most=MAX_RETENTION)
    # (4)
    country = _text(document["country"], "country")
    if not _COUNTRY.fullmatch(country):
        raise StatementRefused("A country is two letters of ISO 3166.", code="country")
    communes = _codes(document["communes"], "communes", _COMMUNE, at_most=MAX_COMMUNES)
    services = _codes(document["services"], "services", _SERVICE, at_most=MAX_SERVICES)
    # (5)
    keys = _keys(document["keys"])
    # (6)
    return Statement(
        issuer=issuer,
        names=names,
        country=country,
        communes=communes,
        keys=keys,
        status_lists=_status_lists(document["status_lists"], issuer),
        contact=contact,
        issued_on=_day(document["issued_on"]),
        services=services,
        retention=retention,
    )


def _keys(value: Any) -> tuple[PinnedKey, ...]:
    keys = []
    for member in _list(value, "keys", at_most=MAX_KEYS):
        if type(member) is not dict:
            raise StatementRefused("A key is a JSON object.", code="keys")
        try:
            key = PinnedKey.from_json(member)
        except KeyRefused as refused:
            raise StatementRefused(str(refused), code=_KEY_CODES.get(refused.code, refused.code)) from None
        if is_published(key.public.thumbprint):
            raise StatementRefused("This key is printed in a standard: anybody can sign for it.", code="test-key")
        if key.use is KeyUse.CARD and (key.last_day - key.first_day).days >= MAX_CARD_KEY_DAYS:
            raise StatementRefused("A card key signs for more than a year.", code="key-days")
        keys.append(key)
    # The kid too: two keys with one name would make "which key signed this?" a matter of order.
    if len({key.kid for key in keys}) != len(keys):
        raise StatementRefused("A key appears twice.", code="duplicate-key")
    return tuple(keys)


def _status_lists(value: Any, issuer: str) -> tuple[str, ...]:
    uris = []
    for member in _list(value, "status_lists", at_most=MAX_LISTS):
        uri = _text(member, "status_lists")
        if not uri.startswith(issuer + "/") or not _LIST_PATH.fullmatch(uri.removeprefix(issuer)):
            raise StatementRefused("A status list stands outside its city's address.", code="list-elsewhere")
        uris.append(uri)
    if len(set(uris)) != len(uris):
        raise StatementRefused("A status list appears twice.", code="status_lists")
    return tuple(uris)


def _texts(value: Any, member: str, *, at_most: int) -> Mapping[str, str]:
    if type(value) is not dict or len(value) > MAX_LANGUAGES or not all(map(_LANGUAGE.fullmatch, value)):
        raise StatementRefused(f"“{member}” holds texts by language code.", code=member)
    texts = {language: _plain(text, member, at_most=at_most) for language, text in value.items()}
    return MappingProxyType(texts)


def _plain(value: Any, member: str, *, at_most: int) -> str:
    text = _text(value, member)
    try:
        check_text(text, at_most=at_most)
    except TextRefused as refused:
        # Not the text's own code: what it says is for whoever types a text here, and nobody here can mend this one.
        raise StatementRefused(f"“{member}”: {refused}", code=member) from None
    return text


def _codes(value: Any, member: str, form: re.Pattern[str], *, at_most: int) -> tuple[str, ...]:
    codes = [_text(each, member) for each in _list(value, member, at_most=at_most)]
    if len(set(codes)) != len(codes) or not all(map(form.fullmatch, codes)):
        raise StatementRefused(f"“{member}” holds codes, each once.", code=member)
    return tuple(codes)


def _list(value: Any, member: str, *, at_most: int) -> list[Any]:
    if type(value) is not list or len(value) > at_most:
        raise StatementRefused(f"“{member}” is a list of at most {at_most}.", code=member)
    return value


def _text(value: Any, member: str) -> str:
    if type(value) is not str:
        raise StatementRefused(f"“{member}” is a text.", code=member)
    return value


def _day(value: Any) -> date:
    try:
        # fromisoformat also reads week dates and dates without hyphens; one spelling is enough.
        if type(value) is str and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise StatementRefused("“issued_on” is a day, as 2026-12-31.", code="issued_on")
