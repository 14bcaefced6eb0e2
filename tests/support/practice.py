"""The practice stories, played by operations: what a clerk who makes no mistake takes down."""

from __future__ import annotations

from datetime import date
from typing import Any

from citycard.demo.portraits import draw_portrait
from citycard.demo.practice import Ending, Story
from citycard.operations.portrait import make_portrait

KNOWN = {"full": "full", "year": "year", "none": "unknown"}
"""What a story calls it, and what the file does."""


def taken_down(story: Story, *, today: date) -> dict[str, Any]:
    """Return what the file says when the story was played well."""
    person, last = story.person, story.visits[-1]
    portrait = make_portrait(draw_portrait(story.look))
    return {
        "full_name": person.name,
        "language": person.language,
        "birth_known": KNOWN[person.born],
        "date_of_birth": person.date_of_birth(today),
        "own_script_name": person.own_script,
        "own_script_language": person.own_script_language,
        "own_script_in_code": person.own_script_in_code,
        "gender_words": person.gender,
        "portrait": portrait.to_print,
        "portrait_small": portrait.for_code,
        "portrait_in_code": "yes" if person.portrait_in_code else "no",
        "address": person.address,
        "address_kind": last.address.value if last.address and person.address else "",
        "address_as": last.address.value if last.address else "",
        "companion": person.company,
        "vouched": last.ends is Ending.COLLEAGUE,
        "identity_checked": True,
        "residence_checked": True,
        "birth_date_seen": True,
        "rule_set": "fr-2026.1",
    }
