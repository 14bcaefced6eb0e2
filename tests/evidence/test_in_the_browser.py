"""The counting in the browser says the same as the one in Python, desk by desk."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from citycard.evidence.filling import ways
from citycard.evidence.rules import RuleSet
from citycard.evidence.tally import Ticked, tally
from tests.evidence.desks import SHIPPED, desks, rule_sets
from tests.support.browser import NewPage
from tests.support.loopback import shelf as serve_shelf

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"


@pytest.fixture(scope="module")
def shelf() -> Iterator[str]:
    """The address of the page."""
    with serve_shelf(HERE) as address:
        yield address


@pytest.fixture
def counting(new_page: NewPage, shelf: str) -> Page:
    """A page in which both can be asked."""
    page = new_page("en")
    page.goto(shelf)
    return page


def in_python(rules: RuleSet, ticked: list[Ticked], age: int | None, shown: bool) -> Any:
    """What Python says, as JSON."""
    counted = tally(rules, ticked, age=age, birth_date_shown=shown)
    found = ways(rules, ticked, age=age, birth_date_shown=shown)
    return json.loads(json.dumps([counted.to_json(), [way.to_json() for way in found]]))


def in_the_browser(page: Page, asked: list[dict[str, Any]], sets: dict[str, RuleSet]) -> Any:
    """What the browser says."""
    script = "async ([desks, sets]) => (await import('/answer.js')).answerAll(desks, sets)"
    return page.evaluate(script, [asked, {name: rules.to_json() for name, rules in sets.items()}])


def as_asked(name: str, ticked: list[Ticked], age: int | None, shown: bool) -> dict[str, Any]:
    """A desk as the page reads it from its boxes."""
    papers = [{"document": one.document, "expired": one.expired, "old": one.old} for one in ticked]
    return {"rules": name, "ticked": papers, "age": age, "shown": shown}


def test_both_say_the_same_of_our_sets(counting: Page) -> None:
    chance = random.Random(2026)
    cases = []
    for name, rules in SHIPPED.items():
        for _ in range(40):
            ticked = [
                Ticked(chance.choice(rules.documents).id, chance.random() < 0.2, chance.random() < 0.2)
                for _ in range(chance.randrange(6))
            ]
            cases.append((name, ticked, chance.choice([None, 5, *rules.ages]), chance.random() < 0.5))

    said = in_the_browser(counting, [as_asked(*case) for case in cases], SHIPPED)

    for case, answer in zip(cases, said, strict=True):
        name, *desk = case
        assert answer == in_python(SHIPPED[name], *desk)


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_both_say_the_same_of_any_set(counting: Page, data: st.DataObject) -> None:
    rules = data.draw(rule_sets())
    case = (data.draw(desks(rules)), data.draw(st.none() | st.integers(0, 30)), data.draw(st.booleans()))

    (answer,) = in_the_browser(counting, [as_asked("any", *case)], {"any": rules})

    assert answer == in_python(rules, *case)
