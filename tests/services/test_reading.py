"""A city writes its register by hand: what it may say is read, and every mistake is named with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from citycard.services.categories import CATEGORIES, drawing
from citycard.services.reading import MAX_BYTES, MEMBERS, ServicesRefused, read_services
from citycard.services.service import Ages, Level, Need, Occasion, Visitors
from citycard.settings import LANGUAGES
from tests.services.conftest import MEETING, POOL

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "services.md"


def mistakes(text: str, language: str = "fr") -> tuple[str, ...]:
    with pytest.raises(ServicesRefused) as refused:
        read_services(text.encode(), language=language)
    return refused.value.mistakes


def test_what_a_city_writes_is_what_the_register_holds() -> None:
    pool, meeting = read_services((POOL + MEETING).encode(), language="fr")

    assert (pool.id, pool.category.code, pool.names["en"]) == ("north-pool", "swimming-pool", "North Pool")
    assert (pool.needs, pool.level, pool.visitors) == ({Need.AGE_BAND}, Level.DISCOUNT, Visitors.BY_AGREEMENT)
    assert pool.ages == Ages(6, None)
    assert [(band.ages, band.gives["fr"]) for band in pool.bands] == [
        (Ages(None, 11), "gratuit"),
        (Ages(65, None), "1 €"),
    ]
    assert (pool.first_day, pool.last_day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert meeting.occasions == (
        Occasion(date(2026, 11, 28), date(2026, 11, 29)),
        Occasion(date(2026, 12, 5), date(2026, 12, 5), "18:30"),
    ), "in the order of their days"


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("format = 1", "format = 2", "Format: 1 is expected"),
        ('id = "north-pool"', 'id = "North Pool"', 'service "North Pool", id: a short name of a-z'),
        ('"swimming-pool"', '"swiming-pool"', 'Did you mean "swimming-pool"?'),
        ("benefit =", "benefits =", 'there is no member "benefits". Did you mean "benefit"?'),
        ('"age-band"', '"age-bands"', 'service "north-pool", needs: there is no "age-bands". Did you mean "age-band"?'),
        ('level = "discount"', 'level = "discont"', '"discont" stands there. Did you mean "discount"?'),
        (
            'visitors = "by-agreement"',
            "",
            'visitors: one of "yes", "no", "by-agreement" is expected, and it is missing.',
        ),
        ('needs = ["age-band"]', "", "needs: a list of"),
        ("{ from = 6 }", '{ from = "6" }', 'age, from: an age in whole years, 0 to 120 is expected, and "6" stands'),
        ("{ from = 6 }", "{ from = 16, to = 6 }", "age: from 16 to 6 is nobody."),
        ("{ from = 6 }", "{}", "age: an age from which or up to which is expected"),
        (
            '{ fr = "gratuit", en = "free" }',
            '{ en = "free" }',
            "bands, 1, gives: the text in the city's own language (fr)",
        ),
        ('{ fr = "Piscine du Nord", en', '{ french = "Piscine du Nord", en', 'names: "french" is no language'),
        ("L’entrée à 2 €.", "L’entrée\u202e à 2 €.", "benefit, fr: This holds an invisible or forbidden character."),
        ("L’entrée à 2 €.", "x" * 241, "benefit, fr: This is longer than 240 characters."),
        ("from = 2026-01-01", 'from = "2026-01-01"', "from: a day such as 2026-12-31, without quotation marks"),
        ("from = 2026-01-01", "from = 2027-01-01", "until: this is before the day from which it is there."),
        ('"age-band"]', '"name"]', '"age-band" is missing: age and bands cannot be answered without it.'),
        ("{ from = 65, ", "{ to = 5, ", "bands, 2: nobody is ever in this one: an earlier one has all of these ages."),
        ('level = "discount"', 'level = "identity"', 'a card that proves who somebody is needs "name".'),
        ("until = 2026-12-31", "dates = [{ day = 2026-12-05 }]", 'only services of the category "event" have dates.'),
    ],
)
def test_a_mistake_is_said_with_its_place(wrong: str, right: str, said: str) -> None:
    assert wrong in POOL
    found = mistakes(POOL.replace(wrong, right))

    assert any(said.lower() in sentence.lower() for sentence in found), found


def test_every_mistake_is_said_at_once() -> None:
    found = mistakes(POOL.replace("names", "name").replace("level", "levels").replace("2026-12-31", "true"))

    assert len(found) == 5, found


def test_proof_of_living_here_is_nothing_for_visitors() -> None:
    found = mistakes(MEETING.replace('"discount"', '"residence"').replace('"no"', '"yes"').join(["format = 1", ""]))

    assert any('needs "resident"' in sentence for sentence in found)
    assert any("no other city's card proves that somebody lives here" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('dates = [{ day = 2026-12-05, begins = "18:30" }, { day = 2026-11-28, until = 2026-11-29 }]', "", "has a day"),
        ("needs = []", "needs = []\nfrom = 2026-12-01", "an event has dates instead of from and until."),
        ("until = 2026-11-29", "until = 2026-11-27", "dates, 2, until: this is before the day on which it begins."),
        ('"18:30"', '"6:30 pm"', 'dates, 1, begins: a time of day such as "18:30" is expected'),
        ("needs = []", 'needs = ["age-band"]', '"age-band" is told for nothing'),
    ],
)
def test_an_event_has_days_of_its_own(wrong: str, right: str, said: str) -> None:
    assert wrong in MEETING
    found = mistakes("format = 1\n" + MEETING.replace(wrong, right))

    assert any(said in sentence for sentence in found), found


def test_two_services_do_not_share_an_id() -> None:
    assert mistakes(POOL + MEETING + MEETING) == ('service "meeting": there is another one of this id.',)


@pytest.mark.parametrize("text", ["format = ", "service = 7", "[service]\nid = 1", "format = 1\nservice = [7]"])
def test_what_is_no_register_is_refused_with_a_sentence(text: str) -> None:
    assert mistakes(text)


def test_a_file_that_is_no_text_or_too_large_is_refused() -> None:
    for content in (b"\xff\xfe", b"#" * (MAX_BYTES + 1)):
        with pytest.raises(ServicesRefused):
            read_services(content)


def test_without_a_city_a_text_in_any_language_will_do() -> None:
    assert read_services(POOL.replace('{ fr = "L’entrée à 2 €." }', '{ es = "A 2 €." }').encode())


def test_every_category_has_a_name_in_every_language_and_a_picture() -> None:
    for category in CATEGORIES.values():
        assert set(category.names) == set(LANGUAGES)
        assert all(category.names.values())
        assert drawing(category.code).startswith("<svg")


def test_the_document_explains_every_member_and_every_category() -> None:
    text = DOCUMENT.read_text("utf-8")

    for member in {name for names in MEMBERS.values() for name in names} | set(CATEGORIES):
        assert f"`{member}`" in text, member
