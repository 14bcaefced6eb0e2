"""`citycard services`: a city checks its register before its residents read it."""

from __future__ import annotations

import json
from pathlib import Path

from citycard.services.register import FILE
from citycard.settings import Office
from tests.cli.conftest import Typed
from tests.services.conftest import MEETING, POOL


def test_a_register_that_can_be_used_is_said_so(citycard: Typed, office: Office) -> None:
    (office.folder / FILE).write_text((POOL + MEETING).replace("2026-", "2096-"), "utf-8")

    said = citycard("services", "check")

    assert "services.toml can be used: 2 services." in said
    assert '"swimming-pool" takes visitors here and is not announced to partner cities.' in said
    assert citycard.json("services", "check", "--json")["services"] == ["north-pool", "meeting"]


def test_the_setting_and_the_register_may_agree(citycard: Typed, office: Office) -> None:
    (office.folder / FILE).write_text(POOL, "utf-8")
    settings = office.folder / "settings.toml"
    settings.write_text('services = ["swimming-pool", "libary"]\n' + settings.read_text("utf-8"), "utf-8")

    found = citycard.json("services", "check", "--json")

    assert found["remarks"] == [
        'settings.toml, services: "libary" is no common category. Did you mean "library"?',
    ]


def test_each_mistake_has_its_sentence_and_the_exit_code_says_so(
    citycard: Typed, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "new.toml"
    file.write_text(POOL.replace("discount", "discont").replace("{ from = 6 }", "{ from = 200 }"), "utf-8")

    said = citycard("services", "check", file, code=1)

    assert "new.toml cannot be used:" in said
    assert said.count("  ! ") == 2
    assert len(json.loads(citycard("services", "check", file, "--json", code=1))["mistakes"]) == 2


def test_a_file_that_is_not_there_is_wrong_use(citycard: Typed, office: Office) -> None:
    assert "There is no file services.toml" in citycard("services", "check", code=2)
    assert "This folder is no office" in Typed()("--office", office.folder / "elsewhere", "services", "list", code=2)


def test_the_services_are_listed_in_the_order_of_the_page(citycard: Typed, office: Office) -> None:
    assert "No service yet" in citycard("services", "list")
    (office.folder / FILE).write_text(POOL.replace("2026-12", "2020-12").replace("2026-01", "2020-01"), "utf-8")

    assert "swimming-pool    north-pool                visitors by-agreement  North Pool  over" in citycard(
        "services", "list"
    )
    assert citycard.json("services", "list", "--json")[0]["needs"] == ["age-band"]


def test_the_codes_that_all_cities_share_can_be_listed(citycard: Typed, office: Office) -> None:
    assert "library          Library                 Bibliothèque" in citycard("services", "list", "--categories")
    assert "event" in [one["code"] for one in citycard.json("services", "list", "--categories", "--json")]
