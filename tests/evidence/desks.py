"""Rule sets and desks for the tests: those that are shipped, and any that a city could write."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from citycard.evidence.reading import RuleSetRefused, read_rule_set
from citycard.evidence.rules import RuleSet
from citycard.evidence.shipped import shipped, shipped_ids
from citycard.evidence.tally import Ticked

SHIPPED = {name: shipped(name) for name in shipped_ids()}

LEAST: dict[str, Any] = {
    "format": 1,
    "id": "port-sable",
    "version": 3,
    "valid_from": "2026-01-01",
    "names": {"fr": "Règles de Port-Sable", "en": "Rules of Port-Sable"},
    "minimum": {"identity": 3, "residence": 1},
    "must_have": {"photo": True, "birth_date": "if_shown"},
    "kinds": [{"id": "who", "names": {"fr": "Qui"}}, {"id": "where", "names": {"fr": "Où"}}],
    "documents": [
        {"id": "id", "kind": "who", "names": {"fr": "Pièce"}, "identity": 3, "photo": True, "birth_date": True},
        {"id": "bill", "kind": "where", "names": {"fr": "Facture"}, "residence": 1, "max_age_days": 92},
    ],
}
"""As little as a city can write."""


def written(**changes: Any) -> RuleSet:
    """Return the least rule set with other members."""
    return read_rule_set(json.dumps({**LEAST, **changes}).encode())


def with_documents(*documents: dict[str, Any], **changes: Any) -> RuleSet:
    """Return the least rule set with more documents."""
    named = [{"kind": "who", "names": {"fr": document["id"]}, **document} for document in documents]
    return written(documents=[*LEAST["documents"], *named], **changes)


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Any rule set that a city could write, small enough to be searched in a moment."""
    names = [f"d{place}" for place in range(draw(st.integers(1, 6)))]
    targets = st.sampled_from([*names, "id", "bill", "kind:who", "kind:where"])
    documents = [_document(draw, name, targets) for name in names]
    exceptions = [
        {
            "id": f"e{place}",
            "names": {"fr": "Jeunes"},
            "up_to_age": draw(st.integers(5, 25)),
            "needs_all_of": draw(st.lists(targets, max_size=2, unique=True)),
            "minimum": {"identity": draw(st.integers(0, 2))},
            "waives": draw(st.lists(st.sampled_from(["photo", "birth_date"]), unique=True)),
        }
        for place in range(draw(st.integers(0, 2)))
    ]
    must_have = {"photo": draw(st.booleans()), "birth_date": draw(st.sampled_from(["always", "if_shown", "never"]))}
    minimum = {"identity": 3, "residence": 1, "total": draw(st.integers(4, 6))}
    try:
        return with_documents(*documents, exceptions=exceptions, must_have=must_have, minimum=minimum)
    except RuleSetRefused:
        assume(False)
        raise


def _document(draw: st.DrawFn, name: str, targets: st.SearchStrategy[str]) -> dict[str, Any]:
    identity, residence = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    shows = bool(identity or residence)
    document: dict[str, Any] = {
        "id": name,
        "kind": draw(st.sampled_from(["who", "where"])),
        "identity": identity,
        "residence": residence,
        "photo": shows and draw(st.booleans()),
        "birth_date": shows and draw(st.booleans()),
        "needs_one_of": draw(st.lists(targets, max_size=2, unique=True)),
        "at_most": draw(st.integers(1, 3)),
    }
    if residence:
        document["address"] = draw(st.sampled_from(["full", "care_of", "none", "protected"]))
    if draw(st.booleans()):
        document["max_age_days"] = 30
    if draw(st.booleans()):
        document["expiry_grace_days"] = draw(st.sampled_from([0, 365]))
        if document["expiry_grace_days"]:
            document["identity_when_expired"] = draw(st.integers(0, identity))
            document["residence_when_expired"] = draw(st.integers(0, residence))
    if draw(st.booleans()):
        document["up_to_age"] = draw(st.integers(5, 25))
    return document


ANY_RULES = st.sampled_from(list(SHIPPED.values())) | rule_sets()
AGES = st.none() | st.integers(0, 30)


def papers(rules: RuleSet) -> st.SearchStrategy[Ticked]:
    """Any paper that could lie on a desk."""
    return st.builds(
        Ticked, st.sampled_from([document.id for document in rules.documents]), st.booleans(), st.booleans()
    )


def desks(rules: RuleSet, most: int = 5) -> st.SearchStrategy[list[Ticked]]:
    """Any desk."""
    return st.lists(papers(rules), max_size=most)
