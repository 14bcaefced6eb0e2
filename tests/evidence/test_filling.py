"""What is suggested completes the desk, and asks for nothing superfluous."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citycard.evidence import filling
from citycard.evidence.filling import LONGEST, Way, ways
from citycard.evidence.rules import RuleSet
from citycard.evidence.tally import Ticked, tally
from tests.evidence.desks import AGES, ANY_RULES, SHIPPED, desks, with_documents

FRANCE, NEW_YORK = SHIPPED["fr-2026"], SHIPPED["idnyc-2018"]


def names(several: tuple[Way, ...]) -> list[list[list[str]]]:
    """The names of each slot of each way."""
    return [[list(slot.documents) for slot in way.slots] for way in several]


def choose(data: st.DataObject, rules: RuleSet, way: Way, desk: list[Ticked]) -> list[Ticked] | None:
    """Choose as a person would, so many different papers of each slot; None where this choice is not possible."""
    chosen: list[str] = []
    for slot in way.slots:
        offered = [name for name in slot.documents for _ in range(rules.by_id[name].at_most)]
        chosen += [data.draw(st.sampled_from(offered)) for _ in range(slot.count)]
    good = Counter(paper.document for paper in desk if not paper.old and not paper.expired)
    if any(count > rules.by_id[name].at_most - good[name] for name, count in Counter(chosen).items()):
        return None
    return [paper for name in chosen for paper in along(rules, name)]


def along(rules: RuleSet, name: str) -> list[Ticked]:
    """A paper, and the companion that is said with it ("together with")."""
    needs = rules.by_id[name].needs_one_of
    beside = [one for one in rules.documents if one.is_companion and one.id != name and one.is_one_of(needs)]
    return [Ticked(name), *(Ticked(one.id) for one in beside)]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_is_chosen_from_a_suggestion_completes_the_desk(data: st.DataObject) -> None:
    rules, age, shown = data.draw(ANY_RULES), data.draw(AGES), data.draw(st.booleans())
    desk = data.draw(desks(rules, most=3))

    found = ways(rules, desk, age=age, birth_date_shown=shown)

    for way in found:
        chosen = choose(data, rules, way, desk)
        if chosen is not None:
            assert tally(rules, [*desk, *chosen], age=age, birth_date_shown=shown).complete


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_superfluous_is_asked_for(data: st.DataObject) -> None:
    rules, age = data.draw(ANY_RULES), data.draw(AGES)
    desk = data.draw(desks(rules, most=2))

    for way in ways(rules, desk, age=age):
        first = [name for slot in way.slots for name in _first(rules, slot.documents, slot.count)]
        for left_out in range(len(first)):
            rest = [paper for place, name in enumerate(first) if place != left_out for paper in along(rules, name)]
            assert not tally(rules, [*desk, *rest], age=age).complete


def _first(rules: RuleSet, documents: tuple[str, ...], count: int) -> list[str]:
    return [name for name in documents for _ in range(rules.by_id[name].at_most)][:count]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_where_something_short_helps_it_is_found(data: st.DataObject) -> None:
    """Two papers at most, tried one by one, without any cleverness."""
    rules, age = data.draw(ANY_RULES), data.draw(AGES)
    desk = data.draw(desks(rules, most=2))
    if tally(rules, desk, age=age).complete:
        assert ways(rules, desk, age=age) == ()
        return
    all_names = [document.id for document in rules.documents]
    helps = any(
        tally(rules, [*desk, *along(rules, one), *along(rules, other)], age=age).complete
        for one, other in product(all_names, repeat=2)
    )

    assert any(way.length <= 2 for way in ways(rules, desk, age=age)) == helps


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_shortest_come_first_and_none_is_long(data: st.DataObject) -> None:
    rules = data.draw(ANY_RULES)
    lengths = [way.length for way in ways(rules, data.draw(desks(rules, most=2)))]

    assert lengths == sorted(lengths)
    assert all(length <= LONGEST for length in lengths)


def test_with_a_passport_any_one_proof_of_address_is_suggested_the_commonest_first() -> None:
    (one, *_) = ways(FRANCE, [Ticked("official-photo")])

    assert one.length == 1
    assert one.slots[0].documents[:3] == ("energy-bill", "phone-bill", "rent-receipt")
    assert {"domiciliation", "outreach-letter", "protected-letter"} < set(one.slots[0].documents)


def test_a_lodging_letter_is_said_with_the_papers_of_the_host_and_counts_as_one() -> None:
    (one,) = ways(FRANCE, [Ticked("official-photo")])

    assert "lodging-letter" in one.slots[0].documents
    assert "host-papers" not in one.slots[0].documents


def test_a_lodging_letter_on_the_desk_asks_for_the_papers_of_the_host() -> None:
    found = ways(FRANCE, [Ticked("official-photo"), Ticked("lodging-letter")])

    assert "host-papers" in found[0].slots[0].documents


def test_a_bill_that_is_too_old_can_be_replaced_by_a_newer_one_of_the_same_kind() -> None:
    (one, *_) = ways(FRANCE, [Ticked("official-photo"), Ticked("energy-bill", old=True)])

    assert one.slots[0].documents[0] == "energy-bill"


def test_with_nothing_at_all_a_passport_and_a_bill_come_first() -> None:
    first = names(ways(FRANCE, []))[0]

    assert first[0] == ["official-photo", "city-card"]
    assert first[1][0] == "energy-bill"


def test_children_are_told_of_their_parents_and_nobody_else_is() -> None:
    def said(age: int | None) -> set[str]:
        return {name for way in names(ways(FRANCE, [], age=age)) for slot in way for name in slot}

    assert {"family-link", "guardian-identity"} <= said(9)
    assert not {"family-link", "guardian-identity", "institution-letter"} & said(None)


def test_two_of_a_kind_are_said_as_two() -> None:
    rules = with_documents({"id": "letter", "identity": 1, "at_most": 2}, {"id": "photo", "identity": 1, "photo": True})
    found = [way.to_json() for way in ways(rules, [Ticked("bill")])]

    assert [[1, ["id"]]] in found
    assert [[2, ["letter"]], [1, ["photo"]]] in found


def test_where_nothing_short_helps_nothing_is_said() -> None:
    rules = with_documents(
        *[{"id": f"d{place}", "identity": 1} for place in range(12)],
        minimum={"identity": 12, "residence": 1},
    )

    assert ways(rules, []) == ()


@pytest.mark.parametrize("rules", SHIPPED.values(), ids=SHIPPED)
def test_our_sets_are_searched_to_the_end(rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """`MOST_TRIES` is there for sets that nobody has written yet."""
    for age in (None, *rules.ages):
        whole = ways(rules, [], age=age, birth_date_shown=True)
        with monkeypatch.context() as patched:
            patched.setattr(filling, "MOST_TRIES", 10 * filling.MOST_TRIES)
            assert ways(rules, [], age=age, birth_date_shown=True) == whole
