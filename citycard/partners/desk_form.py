"""The form of a desk's bundle: which members there are, and of which kind. Nothing in it is believed here.

A bundle is read by programmes that may be older than the one that wrote it, so the form is closed: a member that is not
known, or not of its kind, refuses the whole of it. What comes later comes with another version.
"""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

from citycard.core.claims import MAX_TIME

VERSION = 1

ISS, EXP, IAT, DESK = 1, 4, 6, "desk"
"""The claims: RFC 8392 §4, and ours."""

MAX_PARTNERS = 64
MAX_KEYS = 64
MAX_LISTS = 64
MAX_ROOTS = 64
MAX_SERVICES = 200
MAX_BANDS = 8
MAX_DATES = 60
MAX_HOURS = 504
"""An agreement's list may be 21 days old at most."""
MAX_AGE = 120
MAX_ADDRESS = 400
"""A city's address has 200 at most, that of a list some more."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)
_URL = re.compile(r"https://[!-~]+", re.ASCII)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

_NEEDS = ("age-band", "name", "portrait", "resident")
_LEVELS = ("identity", "residence", "discount")
_VISITORS = ("yes", "no", "by-agreement")

Check = Callable[[Any], bool]


def is_bundle(claims: Any) -> bool:
    """Whether the claims have the form of a bundle of this version."""
    return _members({ISS: _url, EXP: _time, IAT: _time, DESK: _desk})(claims)


def version_of(claims: Any) -> Any:
    """Return the version that the claims say they are of, whatever the rest looks like."""
    desk = claims.get(DESK) if type(claims) is dict else None
    return desk.get("version") if type(desk) is dict else None


def _text(value: Any) -> bool:
    return type(value) is str and bool(value)


def _like(form: re.Pattern[str], *, at_most: int = 40) -> Check:
    return lambda value: type(value) is str and len(value) <= at_most and form.fullmatch(value) is not None


def _among(*values: str) -> Check:
    return lambda value: type(value) is str and value in values


def _number(lowest: int, highest: int) -> Check:
    return lambda value: type(value) is int and lowest <= value <= highest


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _members(members: dict[Any, Check]) -> Check:
    return lambda value: (
        type(value) is dict
        and value.keys() == members.keys()
        and all(check(value[name]) for name, check in members.items())
    )


def _each(check: Check, *, at_most: int, at_least: int = 0) -> Check:
    return lambda value: type(value) is list and at_least <= len(value) <= at_most and all(map(check, value))


def _map(key: Check, value: Check, *, at_most: int, at_least: int = 0) -> Check:
    return lambda pairs: (
        type(pairs) is dict
        and at_least <= len(pairs) <= at_most
        and all(key(name) and value(each) for name, each in pairs.items())
    )


def _in_order(check: Check, key: Callable[[Any], Any]) -> Check:
    """Whether each comes after the one before by `key`: so nothing is there twice, and there is one way to write it."""

    def ordered(value: Any) -> bool:
        return check(value) and all(key(one) < key(next_) for one, next_ in pairwise(value))

    return ordered


def _bytes(value: Any) -> bool:
    return type(value) is bytes


def _mark(value: Any) -> bool:
    return type(value) is bytes and len(value) == 32


def _flag(value: Any) -> bool:
    return type(value) is bool


def _day(value: Any) -> bool:
    if type(value) is not str or _DAY.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_time = _number(0, MAX_TIME)
_url = _like(_URL, at_most=MAX_ADDRESS)
_texts = _map(_like(_LANGUAGE), _text, at_least=1, at_most=40)
_a_day = _or_null(_day)
_age = _or_null(_number(0, MAX_AGE))

_PAPERS: dict[Any, Check] = {
    "roots": _each(_bytes, at_least=1, at_most=MAX_ROOTS),
    "targets": _bytes,
    "statement": _bytes,
    "compromised": _in_order(_each(_mark, at_most=MAX_KEYS), bytes),
    "lists": _map(_url, _bytes, at_most=MAX_LISTS),
}

_PARTNER = _members({"issuer": _url, "fingerprint": _mark, "suspended": _flag, **_PAPERS})

_TERMS = _members({"from": _day, "until": _a_day, "list_hours": _or_null(_number(1, MAX_HOURS))})

_SERVICE = _members(
    {
        "id": _like(_ID),
        "category": _like(_ID),
        "names": _texts,
        "benefit": _texts,
        "needs": _in_order(_each(_among(*_NEEDS), at_most=len(_NEEDS)), str),
        "level": _among(*_LEVELS),
        "visitors": _among(*_VISITORS),
        "ages": _or_null(_members({"from": _age, "to": _age})),
        "bands": _each(_members({"from": _age, "to": _age, "gives": _texts}), at_most=MAX_BANDS),
        "from": _a_day,
        "until": _a_day,
        "dates": _each(
            _members({"from": _day, "until": _day, "begins": _or_null(_like(_CLOCK))}),
            at_most=MAX_DATES,
        ),
    }
)

_desk = _members(
    {
        "version": _number(VERSION, VERSION),
        "timezone": _text,
        "language": _like(_LANGUAGE),
        "colour": _like(_COLOUR),
        "own": _members(_PAPERS),
        "partners": _in_order(_each(_PARTNER, at_most=MAX_PARTNERS), lambda partner: str(partner["issuer"])),
        "agreements": _map(_url, _map(_like(_ID), _TERMS, at_most=MAX_SERVICES), at_most=MAX_PARTNERS),
        "services": _each(_SERVICE, at_most=MAX_SERVICES),
    }
)
