"""`citycard staff`, `citycard desks` and `citycard partners`."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycard.services.register import FILE
from citycard.settings import Office
from tests.cli.conftest import PASSWORD, Typed
from tests.support.opens import SERVICES


def test_somebody_begins_to_work_here(citycard: Typed) -> None:
    assert citycard("staff", "add", "Farid", "--role", "clerk", "--password", PASSWORD) == "Farid may sign in.\n"
    lines = citycard("staff", "list").splitlines()

    assert [line.split() for line in lines] == [
        ["Amel", "clerk"],
        ["Chloe", "administrator"],
        ["Dario", "key_custodian"],
        ["Farid", "clerk"],
    ]


def test_the_password_is_asked_for_twice_and_not_shown(citycard: Typed) -> None:
    said = citycard("staff", "add", "Farid", "--role", "clerk", reads=f"{PASSWORD}\n{PASSWORD}\n")

    assert PASSWORD not in said
    citycard("staff", "add", "Greta", "--role", "clerk", reads=f"{PASSWORD}\nsomething else\n", code=1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("staff", "add", "Amel", "--role", "clerk", "--password", PASSWORD), "staff-taken"),
        (("staff", "add", "Farid", "--role", "clerk", "--password", "short"), "weak-password"),
        (("staff", "add", " ", "--role", "clerk", "--password", PASSWORD), "staff-name"),
        (
            ("staff", "add", "Farid", "--role", "clerk", "--role", "administrator", "--password", PASSWORD),
            "roles-apart",
        ),
        (("staff", "close", "Nobody"), "no-staff"),
        (("staff", "password", "Nobody", "--password", PASSWORD), "no-staff"),
        (("desks", "withdraw", "nowhere"), "no-desk"),
        (("partners", "suspend", "https://x.example", "--as", "Dario", "--password", PASSWORD), "no-partner"),
        (("partners", "end", "https://x.example", "--as", "Dario", "--password", "wrong"), "sign-in-refused"),
        (("partners", "suspend", "https://x.example", "--as", "Nobody", "--password", PASSWORD), "sign-in-refused"),
        (("partners", "add", "nowhere-at-all"), "source"),
    ],
)
def test_a_refusal_is_a_sentence_with_its_code(citycard: Typed, arguments: tuple[str, ...], code: str) -> None:
    said = citycard(*arguments, code=1)

    assert said.startswith("Error: ")
    assert said.rstrip().endswith(f"[{code}]")


def test_accounts_are_closed_and_reopened(citycard: Typed) -> None:
    assert citycard("staff", "close", "Amel") == "Amel: closed.\n"
    assert "closed" in citycard("staff", "list")
    assert citycard("staff", "reopen", "Amel") == "Amel: open.\n"
    assert "closed" not in citycard("staff", "list")


def test_a_town_of_two_officials_says_so(citycard: Typed) -> None:
    roles = ("--role", "clerk", "--role", "administrator")
    citycard("staff", "add", "Farid", *roles, "--small-town", "--password", PASSWORD)

    assert "administrator, clerk" in citycard("staff", "list")


def test_a_desks_token_is_shown_once(citycard: Typed) -> None:
    token = citycard("desks", "add", "library", "--field", "number", "--field", "portrait").strip()

    listed = citycard("desks", "list")
    assert len(token) == 40
    assert token not in listed
    assert listed.split() == ["library", "number,", "portrait"]
    assert citycard("desks", "withdraw", "library") == "library: withdrawn.\n"
    assert "withdrawn" in citycard("desks", "list")


def test_a_desk_may_be_for_a_service_of_the_register(citycard: Typed, office: Office) -> None:
    (office.folder / FILE).write_text(SERVICES, encoding="utf-8")

    assert len(citycard("desks", "add", "turnstile", "--service", "pool").strip()) == 40
    assert citycard("desks", "list").split() == ["turnstile", "for", "pool"]
    assert "[no-service]" in citycard("desks", "add", "other", "--service", "sauna", code=1)
    assert "[desk-both]" in citycard("desks", "add", "other", "--service", "pool", "--field", "number", code=1)


def test_two_desks_with_one_name_are_refused(citycard: Typed) -> None:
    citycard("desks", "add", "library")

    assert "[desk-taken]" in citycard("desks", "add", "library", code=1)


def test_a_desk_cannot_ask_for_anything(citycard: Typed) -> None:
    citycard("desks", "add", "library", "--field", "address", code=2)


# --- partner cities -------------------------------------------------------------------------------------


@pytest.fixture
def stick(rivemont: Office, tmp_path: Path) -> Path:
    """What Rivemont publishes, in a folder."""
    Typed(rivemont)("publish", tmp_path / "stick")
    return tmp_path / "stick"


def test_a_city_is_recognised_by_two_people_and_ended_by_one(citycard: Typed, rivemont: Office, stick: Path) -> None:
    mark = Typed(rivemont).json("keys", "fingerprint", "--json")
    issuer, heard = mark["issuer"], " ".join(mark["digits"])
    said = citycard("partners", "add", stick)
    assert heard in said
    assert "4 status lists" in said

    def confirm(name: str, heard: str, code: int = 0) -> str:
        return citycard(
            "partners", "confirm", issuer, "--as", name, "--password", PASSWORD, "--heard", heard, code=code
        )

    assert "[fingerprint-differs]" in confirm("Dario", heard[:-1] + "x", code=1)
    assert "A second person" in confirm("Dario", heard)
    assert "[confirm-twice]" in confirm("Dario", heard, code=1)
    assert "[confirm-role]" in confirm("Amel", heard, code=1)
    said = confirm("Chloe", " ".join(mark["words"]))
    assert "Recognised" in said
    assert said.rstrip().endswith("fetched")

    (row,) = citycard.json("partners", "list", "--json")
    assert (row["issuer"], row["state"], row["last_error"]) == (issuer, "recognised", None)
    assert "recognised" in citycard("partners", "list")
    assert citycard("partners", "sync").split() == [issuer, "fetched"]
    for word, state in (("suspend", "suspended"), ("resume", "recognised"), ("end", "ended")):
        said = citycard("partners", word, issuer, "--as", "Dario", "--password", PASSWORD)
        assert said == f"{issuer}: {state}.\n"


def test_a_clerk_does_not_decide_about_cities(citycard: Typed, rivemont: Office, stick: Path) -> None:
    mark = Typed(rivemont).json("keys", "fingerprint", "--json")
    citycard("partners", "add", stick)
    for name in ("Dario", "Chloe"):
        citycard(
            *("partners", "confirm", mark["issuer"], "--as", name, "--password", PASSWORD),
            *("--heard", " ".join(mark["digits"])),
        )

    for word in ("suspend", "end"):
        said = citycard("partners", word, mark["issuer"], "--as", "Amel", "--password", PASSWORD, code=1)
        assert "[confirm-role]" in said
