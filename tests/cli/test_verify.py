"""`citycard verify`: the verdict of every desk, on the command line, from files alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from citycard.cli import main
from tests.support.servers import CITYCARD, citycard

AWA = "port-sable-awa-full-code.png"
HER_NAME = "Awa Diombélé"


def typed(*arguments: str | Path, check: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the command in this process: starting another one takes longer than all that it does."""
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    assert done.exit_code == 0 or not check, done.output
    return subprocess.CompletedProcess([*map(str, arguments)], done.exit_code, done.stdout, done.stderr)


def verify_at(folder: Path, city: str, card: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command at the office of a city, on a picture from the drawer of cards."""
    return typed("--office", folder / city, "verify", *more, folder / "cards" / card)


def digits_of(folder: Path, city: str) -> str:
    """What the custodian of a city reads out over the telephone."""
    shown: dict[str, Any] = json.loads(
        typed("--office", folder / city, "keys", "fingerprint", "--json", check=True).stdout
    )
    return " ".join(shown["digits"])


def test_it_says_who_holds_a_good_card(demo_folder: Path) -> None:
    # As it is installed, the only time here.
    done = citycard("--office", demo_folder / "rivemont", "verify", demo_folder / "cards" / AWA)

    assert "OK" in done.stdout
    assert HER_NAME in done.stdout
    assert "not checked" in done.stdout


def test_it_says_the_same_to_programs(demo_folder: Path) -> None:
    done = verify_at(demo_folder, "rivemont", AWA, "--json")
    found = json.loads(done.stdout)

    assert done.returncode == 0
    assert found["verdict"] == "OK"
    assert found["holder"]["full_name"] == HER_NAME
    assert found["not_checked"] == ["face"]


def test_a_light_code_names_nobody(demo_folder: Path) -> None:
    found = json.loads(verify_at(demo_folder, "rivemont", "port-sable-awa-light-code.png", "--json").stdout)

    assert found["verdict"] == "OK"
    assert set(found["holder"]) == {"number"}
    assert found["not_checked"] == ["name", "portrait"]


@pytest.mark.parametrize(
    ("card", "verdict"),
    [
        ("port-sable-melpo-full-code.png", "REVOKED"),
        ("port-sable-tadele-full-code.png", "SUSPENDED"),
        ("port-sable-forged-code.png", "BAD_SIGNATURE"),
    ],
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_it_refuses_and_says_nothing_of_the_holder(
    demo_folder: Path, card: str, verdict: str, form: tuple[str, ...]
) -> None:
    done = verify_at(demo_folder, "rivemont", card, *form)

    assert done.returncode == 1
    assert verdict in done.stdout
    for word in ("Melpo", "Tadele", "Awa", "number", "holder"):
        assert word not in done.stdout


def test_a_text_that_is_no_card_is_a_verdict_and_not_a_mistake(demo_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "menu.txt").write_text("SOUP OF THE DAY\n")

    done = typed("--office", demo_folder / "rivemont", "verify", tmp_path / "menu.txt")

    assert done.returncode == 1
    assert "MALFORMED" in done.stdout


def test_it_reads_a_scanners_text_from_standard_input(demo_folder: Path) -> None:
    done = subprocess.run(
        [*CITYCARD, "--office", str(demo_folder / "rivemont"), "verify", "-"],
        input=b"NCF LIGHT\r\n",
        capture_output=True,
        check=False,
    )

    assert done.returncode == 1
    assert b"MALFORMED" in done.stdout


def test_a_picture_without_a_code_is_a_file_that_cannot_be_read(demo_folder: Path) -> None:
    done = verify_at(demo_folder, "rivemont", "portrait-to-try.png")

    assert done.returncode == 2
    assert "picture-no-code" in done.stderr


def test_a_folder_counts_by_the_fingerprint_that_was_compared(demo_folder: Path) -> None:
    stick, card = demo_folder / "exchange" / "port-sable", demo_folder / "cards" / AWA

    done = typed(
        "verify", "--demo", "--trust", stick, "--fingerprint", digits_of(demo_folder, "port-sable"), card, check=True
    )

    assert HER_NAME in done.stdout


def test_a_folder_without_a_fingerprint_counts_for_nothing(demo_folder: Path) -> None:
    stick, card = demo_folder / "exchange" / "port-sable", demo_folder / "cards" / AWA

    done = typed("verify", "--demo", "--trust", stick, card)

    assert done.returncode == 2
    assert "cannot vouch for itself" in done.stderr
    assert HER_NAME not in done.stdout


def test_a_folder_with_another_fingerprint_counts_for_nothing(demo_folder: Path) -> None:
    # The digits are Rivemont's: somebody mixed up the sticks, or worse.
    stick, card = demo_folder / "exchange" / "port-sable", demo_folder / "cards" / AWA

    done = typed("verify", "--demo", "--trust", stick, "--fingerprint", digits_of(demo_folder, "rivemont"), card)

    assert done.returncode == 2
    assert "fingerprint-differs" in done.stderr


def test_a_reader_in_production_refuses_a_demonstration(demo_folder: Path) -> None:
    stick, card = demo_folder / "exchange" / "port-sable", demo_folder / "cards" / AWA

    done = typed("verify", "--trust", stick, "--fingerprint", digits_of(demo_folder, "port-sable"), card)

    assert done.returncode == 2
    assert "issuer-demo" in done.stderr


def test_a_card_of_another_city_than_the_folders_is_unknown(demo_folder: Path) -> None:
    stick, card = demo_folder / "exchange" / "port-sable", demo_folder / "cards" / "rivemont-linh-full-code.png"

    done = typed("verify", "--demo", "--trust", stick, "--fingerprint", digits_of(demo_folder, "port-sable"), card)

    assert done.returncode == 1
    assert "UNKNOWN_ISSUER" in done.stdout


def test_without_an_office_it_says_what_it_needs(demo_folder: Path, tmp_path: Path) -> None:
    done = citycard("verify", demo_folder / "cards" / AWA, cwd=tmp_path, check=False)

    assert done.returncode == 2
    assert done.stderr
