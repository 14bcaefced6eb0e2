"""`citycard slips`: what an association types that adds a language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from citycard.cli.slips import SAMPLE_RECOVERY
from citycard.settings import Office
from citycard.slips.reading import shipped_pattern
from tests.cli.conftest import Typed
from tests.slips.conftest import made_up
from tests.support.paper import page_sizes, words_on


@pytest.fixture
def citycard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A terminal in a folder in which no office stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CITYCARD_OFFICE", raising=False)
    return Typed()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What an association wrote, but for one sentence."""
    path = tmp_path / "avolin.toml"
    path.write_text(made_up(leave_out="home.keep"), "utf-8")
    return path


def test_a_good_file_is_said_to_be_one_with_what_is_missing(citycard: Typed, file: Path) -> None:
    said = citycard("slips", "check", file)

    assert said.startswith("avolin.toml can be used: Avolin (qav), from left to right.\n")
    count = len(shipped_pattern())
    assert f"{count - 1} of {count} sentences are translated." in said
    assert "  - home.keep: missing. In English:" in said


def test_a_file_that_cannot_be_used_says_every_reason(citycard: Typed, file: Path) -> None:
    content = file.read_text("utf-8").replace('"ltr"', '"left"').replace("{number}", "{nr}", 1)
    file.write_text(content, "utf-8")

    said = citycard("slips", "check", file, code=1)

    assert said.startswith("avolin.toml cannot be used:\n")
    assert '  ! direction: "ltr" (from left to right) or "rtl"' in said
    assert "  ! bring.list: nothing is filled in for {nr}. It knows {number}.\n" in said


def test_programmes_are_told_the_same(citycard: Typed, file: Path) -> None:
    told = citycard.json("slips", "check", str(file), "--json")

    assert told["usable"]
    assert (told["language"], told["name"], told["direction"]) == ("qav", "Avolin", "ltr")
    assert told["of"] - told["translated"] == len(told["remarks"]) == 1
    file.write_text("format = 1", "utf-8")
    refused = json.loads(citycard("slips", "check", file, "--json", code=1))
    assert not refused["usable"]
    assert refused["mistakes"]


def test_a_file_that_is_not_there_is_wrong_use(citycard: Typed) -> None:
    assert "There is no file" in citycard("slips", "check", "ti.toml", code=2)


def test_a_new_file_has_every_sentence_to_translate_and_is_made_once(citycard: Typed, tmp_path: Path) -> None:
    path = tmp_path / "ti.toml"
    said = citycard("slips", "new", "ti", path)

    assert "Translate what stands in quotes" in said
    content = path.read_text("utf-8")
    for sentence in shipped_pattern().values():
        assert f"# {sentence}\n" in content
    path.write_text(content.replace('name = ""  #', 'name = "ትግርኛ"  #'), "utf-8")
    assert f"0 of {len(shipped_pattern())} sentences are translated." in citycard("slips", "check", path)
    assert "is there already" in citycard("slips", "new", "ti", path, code=2)
    assert "LANGUAGE is a code" in citycard("slips", "new", "Tigrinya", tmp_path / "x.toml", code=2)


def test_a_file_is_tried_out_on_paper_wherever_it_lies(citycard: Typed, file: Path, tmp_path: Path) -> None:
    said = citycard("slips", "proof", file, tmp_path / "avolin.pdf", "--sheet", "a5", "--large")

    bring, refusal, card = (Path(line) for line in said.splitlines())
    assert (bring.name, refusal.name, card.name) == ("avolin-bring.pdf", "avolin-refusal.pdf", "avolin-card.pdf")
    assert SAMPLE_RECOVERY in " ".join(words_on(card.read_bytes()))
    assert "aaaa aa aaaaa" in " ".join(words_on(bring.read_bytes()))
    assert "0000-0000-0000-0000-0000" in " ".join(words_on(refusal.read_bytes()))
    assert {round(width) for width, _ in page_sizes(bring.read_bytes())} == {148}
    assert "nor are there slips" in citycard("slips", "proof", "ti", tmp_path / "x", code=2)


def test_the_list_shows_ours_the_offices_own_and_what_is_left_out(
    citycard: Typed, open_office: Callable[..., Office], file: Path
) -> None:
    citycard.office = open_office()
    folder = citycard.office.folder / "slips"
    folder.mkdir()
    (folder / "avolin.toml").write_text(file.read_text("utf-8"), "utf-8")
    (folder / "broken.toml").write_text("format = 1", "utf-8")

    said = citycard("slips", "list")
    rows = citycard.json("slips", "list", "--json")

    assert "العربية" in said
    assert "slips/avolin.toml" in said
    assert "slips/broken.toml         left out. See: citycard slips check slips/broken.toml" in said
    assert [row["left_out"] for row in rows] == [False] * 6 + [True]
