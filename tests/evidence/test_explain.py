"""What an author of rules is told before the first person stands at the counter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from citycard.evidence.explain import explain, lines
from tests.evidence.desks import LEAST, with_documents, written

TODAY = date(2026, 11, 23)
FOUR = {"fr": "x", "en": "x", "es": "x", "ar": "x"}


def remarks(*documents: dict[str, Any], **changes: Any) -> str:
    """What is remarked of the least set with more documents."""
    return "\n".join(explain(with_documents(*documents, **changes), today=TODAY).remarks)


@pytest.mark.parametrize(
    ("documents", "changes", "sentence"),
    [
        ([], {}, "Nobody without a home can show that they live here"),
        ([], {}, "Nobody whose address is secret can show that they live here"),
        ([], {}, "Children need the same as grown people"),
        ([], {"must_have": {"photo": True, "birth_date": "always"}}, "Whoever has no paper with a date of birth"),
        ([], {"minimum": {"identity": 3, "residence": 1, "total": 2}}, "so it demands nothing"),
        ([{"id": "stamp"}], {}, 'document "stamp": it is worth nothing, and nothing asks for it.'),
        ([{"id": "tiny", "identity": 1}], {}, 'document "tiny": it is in no list of up to 4 papers.'),
        ([{"id": "tiny", "identity": 1}], {}, "names, ar: missing for id, bill, tiny, …"),
    ],
)
def test_what_an_author_would_want_to_know_is_remarked(
    documents: list[dict[str, Any]], changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in remarks(*documents, **changes)


def test_an_exception_that_helps_nobody_is_remarked() -> None:
    """Eleven papers instead of twelve are still no list that anybody brings."""
    child = {"id": "child", "names": FOUR, "up_to_age": 9, "minimum": {"identity": 11}}
    several = [{"id": f"d{place}", "identity": 1} for place in range(9)]

    said = remarks(*several, exceptions=[child], minimum={"identity": 12, "residence": 1})

    assert 'exception "child": it never makes a list of up to 4 papers enough.' in said


def test_a_set_without_a_flaw_has_no_remark() -> None:
    names = {"names": FOUR}
    several = [
        {**LEAST["documents"][0], **names},
        {**LEAST["documents"][1], **names},
        *({"id": way, "kind": "where", **names, "residence": 1, "address": way} for way in ("none", "protected")),
    ]
    for place, document in enumerate(several):
        several[place] = {**document, "id": document["id"].replace("_", "-")}
    child = {"id": "child", **names, "up_to_age": 17, "needs_all_of": ["bill"], "waives": ["photo"]}
    kinds = [{**kind, **names} for kind in LEAST["kinds"]]

    assert explain(written(documents=several, kinds=kinds, exceptions=[child], names=FOUR), today=TODAY).remarks == ()


def test_the_words_say_what_is_enough_and_what_young_people_need() -> None:
    child = {"id": "child", "names": {"en": "With a parent"}, "up_to_age": 17, "needs_all_of": ["parent"]}
    rules = with_documents(
        {"id": "parent", "names": {"en": "Paper of the parent"}, "up_to_age": 17},
        {"id": "letters", "names": {"en": "Letter of somebody"}, "identity": 1, "at_most": 2},
        {"id": "photo", "names": {"en": "Photo card"}, "identity": 1, "photo": True, "birth_date": True},
        exceptions=[{**child, "minimum": {"identity": 0}, "waives": ["photo", "birth_date"]}],
        exceptional_path=True,
    )

    text = "\n".join(lines(explain(rules, today=TODAY)))

    assert "Enough alone\n    nothing" in text
    assert "  - Pièce\n    with Facture" in text
    assert "with 2 of: Letter of somebody" in text or "  - 2 of: Letter of somebody" in text
    assert "Up to 17 years: With a parent\n    asks for: Paper of the parent\n    needs: 0 for identity" in text
    assert "    and beside that:\n  - Facture" in text
    assert "may be vouched for" in text
