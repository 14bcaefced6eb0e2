"""A file of slips is read, or each mistake in it has its sentence."""

from __future__ import annotations

import pytest

from citycard.slips.reading import MAX_FILE, SlipTextsRefused, holes, read_slip_texts, shipped_pattern
from tests.slips.conftest import made_up

SHORT = 'format = 1\nlanguage = "qav"\nname = "Avolin"\ndirection = "ltr"\n'


def mistakes(content: str | bytes) -> tuple[str, ...]:
    """What is said about a file."""
    with pytest.raises(SlipTextsRefused) as refused:
        read_slip_texts(content.encode() if isinstance(content, str) else content)
    return refused.value.mistakes


def test_a_whole_file_is_read_without_a_remark() -> None:
    texts = read_slip_texts(made_up().encode())

    assert texts.language == "qav"
    assert texts.name == "Avolin"
    assert not texts.rtl
    assert texts.remarks == ()
    assert set(texts.sentences) == set(shipped_pattern())


def test_what_is_missing_is_remarked_with_its_english() -> None:
    texts = read_slip_texts(made_up(leave_out="refusal.title").encode())

    assert texts.remarks == ('refusal.title: missing. In English: "What is still missing for your card"',)


def test_an_empty_sentence_is_one_that_nobody_has_translated_yet() -> None:
    texts = read_slip_texts((SHORT + '[bring]\ntitle = ""\nlist = "L {number}"\n').encode())

    assert set(texts.sentences) == {"bring.list"}


def test_a_sentence_left_in_english_is_remarked() -> None:
    said = read_slip_texts((SHORT + '[bring]\nmissing = "Bring also"\n').encode()).remarks

    assert "bring.missing: this is the English sentence." in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("format = 2\n" + SHORT.partition("\n")[2], "format: 1 is expected: the version of this format."),
        ("format = true\n" + SHORT.partition("\n")[2], "format: 1 is expected: the version of this format."),
        (SHORT.replace('"qav"', '"Tigrinya"'), 'language: a code in small letters is expected, such as "ps", "ti" or'),
        (
            SHORT.replace('"Avolin"', '""'),
            "name: what the language calls itself is expected, in at most 40 characters.",
        ),
        (SHORT.replace('"ltr"', '"left"'), 'direction: "ltr" (from left to right) or "rtl" (from right to left) is'),
        (SHORT + 'nmae = "x"\n', 'there is no member "nmae". Did you mean "name"?'),
        (SHORT + "[refusals]\n", '[refusals]: there is no slip of this name. Did you mean "refusal"?'),
        (SHORT + '[bring]\ntitel = "x"\n', 'bring.titel: no slip has this sentence. Did you mean "bring.title"?'),
        (SHORT + "[bring]\ntitle = 3\n", "bring.title: a text in quotes is expected."),
        (SHORT + '[bring]\nlist = "L {nr}"\n', "bring.list: nothing is filled in for {nr}. It knows {number}."),
        (SHORT + '[bring]\ntitle = "x {city}"\n', "bring.title: nothing is filled in for {city}. It has none."),
        (SHORT + '[bring]\nlist = "L"\n', "bring.list: {number} is missing; it is filled in when the slip is printed."),
        (SHORT + '[bring]\nlist = "L {number"\n', "bring.list: a { or } stands alone."),
        (SHORT + '[bring]\ntitle = "x 你 x"\n', 'bring.title: our typefaces cannot print U+4F60 "你" (cjk unified'),
        (SHORT + '[bring]\ntitle = "x \\u202E x"\n', "bring.title: our typefaces cannot print U+202E (right-to-left"),
        (
            SHORT + f'[bring]\ntitle = "{"x" * 801}"\n',
            "bring.title: at most 800 characters have room, and there are 801.",
        ),
        (SHORT + '[papers]\nBill = "x"\n', 'papers.Bill: the id of a document is expected, such as "energy-bill".'),
        (SHORT + '[bring]\ntitle = "x\n', "the file is not TOML: Illegal character"),
        (b"\xff\xfe", "the file is not written in UTF-8."),
        (b"#" * (MAX_FILE + 1), "the file is larger than 128 kB."),
    ],
)
def test_each_mistake_has_its_sentence(content: str | bytes, sentence: str) -> None:
    said = mistakes(content)

    assert any(one.startswith(sentence) for one in said), said


def test_all_mistakes_are_said_at_once() -> None:
    said = mistakes(SHORT.replace("ltr", "left") + '[bring]\nlist = "L"\ntitel = "x"\n')

    assert len(said) == 3


@pytest.mark.parametrize(("direction", "letter"), [("ltr", "ش"), ("rtl", "a")])
def test_a_direction_that_its_letters_do_not_run_is_a_mistake(direction: str, letter: str) -> None:
    said = mistakes(made_up(direction=direction, letter=letter))

    assert [one.partition(":")[0] for one in said] == ["direction"]


def test_a_sentence_reaches_nothing_but_its_own_values() -> None:
    """`{city.__class__}` is a way into a programme that uses Python's own formatting."""
    said = mistakes(SHORT + '[bring]\nlist = "{number.__class__}"\n')

    assert "bring.list: a { or } stands alone." in said


def test_names_of_papers_may_be_added() -> None:
    texts = read_slip_texts((SHORT + '[papers]\nenergy-bill = "Avo avo"\n').encode())

    assert texts.papers == {"energy-bill": "Avo avo"}


def test_the_pattern_fills_in_only_what_has_a_plain_name() -> None:
    assert all(holes(sentence) == frozenset(h for h in holes(sentence) if h) for sentence in shipped_pattern().values())
