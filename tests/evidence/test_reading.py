"""A city's own rules: read whole, or refused with a sentence for each thing to mend."""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core.errors import CitycardError
from citycard.evidence.places import MEMBERS
from citycard.evidence.reading import MAX_BYTES, RuleSetRefused, read_rule_set
from citycard.evidence.rules import BirthDate, Rendering, in_language
from tests.evidence.desks import LEAST, SHIPPED, with_documents, written

BILL = LEAST["documents"][1]
ID = LEAST["documents"][0]
CHILD = {"id": "child", "names": {"fr": "Enfant"}, "up_to_age": 17, "needs_all_of": ["bill"], "waives": ["photo"]}


def document(**members: Any) -> dict[str, Any]:
    """The least set with one more document."""
    return {
        "documents": [ID, BILL, {"id": "letter", "kind": "who", "names": {"fr": "Lettre"}, "identity": 1, **members}]
    }


def mistakes(**changes: Any) -> tuple[str, ...]:
    """What is said of the least set with other members; a member that is None is left out."""
    value = {name: member for name, member in {**LEAST, **changes}.items() if member is not None}
    with pytest.raises(RuleSetRefused) as refusal:
        read_rule_set(json.dumps(value).encode())
    return refusal.value.mistakes


def test_the_least_that_a_city_can_write_is_read() -> None:
    rules = written()

    assert rules.reference == "port-sable.3"
    assert (rules.needed.total, rules.needed.photo, rules.needed.birth_date) == (4, True, BirthDate.IF_SHOWN)
    assert rules.by_id["bill"].address is Rendering.FULL
    assert rules.by_id["id"].expiry_grace_days is None
    assert not rules.exceptional_path
    assert rules.ages == ()


def test_an_expired_paper_is_worth_what_a_valid_one_is_unless_it_says_otherwise() -> None:
    rules = with_documents(
        {"id": "same", "identity": 2, "expiry_grace_days": 30},
        {"id": "less", "identity": 2, "expiry_grace_days": 30, "identity_when_expired": 1},
    )

    assert [rules.by_id[name].identity_when_expired for name in ("same", "less")] == [2, 1]


def test_an_exception_lowers_what_is_needed_in_all_with_the_rest() -> None:
    rules = written(exceptions=[{**CHILD, "minimum": {"identity": 1}}])

    (one,) = rules.exceptions
    assert (one.needed.identity, one.needed.residence, one.needed.total, one.needed.photo) == (1, 1, 2, False)


@pytest.mark.parametrize(("age", "band"), [(None, None), (0, 17), (17, 17), (18, 20), (20, 20), (21, None), (99, None)])
def test_people_of_one_band_are_one(age: int | None, band: int | None) -> None:
    assert SHIPPED["fr-2026"].band_of(age) == band


def test_a_text_that_is_missing_in_a_language_comes_in_the_first_of_the_file() -> None:
    names = written().names

    assert in_language(names, "en") == ("Rules of Port-Sable", "en")
    assert in_language(names, "ar") == ("Règles de Port-Sable", "fr")
    assert in_language({}, "ar") == ("", "ar")


