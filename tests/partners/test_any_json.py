"""Whatever somebody puts into a statement or a root, it is read or it is refused by name; nothing else happens."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Root

from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.repository import sign_targets
from citycard.partners.roots import RootRefused, check_root
from citycard.partners.statement import Statement, StatementRefused, read_statement
from citycard.partners.tuf_files import sign
from tests.partners.conftest import NOW, new_signers, statement_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
"""Halves of characters too, which JSON can spell and UTF-8 cannot."""

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)

STATEMENT = json.loads(statement_of("Port-Sable").to_json())


def a_root() -> dict[str, Any]:
    signers = new_signers()
    root = Root(version=1, expires=NOW)
    for role in ("root", "targets", "snapshot", "timestamp"):
        root.add_key(getattr(signers, role)[0].public_key, role)
    document: dict[str, Any] = json.loads(sign(root, signers.root))
    return document


ROOT = a_root()


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for name, value in inner for place in places(value, (*path, name)))]


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> bytes:
    if not place:
        return json.dumps(value).encode()
    document = copy.deepcopy(document)
    node = document
    for name in place[:-1]:
        node = node[name]
    node[place[-1]] = value
    return json.dumps(document).encode()


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(places(STATEMENT)), ANY_JSON)
def test_anything_in_a_statement(place: tuple[Any, ...], value: Any) -> None:
    with suppress(StatementRefused):
        read = read_statement(replaced(STATEMENT, place, value), allow_demo=True)
        assert isinstance(read, Statement)
        assert read_statement(read.to_json(), allow_demo=True) == read


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(places(ROOT)), ANY_JSON)
def test_anything_in_a_root(place: tuple[Any, ...], value: Any) -> None:
    with suppress(RootRefused):
        check_root(replaced(ROOT, place, value))


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_as_json(data: bytes) -> None:
    with suppress(JsonRefused):
        assert read_json(data, at_most=10_000) == json.loads(data)


def test_targets_are_no_root() -> None:
    with pytest.raises(RootRefused):
        check_root(sign_targets(b"{}", version=1, signers=new_signers().targets, now=NOW))
