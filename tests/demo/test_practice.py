"""Ten stories: told in four languages, true to the rules, and about people who differ."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from citycard.demo.portraits import draw_portrait
from citycard.demo.practice import Ending, Story, StoryRefused, read_story, stories
from citycard.evidence.shipped import BY_COUNTRY, shipped
from citycard.evidence.tally import tally
from citycard.operations.portrait import SMALL_BYTES, make_portrait
from citycard.printing.coverage import check_drawable
from citycard.settings import LANGUAGES

STORIES = stories()
MONDAY = date(2026, 11, 23)


each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)


def text_of(story: Story, language: str) -> list[str]:
    """All that is told of a story in a language."""
    words = story.words[language]
    visits = [visit.words[language] for visit in story.visits]
    return [
        words.title,
        words.who,
        words.card,
        *words.watch,
        *(text for visit in visits for text in (visit.says, visit.desk, visit.ending)),
    ]


def test_there_are_ten_in_their_order() -> None:
    assert [story.number for story in STORIES] == list(range(1, 11))
    assert len({story.key for story in STORIES}) == 10


@each_story
def test_the_ticks_it_describes_come_to_what_it_promises(story: Story) -> None:
    """By the rules of the practice office, whose country is France."""
    rules = shipped(BY_COUNTRY["FR"])
    on_card = story.person.born != "none" and story.person.company != "institution"
    for visit in story.visits:
        counted = tally(rules, visit.papers, age=story.person.age, birth_date_shown=on_card)

        assert (counted.identity, counted.residence) == (visit.identity, visit.residence)
        assert counted.complete is (visit.ends is Ending.CARD)
        assert not counted.not_counted, "a paper that counts for nothing teaches the wrong tick"
        assert visit.address is None or visit.address in counted.addresses


@each_story
def test_the_address_it_wants_is_one_that_its_papers_allow(story: Story) -> None:
    wanted, allowed = story.person.address, story.visits[-1].address
    assert not wanted or allowed == ("care_of" if wanted.startswith("c/o ") else "full")


def test_whoever_has_no_paper_is_vouched_for_and_the_rules_allow_it() -> None:
    (story,) = (story for story in STORIES if story.visits[-1].ends is Ending.COLLEAGUE)

    assert story.visits[-1].papers == ()
    assert shipped(BY_COUNTRY["FR"]).exceptional_path


@each_story
def test_it_is_told_in_each_language_in_its_own_words(story: Story) -> None:
    told = {language: text_of(story, language) for language in LANGUAGES}

    assert {len(texts) for texts in told.values()} == {len(told["en"])}
    for texts in zip(*told.values(), strict=True):
        assert len(set(texts)) == len(LANGUAGES), f"not translated: {texts[0]}"
    assert all(any("\u0600" <= letter <= "\u06ff" for letter in text) for text in told["ar"])


@each_story
def test_it_says_what_never_to_ask(story: Story) -> None:
    assert len(story.words["en"].watch) >= 3
    assert any("not " in line or "Nobody" in line or "nothing" in line for line in story.words["en"].watch)


@each_story
def test_everything_of_it_can_stand_on_a_card(story: Story) -> None:
    person = story.person
    for text in (person.name, person.own_script, person.gender, *person.address.splitlines()):
        check_drawable(text, field="name")
    assert len(make_portrait(draw_portrait(story.look)).for_code) <= SMALL_BYTES


def test_the_ten_differ_in_what_a_counter_has_to_learn() -> None:
    """If one of these goes, a training goes without it: keep somebody who shows it."""
    people = [story.person for story in STORIES]

    assert {person.born for person in people} == {"full", "year", "none"}
    assert {person.language for person in people} == set(LANGUAGES)
    assert {person.own_script_language for person in people} >= {"ara", "tir"}
    assert any(" " not in person.name for person in people), "nobody has a single name"
    assert any(person.company == "institution" and person.age < 18 for person in people), "nobody is young and alone"
    assert any(person.age > 65 for person in people), "nobody is retired"
    assert any(person.gender for person in people), "nobody says their gender in their own words"
    assert any(not person.portrait_in_code for person in people), "everybody wants the portrait in the code"
    assert {visit.address for story in STORIES for visit in story.visits if visit.address} >= {
        "none",
        "care_of",
        "full",
    }
    assert {visit.ends for story in STORIES for visit in story.visits} == set(Ending)
    assert any([visit.ends for visit in story.visits] == [Ending.SLIP, Ending.CARD] for story in STORIES)
    assert any(paper.expired for story in STORIES for visit in story.visits for paper in visit.papers)


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2031, 1, 1), date(2032, 2, 29), date(2040, 12, 31)])
def test_nobody_grows_older(today: date) -> None:
    for story in STORIES:
        born = story.person.date_of_birth(today)
        if len(born) == 8:
            birthday = (int(born[4:6]), int(born[6:]))
            age = today.year - int(born[:4]) - ((today.month, today.day) < birthday)
            assert age == story.person.age
            date(int(born[:4]), *birthday)


WHOLE = (files("citycard.demo") / "stories" / "09-second-clerk.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[es]", "[eo]"),
        ('title = "Not today, then yes"', 'title = " "'),
        ("format = 1", "format = 2"),
        ("identity = 2", ""),
        ('ends = "slip"', 'ends = "shrug"'),
        ('document = "work-paper"', 'paper = "work-paper"'),
        ('birthday = "10-08"', 'birthday = "02-30"'),
        ('language = "fr"', 'language = "tlh"'),
        ("seed = 39", ""),
    ],
)
def test_a_story_that_lacks_something_is_refused_with_the_name_of_its_file(old: str, new: str) -> None:
    assert read_story("09-second-clerk.toml", WHOLE).number == 9
    assert old in WHOLE

    with pytest.raises(StoryRefused, match=r"09-second-clerk\.toml"):
        read_story("09-second-clerk.toml", WHOLE.replace(old, new, 1))


def test_a_visit_that_one_language_leaves_out_is_refused() -> None:
    head, _, rest = WHOLE.rpartition("[[ar.visits]]")

    with pytest.raises(StoryRefused):
        read_story("09-second-clerk.toml", head)
    assert rest