SAID: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, "format: 1 is expected"),
    ({"format": True}, "format: 1 is expected"),
    ({"id": "Port Sable"}, "id: a short name of a-z, 0-9 and hyphens, such as"),
    ({"version": "1"}, 'version: a whole number from 1 to 9999 is expected, and "1" stands there.'),
    ({"version": None}, "version: a whole number from 1 to 9999 is expected, and it is missing."),
    ({"valid_from": "01/01/2026"}, 'valid_from: a day written as "2026-01-31" is expected'),
    ({"valid_from": "2026-02-30"}, "valid_from: a day"),
    ({"names": {}}, "names: a text for each language"),
    ({"names": {"french": "x"}}, 'names: "french" is no language'),
    ({"names": {"fr": ""}}, "names, fr: a text is expected."),
    ({"names": {"fr": "x" * 161}}, "names, fr: This is longer than 160 characters."),
    ({"names": {"fr": "Rè\u202egles"}}, "names, fr: This holds an invisible or forbidden character."),
    ({"minimum": []}, "minimum: an object in { } is expected."),
    ({"minimum": {"identity": -1, "residence": 1}}, "minimum, identity: a whole number from 0 to 20"),
    ({"must_have": {"photo": "yes"}}, 'must_have, photo: true or false is expected, and "yes" stands there.'),
    ({"must_have": {"birth_date": "sometimes"}}, 'must_have, birth_date: one of "always", "if_shown", "never"'),
    ({"exceptionalpath": True}, 'There is no member "exceptionalpath". Did you mean "exceptional_path"?'),
    ({"documents": []}, "documents: at least one document is expected."),
    ({"documents": {}}, "documents: a list in [ ] is expected."),
    ({"documents": ["id"]}, "document 1: an object in { } is expected."),
    ({"documents": [ID] * 121}, "documents: at most 120 are possible, and there are 121."),
    (document(idenity=3), 'document "letter": there is no member "idenity". Did you mean "identity"?'),
    (document(colour="red"), 'document "letter": there is no member "colour". It may have: id, kind, names,'),
    (document(kind="why"), 'document "letter", kind: there is no kind "why". Did you mean "who"?'),
    (document(identity=1.5), "The document holds a number that is not an integer."),
    (document(identity=21), 'document "letter", identity: a whole number from 0 to 20 is expected, and 21'),
    (document(max_age_days=0), 'document "letter", max_age_days: a whole number from 1 to 7300'),
    (document(max_age_days=None), 'document "letter", max_age_days: a whole number from 1 to 7300'),
    (document(at_most=4), 'document "letter", at_most: a whole number from 1 to 3'),
    (document(up_to_age="17"), 'document "letter", up_to_age: a whole number from 0 to 120'),
    (document(address="none"), 'document "letter", address: this is for documents with points for residence.'),
    (document(residence=1, address="secret"), 'document "letter", address: one of "full", "care_of"'),
    (document(identity_when_expired=1), 'document "letter", identity_when_expired: this needs expiry_grace_days'),
    (
        document(expiry_grace_days=9, identity_when_expired=2),
        'document "letter", identity_when_expired: an expired paper cannot be worth more than a valid one.',
    ),
    (document(identity=0, photo=True), 'document "letter": a document without points cannot show the person\'s photo'),
    (document(needs_one_of=["bil"]), 'document "letter", needs_one_of: there is no document or kind "bil". Did'),
    (document(needs_one_of=["kind:house"]), 'there is no document or kind "kind:house"'),
    (document(needs_one_of="bill"), 'document "letter", needs_one_of: a list in [ ] is expected.'),
    (document(needs_one_of=[1]), 'document "letter", needs_one_of: a list of names in quotes is expected'),
    (document(needs_one_of=["letter"]), 'document "letter", needs_one_of: a document cannot be its own companion'),
    (document(needs_one_of=["kind:who"]), 'document "letter", needs_one_of: a document cannot be its own companion'),
    ({"documents": [ID, BILL, BILL]}, 'document "bill": there is another one of this id.'),
    (
        {"exceptions": [{**CHILD, "needs_all_of": ["parent"]}]},
        'exception "child", needs_all_of: there is no document or kind',
    ),
    ({"exceptions": [{**CHILD, "waives": ["residence"]}]}, 'exception "child", waives: "photo" and "birth_date"'),
    ({"exceptions": [{**CHILD, "minimum": {"identity": 4}}]}, 'exception "child", minimum: an exception may lower'),
    ({"exceptions": [{**CHILD, "waives": []}]}, 'exception "child": this exception lowers nothing.'),
    ({"exceptions": [CHILD, CHILD]}, 'exception "child": there is another one of this id.'),
    ({"minimum": {"identity": 4, "residence": 1}}, "minimum, identity: 4 points are needed, and all documents"),
    ({"minimum": {"identity": 3, "residence": 2}}, "minimum, residence: 2 points are needed, and all documents"),
    (
        {"minimum": {"identity": 3, "residence": 1, "total": 5}},
        "minimum, total: 5 points are needed, and all documents together give 4.",
    ),
    ({"documents": [{**ID, "photo": False}, BILL]}, "must_have, photo: a photo is needed, and no document"),
    ({"documents": [{**ID, "birth_date": False}, BILL]}, "must_have, birth_date: a date of birth is needed"),
    ({"documents": [{**ID, "up_to_age": 17}, BILL]}, "minimum, identity: 3 points are needed, and all documents"),
]


@pytest.mark.parametrize(("changes", "sentence"), SAID, ids=[sentence[:60] for _, sentence in SAID])
def test_a_mistake_is_said_with_its_place(changes: dict[str, Any], sentence: str) -> None:
    said = mistakes(**changes)

    assert any(sentence in one for one in said), said


def test_all_mistakes_are_said_at_once() -> None:
    said = mistakes(version=0, names={}, **document(photo=1, at_most=9))

    assert len(said) == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The document is not JSON in UTF-8."),
        (b"[]", "An object in { } is expected."),
        (b'{"id": "a", "id": "b"}', "The document names a member twice."),
        ("\ufeff{}".encode(), "The document is not JSON in UTF-8."),
        (b" " * (MAX_BYTES + 1), f"The document is larger than {MAX_BYTES} bytes."),
    ],
)
def test_what_is_no_rule_set_at_all_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RuleSetRefused) as refusal:
        read_rule_set(content)

    assert refusal.value.mistakes[0] == sentence
    assert refusal.value.code == "evidence-rules"


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a file."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for name, value in inner for place in places(value, (*path, name)))]


FILE: dict[str, Any] = {**LEAST, **document(examples={"fr": "x"}, needs_one_of=["bill"]), "exceptions": [CHILD]}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(places(FILE)), ANYTHING)
def test_whatever_stands_anywhere_it_is_read_or_refused(place: tuple[Any, ...], value: Any) -> None:
    file = copy.deepcopy(FILE)
    node: Any = file
    for name in place[:-1]:
        node = node[name]
    if place:
        node[place[-1]] = value

    with suppress(CitycardError):
        read_rule_set(json.dumps(file if place else value).encode())


def test_every_member_is_explained_and_nothing_else_is() -> None:
    """docs/evidence.md is all that a city has to write its rules by."""
    text = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))

    assert explained == {member for members in MEMBERS.values() for member in members}


def test_the_example_in_the_guide_can_be_used() -> None:
    text = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)

    assert read_rule_set(example.encode()).id == "port-sable"
