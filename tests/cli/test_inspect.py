"""`citycard inspect`: what a code holds and why it is refused, for programmers, on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from citycard.cli import main
from tests.support.cities import LEONIE, City
from tests.support.servers import CITYCARD, citycard
from tests.support.shared import published

AWA = "port-sable-awa-full-code.png"
HER_NAME = "Awa Diombélé"


@pytest.fixture
def at_no_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which no office stands."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CITYCARD_OFFICE", raising=False)
    return tmp_path


def explained(*arguments: str | Path, reads: bytes | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)], input=reads)


def test_it_explains_a_code_that_is_typed(at_no_office: Path) -> None:
    done = explained(City.named("Port-Sable").card())
    assert done.exit_code == 0
    assert done.output.startswith("A city card's code\n")
    assert "not checked: no key given" in done.output
    assert LEONIE.number not in done.output
    assert "Marchevert" not in done.output
    assert "UNKNOWN_ISSUER at step 6" in done.output


def test_it_names_the_person_only_when_asked(at_no_office: Path) -> None:
    assert "Léonie Marchevert" in explained("--show", City.named("Port-Sable").card()).output


def test_it_reads_a_file_or_standard_input(at_no_office: Path) -> None:
    text = City.named("Port-Sable").card(light=True)
    (at_no_office / "code.txt").write_text(text + "\n")
    for done in (explained("code.txt"), explained("-", reads=text.encode() + b"\r\n")):
        assert done.exit_code == 0
        assert "a light code" in done.output


def test_it_says_the_same_to_programs(at_no_office: Path) -> None:
    said = json.loads(explained("--json", City.named("Port-Sable").card()).output)
    assert (said["city_card"], said["step"], said["reason"]) == (True, 6, "issuer-unknown")
    assert [said["layers"][place]["layer"] for place in (0, 5, 8)] == ["text", "claims", "signature"]


def test_a_code_of_another_make_is_explained_and_labelled(at_no_office: Path) -> None:
    token = published("claim169-spec-example/v1.2.0-example.json")["cwt_61_18_hex"]
    done = explained(token)
    assert done.exit_code == 1
    assert "not a city card" in done.output.splitlines()[0]
    assert "61 (CWT), 18 (COSE_Sign1)" in done.output
    assert "Janardhan" not in done.output


def test_what_is_no_code_is_explained_too(at_no_office: Path) -> None:
    done = explained("WIFI:S:library;P:seven boats at noon;;")
    assert done.exit_code == 1
    assert "access to a wireless network" in done.output
    assert "boats" not in done.output


def test_a_file_that_is_not_there_is_wrong_use(at_no_office: Path) -> None:
    done = explained("card.png")
    assert done.exit_code == 2
    assert "no file" in done.output


def test_a_picture_is_checked_with_the_keys_of_an_office(demo_folder: Path) -> None:
    card = demo_folder / "cards" / AWA
    for options in (
        ["inspect", "--office", demo_folder / "rivemont"],
        ["--office", demo_folder / "rivemont", "inspect"],
    ):
        done = citycard(*options, card)
        assert "checked  good" in done.stdout
        assert "A reader says: OK" in done.stdout
        assert HER_NAME not in done.stdout
    assert HER_NAME in citycard("--office", demo_folder / "rivemont", "inspect", "--show", card).stdout


def test_a_forged_card_has_the_form_of_one_and_a_bad_signature(demo_folder: Path) -> None:
    done = subprocess.run(
        [
            *CITYCARD, "inspect", "--office", str(demo_folder / "rivemont"),
            str(demo_folder / "cards" / "port-sable-forged-code.png"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "checked  bad" in done.stdout
    assert "BAD_SIGNATURE at step 7" in done.stdout


def test_a_picture_without_a_code_cannot_be_read(demo_folder: Path) -> None:
    done = citycard("inspect", demo_folder / "cards" / "portrait-to-try.png", check=False)
    assert done.returncode == 2
    assert "picture-no-code" in done.stderr
